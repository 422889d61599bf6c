"""Hospital and record numbers."""

from listening.privacy.recognizers.base import any_of
from listening.privacy.recognizers.cued_identifier import CuedIdentifierRecognizer


class MedicalRecordRecognizer(CuedIdentifierRecognizer):
    """Hospital and record numbers; no common format, so a cue decides (HIPAA identifier H)."""

    ENTITY = "MEDICAL_RECORD_NUMBER"
    CUE_STEMS = any_of(
        "mrn|uhid|emr|ehr|rec|chart|hosp|unit no|patient |pt id|pt. id|case |encounter|visit |file |accession|specimen|sample |order |rx |r number|pas |folder"
    )
    CUE = (
        r"mrns?|uhid|umrn|emr|ehr|med(?:ical)?\.? rec(?:ord)?s?|health records?|records?|chart|hosp(?:ital)?\.? (?:no|number|num|id)|unit no|"
        r"patient(?: (?:id|number|no|ref))|pt\.? id|case (?:no|number|id)|encounter(?: (?:no|id|number))?|visit (?:no|id|number)|file (?:no|number)|"
        r"accession|specimen|sample (?:id|no|number)|order (?:no|number)|rx (?:no|number|#)|r number|pas (?:no|number)|folder (?:no|number)"
    )

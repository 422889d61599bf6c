"""Numbers of subjects, participants and sites of trials."""

from listening.privacy.recognizers.base import any_of
from listening.privacy.recognizers.cued_identifier import CuedIdentifierRecognizer


class TrialSubjectRecognizer(CuedIdentifierRecognizer):
    """Subject, participant, site and study identifiers; registry numbers (NCT, ISRCTN) stay."""

    ENTITY = "SUBJECT_IDENTIFIER"
    CUE_STEMS = any_of(
        "subject|participant|site|randomi|user|employee |staff |badge|ref|student |guest |ticket |booking |id:|id #|id#|id :|unique id"
    )
    CUE = r"(?:trial |study )?(?:subject|participant|site|randomi[sz]ation)(?: (?:id|no|number|code))|subject(?= ?[#\d])|user ?id|employee (?:id|no|number)|staff (?:id|no|number)|badge(?: (?:id|no|number))?|ref(?:erence)?\.?(?: (?:code|no|number|id))|(?:student|guest|ticket|booking) (?:id|no|number)|\bid(?=[ ]?[:#])|unique id"
    MIN_DIGITS = 2

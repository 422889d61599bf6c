"""Places of care in German, French, Spanish, Italian and Portuguese, by their grammar."""

from collections.abc import Mapping
from typing import ClassVar

from listening.privacy.recognizers.base import GateRecognizer, Needs, any_of, pattern
from listening.privacy.recognizers.place_words import CAP

_LINK = r"(?:(?:de|du|des|della?|dell['’]|di|da|do|dos|das|d['’]|la|le|les|los|el|der|die|am|an der|im|in|von|zum|zur|St\.|Saint|San|Santa|Santo|São) ?)"
_KIND = (
    r"(?:(?-i:CHU|CHRU|CHI|CHR|GHU|HEGP|AP-?HP|CLCC|EHPAD|UKE|LMU|IRCCS|AOU|ASL|ASST|UPA|UBS|HUVR|IPO|CHUC|CHUSJ)|h[ôo]pita(?:l|ux)|clinique|polyclinique|centre hospitalier|institut"
    r"|uni(?:versitäts)?-?klinik(?:um)?|klinikum|klinik|krankenhaus|spital|universitätsspital|charité|hospital(?: universitario| clínico| general| de clínicas)?|clínica|policlínica|centro de salud"
    r"|ospedale|policlinico|clinica|azienda ospedaliera|istituto|centro hospitalar|santa casa|maternidade|maternité|maternidad)"
)


class ForeignHospitalRecognizer(GateRecognizer):
    """A kind of house and a name: "CHU de Rangueil", "Klinikum Großhadern", "Ospedale San Raffaele"; the kind alone stays."""

    ENTITY = "LOCATION"
    NEEDS_OF: ClassVar[Mapping[str, Needs]] = {
        "kind_name": any_of(
            "chu|chr|chi |ghu|hegp|ap-hp|aphp|clcc|ehpad|uke|lmu|irccs|aou|asl |asst|upa|ubs|huvr|ipo|hôpita|hopita|cliniq|centre hosp|institut|klinik|kranken|spital|charité|hospital"
            "|clínica|salud|ospedal|policlin|clinica|azienda|istituto|santa casa|matern"
        ),
    }
    PATTERNS = (
        pattern(
            "kind_name",
            rf"(?<!\w)(?P<value>{_KIND}(?:[ -]{_LINK}{{0,3}}{CAP}(?:[ -]{_LINK}?{CAP}){{0,3}}))(?!\w)",
            0.75,
        ),
        pattern(
            "name_kind",
            r"(?<!\w)(?P<value>(?-i:[A-ZÄÖÜ][\wäöüß-]+)-(?:klinik(?:um)?|krankenhaus|spital|hospital|stift))(?!\w)",
            0.75,
        ),
    )

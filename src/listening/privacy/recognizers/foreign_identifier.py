"""National numbers of Germany, France, Spain, Italy, Portugal and Brazil, and record numbers behind their cue words."""

from listening.privacy.recognizers.base import DIGIT, GateRecognizer, pattern

_CUE = (
    r"(?:n(?:uméro|°|º|o\.?|r\.?|um\.?)? ?(?:de )?(?:dossier|sécu(?:rité sociale)?|patient|séjour|ipp|nip)|ipp|nip|dossier(?: n°)?|nir"
    r"|fallnummer|fall-?nr\.?|patienten(?:nummer|-?id|-?nr\.?)|versicherten(?:nummer|-?nr\.?)|kvnr|aktenzeichen|az\."
    r"|historia(?: clínica)?(?: n[.ºo°]*)?|nhc|nº? ?hc|expediente|dni|nie|nif|cip|tarjeta sanitaria|seguridad social"
    r"|cartella(?: clinica)?(?: n[.°]*)?|codice fiscale|c\.f\.|nosologico|tessera sanitaria"
    r"|processo(?: n[.ºo°]*)?|prontuário|prontuario|cpf|rg|cns|cartão(?: sus| nacional)?|nº utente|utente|sns|registro)"
)


class ForeignIdentifierRecognizer(GateRecognizer):
    """Formats: NIR (INSEE), codice fiscale (DM 23/12/1976), DNI and NIE (RD 1553/2005), CPF, KVNR (SGB V § 290)."""

    ENTITY = "ID"
    NEEDS = DIGIT
    PATTERNS = (
        pattern(
            "nir",
            r"(?<!\d)[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3}(?: ?\d{2})?(?!\d)",
            0.9,
        ),
        pattern("codice_fiscale", r"(?<!\w)[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z](?!\w)", 0.95),
        pattern("dni", r"(?<![\w-])(?:\d{8}|\d{2}\.\d{3}\.\d{3}|[XYZ]\d{7})[ -]?[A-Z](?!\w)", 0.85, 0),
        pattern("cpf", r"(?<!\d)\d{3}\.\d{3}\.\d{3}-\d{2}(?!\d)", 0.95),
        pattern("kvnr", r"(?<!\w)[A-Z]\d{9}(?!\w)", 0.9, 0),
        pattern(
            "cued",
            rf"(?<!\w){_CUE}[ :.#n°º]{{1,6}}(?P<value>[A-Z]{{0,4}}[-/]?\d[\w./-]{{2,24}}(?: \d{{2,6}}){{0,6}})",
            0.85,
        ),
    )

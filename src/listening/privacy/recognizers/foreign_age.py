"""Ages below ninety in German, French, Spanish, Italian and Portuguese."""

from listening.privacy.recognizers.base import DIGIT, GateRecognizer, pattern

_SOMEBODY = (
    r"(?:patient\w*|pat\.?|homme|femme|garçon|fille|enfant|monsieur|madame|mann|frau|kind|junge|mädchen|varón|mujer|hombre|niñ[oa]|paciente|uomo|donna|paziente|bambin[oa]"
    r"|signora?|homem|mulher|doente|utente|menin[oa]|criança|mme|m\.|mr|h|f|m)"
)
UNIT = r"(?:ans|jahre[ns]?|jährig\w*|j\.|años|anni|anos)"


class ForeignAgeRecognizer(GateRecognizer):
    """As in "54 ans", "67-jährige Patientin": the number alone, as in English; "depuis 10 ans" and its like are durations."""

    ENTITY = "AGE"
    NEEDS = DIGIT
    PATTERNS = (
        pattern(
            "cued",
            rf"(?:(?<!\w){_SOMEBODY}(?: de| di| von| mit)?|[âa]g[ée]e?s?(?: de)?|im alter von|de idade de|[,(]) ?(?P<value>[1-8]?\d)[ -]?{UNIT}(?!\w)",
            0.7,
        ),
        pattern("before", rf"(?<![\w.,/-])(?P<value>[1-8]?\d)[ -]?{UNIT},? (?:alt|(?=\w{{3}}){_SOMEBODY})(?!\w)", 0.7),
        pattern("german", r"(?<![\w.,/-])(?P<value>[1-8]?\d)[ -]?jährig\w*", 0.8),
    )

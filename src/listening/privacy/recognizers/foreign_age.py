"""Ages below ninety in German, French, Spanish, Italian and Portuguese."""

from listening.privacy.recognizers.base import DIGIT, GateRecognizer, pattern

UNIT = r"(?:ans|jahre[ns]?|jährig\w*|j\.|años|anni|anos)"


class ForeignAgeRecognizer(GateRecognizer):
    """ "54 ans", "67-jährige Patientin": the number alone, as in English; "depuis 10 ans" and its like are durations."""

    ENTITY = "AGE"
    NEEDS = DIGIT
    PATTERNS = (
        pattern(
            "years",
            rf"(?<!depuis )(?<!pendant )(?<!seit )(?<!desde hace )(?<!hace )(?<!da )(?<!há )(?<!por )(?<!à )(?<!nach )(?<![\w.,/-])(?P<value>[1-8]?\d)[ -]?{UNIT}(?!\w)",
            0.7,
        ),
    )

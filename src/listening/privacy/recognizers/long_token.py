"""Unbroken runs too long for a word: encoded data, tokens, keys."""

from listening.privacy.recognizers.base import GateRecognizer, pattern


class LongTokenRecognizer(GateRecognizer):
    """Nothing over 200 characters without a space is read by anybody; what it encodes is unknown, so it goes."""

    ENTITY = "ID"
    PATTERNS = (
        pattern("unbroken", r"\S{200,}", 0.9),
        pattern("hexadecimal", r"(?<!\w)(?=[0-9a-f]{0,63}\d)[0-9a-f]{24,128}(?!\w)", 0.7),
    )

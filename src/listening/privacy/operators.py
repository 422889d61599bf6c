"""Presidio operators of gate 1: what stands in the place of a hidden span. None can be reversed."""

import re
from typing import Any

from presidio_anonymizer.operators import Operator, OperatorType

from listening.privacy.places import region_of

_YEAR = re.compile(r"(?<!\d)((?:18|19|20)\d\d)(?!\d)|'(\d\d)(?!\d)|(?<!\d)\d{1,2}([/.-])\d{1,2}\3(\d\d)(?![\d/-])")
DENIED = "[…]"
"""What layer 7 writes in the place of words it does not know."""
PLACEHOLDER = re.compile(
    r"<(?:[A-Z]{2,12}|DATE:\d{4}|AGE:(?:90\+|\d{1,2}-\d{2})|LOCATION:[A-Z]{2}(?:-[A-Z]{2})?)>|\[…\]"
)
"""Everything an operator writes has this form; what has it already is never redacted again."""


class TypedPlaceholder(Operator):
    """Replace a span by its type: `<PERSON>`. Parameter: `placeholder`."""

    def operate(self, text: str = "", params: dict[str, Any] | None = None) -> str:
        """Give the placeholder; the text is not looked at."""
        del text
        return str((params or {})["placeholder"])

    def validate(self, params: dict[str, Any] | None = None) -> None:
        """Ask for a placeholder in the known form."""
        if not PLACEHOLDER.fullmatch(str((params or {}).get("placeholder", ""))):
            raise ValueError("the parameter `placeholder` is missing or not of the form <TYPE>")

    def operator_name(self) -> str:
        """Name it as the policy does."""
        return "replace"

    def operator_type(self) -> OperatorType:
        """It anonymises."""
        return OperatorType.Anonymize


def _full_year(digits: str, newest: int) -> str:
    """Read two digits as the latest such year that is not after `newest`."""
    return str(newest - (newest - int(digits)) % 100)


class DateToYear(TypedPlaceholder):
    """Generalise a date to its year: `<DATE:2023>`, or `<DATE>` without one.

    Parameters: `placeholder`; `oldest_year`: earlier years tell an age over 89 and are hidden too; `newest_year`: two
    digits stand for a year up to it.
    """

    def operate(self, text: str = "", params: dict[str, Any] | None = None) -> str:
        """Give the year where exactly one is named."""
        settings = params or {}
        newest = int(settings["newest_year"])
        years = {
            match.group(1) or _full_year(match.group(2) or match.group(4), newest) for match in _YEAR.finditer(text)
        }
        if len(years) == 1:
            year = years.pop()
            if int(year) >= int(settings["oldest_year"]):
                return f"<DATE:{year}>"
        return str(settings["placeholder"])

    def operator_name(self) -> str:
        """Name it as the policy does."""
        return "year"


AGE_BANDS = ((17, "0-17"), (39, "18-39"), (64, "40-64"), (89, "65-89"))
"""Last age and name of each band; 90 and over are one (45 CFR 164.514(b)(2)(i)(C))."""


class AgeToBand(TypedPlaceholder):
    """Generalise an age below 90 to its band: `<AGE:18-39>`. Parameter: `placeholder`, for what is no number."""

    def operate(self, text: str = "", params: dict[str, Any] | None = None) -> str:
        """Give the band."""
        digits = re.search(r"\d+", text)
        if digits is None:
            return str((params or {})["placeholder"])
        return next((f"<AGE:{name}>" for last, name in AGE_BANDS if int(digits.group()) <= last), "<AGE:90+>")

    def operator_name(self) -> str:
        """Name it as the policy does."""
        return "band"


class PlaceToRegion(TypedPlaceholder):
    """Generalise a place to its country, in the US to its state: `<LOCATION:GB>`, `<LOCATION:US-CA>`.

    Parameters: `placeholder`, for a place that is not known for certain; `is_region_kept`: false where a rare disease
    stands in the same post. Countries and states have far more than 20,000 people (45 CFR 164.514(b)(2)(i)(B)).
    """

    def operate(self, text: str = "", params: dict[str, Any] | None = None) -> str:
        """Give the region where the place names exactly one."""
        settings = params or {}
        region = region_of(text) if settings.get("is_region_kept", True) else None
        return f"<LOCATION:{region}>" if region else str(settings["placeholder"])

    def operator_name(self) -> str:
        """Name it as the policy does."""
        return "region"


OPERATORS: dict[str, TypedPlaceholder] = {
    "replace": TypedPlaceholder(),
    "year": DateToYear(),
    "band": AgeToBand(),
    "region": PlaceToRegion(),
}

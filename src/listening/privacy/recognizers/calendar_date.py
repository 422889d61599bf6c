"""Dates finer than a year, in words and digits, with guards for durations, doses, ratios and scores."""

import re
from collections.abc import Mapping
from typing import ClassVar

from listening.privacy.recognizers.base import DIGIT, GateRecognizer, Needs, any_of, pattern

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_ORDINAL = rf"{_DAY}(?:st|nd|rd|th)?"
_YEAR = r"(?:(?:19|20)\d\d|'\d\d)"
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?"
_FULL_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
_CLOCK = r"(?:[T ,]{0,2}(?:at )?\d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]m)?(?:Z|[+-]\d\d:?\d\d)?)?"

_DATE_CUE = re.compile(
    r"(?:on|dob|d\.o\.b\.?|born|since|until|till|by|seen|dated?|from|of|admitted|discharged|clinic|appt|appointment|lmp|edd|edc|due"
    r"|before|after|between|scheduled|visit|follow[- ]?up|f/u|surgery|op|(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)(?:day)?)[ :,.]{1,3}$",
    re.IGNORECASE,
)
_DURATION_CUE = re.compile(
    r"(?:for|x|tds|bd|od|qds|qid|tid|bid|prn|mg|ml|g|mcg|rash|since|after|over|post|nocte|mane|units?|po|iv)[ .,]{1,2}$",
    re.IGNORECASE,
)
_DURATION_BASES = frozenset({"5", "6", "7", "10", "12", "24", "52"})
"""UK shorthand: days over 7, weeks over 52, months over 12; and 5/10, 4/6 scores, 24/7."""
_SCORE_BEHIND = re.compile(
    r"\s?(?:leads?|murmur|pain|power|score|strength|mmhg|bpm|nodes|patients|cases|positive|women|men\b|of\b|on the)",
    re.IGNORECASE,
)
_PUBLIC_NEWS = re.compile(
    r"\b(?:fda|ema|mhra|nice|chmp|approv\w+|licen[cs]ed|authori[sz]ed|launch\w*|publish\w+|guidelines?|congress|conference|symposium"
    r"|esmo|asco|ash|esc|acc|eha|easd|ada|phase [1-4i]+|trial|diet|withdrawn|recall\w*|shortage)\b",
    re.IGNORECASE,
)

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class CalendarDateRecognizer(GateRecognizer):
    """Day-month(-year), ISO 8601, numeric with separators, month-year, weekdays and relative days.

    45 CFR 164.514(b)(2)(i)(C): all elements of a date but the year. Month and year of an approval, a paper or a
    guideline are public facts and stay.
    """

    ENTITY = "DATE_TIME"
    NEEDS_OF: ClassVar[Mapping[str, Needs]] = {
        "month_day": _MONTHS,
        "day_month": _MONTHS,
        "month_year": _MONTHS,
        "cued_month": _MONTHS,
        "iso": DIGIT,
        "numeric_year": DIGIT,
        "month_over_year": DIGIT,
        "day_over_month": DIGIT,
        "weekday": ("day",),
        "weekday_part": ("day",),
        "weekday_numeric": _WEEKDAYS,
        "weekday_ordinal": _WEEKDAYS,
        "relative_day": any_of("yesterday|last night|last week|tomorrow| ago"),
        "holiday": any_of(
            "christmas|new year|boxing|thanksgiving|easter|good friday|labor|memorial|independence|valentine"
        ),
        "old_birth_year": any_of("born|dob|d.o.b|y.o.b|yob|birth|(b."),
        "day_of_month": any_of("1st|2nd|3rd|th"),
        "event_weekday": _WEEKDAYS,
        "short_weekday": _WEEKDAYS,
        "weekdays_ago": ("day",),
        "named_day": any_of("day|eve|diwali|eid|hogmanay|passover|holi|hanukkah|ramadan"),
        "compact": ("dob", "born", "d.o.b"),
        "birth_year": ("dob", "born", "d.o.b"),
    }
    NEEDS = re.compile(
        r"\d|day|night|week|morrow|eve|easter|christmas|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec", re.IGNORECASE
    )
    PATTERNS = (
        pattern("iso", rf"(?<![\w.-])(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.]{_DAY}(?!\d){_CLOCK}", 0.95),
        pattern(
            "month_day",
            rf"(?:\b{_WEEKDAY}\.?,? )?\b{_MONTH}(?: the)? ?{_ORDINAL}(?![\d:%]|\.\d| ?(?:mg|ml|mcg|years|yo|%))"
            rf"(?:(?: ?- ?| to | & | and ){_ORDINAL}(?!\d))?(?:,? ?(?:of )?{_YEAR})?{_CLOCK}",
            0.9,
        ),
        pattern(
            "day_month",
            rf"(?:\b{_WEEKDAY}\.?,? )?(?:the )?(?<![\w.:/])(?:{_ORDINAL} ?(?:-|to|&|and) ?)?{_ORDINAL}[ -]?(?:of )?{_MONTH}"
            rf"(?:,? ?-?{_YEAR})?{_CLOCK}",
            0.9,
        ),
        pattern(
            "numeric_year",
            rf"(?<![\w./-])\d{{1,2}}([-/.])\d{{1,2}}\1(?:(?:19|20)\d\d|\d\d)(?![\w/-]|\.\d){_CLOCK}",
            0.9,
        ),
        pattern("month_over_year", r"(?<![\w./-])(?:0?[1-9]|1[0-2])[/-](?:19|20)\d\d(?![\w/-])", 0.8),
        pattern(
            "day_over_month", rf"(?:\b{_WEEKDAY}\.? )?(?<![\w./,-])(?P<value>\d{{1,2}}/\d{{1,2}})(?![\w/%-]|\.\d)", 0.7
        ),
        pattern("month_year", rf"(?:\b(?:early|mid|late)[ -])?\b{_MONTH},? ?(?:of )?{_YEAR}(?!\d)", 0.8),
        pattern(
            "cued_month",
            r"\b(?:(?:in|since|until|by|during) (?=[A-Z]))?(?P<value>(?:(?:last|this|next) |(?<=in )|(?<=since )|(?<=until )|(?<=by )|(?<=during ))(?:January|February|April|June|July|August|September|October|November|December)|(?:Jan|Feb|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b|March(?= \d|[.,;?!)]|$))",
            0.6,
            0,
        ),
        pattern("weekday_numeric", rf"\b{_WEEKDAY}\.? \d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?(?!\d)", 0.95),
        pattern("weekday_ordinal", rf"\b{_WEEKDAY}\.?,? (?:the )?{_DAY}(?:st|nd|rd|th)\b", 0.9),
        pattern(
            "weekday",
            rf"\b(?:(?:(?:on|since|until|till|by|from) )?(?P<value>(?:(?:last|next|this(?: past)?|past) |(?<=on )|(?<=since )|(?<=until )|(?<=till )|(?<=by )|(?<=from )){_FULL_WEEKDAY}(?: (?:morning|afternoon|evening|night|am|pm))?))\b",
            0.75,
        ),
        pattern(
            "event_weekday",
            rf"\b(?:admitted|discharged|seen|scanned|listed|booked|reviewed|died|delivered|surgery|visit|appt|appointment|review|op|angio|theatre|scan|clinic|mdt|f/u|follow[- ]?up|home|back|due|came in|called)[ ,:-]{{1,3}}(?:is |was |for |due )?(?P<value>{_FULL_WEEKDAY}|(?:Mon|Tues?|Weds?|Thurs?|Fri|Sat|Sun))(?=[\s,.;:!?)]|$)",
            0.6,
        ),
        pattern(
            "short_weekday",
            r"\b(?:last|next|this|on|since|until|till|by|from) (?P<value>(?-i:Mon|Tues?|Weds?|Thurs?|Fri|Sat|Sun))(?![\w])",
            0.7,
        ),
        pattern(
            "weekdays_ago",
            rf"\b(?:(?:two|three|four|five|\d) {_FULL_WEEKDAY} ago|a week (?:on|last) {_FULL_WEEKDAY}|{_FULL_WEEKDAY} (?:gone|week|last|just gone)|a week ago {_FULL_WEEKDAY})\b",
            0.8,
        ),
        pattern(
            "day_of_month",
            r"\bon the (?P<value>(?:[12]?1st|2?2nd|2?3rd|(?:[4-9]|1\d|2[04-9]|30)th|31st)(?: inst\.?)?)(?! (?:day|week|percentile|centile|floor|attempt|rib|line|dose|cycle|ward|hour|minute|time|of (?!(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))))",
            0.6,
        ),
        pattern(
            "named_day",
            r"\b(?P<value>(?:Christmas|New Year'?s?|Boxing|Thanksgiving|Easter|Valentine'?s|Mother'?s|Father'?s|Independence|Republic|Canada|Australia|ANZAC|Memorial|Labor|Labour|Bonfire|Groundhog|Pancake|St\.? Patrick'?s|Burns) (?:Day|Eve|Night|Sunday|Monday)|Diwali|Eid(?: al-\w+)?|Hogmanay|Holi|Yom Kippur|Passover)(?!\w)",
            0.5,
            0,
        ),
        pattern("weekday_part", rf"\b{_FULL_WEEKDAY} (?:morning|afternoon|evening|night|lunchtime)\b", 0.8),
        pattern(
            "relative_day",
            r"\b(?:the day before )?yesterday(?: (?:morning|afternoon|evening|night))?\b|\blast (?:night|week)\b|\bthe day after tomorrow\b|\btomorrow(?: (?:morning|afternoon|evening|night))?\b|\b(?:two|three|four|five|six|\d{1,2}) (?:days|nights) ago\b",
            0.6,
        ),
        pattern(
            "holiday",
            r"\b(?:on|since|at|over) (?P<value>(?:Christmas|New Year'?s?|Boxing|Thanksgiving|Easter|Good Friday|Labor|Memorial|Independence|Valentine'?s)(?: (?:Day|Eve|Sunday|Monday|weekend))?)\b",
            0.6,
            0,
        ),
        pattern(
            "old_birth_year",
            r"(?<!\w)(?:born(?: (?:in|around|about|circa|c\.))?|dob|d\.o\.b\.?|y\.?o\.?b\.?|year of birth|birth year|\(b\.)(?: is| was)?[ :]{1,3}(?P<value>1(?:8\d\d|9[0-3]\d|94[0-4]))\b(?![-/.]\d)",
            0.9,
        ),
        pattern("compact", r"\b(?:dob|born|d\.o\.b\.?)[ :]{0,3}(?P<value>\d{6,8})\b", 0.9),
        pattern(
            "birth_year", r"\b(?:dob|d\.o\.b\.?|born(?: in)?)[ :]{0,3}(?P<value>\d{1,2}[ .-]\d{1,2}[ .-]\d{2,4})\b", 0.9
        ),
    )

    def accepts(self, text: str, match: re.Match[str], name: str) -> bool:
        """Guard what only looks like a date."""
        if name == "day_over_month":
            return self._is_day_over_month(text, match)
        if name == "numeric_year":
            first, second = re.split(r"[-/.]", match.group())[:2]
            return int(first) <= 31 and int(second) <= 31 and min(int(first), int(second)) <= 12
        if name in {"month_day", "day_month"}:
            return self._is_month_word(match.group())
        if name in {"month_year", "cued_month", "month_over_year"}:
            start, end = max(0, match.start() - 80), match.end() + 60
            return self._is_month_word(match.group()) and not _PUBLIC_NEWS.search(text, start, end)
        return True

    @staticmethod
    def _is_month_word(value: str) -> bool:
        """Tell a month from a verb: "may 5" and "mar 10" in lower case ask for an ordinal or a year."""
        if re.search(r"\b(?:may|mar|march)\b", value):
            return bool(re.search(r"\d(?:st|nd|rd|th)\b|(?:19|20)\d\d|'\d\d|\d ?-? ?(?:of )?ma[ry]", value))
        return True

    @staticmethod
    def _is_day_over_month(text: str, match: re.Match[str]) -> bool:
        first, second = match.group("value").split("/")
        low, high = sorted((int(first), int(second)))
        if not (1 <= low <= 12 and high <= 31) or int(first) == 0 or int(second) == 0:
            return False
        before = text[max(0, match.start("value") - 14) : match.start("value")]
        if _DATE_CUE.search(before):
            return not _SCORE_BEHIND.match(text, match.end())
        if second in _DURATION_BASES or first == second or _DURATION_CUE.search(before):
            return False
        if _SCORE_BEHIND.match(text, match.end()):
            return False
        return first.startswith("0") or second.startswith("0") or high > 12 or bool(re.search(r"[(,;]\s?$", before))

"""Ages of ninety and more, in digits and words."""

import re

from listening.privacy.recognizers.base import GateRecognizer, pattern

_N = r"(?:9\d|1[01]\d|12[0-2])"
_UNIT = r"(?:one|two|three|four|five|six|seven|eight|nine)"
_WORDS = rf"(?:ninet(?:y(?:[ -]?{_UNIT})?|ies)|(?:one|a)[ -]hundred(?:[ -](?:and[ -])?(?:{_UNIT}|ten|eleven|twelve))?|centenarian|nonagenarian)"
_YEARS = r"(?:[ -]?(?:years?|yrs?|y)[ -]?(?:old|o|of age)?\b|[ -]?y[/.]?o\b|[ -]?ya?rs?\b)"


class NinetyPlusRecognizer(GateRecognizer):
    """Ages over 89 share one category (45 CFR 164.514(b)(2)(i)(C)); "90 mg", "90 days" and "HR 95" are none."""

    ENTITY = "AGE_90_PLUS"
    NEEDS = re.compile(r"9\d|1[012]\d|nin|nonag|hundred|centen", re.IGNORECASE)
    PATTERNS = (
        pattern(
            "digits_years_old",
            rf"(?<![\d.,/-])(?P<value>{_N}(?:\+|\.5)?{_YEARS})(?<!year)(?<!years)(?<!yr)(?<!yrs)(?<!y)",
            0.95,
        ),
        pattern("digits_sex", rf"(?<![\w.,/-]){_N} ?(?:[MF]\b|y?/?[MF]\b|year[- ]?old|-?yo[MF]?\b)", 0.9),
        pattern(
            "aged_digits",
            rf"\b(?:aged?|age:|age is|turn(?:ed|ing|s)?|at age)[ :]{{1,2}}(?:of )?(?P<value>{_N})(?![\d.]|,\d|-\d| ?(?:%|mg|days|weeks|hours|-))",
            0.9,
        ),
        pattern("aged_second", rf"\baged \d{{1,3}} (?:and|&) (?P<value>{_N})(?![\d./%-])", 0.9),
        pattern(
            "person_is",
            rf"\b(?:she|he|they|who|mum|mom|dad|nan|gran\w*|pt|patient|mrs? [A-Z]\w+|ms [A-Z]\w+)(?: is|'s| was|,| are|’s) (?:only |now |nearly |almost |a spry |all of )?(?P<value>{_N})(?![\d./%-]|,\d| ?(?:mg|kg|%|bpm|percent|days|weeks|hours|min|on \d|mmhg|and (?:sats|sat|stable)|in bed))",
            0.6,
        ),
        pattern(
            "died_at",
            rf"\b(?:died|passed(?: away)?|gone|at the (?:tender |grand |ripe(?: old)? )?age of|lived to|made it to|reached)(?: at| aged)? (?P<value>{_N}|{_WORDS})(?![\w./%-]| ?(?:mg|%|days|weeks|hours|min))",
            0.7,
        ),
        pattern(
            "words_alone",
            rf"\b(?:(?:she|he|who|uncle \w+|aunt\w* \w+|nan|gran\w*|mum|dad)(?: is|'s| was)|at|aged?|age of|nearly|almost) (?P<value>{_WORDS}(?: and a (?:half|bit))?)(?! (?:percent|per cent|mg|days|weeks|hours|minutes|patients|beds|people|pounds|times|units|degrees|seconds))\b",
            0.7,
        ),
        pattern("words_years_old", rf"\b(?P<value>{_WORDS}{_YEARS})", 0.95),
        pattern("aged_words", rf"\b(?P<value>(?:aged?|turn(?:ed|ing)?) {_WORDS})\b", 0.9),
        pattern(
            "in_nineties",
            r"\b(?:in (?:his|her|their) )(?P<value>(?:late |early |mid[- ]?)?(?:nineties|90s|90's|hundreds))\b",
            0.9,
        ),
        pattern("named", r"\b(?:nonagenarian|centenarian|supercentenarian)s?\b", 0.8),
        pattern(
            "sex_digits",
            rf"(?<!P/)\b(?:[MF]|male|female|man|woman|lady|gentleman)[ ,(]{{1,2}}(?P<value>{_N})\b(?! ?(?:mg|%|kg|bpm|/|days|hours))",
            0.6,
        ),
        pattern(
            "years_alone",
            rf"\b(?:is|was|am|pt|patient|mum|dad|nan|gran|granny|grandma|grandpa|grandad|mother|father),? (?P<value>{_N} (?:years|yrs))\b(?! (?:of|after|later|ago))",
            0.8,
        ),
    )

    def accepts(self, text: str, match: re.Match[str], name: str) -> bool:
        """Leave ranges and bounds of study populations ("aged 18-95 years")."""
        before = text[max(0, match.start() - 4) : match.start()]
        return not re.search(r"\d ?-$|\d to $", before) or name == "named"

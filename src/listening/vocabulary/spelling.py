"""Fold what a reader does not tell apart, and keep the way back to the text: case, hyphens, white space, apostrophes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

HIDDEN = re.compile(
    r"<[A-Z][A-Z_]*(?::[^<>]{0,40})?>"  # what gate 1 put in a value's place
    r"|\[…\]"
    r"|(?:https?://|www\.)[^\s<>]+"
    r"|[\w.+-]+@[\w-]+\.[\w.-]+"
    r"|(?<![\w/])[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|gov|edu|io|co\.uk|nhs\.uk|eu|be|ly|gl|me|tv|info)(?:/[^\s<>]*)?(?!\w)"
    r"|(?<!\w)@[\w.]+(?:@[\w.-]+)?"
    r"|&(?:amp|lt|gt|quot|nbsp|#\d+);"
)
"""Stretches in which nothing is ever found: surrogates, links, addresses, handles, HTML entities."""

_HYPHENS = "-\u2010\u2011\u2012\u2013\u2014\u2212"
_SPACES = "\t\n\r\x0b\x0c\xa0\u2009\u200a\u202f"
# İ is the one letter whose lower case is longer than itself: offsets would shift.
_TABLE = str.maketrans(
    dict.fromkeys(_HYPHENS + _SPACES, " ") | {"\u2019": "'", "\u2018": "'", "\u00b4": "'", "`": "'", "\u0130": "i"}
)
_SLACK = re.compile(r" {2,}| ?' ?(?=(?:s|t|m|d|ve|re|ll)\b)")
_BRITISH = (
    ("anemia", "anaemia"), ("emia", "aemia"), ("hemo", "haemo"), ("hema", "haema"), ("edema", "oedema"),
    ("tumor", "tumour"), ("orrhea", "orrhoea"), ("esophag", "oesophag"), ("estrogen", "oestrogen"),
    ("ischemi", "ischaemi"), ("pediatric", "paediatric"), ("orthopedic", "orthopaedic"), ("fetal", "foetal"),
    ("celiac", "coeliac"), ("dyspnea", "dyspnoea"), ("apnea", "apnoea"), ("cesarean", "caesarean"),
    ("gynecolog", "gynaecolog"), ("anesthe", "anaesthe"), ("color", "colour"), ("behavior", "behaviour"),
    ("authoriz", "authoris"), ("sulf", "sulph"), ("hemorrh", "haemorrh"), ("hemorrhoid", "haemorrhoid"),
)  # fmt: skip
_SHORTEST = 5


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text; `offsets` gives each character's place in the text, `None` where they are the same."""

    text: str
    offsets: list[int] | None

    def original(self, index: int) -> int:
        """Give the place in the text of a folded character."""
        return index if self.offsets is None else self.offsets[index]


def fold(text: str) -> Folded:
    """Fold a text. Hidden stretches become control characters, which no form contains."""
    line = text.translate(_TABLE)
    lowered = line.lower()
    line = lowered if len(lowered) == len(line) else line
    line = hide(line, text)
    if not _SLACK.search(line):
        return Folded(line, None)
    pieces: list[str] = []
    offsets: list[int] = []
    place = 0
    for match in _SLACK.finditer(line):
        pieces += (line[place : match.start()], "'" if "'" in match[0] else " ")
        offsets += (*range(place, match.start()), match.start())
        place = match.end()
    pieces.append(line[place:])
    offsets += range(place, len(line))
    return Folded("".join(pieces), offsets)


def hide(line: str, text: str) -> str:
    """Put control characters in `line` where `text`, of the same length, has a hidden stretch."""
    pieces: list[str] = []
    place = 0
    for match in HIDDEN.finditer(text):
        pieces += (line[place : match.start()], "\0" * (match.end() - match.start()))
        place = match.end()
    return "".join((*pieces, line[place:])) if pieces else line


def fold_term(text: str) -> str:
    """Fold a form of the vocabulary the same way."""
    return _SLACK.sub(lambda m: "'" if "'" in m[0] else " ", text.translate(_TABLE).lower()).strip()


def squeeze(text: str, *, keep_case: bool = False) -> str:
    """Give the form as a hashtag writes it: letters and digits only."""
    return "".join(filter(str.isalnum, text if keep_case else text.lower()))


def aliases(folded: str) -> Iterator[str]:
    """Give other ways to write a folded form: singular, plural in -ies, British spelling."""
    british = folded
    for american, own in _BRITISH:
        if own not in british:
            british = british.replace(american, own)
    for form in dict.fromkeys((folded, british)):
        if form != folded:
            yield form
        last = form.rpartition(" ")[2]
        if len(last) < _SHORTEST or not last.isalpha():
            continue
        if last.endswith("ies"):
            yield form[:-3] + "y"
        elif last.endswith("s") and not last.endswith(("ss", "us", "is", "reas")):
            yield form[:-1]
        elif last.endswith("y") and last[-2] not in "aeiou":
            yield form[:-1] + "ies"
        elif last.endswith("sis"):
            yield form[:-2] + "es"

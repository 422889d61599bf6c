"""Whether a role word in a profile speaks of the author, or of a wife, one's own doctor, or the reader's.

A profile is read in small pieces (`Writer | nurse's husband, dad`): what stands before the word within its piece, and
right behind it, tells. English, German, French, Spanish, Italian and Portuguese.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

_REACH: Final = 80
"""Characters read before a word: longer pieces of a profile are no noun phrases."""

_BREAK: Final = re.compile(r"[^\w\s'’\-#@\"“”%:*]|:(?=\s)|\s[-–—]\s|\b(?:and|und|et|y|och|og|ed)\s")
"""Ends a piece: punctuation, an emoji, a spaced dash, a word for "and". `Arzt:in` and `Ärzt*in` are one word."""


def _either_case(words: str) -> str:
    """Match lower case and a capital, but no acronym: `my` and `My`, not `MY`; `ma` is no `MA`."""
    return "|".join(f"{word}|{word[0].upper()}{word[1:]}" for word in words.split())


_OTHERS: Final = _either_case(
    # English
    "my your our their his her its for by about of with from to on than like thank thanks thanking love loves loving "
    "help helps helping helped support supports supporting see ask asks trust dear every any play plays played playing "
    "need needs want wants hire hires find met meet saw seeing "
    # German
    "mein meine meinem meinen meiner dein deine ihr ihre sein seine unser unsere euer eure eines einer einem für von vom "
    "beim zum zur mit gegen "
    # French
    "mon ma mes ton ta tes son sa ses notre votre leur de du des pour par avec chez "
    # Spanish, Italian, Portuguese
    "mi mis tu su sus nuestro nuestra del para por con mio mia suo sua di della dello dei delle meu minha seu dos das pelo "
    "pela per"
)
_OF_ANOTHER: Final = re.compile(rf"(?<![\w'’\-])(?:(?:{_OTHERS})\s(?!diem\b)|d['’]|dell['’]|un ?del\s)")
"""What stands before somebody else's role: `my`, `wife of a`, `tools for the`, `fils de`."""
_WHO_IS: Final = re.compile(
    r"\b(?:my|our|married to|mum to|mom to|dad to|thanks to)\b[^.!?|]{0,60}\bwho(?:['’]s|\s+is|\s+was)\b[^.!?|]{0,20}$",
    re.IGNORECASE,
)
"""`married to my sweetheart, who is a physician`."""
_SELF_AFTER_ALL: Final = re.compile(
    r"\b(?:not (?:your|just|only|an?|the) (?:average|typical|usual|ordinary|stereotypical)\s|not (?:just|only)\s"
    r"|(?:opinions|views|musings|thoughts|diary|diaries|ramblings|confessions|notes|adventures|rants|tales|life|tweets|posts) (?:of|by|from) "
    r"(?:an?|one)\s|(?:as|als|comme|como|come|work(?:s|ing)? as|proud to be|happy to be|lucky to be|blessed to be|trying to be)"
    r"(?:\s(?:an?|eine?|une?|uma?|una|the))?\s)[^.]*$",
    re.IGNORECASE,
)
"""Turns the piece back to the author: `20 years of service as a`, `opinions of a`, `not your average`."""
_DENIED: Final = re.compile(
    r"\b(?:not|no|never|isn'?t|isn’t|ain'?t|nor|kein(?:e|er|en)?|nicht|pas|ni|no soy|no es|non sono|non|não sou|nao sou|não)\s"
    r"(?:yet\s)?(?:(?:an?|the|ein|eine|une?|una|uma?|un)\s)?(?:\w+\s){0,2}?$",
    re.IGNORECASE,
)
_NO_LONGER: Final = re.compile(
    r"\b(?:ex(?:\s|-\s?)|former(?:ly)?\s|one-?time\s|recovering\s|used to be\s|was\s|ehemalige[rs]?\s|früher\s|ancien(?:ne)?\s"
    r"|antigu[oa]\s|erstwhile\s)(?:an?\s)?(?!army|navy|military|raf\b|forces)(?:[\w-]+\s){0,2}?$",
    re.IGNORECASE,
)
_NOT_YET: Final = re.compile(
    r"\b(?:future|futura?e?|futuro|aspiring|wannabe|wanna be|want(?:s|ed|ing)? to be(?:come)?|hope to be(?:come)?|soon[- ]to[- ]be"
    r"|going to be|would-be|angehende[rs]?|zukünftige[rs]?|werdende[rs]?)\s(?:an?\s)?(?:[\w-]+\s){0,3}?$",
    re.IGNORECASE,
)
_KIN: Final = (
    r"wife|husband|spouse|partner|daughter|son|mum|mom|mother|mama|dad|father|kid|child|widow|fan(?:girl|boy)?|stan|appreciator"
    r"|lover|groupie|frau|mann|sohn|tochter"
)
_BEHIND: Final = re.compile(
    r"['’]s\b|[-–](?:led|run|owned|patient|only|approved|recommended|turned patient|free|friendly|to-)"
    # Attributes of something else: `physician groups`, `nurse staffing`, `doctor visits`.
    r"|\s(?:groups?|networks?|offices?|teams?|community|communities|education|training|schools?|colleges?|associations?|societ(?:y|ies)"
    r"|march|day|week|stor(?:y|ies)|humou?r|dramas?|shows?|series|tv|characters?|cosplay\w*|outfits?|uniforms?|shoes|merch|gifts?|scrubs"
    r"|influencers?|marketing|engagement|leads|audiences?|customers?|clients?|market|software|tools?|tech|scheduling|documentation|workforce"
    r"|retention|wages|labou?r|markets?|suppl(?:y|ies)|in my dreams|in (?:a |an)?(?:other|past|previous|former) life|salar(?:y|ies)|violence|suicides?|wellbeing|fees|notes|advice|approved|shopping|relations|led|aid|approval)\b"
    rf"|\s(?:{_KIN})\b"
    r"|\s(?:says?|said|tells?|told|thinks?|thought|saved|saves|hates?|follows?|gave|called|wrote|referred|prescribed|was|were|will"
    r"|access|funding|shortages?|strikes?|appointments?|referrals?|staffing|recruit\w*|burnout|jobs|jokes?|costumes?|romance|memes|surgery|surgeries"
    r"|practices?|receptionist|one day|some ?day|when i grow up|to be\b|wannabe|in the making|turned|visits?|bills?|pay\b|unions?"
    r"|who (?:saved|treated|told|listens)|hasst|sagt|meint)\b",
    re.IGNORECASE,
)
_TURNED: Final = re.compile(
    r"\sturned\s(?:\w+\s){0,2}?(?:doctor|physician|nurse|surgeon|pharmacist|NP|PA)\b", re.IGNORECASE
)
_LISTED: Final = re.compile(
    r"^\W*(?:and|or|und|oder|et|ou|y|o|e)?\W*(?:(?:an?|the|your|my)\s)?(?:[\w-]+\s)?$", re.IGNORECASE
)


def _piece_before(text: str, at: int) -> str:
    before = text[max(0, at - _REACH) : at]
    ends = [match.end() for match in _BREAK.finditer(before)]
    return before[ends[-1] :] if ends else before


def is_of_another(text: str, start: int, end: int) -> bool:
    """Tell whether the word at `[start, end)` names somebody else: `my GP`, `wife of a surgeon`, `the doctor's office`."""
    before = _piece_before(text, start)
    if _OF_ANOTHER.search(before) and not _SELF_AFTER_ALL.search(before):
        return True
    if _WHO_IS.search(text[max(0, start - _REACH) : start]):
        return True
    behind = text[end : end + 40]
    return bool(_BEHIND.match(behind)) and not _TURNED.match(behind)


def is_denied(text: str, start: int) -> bool:
    """Tell whether the word at `start` is what the author says not to be: `not a doctor`, `kein Arzt`, `no soy médico`."""
    before = _piece_before(text, start)
    return bool(_DENIED.search(before)) and not _SELF_AFTER_ALL.search(before)


def is_not_now(text: str, start: int) -> bool:
    """Tell whether the word at `start` is past or yet to come: `former nurse`, `want to be a doctor`."""
    before = _piece_before(text, start)
    return bool(_NO_LONGER.search(before) or _NOT_YET.search(before))


def of_the_author(text: str, found: Iterable[tuple[int, str, str]]) -> Iterator[tuple[int, str, str]]:
    """Keep the (start, word, label) that speak of the author now, in order.

    In a list the first word decides: in `thanks to my doctor, nurse and pharmacist` all three are others.
    """
    last_end, is_last_others = 0, False
    for at, term, label in found:
        end = at + len(term)
        others = is_of_another(text, at, end)
        if not others and is_last_others and _LISTED.match(text[last_end:at]):
            others = True
        last_end, is_last_others = end, others
        if not (others or is_denied(text, at) or is_not_now(text, at)):
            yield at, term, label

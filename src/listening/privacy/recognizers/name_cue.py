"""Names behind words that announce one ("named", "my patient", "thanks to") or before kin ("Bell's wife")."""

import re
from collections.abc import Mapping
from typing import ClassVar

from listening.privacy.lexicon import certain_given_names, certain_surnames, is_unknown, words
from listening.privacy.protector import is_medical_word
from listening.privacy.recognizers.base import GateRecognizer, Needs, any_of, pattern

_CAP = r"(?-i:(?:[^\W\d_a-z]['’])?[^\W\d_a-z][^\W\d_A-Z]+(?:['-][^\W\d_]+){0,3}|[^\W\d_a-z]\.(?!\w))"
_CAPS = rf"{_CAP}(?: (?:(?:van|von|der|de|la|al|el|bin|da|del) )?(?:{_CAP}|(?-i:[A-Z](?![\w'])))){{0,3}}"
_ANY = r"[^\W\d_]+(?:['-][^\W\d_]+){0,3}"
_KIN = r"(?:wife|husband|mum|mom|dad|son|daughter|mother|father|brother|sister|parents|widow|fianc[eé]e?|girlfriend|boyfriend|nephew|niece|grand\w+)"

_BEFORE_CAPITAL = re.compile(r"[a-z.:] (?:[^\W\d_a-z]['’])?[^\W\d_a-z](?:[^\W\d_A-Z]|\.)")
"""A word in a capital behind another word: what the weak cues wait for."""
_DEPARTMENT = (
    r"(?:radiology|theatres?|ed|a&e|icu|itu|pharmacy|x-?ray|the lab|labour ward|triage|reception|surgery|medicine|nuclear medicine"
    r"|(?:micro|cardio|neuro|ortho|haem|hem|path|onc|paed|ped|gastro|resp|renal|derm|rheum|endo|uro)[a-z]*)\b"
)
_DEPARTMENT_STEM = re.compile(
    r"(?:neuro|haem|hem|ortho|gastro|an(?:a?)esth|radio|cardio|onco|paed|ped|micro|derm|endo|rheum|resp|neph|uro|psych|path|pharm|ger|surg|vasc|max|op?hth|obs|gyn|hepat|immun)",
    re.IGNORECASE,
)
_CHAT = re.compile(r"(?:spoke|spoken|talked|chatted) to [^\W\d_]+ (?:about|regarding|re)\b", re.IGNORECASE)
"""Behind these even an everyday word in a capital is somebody, unless it is an office ("spoke to Temperance about")."""
_OFFICE = re.compile(
    r"[a-z-]*(?:ology|ics|try|acy|ery|cine|ists?|ors?|ers?|al|als|ing|ment|ity|tion|tions|board|ward|s)", re.IGNORECASE
)
_FAMILY = re.compile(
    r"(?:mother|father|mum|mom|dad|husband|wife|partner|son|daughter|brother|sister|sibling|twin)\b", re.IGNORECASE
)
_DIRECT_CUE = re.compile(
    r"(?:cc|rip|little|wee|baby|young|poor|r\.i\.p\.|dear|hi|hey|hello|saw|met|thanks to|thank you|kudos to|shout-?out to)\b",
    re.IGNORECASE,
)
"""Behind these a given name and a surname are somebody even where both are everyday words ("cc April Baker")."""


class NameCueRecognizer(GateRecognizer):
    """Strong cues take what follows them; weak ones only what is no everyday English word."""

    ENTITY = "PERSON"
    NEEDS_OF: ClassVar[Mapping[str, Needs]] = {
        "patient_name": any_of(
            "patient|pt|client|resident|carer|caregiver|mother|father|mum|mom|dad|wife|husband|son|daughter|colleague|partner|friend|consultant|nurse|reg|sho"
            "|intern|boss|neighb|relative|sibling|twin|lady|gentleman|man|woman|boy|girl|male"
        ),
        "talk": any_of("discussed with|spoke|speaking|spoken|talked|chatted|handed|liaised|d/w|s/b"),
        "surname_given": re.compile(r", [^\W\d_a-z]"),
        "letters": re.compile(r"(?<!\w)[A-Z] [A-Z] [A-Z](?!\w)"),
        "dotted_initials": re.compile(r"[A-Z]\.[A-Z]\."),
        "initials_age": re.compile(r"[A-Z]\.[A-Z]\."),
        "passing": any_of("passed|died|rest in|was admitted|was discharged|tubated|was born|went home"),
        "rest": any_of("rest |r.i.p|rip|memory|fly high|sleep tight|farewell|goodbye|happy birthday|thinking of"),
        "called": any_of("called|named"),
        "spelled_letters": re.compile(r"(?<!\w)\w[- ]\w[- ]\w[- ]\w[- ]\w(?!\w)"),
        "stage_name": any_of("dj |mc |lil |lil' |yung "),
        "surname_is": ("name",),
        "thanks": _BEFORE_CAPITAL,
        "of_department": _BEFORE_CAPITAL,
        "name_is": ("name", "aka", "a.k", "ak."),
        "name_is_lower": ("name", "called"),
        "kin": ("'s",),
        "consented": any_of(
            "consented|discharged|admitted|clerked|reviewed|intubated|extubated|consulted|examined|phoned|texted|cannulated"
        ),
        "speaker": any_of(
            " says| said| told| asked| shouted| explained| replied| thinks| lives| is from| had given| was born| who lives"
        ),
        "says": any_of("says|said|asked|explained|replied"),
        "greeting": any_of("hi|hey|hello|dear|thanks|cheers"),
        "patient_initial": any_of("mr|ms|miss|pt|patient|dr"),
    }
    PATTERNS = (
        pattern(
            "name_is",
            rf"\b(?:(?:first |last |full |maiden |sur|patient |pt |user|his |her |my |their |the )?names?(?:'s| is| are|:| was| =|\?)|named|a\.?k\.?a\.?)[ :]{{1,3}}(?P<value>{_CAPS})",
            0.9,
        ),
        pattern(
            "name_is_lower",
            rf"\b(?:(?:his|her|my|their|patient|pt)(?:'s)? (?:first |last |full )?name(?:'s| is| was|:)|i am called)[ :]{{1,3}}(?P<value>{_ANY}(?: {_ANY})?)",
            0.6,
        ),
        pattern(
            "stage_name", r"\b(?P<value>(?:dj|mc|lil'?|yung) (?-i:[A-Z])[\w'-]*(?: (?-i:[A-Z])[\w'-]+)?)(?!\w)", 0.7
        ),
        pattern("spelled_letters", r"(?<![\w'-])(?P<value>[a-z](?:([- ])[a-z])(?:\2[a-z]){3,12})(?![\w'-])", 0.7),
        pattern(
            "surname_given",
            r"(?:^|[\n:;/(-] ?|\bpt |\bpatient |\bname )(?P<value>(?:[OD]['’]|Mc|Mac|[ÓO] )?[^\W\d_a-z][^\W\d_]+(?:-[^\W\d_a-z][^\W\d_]+)?, [^\W\d_a-z][^\W\d_A-Z]+)(?= ?(?:[.,;:(\n/]|$|\d| [A-Z]\b|DOB|MRN))",
            0.75,
            re.MULTILINE,
        ),
        pattern(
            "dotted_initials",
            r"\b(?:s/o|thanks|thx|cc|pt|patient|dr|with|from|signed|love|by|for|to|xx|-|–) (?P<value>(?-i:[A-Z]\.[A-Z]\.(?:[A-Z]\.)?))(?!\w)",
            0.6,
        ),
        pattern(
            "initials_age",
            r"(?<![\w.])(?P<value>(?-i:[A-Z]\.[A-Z]\.(?:[A-Z]\.)?)),? \(?\d{1,2}(?=[,)yMF ] ?)(?! ?(?:mg|ml|g|%|days|weeks|times)\b)",
            0.7,
        ),
        pattern(
            "passing",
            rf"(?:^|[.!?\n] ?|\b(?:and|our|dear|lovely|little) )(?P<value>{_CAP}(?: {_CAP}){{0,2}}) (?:passed away|passed (?:on|peacefully)|died (?:on|at|last|this|peacefully|today|in)|rest in peace|was (?:admitted|discharged|extubated|intubated|born)|went home)\b",
            0.55,
            re.IGNORECASE | re.MULTILINE,
        ),
        pattern(
            "rest",
            rf"\b(?:rest easy|rest in peace|r\.?i\.?p\.?|in memory of|in loving memory of|fly high|sleep tight|farewell|goodbye|happy birthday|thinking of)[ ,]{{1,2}}(?:our |my |dear |sweet |little )?(?P<value>{_CAPS})",
            0.8,
        ),
        pattern(
            "called",
            rf"\b(?:son|daughter|patient|pt|baby|kid|boy|girl|lady|man|woman|chap|bloke|grandson|granddaughter|nephew|niece|twin|brother|sister|husband|wife)s? (?:is |was |are )?(?:called|named) (?P<value>{_CAPS})",
            0.85,
        ),
        pattern("letters", r"(?<![\w'])(?P<value>(?-i:[A-Z])(?: (?-i:[A-Z])){3,9})(?![\w'])", 0.6),
        pattern(
            "surname_is",
            rf"\b(?:maiden|last|family|sur) ?names?(?:'s| is| was|:| =)[ :]{{1,3}}(?P<value>{_CAPS})",
            0.9,
        ),
        pattern(
            "patient_name",
            rf"\b(?:patients?|pts?|client|resident|carer|caregiver|mother|father|mum|mom|dad|wife|husband|son|daughter|colleague|partner|friend|consultant|nurse|reg|sho|intern|boss|neighbou?r|relative|sibling|twin|lady|gentleman|man|woman|boy|girl|male|female),? (?:called |named |like |is )?(?P<value>{_CAPS})",
            0.7,
        ),
        pattern(
            "talk",
            rf"\b(?:discussed with|(?:spoke|speaking|spoken|talked|chatted|handed over) (?:to|with)|liaised with|d/w|s/b) (?P<value>{_CAPS})(?= \(| (?:about|re|regarding|who|and|today|from|in|on)\b|[,.;])",
            0.6,
        ),
        pattern(
            "of_department",
            rf"\b(?:by|with|to|from|asked|saw|rang|bleeped) (?P<value>{_CAP}) (?:in|from|on) {_DEPARTMENT}",
            0.6,
        ),
        pattern(
            "thanks",
            rf"\b(?:thanks to|thank you|thx|shout-?out to|kudos to|congrat(?:s|ulations)(?: to)?|well done|rip|r\.i\.p\.|dear|goodbye|happy birthday|get well soon|wee|little|baby|young|old|poor|by|with|to|from|for|like|saw|told|ask(?:ed)?|called|met|hi|hey|hello|meet|under|via|cc|mate|signed|regards|love|author|prof) (?P<value>{_CAPS})",
            0.45,
        ),
        pattern(
            "greeting",
            rf"^[ \t]{{0,3}}(?:hi|hey|hello|dear|thanks|cheers),? (?P<value>{_CAPS})(?=[,!.])",
            0.7,
            re.IGNORECASE | re.MULTILINE,
        ),
        pattern(
            "speaker",
            rf"(?<![\w'])(?P<value>{_CAP}(?: {_CAP}){{0,2}}) (?:says|said|told|asked|shouted|explained|replied|thinks|lives|is from|had given|was born|who lives)\b",
            0.55,
        ),
        pattern(
            "says", rf"\b(?:says|said|asked|explained|replied) (?P<value>{_CAP}(?: {_CAP}){{0,2}})(?=[.,;:!?]|$)", 0.5
        ),
        pattern("kin", rf"(?<!\w)(?P<value>{_CAP})'s (?:late |ex-?)?{_KIN}\b", 0.9),
        pattern(
            "consented",
            r"\b(?:consented|discharged|admitted|clerked|reviewed|intubated|extubated|consulted|examined|phoned|texted|cannulated) (?P<value>[^\W\d_]{3,}(?:['-][^\W\d_]+)* [^\W\d_]{1,3}['-]?[^\W\d_]*(?:['-][^\W\d_]+)*)(?= (?:for|on|to|from|at|with|and|re|about|after|today|this|last)\b|[.,;]|$)",
            0.65,
        ),
        pattern(
            "patient_initial",
            r"\b(?:mr|mrs|ms|miss|pt|patient|dr)\.? (?P<value>[A-Z]\.?(?: ?[A-Z]\.?)?)(?= (?:is|was|has|had|needs?|says|in|on|from|with|came|who|seen|refus\w+)\b|[,;)])",
            0.8,
            0,
        ),
    )

    def accepts(self, text: str, match: re.Match[str], name: str) -> bool:  # noqa: C901, PLR0911, PLR0912  a list of cases
        """Ask for evidence where the cue alone is not enough."""
        value = match.group("value")
        parts = [part.casefold().strip(".").removesuffix("'s") for part in value.split()]
        first = parts[0]
        if name in {
            "stage_name",
            "letters",
            "spelled_letters",
            "surname_is",
            "dotted_initials",
            "initials_age",
            "called",
        }:
            return True
        if name in {"rest", "passing"}:
            return first in words("given_names") or first in words("surnames") or is_unknown(value.split()[0])
        if name == "surname_given":
            given = parts[-1]
            family = parts[0].strip(",")
            return (
                given in words("given_names")
                and family not in words("regions")
                and not is_medical_word(given)
                and (family in words("surnames") or family in words("eponyms") or is_unknown(value.split(",")[0]))
                and (family not in words("given_names") or family in words("eponyms"))
            )
        if _is_full_name(parts) and (name == "patient_name" or _DIRECT_CUE.match(match.group())):
            return True
        if first in words("not_names"):
            return False
        is_english = first in words("english_words") and first not in words("names_first")
        if name in {"name_is", "kin"}:
            return not is_english or first in words("given_names") or (name == "kin" and first in words("surnames"))
        if name in {"speaker", "says"}:
            return not is_english and first not in words("regions") and len(first) > 2
        if name == "name_is_lower":
            return first in words("given_names") or not is_english
        if name == "consented":
            return parts[1] not in words("english_words") and (first in certain_given_names() or not is_english)
        if name == "patient_initial":
            return True
        if name in {"talk", "of_department"}:
            return _is_colleague(value, first) or (
                name == "talk"
                and len(parts) == 1
                and _CHAT.match(text, match.start()) is not None
                and not _is_office(first)
            )
        if name == "patient_name" and _FAMILY.match(match.group()) and is_unknown(value) and not is_medical_word(first):
            return True
        if is_english and not (first in words("given_names") and len(parts) > 1 and parts[1] in certain_surnames()):
            return False
        if name == "thanks":
            return (
                len(parts) > 1 and any(part in words("surnames") or part in words("given_names") for part in parts)
            ) or (first in certain_given_names())
        return first in words("given_names") or first in words("surnames") or len(parts) > 1


def _is_full_name(parts: list[str]) -> bool:
    return (
        len(parts) > 1
        and parts[0] in words("given_names")
        and parts[1] in words("surnames")
        and parts[1] not in words("not_names")
    )


def _is_colleague(value: str, first: str) -> bool:
    """Tell somebody who was spoken to from a department: a known name, or a word that no list knows."""
    if first in words("regions") or first in words("medical_words") or _DEPARTMENT_STEM.match(first):
        return False
    return first in words("given_names") or first in words("surnames") or is_unknown(value.split(maxsplit=1)[0])


def _is_office(word: str) -> bool:
    return (
        is_medical_word(word)
        or word in words("regions")
        or _OFFICE.fullmatch(word) is not None
        or _DEPARTMENT_STEM.match(word) is not None
        or word
        in {"admin", "payroll", "finance", "it", "hr", "mum", "dad", "family", "police", "nursing", "staff", "theatre"}
    )

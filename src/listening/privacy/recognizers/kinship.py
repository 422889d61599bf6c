"""Kinship that singles somebody out: twins, triplets, and the family of somebody with a known role or a place in the ward."""

from collections.abc import Mapping
from typing import ClassVar

from listening.privacy.recognizers.base import GateRecognizer, Needs, any_of, pattern

_KIN = r"(?:wife|husband|spouse|partner|widow(?:er)?|son|daughter|sister|brother|mother|father|mum|mom|dad|aunt|uncle|niece|nephew|cousin|grand(?:son|daughter|mother|father|ma|pa)|fianc[ée]e?)"
_SOMEBODY = r"(?:the|a|an|our|my|another|that|this)"
_BODY = r"(?:registrar|consultant|nurse|matron|sister|sho|intern|resident|colleague|doctor|gp|surgeon|boss|manager|porter|receptionist|mayor|vicar|priest|teacher|head ?teacher|girl|boy|man|woman|lady|gentleman|patient|pt|chap|kid|baby|neighbou?r|professor|prof|mp|midwife|physio|pharmacist)"


class KinshipRecognizer(GateRecognizer):
    """Such as "twin sister of the girl in bed 9", "our registrar's mum"; "her mum", "twin pregnancy" and "family" name nobody."""

    ENTITY = "ROLE"
    NEEDS_OF: ClassVar[Mapping[str, Needs]] = {
        "many": any_of("twin|uplet|triplet"),
        "far": any_of("great-|foster|-in-law|wife|wives"),
        "twin": any_of("twin|triplet|quadruplet|quintuplet"),
        "kin_of": any_of(
            "wife|husband|spouse|partner|widow|son of|daughter|sister|brother|mother|father|mum of|mom of|dad of|aunt|uncle|niece|nephew|cousin|grand|fianc"
        ),
        "kin_possessive": ("'s",),
    }
    PATTERNS = (
        pattern(
            "twin",
            rf"\b(?:(?:identical|conjoined|non-identical|mono\w+|di\w+|surviving|other) )?(?:twin|triplet|quadruplet|quintuplet)s?(?: (?:sister|brother|girl|boy|sibling|son|daughter)s?(?: of {_SOMEBODY} {_BODY}(?: in)?)?| of {_SOMEBODY} {_BODY}(?: in)?)",
            0.7,
        ),
        pattern(
            "many",
            r"\b(?:(?:conjoined|siamese|surviving|only surviving|one of) (?:twins?|triplets?|quadruplets?|quintuplets?|sextuplets?)|(?:quadruplet|quintuplet|sextuplet)s?)\b",
            0.6,
        ),
        pattern(
            "far",
            r"\b(?:(?:great-){1,4}(?:grand)?(?:mother|father|parents?|son|daughter|aunt|uncle|niece|nephew|child(?:ren)?|ma|pa)|foster (?:mother|father|grandmother|grandfather|son|daughter|brother|sister)|step-?(?:sister|brother|mother|father|son|daughter)-in-law|(?:junior|senior|second|third|fourth|co-?) ?wi(?:fe|ves))\b",
            0.6,
        ),
        pattern("kin_of", rf"\b{_KIN} of {_SOMEBODY} {_BODY}(?: (?:in|on) (?:bed|bay|ward))?\b", 0.6),
        pattern("kin_possessive", rf"\b(?:our|my|the|another) {_BODY}'s {_KIN}\b", 0.5),
    )

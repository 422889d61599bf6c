"""Occupations and offices so rare or public that they single somebody out in a case: "lighthouse keeper", "Mayor of"."""

import re
from collections.abc import Mapping
from typing import ClassVar

from listening.privacy.recognizers.base import GateRecognizer, Needs, any_of, pattern

_SPORT = r"(?:footballer|goalkeeper|striker|midfielder|quarterback|linebacker|pitcher|cricketer|golfer|jockey|gymnast|swimmer|sprinter|boxer|wrestler|rower|cyclist|marathoner|figure skater|tennis player|rugby player|basketball player|hockey player|athlete|coach|referee)"
_LEAGUE = r"(?:premier league|championship|nfl|nba|mlb|nhl|olympic|paralympic|international|professional|pro|world champion(?:ship)?|county|test|national team)"
_PUBLIC = (
    r"(?:(?:deputy |vice |lord |lady |town |city |former )?mayor(?:ess)?|mep|congress(?:man|woman)|senator|governor|councillor|prime minister|foreign minister|minister of \w+|ambassador"
    r"|bishop|archbishop|cardinal|sheriff|chief constable|police chief|fire chief|coroner|high court judge|lighthouse[- ]keeper|head ?teacher|head ?master|head ?mistress"
    r"|astronaut|cosmonaut|ballet dancer|prima ballerina|opera singer|concert pianist|pop star|rock star|film star|movie star|actor|actress|tv presenter|television presenter"
    r"|newsreader|news anchor|weather(?:man| presenter)|radio host|talk show host|game ?keeper|zoo ?keeper|harbou?r ?master|undertaker|town crier|beekeeper|taxidermist"
    r"|brigadier|commodore|rear admiral|admiral|field marshal|wing commander|squadron leader|group captain|lieutenant (?:colonel|commander|general)|sergeant major|surgeon lieutenant(?: commander)?"
    r"|nun|monk|hermit|abbot|free ?diver|pearl diver|stone skimmer|rope ?walker|(?:croc(?:odile)?|ostrich|alpaca|llama|emu|bison|snail|silkworm|oyster|cannabis) farmer|(?:crab |fishing |trawler |tug ?)?boat captain|ship'?s captain"
    r"|bell-?(?:founder|ringer)|toddy tapper|snake charmer|sword swallower|(?:serving |sitting |former )?cabinet minister|(?:defen[cs]e|military|naval) attach[ée]|consul general|high commissioner|diplomat"
    r"|falconer|glass ?blower|thatcher|blacksmith|farrier|stunt(?:man|woman)|circus performer|ventriloquist|lottery winner|olympian|paralympian|nobel laureate|duke|duchess|baroness|earl|viscount)"
)
_WORK = r"(?:teacher|head ?teacher|miner|pilot|firefighter|fireman|policeman|policewoman|police officer|postman|butcher|baker|fisherman|farmer|vicar|priest|imam|rabbi|judge|barrister|solicitor|surgeon|dentist|vet|professor|soldier|sailor|submariner|diver|welder|librarian|journalist|photographer|sculptor|violinist|pianist|chef|bus driver|train driver|astronomer|geologist)"
_SINGLED = r"(?:only|sole|first|lone|oldest|youngest)"
_DEMONYM = r"(?-i:[A-Z][a-z]+(?:an|ese|ish|i|er|ian|ic|ch))"
_NOT_SOMEBODY = re.compile(r"[ -](?:in chief|cup|league table|portrayal)", re.IGNORECASE)


class RareRoleRecognizer(GateRecognizer):
    """Public offices, rare trades, sports people of a league, "retired X", "only Samoan cardiologist".

    HIPAA identifier R, "any other unique characteristic": the role word goes, the sentence stays.
    """

    ENTITY = "ROLE"
    NEEDS_OF: ClassVar[Mapping[str, Needs]] = {
        "public": any_of(
            "mayor|mep|congress|senator|governor|councillor|minister|ambassador|bishop|cardinal|sheriff|constable|chief|coroner|judge|lighthouse|head|naut"
            "|ballet|ballerina|opera|concert|star|actor|actress|presenter|news|weather|host|keeper|master|undertaker|crier|taxiderm|falconer|blower|thatcher"
            "|brigad|commodore|admiral|marshal|commander|squadron|captain|lieutenant|sergeant|nun|monk|hermit|abbot|diver|skimmer|walker|farmer|founder|ringer|tapper|charmer|swallower|attach|consul|commissioner|diplomat"
            "|blacksmith|farrier|stunt|circus|ventriloq|lottery|olympian|laureate|duke|duchess|baron|earl|viscount"
        ),
        "singled_out_work": any_of("only|sole|first|lone|oldest|youngest"),
        "league": any_of("league|championship|nfl|nba|mlb|nhl|olympic|international|pro|world|county|test|national"),
        "champion": any_of("world|olympic|national|european|commonwealth"),
        "retired": any_of("retired|former|ex-|local|village|town"),
        "singled_out": any_of("only|sole|first|lone|oldest|youngest"),
    }
    PATTERNS = (
        pattern("league", rf"\b{_LEAGUE} (?:{_SPORT}|winner|medall?ist|player)s?\b", 0.7),
        pattern(
            "public",
            rf"(?<![\w#@-])(?:(?:sitting|serving|retired|former|ex-?|deputy|acting|current|county|state|assistant) )?{_PUBLIC}s?(?:'s (?:wife|husband|son|daughter|sister|brother|mother|father))?(?![\w-])",
            0.6,
        ),
        pattern(
            "champion",
            r"\b(?:world|olympic|paralympic|national|european|commonwealth) (?:champion|record[- ]holder|medall?ist)(?: [a-z]+){0,2}er\b|\b(?:world|olympic|paralympic) (?:champion|record[- ]holder|medall?ist|fencer|rower|archer|diver|curler|judoka|athlete)\b",
            0.7,
        ),
        pattern("retired", rf"\b(?:retired|former|ex-?|local|village|town) ?{_WORK}\b", 0.6),
        pattern("singled_out", rf"\b{_SINGLED} (?P<value>{_DEMONYM}(?: {_WORK})?) (?=[a-z])", 0.5),
        pattern("singled_out_work", rf"\b{_SINGLED} (?P<value>(?:female |male )?{_WORK})\b", 0.5),
    )

    def accepts(self, text: str, match: re.Match[str], name: str) -> bool:
        """Leave offices that are the writer's subject, not somebody: in another compound."""
        if name == "public" and _NOT_SOMEBODY.match(text, match.end()):
            return False
        return name != "singled_out" or match.group("value").split()[0].casefold() not in _NO_DEMONYMS


_NO_DEMONYMS = frozenset(
    "human german-approved clinical medical surgical topical physician pediatrician veterinarian librarian other their her".split()
)

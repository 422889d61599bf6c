"""Dates in German, French, Spanish, Italian and Portuguese words; numeric ones are the business of `calendar_date`."""

import re

from listening.privacy.recognizers.base import GateRecognizer, pattern

_MONTH = (
    r"(?:janvier|février|fevrier|mars|avril|mai|juin|juillet|août|aout|septembre|octobre|novembre|décembre|decembre|janv\.?|févr\.?|sept\.?|oct\.?|nov\.?|déc\.?"
    r"|januar|jänner|februar|märz|maerz|april|juni|juli|august|september|oktober|november|dezember"
    r"|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|noviembre|diciembre"
    r"|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre"
    r"|janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|novembro|dezembro)"
)
_WEEKDAY = (
    r"(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag"
    r"|lunes|martes|miércoles|miercoles|jueves|viernes|sábado|sabado|domingo|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica"
    r"|segunda(?:-feira)?|terça(?:-feira)?|quarta(?:-feira)?|quinta(?:-feira)?|sexta(?:-feira)?)"
)
_YEAR = r"(?:19|20)\d\d"


class ForeignDateRecognizer(GateRecognizer):
    """Day and month, month and year, weekdays with a word that pins them down, yesterday and its like."""

    ENTITY = "DATE_TIME"
    PATTERNS = (
        pattern(
            "day_month",
            rf"(?:\b{_WEEKDAY},? (?:den |dem |le |il |el |dia )?)?(?<![\w.,/])\d{{1,2}}(?:er|\.|º|°|ª|[oa])?(?:-\d{{1,2}})? (?:de |di |d['’])?{_MONTH}(?!\w)(?:,?(?: del?| do)? {_YEAR})?",
            0.9,
        ),
        pattern("month_year", rf"(?<!\w){_MONTH}(?: del?| do)? {_YEAR}\b", 0.8),
        pattern(
            "weekday",
            rf"(?<!\w)(?:(?:(?:am|letzte[nmr]?|vergangene[nm]?|nächsten?|diesen|seit|el|este|il|lo scorso|scorso|ce|na|no|nesta|neste|última|último|pasado|passado) {_WEEKDAY}|{_WEEKDAY} (?:dernier|prochain|pasado|pasada|próximo|scorso|scorsa|prossimo|passada|passado|que vem|matin|soir|früh|abend|nacht|morgen))(?: (?:dernier|prochain|pasado|scorso|passada|passado|abend|nacht|morgen))?)(?!\w)",
            0.7,
        ),
        pattern(
            "weekday_number",
            rf"(?<!\w){_WEEKDAY},? (?:den |dem |le |il |el |dia )?\d{{1,2}}\b(?! ?(?:mg|h|uhr|ans|años))",
            0.7,
        ),
        pattern("german", r"(?<![\w.,/-])(?:0?[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])\.(?:\d{2,4})?(?!\d)", 0.7),
        pattern("slash", r"(?<![\w.,/-])(?:0?[1-9]|[12]\d|3[01])/(?:0?[1-9]|1[0-2])(?![\w/%-]|[.,]\d)", 0.5),
        pattern(
            "relative",
            r"(?<!\w)(?:avant-hier|hier(?= (?:soir|matin|après)|[ ,.])|demain|gestern(?: abend| nacht)?|vorgestern|ayer|anteayer|anoche|mañana por la \w+|ieri(?: sera)?|l'altro ieri|domani|stanotte|ontem(?: à noite)?|anteontem|amanhã)(?!\w)",
            0.6,
        ),
    )

    def accepts(self, text: str, match: re.Match[str], name: str) -> bool:
        """Leave German "hier", which means here."""
        return not (name == "relative" and match.group().casefold() == "hier" and " ist" in text)

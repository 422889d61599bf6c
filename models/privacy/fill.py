"""Fill one template of `templates.toml`: a text, and where its labelled slots came to stand.

Names come from Faker in 26 locales, a quarter of them are invented so that the words around a name count and not the
name; medicine comes from `data/vocabulary`. Everything is drawn from one seeded generator.
"""

import random
import re
import string
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from faker import Faker

from listening.privacy.lexicon import words
from listening.vocabulary import load_vocabulary

LOCALES = {
    "en_US": 8, "en_GB": 8, "en_IN": 5, "en_IE": 4, "en_AU": 3, "en_CA": 2, "de_DE": 3, "fr_FR": 3, "es_ES": 3, "es_MX": 2,
    "it_IT": 3, "pt_BR": 2, "pt_PT": 1, "nl_NL": 2, "sv_SE": 2, "no_NO": 2, "da_DK": 2, "fi_FI": 2, "pl_PL": 2, "cs_CZ": 2,
    "hu_HU": 2, "hr_HR": 1, "ro_RO": 1, "tr_TR": 2, "vi_VN": 1, "yo_NG": 2,
}  # fmt: skip
"""Locale → relative weight."""
INVENTED_SHARE = 0.25
_SLOT = re.compile(r"\{([^{}]*)\}")
_ENTITY = {
    "PT": "PER", "STAFF": "PER", "FULL": "PER", "FIRST": "PER", "LAST": "PER", "INITIAL_LAST": "PER", "INITIALS_LAST": "PER",
    "HOSP": "HOSP", "TOWN": "LOC", "STREET": "STREET", "DATE": "DATE", "ID": "ID", "PHONE": "ID", "EMAIL": "ID",
}  # fmt: skip
"""Slot (without `_LOWER`, `_CAPS` and digits) → label."""
LABELS = ("PER", "LOC", "HOSP", "STREET", "DATE", "ID", "ORG")
_MONTHS = "January February March April May June July August September October November December".split()
_WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_STATES = "AL AZ CA CO CT FL GA IL IN KS KY LA MA MD MI MN MO NC NJ NY OH OR PA SC TN TX UT VA WA WI".split()
_KINDS = (
    "Hospital", "Hospital", "General Hospital", "Medical Center", "Medical Centre", "Clinic", "Clinic", "Community Hospital",
    "Regional Medical Center", "Memorial Hospital", "University Hospital", "Children's Hospital", "Infirmary", "Health Center",
    "Cancer Center", "Heart Institute", "Hospice", "Rehab Center", "Family Practice", "Health System", "Eye Clinic", "Care Home",
)  # fmt: skip
_SAINTS = (
    "Mary Jude Luke Vincent Joseph Thomas Anne John Helena Elsewhere Michael Francis Barnabas Columba Olave".split()
)
_SHORT_HOSPITALS = ("UCLA", "UCSF", "Mt. Sinai", "Mass General", "Johns Hopkins", "Mayo Clinic", "Cleveland Clinic", "Barts", "GOSH",
    "Addenbrooke's", "the Royal Free", "King's", "Stanford", "Cedars-Sinai", "NYU Langone", "MD Anderson", "the Karolinska", "AKH",
    "Charité", "Duke", "Emory", "Kaiser", "the VA", "Methodist", "Mercy General", "Royal Blackburn", "Northwestern Memorial")  # fmt: skip
_HOSPITAL_STEMS = ("Mercy", "Sunrise", "Elm Grove", "Cedar Crest", "Riverside", "Lakeview", "Providence", "Good Samaritan", "Northside",
    "Summit", "Maple", "Hillcrest", "Harbor", "Queen Alexandra", "Royal Victoria")  # fmt: skip
_TITLES = ("Mr", "Mrs", "Ms", "Miss", "Mr.", "Mrs.", "Ms.", "Mx")
_STAFF_TITLES = ("Dr", "Dr.", "Prof", "Prof.", "Nurse", "Sister", "Doctor", "Professor", "Mr", "Miss", "Dr", "Dr.")
_UNITS = ("Apt.", "Suite", "Flat", "Unit", "apt", "#", "Apartment", "Ste")
_COUNTRIES = "Germany Sweden Canada Australia Estonia Norway Belgium Switzerland Iceland Denmark Italy Spain Finland Austria".split()
_THINGS = "phone movie album season game book recipe playlist update laptop jacket meme song episode coffee bike theory".split()
_SHOWS = (
    "Game of Thrones",
    "the finals",
    "Zombie Night",
    "Love Boat",
    "The Office",
    "Doctor Who",
    "the World Cup",
    "Frozen",
)
_ORGS = ("Google", "Netflix", "Spotify", "Arsenal", "Lakers", "Samsung", "Toyota", "BBC", "Microsoft", "Walmart", "Acme Corp", "Delta",
    "Uber", "Chelsea", "Red Bull", "Nintendo", "Instagram", "Starbucks", "Reuters", "Fox News", "Rolling Stone", "Nike")  # fmt: skip
_PHARMA = ("Pfizer", "Moderna", "Novartis", "Roche", "Genentech", "Merck", "Gilead", "Sanofi", "AstraZeneca", "Lilly", "Novo Nordisk",
    "Bayer", "AbbVie", "Amgen", "Biogen", "Takeda", "Teva", "Medtronic", "Abbott", "Boston Scientific", "Janssen")  # fmt: skip
_BODIES = "NICE AHA ADA ESC ACC KDIGO GOLD ACOG ASCO ESMO EULAR WHO CDC FDA EMA IDSA NCCN SIGN USPSTF GINA".split()
_CONGRESSES = "ESMO ASCO ASH EHA ESC ACC AHA EASD ADA EULAR ACR ERS ATS AAN AASLD DDW".split()
_SCORES = ("Wells score", "CHA2DS2-VASc", "Apgar", "Glasgow coma scale", "SOFA", "MELD", "HEART score", "Bishop score", "Child-Pugh class",
    "Karnofsky", "Braden scale", "Epworth", "PHQ-9", "NIHSS", "Ranson criteria", "Mallampati", "Gleason", "Fitzpatrick type")  # fmt: skip
_DEVICES = ("Foley", "Hickman line", "Swan-Ganz", "PICC", "Jackson-Pratt drain", "Bair Hugger", "LVAD", "Yankauer", "Port-a-Cath",
    "Medtronic pump", "Dexcom", "Libre sensor", "Impella", "Mirena", "Groshong", "Quinton catheter")  # fmt: skip
_TRIALS = ("DAPA-HF", "KEYNOTE-189", "SELECT", "EMPEROR", "PARADIGM-HF", "SPRINT", "RECOVERY", "ARISTOTLE", "JUPITER", "CheckMate 227",
    "STEP 1", "SURMOUNT", "EMILIA", "KATHERINE", "SOPHIA", "ALEX", "OLYMPIA", "PAOLA-1", "CLEOPATRA", "JULIET", "HOPE", "AUGUSTUS")  # fmt: skip
_LABS = "CRP HbA1c eGFR troponin ferritin TSH INR creatinine ALT lactate BNP PSA CK ESR vitamin-D potassium IgE D-dimer".split()
_PROCEDURES = ("MRI", "colonoscopy", "PCI", "dialysis", "CT angiogram", "biopsy", "ERCP", "HFNO", "cardioversion", "ablation", "LP", "TAVI",
    "thrombectomy", "CABG", "bronchoscopy", "ECMO", "PET scan", "appendicectomy", "cataract surgery", "stem cell transplant")  # fmt: skip
_EFFECTS = (
    "rash",
    "nausea",
    "fatigue",
    "hair loss",
    "headache",
    "hives",
    "dizziness",
    "dry cough",
    "diarrhoea",
    "palpitations",
    "tremor",
)
_SEXES = ("male", "female", "man", "woman", "M", "F", "gentleman", "lady", "boy", "girl", "pt")
_JOBS = ("nurse", "CEO", "editor", "professor of medicine", "producer", "head of marketing", "midwife")


@dataclass(frozen=True)
class Filled:
    """A text with labelled spans (start, end, label) and whether its template is kept for judging."""

    text: str
    spans: list[tuple[int, int, str]]
    group: str
    is_heldout: bool = False


@dataclass
class Filler:
    """Draws values for slots."""

    rng: random.Random
    pools: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    @cached_property
    def medicine(self) -> dict[str, list[str]]:
        """Terms of the controlled vocabulary by slot."""
        vocabulary = load_vocabulary()
        labels = {"drug": [], "brand": [], "cond": []}
        for term in vocabulary.terms:
            kind = vocabulary.concepts[term.concept_id].kind
            if term.tier == "block" or not 3 < len(term.text) < 30 or term.text.isupper():
                continue
            if kind == "product":
                labels["brand" if term.form == "brand" else "drug"].append(term.text)
            elif kind == "condition":
                labels["cond"].append(term.text)
        return {slot: sorted(set(values)) for slot, values in labels.items()}

    @cached_property
    def eponyms(self) -> list[str]:
        """Eponyms as people write them."""
        return sorted(word.title().replace("'S", "'s") for word in words("eponyms"))

    def _pool(self, kind: str) -> str:
        locale = self.rng.choices(list(LOCALES), list(LOCALES.values()))[0]
        if locale not in self.pools:
            fake = Faker(locale, use_weighting=False)
            fake.seed_instance(self.rng.randrange(2**31))
            self.pools[locale] = {
                "first": [fake.first_name() for _ in range(300)],
                "last": [fake.last_name() for _ in range(300)],
                "street": [self._plain_street(fake) for _ in range(150)],
                "city": [fake.city() for _ in range(150)],
            }
        return self.rng.choice(self.pools[locale][kind])

    @staticmethod
    def _plain_street(fake: Faker) -> str:
        return fake.street_address().replace("\n", " ")

    def _invented(self) -> str:
        syllables = [
            self.rng.choice(("b", "br", "c", "d", "f", "g", "k", "l", "m", "n", "p", "qu", "r", "s", "sh", "t", "th", "v", "z", ""))
            + self.rng.choice(("a", "e", "i", "o", "u", "ai", "ee", "ie", "ou", "ya"))
            + self.rng.choice(("", "", "n", "r", "l", "s", "m", "ck", "nd", "rt", "x"))
            for _ in range(self.rng.choice((1, 2, 2, 2, 3)))
        ]  # fmt: skip
        return "".join(syllables).capitalize() + self.rng.choice(("", "", "", "son", "ski", "ez", "well", "ley", "o"))

    def _first(self) -> str:
        name = self._invented() if self.rng.random() < INVENTED_SHARE else self._pool("first")
        return f"{name}-{self._pool('first')}" if self.rng.random() < 0.03 else name

    def _last(self) -> str:
        name = self._invented() if self.rng.random() < INVENTED_SHARE else self._pool("last")
        chance = self.rng.random()
        if chance < 0.04:
            return f"{name}-{self._pool('last')}"
        if chance < 0.07:
            return self.rng.choice(("O'", "Mc", "van ", "de ", "al-", "von ", "D'")) + name
        return name

    def _initial(self) -> str:
        return self.rng.choice(string.ascii_uppercase) + self.rng.choice((".", ".", ".", ""))

    def _full(self) -> str:
        middle = self.rng.choice(
            (
                "",
                "",
                "",
                "",
                f"{self.rng.choice(string.ascii_uppercase)}. ",
                f"{self.rng.choice(string.ascii_uppercase)} ",
            )
        )
        return f"{self._first()} {middle}{self._last()}"

    def _patient(self) -> str:  # noqa: PLR0911  a list of cases
        choice = self.rng.random()
        if choice < 0.3:
            return f"{self._first()} {self._initial()}"
        if choice < 0.55:
            return self._full()
        if choice < 0.75:
            return f"{self.rng.choice(_TITLES)} {self._last()}"
        if choice < 0.82:
            return f"{self.rng.choice(_TITLES)} {self._first()} {self._initial()}"
        if choice < 0.88:
            return f"{self.rng.choice(_TITLES)} {self._initial()}"
        if choice < 0.94:
            return f"{self._initial()} {self._last()}"
        return self._first()

    def _staff(self) -> str:
        title = self.rng.choice(_STAFF_TITLES)
        return f"{title} {self.rng.choice((self._last, self._last, self._last, self._full, self._first))()}"

    def _town(self) -> str:
        choice = self.rng.random()
        town = self._pool("city") if choice < 0.6 else self.rng.choice(sorted(words("towns"))).title()
        return f"{town}, {self.rng.choice(_STATES)}" if choice > 0.85 else town

    def _hospital(self) -> str:
        rng = self.rng
        stem = rng.choice((self._last, self._town, self._town, lambda: rng.choice(_HOSPITAL_STEMS)))()
        stem = stem.split(",", maxsplit=1)[0]
        choice = rng.random()
        if choice < 0.5:
            return f"{stem} {rng.choice(_KINDS)}"
        if choice < 0.62:
            return f"St{rng.choice(('.', '', '.'))} {rng.choice(_SAINTS)}'s{rng.choice(('', ' Hospital', ' Medical Center', ' Clinic'))}"
        if choice < 0.72:
            return f"University of {stem}{rng.choice(('', ' Hospital', ' Medical Center'))}"
        if choice < 0.84:
            return rng.choice(_SHORT_HOSPITALS)
        if choice < 0.9:
            return f"{stem} {rng.choice(('General', 'Memorial', 'Presbyterian', 'Methodist', 'Royal'))}"
        return f"{self._town().split(',')[0]} {rng.choice(('clinic', 'office', 'facility', 'hospital'))}"

    def _street(self) -> str:
        rng = self.rng
        street = self._pool("street")
        if rng.random() < 0.35:
            street = f"{rng.randint(1, 9999)} {street}"
        if rng.random() < 0.3:
            street += rng.choice((" ", ", ", "\n ", "\n")) + f"{rng.choice(_UNITS)} {rng.randint(1, 999)}"
        if rng.random() < 0.3:
            gap = rng.choice((", ", " ", "\n", "\n "))
            street += f"{gap}{self._pool('city')}" + rng.choice(
                ("", f", {rng.choice(_STATES)}", f" {rng.choice(_STATES)}")
            )
            street += rng.choice(("", f"{gap}{rng.choice(_COUNTRIES)}")) + rng.choice(
                ("", f" {rng.randint(1000, 99999)}")
            )
        if rng.random() < 0.05:
            street = f"PSC {rng.randint(100, 9999)}, Box {rng.randint(1, 9999)}\nAPO {rng.choice(('AE', 'AA', 'AP'))} {rng.randint(9000, 99999)}"
        return street

    def _date(self) -> str:
        rng = self.rng
        day, month, year = rng.randint(1, 28), rng.choice(_MONTHS), rng.randint(2009, 2026)
        number = _MONTHS.index(month) + 1
        ordinal = f"{day}{'st' if day in {1, 21} else 'nd' if day in {2, 22} else 'rd' if day in {3, 23} else 'th'}"
        return rng.choice((
            f"{month} {day}, {year}", f"{month} {ordinal}, {year}", f"{day} {month} {year}", f"{month[:3]} {day}", f"{month[:3]} {ordinal} {year}",
            f"{number:02}/{day:02}/{year}", f"{number}/{day}/{year % 100:02}", f"{day}.{number}.{year}", f"{year}-{number:02}-{day:02}", f"{ordinal} of {month}",
            f"{day}-{month[:3]}-{year}", f"{month} {day}", f"{rng.choice(_WEEKDAYS)} {day}/{number}", f"{day}{month[:3]}{year % 100:02}", f"last {rng.choice(_WEEKDAYS)}",
            f"{month} {year}",
        ))  # fmt: skip

    def _identifier(self) -> str:
        rng = self.rng
        digits = lambda low, high: "".join(rng.choice(string.digits) for _ in range(rng.randint(low, high)))  # noqa: E731
        letters = lambda count: "".join(rng.choice(string.ascii_uppercase) for _ in range(count))  # noqa: E731
        return rng.choice((
            digits(6, 10), f"{letters(2)}{digits(5, 8)}", f"{letters(3)}-{digits(4, 7)}", f"{digits(3, 3)}-{digits(2, 2)}-{digits(4, 4)}", f"#{digits(5, 8)}",
            f"{letters(1)}{digits(7, 7)}{letters(1)}", f"{digits(2, 3)}-{digits(4, 6)}", f"{letters(2)}-{digits(2, 2)}-{digits(5, 6)}", f"{digits(3, 3)} {digits(3, 3)} {digits(4, 4)}",
            f"{letters(4)}{digits(6, 6)}", f"{digits(4, 4)}-{letters(2)}",
        ))  # fmt: skip

    def value(self, slot: str) -> tuple[str, str | None]:
        """Give a value for a slot and its label, or None for the label of what stays.

        Raises:
            KeyError: No such slot.
        """
        name = slot.rstrip("0123456789")
        base = name.removesuffix("_LOWER").removesuffix("_CAPS")
        if base in _ENTITY:
            text = self._identifying(base)
            if name.endswith("_LOWER"):
                text = text.lower()
            elif name.endswith("_CAPS"):
                text = text.upper()
            return text, _ENTITY[base]
        if name == "org":
            return self.rng.choice(_ORGS if self.rng.random() < 0.5 else _PHARMA), "ORG"
        return self._plain(name), None

    def _identifying(self, name: str) -> str:
        rng = self.rng
        makers: dict[str, Callable[[], str]] = {
            "PT": self._patient, "STAFF": self._staff, "FULL": self._full, "FIRST": self._first, "LAST": self._last, "HOSP": self._hospital,
            "TOWN": self._town, "STREET": self._street, "DATE": self._date, "ID": self._identifier,
            "INITIAL_LAST": lambda: f"{rng.choice(string.ascii_uppercase)}. {self._last()}",
            "INITIALS_LAST": lambda: f"{rng.choice(string.ascii_uppercase)}.{rng.choice(string.ascii_uppercase)}. {self._last()}",
            "PHONE": lambda: rng.choice(("{}-{}-{}", "({}) {}-{}", "{} {} {}", "+44 {} {} {}")).format(rng.randint(200, 999), rng.randint(200, 999), rng.randint(1000, 9999)),
            "EMAIL": lambda: f"{self._first()}.{self._last()}@{rng.choice(('example.com', 'nhs.net', 'mail.org'))}".replace(" ", "").lower(),
        }  # fmt: skip
        return makers[name]()

    def _plain(self, name: str) -> str:  # noqa: PLR0911  a list of cases
        rng = self.rng
        lists = {
            "score": _SCORES, "device": _DEVICES, "trial": _TRIALS, "lab": _LABS, "procedure": _PROCEDURES, "effect": _EFFECTS, "body": _BODIES,
            "congress": _CONGRESSES, "sexn": _SEXES, "thing": _THINGS, "show": _SHOWS, "title": _JOBS, "month": _MONTHS, "weekday": _WEEKDAYS,
            "eponym": self.eponyms,
        }  # fmt: skip
        if name in lists:
            return rng.choice(lists[name])
        if name in self.medicine:
            text = rng.choice(self.medicine[name])
            return text if name == "brand" or rng.random() < 0.7 else text.lower()
        if name == "age":
            return rng.choice(("{}-year-old", "{}yo", "{} y/o", "{}", "{} year old", "{}y")).format(rng.randint(1, 89))
        if name == "dose":
            return rng.choice(("{} mg", "{}mg", "{} mcg", "{} units", "{} mg bd")).format(
                rng.choice((2.5, 5, 10, 20, 40, 50, 100, 250, 500))
            )
        if name == "n":
            return str(rng.randint(2, 60))
        if name == "year":
            return str(rng.randint(2005, 2026))
        if name == "region":
            return rng.choice(sorted(words("regions"))).title()
        raise KeyError(name)

    def fill(self, template: str, group: str, *, is_heldout: bool = False) -> Filled:
        """Fill a template's slots and choices, then vary the case as posts do."""
        pieces: list[str] = []
        spans: list[tuple[int, int, str]] = []
        position = length = 0
        drawn: set[str] = set()
        for match in _SLOT.finditer(template):
            pieces.append(template[position : match.start()])
            length += match.start() - position
            if "|" in match.group(1):
                text, label = self.rng.choice(match.group(1).split("|")), None
            else:
                text, label = self.value(match.group(1))
                while text in drawn:
                    text, label = self.value(match.group(1))
                drawn.add(text)
            pieces.append(text)
            if label:
                spans.append((length, length + len(text), label))
            length += len(text)
            position = match.end()
        pieces.append(template[position:])
        text = "".join(pieces)
        chance = self.rng.random()
        if chance < 0.1:
            text = self._keep_length(text, text.lower())
        elif chance < 0.13:
            text = self._keep_length(text, text.upper())
        return Filled(text, spans, group, is_heldout)

    @staticmethod
    def _keep_length(text: str, other: str) -> str:
        return other if len(other) == len(text) else text

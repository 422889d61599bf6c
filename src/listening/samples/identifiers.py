"""Plants identifiers in posts, and remembers each value that a scan can prove a leak by."""

import random
from collections.abc import Callable, Sequence

from listening.samples.grammar import Slots, expand, grammar
from listening.samples.model import PlantedIdentifier
from listening.samples.people import Person, make_handle, make_hospital

MIN_BYTES = 8
"""A shorter value could turn up by chance in a file of some megabytes."""

_UNIT_WORDS = ("Kestrel", "Rowan", "Primrose", "Linden", "Osprey", "Juniper")
_UK_AREAS = ("0113 496 0", "0114 496 0", "0117 496 0", "020 7946 0", "07700 900")
"""Ofcom's numbers for use in drama: the last three digits are free."""


class Planter:
    """Makes values and the sentences around them; `planted` grows with each."""

    def __init__(self, rng: random.Random, people: Sequence[Person]) -> None:
        """Draw from `rng`; name only `people`."""
        self._rng = rng
        self._people = people
        self._carriers = grammar("identifiers")
        self._weights = [row["weight"] for row in self._carriers.values()]
        self.planted: dict[str, PlantedIdentifier] = {}

    def note(self, entity_type: str, value: str) -> str:
        """Remember a value that stands somewhere, if it is long enough, and give it back."""
        if len(value.encode()) >= MIN_BYTES:
            self.planted.setdefault(value, PlantedIdentifier(entity_type, value))
        return value

    def sentence(self, slots: Slots) -> str:
        """Make a sentence that holds at least one identifier."""
        kind = self._rng.choices(list(self._carriers), self._weights)[0]
        person = self._rng.choice(self._people)
        return expand(self._rng.choice(self._carriers[kind]["sentences"]), self._rng, {**slots, **self._slots(person)})

    def picture(self) -> str:
        """Describe a picture, and name somebody in it: for the `alt` of an image."""
        person = self._rng.choice(self._people)
        self.note("PERSON", person.full)
        return f"{person.full} with the team, {self.note('DATE_TIME', make_date(self._rng))}"

    def remark(self) -> str:
        """Make an internal remark on a member, as a supplier's export may hold in a column that nobody asked for."""
        person = self._rng.choice(self._people)
        return (
            f"verified by {self.note('PERSON', person.full)}, call {self.note('PHONE_NUMBER', make_phone(self._rng))}"
        )

    def _slots(self, person: Person) -> dict[str, str | Callable[[], str]]:
        rng = self._rng
        kinds: dict[str, tuple[str, Callable[[], str]]] = {
            "PERSON": ("PERSON", lambda: person.full),
            "PERSON_TAG": ("PERSON", lambda: person.full.title().replace(" ", "").replace("-", "").replace("'", "")),
            "HANDLE": ("HANDLE", lambda: make_handle(rng, person)),
            "HANDLE2": ("HANDLE", lambda: make_handle(rng, rng.choice(self._people))),
            "EMAIL_ADDRESS": ("EMAIL_ADDRESS", lambda: make_email(rng, person)),
            "EMAIL_SPELLED": ("EMAIL_ADDRESS", lambda: spell_out(make_email(rng, person))),
            "PHONE_NUMBER": ("PHONE_NUMBER", lambda: make_phone(rng)),
            "MEDICAL_RECORD_NUMBER": ("MEDICAL_RECORD_NUMBER", lambda: make_record_number(rng)),
            "UK_NHS": ("UK_NHS", lambda: make_nhs_number(rng)),
            "DATE_TIME": ("DATE_TIME", lambda: make_date(rng)),
            "STREET_ADDRESS": (
                "STREET_ADDRESS",
                lambda: f"{rng.randint(2, 199)} {rng.choice(grammar('fillers')['street'])}",
            ),
            "POSTCODE": ("POSTCODE", lambda: make_postcode(rng)),
            "HOSPITAL": ("HOSPITAL", lambda: make_hospital(rng)),
            "ROOM": ("ROOM", lambda: f"bed {rng.randint(1, 40)} on {rng.choice(_UNIT_WORDS)} ward"),
            "PROFILE_URL": (
                "PROFILE_URL",
                lambda: make_profile_url(rng, self.note("HANDLE", make_handle(rng, person))),
            ),
            "US_SSN": ("US_SSN", lambda: f"{rng.randint(501, 665)}-{rng.randint(11, 99)}-{rng.randint(1001, 9999)}"),
            "POLICY_NUMBER": ("POLICY_NUMBER", lambda: f"HX{rng.randrange(10**8, 10**9)}{rng.choice('KLMNPQ')}"),
            "DEVICE_SERIAL": ("DEVICE_SERIAL", lambda: f"PJN{rng.randrange(10**6, 10**7)}{rng.choice('STUV')}"),
            "LICENCE_NUMBER": ("LICENCE_NUMBER", lambda: f"ML-{rng.randrange(10**6, 10**7)}"),
        }
        slots: dict[str, str | Callable[[], str]] = {
            name: (lambda kind=kind, make=make: self.note(kind, make()))  # type: ignore[misc]
            for name, (kind, make) in kinds.items()
        }
        slots["age_over_89"] = f"{rng.randint(90, 103)} year old"
        slots["ward"] = f"{rng.randint(1, 12)}{rng.choice('AB')}"
        return slots


def make_email(rng: random.Random, person: Person) -> str:
    """Make an address at a domain kept for examples (RFC 2606)."""
    base = person.ascii or "medic"
    return f"{base[:20]}{rng.randint(10, 99)}@{rng.choice(('mail.example.org', 'hospital.example.com', 'nhs.example.net'))}"


def spell_out(address: str) -> str:
    """Write an address in words, as people do to hide it from machines."""
    return address.replace("@", " at ").replace(".", " dot ")


def make_phone(rng: random.Random) -> str:
    """Make a number from the ranges kept for fiction: 555-01xx in North America, Ofcom's drama numbers in the UK."""
    if rng.random() < 0.5:
        area, line = rng.choice((202, 212, 312, 415, 617, 713)), rng.randint(100, 199)
        return rng.choice((f"({area}) 555-0{line}", f"+1 {area} 555 0{line}", f"{area}-555-0{line}"))
    return f"{rng.choice(_UK_AREAS)}{rng.randint(0, 999):03d}"


def make_record_number(rng: random.Random) -> str:
    """Make a record number with a letter or a sign in it, which no hash or counter shows by chance."""
    return rng.choice(
        (f"H{rng.randrange(10**6, 10**7)}X", f"{rng.randrange(10**5, 10**6)}-{rng.randrange(1000, 9999)}/Q")
    )


def make_nhs_number(rng: random.Random) -> str:
    """Make a number of the test range 999, with a right check digit (NHS Data Dictionary, modulus 11)."""
    while True:
        digits = [9, 9, 9, *(rng.randint(0, 9) for _ in range(6))]
        check = 11 - sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=True)) % 11
        if check != 10:
            number = "".join(map(str, [*digits, check % 11]))
            return f"{number[:3]} {number[3:6]} {number[6:]}"


def make_date(rng: random.Random) -> str:
    """Make a full date in words or figures, never in ISO form: that is how days are legally stored."""
    day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.choice((*range(1934, 1999), *range(2019, 2026)))
    names = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October")
    name = (*names, "November", "December")[month - 1]
    return rng.choice((f"{day} {name} {year}", f"{name} {day}, {year}", f"{day:02d}/{month:02d}/{year}"))


def make_postcode(rng: random.Random) -> str:
    """Make a postcode in the British form of seven or more characters; `QX` is no postal area."""
    return f"QX{rng.randint(10, 99)} {rng.randint(1, 9)}{rng.choice('ABDEF')}{rng.choice('GHJLN')}"


def make_profile_url(rng: random.Random, handle: str) -> str:
    """Make the address of a profile on one of the networks."""
    return rng.choice(
        (
            f"https://med-social.example/@{handle}",
            f"https://twitter.com/{handle}",
            f"https://www.linkedin.com/in/{handle}",
            f"https://bsky.app/profile/{handle}.bsky.social",
            f"https://www.facebook.com/{handle}",
        )
    )

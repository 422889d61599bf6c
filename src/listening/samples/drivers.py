"""The planted drivers: what rises, when, by how much, and the words it is written in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from listening.samples.grammar import grammar
from listening.samples.model import Expectation, PlantedDriver
from listening.vocabulary import Vocabulary

PLANTED_WORDS = ("tirzepatide", "amoxicillin", "finerenone", "hyperkal", "pancreatic", "workload", "shortage")
"""Stems that no background post may hold, so that the planted counts are exact."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a driver is planted.

    `share` is its part of all posts outside its days, `share * driver.factor` inside them; `quiet` are its sentences
    outside, `loud` those inside. `slots` are fillers its sentences need. `specialties` lean its authors (three in five),
    and `driver.specialty` binds them all.
    """

    driver: PlantedDriver
    share: float
    loud: Sequence[str]
    quiet: Sequence[str]
    specialties: Sequence[str]
    slots: Mapping[str, str]

    def share_on(self, day: date) -> float:
        """Give the planned part of a day's posts, 0 to 1."""
        return self.share * (self.driver.factor if self.driver.from_day <= day < self.driver.to_day else 1.0)


def make_plans(first_day: date, end_day: date, vocabulary: Vocabulary) -> tuple[Plan, ...]:
    """Plan every driver for the days `[first_day, end_day)`; days that do not fit are cut off."""
    congress = pick_congress(end_day)
    name = congress["name"]
    start = congress["day"]
    year = start.year
    rows: list[tuple[str, str, str, date, date, Expectation, float, float, str | None]] = [
        ("product_rise", "product", "tirzepatide", end_day - timedelta(18), end_day, "rises", 0.015, 4.0, None),
        ("congress_week", "event", name, start, start + timedelta(congress["days"]), "rises", 0.004, 30.0, None),
        ("shortage", "topic", "drug shortage", end_day - timedelta(38), end_day - timedelta(24), "rises", 0.008, 8.0, None),
        ("safety", "adverse_event", "hyperkalaemia", end_day - timedelta(10), end_day, "rises", 0.005, 10.0, None),
        ("control", "topic", "workload", first_day, end_day, "steady", 0.04, 1.0, None),
        ("cohort", "condition", "pancreatic cancer", end_day - timedelta(14), end_day, "rises", 0.008, 5.0, "oncology"),
    ]  # fmt: skip
    leaning = {"product_rise": ("endocrinology", "family-medicine"), "congress_week": tuple(congress["specialties"])}
    leaning |= {"shortage": ("paediatrics", "family-medicine"), "safety": ("nephrology", "cardiology")}
    plans = []
    for sentences, kind, label, from_day, to_day, expectation, share, factor, specialty in rows:
        own = grammar("drivers")[sentences]
        driver = PlantedDriver(
            kind=kind,
            concept_id=find_concept(vocabulary, kind, label),
            label=label,
            from_day=min(max(from_day, first_day), end_day),
            to_day=min(max(to_day, first_day), end_day),
            expectation=expectation,
            factor=factor,
            specialty=specialty,
        )
        slots = {"planted_congress": f"{name} {year}", "planted_tag": f"{name.replace(' ', '')}{year % 100:02d}"}
        quiet = own.get("quiet", own["sentences"])
        plans.append(Plan(driver, share, own["sentences"], quiet, leaning.get(sentences, ()), slots))
    return tuple(plans)


def pick_congress(end_day: date) -> dict[str, Any]:
    """Choose the congress whose first day lies nearest to four weeks before the end, and give it with that `day`."""
    aim = end_day - timedelta(28)
    dated = [
        {**row, "day": date(year, *row["start"])}
        for row in grammar("drivers")["congress"]
        for year in (aim.year - 1, aim.year, aim.year + 1)
    ]
    return min(dated, key=lambda row: (abs(row["day"] - aim), row["id"]))


def find_concept(vocabulary: Vocabulary, kind: str, written: str) -> str:
    """Give the id of the concept of a kind that is written so; a slug of the same form where the vocabulary has none."""
    wanted = written.casefold()
    for term in vocabulary.terms:
        if term.text.casefold() == wanted and vocabulary.concepts[term.concept_id].kind == kind:
            return term.concept_id
    return f"{kind}:{wanted.replace(' ', '-')}"


def vocabulary_fillers(vocabulary: Vocabulary) -> dict[str, list[str]]:
    """Give drugs and conditions of the vocabulary that a sentence can hold: in common use, not ambiguous, none planted.

    A drug is in common use where it belongs to a class, a condition where it has an abbreviation or a lay name.
    """
    planted = {find_concept(vocabulary, "product", name) for name in ("tirzepatide", "amoxicillin", "finerenone")}
    planted |= {find_concept(vocabulary, "condition", name) for name in ("pancreatic cancer", "hyperkalaemia")}
    classes = {concept.parent for concept in vocabulary.concepts.values()}
    known = {term.concept_id for term in vocabulary.terms if term.form in {"abbr", "lay"}}
    result: dict[str, set[str]] = {"drug": set(), "condition": set()}
    for term in vocabulary.terms:
        concept = vocabulary.concepts[term.concept_id]
        text = term.text
        is_plain = term.tier == "free" and 6 <= len(text) <= 24 and text.replace(" ", "").isalpha()
        if not is_plain or concept.concept_id in planted or any(stem in text.casefold() for stem in PLANTED_WORDS):
            continue
        is_medicine = concept.parent not in {None, "product:device"} and concept.concept_id not in classes
        if concept.kind == "product" and is_medicine and term.form in {"name", "brand"}:
            result["drug"].add(text)
        elif concept.kind == "condition" and term.form == "name" and concept.concept_id in known:
            result["condition"].add(text)
    return {slot: sorted(texts) for slot, texts in result.items()}

"""Randomising at collection: the statistics hold, and the same post is always stored the same."""

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from listening.identity.keys import Keys
from listening.identity.terms import specialty_ids
from listening.posts import AuthorLabels, SafetyElements, SourceId
from listening.privacy.anonymise import Redaction
from listening.privacy.gate import Gate, open_gate
from listening.privacy.policy import load_policy
from listening.privacy.randomise import jitter_day, respond, unit
from listening.privacy.surrogate import fake_name, shifted_date, with_surrogates
from listening.raw import RawPost

KEYS = Keys(b"k" * 32)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def draws(count):
    rng = random.Random(5)
    return [rng.randbytes(32) for _ in range(count)]


def chi_squared(counts, expected):
    return sum((count - expected) ** 2 / expected for count in counts)


def test_a_draw_is_even_between_zero_and_one():
    tenths = Counter(int(unit(draw) * 10) for draw in draws(10_000))
    assert chi_squared(tenths.values(), 1_000) < 27.9  # 9 degrees of freedom, p = 0.001


def test_a_jittered_day_is_each_of_the_days_around_as_often():
    day, latest = date(2026, 5, 4), date(2026, 11, 20)
    moved = Counter((jitter_day(day, latest, 3, draw) - day).days for draw in draws(7_000))
    assert set(moved) == set(range(-3, 4))
    assert chi_squared(moved.values(), 1_000) < 22.5  # 6 degrees of freedom, p = 0.001


def test_no_day_is_jittered_past_the_day_of_collection():
    latest = date(2026, 5, 4)
    assert all(jitter_day(latest, latest, 5, draw) <= latest for draw in draws(500))
    assert jitter_day(latest, latest, 0, draws(1)[0]) == latest


def test_randomised_responses_can_be_corrected_for():
    labels, flip, count = sorted(specialty_ids()), 0.2, 20_000
    truth = {labels[0]: 0.5, labels[1]: 0.3, labels[2]: 0.2}
    rng = random.Random(6)
    people = rng.choices(list(truth), list(truth.values()), k=count)
    seen = Counter(respond(label, labels, flip, draw) for label, draw in zip(people, draws(count), strict=True))
    for label, share in truth.items():
        estimate = (seen[label] - flip * count / len(labels)) / (1 - flip)
        assert abs(estimate / count - share) < 0.02
    kept = sum(respond(label, labels, flip, draw) == label for label, draw in zip(people, draws(count), strict=True))
    assert abs(kept / count - (1 - flip + flip / len(labels))) < 0.01


def test_an_unknown_label_stays_unknown():
    assert respond(None, ["a", "b"], 0.99, draws(1)[0]) is None


def gate_with(**randomise):
    policy = load_policy()
    made = Gate(
        policy.model_copy(update={"randomise": policy.randomise.model_copy(update=randomise)}), gate_version="test"
    )
    made._engines = open_gate()._engines | {"en": open_gate().engine()}
    return made


def post(native_id="1", **fields):
    return RawPost(
        **{
            "source_id": SourceId("demo"),
            "native_id": native_id,
            "text": "metformin for gout",
            "created_at": NOW - timedelta(days=40),
            "author_handle": "doe",
            **fields,
        }
    )


def passed(gate, *raws, specialty="oncology"):
    return gate.pass_posts(
        raws,
        keys=KEYS,
        collected_at=NOW,
        label=lambda _: AuthorLabels(role="physician", specialty=specialty, country="GB"),
        screen=lambda _: SafetyElements(),
    )


def test_one_author_answers_once_a_period_whatever_is_asked():
    gate = gate_with(specialty_flip=0.5, country_flip=0.5)
    answers = {(p.labels.specialty, p.labels.country) for p in passed(gate, *(post(str(n)) for n in range(20)))}
    assert len(answers) == 1
    others = {p.labels.specialty for p in passed(gate, *(post(str(n), author_handle=f"a{n}") for n in range(60)))}
    assert len(others) > 5


def test_a_post_read_again_is_stored_the_same():
    gate = gate_with(day_jitter=5, specialty_flip=0.5, surrogates=True)
    raw = post(text="Mr Okonkwo Adebayo on warfarin since 4 May 2023")
    first, second = passed(gate, raw)[0], passed(gate, raw)[0]
    assert first == second
    assert abs((first.day - raw.created_at.date()).days) <= 5


def test_the_rates_stand_beside_the_policy():
    rates = gate_with(specialty_flip=0.1, day_jitter=2).randomisation
    assert (rates.specialty_flip, rates.day_jitter, rates.country_flip) == (0.1, 2, 0.0)
    assert rates.specialty_labels == len(specialty_ids())


def test_nothing_is_randomised_unless_policy_says_so():
    assert replace(open_gate().randomisation, policy_version="", specialty_labels=1, country_labels=1) == replace(
        gate_with().randomisation, policy_version="", specialty_labels=1, country_labels=1
    )
    stored = passed(open_gate(), post())[0]
    assert (stored.day, stored.labels.specialty) == (post().created_at.date(), "oncology")


def test_surrogates_are_consistent_within_a_post_and_keep_the_build_of_a_name():
    text = "Dr. Okonkwo told Margaret Whitcombe to stop on 4 May 2023, review 11 May 2023. Whitcombe's angry."
    made = with_surrogates(text, open_gate().redact_texts([text])[0], b"k" * 32, 30)
    assert made.text.startswith("Dr. ")
    surname = made.text.split(" told ")[1].split()[1]
    assert made.text.count(surname) == 2
    first, second = (s.replacement for s in made.spans if s.entity_type == "DATE_TIME")
    parsed = [datetime.strptime(value, "%d %B %Y").replace(tzinfo=UTC) for value in (first, second)]
    assert (parsed[1] - parsed[0]).days == 7
    assert not {"Okonkwo", "Whitcombe", "Margaret"} & set(made.text.replace("'", " ").split())
    for span in made.spans:
        assert made.text[span.stored_start : span.stored_end] == span.replacement


def test_another_key_gives_other_surrogates():
    names = {fake_name("Margaret Whitcombe", bytes([n]) * 32) for n in range(40)}
    assert len(names) > 30


@pytest.mark.parametrize(
    ("value", "moved"),
    [
        ("4 May 2023", "6 May 2023"),
        ("May 4th", "6 May"),
        ("2023-12-31", "2 January 2024"),
        ("29 Feb", "2 March"),
        ("31 Feb 2023", None),
        ("last Tuesday", None),
    ],
)
def test_a_whole_date_moves_and_nothing_else(value, moved):
    assert shifted_date(value, 2) == moved


def test_a_surrogate_is_no_value_of_the_vocabulary():
    from listening.privacy.lexicon import words
    from listening.vocabulary.matcher import POST_KINDS, open_matcher

    names = words("surrogate_given") | words("surrogate_surnames")
    assert [name for name in names if open_matcher(*POST_KINDS).find(name)] == []
    assert isinstance(open_gate().redact_texts(["aspirin"])[0], Redaction)

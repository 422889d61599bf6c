import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listening.errors import UsageError
from listening.samples.drivers import PLANTED_WORDS, pick_congress
from listening.samples.generate import counts_by_day, generate
from listening.samples.grammar import grammar
from listening.samples.identifiers import MIN_BYTES
from listening.vocabulary import load_vocabulary

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def test_the_same_arguments_give_the_same_sample():
    assert generate(seed=3, posts=200, days=30, now=NOW) == generate(seed=3, posts=200, days=30, now=NOW)


def test_another_process_makes_the_same_bytes():
    code = (
        "import hashlib; from datetime import UTC, datetime; from listening.samples.generate import generate;"
        "s = generate(seed=3, posts=200, days=30, now=datetime(2026, 11, 22, 9, 30, tzinfo=UTC));"
        "print(hashlib.sha256(repr(s).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, text=True, env={"PYTHONHASHSEED": n}
        ).stdout
        for n in ("1", "2")
    }
    assert len(digests) == 1


def test_another_seed_gives_other_posts():
    texts = [{post.text for post in generate(seed=seed, posts=200, days=30, now=NOW).posts} for seed in (3, 4)]
    assert len(texts[0] & texts[1]) < 20


@given(st.integers(20, 300), st.integers(7, 70), st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)))  # noqa: DTZ001
@settings(max_examples=12, deadline=None)
def test_any_sample_has_exactly_its_posts_within_its_days(posts, days, now):
    made = generate(seed=1, posts=posts, days=days, now=now.replace(tzinfo=UTC))
    first = now.date() - timedelta(days - 1)
    assert len(made.posts) == posts
    assert all(first <= post.received_at.date() <= now.date() for post in made.posts)
    assert all(post.received_at <= made.now for post in made.posts)


def test_every_day_has_its_share_of_posts(sample):
    counts = counts_by_day(sample)
    assert len(counts) == 60
    assert min(counts.values()) >= 25
    assert max(counts.values()) <= 55


def test_the_channels_have_the_shares_of_the_demo(sample):
    assert [len(sample.of_channel(channel)) for channel in ("export", "mastodon", "feed")] == [1156, 977, 267]


def test_planted_counts_follow_the_stated_factor(sample):
    totals = counts_by_day(sample)
    for driver in sample.truth.drivers:
        counts = counts_by_day(sample, driver.label)
        inside = [day for day in totals if driver.from_day <= day < driver.to_day]
        outside = [day for day in totals if day not in inside]
        assert inside
        share = sum(counts.get(day, 0) for day in inside) / sum(totals[day] for day in inside)
        if driver.expectation == "steady":
            weeks = [sum(counts.get(day, 0) for day in sorted(totals)[n : n + 15]) for n in range(0, 60, 15)]
            assert max(weeks) - min(weeks) <= 3
            continue
        posts_outside = sum(totals[day] for day in outside)
        expected_outside = share / driver.factor * posts_outside
        # Cumulative rounding is off by at most one post at each end of each span of days.
        assert sum(counts.get(day, 0) for day in outside) == pytest.approx(expected_outside, abs=3)


def test_each_rise_is_carried_by_at_least_eleven_authors(sample):
    for driver in sample.truth.drivers:
        authors = {
            post.author.handle
            for post in sample.posts
            if driver.label in post.plants and driver.from_day <= post.received_at.date() < driver.to_day
        }
        assert len(authors) >= 11


def test_no_planted_post_can_be_left_out_by_a_collector(sample):
    planted = [post for post in sample.posts if post.plants]
    assert not any(post.author.is_opted_out or post.edge or post.language != "en" for post in planted)


def test_a_cohort_driver_is_written_of_by_its_cohort_alone(sample):
    driver = next(driver for driver in sample.truth.drivers if driver.specialty)
    assert {post.author.specialty for post in sample.posts if driver.label in post.plants} == {driver.specialty}


def test_no_other_post_speaks_of_a_planted_driver(sample):
    for post in sample.posts:
        if not post.plants:
            assert not any(word in post.text.casefold() for word in (*PLANTED_WORDS, "mounjaro", "zepbound"))


def test_every_planted_concept_is_in_the_vocabulary(sample):
    vocabulary = load_vocabulary()
    for driver in sample.truth.drivers:
        assert vocabulary.concepts[driver.concept_id].kind == driver.kind


def test_a_planted_sentence_writes_its_concept(sample):
    written = {"tirzepatide": ("tirzepatide", "mounjaro", "zepbound")}
    for post in sample.posts:
        for label in post.plants:
            forms = written.get(label, (label.casefold(),))
            assert any(form in post.text.casefold() for form in forms), label


def test_the_congress_is_one_of_the_season():
    assert pick_congress(date(2026, 11, 23))["name"] == "ESMO"
    for month in range(1, 13):
        start = pick_congress(date(2026, month, 20))["day"]
        assert abs((start - (date(2026, month, 20) - timedelta(28))).days) <= 21


def test_about_a_third_of_the_posts_hold_an_identifier(sample):
    people = [i.value for i in sample.truth.identifiers if i.entity_type not in ("NATIVE_ID", "POST_URL")]
    sampled = [post for post in sample.posts if post.channel == "export"][:300]
    share = sum(any(value in post.text for value in people) for post in sampled) / len(sampled)
    assert 0.25 <= share <= 0.45


def test_every_identifier_can_prove_a_leak(sample):
    assert len({i.value for i in sample.truth.identifiers}) == len(sample.truth.identifiers)
    assert len({i.entity_type for i in sample.truth.identifiers}) >= 15
    for identifier in sample.truth.identifiers:
        assert len(identifier.value.encode()) >= MIN_BYTES
        # A run of digits, or of hexadecimal digits, could be a part of a hash or a counter.
        assert set(identifier.value.casefold()) - set("0123456789abcdef")


def test_every_identifier_stands_in_the_sample(sample):
    everything = "\n".join(
        f"{p.text}\n{p.title}\n{p.native_id}\n{p.url}\n{p.image_alt}\n{p.author.handle}\n{p.author.display_name}\n{p.author.bio}"
        for p in sample.posts
    )
    posters = {post.author for post in sample.posts}
    missing = [i for i in sample.truth.identifiers if i.value not in everything]
    # Members who never posted are known too, and a nickname hides a full name; nothing else may be missing.
    assert {i.entity_type for i in missing} <= {"PERSON", "HANDLE", "HOSPITAL"}
    assert len(missing) < 2400
    assert all(author.handle in everything for author in posters)


def test_the_odd_posts_are_all_there(sample):
    edges = {post.edge for post in sample.posts}
    assert edges == {
        None, "foreign", "duplicate_text", "duplicate_id", "emoji", "empty", "control", "back_dated", "future_dated", "long",
    }  # fmt: skip
    by_edge = {post.edge: post for post in sample.posts}
    assert by_edge["empty"].text == ""
    assert len(by_edge["long"].text) >= 20_000
    assert by_edge["back_dated"].created_at.year == 2010
    assert by_edge["future_dated"].created_at.year == 2099
    assert "\x00" in by_edge["control"].text
    ids = [post.native_id for post in sample.posts]
    assert len(ids) - len(set(ids)) == sum(post.edge == "duplicate_id" for post in sample.posts)


def test_the_grammar_is_rich_enough():
    sentences = [sentence for group in grammar("sentences").values() for sentence in group["sentences"]]
    assert len(set(sentences)) >= 150
    assert len(grammar("specialties")) >= 25


def test_texts_are_varied_and_filled(sample):
    texts = [post.text for post in sample.posts if post.edge is None]
    assert len(set(texts)) / len(texts) > 0.97
    assert not any("{" in text or "}" in text for text in texts)


@pytest.mark.parametrize(("posts", "days", "now"), [(5, 60, NOW), (100, 2, NOW), (100, 60, NOW.replace(tzinfo=None))])
def test_an_argument_out_of_range_is_a_usage_error(posts, days, now):
    with pytest.raises(UsageError):
        generate(seed=1, posts=posts, days=days, now=now)


def test_without_faker_the_error_says_what_to_install():
    code = (
        "import sys; sys.modules['faker'] = None\n"
        "from listening.samples.people import make_people\n"
        "from listening.errors import UsageError\n"
        "try: make_people(1, 2)\n"
        "except UsageError as error: print(error, error.__context__)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert "pip install 'listening[samples]'" in done.stdout
    assert done.stdout.strip().endswith("None")

"""Lists that come newest first: no walk loses a post, wherever it is killed and whatever vanishes meanwhile."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from api_fakes import NOW, ids, run, skipped
from hypothesis import given
from hypothesis import strategies as st

from listening.catalogue.entry import Entry
from listening.collect.build import make_post
from listening.collect.newest_first import Listed, NewestFirst, Read, StaleToken
from listening.errors import SourceFailed

Made = Callable[..., Entry]
PAGE = 3


class FakeList:
    """Posts by number; post n was made n minutes after the window's day began. The token is the last post's number."""

    def __init__(self, entry: Entry, numbers: Any, *, overlap: timedelta = timedelta(0)) -> None:
        self.entry = entry
        self.numbers = set(numbers)
        self.overlap = overlap
        self.tokens: list[Any] = []
        self.stale: set[int] = set()

    def at(self, number: int) -> datetime:
        return NOW - timedelta(days=5) + timedelta(minutes=number)

    async def fetch(self, token: Any, floor: datetime) -> Listed:
        self.tokens.append(token)
        if token in self.stale:
            raise StaleToken
        left = [n for n in sorted(self.numbers, reverse=True) if token is None or n < token]
        page = left[:PAGE]
        reads = [Read(self.at(n), self.post(n)) for n in page]
        return Listed(reads, page[-1] if left[PAGE:] else None)

    def post(self, number: int) -> Any:
        return make_post(self.entry, native_id=str(number), text="t", created_at=self.at(number), author_handle="ida")

    async def pages(self, window: Any, cursor: Any) -> Any:
        walker = NewestFirst(self.entry, window, cursor, overlap=self.overlap)
        async for page in walker.pages("q", self.fetch):
            yield page


def numbers(pages: Any) -> set[int]:
    return set(map(int, ids(pages)))


def test_a_first_run_reads_the_window_newest_first(make_entry: Made) -> None:
    pages = run(FakeList(make_entry(), range(10)))
    assert ids(pages) == [str(n) for n in range(9, -1, -1)]
    (position,) = pages[-1].cursor["lists"].values()
    assert set(position) == {"top"}


def test_a_first_run_ends_at_the_windows_start_and_counts_what_lies_before(make_entry: Made) -> None:
    listed = FakeList(make_entry(), range(-3000, 3))
    pages = run(listed, days=5)
    assert ids(pages) == ["2", "1", "0"]
    assert len(listed.tokens) == 2
    assert skipped(pages) == {"before_window": 3}


def test_a_record_that_cannot_be_read_does_not_end_a_walk(make_entry: Made) -> None:
    listed = FakeList(make_entry(), range(9))
    whole = listed.post
    listed.post = lambda number: "bad_record" if number == 6 else whole(number)  # type: ignore[method-assign]
    listed.at = lambda number: NOW - timedelta(days=5 if number != 6 else 500)  # type: ignore[method-assign]
    pages = run(listed)
    assert numbers(pages) == {0, 1, 2, 3, 4, 5, 7, 8}
    assert skipped(pages) == {"bad_record": 1}


def test_a_later_run_ends_where_the_last_one_began(make_entry: Made) -> None:
    listed = FakeList(make_entry(), range(100))
    cursor = run(listed)[-1].cursor
    listed.numbers |= set(range(100, 104))
    listed.tokens.clear()
    assert numbers(run(listed, cursor)) >= set(range(100, 104))
    assert len(listed.tokens) <= 3


def test_a_post_that_arrives_late_within_the_overlap_is_read(make_entry: Made) -> None:
    listed = FakeList(make_entry(), set(range(100)) - {90}, overlap=timedelta(minutes=30))
    cursor = run(listed)[-1].cursor
    listed.numbers.add(90)
    assert 90 in numbers(run(listed, cursor))


def test_a_long_pause_between_runs_loses_nothing_before_the_window(make_entry: Made) -> None:
    listed = FakeList(make_entry(), range(10))
    cursor = run(listed)[-1].cursor
    listed.numbers |= set(range(10, 2000))
    assert numbers(run(listed, cursor, days=4)) >= set(range(10, 2000))


def test_a_post_dated_into_the_future_does_not_hide_what_comes_after_it(make_entry: Made) -> None:
    listed = FakeList(make_entry(), [0, 1, 2, 100_000])
    cursor = run(listed)[-1].cursor
    listed.numbers |= {7201, 7202}
    assert {7201, 7202} <= numbers(run(listed, cursor))


def test_an_empty_list_gives_a_cursor_that_finds_the_first_post(make_entry: Made) -> None:
    listed = FakeList(make_entry(), [])
    cursor = run(listed)[-1].cursor
    listed.numbers = {1}
    assert ids(run(listed, cursor)) == ["1"]


@given(
    kills=st.lists(st.integers(1, 4), max_size=5),
    arrivals=st.lists(st.integers(0, 7), min_size=6, max_size=6),
    deleted=st.sets(st.integers(0, 40), max_size=6),
    overlap=st.integers(0, 20),
)
def test_a_run_killed_anywhere_and_started_again_reads_every_post_that_stayed(
    kills: list[int], arrivals: list[int], deleted: set[int], overlap: int
) -> None:
    listed = FakeList(ENTRY, range(20), overlap=timedelta(minutes=overlap))
    cursor, read, newest = None, set(), 20
    for stop_after, arrived in zip([*kills, None], arrivals, strict=False):
        pages = run(listed, cursor, stop_after=stop_after)
        read |= numbers(pages)
        cursor = pages[-1].cursor
        if stop_after is not None:
            listed.numbers |= set(range(newest, newest + arrived))
            newest += arrived
            listed.numbers -= deleted
    assert read >= listed.numbers


def test_a_resumed_walk_goes_on_at_its_token_and_then_reads_what_came_since(make_entry: Made) -> None:
    listed = FakeList(make_entry(), range(12))
    cursor = run(listed, stop_after=2)[-1].cursor
    listed.numbers |= {12, 13}
    listed.tokens.clear()
    assert [n for n in ids(run(listed, cursor)) if int(n) < 6] == ["5", "4", "3", "2", "1", "0"]
    assert listed.tokens[0] == 6


@pytest.mark.parametrize("way", ["refused", "empty"])
def test_a_stored_token_that_went_stale_starts_the_walk_anew(make_entry: Made, way: str) -> None:
    listed = FakeList(make_entry(), range(12))
    cursor = run(listed, stop_after=2)[-1].cursor
    if way == "refused":
        listed.stale = {6}
        listed.numbers.add(12)  # so that the new walk's tokens are others
    else:
        listed.numbers -= set(range(6))
    assert numbers(run(listed, cursor)) >= (set(range(6)) if way == "refused" else {6})


def test_a_source_that_refuses_its_own_token_fails(make_entry: Made) -> None:
    listed = FakeList(make_entry(), range(12))
    listed.stale = {9}
    with pytest.raises(SourceFailed, match="paging token"):
        run(listed)


@pytest.mark.parametrize("tokens", [["a"], [*range(10_000)]])
def test_a_list_without_end_fails(make_entry: Made, tokens: list[Any]) -> None:
    listed = FakeList(make_entry(), [])
    following = iter(tokens * 2)

    async def fetch(token: Any, floor: datetime) -> Listed:
        return Listed([], next(following))

    listed.fetch = fetch  # type: ignore[method-assign]
    with pytest.raises(SourceFailed):
        run(listed)


def test_a_post_met_in_two_lists_comes_once(make_entry: Made) -> None:
    listed = FakeList(make_entry(), range(4))

    async def pages(window: Any, cursor: Any) -> Any:
        walker = NewestFirst(listed.entry, window, cursor, overlap=timedelta(0))
        for query in ("a", "b"):
            async for page in walker.pages(query, listed.fetch):
                yield page

    listed.pages = pages  # type: ignore[method-assign]
    found = run(listed)
    assert sorted(ids(found)) == ["0", "1", "2", "3"]
    assert skipped(found) == {"duplicate": 4}


def test_a_cursor_names_no_query(make_entry: Made) -> None:
    async def pages(window: Any, cursor: Any) -> Any:
        walker = NewestFirst(listed.entry, window, cursor, overlap=timedelta(0))
        async for page in walker.pages("from:stranger", listed.fetch):
            yield page

    listed = FakeList(make_entry(), range(4))
    listed.pages = pages  # type: ignore[method-assign]
    assert "stranger" not in repr([page.cursor for page in run(listed)])


ENTRY = Entry.model_validate(
    {
        "source_id": "m", "title": "M", "network": "m", "collector": "m", "query": {}, "basis": "api-terms",
        "terms": {"url": "https://example.org/t"}, "purpose": "p", "expires_on": "2027-01-01",
        "fields": ["native_id", "text", "created_at", "author_handle"], "robots": "not-applicable",
        "retention_days": 1, "sponsored": False, "deletion": {"duty": "d", "deadline_hours": 1},
        "expected_posts_a_day": 1,
    }
)  # fmt: skip

"""Makes a sample: the same arguments give the same posts, byte for byte."""

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate

from listening.errors import UsageError
from listening.samples.compose import Composer
from listening.samples.drivers import Plan, make_plans, vocabulary_fillers
from listening.samples.edges import plan_edges
from listening.samples.identifiers import Planter
from listening.samples.model import Author, Channel, SamplePost, SampleSet, Truth
from listening.samples.people import make_authors, make_people
from listening.vocabulary import load_vocabulary

CHANNEL_SHARES: dict[Channel, float] = {"export": 26 / 54, "mastodon": 22 / 54, "feed": 6 / 54}
_WEEKDAY_WEIGHTS = (1.1, 1.1, 1.1, 1.05, 1.0, 0.8, 0.85)
_HOUR_WEIGHTS = (2, 1, 1, 1, 1, 2, 4, 6, 7, 7, 6, 6, 7, 7, 6, 6, 7, 8, 9, 10, 10, 8, 6, 4)
_MASTODON_EPOCH_SHIFT = 16


def generate(*, seed: int, posts: int, days: int, now: datetime) -> SampleSet:
    """Make a sample.

    Args:
        seed: Any integer.
        posts: How many, at least 20.
        days: How many UTC days, ending with that of `now`, at least 7.
        now: Aware; no post is received after it.

    Raises:
        UsageError: An argument is out of range, or Faker is not installed.
    """
    if posts < 20 or days < 7 or now.tzinfo is None:
        raise UsageError(problem="a sample needs at least 20 posts, 7 days and an aware `now`", remedy="Raise them.")
    now = now.astimezone(UTC)
    end_day = now.date() + timedelta(1)
    day_list = [end_day - timedelta(days - number) for number in range(days)]
    author_count = min(1200, max(40, posts * 2 // 9))
    people = make_people(seed, author_count + max(80, author_count * 3 // 4))
    members, others = people[:author_count], people[author_count:]
    authors = make_authors(members, seed, others)
    vocabulary = load_vocabulary()
    plans = make_plans(day_list[0], end_day, vocabulary)

    rng = random.Random(f"{seed}:posts")
    planter = Planter(random.Random(f"{seed}:identifiers"), others)
    composer = Composer(rng, planter, plans, vocabulary_fillers(vocabulary))
    casting = _Casting(rng, authors)
    slots = list(_slots(rng, posts, day_list, plans, now))
    edges = plan_edges(random.Random(f"{seed}:edges"), [(channel, plan is not None) for _, channel, plan in slots])
    made: list[SamplePost] = []
    for number, (received, channel, plan) in enumerate(slots):
        edge = edges.get(number)
        twin = _twin(made, channel) if edge in ("duplicate_id", "duplicate_text") else None
        if twin and edge == "duplicate_id":
            made.append(replace(twin, received_at=received, edge=edge))
        elif twin:
            repeat = replace(twin, created_at=received, received_at=received, edge=edge)
            made.append(_with_ids(repeat, number, seed))
        else:
            post = composer.post(casting.pick(channel, plan), received, plan, edge)
            made.append(_with_ids(post, number, seed))
    _note_authors(planter, authors, made)
    return SampleSet(
        seed=seed,
        now=now,
        days=days,
        posts=tuple(made),
        truth=Truth(tuple(plan.driver for plan in plans), tuple(planter.planted.values())),
    )


def _slots(
    rng: random.Random, posts: int, days: Sequence[date], plans: Sequence[Plan], now: datetime
) -> Iterator[tuple[datetime, Channel, Plan | None]]:
    """Yield when and where each post is received and what it counts for, oldest first."""
    totals = _apportion(posts, [_WEEKDAY_WEIGHTS[day.weekday()] for day in days])
    counts = _apportion(posts, list(CHANNEL_SHARES.values()))
    channels = [channel for channel, count in zip(CHANNEL_SHARES, counts, strict=True) for _ in range(count)]
    rng.shuffle(channels)
    owed: dict[str, float] = defaultdict(float)
    for day, total in zip(days, totals, strict=True):
        planted: list[Plan | None] = []
        for plan in plans:
            # What a day's rounding leaves is carried on, so that sums over days are right to one post.
            owed[plan.driver.label] += total * plan.share_on(day)
            count = min(int(owed[plan.driver.label] + 1e-9), total - len(planted))
            owed[plan.driver.label] -= count
            planted += [plan] * count
        planted += [None] * (total - len(planted))
        rng.shuffle(planted)
        instants = sorted(_instants(rng, day, total, now))
        yield from ((instant, channels.pop(), what) for instant, what in zip(instants, planted, strict=True))


def _apportion(total: int, weights: Sequence[float]) -> list[int]:
    """Split `total` by weights into whole parts that add up."""
    scale = total / sum(weights)
    edges = [round(edge * scale) for edge in accumulate(weights)]
    return [end - start for start, end in zip([0, *edges], edges, strict=False)]


def _instants(rng: random.Random, day: date, count: int, now: datetime) -> Iterator[datetime]:
    start = datetime.combine(day, time(), UTC)
    for hour in rng.choices(range(24), _HOUR_WEIGHTS, k=count):
        instant = start + timedelta(hours=hour, milliseconds=rng.randrange(3_600_000))
        if instant >= now:
            instant = start + (now - start) * rng.random()
        yield instant.replace(microsecond=instant.microsecond // 1000 * 1000)


class _Casting:
    """Chooses who writes: a mild power law for the background, and each in turn for a planted driver."""

    def __init__(self, rng: random.Random, authors: Sequence[Author]) -> None:
        self._rng = rng
        self._by_channel: dict[Channel, list[Author]] = defaultdict(list)
        for author in authors:
            self._by_channel[author.channel].append(author)
        self._cumulative = {
            channel: list(accumulate(rng.paretovariate(2.5) for _ in members))
            for channel, members in self._by_channel.items()
        }
        self._queues: dict[tuple[str, Channel, bool], list[Author]] = {}

    def pick(self, channel: Channel, plan: Plan | None) -> Author:
        if plan is None:
            return self._rng.choices(self._by_channel[channel], cum_weights=self._cumulative[channel])[0]
        only = (plan.driver.specialty,) if plan.driver.specialty else plan.specialties
        is_leaning = bool(plan.driver.specialty) or (bool(only) and self._rng.random() < 0.6)
        key = (plan.driver.label, channel, is_leaning)
        if not self._queues.get(key):
            willing = [author for author in self._by_channel[channel] if not author.is_opted_out]
            wanted = [author for author in willing if author.specialty in only] if is_leaning else willing
            # A very small sample may have no member of the specialty on this channel.
            queue = wanted or willing
            self._rng.shuffle(queue)
            self._queues[key] = queue
        return self._queues[key].pop()


def _with_ids(post: SamplePost, number: int, seed: int) -> SamplePost:
    """Give a post its native id and address: an export's key, a status' URI, a feed's permalink."""
    author = post.author.handle
    milliseconds = int(post.received_at.timestamp() * 1000)
    if post.channel == "mastodon":
        status = (milliseconds << _MASTODON_EPOCH_SHIFT) + number % (1 << _MASTODON_EPOCH_SHIFT)
        base = "https://med-social.example"
        return replace(post, native_id=f"{base}/users/{author}/statuses/{status}", url=f"{base}/@{author}/{status}")
    if post.channel == "feed":
        slug = "-".join("".join(c if c.isalnum() else " " for c in post.title.lower()).split()[:6])
        permalink = f"https://{author.replace('_', '-')}.example.org/{post.received_at:%Y/%m}/{slug}-{number}"
        return replace(post, native_id=f"{permalink}/#post", url=permalink)
    native = f"hcpx-{seed % 1000:03d}-{number:06d}-{milliseconds % 1_000_000_007:x}"
    return replace(post, native_id=native, url=f"https://hcp-exchange.example/members/{author}/posts/{number}")


def _twin(made: Sequence[SamplePost], channel: Channel) -> SamplePost | None:
    """Find the last ordinary post of a channel, to be repeated."""
    ordinary = (post for post in reversed(made) if post.channel == channel and not post.plants and post.edge is None)
    return next(ordinary, None)


def _note_authors(planter: Planter, authors: Sequence[Author], posts: Sequence[SamplePost]) -> None:
    """Every author and every address is an identifier too."""
    for author in authors:
        planter.note("PERSON", author.full_name)
        planter.note("HANDLE", author.handle)
        if author.full_name in author.display_name:
            planter.note("PERSON", author.display_name)
        if " Married to " in author.bio:
            planter.note("PERSON", author.bio.rpartition(" Married to ")[2].rstrip("."))
        if " at " in author.bio:
            planter.note("HOSPITAL", author.bio.partition(" at ")[2].partition(",")[0].partition(". ")[0])
    for post in posts:
        planter.note("NATIVE_ID", post.native_id)
        planter.note("POST_URL", post.url)


def counts_by_day(sample_set: SampleSet, label: str | None = None) -> Mapping[date, int]:
    """Count posts received by UTC day: all of them, or those planted for a driver."""
    result: dict[date, int] = defaultdict(int)
    for post in sample_set.posts:
        if label is None or label in post.plants:
            result[post.received_at.date()] += 1
    return dict(result)

"""Writes one post: sentences, links, hashtags, slips of the pen, and the identifiers planted in it."""

import random
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from listening.samples.drivers import Plan
from listening.samples.edges import odd_text
from listening.samples.grammar import Slots, clinical_slots, expand, grammar
from listening.samples.identifiers import Planter
from listening.samples.model import Author, SamplePost

DEMO_TAGS = ("medmastodon", "foamed", "hcpchat", "wardlife")
"""Every Mastodon post carries one or two of these, so that reading their four timelines reads all posts."""

IDENTIFIER_SHARE = 0.35
_URL = re.compile(r"https?://[^\s<>]+")
_HASHTAG = re.compile(r"#(\w+)")
_WORD = re.compile(r"[a-z]+")


class Composer:
    """Makes the posts of one sample; each call draws on, so the order of calls is part of the result."""

    def __init__(
        self, rng: random.Random, planter: Planter, plans: Sequence[Plan], fillers: Mapping[str, list[str]]
    ) -> None:
        """Draw from `rng`, plant through `planter`, and name any congress but the planted one."""
        self._rng = rng
        self._planter = planter
        planted = next((plan.driver.label for plan in plans if plan.driver.kind == "event"), "")
        congresses = [row["name"] for row in grammar("drivers")["congress"] if not row["name"].startswith(planted)]
        self._fillers = {**fillers, "congress": congresses}
        groups = {name: row for name, row in grammar("sentences").items() if row["weight"]}
        self._groups = [row["sentences"] for row in groups.values()]
        self._weights = [row["weight"] for row in groups.values()]

    def post(self, author: Author, received: datetime, plan: Plan | None, edge: str | None) -> SamplePost:
        """Write a post without ids; `edge` says what is odd about it."""
        rng = self._rng
        slots = clinical_slots(rng, author.specialty, received, self._fillers)
        title, language = "", "en"
        if author.channel == "feed":
            title = expand(rng.choice(grammar("edges")["title"]["sentences"]), rng, slots)
        if edge in ("foreign", "emoji", "empty", "long", "control"):
            language, text = odd_text(edge, rng, slots)
        elif author.channel == "feed":
            text = "\n\n".join(self._paragraphs(slots, received, plan))
        else:
            text = " ".join(self._sentences(slots, received, plan))
        if edge not in ("empty", "emoji"):
            text = self._with_tags(text, author)
        return SamplePost(
            channel=author.channel,
            native_id="",
            url="",
            author=author,
            created_at=_claimed(received, edge),
            received_at=received,
            title=title,
            text=text,
            language=language,
            links=tuple(dict.fromkeys(_URL.findall(text))),
            tags=tuple(dict.fromkeys((*_HASHTAG.findall(text), *self._community(author)))),
            replies=int(rng.paretovariate(1.6)) - 1,
            reposts=int(rng.paretovariate(1.4)) - 1,
            likes=int(rng.paretovariate(1.1) * 2) - 2,
            is_reply=author.channel != "feed" and rng.random() < 0.25,
            image_alt=self._planter.picture() if author.channel != "export" and rng.random() < 0.04 else "",
            plants=(plan.driver.label,) if plan else (),
            edge=edge,
        )

    def _sentences(self, slots: Slots, received: datetime, plan: Plan | None) -> list[str]:
        rng = self._rng
        if plan:
            sentences = [self._planted(slots, received, plan)]
        else:
            group = rng.choices(self._groups, self._weights)[0]
            picked = rng.sample(group, 2 if rng.random() < 0.3 else 1)
            sentences = [self._slip(expand(sentence, rng, slots)) for sentence in picked]
        if rng.random() < 0.35:
            sentences.append(expand(rng.choice(grammar("sentences")["tail"]["sentences"]), rng, slots))
        self._plant(sentences, slots)
        if rng.random() < 0.12:
            sentences.append(rng.choice(grammar("fillers")["emoji"]))
        return sentences

    def _paragraphs(self, slots: Slots, received: datetime, plan: Plan | None) -> list[str]:
        rng = self._rng
        pool = grammar("sentences")["article"]["sentences"]
        sentences = [expand(sentence, rng, slots) for sentence in rng.sample(pool, rng.randint(4, 9))]
        if plan:
            sentences.insert(rng.randint(0, 2), self._planted(slots, received, plan))
        self._plant(sentences, slots)
        return [" ".join(sentences[start : start + 3]) for start in range(0, len(sentences), 3)]

    def _planted(self, slots: Slots, received: datetime, plan: Plan) -> str:
        is_loud = plan.driver.from_day <= received.date() < plan.driver.to_day
        return expand(self._rng.choice(plan.loud if is_loud else plan.quiet), self._rng, {**slots, **plan.slots})

    def _plant(self, sentences: list[str], slots: Slots) -> None:
        if self._rng.random() < IDENTIFIER_SHARE:
            for _ in range(2 if self._rng.random() < 0.2 else 1):
                sentences.insert(self._rng.randint(0, len(sentences)), self._planter.sentence(slots))

    def _slip(self, sentence: str) -> str:
        """Misspell or shorten a word here and there, as hurried people do."""
        chance = self._rng.random()
        if chance > 0.25:
            return sentence
        table = grammar("fillers")["typo" if chance < 0.1 else "short"]
        # Links keep their letters.
        return " ".join(
            part if "://" in part else _WORD.sub(lambda match: table.get(match[0], match[0]), part)
            for part in sentence.split(" ")
        )

    def _with_tags(self, text: str, author: Author) -> str:
        rng = self._rng
        if author.channel == "feed" or rng.random() < 0.4:
            return text
        pool = [*grammar("specialties")[author.specialty]["tags"], *grammar("fillers")["generic_tags"]]
        return " ".join([text, *(f"#{tag}" for tag in rng.sample(pool, rng.randint(1, 3)))])

    def _community(self, author: Author) -> list[str]:
        if author.channel != "mastodon":
            return []
        return self._rng.sample(DEMO_TAGS, 2 if self._rng.random() < 0.15 else 1)


def _claimed(received: datetime, edge: str | None) -> datetime:
    """Give the date a post claims; real servers accept any."""
    year = {"back_dated": 2010, "future_dated": 2099}.get(edge or "")
    return received.replace(year=year, day=min(received.day, 28)) if year else received

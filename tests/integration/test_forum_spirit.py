"""The forum collector against a running Spirit, a forum of Django's that nobody of ours wrote, read as pages only."""

import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from loopback import free_port, wait_for

from listening.catalogue.entry import Entry
from listening.errors import SourceFailed

pytestmark = pytest.mark.integration

Collect = Callable[..., Any]
Source = Callable[..., Entry]
PACKAGE = "django-spirit==0.14.3"
SELECTORS = {
    "topic": ".layout__topics__topic", "topic_link": "a.topic__link[href]", "topic_date": ".topic__date",
    "topic_date_attribute": "title", "next_page": ".paginator a:has(.fa-chevron-right)",
    "post": ".comments_list__comment", "post_id_attribute": "data-pk", "text": ".comment__text",
    "author": ".comment__info__username__link span", "date": ".comment__info__date li[title]",
    "date_attribute": "title",
}  # fmt: skip
EARLY = datetime(2026, 11, 2, 8, tzinfo=UTC)


@dataclass
class Forum:
    """A running Spirit, and a process of its own environment that writes through its models."""

    url: str
    models: "subprocess.Popen[str]"
    minutes: int = field(default=0)

    def do(self, name: str, **said: Any) -> Any:
        assert self.models.stdin is not None
        assert self.models.stdout is not None
        self.models.stdin.write(json.dumps([name, said]) + "\n")
        self.models.stdin.flush()
        return json.loads(self.models.stdout.readline())

    def now(self) -> str:
        """Give the next minute: Spirit's pages show no seconds, and its lists stand in the order of the dates."""
        self.minutes += 1
        return (EARLY + timedelta(minutes=self.minutes)).isoformat()

    def topic(self, title: str) -> int:
        made: int = self.do("topic", title=title, at=self.now())
        return made

    def comment(self, topic: int, text: str, by: str = "ida") -> str:
        made = self.do("comment", topic=topic, text=text, at=self.now(), by=by)
        return f"{self.url.removeprefix('http://')}/{made}"


def environment() -> Path:
    """Give a Python that has Spirit, installed once into a folder of its own: its Django must not meet ours."""
    cache = Path(os.environ.get("LISTENING_SERVER_CACHE") or Path.home() / ".cache" / "listening")
    folder = cache / "spirit" / f"{PACKAGE}-py{sys.version_info.major}.{sys.version_info.minor}"
    python = folder / "bin" / "python"
    if (folder / "installed").exists():
        return python
    shutil.rmtree(folder, ignore_errors=True)
    venv.create(folder, with_pip=True)
    done = subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PACKAGE],
        capture_output=True, text=True, timeout=500,
    )  # fmt: skip
    if done.returncode != 0:
        said = f"{PACKAGE} could not be installed: {done.stderr[-300:]}"
        if os.environ.get("CI") == "true":
            pytest.fail(said + ". CI must not skip.")
        pytest.skip(f"THE FORUM COLLECTOR IS NOT TESTED AGAINST A FORUM HERE: {said}")
    (folder / "installed").touch()
    return python


@pytest.fixture(scope="module")
def installed() -> Path:
    return environment()


@pytest.fixture
def forum(installed: Path, tmp_path: Path) -> Iterator[Forum]:
    # A forum for each test: it takes six seconds, and the list of topics then holds this test's and no other's.
    home, port = tmp_path / "forum", free_port()
    path = f"{installed.parent}{os.pathsep}{os.environ['PATH']}"  # `spirit` calls django-admin by its name
    say = {**os.environ, "PATH": path, "DJANGO_SETTINGS_MODULE": "forum.settings.dev", "PYTHONPATH": str(home)}
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(
        [installed.parent / "spirit", "startproject", "forum"],
        cwd=tmp_path,
        env={**os.environ, "PATH": path},
        check=True,
        **quiet,
    )
    subprocess.run([installed, "manage.py", "spiritinstall"], cwd=home, env=say, check=True, timeout=120, **quiet)
    server = subprocess.Popen(
        [installed, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"], cwd=home, env=say, **quiet
    )
    models = subprocess.Popen(
        [installed, str(Path(__file__).parent / "spirit_seed.py")],
        cwd=home, env=say, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(port, server)
        yield Forum(f"http://127.0.0.1:{port}", models)
    finally:
        for process in (models, server):
            process.kill()
            process.wait(timeout=20)
        for pipe in (models.stdin, models.stdout):
            if pipe is not None:
                pipe.close()


def pages_of(source: Source, forum: Forum, **said: Any) -> Entry:
    query = {"start": [f"{forum.url}/topic/active/"], "timezone": "UTC", "selectors": SELECTORS, "overlap_hours": 0}
    return source("html_forum", {**query, **said}, robots="obey", basis="written-permission")


def ids(run: Any) -> list[str]:
    return [post.native_id for post in run.posts]


def test_lists_and_topics_of_several_pages_are_read_whole_and_then_only_what_is_new(
    source: Source, forum: Forum, collect: Collect
) -> None:
    topics = [forum.topic(f"topic {n}") for n in range(45)]  # three pages of twenty
    made = [forum.comment(topics[7], f"comment {n}") for n in range(45)]
    made += [forum.comment(topic, "the first") for topic in topics if topic != topics[7]]
    first = collect(pages_of(source, forum))
    assert (first.failure, first.skipped) == (None, {})
    assert sorted(ids(first)) == sorted(made)
    assert {len(post.text) > 0 for post in first.posts} == {True}

    cursor = json.loads(json.dumps(first.pages[-1].cursor))
    unchanged = collect(pages_of(source, forum), cursor)
    assert set(ids(unchanged)) == {made[-1]}  # the topic that the cursor names, read once more

    new = [forum.comment(topics[3], "an answer"), forum.comment(forum.topic("a new topic"), "another")]
    second = collect(pages_of(source, forum), cursor)
    assert set(ids(second)) - set(made) == set(new)
    assert second.failure is None


def test_author_text_link_and_date_are_read_and_the_footer_is_not(
    source: Source, forum: Forum, collect: Collect
) -> None:
    topic = forum.topic("TOPICTITLE")
    forum.comment(topic, "first *line*\n\nsecond line https://doi.org/10.1000/x")
    (post,) = collect(pages_of(source, forum)).posts
    assert post.text.startswith("first line\n\nsecond line")
    assert (post.author_name, post.author_handle) == ("ida", f"ida@{forum.url.removeprefix('http://')}")
    assert post.links == ("https://doi.org/10.1000/x",)
    assert post.created_at == EARLY + timedelta(minutes=2)
    held = repr([getattr(post, name) for name in post.__slots__ if name != "url"])
    assert "TOPICTITLE" not in held
    assert "twitter" not in held


def test_a_date_without_a_zone_is_in_the_zone_the_entry_names(source: Source, forum: Forum, collect: Collect) -> None:
    forum.comment(forum.topic("a topic"), "words")
    (post,) = collect(pages_of(source, forum, timezone="America/New_York")).posts
    assert post.created_at == EARLY + timedelta(minutes=2, hours=5)


def test_an_edited_comment_comes_again_under_its_id(source: Source, forum: Forum, collect: Collect) -> None:
    topic = forum.topic("a topic")
    made = forum.comment(topic, "before")
    first = collect(pages_of(source, forum))
    forum.do("edit", comment=int(made.rsplit("/", 1)[1]), text="after the edit", at=forum.now())
    (again,) = collect(pages_of(source, forum), first.pages[-1].cursor).posts
    assert (again.native_id, again.text) == (made, "after the edit")


def test_what_was_removed_is_missing_from_a_whole_walk_and_actions_are_no_posts(
    source: Source, forum: Forum, collect: Collect
) -> None:
    topics = [forum.topic(f"topic {n}") for n in range(2)]
    made = [forum.comment(topics[n % 2], f"comment {n}") for n in range(6)]
    assert sorted(ids(collect(pages_of(source, forum)))) == sorted(made)
    forum.do("close", topic=topics[0])
    forum.do("remove", comment=int(made[2].rsplit("/", 1)[1]))
    forum.do("remove_topic", topic=topics[1])
    walked = collect(pages_of(source, forum))
    assert walked.failure is None
    assert ids(walked) == [made[0], made[4]]


def test_not_a_word_or_name_of_who_is_quoted_is_kept(source: Source, forum: Forum, collect: Collect) -> None:
    topic = forum.topic("a topic")
    forum.comment(topic, "> @strangername said:\n> STRANGERWORDS\n> > STRANGERTOO\n\nmy own answer")
    (post,) = collect(pages_of(source, forum)).posts
    assert post.text == "my own answer"
    assert "STRANGER" not in repr([getattr(post, name) for name in post.__slots__]).upper()


def test_a_run_that_reached_its_bound_goes_on_there(source: Source, forum: Forum, collect: Collect) -> None:
    made = [forum.comment(forum.topic(f"topic {n}"), "words") for n in range(5)]
    first = collect(pages_of(source, forum, max_topics=3))
    assert (ids(first), first.skipped) == (made[:3], {"left_for_next_run": 2})
    second = collect(pages_of(source, forum, max_topics=3), first.pages[-1].cursor)
    assert ids(second) == made[2:]


def test_selectors_that_meet_nothing_are_a_failure_that_quotes_nothing(
    source: Source, forum: Forum, collect: Collect
) -> None:
    forum.comment(forum.topic("CANARYTITLE"), "CANARYWORDS")
    failed = collect(pages_of(source, forum, selectors={**SELECTORS, "topic": ".another-design"}))
    assert type(failed.failure) is SourceFailed
    assert "CANARY" not in str(failed.failure)
    assert "127.0.0.1" not in str(failed.failure)

"""The WordPress collector against a running WordPress: paging, edits, trash, passwords, late arrivals, no permalinks."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from loopback import free_port, wait_for

from listening.catalogue.entry import Entry
from listening.errors import SourceFailed

pytestmark = pytest.mark.integration

Collect = Callable[..., Any]
Source = Callable[..., Entry]
WORDPRESS = Path("/usr/share/wordpress")
PACKAGES = (
    "apt-get install --no-install-recommends wordpress wordpress-theme-twentytwentyone php-cli php-mysql php-xml"
    " php-mbstring php-curl php-gd mariadb-server"
)
CONFIG = """<?php
define('DB_NAME', 'wp'); define('DB_USER', '{user}'); define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:{socket}'); define('DB_CHARSET', 'utf8mb4');
define('WP_HOME', '{url}'); define('WP_SITEURL', '{url}');
define('DISABLE_WP_CRON', true); define('WP_HTTP_BLOCK_EXTERNAL', true); define('AUTOMATIC_UPDATER_DISABLED', true);
define('WP_DEBUG', false); define('ABSPATH', __DIR__ . '/');
$table_prefix = 'wp_';
require_once ABSPATH . 'wp-settings.php';
"""
ROUTER = """<?php
$file = __DIR__ . parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if (is_file($file)) return false;
$_SERVER['SCRIPT_NAME'] = '/index.php';
chdir(__DIR__);
require __DIR__ . '/index.php';
"""
CLOSED = """<?php
add_filter('rest_authentication_errors', fn ($found) => get_option('listening_closed')
    ? new WP_Error('rest_not_logged_in', 'CANARYMESSAGE', ['status' => 401]) : $found);
"""
EARLY = datetime(2026, 6, 1, 8, tzinfo=UTC)


@dataclass
class Site:
    """A running WordPress, and a process beside it that calls WordPress's own functions."""

    url: str
    inside: "subprocess.Popen[str]"

    def do(self, request: str, **said: Any) -> Any:
        assert self.inside.stdin is not None
        assert self.inside.stdout is not None
        self.inside.stdin.write(json.dumps([request, said]) + "\n")
        self.inside.stdin.flush()
        return json.loads(self.inside.stdout.readline())

    def post(self, text: str, at: datetime, **said: Any) -> str:
        # WordPress asks for both clocks, and this site's is New York's.
        made = self.do("post", post_content=text, post_date_gmt=f"{at:%Y-%m-%d %H:%M:%S}", post_date=clock(at), **said)
        return f"{self.url.removeprefix('http://')}/posts/{made}"

    def comment(self, text: str, at: datetime, **said: Any) -> str:
        dates = {"comment_date_gmt": f"{at:%Y-%m-%d %H:%M:%S}", "comment_date": clock(at)}
        return (
            f"{self.url.removeprefix('http://')}/comments/{self.do('comment', comment_content=text, **dates, **said)}"
        )


def clock(at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo('America/New_York')):%Y-%m-%d %H:%M:%S}"


def number(native_id: str) -> int:
    return int(native_id.rsplit("/", 1)[1])


def require_packages() -> None:
    programs = [name for name in ("php", "mariadbd", "mariadb-install-db", "mariadb") if not find(name)]
    if not programs and (WORDPRESS / "wp-load.php").exists():
        return
    if os.environ.get("CI") == "true":
        pytest.fail(f"WordPress is not installed, and CI must not skip: {PACKAGES}")
    pytest.skip(f"WORDPRESS IS NOT INSTALLED: its collector is NOT tested against a site here. {PACKAGES}")


def find(program: str) -> str:
    return shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin") or ""


def started(stack: ExitStack, command: list[str], **said: Any) -> "subprocess.Popen[Any]":
    """Start a server in a process group of its own: PHP's workers outlive their parent."""
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, start_new_session=True, **{**quiet, **said})

    def stop() -> None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=20)

    stack.callback(stop)
    return process


def database(stack: ExitStack, folder: Path) -> Path:
    """Start MariaDB on a socket of its own, with an empty database."""
    socket = folder / "db.sock"
    runs_as = []
    if os.geteuid() == 0:
        runs_as = ["--user=mysql"]
        shutil.chown(folder, "mysql")
        for parent in folder.parents:  # pytest's folders are closed to others
            if parent == Path(tempfile.gettempdir()):
                break
            parent.chmod(parent.stat().st_mode | 0o011)
    plain = ["--no-defaults", f"--datadir={folder / 'data'}", *runs_as]
    subprocess.run(
        [find("mariadb-install-db"), *plain, "--auth-root-authentication-method=normal", "--skip-test-db"],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120,
    )  # fmt: skip
    started(
        stack,
        [find("mariadbd"), *plain, f"--socket={socket}", f"--pid-file={folder / 'db.pid'}", "--skip-networking",
         "--innodb-buffer-pool-size=32M", "--innodb-flush-log-at-trx-commit=0", "--performance-schema=OFF"],
    )  # fmt: skip
    ask = [find("mariadb"), "--no-defaults", f"--socket={socket}", "--user=root", "--execute=create database wp"]
    deadline = time.monotonic() + 60
    while subprocess.run(ask, stderr=subprocess.DEVNULL).returncode != 0:
        assert time.monotonic() < deadline, "MariaDB does not answer"
        time.sleep(0.1)
    return socket


@pytest.fixture(scope="module")
def wordpress(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    require_packages()
    folder, port = tmp_path_factory.mktemp("wordpress"), free_port()
    url, root = f"http://127.0.0.1:{port}", folder / "site"
    script = [find("php"), str(Path(__file__).parent / "wordpress_site.php")]
    with ExitStack() as stack:
        (folder / "db").mkdir()
        socket = database(stack, folder / "db")
        shutil.copytree(WORDPRESS, root, ignore=shutil.ignore_patterns("wp-config.php"))
        (root / "wp-config.php").write_text(CONFIG.format(user="root", socket=socket, url=url))
        (root / "router.php").write_text(ROUTER)
        (root / "wp-content" / "mu-plugins").mkdir()
        (root / "wp-content" / "mu-plugins" / "closed.php").write_text(CLOSED)
        subprocess.run([*script, "install", f"127.0.0.1:{port}"], cwd=root, check=True, timeout=120)
        server = started(
            stack,
            [find("php"), "-S", f"127.0.0.1:{port}", "-t", str(root), str(root / "router.php")],
            env={**os.environ, "PHP_CLI_SERVER_WORKERS": "2"},
        )
        inside = started(
            stack, [*script, "serve", f"127.0.0.1:{port}"],
            cwd=root, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        for pipe in (inside.stdin, inside.stdout):
            stack.callback(pipe.close)
        wait_for(port, server)
        yield Site(url, inside)


@pytest.fixture
def site(wordpress: Site) -> Site:
    wordpress.do("reset")
    return wordpress


def entry_of(source: Source, site: Site, *kinds: str, **said: Any) -> Entry:
    query = {"sites": [site.url], "kinds": kinds or ("posts",), "overlap_hours": 0, **said}
    return source("wordpress", query, retention_days=360)


def ids(run: Any) -> list[str]:
    return [post.native_id for post in run.posts]


def cursor_of(run: Any) -> Any:
    return json.loads(json.dumps(run.pages[-1].cursor))


def minutes(count: float) -> datetime:
    return EARLY + timedelta(minutes=count)


def test_a_site_of_several_pages_is_read_whole_oldest_first_and_the_next_run_brings_only_what_is_new(
    source: Source, site: Site, collect: Collect
) -> None:
    posts = [site.post(f"post {n}", minutes(n)) for n in range(130)]
    comments = [site.comment(f"comment {n}", minutes(n), comment_post_ID=number(posts[0])) for n in range(110)]
    entry = entry_of(source, site, "posts", "comments")
    first = collect(entry)
    assert (first.failure, first.skipped) == (None, {})
    assert ids(first) == [*posts, *comments]
    assert [post.created_at for post in first.posts[:130]] == [minutes(n) for n in range(130)]
    assert collect(entry, cursor_of(first)).posts == []
    new = [site.post("new", minutes(300)), site.comment("new", minutes(301), comment_post_ID=number(posts[5]))]
    assert sorted(ids(collect(entry, cursor_of(first)))) == sorted(new)


def test_more_posts_of_one_second_than_a_page_holds_are_all_read(source: Source, site: Site, collect: Collect) -> None:
    made = [site.comment(f"imported {n}", EARLY, comment_post_ID=1) for n in range(20)]
    made += [site.post(f"imported {n}", EARLY) for n in range(210)]
    found = collect(entry_of(source, site))
    assert sorted(ids(found)) == sorted(made[20:])


def test_posts_before_the_windows_start_are_not_read(source: Source, site: Site, collect: Collect) -> None:
    # The window starts with 2026 in UTC: by the site's own clock that is still 2025.
    site.post("last year", datetime(2025, 12, 31, 23, 30, tzinfo=UTC))
    kept = site.post("this year", datetime(2026, 1, 1, 0, 30, tzinfo=UTC))
    assert ids(collect(entry_of(source, site))) == [kept]


def test_text_title_author_and_links_are_read_and_nothing_else(source: Source, site: Site, collect: Collect) -> None:
    body = 'Sepsis &amp; shock\n\nsecond <a href="https://doi.org/10.1000/x">paper</a>\n\n<blockquote>STRANGERWORDS</blockquote>'
    article = site.post(body, EARLY, post_title="Beta-blockers & <b>sepsis</b>")
    site.comment("an answer", EARLY, comment_post_ID=number(article), comment_author_url="https://STRANGERSITE.example")
    (post, comment) = collect(entry_of(source, site, "posts", "comments")).posts
    assert post.text == "Beta-blockers & sepsis\n\nSepsis & shock\n\nsecond paper"
    assert post.links == ("https://doi.org/10.1000/x",)
    assert (post.author_handle, post.content_hints) == (f"1@{site.url.removeprefix('http://')}", ("article",))
    assert (comment.text, comment.author_name, comment.content_hints) == ("an answer", "bo", ("comment",))
    for made in (post, comment):
        held = repr([getattr(made, name) for name in made.__slots__])
        assert "STRANGER" not in held
        assert "avatar" not in held
        assert "listening.example" not in held


def test_an_edited_post_comes_again_under_its_id(source: Source, site: Site, collect: Collect) -> None:
    made = [site.post(f"post {n}", minutes(n)) for n in range(3)]
    first = collect(entry_of(source, site))
    site.do("edit", ID=number(made[1]), post_content="after the edit")
    (again,) = collect(entry_of(source, site), cursor_of(first)).posts
    assert (again.native_id, again.text) == (made[1], "a title\n\nafter the edit")
    assert again.edited_at > again.created_at


def test_a_scheduled_post_that_came_out_is_read_though_nothing_says_it_changed(
    source: Source, site: Site, collect: Collect
) -> None:
    site.post("before", minutes(1))
    planned = site.post("planned", minutes(20), post_status="draft")
    site.post("before as well", minutes(10))
    first = collect(entry_of(source, site))
    site.do("publish_scheduled", id=number(planned), written=f"{minutes(2):%Y-%m-%d %H:%M:%S}")
    assert ids(collect(entry_of(source, site), cursor_of(first))) == [planned]


def test_a_comment_approved_late_is_found_within_the_overlap_and_an_edited_one_by_a_whole_walk(
    source: Source, site: Site, collect: Collect
) -> None:
    article = number(site.post("post", EARLY))
    waiting = site.comment("waiting", minutes(1), comment_post_ID=article, comment_approved=0)
    made = site.comment("before", minutes(2), comment_post_ID=article)
    answer = site.comment("answer", minutes(3), comment_post_ID=article, comment_parent=number(made))
    entry = entry_of(source, site, "comments", overlap_hours=1)
    first = collect(entry)
    assert [(post.native_id, post.is_reply) for post in first.posts] == [(made, False), (answer, True)]
    site.do("approve", id=number(waiting))
    site.do("edit_comment", comment_ID=number(made), comment_content="after the edit")
    assert waiting in ids(collect(entry, cursor_of(first)))
    assert {post.native_id: post.text for post in collect(entry).posts}[made] == "after the edit"


def test_what_was_trashed_is_missing_from_a_whole_walk(source: Source, site: Site, collect: Collect) -> None:
    posts = [site.post(f"post {n}", minutes(n)) for n in range(3)]
    comments = [site.comment(f"comment {n}", minutes(n), comment_post_ID=number(posts[0])) for n in range(3)]
    entry = entry_of(source, site, "posts", "comments")
    assert ids(collect(entry)) == posts + comments
    site.do("trash", id=number(posts[1]))
    site.do("trash_comment", id=number(comments[2]))
    assert ids(collect(entry)) == [posts[0], posts[2], comments[0], comments[1]]


def test_what_is_private_or_behind_a_password_does_not_come(source: Source, site: Site, collect: Collect) -> None:
    shown = site.post("shown", EARLY)
    for status in ("private", "draft", "pending"):
        site.post("CANARYWORDS", EARLY, post_status=status)
    locked = site.post("CANARYWORDS", EARLY, post_password="a word")
    site.comment("CANARYWORDS", EARLY, comment_post_ID=number(locked))
    found = collect(entry_of(source, site, "posts", "comments"))
    assert (ids(found), found.skipped) == ([shown], {"password_protected": 1})
    assert "CANARY" not in repr([post.text for post in found.posts])


@pytest.mark.parametrize("structure", ["", "/%postname%/"])
def test_a_site_is_read_with_and_without_permalinks(
    source: Source, site: Site, collect: Collect, structure: str
) -> None:
    made = [site.post(f"post {n}", minutes(n)) for n in range(120)]
    site.do("option", name="permalink_structure", value=structure)
    try:
        found = collect(entry_of(source, site))
    finally:
        site.do("option", name="permalink_structure", value="/%postname%/")
    assert (ids(found), found.failure) == (made, None)


def test_a_site_that_shows_its_lists_to_the_logged_in_only_is_a_failure_that_quotes_nothing(
    source: Source, site: Site, collect: Collect
) -> None:
    site.post("CANARYWORDS", EARLY)
    site.do("option", name="listening_closed", value="1")
    try:
        failed = collect(entry_of(source, site, "posts", "comments"))
    finally:
        site.do("option", name="listening_closed", value="")
    assert (type(failed.failure), failed.posts) == (SourceFailed, [])
    assert "logged in only" in str(failed.failure)
    assert "CANARY" not in str(failed.failure)
    assert "127.0.0.1" not in str(failed.failure)

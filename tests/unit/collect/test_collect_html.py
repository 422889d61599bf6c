"""HTML to text: blocks part, inline joins, other people's words stay out."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.collect.html import HtmlTooComplex, html_to_text

SHORTENED = (
    '<a href="https://x.example/a"><span class="invisible">https://</span><span class="ellipsis">x.example</span>'
    '<span class="invisible">/a</span></a>'
)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>line1</p><p>line2</p>", "line1\n\nline2"),
        ("line1<br>line2<br/>line3", "line1\nline2\nline3"),
        ("<p><span>@</span>alice</p><p>see</p>", "@alice\n\nsee"),
        ('<a href="/t/hoot">#<span>hoot</span></a> hi', "#hoot hi"),
        ("<ul><li>a</li><li>b</li></ul>", "a\n\nb"),
        ("a &amp; b &lt;c&gt; &eacute;&nbsp;d", "a & b <c> é d"),
        ("<b>bo</b>ld", "bold"),
        ("a<script>alert('x')</script>b<style>p{}</style>c", "abc"),
        ("mine<blockquote><p>somebody else's words</p></blockquote>mine too", "mine\n\nmine too"),
        ('<p class="quote-inline">RE: <a href="https://x.example/@other/1">…</a></p><p>mine</p>', "mine"),
        (SHORTENED, "https://x.example/a"),
        ('shown<span class="invisible">hidden</span>', "shown"),
        ("<p hidden>hidden</p>shown", "shown"),
        ("<!-- a comment -->text", "text"),
        ("plain text, a < b and b > c", "plain text, a < b and b > c"),
        ("<p>unclosed <b>tags", "unclosed tags"),
        ("<pre>a\n  b</pre>", "a\nb"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "1\n\n2"),
        ("", ""),
        ("\0\ud83d", "\ufffd"),
        ("a\n\n\n\n  b", "a b"),
    ],
)
def test_text_is_as_it_is_read_on_the_page(html: str, text: str) -> None:
    assert html_to_text(html).text == text


def test_anchors_come_with_class_and_rel() -> None:
    found = html_to_text('<a href="https://a.example" class="mention U-URL" rel="nofollow tag">x</a><a>no</a>').anchors
    assert [(a.href, a.classes, a.rel) for a in found] == [
        ("https://a.example", frozenset({"mention", "u-url"}), frozenset({"nofollow", "tag"}))
    ]


def test_of_a_discourse_quote_neither_the_words_nor_the_name_in_its_title_are_read() -> None:
    quote = (
        '<aside class="quote no-group" data-username="stranger"><div class="title"><img class="avatar" src="x">'
        '<a href="https://f.example/u/stranger">stranger</a>:</div><blockquote><p>STRANGER</p></blockquote></aside>'
    )
    found = html_to_text(f"<p>mine</p>{quote}<p>too</p><aside>a note of my own</aside>")
    assert (found.text, found.anchors, found.media) == ("mine\n\ntoo\n\na note of my own", (), ())


def test_of_a_preview_of_another_page_only_the_address_is_read() -> None:
    preview = (
        '<aside class="onebox allowlistedgeneric" data-onebox-src="https://journal.example/1">'
        '<article><h3><a href="https://journal.example/other">THEIR TITLE</a></h3><p>THEIR WORDS</p></article></aside>'
    )
    found = html_to_text(f"see {preview}")
    assert (found.text, [anchor.href for anchor in found.anchors]) == ("see", ["https://journal.example/1"])


def test_a_smiley_is_no_picture() -> None:
    found = html_to_text('<img class="emoji only-emoji" src="x"><img class="wp-smiley" src="x">')
    assert found.media == ()


def test_media_are_noted_and_their_fallback_text_is_not_read() -> None:
    found = html_to_text('<img src="x"><audio>your browser is old</audio><img src="y">after')
    assert (found.media, found.text) == (("image", "audio"), "after")


def test_an_address_inside_a_quote_is_not_this_authors_link() -> None:
    assert html_to_text('<blockquote><a href="https://other.example">x</a></blockquote>').anchors == ()


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000,
        "<div><!--</div>-->" * 50_000,
        "<p>" + "".join(f"<b a={i}>" for i in range(3000)) + "</p><p>x" * 3000,
        "<" * 1_000_000,
        "<b " * 400_000,
    ],
)
def test_hostile_markup_is_refused_before_it_costs_anything(html: str) -> None:
    started = time.perf_counter()
    with pytest.raises(HtmlTooComplex):
        html_to_text(html)
    assert time.perf_counter() - started < 1


def test_deep_nesting_under_the_bound_needs_no_recursion() -> None:
    assert html_to_text("<div>" * 9000 + "deep" + "</div>" * 9000).text == "deep"


def test_a_post_of_five_megabytes_is_read() -> None:
    assert len(html_to_text("<p>" + "word " * 1_000_000 + "</p>").text) == 4_999_999


@given(st.text())
def test_escaped_text_comes_back_with_its_blanks_joined(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    found = html_to_text(escaped).text
    assert "".join(found.split()) == "".join(text.replace("\0", "").split())


@given(st.text(alphabet="<>/abp r=\"'!-&;#x\n", max_size=300))
def test_no_markup_breaks_the_walk(html: str) -> None:
    html_to_text(html)

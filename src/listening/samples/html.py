"""Renders a post's text as the HTML that Mastodon 4.6 and blog engines send."""

import html
import re

from listening.samples.model import SamplePost

INSTANCE = "https://med-social.example"
_TOKEN = re.compile(r"https?://[^\s<>]+|(?<![\w@.])@(\w+)(?:@([\w.-]+\w))?|#(\w+)")
_SHOWN_CHARACTERS = 30
"""Mastodon shows the first 30 characters of a long link and hides the rest."""


def status_html(post: SamplePost) -> str:
    """Render a status: paragraphs, with links cut for display, mentions and hashtags as anchors."""
    # The community tags of the timeline stand at the end, as people write them.
    missing = [tag for tag in post.tags if f"#{tag}" not in post.text]
    text = " ".join(filter(None, [post.text, *(f"#{tag}" for tag in missing)]))
    return _paragraphs(text)


def article_html(post: SamplePost) -> str:
    """Render an article; a picture carries its description in `alt`."""
    body = _paragraphs(post.text)
    if not post.image_alt:
        return body
    alt = html.escape(post.image_alt)
    return f'<figure><img src="https://img.example.org/team.jpg" alt="{alt}" title="{alt}"/></figure>{body}'


def _paragraphs(text: str) -> str:
    blocks = [_inline(block).replace("\n", "<br />") for block in text.split("\n\n") if block]
    return "".join(f"<p>{block}</p>" for block in blocks)


def mentions_in(text: str) -> list[tuple[str, str]]:
    """Give the accounts a text mentions as pairs of user name and host."""
    return [(match[1], match[2] or "med-social.example") for match in _TOKEN.finditer(text) if match[1]]


def _inline(text: str) -> str:
    parts, end = [], 0
    for match in _TOKEN.finditer(text):
        parts += [html.escape(text[end : match.start()], quote=False), _anchor(match)]
        end = match.end()
    return "".join([*parts, html.escape(text[end:], quote=False)])


def _anchor(match: re.Match[str]) -> str:
    user, host, tag = match[1], match[2] or "med-social.example", match[3]
    if user:
        return (
            f'<span class="h-card" translate="no"><a href="https://{host}/@{user}" class="u-url mention">'
            f"@<span>{user}</span></a></span>"
        )
    if tag:
        return f'<a href="{INSTANCE}/tags/{tag.lower()}" class="mention hashtag" rel="tag">#<span>{tag}</span></a>'
    # Punctuation after an address belongs to the sentence.
    url = match[0].rstrip(".,;:!?)")
    scheme, _, rest = url.partition("://")
    shown, hidden = html.escape(rest[:_SHOWN_CHARACTERS]), html.escape(rest[_SHOWN_CHARACTERS:])
    ellipsis = ' class="ellipsis"' if hidden else ""
    return (
        f'<a href="{html.escape(url)}" target="_blank" rel="nofollow noopener" translate="no">'
        f'<span class="invisible">{scheme}://</span><span{ellipsis}>{shown}</span>'
        f'<span class="invisible">{hidden}</span></a>{match[0][len(url) :]}'
    )

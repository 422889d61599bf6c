"""Knows an author's repeated text again: a text that is posted twice, or reworded a little, counts once.

The tags are made of redacted text, under a key and the author's pseudonym: they say nothing to whoever lacks the key, and
never link two authors, nor one author in two sources or rotation periods.
"""

import re
import unicodedata

from listening.identity.keys import Keys
from listening.posts import AuthorKey

_LEAST_WORDS = 4
"""Shorter texts ("Congratulations!") are no copies of one another."""
_LEAST_WORDS_NEAR = 8
_SHINGLE = 3
_BANDS, _ROWS = 16, 8
"""Two texts share a band with probability 1 - (1 - s^8)^16, s their Jaccard similarity: 6 % at 0.5, 95 % at 0.8, 99.99 % at
0.9 (Leskovec, Rajaraman, Ullman: Mining of Massive Datasets, 3.4.2)."""
_LEFT_OUT = re.compile(r"<[A-Z_]+(?::[^<>\s]{1,20})?>|\[…\]|https?://\S+|[@#]\w+")
_WORD = re.compile(r"\w+")


def text_tags(text: str, author_key: AuthorKey, keys: Keys) -> tuple[str, ...]:
    """Give the tags of a text: that of the whole, then one per band of its MinHash; each 16 hex digits.

    Two texts of one author are the same where the first tags agree, nearly the same where any do. Placeholders, links,
    handles and hashtags do not count. A text of fewer than four words has no tags.
    """
    plain = unicodedata.normalize("NFKC", _LEFT_OUT.sub(" ", text)).casefold()
    words = _WORD.findall(plain)
    if len(words) < _LEAST_WORDS:
        return ()
    whole = keys.text_tag(author_key, "whole", " ".join(words))
    if len(words) < _LEAST_WORDS_NEAR:
        return (whole,)
    from rensa import RMinHash

    minhash = RMinHash(num_perm=_BANDS * _ROWS, seed=1)
    minhash.update([" ".join(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1)])
    digest = minhash.digest()
    bands = (digest[band * _ROWS : (band + 1) * _ROWS] for band in range(_BANDS))
    return (whole, *(keys.text_tag(author_key, str(number), repr(band)) for number, band in enumerate(bands)))

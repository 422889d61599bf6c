"""An author's text that comes again is known again; nobody else's is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.identity.keys import Keys
from listening.identity.repeats import text_tags
from listening.posts import AuthorKey

KEYS = Keys(b"k" * 32)
ME, OTHER = AuthorKey("a" * 64), AuthorKey("b" * 64)
TEXT = (
    "We audited one hundred and twelve referrals for suspected giant cell arteritis in our clinic and found that the median wait"
    " for a temporal artery ultrasound was nine days, so most patients had started steroids long before anybody looked."
)


def tags(text, author=ME, keys=KEYS):
    return set(text_tags(text, author, keys))


@pytest.mark.parametrize(
    "again",
    [
        TEXT.upper(),
        TEXT.replace(", so", " —  so"),
        TEXT + " https://example.org/x #Rheumatology @colleague",
        "<PERSON> " + TEXT.replace("our", "our […]"),
    ],
)
def test_the_same_words_have_the_same_tags(again):
    assert tags(again) == tags(TEXT)


@pytest.mark.parametrize("again", [TEXT.replace("nine", "eight"), TEXT + " Ideas?", "Again: " + TEXT])
def test_a_text_reworded_a_little_shares_a_tag(again):
    assert tags(again) & tags(TEXT)
    assert tags(again) != tags(TEXT)


@pytest.mark.parametrize(
    ("text", "author", "keys"),
    [
        (TEXT, OTHER, KEYS),
        (TEXT, ME, Keys(b"l" * 32)),
        (TEXT.replace("audited", "reviewed").replace("referrals", "letters").replace("arteritis", "tumour")
         .replace("median", "mean").replace("ultrasound", "biopsy").replace("started", "stopped"), ME, KEYS),
        ("Our ward is short of midazolam again this week and nobody can say when the next delivery comes.", ME, KEYS),
    ],
)  # fmt: skip
def test_another_author_key_or_text_shares_none(text, author, keys):
    assert not tags(text, author, keys) & tags(TEXT)


def test_a_few_words_are_no_copy_of_one_another():
    assert text_tags("Congratulations to <PERSON>!", ME, KEYS) == ()
    assert len(text_tags("Congratulations to the whole team", ME, KEYS)) == 1


@given(st.text(max_size=200))
def test_any_text_has_tags_of_one_shape(text):
    assert all(len(tag) == 16 and int(tag, 16) >= 0 for tag in text_tags(text, ME, KEYS))

"""The screen on raw text: four booleans, and nothing of the post. All texts are made up."""

from datetime import UTC, datetime

import pytest

from listening.posts import SafetyElements, SourceId
from listening.raw import RawPost
from listening.safety.screen import open_screen


def screen(text, handle="someone"):
    return open_screen()(
        RawPost(
            source_id=SourceId("test"),
            native_id="1",
            text=text,
            created_at=datetime(2026, 1, 1, tzinfo=UTC),
            author_handle=handle,
        )
    )


@pytest.mark.parametrize(
    "text",
    [
        "My patient had a seizure after starting bupropion",
        "54F on Ozempic admitted with pancreatitis",
        "A man in his 60s, on amiodarone, developed pneumonitis",
        "pt started lamotrigine and came back with SJS",
        "71-year-old on apixaban with a major bleed and haemorrhage",
    ],
)
def test_all_four_elements_are_seen(text):
    assert screen(text) == SafetyElements(True, True, True, True)


@pytest.mark.parametrize(
    ("text", "patient", "product", "event"),
    [
        ("Keytruda approved in melanoma", False, True, False),
        ("My patient asked about the weather", True, False, False),
        ("Nausea on semaglutide is common", False, True, True),
        ("My patient has no rash on lamotrigine", True, True, False),
        ("Today we met Heather", False, False, False),
        ("This medication caused awful side effects", False, False, True),
        ("No side effects from this medication", False, False, False),
        ("stroke care pathways", False, False, False),
        ("", False, False, False),
    ],
)
def test_each_element_is_judged_alone(text, patient, product, event):
    found = screen(text)
    assert (found.has_patient, found.has_product, found.has_event) == (patient, product, event)


def test_a_reporter_needs_a_handle():
    assert screen("rash on Keytruda").has_reporter
    assert not screen("rash on Keytruda", handle=" ").has_reporter


def test_the_screen_is_built_once():
    assert open_screen() is open_screen()

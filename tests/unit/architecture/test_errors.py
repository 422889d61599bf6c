"""Every error says what, where and what to do, quotes nothing, and survives pickling."""

import pickle

import pytest

from listening import errors
from listening.errors import ListeningError, StageFailed, Terminal, Transient

DETAILS = {
    "setting": "home",
    "source_id": "med-mastodon",
    "problem": "it is so",
    "remedy": "Do this.",
    "refused": 3,
    "seen": 4,
    "allowed_share": 0.5,
    "stage": "gate",
    "error_type": "ValueError",
    "mart": "driver_daily",
    "claim": "no share above 1",
    "row_count": 2,
    "seq": 7,
    "file": "chain-000001.ndjson",
    "store": "restricted",
}
KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, ListeningError)]


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_survives_pickling_with_its_details(kind):
    error = kind(**DETAILS)
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.details) == (kind, str(error), error.details)


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_has_an_exit_code_that_the_tree_shows(kind):
    line = next(line for line in errors.__doc__.splitlines() if f" {kind.__name__} " in f"{line} ")
    assert str(kind.exit_code) in line.split()


def test_an_error_keeps_nothing_but_its_details():
    error = StageFailed(stage="gate", source_id="s", error_type="ValueError")
    assert error.__cause__ is None
    assert error.__context__ is None
    assert error.stage == "gate"
    with pytest.raises(AttributeError):
        _ = error.text


def test_no_error_is_both_transient_and_final_by_name_alone():
    assert issubclass(errors.SourceUnavailable, Transient)
    assert issubclass(errors.PermissionRefused, Terminal)


def test_the_command_line_documents_every_exit_code():
    from listening.cli import EXIT_CODES

    for kind in KINDS:
        assert f" {kind.exit_code} " in EXIT_CODES.replace("\n", " ")

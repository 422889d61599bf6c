"""The ladder of evidence: what a proof raises, what it never does, and who is kept."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.identity.labels import ENTRY_HINT, label
from listening.identity.ladder import CONFIDENCE, PROFESSIONS, confidence_of, health_domain, is_kept, read_proof
from listening.identity.terms import ROLES, country_ids, health_domains
from listening.posts import AuthorLabels, SourceId
from listening.raw import RawPost


def of(
    name: str = "", bio: str = "", *proof: str, role_hint: str | None = None, handle: str = "did:plc:invented"
) -> AuthorLabels:
    return label(
        RawPost(
            source_id=SourceId("test"),
            native_id="1",
            text="",
            created_at=datetime(2026, 1, 1, tzinfo=UTC),
            author_handle=handle,
            author_name=name,
            author_bio=bio,
            author_proof=proof,
            role_hint=role_hint,
        )
    )


@pytest.mark.parametrize(
    ("host", "country"),
    [
        ("nhs.uk", "GB"),
        ("www.invented-trust.nhs.uk", "GB"),
        ("Ida.Invented.NHS.UK.", "GB"),
        ("ida.nhslothian.scot.nhs.uk", "GB"),
        ("belfasttrust.hscni.net", "GB"),
        ("ida.va.gov", "US"),
        ("mayo.edu", "US"),
        ("med.stanford.edu", "US"),
        ("charite.de", "DE"),
        ("bma.org.uk", None),  # a society has members abroad
    ],
)
def test_a_host_under_a_health_domain_is_known(host: str, country: str | None) -> None:
    known = health_domain(host)
    assert known is not None
    assert known.country == country


@pytest.mark.parametrize(
    "host",
    [
        "nhs.uk.invented.example",  # the suffix is not at the end
        "notnhs.uk",
        "stanford.edu",  # the whole university
        "ida.bsky.social",
        "uk",
        "",
        "." * 500,
    ],
)
def test_any_other_host_says_nothing(host: str) -> None:
    assert health_domain(host) is None


def test_every_domain_of_the_list_is_a_lower_case_suffix_with_a_known_kind_and_country() -> None:
    for suffix, known in health_domains().items():
        assert suffix == suffix.lower().strip(".")
        assert "." in suffix
        assert known.kind in {"health-service", "hospital", "society", "instance"}
        assert known.country is None or known.country in country_ids()


@pytest.mark.parametrize(
    ("name", "bio", "proof", "role", "evidence"),
    [
        ("Ida", "ICU nurse", "domain:ida.invented.nhs.uk", "nurse", "domain"),
        ("Ida Invented, MD", "", "domain:mayo.edu", "physician", "domain"),
        ("Ida", "Medical student", "domain:med.stanford.edu", "student", "domain"),
        ("Ida", "ICU nurse", "verified:trusted", "nurse", "verified"),
        ("Ida", "ICU nurse", "verified:valid", "nurse", "verified"),
        ("Ida", "ICU nurse", "verified:none", "nurse", "bio"),
        ("Ida", "ICU nurse", "list", "nurse", "list"),
        ("Ida", "ICU nurse", "instance:clinicians-exchange.org", "nurse", "list"),
        ("Ida", "ICU nurse", "domain:ida.example", "nurse", "bio"),
        ("Ida", "ICU nurse", "something new", "nurse", "bio"),
        ("Ida Invented, RN", "", "list", "nurse", "credential"),  # no better than the letters
        ("Ida", "loves boats", "domain:ida.invented.nhs.uk", None, None),  # a domain is the porters' too
        ("Ida", "loves boats", "instance:med-mastodon.com", None, None),
        ("Ida", "loves boats", "verified:trusted", None, None),
        ("Ida", "Journalist", "verified:trusted", "other", "bio"),  # nothing to vouch for
        ("Ida", "Not a doctor", "domain:mayo.edu", None, None),
    ],
)
def test_a_proof_raises_what_the_profile_says_and_never_gives_a_role(
    name: str, bio: str, proof: str, role: str | None, evidence: str | None
) -> None:
    found = of(name, bio, proof)
    assert (found.role, found.evidence) == (role, evidence)


def test_the_strongest_proof_counts() -> None:
    found = of("Ida", "ICU nurse", "list", "verified:trusted", "domain:va.gov")
    assert (found.evidence, found.country) == ("domain", "US")


def test_the_suppliers_word_needs_no_proof() -> None:
    assert of("Ida", "", "domain:va.gov", role_hint="physician").evidence == "supplier"


@pytest.mark.parametrize(("proof", "evidence"), [("list", "list"), ("verified:trusted", "entry")])
def test_what_the_entry_says_of_everybody_only_a_vetted_list_supports(proof: str, evidence: str) -> None:
    assert of("Ida", "", proof, role_hint=ENTRY_HINT + "physician").evidence == evidence


def test_a_health_services_country_stands_over_the_flag_beside_it() -> None:
    assert of("Ida 🇮🇪", "Nurse", "domain:ida.invented.nhs.uk").country == "GB"
    assert of("Ida 🇮🇪", "Nurse", "domain:bma.org.uk").country == "IE"


@pytest.mark.parametrize("handle", ["ida@invented.nhs.uk", "ida.invented.nhs.uk", "ida@clinicians-exchange.org"])
def test_a_handle_alone_proves_nothing(handle: str) -> None:
    # On a forum anybody may take such a name: what is proven only the collector knows.
    found = of("Ida", "ICU nurse", handle=handle)
    assert (found.evidence, found.country) == ("bio", None)


def test_confidence_falls_along_the_ladder() -> None:
    ladder = ["supplier", "domain", "list", "entry", "bio"]
    figures = [confidence_of(evidence) for evidence in ladder]
    assert figures == sorted(figures, reverse=True)
    assert len(set(figures)) == len(figures)
    assert all(0 < figure < 1 for figure in CONFIDENCE.values())
    assert confidence_of(None) == 0


def test_a_word_that_is_no_evidence_has_no_confidence() -> None:
    with pytest.raises(KeyError):
        confidence_of("hearsay")


@pytest.mark.parametrize(
    ("role", "keep", "kept"),
    [
        ("physician", frozenset(), True),
        ("nurse", frozenset(), True),
        ("pharmacist", frozenset(), True),
        ("physician-associate", frozenset(), True),
        ("student", frozenset(), True),
        ("researcher", frozenset(), False),
        ("organisation", frozenset(), False),
        ("other", frozenset(), False),
        (None, frozenset(), False),
        ("researcher", frozenset({"researcher"}), True),
        ("other", frozenset({"researcher"}), False),
        (None, frozenset({"unknown"}), True),
        (None, frozenset({"other"}), False),
    ],
)
def test_professionals_are_kept_and_others_where_policy_names_them(
    role: str | None, keep: frozenset[str], kept: bool
) -> None:
    assert is_kept(AuthorLabels(role=role), keep) is kept


def test_every_profession_is_a_role() -> None:
    assert PROFESSIONS < ROLES


@given(words=st.lists(st.text(max_size=40) | st.sampled_from(["domain:", "domain:nhs.uk", "list", "verified:"])))
def test_whatever_a_collector_puts_in_the_proof_is_of_the_ladder(words: list[str]) -> None:
    proof = read_proof(words)
    assert proof.evidence is None or proof.evidence in CONFIDENCE
    assert of("Ida", "ICU nurse", *words).role == "nurse"

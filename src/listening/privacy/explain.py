"""Say in words what a policy does: for each entity what finds it, what is done to it, and what is stored."""

from dataclasses import dataclass

from listening.privacy.deny import ENTITY, NAME
from listening.privacy.operators import AGE_BANDS
from listening.privacy.pipeline import is_installed
from listening.privacy.policy import EntityPolicy, Policy

_LEVELS = {
    "gone": "nothing",
    "year": "the year, where one is named and it is recent",
    "band": "an age band",
    "region": "the country, in the US the state, where it is known for certain",
    "role": "that a role stood there",
}
_DONE = {
    "replace": "replaced",
    "year": "generalised to the year",
    "band": "generalised to a band",
    "region": "generalised to a region",
}


@dataclass(frozen=True, slots=True)
class EntityLine:
    """One entity: the recognisers that find it, what is done to it, what is stored, what is left, when, in which languages."""

    entity: str
    detected_by: tuple[str, ...]
    done: str
    stored_as: str
    left: str
    when: str
    languages: tuple[str, ...]


def explain(policy: Policy) -> list[EntityLine]:
    """Give one line an entity, in the policy's order."""
    return [_line(policy, name, rule) for name, rule in policy.entities.items()]


def languages(policy: Policy) -> dict[str, bool]:
    """Say for each language that may pass whether its base model is installed: if not, its posts are refused and counted."""
    return {language: is_installed(line.base_model) for language, line in policy.languages.items()}


def _line(policy: Policy, name: str, rule: EntityPolicy) -> EntityLine:
    finders = [recogniser for recogniser, line in policy.recognizers.items() if line.entity == name and line.on]
    if name == ENTITY and policy.default_deny.on:
        finders.append(NAME)
    spoken = {
        language
        for r in finders
        if r in policy.recognizers
        for language in policy.languages
        if policy.recognizers[r].reads(language)
    }
    return EntityLine(
        entity=name,
        detected_by=tuple(finders),
        done=_DONE[rule.operator],
        stored_as=_stored_as(rule),
        left=_LEVELS[rule.level],
        when="always" if rule.when == "always" else "where the post holds something else that narrows it down",
        languages=tuple(language for language in policy.languages if language in spoken or name == ENTITY),
    )


def _stored_as(rule: EntityPolicy) -> str:
    if rule.operator == "year":
        return "<DATE:2023> or <DATE>"
    if rule.operator == "band":
        return " ".join(f"<AGE:{name}>" for _, name in AGE_BANDS)
    if rule.operator == "region":
        return f"<LOCATION:GB> <LOCATION:US-CA> or {rule.placeholder}"
    return rule.placeholder

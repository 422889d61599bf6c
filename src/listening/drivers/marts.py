"""Builds the marts of `sql/marts` and runs their checks. A mart is a folder; nothing is registered.

`query.sql` is one select over `$start_day` to `$end_day`, `schema.sql` its table, `checks/` selects of bad rows.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from listening.assets import asset
from listening.drivers.windows import Days, stale_weeks
from listening.errors import CheckFailed
from listening.settings import Settings
from listening.store.sql import Sql
from listening.store.store import Store
from listening.vocabulary import Vocabulary, load_vocabulary

_REBUILDS = ("policy", "gate", "vocabulary", "tagger")


@dataclass(frozen=True, slots=True)
class Mart:
    """One folder of `sql/marts`."""

    name: str
    query: str
    schema: str
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a check found. `level` is `fail` or `warn`; `row_count` is how many rows break the claim."""

    mart: str
    level: str
    claim: str
    row_count: int


def _folder() -> Path:
    return asset("sql/marts")


def read_marts() -> list[Mart]:
    """Read the marts, in order of their names."""
    return [
        Mart(
            name=query.parent.name,
            query=query.read_text(encoding="utf-8"),
            schema=(query.parent / "schema.sql").read_text(encoding="utf-8"),
            checks=tuple(file.read_text(encoding="utf-8") for file in sorted((query.parent / "checks").glob("*.sql"))),
        )
        for query in sorted(_folder().glob("*/query.sql"))
    ]


def build_marts(
    store: Store,
    *,
    settings: Settings,
    versions: Mapping[str, str],
    now: datetime,
    vocabulary: Vocabulary | None = None,
) -> dict[str, int]:
    """Bring every mart up to date, all in one transaction.

    Weeks that a changed day can move are done again, and the trailing `settings.mart_lookback_days` with them; a mart is
    rebuilt whole where its SQL, the baseline or a version of policy, gate, vocabulary or tagger changed.

    Returns:
        Rows of each mart.

    Raises:
        StoreError: The database refused; the marts are as before.
    """
    sql, vocabulary = store.sql, vocabulary or load_vocabulary()
    named = {name: versions.get(name, "") for name in _REBUILDS} | {"loaded_vocabulary": vocabulary.version}

    def build() -> dict[str, int]:
        _load_concepts(sql, vocabulary)
        macros = (_folder() / "macros.sql").read_text(encoding="utf-8")
        sql.rows(macros)
        whole, stale = _spans(sql, settings)
        for mart in read_marts():
            fingerprint = _fingerprint(macros, mart, named, settings)
            if _is_current(sql, mart, fingerprint):
                spans = stale
            else:
                spans = whole
                sql.rows(f"drop table if exists {mart.name}")
                sql.rows(mart.schema)
            for span in spans:
                _fill(sql, mart, span, settings)
            sql.rows("insert or replace into mart_build values (?, ?, ?)", [mart.name, fingerprint, now])
        sql.rows("delete from changed_day")
        return {mart.name: sql.rows(f"select count(*) from {mart.name}")[0][0] for mart in read_marts()}  # noqa: S608

    return sql.atomically(build)


def _spans(sql: Sql, settings: Settings) -> tuple[list[Days], list[Days]]:
    """Give the span of all posts, and the spans that are stale."""
    first, last = sql.rows("select min(day), max(day) from post")[0]
    if last is None:
        return [], []
    changed: set[date] = {row[0] for row in sql.rows("select day from changed_day")}
    trailing = {last - timedelta(days=back) for back in range(settings.mart_lookback_days + 1)}
    return stale_weeks([first, last], baseline_weeks=(last - first).days // 7 + 1), stale_weeks(
        changed | trailing, baseline_weeks=settings.baseline_weeks
    )


def _fill(sql: Sql, mart: Mart, span: Days, settings: Settings) -> None:
    days = {"start_day": span.start, "end_day": span.end}
    sql.rows(f"delete from {mart.name} where period_day >= $start_day and period_day < $end_day", days)  # noqa: S608
    named = days | ({"baseline_weeks": settings.baseline_weeks} if "$baseline_weeks" in mart.query else {})
    sql.rows(f"insert into {mart.name} by name\n{mart.query}", named)


def _fingerprint(macros: str, mart: Mart, versions: Mapping[str, str], settings: Settings) -> str:
    content = json.dumps([macros, mart.query, mart.schema, settings.baseline_weeks, sorted(versions.items())])
    return hashlib.sha256(content.encode()).hexdigest()


def _is_current(sql: Sql, mart: Mart, fingerprint: str) -> bool:
    built = sql.rows("select fingerprint from mart_build where mart = ?", [mart.name])
    return built == [(fingerprint,)]


def _load_concepts(sql: Sql, vocabulary: Vocabulary) -> None:
    import pyarrow as pa

    concepts = list(vocabulary.concepts.values())
    pairs = [
        (concept.concept_id, rollup) for concept in concepts for rollup in _rollups(vocabulary, concept.concept_id)
    ]
    sql.rows("delete from concept; delete from concept_rollup")
    sql.load(
        "insert into concept select * from incoming",
        incoming=_strings(
            pa,
            concept_id=(c.concept_id for c in concepts),
            kind=(c.kind for c in concepts),
            label=(c.label for c in concepts),
            parent_id=(c.parent for c in concepts),
        ),
    )
    sql.load(
        "insert into concept_rollup select * from incoming",
        incoming=_strings(pa, concept_id=(pair[0] for pair in pairs), rollup_id=(pair[1] for pair in pairs)),
    )


def _strings(pa: object, **columns: Iterable[str | None]) -> object:
    return pa.table({name: pa.array(list(values), pa.string()) for name, values in columns.items()})  # type: ignore[attr-defined]


def _rollups(vocabulary: Vocabulary, concept_id: str) -> list[str]:
    """Give the concept and those of its kind it rolls up to: a mention of a product is no mention of a topic."""
    kind = vocabulary.concepts[concept_id].kind
    above = [parent for parent in vocabulary.ancestors(concept_id) if vocabulary.concepts[parent].kind == kind]
    return [concept_id, *above]


def run_checks(store: Store, *, raise_on_failure: bool = True) -> list[CheckResult]:
    """Run the checks of every mart.

    Raises:
        CheckFailed: A check that must hold found rows; the first such is named.
    """
    results = [_check(store.sql, mart, check) for mart in read_marts() for check in mart.checks]
    for result in results:
        if raise_on_failure and result.level == "fail" and result.row_count:
            raise CheckFailed(mart=result.mart, claim=result.claim, row_count=result.row_count)
    return results


def _check(sql: Sql, mart: Mart, text: str) -> CheckResult:
    head, query = text.split("\n", 1)
    level, claim = head.removeprefix("--").strip().split(": ", 1)
    count = sql.rows(f"select count(*) from ({query})")[0][0]  # noqa: S608
    return CheckResult(mart.name, level, claim, count)

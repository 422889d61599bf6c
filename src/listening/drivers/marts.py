"""Builds the marts of `sql/marts` and runs their checks. A mart is a folder; nothing is registered.

`query.sql` is one select of the periods from `$start_day` on, over what `stage.sql` made of the posts; `schema.sql` is its
table, `checks/` are selects of bad rows.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from listening.assets import asset
from listening.drivers.stage import stage, unstage
from listening.drivers.windows import Days, in_pieces, monday, stale_weeks
from listening.errors import CheckFailed
from listening.settings import Settings
from listening.store.sql import Sql
from listening.store.store import Store
from listening.vocabulary import Vocabulary, load_vocabulary

_REBUILDS = ("policy", "gate", "vocabulary", "tagger")
_WEEKS_AT_ONCE = 13
"""Weeks that are counted in one go, so that a rebuild of years needs no more memory than one of a quarter."""


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

    Looked at are the days whose posts changed, and the trailing `settings.mart_lookback_days`; done again are those of their
    weeks whose posts are not what they were, and the weeks whose baseline they are in. All marts are rebuilt whole where the
    SQL of one, the baseline, the roll-up of concepts or a version of policy, gate, vocabulary or tagger changed.

    Returns:
        Rows of each mart.

    Raises:
        StoreError: The database refused; the marts are as before.
    """
    sql, vocabulary, marts = store.sql, vocabulary or load_vocabulary(), read_marts()
    named = {name: versions.get(name, "") for name in _REBUILDS} | {"loaded_vocabulary": vocabulary.version}

    def build() -> dict[str, int]:
        _load_concepts(sql, vocabulary)
        prints = _fingerprints(sql, marts, named, settings)
        if prints != dict(sql.rows("select mart, fingerprint from mart_build")):
            _make_anew(sql, marts)
        for span in in_pieces(_stale(sql, settings), weeks=_WEEKS_AT_ONCE):
            stage(sql, Days(span.start - timedelta(weeks=settings.baseline_weeks), span.end))
            for mart in marts:
                _fill(sql, mart, span, settings)
        unstage(sql)
        for name, fingerprint in prints.items():
            sql.rows("insert or replace into mart_build values (?, ?, ?)", [name, fingerprint, now])
        sql.rows("delete from changed_day")
        return {mart.name: sql.rows(f"select count(*) from {mart.name}")[0][0] for mart in marts}  # noqa: S608

    return sql.atomically(build)


def _make_anew(sql: Sql, marts: Iterable[Mart]) -> None:
    sql.rows("delete from mart_build; delete from mart_week")
    for mart in marts:
        sql.rows(f"drop table if exists {mart.name}")
        sql.rows(mart.schema)


def _stale(sql: Sql, settings: Settings) -> list[Days]:
    """Give the spans of weeks to do again; none reaches further than there are posts, or were."""
    moved = _moved_weeks(sql, settings)
    end = max([*moved, *(row[0] for row in sql.rows("select week_day from mart_week"))], default=date.min)
    spans = stale_weeks(moved, baseline_weeks=settings.baseline_weeks)
    return [Days(span.start, min(span.end, end + timedelta(weeks=1))) for span in spans]


def _moved_weeks(sql: Sql, settings: Settings) -> list[date]:
    """Give the weeks whose posts are not what they were at the last build, and remember what they are now."""
    first, last = sql.rows("select min(day), max(day) from post")[0]
    known = dict(sql.rows("select week_day, digest from mart_week"))
    looked_at: set[date] = {monday(row[0]) for row in sql.rows("select day from changed_day")}
    if last is not None:
        trailing = last - timedelta(days=settings.mart_lookback_days) if known else first
        looked_at |= {monday(trailing) + timedelta(weeks=n) for n in range((last - monday(trailing)).days // 7 + 1)}
    moved: list[date] = []
    query = (_folder() / "week.sql").read_text(encoding="utf-8")
    for span in stale_weeks(looked_at, baseline_weeks=0):
        found = dict(sql.rows(query, {"start_day": span.start, "end_day": span.end}))
        before = {week: digest for week, digest in known.items() if span.start <= week < span.end}
        moved += [week for week in found.keys() | before.keys() if found.get(week) != before.get(week)]
        sql.rows("delete from mart_week where week_day >= ? and week_day < ?", [span.start, span.end])
        for week, digest in sorted(found.items()):
            sql.rows("insert into mart_week values (?, ?)", [week, digest])
    return moved


def _fill(sql: Sql, mart: Mart, span: Days, settings: Settings) -> None:
    sql.rows(
        f"delete from {mart.name} where period_day >= $start_day and period_day < $end_day",  # noqa: S608
        {"start_day": span.start, "end_day": span.end},
    )
    named: dict[str, date | int] = {"start_day": span.start}
    if "$baseline_weeks" in mart.query:
        named["baseline_weeks"] = settings.baseline_weeks
    sql.rows(f"insert into {mart.name} by name\n{mart.query}", named)


def _fingerprints(sql: Sql, marts: Iterable[Mart], versions: Mapping[str, str], settings: Settings) -> dict[str, str]:
    """Give what each mart is built from, as 64 hex digits: its SQL, what that reads, and the versions."""
    shared = [(_folder() / f"{name}.sql").read_text(encoding="utf-8") for name in ("stage", "macros", "week")]
    rollup = sql.rows("select count(*), cast(sum(hash(concept_id, rollup_id)) as varchar) from concept_rollup")[0]
    given = [*shared, *rollup, settings.baseline_weeks, sorted(versions.items())]
    return {
        mart.name: hashlib.sha256(json.dumps([*given, mart.query, mart.schema]).encode()).hexdigest() for mart in marts
    }


def _load_concepts(sql: Sql, vocabulary: Vocabulary) -> None:
    concepts = list(vocabulary.concepts.values())
    pairs = [
        (concept.concept_id, rollup) for concept in concepts for rollup in _rollups(vocabulary, concept.concept_id)
    ]
    _keep(
        sql,
        "concept",
        concept_id=[c.concept_id for c in concepts],
        kind=[c.kind for c in concepts],
        label=[c.label for c in concepts],
        parent_id=[c.parent for c in concepts],
    )
    _keep(sql, "concept_rollup", concept_id=[pair[0] for pair in pairs], rollup_id=[pair[1] for pair in pairs])


def _keep(sql: Sql, table: str, **columns: list[str | None] | list[str]) -> None:
    """Make the rows of a table these. Most stay as they are: to write all of them again takes seconds."""
    import pyarrow as pa

    rows = pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
    sql.load(
        f"create or replace temp table gone as from {table} except from incoming;"  # noqa: S608 - names are fixed
        f"create or replace temp table come as from incoming except from {table};"
        f"delete from {table} where row({', '.join(columns)}) in (select row({', '.join(columns)}) from gone);"
        f"insert into {table} from come; drop table gone; drop table come",
        incoming=rows,
    )


def _rollups(vocabulary: Vocabulary, concept_id: str) -> list[str]:
    """Give the concept and those of its kind it rolls up to: a mention of a product is no mention of a topic.

    A topic at the root only groups others, such as all therapy areas: it counts where a post mentions it itself.
    """
    kind = vocabulary.concepts[concept_id].kind
    above = [vocabulary.concepts[parent] for parent in vocabulary.ancestors(concept_id)]
    return [
        concept_id,
        *(one.concept_id for one in above if one.kind == kind and not (kind == "topic" and one.parent is None)),
    ]


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

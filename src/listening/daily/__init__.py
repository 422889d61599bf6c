"""The steps of the daily run: plan, one unit per source, marts, gate 2, summary; and those that take posts out again.

`listening run` calls them in one process; the Prefect flow in `flows/daily.py` wraps the same functions in tasks. What goes
in and comes out of each is ids, instants and counts.
"""

from listening.daily.records import Failure, Plan, Published, Summary, Unit
from listening.daily.removals import Removals, forget, reconcile
from listening.daily.steps import begin, break_off, finish, publish, run_unit
from listening.daily.whole import run
from listening.daily.workspace import anchors, chain_of, every_text, open_store, versions, warm_up

__all__ = [
    "Failure",
    "Plan",
    "Published",
    "Removals",
    "Summary",
    "Unit",
    "anchors",
    "begin",
    "break_off",
    "chain_of",
    "every_text",
    "finish",
    "forget",
    "open_store",
    "publish",
    "reconcile",
    "run",
    "run_unit",
    "versions",
    "warm_up",
]

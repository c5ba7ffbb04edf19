"""Locked goals: none is lowered, unlocked or dropped but after a lasting miss, and when everything cheaper was tried."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from aop_rules.errors import Place, Problem
from aop_rules.plan.changes import Change
from aop_rules.plan.model import Plan
from aop_rules.plan.standing import LOWER_RUNGS, Standing

_MEASURES = frozenset(
    ("to", "grow", "from", "kind", "unit", "basis", "rolling", "numerator", "denominator", "sum_of", "target", "breach")
)
"""Keys that say what a goal asks for. Where two values of one cannot be compared, the new one may ask for less."""


def weakened_goals(old: Plan, changes: Iterable[Change], standing: Standing) -> Iterator[Problem]:
    """AMENDMENT_LOCKED_GOAL, once for each goal, at the first change that asks less of it."""
    weakened: dict[str, str] = {}
    for change in changes:
        if change.weakens or _cannot_be_compared(change):
            for goal in sorted(change.goals & old.goals.keys()):
                weakened.setdefault(goal, change.path)
    for goal, path in weakened.items():
        if old.goals[goal].lock == "locked":
            yield from _weakened(old, goal, path, standing)


def _cannot_be_compared(change: Change) -> bool:
    steps = change.path.split(".")
    return change.weakens is None and len(steps) > 2 and steps[2] in _MEASURES


def _weakened(old: Plan, goal: str, path: str, standing: Standing) -> Iterator[Problem]:
    kpi = old.kpis.get(old.goals[goal].kpi or "")
    needed = kpi.periods_to_act if kpi and kpi.breach else old.governance.persistence
    run = standing.breach_runs.get(kpi.id) if kpi else None
    untried = [rung for rung in LOWER_RUNGS if rung not in standing.rungs_tried]
    if run is not None and run >= needed and not untried:
        return
    counted = "it is not known how many of its periods" if run is None else f"{run} {_periods(run)}"
    still = ", ".join(f"`{rung}`" for rung in untried)
    message = f"`{goal}` is locked: {counted} in a row missed its threshold ({needed} are needed)"
    message += f", and {still} {'was' if len(untried) == 1 else 'were'} not tried" if untried else ""
    hint = "keep the goal; move actions and money first" if untried else "keep the goal until its miss has lasted"
    yield Problem(Place(f"plan.{path}"), "AMENDMENT_LOCKED_GOAL", message, hint)


def _periods(count: int) -> str:
    return "period" if count == 1 else "periods"

"""Shares that were written without their percent sign: `48` where `48%` is meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from aop_rules.errors import Problem
from aop_rules.plan.draft import Draft
from aop_rules.plan.model import Plan
from aop_rules.source.tree import Path


def shares(draft: Draft, plan: Plan) -> Iterator[Problem]:
    """Every value of a ratio KPI, and of the goals that it measures, that is a bare number of 2 or more."""
    ratios = {kpi.id for kpi in plan.kpis.values() if kpi.unit == "ratio"}
    places: list[Path] = []
    for name in sorted(ratios):
        target = _at(draft.raw, ("kpis", name, "target"))
        if isinstance(target, Mapping):
            places.append(("kpis", name, "target", "constant"))
            path = target.get("path")
            places += [("kpis", name, "target", "path", n) for n in range(len(path) if isinstance(path, list) else 0)]
        else:
            places.append(("kpis", name, "target"))
    for goal in plan.goals.values():
        if goal.kpi in ratios:
            places += [("goals", goal.id, key) for key in ("from", "to", "floor", "ceiling")]
    for place in places:
        value = _at(draft.raw, place)
        if isinstance(value, int | Decimal) and not isinstance(value, bool) and not -2 < value < 2:
            said = f"`{value}` is {value * 100} % of the whole"
            yield draft.problem(place, "BARE_SHARE", said, f"write `{value}%`")


def _at(data: Any, path: Path) -> Any:
    """What stands at a path of plain data; None where nothing does."""
    for step in path:
        inside = isinstance(data, Mapping) and step in data
        listed = isinstance(data, list) and isinstance(step, int) and step < len(data)
        if not (inside or listed):
            return None
        data = data[step]
    return data

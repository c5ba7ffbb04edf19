"""Levers: no money that is owed by contract, a period of the year, effects on what adds up."""

from __future__ import annotations

from collections.abc import Iterator

from aop_rules.errors import OutsideYearError, Problem, did_you_mean
from aop_rules.plan.consistency.periods import year_of
from aop_rules.plan.draft import Draft
from aop_rules.plan.levers import DeclaredLever
from aop_rules.plan.model import Plan
from aop_rules.source.tree import Path


def levers(draft: Draft, plan: Plan) -> Iterator[Problem]:
    """PLAN_LEVER_CONTRACT, PLAN_UNKNOWN_PERIOD, PLAN_EFFECT_UNUSED."""
    year = year_of(draft, plan)
    for name, lever in plan.levers.items():
        path: Path = ("levers", name)
        yield from _owed(draft, plan, lever, path)
        if lever.start is not None and year is not None:
            try:
                year.resolve(lever.start)
            except OutsideYearError:
                message, hint = f"`{lever.start}` is no period of the year", did_you_mean(lever.start, year.ids)
                yield draft.problem((*path, "from"), "UNKNOWN_PERIOD", message, hint)
        for n, effect in enumerate(lever.effects or ()):
            kpi = plan.kpis.get(effect.kpi)
            if kpi is not None and kpi.kind == "ratio":
                message = (
                    f"an effect is a figure on a flow or stock; `{effect.kpi}` is a ratio, which follows from its parts"
                )
                hint = "say it on the KPIs that the ratio is made of"
                yield draft.problem((*path, "effects", n, "kpi"), "EFFECT_UNUSED", message, hint, "warning")


def _owed(draft: Draft, plan: Plan, lever: DeclaredLever, path: Path) -> Iterator[Problem]:
    for key, named in (("line", lever.line), ("takes_from", lever.takes_from)):
        line = plan.budget.lines.get(named) if named else None
        if line is not None and line.contract:
            message = f"`{line.id}` is owed by contract: nothing of it can be given"
            hint = "name another line, or drop `contract: true` where it can be bought less of"
            yield draft.problem((*path, key), "LEVER_CONTRACT", message, hint)

"""People's time: needs named in periods of the year, and in no period more than there is."""

from __future__ import annotations

from collections.abc import Iterator

from aop_rules.errors import OutsideYearError, Problem, did_you_mean
from aop_rules.exact.calendar import Calendar, Period
from aop_rules.exact.number import number_text
from aop_rules.plan.actions import Need
from aop_rules.plan.consistency.periods import year_of
from aop_rules.plan.draft import Draft
from aop_rules.plan.model import Plan
from aop_rules.plan.workload import Load, heaviest, workload
from aop_rules.source.tree import Path


def people(draft: Draft, plan: Plan) -> Iterator[Problem]:
    """PLAN_UNKNOWN_PERIOD, PLAN_DATES_ORDER, PLAN_OVER_CAPACITY."""
    year = year_of(draft, plan)
    if year is None:
        return
    for name, initiative in plan.initiatives.items():
        for n, need in enumerate(initiative.needs):
            yield from _unknown(draft, year, need, ("initiatives", name, "needs", n))
    loads = workload(plan, year)
    for role, worst in heaviest(loads).items():
        if worst.over:
            yield _overload(draft, worst, sum(load.role == role and load.over for load in loads) - 1)


def _unknown(draft: Draft, year: Calendar, need: Need, path: Path) -> Iterator[Problem]:
    ends: list[Period] = []
    for field, named in (("from", need.start), ("to", need.end)):
        if named is not None:
            try:
                ends.append(year.resolve(named))
            except OutsideYearError:
                message = f"`{named}` is no period of the year"
                hint = did_you_mean(named, year.ids)
                yield draft.problem((*path, field), "UNKNOWN_PERIOD", message, hint)
    if len(ends) == 2 and ends[1] < ends[0]:
        yield draft.problem((*path, "to"), "DATES_ORDER", f"`{ends[1]}` comes before `{ends[0]}`", "exchange the two")


def _overload(draft: Draft, worst: Load, others: int) -> Problem:
    """One warning a role, at its worst period: the others follow from it."""
    who = ", ".join(f"`{name}`" for name in worst.initiatives)
    more = f" (and in {others} more)" if others else ""
    need, there = number_text(worst.needed), number_text(worst.capacity)
    message = f"`{worst.role}` is needed for {need} in {worst.period}{more} by {who}; there is {there}"
    path: Path = ("resources", "roles", worst.role, "capacity")
    return draft.problem(path, "OVER_CAPACITY", message, "move one of them, or plan for less of it", "warning")

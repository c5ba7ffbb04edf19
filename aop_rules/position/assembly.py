"""From what counts at a moment to the position: each part of it is worked out by a module of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from itertools import chain
from types import MappingProxyType

from aop_rules.events import Forecast, KpiObservation
from aop_rules.exact.calendar import Calendar, Period
from aop_rules.plan.model import Plan
from aop_rules.position.actuals import Actuals
from aop_rules.position.allocation import Earlier
from aop_rules.position.budgets import budgets
from aop_rules.position.capacity import capacity
from aop_rules.position.closing import Closing, closing
from aop_rules.position.counted import Counted, latest_known
from aop_rules.position.exposure import exposure
from aop_rules.position.initiatives import initiatives
from aop_rules.position.kpis import KpiFigures
from aop_rules.position.landing import Landing
from aop_rules.position.landing_methods import with_own
from aop_rules.position.model import KpiPosition, Position
from aop_rules.position.progress import goal_positions, progress_of
from aop_rules.position.readings import Readings
from aop_rules.position.risks import risks
from aop_rules.position.spending import Spent
from aop_rules.position.targets import Targets
from aop_rules.position.transfers import moves

KpisAt = Callable[[Readings, Closing, date, str], Mapping[str, KpiPosition]]
"""From readings, what is closed, the day, and the id of a reading that is being decided on."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a position is made of."""

    plan: Plan
    year: Calendar
    earlier: tuple[Earlier, ...]
    """The versions of the plan before this one, in turn."""
    as_of: datetime
    facts: Counted
    read: Readings
    kpis: KpisAt
    spent: Spent
    asked_under: str
    """The document of the spend request that is being decided on; empty where there is none."""
    digest: str
    today: date | None = None
    """The day as of which periods are closed, where that is not the day of `as_of`: a review looks back to it."""


def assembled(basis: Basis) -> Position:
    """The position, frozen: it holds nothing of what goes on being counted."""
    plan, year, facts, read = basis.plan, basis.year, basis.facts, basis.read
    today = basis.today or basis.as_of.date()
    shut = closing(plan, year, facts, today)
    flows = moves(plan, year, facts.facts)
    spent = budgets(plan, year, basis.spent, flows.entries, basis.earlier)
    action = initiatives(plan, facts, today)
    people = capacity(plan, year, facts, action.positions)
    threats, unknown_risks = risks(plan, facts, today)
    deciding = facts.also.event_id if isinstance(facts.also, KpiObservation) else ""
    kpis = with_own(plan, basis.kpis(read, shut, basis.as_of.date(), deciding), facts.facts)
    goals = goal_positions(plan, kpis, action.positions, today)
    where = Position(
        as_of=basis.as_of,
        current=_current(year, today),
        closed=year.periods[: shut.closed],
        kpis=kpis,
        lines=spent.lines,
        roles=people.roles,
        risks=threats,
        initiatives=action.positions,
        duplicates=read.contradicting,
        unbudgeted=spent.unbudgeted,
        unconverted=spent.unconverted,
        unplaced=tuple(
            sorted(
                {
                    *read.unplaced,
                    *shut.unplaced,
                    *spent.unplaced,
                    *flows.unplaced,
                    *action.unplaced,
                    *people.unplaced,
                    *unknown_risks,
                    *(event.event_id for event in facts.of(Forecast) if event.kpi not in plan.kpis),
                }
            )
        ),
        known=_known(read.known, spent.known, facts),
        digest=basis.digest,
        moves=flows,
        held=MappingProxyType(dict(basis.spent.held(basis.asked_under) if basis.asked_under else {})),
        goals=goals,
        progress=progress_of(goals),
    )
    return replace(where, exposure=exposure(plan, where))


def _known(read: Mapping[str, datetime], spent: Mapping[str, datetime], facts: Counted) -> Mapping[str, datetime]:
    others = ((event.event_id, event.known) for event in facts.facts)
    return MappingProxyType(latest_known(chain(read.items(), spent.items(), others)))


def kpis_at(plan: Plan, year: Calendar, earlier: tuple[Earlier, ...]) -> KpisAt:
    """All KPIs of a plan. Most events say nothing of them, so the last few answers are remembered."""

    def at(read: Readings, shut: Closing, today: date, deciding: str) -> Mapping[str, KpiPosition]:
        targets, actuals = Targets(plan, year, earlier), Actuals(plan, year, read, today, deciding)
        figures = KpiFigures(actuals, targets, Landing(actuals, targets))
        return MappingProxyType({kpi.id: figures.position(kpi, shut) for kpi in plan.kpis.values()})

    return lru_cache(maxsize=4)(at)


def _current(year: Calendar, today: date) -> Period | None:
    return year.period_of(today) if year.starts <= today <= year.ends else None

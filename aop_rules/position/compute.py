"""The one entry: plan, events and a moment in, the position out. Pure; the order of events never matters."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from types import MappingProxyType

from aop_rules.events import EventBase, KpiObservation
from aop_rules.exact.calendar import Calendar, Period
from aop_rules.plan.model import Plan
from aop_rules.position.actuals import Actuals
from aop_rules.position.budgets import budgets
from aop_rules.position.capacity import capacity
from aop_rules.position.closing import closing
from aop_rules.position.counted import counted, moment
from aop_rules.position.initiatives import initiatives
from aop_rules.position.kpis import KpiFigures
from aop_rules.position.landing import Landing
from aop_rules.position.model import Position
from aop_rules.position.readings import readings
from aop_rules.position.risks import risks
from aop_rules.position.targets import Targets
from aop_rules.position.year import calendar_of


def position(plan: Plan, events: Iterable[EventBase], as_of: datetime, *, also: EventBase | None = None) -> Position:
    """Where the plan's year stands at a moment, from what was known by then.

    `also` is the event being decided on: where it is a fact (a reading, spending, an update), it counts as known.
    Events that are no facts change nothing. A naive `as_of` is UTC. Raises ConflictError (one event id, two contents).

    >>> from datetime import UTC, date
    >>> from aop_rules.events import parse_event
    >>> head = {"aop": 1, "id": "shop", "name": "Shop", "currency": "USD", "year": {"starts": date(2026, 1, 1)}}
    >>> plan = Plan.model_validate({**head, "budget": {"lines": {"ads": {"name": "Ads", "amount": 1200}}}})
    >>> bill = {"kind": "actual", "event_id": "bill", "line": "ads", "amount": 130, "effective_date": date(2026, 1, 9)}
    >>> seen = position(plan, [parse_event(bill)], datetime(2026, 1, 31, tzinfo=UTC))
    >>> [(horizon.name, horizon.available) for horizon in seen.lines["ads"]["2026-01"].horizons]
    [('period', -30), ('to_date', -30), ('year', 1070)]
    """
    as_of = moment(as_of)
    today = as_of.date()
    year = calendar_of(plan)
    facts = counted(events, as_of, also)
    read = readings(plan, year, facts)
    shut = closing(plan, year, facts, today)
    spent = budgets(plan, year, facts)
    action = initiatives(plan, facts)
    people = capacity(plan, year, facts, action.positions)
    threats, unknown_risks = risks(plan, facts)
    deciding = facts.also.event_id if isinstance(facts.also, KpiObservation) else ""
    figures = _figures(plan, year, Actuals(plan, year, read, today, deciding))
    return Position(
        as_of=as_of,
        current=_current(year, today),
        closed=year.periods[: shut.closed],
        kpis=MappingProxyType({kpi.id: figures.position(kpi, shut) for kpi in plan.kpis.values()}),
        lines=spent.lines,
        roles=people.roles,
        risks=threats,
        initiatives=action.positions,
        duplicates=read.contradicting,
        unbudgeted=spent.unbudgeted,
        unconverted=spent.unconverted,
        unplaced=tuple(
            sorted(
                {*read.unplaced, *shut.unplaced, *spent.unplaced, *action.unplaced, *people.unplaced, *unknown_risks}
            )
        ),
        known=MappingProxyType({event.event_id: event.known for event in facts.facts}),
        digest=facts.digest,
    )


def _figures(plan: Plan, year: Calendar, actuals: Actuals) -> KpiFigures:
    targets = Targets(plan, year)
    return KpiFigures(actuals, targets, Landing(actuals, targets))


def _current(year: Calendar, today: date) -> Period | None:
    return year.period_of(today) if year.starts <= today <= year.ends else None

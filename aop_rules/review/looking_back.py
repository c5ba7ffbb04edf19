"""Where a plan's year stood at the end of a period that is over, with what is known of it by now.

What happened later is left out, and no later period counts as closed. What was corrected since counts: a review of March that is
made in July shows March's figures, as they are known in July.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from aop_rules.errors import OutsideYearError
from aop_rules.events import EventBase, KpiObservation, PeriodClose
from aop_rules.exact.calendar import Calendar, Period
from aop_rules.plan.model import Plan
from aop_rules.position.allocation import Earlier
from aop_rules.position.compute import position
from aop_rules.position.model import Position
from aop_rules.position.year import calendar_of


def at_the_end_of(
    period: Period, plan: Plan, events: Iterable[EventBase], as_of: datetime, earlier: tuple[Earlier, ...] = ()
) -> Position:
    """The position as the period left it, from those of the events that are known by `as_of` and speak of the time until its
    end; the period is the last that is closed.

    >>> from datetime import UTC, date
    >>> from aop_rules.events import parse_event
    >>> head = {"aop": 1, "id": "shop", "name": "Shop", "currency": "USD", "year": {"starts": date(2026, 1, 1)}}
    >>> plan = Plan.model_validate({**head, "kpis": {"sales": {"name": "Sales", "kind": "flow"}}})
    >>> read = {"kind": "kpi_observation", "kpi": "sales", "value": 10, "effective_date": date(2026, 3, 3)}
    >>> read = [parse_event({**read, "event_id": f"r{n}", "period": f"2026-0{n}"}) for n in (1, 2)]
    >>> january = calendar_of(plan).resolve("2026-01")
    >>> at_the_end_of(january, plan, read, datetime(2026, 3, 9, tzinfo=UTC)).kpi("sales").ytd.value
    10
    """
    year = calendar_of(plan)
    then = (event for event in events if _until(event, period, year))
    closed_on = period.end + timedelta(days=plan.year.review_day)
    return position(plan, then, as_of, earlier=earlier, today=min(closed_on, as_of.date()))


def _until(event: EventBase, period: Period, year: Calendar) -> bool:
    """Whether it speaks of the time until the end of a period: by the period that it names, or else by its day."""
    named = _named(event, year)
    if named is not None and (named.index <= period.index or isinstance(event, (KpiObservation, PeriodClose))):
        return named.index <= period.index
    return event.effective_date <= period.end


def _named(event: EventBase, year: Calendar) -> Period | None:
    """The period that an event names; None where it names none, or none of this year."""
    name = getattr(event, "period", None)
    if not isinstance(name, str):
        return None
    try:
        return year.resolve(name)
    except OutsideYearError:
        return None

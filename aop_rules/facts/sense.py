"""Whether an event makes sense in itself: what ends after it starts, estimates in order, shares written as shares."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise

from aop_rules import events as e
from aop_rules.errors import OutsideYearError, Place, Problem
from aop_rules.exact.calendar import Calendar, Period
from aop_rules.exact.number import Exact, number_text
from aop_rules.plan.kpis import Kpi
from aop_rules.plan.model import Plan
from aop_rules.source.tree import Path


def sense_problems(
    plan: Plan, calendar: Calendar, event: e.EventBase, place: Callable[[Path], Place]
) -> Iterator[Problem]:
    """EVENT_ORDER (an end before its start, estimates out of order), EVENT_BARE_SHARE, EVENT_NOT_ENDED, EVENT_WRONG_VALUE."""
    if isinstance(event, e.Proposal):
        start = event.start or event.effective_date
        if event.end is not None and event.end < start:
            said = f"it ends on {event.end}, before it starts on {start}"
            yield Problem(place(("end",)), "EVENT_ORDER", said, "swap the dates, or correct one")
        for n, need in enumerate(event.needs):
            if need.start and need.end and _index(calendar, need.end) < _index(calendar, need.start):
                said = f"the need ends in {need.end}, before it starts in {need.start}"
                yield Problem(place(("needs", n, "to")), "EVENT_ORDER", said, "swap the two")
        for n, benefit in enumerate(event.benefits):
            yield from _benefit(plan, benefit, place, ("benefits", n))
    if isinstance(event, e.KpiObservation) and event.value is not None and event.kpi in plan.kpis:
        yield from _reading(plan.kpis[event.kpi], event.value, place)
    if isinstance(event, e.BudgetTransfer) and event.from_line == event.to_line:
        both = event.period or event.effective_date
        ends = [_end(calendar, said or both) for said in (event.from_period, event.to_period)]
        if None not in ends and ends[0] == ends[1]:
            said = f"it takes from `{event.from_line}` what it gives back in the same period"
            hint = "name two lines, or two periods: `from_period`, `to_period`"
            yield Problem(place(("to",)), "EVENT_WRONG_VALUE", said, hint)
    if isinstance(event, e.BudgetFreeze) and event.until is not None and event.until < event.effective_date:
        said = f"it ends on {event.until}, before it starts on {event.effective_date}"
        yield Problem(place(("until",)), "EVENT_ORDER", said, "swap the dates, or correct one")
    if isinstance(event, e.PeriodClose):
        closing = _end(calendar, event.period)
        if closing is not None and event.effective_date <= closing.end:
            said = f"`{event.period}` has not ended on {event.effective_date}"
            yield Problem(place(("period",)), "EVENT_NOT_ENDED", said, "name a period that is over")


def _reading(kpi: Kpi, value: Exact, place: Callable[[Path], Place]) -> Iterator[Problem]:
    if kpi.direction == "boolean" and value not in (0, 1):
        said = f"`{kpi.id}` is a yes or no, and {number_text(value)} is neither"
        yield Problem(place(("value",)), "EVENT_WRONG_VALUE", said, "write `true` or `false`, or 1 or 0")
    if kpi.direction != "boolean" and isinstance(value, bool):
        said = f"`{str(value).lower()}` is a yes or no, and `{kpi.id}` is a figure"
        yield Problem(place(("value",)), "EVENT_WRONG_VALUE", said, "write the figure that was read")


def _benefit(plan: Plan, benefit: e.Benefit, place: Callable[[Path], Place], at: Path) -> Iterator[Problem]:
    stated = [(key, value) for key in ("low", "likely", "high") if (value := getattr(benefit, key)) is not None]
    for (_, less), (key, more) in pairwise(stated):
        if more < less:
            said = f"`{key}` is {number_text(more)}, less than {number_text(less)} before it"
            yield Problem(place((*at, key)), "EVENT_ORDER", said, "write the estimates as low, likely, high")
    kpi = plan.kpis.get(benefit.kpi)
    for key, value in stated if kpi is not None and kpi.unit == "ratio" else ():
        if isinstance(value, int) and abs(value) > 1:
            said = f"`{value}` is {value * 100} %"
            yield Problem(place((*at, key)), "EVENT_BARE_SHARE", said, f"write `{value}%`")


def _end(calendar: Calendar, period: str | date) -> Period | None:
    """The period meant; None for what is none, which is said elsewhere."""
    try:
        return calendar.resolve(period)
    except OutsideYearError:
        return None


def _index(calendar: Calendar, period: str) -> int:
    found = _end(calendar, period)
    return found.index if found is not None else 0

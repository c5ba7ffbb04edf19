"""Whether an event makes sense in itself: what ends after it starts, estimates in order, figures as their KPIs are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise

from aop_rules import events as e
from aop_rules.errors import OutsideYearError, Place, Problem
from aop_rules.exact.calendar import Calendar, Period
from aop_rules.exact.number import Exact, Share, exact, number_text, ratio_text
from aop_rules.facts.amounts import finer_than_money
from aop_rules.plan.kpis import Kpi
from aop_rules.plan.model import Plan
from aop_rules.source.tree import Path


def sense_problems(
    plan: Plan, calendar: Calendar, event: e.EventBase, place: Callable[[Path], Place]
) -> Iterator[Problem]:
    """EVENT_ORDER (an end before its start, estimates out of order), EVENT_BARE_SHARE, EVENT_MINOR_UNIT, EVENT_SUM_READ,
    EVENT_NOT_ENDED, EVENT_WRONG_VALUE.
    """
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
            yield from _benefit(benefit, place, ("benefits", n))
    for path, kpi_id, figure in _figures(plan, event):
        yield from _share(plan.kpis.get(kpi_id), figure, place(path))
    if isinstance(event, e.KpiObservation) and event.kpi in plan.kpis:
        yield from _reading(plan, plan.kpis[event.kpi], event, place)
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


def _figures(plan: Plan, event: e.EventBase) -> Iterator[tuple[Path, str, Exact | None]]:
    """Every figure in the unit of a KPI: where it stands, and the KPI."""
    match event:
        case e.Proposal():
            for n, benefit in enumerate(event.benefits):
                yield from ((("benefits", n, key), benefit.kpi, getattr(benefit, key)) for key in _ESTIMATES)
        case e.KpiObservation():
            yield ("value",), event.kpi, event.value
        case e.Forecast():
            yield from (((key,), event.kpi, getattr(event, key)) for key in ("value", "low", "high"))
        case e.GoalChangeRequest() if event.goal in plan.goals:
            yield ("new_target",), plan.goals[event.goal].kpi or "", event.new_target


_ESTIMATES = ("low", "likely", "high")


def _share(kpi: Kpi | None, figure: Exact | None, place: Place) -> Iterator[Problem]:
    """A share past the whole has its percent sign: `45.2` may mean 45.2 %, or 45.2 times."""
    if kpi is None or kpi.unit != "ratio" or figure is None or isinstance(figure, Share) or -1 <= figure <= 1:
        return
    shown = number_text(figure)
    said = f"`{shown}` is {number_text(exact(figure * 100))} %, and `{kpi.id}` is a share"
    yield Problem(place, "EVENT_BARE_SHARE", said, f"write `{shown}%`, or `{ratio_text(figure)}` where that is meant")


def _reading(plan: Plan, kpi: Kpi, event: e.KpiObservation, place: Callable[[Path], Place]) -> Iterator[Problem]:
    value = event.value
    if kpi.sum_of:
        parts = ", ".join(f"`{part}`" for part in kpi.sum_of)
        said = f"`{kpi.id}` is the sum of {parts}, and takes no readings of its own"
        yield Problem(place(("kpi",)), "EVENT_SUM_READ", said, "record a reading of each part")
    if value is None:
        return
    if kpi.direction == "boolean" and value not in (0, 1):
        said = f"`{kpi.id}` is a yes or no, and {number_text(value)} is neither"
        yield Problem(place(("value",)), "EVENT_WRONG_VALUE", said, "write `true` or `false`, or 1 or 0")
    if kpi.direction != "boolean" and isinstance(value, bool):
        said = f"`{str(value).lower()}` is a yes or no, and `{kpi.id}` is a figure"
        yield Problem(place(("value",)), "EVENT_WRONG_VALUE", said, "write the figure that was read")
    if kpi.unit == "money" and kpi.kind in ("flow", "stock"):  # a rate (the average order) may be finer
        yield from finer_than_money(plan, event, value, place(("value",)))


def _benefit(benefit: e.Benefit, place: Callable[[Path], Place], at: Path) -> Iterator[Problem]:
    stated = [(key, value) for key in _ESTIMATES if (value := getattr(benefit, key)) is not None]
    for (_, less), (key, more) in pairwise(stated):
        if more < less:
            said = f"`{key}` is {number_text(more)}, less than {number_text(less)} before it"
            yield Problem(place((*at, key)), "EVENT_ORDER", said, "write the estimates as low, likely, high")


def _end(calendar: Calendar, period: str | date) -> Period | None:
    """The period meant; None for what is none, which is said elsewhere."""
    try:
        return calendar.resolve(period)
    except OutsideYearError:
        return None


def _index(calendar: Calendar, period: str) -> int:
    found = _end(calendar, period)
    return found.index if found is not None else 0

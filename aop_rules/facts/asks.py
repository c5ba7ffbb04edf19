"""What an event asks of the budget and of people: amounts by line and period, time by role and period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from aop_rules.errors import OutsideYearError
from aop_rules.events import BudgetTransfer, CostCutRequest, EventBase, Proposal, SpendRequest
from aop_rules.exact.calendar import Calendar, Period, span_label
from aop_rules.exact.number import Exact, exact
from aop_rules.plan.model import Plan
from aop_rules.position.model import Missing
from aop_rules.position.rates import in_plan_currency, rate_source


@dataclass(frozen=True, slots=True)
class Ask:
    """Money asked of one line in one period. `amount` is None where no exchange rate is known."""

    line: str
    period: Period
    amount: Exact | None
    missing: tuple[Missing, ...] = ()
    """Why the amount is not known."""
    taken_at: tuple[str, ...] = ()
    """The exchange rate behind the amount, where there is one."""


@dataclass(frozen=True, slots=True)
class Demand:
    """Time asked of one role in one period, in the role's unit."""

    role: str
    period: Period
    amount: Exact


def starts(event: EventBase) -> date:
    """When what the event proposes would start."""
    return (event.start if isinstance(event, Proposal) else None) or event.effective_date


def asks(plan: Plan, calendar: Calendar, event: EventBase) -> tuple[Ask, ...]:
    """All money that a proposal or spend request asks within the year, one entry a line and period, in their order."""
    sums: dict[tuple[str, int], tuple[Period, list[Exact | None]]] = {}
    taken_at = rate_source(plan, event)
    for line, period, amount in _rows(calendar, event):
        sums.setdefault((line, period.index), (period, []))[1].append(in_plan_currency(plan, event, amount))
    return tuple(
        Ask(line, period, _total(parts), (no_rate(event),) if None in parts else (), taken_at)
        for (line, _), (period, parts) in sorted(sums.items(), key=lambda x: x[0])
    )


def no_rate(event: EventBase) -> Missing:
    """Why money of an event cannot be told in the plan's currency."""
    return Missing("no_rate", event.currency or "", detail=event.currency or "")


def why_unknown(parts: Iterable[Ask]) -> tuple[Missing, ...]:
    """Why the sum of these is not known; nothing where it is."""
    return tuple(dict.fromkeys(missing for part in parts for missing in part.missing))


def rates_of(parts: Iterable[Ask]) -> tuple[str, ...]:
    """The exchange rates behind these amounts."""
    return tuple(dict.fromkeys(rate for part in parts for rate in part.taken_at))


def span(parts: Iterable[Ask]) -> str:
    """The periods in which money is asked, from the first to the last."""
    periods = sorted({part.period for part in parts})
    return span_label(periods[0], periods[-1]) if periods else ""


def total(parts: Iterable[Ask]) -> Exact | None:
    """The sum; None where one of them is not known."""
    return _total([part.amount for part in parts])


def amount_of(plan: Plan, event: EventBase, asked: Iterable[Ask]) -> Exact | None:
    """What an event is about, in the plan's currency: what is asked, moved, or to be cut; None where it is not known."""
    if isinstance(event, BudgetTransfer | CostCutRequest):
        return in_plan_currency(plan, event, event.amount)
    return total(asked)


def _total(parts: list[Exact | None]) -> Exact | None:
    known = [part for part in parts if part is not None]
    return exact(Fraction(sum(known))) if len(known) == len(parts) else None


def _rows(calendar: Calendar, event: EventBase) -> Iterator[tuple[str, Period, Exact]]:
    if isinstance(event, SpendRequest):
        period = _period(calendar, event.period, event.effective_date)
        if period:
            yield event.line, period, event.amount
    elif isinstance(event, Proposal):
        for cost in event.costs:
            period = _period(calendar, cost.period, starts(event))
            if period:
                until = calendar.periods[-1] if cost.recurring else period
                for each in calendar.periods[period.index - 1 : until.index]:
                    yield cost.line, each, cost.amount


def _period(calendar: Calendar, said: str | None, otherwise: date) -> Period | None:
    """The period said, or that of the start; None outside the year (`check.py` has refused what is no period at all)."""
    try:
        return calendar.resolve(said) if said else calendar.period_of(otherwise)
    except OutsideYearError:
        return None


def demands(calendar: Calendar, event: EventBase) -> tuple[Demand, ...]:
    """All time that a proposal asks within the year, one entry a role and period."""
    if not isinstance(event, Proposal):
        return ()
    sums: dict[tuple[str, int], Exact] = {}
    for need in event.needs:
        first = _period(calendar, need.start, starts(event))
        last = _period(calendar, need.end, event.end or calendar.ends) or calendar.periods[-1]
        if first:
            for period in calendar.periods[first.index - 1 : last.index]:
                key = (need.role, period.index)
                sums[key] = exact(Fraction(sums.get(key, 0) + need.amount))
    return tuple(Demand(role, calendar.periods[index - 1], amount) for (role, index), amount in sorted(sums.items()))

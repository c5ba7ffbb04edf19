"""A field: one thing about an event that could be different, with the values that it could take instead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import Any, Literal

from aop_rules.events import EventBase, Proposal
from aop_rules.exact.calendar import Calendar
from aop_rules.exact.currencies import CODES, minor_units
from aop_rules.exact.number import Exact, exact
from aop_rules.plan.kpis import Kpi
from aop_rules.plan.model import Plan
from aop_rules.plan.values import Words
from aop_rules.position.year import calendar_of

Value = Exact | date | str
FURTHEST = 1_000
"""A number is looked for up to so many times what it is; no flip is told beyond that."""
SHARE_STEP = Fraction(1, 10_000)
"""Shares move by hundredths of a percentage point."""
PART_STEP = Fraction(1, 100)
"""What is counted moves by ones, and by hundredths where it is not whole."""


@dataclass(frozen=True, slots=True)
class Way:
    """Values in a row, each further away from what is: counts of a step, or what is listed.

    >>> way = grid(Fraction(28, 100), 1, SHARE_STEP)
    >>> way.at(0), len(way)
    (Fraction(2801, 10000), 7200)
    """

    values: range | tuple[Value, ...]
    step: Exact = 1
    stations: tuple[int, ...] = ()
    """Places along it at which the answer may turn, for what does not turn once (a role that is full in one period)."""

    def __len__(self) -> int:
        return len(self.values)

    def at(self, place: int) -> Value:
        if isinstance(self.values, range):
            return exact(Fraction(self.values[place] * Fraction(self.step)))
        return self.values[place]


def grid(now: Exact, to: Exact, step: Exact) -> Way:
    """The multiples of a step from one number (without it) to another, in that direction."""
    first, last = Fraction(now) / Fraction(step), Fraction(to) / Fraction(step)
    if to >= now:
        return Way(range(floor(first) + 1, floor(last) + 1), step)
    return Way(range(ceil(first) - 1, ceil(last) - 1, -1), step)


@dataclass(frozen=True, slots=True)
class Field:
    """One field, or several that move together. `put` gives the event with another value, which is all that differs."""

    id: str
    """Where it stands in the event: `costs[0].amount`; `costs` for all of them together."""
    name: Words
    unit: str
    """`money` (in the event's currency), `ratio`, `date`, `period`, a thing counted; `word` for what is listed."""
    now: Value | None
    ways: tuple[Way, ...]
    """The directions in which it could move; the first is the one that usually helps."""
    put: Callable[[EventBase, Any], EventBase]
    joint: Literal["number", "choice", ""] = ""
    """How it takes part in a joint change; empty for what moves other fields along."""

    def change(self, to: Value) -> Fraction | None:
        """How much it changes, to what it is; 1 for what is listed, None for a date, or where nothing is there yet."""
        if isinstance(to, (int, Fraction)) and isinstance(self.now, (int, Fraction)):
            return abs(Fraction(to) - Fraction(self.now)) / abs(Fraction(self.now)) if self.now else None
        return None if isinstance(to, date) else Fraction(1)


def smallest(plan: Plan, event: EventBase) -> Fraction:
    """The smallest unit of an event's currency."""
    currency = event.currency or plan.currency
    return Fraction(1, 10 ** minor_units(currency)) if currency in CODES else Fraction(1)


def step_of(plan: Plan, event: EventBase, unit: str, now: Exact) -> Fraction:
    """By how much a figure moves at least."""
    if unit == "money":
        return smallest(plan, event)
    if unit == "ratio":
        return SHARE_STEP
    return Fraction(1) if Fraction(now).denominator == 1 else PART_STEP


def both_ways(plan: Plan, event: EventBase, kpi: Kpi, now: Exact) -> tuple[Way, ...]:
    """Where a figure of a KPI could move: first the way that is good for it, as far as makes sense; then back to nothing."""
    step = step_of(plan, event, kpi.unit, now)
    high, low = _furthest(kpi, now)
    up, down = grid(now, high, step), grid(now, low, step)
    ways = (down, up) if kpi.direction == "lower" else (up, down)
    return tuple(_looked_at(kpi, way) for way in ways if len(way))


def _looked_at(kpi: Kpi, way: Way) -> Way:
    """The way with the ends of the range that the KPI shall keep as stations: what lies between them may be a single value."""
    ends = kpi.breach.ends(kpi.target.constant if kpi.target else None) if kpi.breach else None
    counts = [Fraction(end) / Fraction(way.step) for end in ends or ()]
    places = {way.values.index(int(each)) for each in counts if each.denominator == 1 and int(each) in way.values}
    return replace(way, stations=tuple(sorted(places))) if places else way


def _furthest(kpi: Kpi, now: Exact) -> tuple[Exact, Exact]:
    """The highest and the lowest value that a figure is looked for at."""
    if kpi.unit == "ratio":
        return max(1, now), min(0, now)
    if kpi.direction == "boolean":
        return 1, 0
    planned = kpi.target.year if kpi.target else None
    span: Exact = exact(abs(Fraction(now)) * FURTHEST) or planned or FURTHEST
    if kpi.direction == "lower":
        return max(0, now), now - span
    return now + span, min(0, now)


def later_days(plan: Plan, now: date) -> Way:
    """Every later day of the year; a station at the first and the last of each period."""
    return _days((day for day in _each_day(plan) if day > now), calendar_of(plan))


def earlier_days(plan: Plan, now: date, first: date) -> Way:
    """Every earlier day of the year from `first` on, the nearest first."""
    days = [day for day in _each_day(plan) if first <= day < now]
    return _days(reversed(days), calendar_of(plan))


def _each_day(plan: Plan) -> Iterable[date]:
    year = calendar_of(plan)
    return (date.fromordinal(n) for n in range(year.starts.toordinal(), year.ends.toordinal() + 1))


def _days(days: Iterable[date], year: Calendar) -> Way:
    found = tuple(days)
    ends = {day for period in year.periods for day in (period.start, period.end)}
    return Way(found, stations=tuple(place for place, day in enumerate(found) if day in ends))


def listed(values: Sequence[Value]) -> tuple[Way, ...]:
    """Values of which each is a case of its own."""
    return (Way(tuple(values), stations=tuple(range(len(values)))),) if values else ()


def replaced(event: Proposal, key: str, n: int, **parts: object) -> Proposal:
    """The proposal with the n-th of its costs, benefits or needs changed."""
    rows = list(getattr(event, key))
    rows[n] = rows[n].model_copy(update=parts)
    return event.model_copy(update={key: tuple(rows)})

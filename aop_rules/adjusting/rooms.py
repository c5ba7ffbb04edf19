"""What a line can give: what is left under every limit that it, and the groups above it, check from some period on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from aop_rules.exact.calendar import Period
from aop_rules.exact.number import Exact
from aop_rules.plan.model import Plan
from aop_rules.position.model import Position
from aop_rules.position.year import calendar_of

_PLACES = {"period": 0, "to_date": 1, "year": 2}


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit of one line, or of a group above it: what leaves it on these periods, less what comes, is at most `left`."""

    line: str
    horizon: Literal["period", "to_date", "year"]
    period: str
    """The period as seen from which it counts: for `to_date` all up to it."""
    left: Exact
    """0 where the limit is exceeded already, and where what is used is not known."""
    known: bool

    @property
    def id(self) -> str:
        return f"{self.line}.{self.horizon}.{self.period}"


def open_periods(plan: Plan, position: Position) -> tuple[Period, ...]:
    """The current period of the year and those after it; before the year all of it, after it none."""
    periods = calendar_of(plan).periods
    if position.current is None:
        return () if position.as_of.date() > periods[-1].end else periods
    return periods[position.current.index - 1 :]


def limits_of(plan: Plan, position: Position, line: str) -> Iterator[Limit]:
    """Every limit from the current period on under which money of a line stands."""
    rest = open_periods(plan, position)
    for account in plan.budget.with_groups(line):
        for horizon in plan.budget.lines[account].horizons:
            for period in rest[-1:] if horizon == "year" else rest:
                at = position.lines[account][period.id].horizons[_PLACES[horizon]]
                left = max(0, at.available) if at.complete else 0
                yield Limit(account, horizon, period.id, left, at.complete)

"""How much of each role the initiatives need in each period of the year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from aop_rules.errors import OutsideYearError
from aop_rules.exact.calendar import Calendar, Period
from aop_rules.exact.number import Exact
from aop_rules.plan.actions import Initiative, Need
from aop_rules.plan.model import Plan


@dataclass(frozen=True, slots=True)
class Load:
    """What one role is needed for in one period, in the role's unit."""

    role: str
    period: str
    needed: Exact
    capacity: Exact
    initiatives: tuple[str, ...]

    @property
    def over(self) -> bool:
        return self.needed > self.capacity

    @property
    def use(self) -> Fraction | None:
        """Needed over capacity; None where there is no capacity at all."""
        return Fraction(self.needed) / Fraction(self.capacity) if self.capacity else None


def workload(plan: Plan, year: Calendar) -> tuple[Load, ...]:
    """Every role and period in which something planned or running needs it, by role and period."""
    found: dict[tuple[str, int], list[tuple[str, Exact]]] = {}
    for name, initiative in plan.initiatives.items():
        if initiative.status in ("planned", "running"):
            for role, index, amount in _needs(initiative, year):
                found.setdefault((role, index), []).append((name, amount))
    return tuple(
        Load(
            role,
            year.periods[index - 1].id,
            sum(amount for _, amount in needs),
            plan.resources.roles[role].capacity,
            tuple(dict.fromkeys(name for name, _ in needs)),
        )
        for (role, index), needs in sorted(found.items())
        if role in plan.resources.roles
    )


def heaviest(loads: tuple[Load, ...]) -> Mapping[str, Load]:
    """For each role the period in which it is needed most; the earliest of them."""
    worst: dict[str, Load] = {}
    for load in loads:
        if load.role not in worst or load.needed > worst[load.role].needed:
            worst[load.role] = load
    return worst


def periods_of(initiative: Initiative, need: Need, year: Calendar) -> tuple[Period, ...]:
    """The periods in which a need falls: its own, else those that its initiative touches, else the whole year.

    Raises OutsideYearError where the need names a period that the year does not have.
    """
    first, last = year.periods[0], year.periods[-1]
    if need.start is not None:
        first = year.resolve(need.start)
    elif initiative.starts is not None:
        if initiative.starts > year.ends:
            return ()
        first = year.period_of(max(initiative.starts, year.starts))
    if need.end is not None:
        last = year.resolve(need.end)
    elif initiative.ends is not None:
        if initiative.ends < year.starts:
            return ()
        last = year.period_of(min(initiative.ends, year.ends))
    return year.periods[first.index - 1 : last.index]


def _needs(initiative: Initiative, year: Calendar) -> Iterator[tuple[str, int, Exact]]:
    for need in initiative.needs:
        try:
            periods = periods_of(initiative, need, year)
        except OutsideYearError:
            continue  # a draft: the loader has said that there is no such period
        yield from ((need.role, period.index, need.amount) for period in periods)

"""Each role in each period: how much of it there is, and how much the initiatives under way or planned take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from aop_rules.errors import OutsideYearError
from aop_rules.events import CapacityChange
from aop_rules.exact.calendar import Calendar, Period
from aop_rules.exact.number import Exact, exact
from aop_rules.plan.actions import Initiative, Need
from aop_rules.plan.model import Plan
from aop_rules.position.counted import Counted
from aop_rules.position.initiatives import planned_start
from aop_rules.position.model import InitiativePosition, RolePosition


@dataclass(frozen=True, slots=True)
class Capacity:
    roles: Mapping[str, Mapping[str, RolePosition]]
    unplaced: tuple[str, ...]
    """Event ids of changes to a role that the plan does not have."""


def capacity(plan: Plan, year: Calendar, facts: Counted, initiatives: Mapping[str, InitiativePosition]) -> Capacity:
    """All roles in all periods. Initiatives that are done or stopped take nothing."""
    changes: defaultdict[str, dict[date, Exact]] = defaultdict(dict)
    unplaced = []
    for event in sorted(facts.of(CapacityChange), key=lambda event: (event.known, event.event_id)):
        if event.role in plan.resources.roles:
            changes[event.role][event.effective_date] = event.capacity  # of one day's changes, the latest known
        else:
            unplaced.append(event.event_id)
    taken = _taken(plan, year, initiatives)
    roles = {
        role.id: MappingProxyType(
            {
                period.id: RolePosition(
                    role=role.id,
                    unit=role.unit,
                    period=period.id,
                    capacity=in_period(role.capacity, changes[role.id], period),
                    used=exact(sum(taken[role.id, period.index].values())),
                    users=tuple(sorted(taken[role.id, period.index])),
                )
                for period in year.periods
            }
        )
        for role in plan.resources.roles.values()
    }
    return Capacity(MappingProxyType(roles), tuple(sorted(unplaced)))


def in_period(planned: Exact, changes: Mapping[date, Exact], period: Period) -> Exact:
    """What is there through the whole period: the capacity in force at its start, or a lower one inside it."""
    in_force = planned
    lowest: list[Exact] = []
    for day in sorted(changes):
        if day <= period.start:
            in_force = changes[day]
        elif day <= period.end:
            lowest.append(changes[day])
    return min([in_force, *lowest])


def _taken(
    plan: Plan, year: Calendar, initiatives: Mapping[str, InitiativePosition]
) -> defaultdict[tuple[str, int], dict[str, Exact]]:
    """By role and period: initiative to amount."""
    taken: defaultdict[tuple[str, int], dict[str, Exact]] = defaultdict(dict)
    for initiative in plan.initiatives.values():
        now = initiatives[initiative.id]
        if now.done or initiative.status in ("done", "stopped"):
            continue
        for need in initiative.needs:
            for period in _periods_of(year, initiative, need, now.expected_end):
                users = taken[need.role, period.index]
                users[initiative.id] = exact(users.get(initiative.id, 0) + need.amount)
    return taken


def _periods_of(year: Calendar, initiative: Initiative, need: Need, expected_end: str) -> tuple[Period, ...]:
    """From the need's first period to its last; else the initiative's, up to its expected end; else the whole year."""
    first = _edge(year, need.start) if need.start else None
    last = _edge(year, need.end) if need.end else None
    start = first.start if first else planned_start(initiative) or year.starts
    end = last.end if last else date.fromisoformat(expected_end) if expected_end else year.ends
    return tuple(period for period in year.periods if period.start <= end and period.end >= start)


def _edge(year: Calendar, named: str) -> Period | None:
    """The period named, None where the year does not hold it: the need then reaches as far as the initiative."""
    try:
        return year.resolve(named)
    except OutsideYearError:
        return None

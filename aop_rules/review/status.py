"""Where the year stands on one screen, as a frozen value: goals, budget lines, people, risks, alerts, and what is not known.

Goals, risks and gaps are those of the review of the last closed period. Budget lines stand as that period left them, with what
could be spent now; people as the current period needs them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from aop_rules.alerts.alert import Alert
from aop_rules.exact.calendar import Period
from aop_rules.exact.number import Exact, exact
from aop_rules.facts.transfers import freezes
from aop_rules.plan.budget import BudgetLine
from aop_rules.plan.model import Plan
from aop_rules.plan.values import Words
from aop_rules.position.model import Horizon, Missing, Position, Reading, RiskPosition, RolePosition
from aop_rules.position.year import calendar_of
from aop_rules.review.ahead import Showed
from aop_rules.review.review import GoalRow, Review, review
from aop_rules.wording.numbers import Language


@dataclass(frozen=True, slots=True)
class GoalStatus:
    """One goal, with how its KPI did in each closed period."""

    row: GoalRow
    attained: tuple[Exact | None, ...]
    """By closed period, the value as a share of its target, where less is better the target as a share of the value; 1 and
    above: reached. None where one of them is unknown. Empty where the plan has no target for any of them."""


@dataclass(frozen=True, slots=True)
class LineStatus:
    """One budget line."""

    id: str
    name: Words
    limit: Horizon
    """The limit that is told: to date after the last closed period; of a line that is not checked to date, the year's, or
    the period's."""
    room: Exact | None
    """What could be spent now: the least that a limit of the line, or of a group that it is part of, leaves in the current
    period, in whole units of the plan's currency; negative where one is exceeded. None where that is unknown, and outside the year."""
    recorded: bool
    """Whether any spending is known of it, in the whole year: without, that nothing is used says little."""
    frozen_until: date | None
    """The last day of a freeze that holds for the line now."""

    @property
    def over(self) -> Exact:
        """By how much it is past its limit; 0 where within."""
        return exact(max(0, -self.limit.available))


@dataclass(frozen=True, slots=True)
class RoleStatus:
    """One role in the current period."""

    id: str
    name: Words
    position: RolePosition


@dataclass(frozen=True, slots=True)
class RiskStatus:
    """One risk that was signalled or has occurred: an event says so, or a KPI that it watches."""

    id: str
    name: Words
    position: RiskPosition
    occurred: bool
    kpis: tuple[str, ...]
    """Ids of the KPIs through which it showed."""


@dataclass(frozen=True, slots=True)
class Unread:
    """One KPI whose figures lack in closed periods of the year."""

    kpi: str
    missing: tuple[Missing, ...]


@dataclass(frozen=True, slots=True)
class Status:
    """The whole of it, as of a moment."""

    plan: Plan = field(repr=False)
    as_of: datetime
    closed: tuple[Period, ...]
    current: Period
    """The period of `as_of`; before the year its first, after it its last."""
    goals: tuple[GoalStatus, ...]
    """In the order of their priority."""
    lines: tuple[LineStatus, ...]
    roles: tuple[RoleStatus, ...]
    risks: tuple[RiskStatus, ...]
    alerts: tuple[Alert, ...]
    """Those that are active: what fires first, then by priority."""
    unread: tuple[Unread, ...]
    """Each KPI once, however many others are computed from it."""
    review: Review
    """Of the last closed period: progress, exposure and the other gaps are read from it."""

    def text(self, language: Language | None = None, *, ascii_signs: bool = False) -> str:
        """One screen of at most 100 columns, in `en` or `vi`; in the plan's language where missing.

        `ascii_signs` draws bars and sparklines for terminals that lack block signs.
        """
        from aop_rules.review.screen import status_text

        return status_text(self, language or self.plan.language, ascii_signs=ascii_signs)

    def to_dict(self) -> dict[str, Any]:
        """The status as plain data that JSON can hold. New keys may come; money is in the plan's `currency`."""
        from aop_rules.review.status_data import status_data

        return status_data(self)


def status(plan: Plan, position: Position, alerts: Iterable[Alert] = (), showed: Iterable[Showed] = ()) -> Status:
    """Where the year of a plan stands; `showed` holds the risks that showed by what they watch."""
    periods, every = calendar_of(plan).periods, tuple(alerts)
    current = position.current or periods[-1 if position.closed else 0]
    seen = position.closed[-1] if position.closed else current
    looked = review(plan, position, (), seen.id, every, showed=showed)
    return Status(
        plan=plan,
        as_of=position.as_of,
        closed=position.closed,
        current=current,
        goals=tuple(GoalStatus(row, _attained(plan, position, row)) for row in looked.goals),
        lines=tuple(_line(plan, position, line, seen) for line in plan.budget.lines.values()),
        roles=tuple(
            RoleStatus(role.id, role.name, position.roles[role.id][current.id])
            for role in plan.resources.roles.values()
        ),
        risks=tuple(
            RiskStatus(row.id, row.name, position.risks[row.id], row.occurred, row.kpis) for row in looked.risks
        ),
        alerts=tuple(alert for alert in every if alert.active),
        unread=tuple(_unread(position)),
        review=looked,
    )


def attainment(value: Exact, target: Exact, direction: str) -> Exact:
    """How much of a target is reached; 1 is just reached. Where a share says nothing (a target of 0 or below) it is 1 or 0.

    >>> attainment(90, 100, "higher"), attainment(125, 100, "lower"), attainment(-5, 0, "higher")
    (Fraction(9, 10), Fraction(4, 5), 0)
    """
    if direction == "boolean":
        return int(value == target)
    if direction in ("band", "exact"):
        return min(attainment(value, target, "higher"), attainment(value, target, "lower"))
    part, whole = (target, value) if direction == "lower" else (value, target)
    if target <= 0 or value <= 0:
        return int(part >= whole)
    return exact(Fraction(part) / Fraction(whole))


def _attained(plan: Plan, position: Position, row: GoalRow) -> tuple[Exact | None, ...]:
    kpi = plan.kpis.get(row.kpi)
    readings = position.kpis[kpi.id].readings if kpi else ()
    if kpi is None or not any(each.target.value is not None for each in readings):
        return ()
    return tuple(_reached(each, kpi.direction) for each in readings)


def _reached(reading: Reading, direction: str) -> Exact | None:
    value, target = reading.actual.value, reading.target.value
    return None if value is None or target is None else attainment(value, target, direction)


def _unread(position: Position) -> Iterable[Unread]:
    found: dict[str, list[Missing]] = {}
    for kpi in position.kpis.values():
        for each in (each for reading in kpi.readings for each in reading.actual.missing):
            found.setdefault(each.about, []).append(each)
    return (Unread(about, tuple(dict.fromkeys(missing))) for about, missing in found.items())


def _line(plan: Plan, position: Position, line: BudgetLine, seen: Period) -> LineStatus:
    horizons = {each.name: each for each in position.lines[line.id][seen.id].horizons}
    told = next(name for name in ("to_date", "year", "period") if name in line.horizons or name == "period")
    on = position.as_of.date()
    frozen = max((each.until for each in freezes(plan, position, line.id, on, on)), default=None)
    recorded = position.lines[line.id][seen.id].documents > 0
    return LineStatus(line.id, line.name, horizons[told], _room(plan, position, line), recorded, frozen)


def _room(plan: Plan, position: Position, line: BudgetLine) -> Exact | None:
    if position.current is None:
        return None
    limits = [
        each
        for part in plan.budget.with_groups(line.id)
        for each in position.lines[part][position.current.id].horizons
        if each.name in plan.budget.lines[part].horizons
    ]
    known = bool(limits) and all(each.complete for each in limits)
    return min(each.available for each in limits) if known else None

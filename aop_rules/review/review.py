"""What a review of one period says, as a frozen value: three questions in their order, then what was decided and what lacks.

First where the goals stand, then where money and people deviate, then which risks showed. The order of everything is that of
the plan or of time, so equal inputs give equal reviews.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal

from aop_rules.alerts.alert import Alert
from aop_rules.exact.calendar import Period, span_label
from aop_rules.exact.number import Exact, exact
from aop_rules.history.restatement import Restated
from aop_rules.history.stories import Overridden, Story, overrides
from aop_rules.plan.amendment import Amendment
from aop_rules.plan.goals import Goal
from aop_rules.plan.kpis import Kpi
from aop_rules.plan.model import Plan
from aop_rules.plan.values import Words
from aop_rules.position.exposure import Exposure
from aop_rules.position.landings import Landings
from aop_rules.position.model import Figure, Horizon, KpiPosition, Missing, Position, Reading, RolePosition
from aop_rules.position.progress import GoalPosition, Progress
from aop_rules.position.transfers import Entry, Freeze
from aop_rules.position.year import calendar_of
from aop_rules.review.ahead import Outlook, Showed
from aop_rules.wording.numbers import Language

Standing = Literal[
    "on_track",
    "watch",         # past its warning threshold
    "off_track",     # past its breach threshold
    "lasting",       # past it for as many periods as the plan says it takes to act
    "below_floor",
    "above_ceiling",
    "no_threshold",  # the plan does not say what would be off track
    "unknown",
    "no_kpi",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class GoalRow:
    """One goal, or one KPI besides the goals, at the end of the period."""

    id: str
    name: Words
    rank: int | None
    """Priority: 1 is the first; None where the plan does not rank it, or it is no goal."""
    kpi: str
    """Empty where the plan names none."""
    unit: str
    standing: Standing
    actual: Figure | None
    """In the period alone; None where it is not closed yet."""
    target: Figure | None
    ytd: Figure | None
    """Up to the last closed period, as `Review.to_date` says."""
    ytd_target: Figure | None
    landing: Figure | None
    year_target: Figure | None
    landings: Landings | None = None
    """The landing by every method, and what the rest of the year has to bring."""
    progress: GoalPosition | None = None
    """How far the goal has come; None for a KPI that is none."""

    @property
    def held_but_missed(self) -> bool:
        """Whether no threshold is crossed, and the goal will be missed all the same as it stands."""
        held = self.standing in ("on_track", "watch", "no_threshold")
        return held and self.progress is not None and self.progress.course == "at_risk"


@dataclass(frozen=True, slots=True)
class LineRow:
    """One budget line, to date and in the year."""

    id: str
    name: Words
    to_date: Horizon
    year: Horizon

    @property
    def over(self) -> tuple[Exact, Exact]:
        """By how much it is past its limits, to date and in the year; 0 where within."""
        return exact(max(0, -self.to_date.available)), exact(max(0, -self.year.available))


@dataclass(frozen=True, slots=True)
class RoleRow:
    """One role whose capacity does not suffice in the period."""

    id: str
    name: Words
    position: RolePosition


@dataclass(frozen=True, slots=True)
class RiskRow:
    """One risk that was signalled or has occurred: an event says so, or a KPI that it watches."""

    id: str
    name: Words
    occurred: bool
    sources: tuple[str, ...]
    """Ids of the events."""
    kpis: tuple[str, ...] = ()
    """Ids of the KPIs through which it showed."""


@dataclass(frozen=True, slots=True)
class Gaps:
    """What could not be counted, or is not known."""

    readings: tuple[tuple[str, Words, tuple[Missing, ...]], ...]
    """KPI id, its name, and why its value in the period is not known."""
    unbudgeted: tuple[str, ...]
    """Event ids, as in the position; so the rest."""
    unplaced: tuple[str, ...]
    unconverted: tuple[str, ...]
    contradicting: tuple[str, ...]

    def __bool__(self) -> bool:
        return any((self.readings, self.unbudgeted, self.unplaced, self.unconverted, self.contradicting))


@dataclass(frozen=True, slots=True)
class Review:
    """One period, looked back at."""

    plan: Plan = field(repr=False)
    period: Period
    as_of: datetime
    closed: bool
    """Whether the books of the period are closed."""
    goals: tuple[GoalRow, ...]
    """In the order of their priority."""
    others: tuple[GoalRow, ...]
    """KPIs that measure no goal, and are not on track."""
    lines: tuple[LineRow, ...]
    roles: tuple[RoleRow, ...]
    risks: tuple[RiskRow, ...]
    decisions: tuple[Story, ...]
    """Those made in the period, in their order."""
    still_open: tuple[Story, ...]
    """Overrides that have not ended by `as_of`, whenever they were made."""
    look_at: tuple[Overridden, ...]
    """Rules that were overridden again and again, this year."""
    transfers: tuple[Entry, ...]
    """Money that moved into or out of the period."""
    freezes: tuple[Freeze, ...]
    gaps: Gaps
    alerts: tuple[Alert, ...] = ()
    """Those that are not `ok` as of the review, what fires first."""
    progress: Progress | None = None
    """The goals together, as of the review."""
    exposure: Exposure | None = None
    """What the risks are expected to cost, against the reserve."""
    amendments: tuple[Amendment, ...] = ()
    """Those that hold from the period on."""
    restated: Restated | None = None
    """Readings that were corrected, and what that changes. None only where a review was made without it."""
    outlook: Outlook | None = None
    """What to adjust, what to keep, and who does what by when. None only where a review was made without it."""
    to_date: str = ""
    """The periods that year to date covers, `2026-01..2026-05`; empty where none is closed."""
    risks_unsure: tuple[Showed, ...] = ()
    """Those of which nobody can tell whether they showed: what they watch is not known."""
    closed_by_now: tuple[Period, ...] = ()
    """Of a period that is not the last closed one: all that are closed as of the review. Figures, risks and gaps are then those
    of the period's end; alerts, what to adjust and what to keep are as of the review. Empty otherwise."""

    def text(self, language: Language | None = None) -> str:
        """The review in Markdown, in `en` or `vi`; in the plan's language where missing."""
        from aop_rules.review.text import review_text

        return review_text(self, language or self.plan.language)

    def to_dict(self) -> dict[str, Any]:
        """The review as plain data that JSON can hold."""
        from aop_rules.review.data import review_data

        return review_data(self)


def review(
    plan: Plan,
    position: Position,
    stories: Iterable[Story],
    period_id: str,
    alerts: Iterable[Alert] = (),
    amendments: Iterable[Amendment] = (),
    outlook: Outlook | None = None,
    restated: Restated | None = None,
    showed: Iterable[Showed] = (),
    closed_by_now: tuple[Period, ...] = (),
) -> Review:
    """The review of a period, from where the year stands and what was decided.

    `period_id` is a period of the plan's year, or a date in it. Year to date, landing and risks are those of `position`: give
    it as of the review, or as the period left it (`looking_back`) with what is `closed_by_now`. `showed` holds the risks that
    showed by what they watch. Raises OutsideYearError where the year has no such period.
    """
    period, told, seen = calendar_of(plan).resolve(period_id), tuple(stories), tuple(showed)
    ordered = sorted(plan.goals.values(), key=lambda goal: plan.rank(goal.id) or len(plan.goals) + 1)
    measured = {goal.kpi for goal in plan.goals.values()}
    others = (_row(kpi, position, period) for kpi in plan.kpis.values() if kpi.id not in measured)
    on = position.as_of.date()
    return Review(
        plan=plan,
        period=period,
        as_of=position.as_of,
        closed=period in position.closed,
        goals=tuple(_goal(plan, goal, position, period) for goal in ordered),
        others=tuple(row for row in others if row.standing in ("watch", "off_track", "lasting")),
        lines=tuple(_lines(plan, position, period)),
        roles=tuple(_roles(plan, position, period)),
        risks=tuple(_risks(plan, position, seen)),
        risks_unsure=tuple(
            each for each in seen if each.unsure and position.closed and not _told_of(position, each.risk)
        ),
        decisions=tuple(story for story in told if _day(story) in period),
        still_open=tuple(story for story in told if _holds(story, on)),
        look_at=tuple(each for each in overrides(told) if each.repeated),
        transfers=tuple(
            entry for entry in position.moves.entries if any(leg.period == period.index for leg in entry.legs)
        ),
        freezes=tuple(f for f in position.moves.freezes if f.start <= period.end and f.until >= period.start),
        gaps=_gaps(plan, position, period),
        alerts=tuple(alerts),
        progress=position.progress,
        exposure=position.exposure if plan.risks else None,
        amendments=tuple(each for each in amendments if each.effective_from == period.id),
        outlook=outlook,
        restated=restated,
        to_date=span_label(position.closed[0], position.closed[-1]) if position.closed else "",
        closed_by_now=closed_by_now,
    )


# ── goals ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _goal(plan: Plan, goal: Goal, position: Position, period: Period) -> GoalRow:
    kpi = plan.kpis.get(goal.kpi or "")
    if kpi is None:
        at = position.goals.get(goal.id)
        if goal.initiative is None or at is None:
            return GoalRow(goal.id, goal.name, plan.rank(goal.id), "", "", "no_kpi", *[None] * 6)
        standing: Standing = "off_track" if at.course == "at_risk" else "on_track"
        row = GoalRow(goal.id, goal.name, plan.rank(goal.id), "", "ratio", standing, *[None] * 6)
        return replace(row, ytd=at.value, progress=at)  # the share of its milestones that is reached
    return _row(kpi, position, period, goal, plan.rank(goal.id))


def _row(kpi: Kpi, position: Position, period: Period, goal: Goal | None = None, rank: int | None = None) -> GoalRow:
    at = position.kpis[kpi.id]
    reading = _reading(at, period)
    return GoalRow(
        id=goal.id if goal else kpi.id,
        name=goal.name if goal else kpi.name,
        rank=rank,
        kpi=kpi.id,
        unit=at.unit,
        standing=_standing(kpi, at, reading, goal),
        actual=reading.actual if reading else None,
        target=reading.target if reading else None,
        ytd=at.ytd,
        ytd_target=at.ytd_target,
        landing=at.landing,
        year_target=at.year_target,
        landings=at.landings,
        progress=position.goals.get(goal.id) if goal else None,
    )


def _standing(kpi: Kpi, at: KpiPosition, reading: Reading | None, goal: Goal | None) -> Standing:
    if reading is None or reading.judged.value is None or reading.breached is None:
        return "unknown"
    value, target = reading.judged.value, reading.judged_target.value
    if goal and goal.floor is not None and value < goal.floor:
        return "below_floor"
    if goal and goal.ceiling is not None and value > goal.ceiling:
        return "above_ceiling"
    if reading.breached:
        return "lasting" if at.persistent and at.readings[-1] == reading else "off_track"
    if kpi.warn is not None and kpi.warn.past(value, target):
        return "watch"
    bounded = goal is not None and (goal.floor is not None or goal.ceiling is not None)
    return "on_track" if bounded or kpi.breach or kpi.warn else "no_threshold"


# ── money, people, decisions, gaps ──────────────────────────────────────────────────────────────────────────────────


def _lines(plan: Plan, position: Position, period: Period) -> Iterable[LineRow]:
    for line in plan.budget.lines.values():
        horizons = {each.name: each for each in position.lines[line.id][period.id].horizons}
        yield LineRow(line.id, line.name, horizons["to_date"], horizons["year"])


def _roles(plan: Plan, position: Position, period: Period) -> Iterable[RoleRow]:
    for role in plan.resources.roles.values():
        at = position.roles[role.id][period.id]
        if at.free < 0:
            yield RoleRow(role.id, role.name, at)


def _told_of(position: Position, risk: str) -> bool:
    at = position.risks[risk]
    return at.occurred or at.signalled


def _risks(plan: Plan, position: Position, showed: Iterable[Showed]) -> Iterable[RiskRow]:
    found = {each.risk: each for each in showed}
    for risk in plan.risks.values():
        at, seen = position.risks[risk.id], found.get(risk.id)
        if seen is not None and seen.unsure:
            seen = None
        if at.occurred or at.signalled or seen:
            occurred = at.occurred or (seen is not None and seen.occurred)
            yield RiskRow(risk.id, risk.name, occurred, at.sources, seen.kpis if seen else ())


def _day(story: Story) -> date:
    return story.kept.as_of.date()


def _holds(story: Story, on: date) -> bool:
    """Whether an override holds on a day."""
    answer = story.answer
    return answer is not None and answer.answer == "overridden" and date.fromisoformat(answer.until) >= on


def _gaps(plan: Plan, position: Position, period: Period) -> Gaps:
    lacking: list[tuple[str, Words, tuple[Missing, ...]]] = []
    for kpi in plan.kpis.values():
        reading = _reading(position.kpis[kpi.id], period)
        if reading is not None and reading.actual.value is None:
            lacking.append((kpi.id, kpi.name, reading.actual.missing))
    return Gaps(tuple(lacking), position.unbudgeted, position.unplaced, position.unconverted, position.duplicates)


def _reading(at: KpiPosition, period: Period) -> Reading | None:
    """None where the period is not closed."""
    return next((each for each in at.readings if each.period == period), None)

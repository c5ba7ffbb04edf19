"""How far the goals have come: a score each, and all of them together, in which a broken bound is never averaged away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Literal

from aop_rules.exact.number import Exact, exact
from aop_rules.plan.goals import Goal
from aop_rules.plan.kpis import Kpi
from aop_rules.plan.model import Plan
from aop_rules.position.figures import because
from aop_rules.position.initiatives import planned_end
from aop_rules.position.model import Figure, InitiativePosition, KpiPosition

COVERAGE_MIN = Fraction(1, 2)
"""With less of the weight known there is no common score."""

Course = Literal[
    "on_course",
    "at_risk",  # its KPI is past its breach threshold, or as it stands the target will not be reached
    "broken",   # a floor or ceiling of the goal is broken
    "unknown",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class GoalPosition:
    """One goal: how much of the way from where last year ended to where this year shall end."""

    goal: str
    kpi: str
    """Empty where the plan names none."""
    value: Figure
    """What is scored: of a goal that counts milestones their share that is reached; of a flow the year's landing (shrunk pace; seasonal where the plan has no figures by period), of a
    ratio or stock its value on its own basis."""
    start: Exact | None
    target: Exact | None
    score: Exact | None
    """(value - start) / (target - start): 0 is the start, 1 the target, above 1 beyond it, below 0 backwards. Of a target that is to
    be hit what lies past it counts as what is short of it; of a yes or no it is 1 or 0. Of a goal that only has a floor or ceiling 1 while that holds, 0 where it is broken. None where it is unknown, or start is the target."""
    course: Course
    weight: Exact = 1
    confidence: int | None = None
    """How sure its owner is of reaching it, from 1 to 10, by the last forecast of its KPI. It enters no other figure; None
    where nobody said."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Goals together."""

    score: Exact | None
    """Mean of the known scores by weight, each counted between 0 and 1; None (withheld) below `COVERAGE_MIN`."""
    coverage: Exact
    """Share of the weight whose score is known. An unknown score lowers this, never the score."""
    course: Literal["on_course", "at_risk", "unknown"]
    """`at_risk` as soon as one goal is, or breaks its bound, however good the mean is; `unknown` where one is unknown and none
    is at risk."""
    at_risk: tuple[str, ...]
    """The goals because of which it is."""


def goal_positions(
    plan: Plan, kpis: Mapping[str, KpiPosition], initiatives: Mapping[str, InitiativePosition], today: date
) -> Mapping[str, GoalPosition]:
    """Every goal of the plan, from where its KPI stands, or from the milestones that are reached."""

    def of(goal: Goal) -> GoalPosition:
        measured_by = initiatives.get(goal.initiative or "")
        return _goal(plan, goal, kpis) if measured_by is None else _by_milestones(plan, goal, measured_by, today)

    return MappingProxyType({goal.id: of(goal) for goal in plan.goals.values()})


def roll_up(goals: Iterable[GoalPosition]) -> Progress:
    """The goals together. Raises ValueError where their weights sum to 0: nothing would count.

    >>> from aop_rules.position.figures import because
    >>> def goal(name, score, course):
    ...     return GoalPosition(name, name, because("no_reading", name, "money"), 0, 1, score, course)
    >>> all_of = roll_up([goal("growth", 1, "on_course"), goal("margin", 0, "broken"), goal("service", None, "unknown")])
    >>> all_of.score, all_of.coverage, all_of.course, all_of.at_risk
    (Fraction(1, 2), Fraction(2, 3), 'at_risk', ('margin',))
    """
    goals = sorted(goals, key=lambda goal: goal.goal)
    weight = sum((Fraction(goal.weight) for goal in goals), Fraction())
    if weight <= 0:
        raise ValueError("the weights of the goals sum to 0 (give one of them a weight)")
    known = [(Fraction(goal.weight), Fraction(min(max(goal.score, 0), 1))) for goal in goals if goal.score is not None]
    counted = sum((share for share, _ in known), Fraction())
    coverage = exact(counted / weight)
    mean = sum((share * score for share, score in known), Fraction()) / counted if counted else None
    behind = tuple(goal.goal for goal in goals if goal.course in ("at_risk", "broken"))
    unclear = any(goal.course == "unknown" for goal in goals)
    return Progress(
        score=None if mean is None or coverage < COVERAGE_MIN else exact(mean),
        coverage=coverage,
        course="at_risk" if behind else "unknown" if unclear else "on_course",
        at_risk=behind,
    )


def progress_of(goals: Mapping[str, GoalPosition]) -> Progress | None:
    """All goals of a plan together; None where it has none that counts."""
    return roll_up(goals.values()) if any(goal.weight for goal in goals.values()) else None


def satisfaction(value: Exact, worst: Exact, threshold: Exact, target: Exact) -> Exact:
    """From -100 (at `worst` or beyond) by way of 0 (at `threshold`) to 100 (at `target` or beyond), straight in between.

    `threshold` lies between the two; `worst` may lie above `target`, where less is better. Raises ValueError otherwise.

    >>> satisfaction(7, worst=0, threshold=5, target=9), satisfaction(3, worst=9, threshold=5, target=1)
    (50, 50)
    """
    up = target > worst
    if not (worst < threshold < target if up else worst > threshold > target):
        raise ValueError("`threshold` lies between `worst` and `target`")
    good = value >= threshold if up else value <= threshold
    end = target if good else worst
    share = Fraction(value - threshold) / (end - threshold)
    return exact(min(share, Fraction(1)) * (100 if good else -100))


# ── one goal ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _goal(plan: Plan, goal: Goal, kpis: Mapping[str, KpiPosition]) -> GoalPosition:
    kpi, at = plan.kpis.get(goal.kpi or ""), kpis.get(goal.kpi or "")
    if kpi is None or at is None:
        nothing = because("not_in_plan", goal.kpi or goal.id, "number")
        return GoalPosition(goal.id, "", nothing, goal.start, goal.end, None, "unknown", goal.weight)
    value, broken = _scored(kpi, at), _broken(goal, at)
    target = goal.end if goal.end is not None or _bounded(goal) else at.year_target.value
    score = _score(kpi, goal, value.value, target, broken)
    return GoalPosition(
        goal=goal.id,
        kpi=kpi.id,
        value=value,
        start=goal.start,
        target=target,
        score=score,
        course=_course(kpi, at, value.value, target, broken),
        weight=goal.weight,
        confidence=at.landings.confidence if at.landings else None,
    )


def _by_milestones(plan: Plan, goal: Goal, at: InitiativePosition, today: date) -> GoalPosition:
    """The share of its milestones that is reached; without milestones the initiative itself, done or not.

    Nobody having said that a milestone is reached means that it is not. It is at risk once a milestone, or the end of what
    is left, is late; and where the initiative was stopped before the last of them.
    """
    initiative = plan.initiatives[at.initiative]
    counted = goal.milestones or tuple(initiative.milestones)
    reached = [name for name in counted if name in at.reached]
    share = exact(Fraction(len(reached), len(counted))) if counted else int(at.done)
    if counted:
        late = any(name in counted for name in at.late)
    else:
        end = planned_end(initiative)
        late = end is not None and max(today.isoformat(), at.expected_end) > end.isoformat()
    value = Figure(share, "ratio", sources=at.sources)
    course: Course = "at_risk" if share < 1 and (late or initiative.status == "stopped") else "on_course"
    return GoalPosition(goal.id, "", value, 0, 1, share, course, goal.weight)


def _scored(kpi: Kpi, at: KpiPosition) -> Figure:
    if kpi.kind != "flow":
        return at.value
    shrunk = at.landings.shrunk.landing if at.landings else at.landing
    return at.landing if shrunk.value is None else shrunk


def _bounded(goal: Goal) -> bool:
    return goal.floor is not None or goal.ceiling is not None


def _broken(goal: Goal, at: KpiPosition) -> bool | None:
    """Whether its KPI, on its own basis, is past a floor or ceiling; None where that is unknown."""
    if not _bounded(goal):
        return False
    value = at.value.value
    if value is None:
        return None
    return (goal.floor is not None and value < goal.floor) or (goal.ceiling is not None and value > goal.ceiling)


def _score(kpi: Kpi, goal: Goal, value: Exact | None, target: Exact | None, broken: bool | None) -> Exact | None:
    if target is None:
        return None if broken is None or not _bounded(goal) else int(not broken)
    if kpi.direction == "boolean" and value is not None:
        return int(value == target)
    if value is None or goal.start is None or target == goal.start:
        return None
    if kpi.direction == "exact" and (value > target > goal.start or value < target < goal.start):
        value = 2 * target - value  # past a target that is to be hit is as far from it as short of it
    return exact(Fraction(value - goal.start) / (target - goal.start))


def _course(kpi: Kpi, at: KpiPosition, value: Exact | None, target: Exact | None, broken: bool | None) -> Course:
    if broken:
        return "broken"
    off = at.readings[-1].breached if at.readings else None
    if off:
        return "at_risk"
    if broken is None or off is None or value is None:
        return "unknown"
    # The year's end of a flow is held against the goal, a ratio or stock against what was planned for it by now.
    planned = target if target is None or kpi.kind == "flow" else at.target.value
    return "at_risk" if planned is not None and kpi.misses(value, planned) else "on_course"

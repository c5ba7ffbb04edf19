"""What a goal asks of the year, and whether another version of the plan asks for less."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Self

from aop_rules.exact.calendar import calendar
from aop_rules.exact.number import Exact, exact
from aop_rules.plan.difference import Difference
from aop_rules.plan.goals import Goal
from aop_rules.plan.kpis import Kpi
from aop_rules.plan.model import Plan
from aop_rules.plan.threshold import Threshold

_NO_DEMAND = frozenset({"name", "owner", "expected_within", "warn_after", "stale_after"})
"""Keys of a KPI that change nothing of what is asked."""


def locked_goals_by_kpi(plan: Plan) -> Mapping[str, frozenset[str]]:
    """The locked goals that each KPI stands for: their own KPI, and its parts where only these say the target."""
    found: dict[str, frozenset[str]] = {}
    for name, goal in plan.goals.items():
        if goal.lock == "locked" and goal.kpi is not None:
            for kpi in _with_parts(plan, goal.kpi):
                found[kpi] = found.get(kpi, frozenset()) | {name}
    return found


@dataclass(frozen=True, slots=True)
class Demands:
    """What two versions of a plan ask for, side by side."""

    old: Plan
    new: Plan
    locked: tuple[Mapping[str, frozenset[str]], ...]
    """Of each version: the locked goals by KPI."""

    @classmethod
    def of(cls, old: Plan, new: Plan) -> Self:
        return cls(old, new, (locked_goals_by_kpi(old), locked_goals_by_kpi(new)))

    def locked_goals(self, difference: Difference) -> frozenset[str]:
        """The goals, locked in either version, whose demand this difference touches."""
        if not difference.around:
            return frozenset()
        entry = difference.around[0]
        if entry.kind == "goal":
            locked = any(isinstance(goal, Goal) and goal.lock == "locked" for goal in (entry.before, entry.after))
            return frozenset({entry.id}) if locked else frozenset()
        if _drops_milestone(difference):
            return frozenset(_counting(self.old, entry.id, difference.around[1].id))
        if entry.kind != "kpi" or difference.key in _NO_DEMAND:
            return frozenset()
        return frozenset().union(*(goals.get(entry.id, ()) for goals in self.locked))

    def weakened(self, difference: Difference) -> bool | None:
        """Whether the new version asks for less. None where this is no demand, or the two cannot be compared."""
        if not difference.around:
            return None
        entry, key = difference.around[0], difference.key
        if entry.kind == "goal":
            return _goal(entry.before, entry.after, key, self.old, self.new)
        if _drops_milestone(difference):
            return True if self.locked_goals(difference) else None
        if entry.kind != "kpi" or entry.before is None or entry.after is None:
            return None
        if key == "breach":
            return _line(entry.before, entry.after, self.old)
        if difference.path[2] in ("target", "sum_of"):
            own = self._less(entry.id)
            return any(self._less(whole) is not False for whole in self._wholes(entry.id)) if own else own
        return _turned(entry.before, entry.after) if key == "direction" else None

    def _less(self, kpi: str) -> bool | None:
        return _less(_asked(self.old, kpi), _asked(self.new, kpi), self.old.kpis[kpi].direction)

    def _wholes(self, part: str) -> tuple[str, ...]:
        """The KPIs of locked goals for which this one stands; itself where there is none."""
        goals = self.locked[0].get(part, frozenset())
        return tuple(sorted({self.old.goals[goal].kpi or part for goal in goals})) or (part,)


def _drops_milestone(difference: Difference) -> bool:
    """Whether a milestone is gone: a goal that counts it asks for one thing less. That it moved asks for no less."""
    kinds = tuple(entry.kind for entry in difference.around)
    return kinds == ("initiative", "milestone") and difference.whole_entry and difference.after is None


def _counting(plan: Plan, initiative: str, milestone: str) -> Iterator[str]:
    """Locked goals that count a milestone."""
    for name, goal in plan.goals.items():
        if goal.lock == "locked" and goal.initiative == initiative and milestone in (goal.milestones or (milestone,)):
            yield name


# ── goals ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _goal(before: Goal | None, after: Goal | None, key: str, old: Plan, new: Plan) -> bool | None:
    if before is None or after is None:
        return before is not None
    match key:
        case "lock":
            return after.lock == "open"
        case "kpi":
            return before.kpi is not None  # what was promised of that KPI is not promised any more
        case "initiative":
            return before.initiative is not None
        case "milestones":
            return bool(before.milestones) and not set(before.milestones) <= set(after.milestones)
        case "floor":
            return _less_or_gone(before.floor, after.floor, "higher")
        case "ceiling":
            return _less_or_gone(before.ceiling, after.ceiling, "lower")
        case "to" | "grow" | "from":
            kpi = old.kpis.get(before.kpi or "") or new.kpis.get(after.kpi or "")
            return _less_or_gone(_end(before), _end(after), kpi.direction if kpi else "higher")
    return None


def _end(goal: Goal) -> Exact | None:
    """Where the goal wants the year to end."""
    if goal.to is not None or goal.grow is None or goal.start is None:
        return goal.to
    return exact(goal.start * (1 + Fraction(goal.grow)))


def _less_or_gone(before: Exact | None, after: Exact | None, direction: str) -> bool | None:
    return _less(None if before is None else (before,), None if after is None else (after,), direction)


def _less(before: tuple[Exact, ...] | None, after: tuple[Exact, ...] | None, direction: str) -> bool | None:
    """Whether anything that was asked is asked less, or not at all."""
    if before is None:
        return False
    if after is None:
        return True
    if direction not in ("higher", "lower") or len(before) != len(after):
        return None if before != after else False
    worse = (new < old if direction == "higher" else new > old for old, new in zip(before, after, strict=True))
    return any(worse)


# ── KPIs ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _with_parts(plan: Plan, name: str) -> Iterator[str]:
    kpi = plan.kpis.get(name)
    if kpi is not None:
        yield name
        if kpi.target is None:
            for part in kpi.sum_of:
                yield from _with_parts(plan, part)


def _asked(plan: Plan, name: str) -> tuple[Exact, ...] | None:
    """What a KPI shall reach: a flow over the year, anything else in each period. None where nothing is asked."""
    kpi = plan.kpis.get(name)
    if kpi is None:
        return None
    target = kpi.target
    if target is None:
        parts = [_asked(plan, part) for part in kpi.sum_of]
        known = [part for part in parts if part is not None]
        return tuple(exact(sum(map(Fraction, each))) for each in zip(*known, strict=False)) if known else None
    periods = len(calendar(plan.year.starts, plan.year.periods, plan.year.weeks).periods)
    values = target.path or ((target.constant,) * periods if target.constant is not None else ())
    if kpi.kind == "flow":
        return (target.year if target.year is not None else sum(values),)
    return (target.year,) * periods if target.year is not None else values


def _line(before: Kpi, after: Kpi, old: Plan) -> bool | None:
    """Whether the KPI may go further before it counts as off track. Both lines are drawn at the old target."""
    if before.breach is None or after.breach is None:
        return before.breach is not None
    one, other = before.breach, after.breach
    if one.two_sided or other.two_sided:
        return _wider(one, other)
    worse = "lower" if one.upward else "higher"
    lines = _lines(one, other, before, _asked(old, before.id))
    if lines is None or one.upward != other.upward:
        return None
    if lines[0] == lines[1]:
        return "=" in one.operator and "=" not in other.operator
    return _less(*lines, worse)


def _wider(one: Threshold, other: Threshold) -> bool | None:
    """Of lines with two sides: whether the later one lets more pass; None where they cannot be compared."""
    if one.operator != other.operator or one.bound != other.bound:
        return None
    if one.bound != "absolute":
        return other.amount > one.amount
    before, after = one.ends(None), other.ends(None)
    return before is not None and after is not None and (after[0] < before[0] or after[1] > before[1])


def _lines(
    one: Threshold, other: Threshold, kpi: Kpi, asked: tuple[Exact, ...] | None
) -> tuple[tuple[Exact, ...], tuple[Exact, ...]] | None:
    """Two thresholds as values to compare; None where they cannot be."""
    if one.bound == other.bound and (one.bound != "share" or asked is None):
        return (one.amount,), (other.amount,)
    if asked is None or (kpi.kind == "flow" and one.bound != other.bound):
        return None  # what a flow shall reach in one period is not what it shall reach in a year
    drawn = [tuple(line.line(each) or 0 for each in asked) for line in (one, other)]
    return drawn[0], drawn[1]


def _turned(before: Kpi, after: Kpi) -> bool:
    """The other way is good now: nothing of what was asked is asked any more."""
    return before.direction != "band" and after.direction != before.direction

"""What a cut may not touch: lines, initiatives, goals, levers, tags, and lines in some periods."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from aop_rules.adjusting.landing_effects import Scales
from aop_rules.adjusting.lever import Lever
from aop_rules.adjusting.rooms import open_periods
from aop_rules.errors import InputError, OutsideYearError, Place, Problem
from aop_rules.plan.model import Plan
from aop_rules.position.model import Position
from aop_rules.position.year import calendar_of
from aop_rules.replanning.case import changed
from aop_rules.replanning.wanted import unknown
from aop_rules.wording.folding import fold


@dataclass(frozen=True, slots=True)
class Protected:
    """What was named, sorted out."""

    plan: Plan
    scales: Scales
    said: tuple[str, ...]
    names: frozenset[str]
    """Lines, initiatives, goals and levers."""
    spans: tuple[tuple[str, int, int], ...]
    """A line, and the first and last period in which it stays as it is."""
    first: int
    """The first open period: what is freed at once is freed there."""

    def holds(self, lever: Lever) -> bool:
        """Whether a lever would touch something of it. A goal is touched by what makes it worse, by the worst estimate."""
        touched = {lever.id, lever.initiative, *lever.dependents, *self.plan.budget.with_groups(lever.line)}
        if touched & self.names:
            return True
        start = calendar_of(self.plan).resolve(lever.period).index if lever.period else self.first
        if any(line in self.plan.budget.with_groups(lever.line) and a <= start <= b for line, a, b in self.spans):
            return True
        worst = changed([lever], {lever.id: 1}, "low")
        return any(goal.id in self.names and self.scales.gain(goal, worst) < 0 for goal in self.scales.goals)


def protected(place: Place, plan: Plan, position: Position, said: Iterable[str]) -> Protected:
    """What the words name. Raises InputError (REPLAN_UNKNOWN, REPLAN_DATE) with all that name nothing."""
    asked = tuple(dict.fromkeys(said))
    names: set[str] = set()
    spans: list[tuple[str, int, int]] = []
    problems: list[Problem] = []
    for each in asked:
        line, colon, periods = each.partition(":")
        if colon and line in plan.budget.lines:
            found = _span(place, plan, line, periods)
            if isinstance(found, Problem):
                problems.append(found)
            else:
                spans.append(found)
        elif named := _named(plan, each):
            names |= named
        else:
            problems.append(unknown(place, "line, initiative, goal, lever or tag", each, _known(plan)))
    if problems:
        raise InputError(problems)
    rest = open_periods(plan, position)
    first = rest[0].index if rest else len(calendar_of(plan).periods)
    return Protected(plan, Scales(plan, position), asked, frozenset(names), tuple(spans), first)


def _named(plan: Plan, said: str) -> frozenset[str]:
    if said in {*plan.budget.lines, *plan.initiatives, *plan.goals, *plan.levers}:
        return frozenset({said})
    tag = fold(said)
    return frozenset(one.id for one in plan.initiatives.values() if tag in map(fold, one.tags))


def _known(plan: Plan) -> Iterable[str]:
    tags = (tag for one in plan.initiatives.values() for tag in one.tags)
    return {*plan.budget.lines, *plan.initiatives, *plan.goals, *plan.levers, *tags}


def _span(place: Place, plan: Plan, line: str, periods: str) -> tuple[str, int, int] | Problem:
    first, _, last = periods.partition("..")
    try:
        span = calendar_of(plan).span(first, last or first)
    except OutsideYearError as error:
        hint = f"write periods as in `{line}:{calendar_of(plan).ids[0]}..{calendar_of(plan).ids[-1]}`"
        return Problem(place, "REPLAN_DATE", str(error), hint)
    return line, span[0].index, span[-1].index

"""What an adjustment is held to: each goal as a straight-line function of landings, so that no ratio has to be divided.

A ratio goal is compared through its numerator, so that nothing wins by starving the denominator: its target is the ratio
times the denominator as it lands without any change. A floor on a ratio is `numerator - floor * denominator >= 0`, exactly.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from aop_rules.adjusting.landing_effects import Landings, Scales, compared_through
from aop_rules.exact.number import Exact, exact
from aop_rules.plan.goals import Goal
from aop_rules.plan.kpis import Kpi

_Bound = Literal["floor", "ceiling"]
_BOUNDS_FIRST, _TARGETS = 0, 1


@dataclass(frozen=True, slots=True)
class Aim:
    """`wanted - sum(factor * landing)` is what the goal is short of; 0 and below: nothing."""

    goal: str
    what: Literal["target", "floor", "ceiling"]
    order: tuple[int, int]
    """Which comes first: bounds that are broken already, then the plan's priorities. Equal ones are weighed together."""
    terms: tuple[tuple[str, Exact], ...]
    """KPI and factor."""
    wanted: Exact
    target: Exact | None
    """What the goal asks of the KPI that it is compared through; None for a bound."""
    scale: Exact
    """Above 0: shortfalls of goals of one rank are weighed as shares of it, and the band is one of it."""
    hard: bool = False
    """A bound that holds as things stand: nothing may break it."""

    @property
    def id(self) -> str:
        return f"{self.goal}.{self.what}"

    def short(self, landings: Landings) -> Exact | None:
        """By how much it is missed, in the unit of its KPI (of a ratio, of its numerator); None where that is unknown."""
        value = weighed(self.terms, landings)
        return None if value is None else exact(max(0, self.wanted - value))


@dataclass(frozen=True, slots=True)
class Aims:
    """All goals of a plan, the bounds and targets that can be held to, and what cannot be told."""

    aims: tuple[Aim, ...]
    """In the order in which they count."""
    unknown: tuple[str, ...]
    """Goals whose landing or target is not known: they are held to nothing, and that is said."""


def aims_of(scales: Scales, asked: Iterable[str] = ()) -> Aims:
    """What the goals are held to.

    A goal that is asked for is held to its target, and a bound that is broken to itself; others to where they land anyway
    (or to their target, where they land beyond that): nothing may be taken from them that need not be.
    """
    asked, found, unknown = frozenset(asked), [], []
    for goal in scales.goals:
        mine, known = _aims_of(scales, goal, goal.id in asked)
        found += mine
        if not known:
            unknown.append(goal.id)
    return Aims(tuple(sorted(found, key=lambda aim: (aim.order, aim.id))), tuple(sorted(unknown)))


def weighed(terms: Iterable[tuple[str, Exact]], values: Landings) -> Exact | None:
    """The sum of factors times values; None where one of them is unknown."""
    total: Exact = 0
    for name, factor in terms:
        value = values.get(name)
        if value is None:
            return None
        total = exact(total + factor * value)
    return total


def _aims_of(scales: Scales, goal: Goal, asked: bool) -> tuple[list[Aim], bool]:
    """The goal's aims, and whether all that it asks for is known."""
    plan = scales.plan
    kpi, rank = plan.kpis.get(goal.kpi or ""), plan.rank(goal.id) or len(plan.priorities) + 1
    if kpi is None:
        return [], False
    limits: list[tuple[_Bound, Exact | None]] = [("floor", goal.floor), ("ceiling", goal.ceiling)]
    given = [(what, limit) for what, limit in limits if limit is not None]
    bounds = [_bound(scales, kpi, goal, what, limit, rank, asked) for what, limit in given]
    found = [each for each in bounds if each is not None]
    known = len(found) == len(given)
    through = compared_through(kpi)
    before, asks = scales.base.get(through), scales.target(goal)
    target = None if asks is None else scales.compared(kpi, asks)
    if before is None or target is None or not kpi.one_way:
        return found, known and bool(given)
    sign = 1 if kpi.direction == "higher" else -1
    wanted = exact(sign * target if asked else min(sign * target, sign * before))
    aim = Aim(goal.id, "target", (_TARGETS, rank), ((through, sign),), wanted, target, scales.scale(goal))
    return [*found, aim], known


def _bound(scales: Scales, kpi: Kpi, goal: Goal, what: _Bound, limit: Exact, rank: int, asked: bool) -> Aim | None:
    sign = 1 if what == "floor" else -1
    if kpi.numerator is None:
        terms: tuple[tuple[str, Exact], ...] = ((kpi.id, sign),)
        wanted = exact(sign * limit)
    else:
        terms = ((kpi.numerator, sign), (kpi.denominator or "", exact(-sign * limit)))
        wanted = 0
    value = weighed(terms, scales.base)
    if value is None:
        return None
    held = wanted if asked else min(wanted, value)
    return Aim(goal.id, what, (_BOUNDS_FIRST, rank), terms, held, None, scales.scale(goal), hard=value >= wanted)

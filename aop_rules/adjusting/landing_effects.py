"""Where goals land without and with what levers do: estimates go through sums, and into ratios by their two parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Literal

from aop_rules.adjusting.lever import Pull
from aop_rules.decision.option import GoalLanding
from aop_rules.exact.number import Exact, exact
from aop_rules.plan.goals import Goal
from aop_rules.plan.kpis import Kpi
from aop_rules.plan.model import Plan
from aop_rules.position.model import KpiPosition, Position

Landings = Mapping[str, Exact | None]
"""By KPI, in its unit: where its year ends; None where nobody knows."""
Estimate = Literal["low", "likely", "high"]
BAND = Fraction(1, 1000)
"""Two landings are as good as each other where they differ by no more than this share of the target."""


def base_landings(plan: Plan, position: Position) -> Landings:
    """Where each KPI's year ends if nothing is done: as its owner forecast it, else by the shrunk pace, else by the seasons.

    A sum has a landing of its own, which need not be the sum of its parts' landings. A ratio lands on its parts' landings.
    """
    found = {kpi: _own(position.kpis.get(kpi)) for kpi in plan.kpis}
    return {kpi.id: _ratio(kpi, found) if kpi.kind == "ratio" else found[kpi.id] for kpi in plan.kpis.values()}


def landings_with(plan: Plan, base: Landings, changed: Mapping[str, Exact]) -> Landings:
    """Where each KPI's year ends when these flows and stocks change by so much.

    >>> from aop_rules.plan.load import plan_from
    >>> plan = plan_from({
    ...     "aop": 1, "id": "shop", "name": "Shop", "currency": "USD", "year": {"starts": "2026-01-01"},
    ...     "kpis": {
    ...         "web": {"name": "web", "kind": "flow"}, "all": {"name": "all", "kind": "flow", "sum_of": ["web"]},
    ...         "share": {"name": "share", "kind": "ratio", "numerator": "web", "denominator": "all"},
    ...     },
    ... })
    >>> after = landings_with(plan, {"web": 40, "all": 100, "share": None}, {"web": -20})
    >>> {kpi: str(value) for kpi, value in after.items()}
    {'web': '20', 'all': '80', 'share': '1/4'}
    """
    moves = changes_with_sums(plan, changed)
    after = {
        kpi: None if value is None else exact(value + moves.get(kpi, 0))
        for kpi, value in base.items()
        if kpi in plan.kpis
    }
    return {kpi: _ratio(plan.kpis[kpi], after) if plan.kpis[kpi].kind == "ratio" else at for kpi, at in after.items()}


def changes_with_sums(plan: Plan, changed: Mapping[str, Exact]) -> Mapping[str, Exact]:
    """The same changes, and those of every sum that they are part of. Nothing is said of ratios."""
    found: dict[str, Exact] = {}

    def of(kpi: Kpi) -> Exact:
        if kpi.id not in found:
            parts = (of(plan.kpis[part]) for part in kpi.sum_of if part in plan.kpis)
            found[kpi.id] = exact(changed.get(kpi.id, 0) + sum(parts))
        return found[kpi.id]

    return {kpi.id: of(kpi) for kpi in plan.kpis.values() if kpi.kind != "ratio"}


def summed(effects: Iterable[Mapping[str, Pull]], estimate: Estimate = "likely") -> Mapping[str, Exact]:
    """What several levers change together, by one of their three estimates."""
    found: dict[str, Exact] = {}
    for each in effects:
        for kpi, pull in each.items():
            found[kpi] = exact(found.get(kpi, 0) + getattr(pull, estimate))
    return found


def compared_through(kpi: Kpi) -> str:
    """The KPI that a goal is compared through: of a ratio its numerator, so that nothing wins by starving the denominator."""
    return kpi.numerator if kpi.kind == "ratio" and kpi.numerator is not None else kpi.id


def ordered_goals(plan: Plan) -> tuple[Goal, ...]:
    """Every goal: by priority, those of one rank and those without one by id."""
    last = len(plan.priorities) + 1
    return tuple(sorted(plan.goals.values(), key=lambda goal: (plan.rank(goal.id) or last, goal.id)))


@dataclass(frozen=True)
class Scales:
    """The goals of a plan as one moment sees them: how any change of KPIs shows in them."""

    plan: Plan
    position: Position

    @cached_property
    def base(self) -> Landings:
        return base_landings(self.plan, self.position)

    @cached_property
    def goals(self) -> tuple[Goal, ...]:
        return ordered_goals(self.plan)

    def landings(self, changed: Mapping[str, Exact] | None) -> tuple[GoalLanding, ...]:
        """Every goal before and after; None: nobody said what changes, so that every landing is unknown."""
        after: Landings = {} if changed is None else landings_with(self.plan, self.base, changed)
        return tuple(self._landing(goal, after) for goal in self.goals)

    def _landing(self, goal: Goal, after: Landings) -> GoalLanding:
        kpi = self.plan.kpis.get(goal.kpi or "")
        if kpi is None:
            return GoalLanding(goal.id, goal.kpi or "", "number", None, None, goal.end)
        through = compared_through(kpi)
        return GoalLanding(
            goal=goal.id,
            kpi=kpi.id,
            unit=kpi.unit,
            before=self.base.get(kpi.id),
            after=after.get(kpi.id),
            planned=self.planned(goal),
            compared=through,
            compared_before=self.base.get(through),
            compared_after=after.get(through),
        )

    def planned(self, goal: Goal) -> Exact | None:
        """What the goal shall end at; None where the plan sets only a bound."""
        at = self.position.kpis.get(goal.kpi or "")
        return goal.end if goal.end is not None or at is None else at.year_target.value

    def scale(self, goal: Goal) -> Exact:
        """How large a landing of the compared KPI is: its target for the year, else where it lands, else 1. Above 0."""
        kpi = self.plan.kpis.get(goal.kpi or "")
        through = compared_through(kpi) if kpi is not None else ""
        at = self.position.kpis.get(through)
        target = self.planned(goal) if kpi is not None and through == kpi.id else None
        known: tuple[Exact | None, ...] = (target, at.year_target.value if at else None, self.base.get(through))
        return next((max(value, -value) for value in known if value), 1)

    def gain(self, goal: Goal, changed: Mapping[str, Exact]) -> Exact:
        """By how much a change makes a goal better (negative: worse), in the unit of the KPI that it is compared through.

        Of a goal whose KPI should lie in a band, or hit its target: by how much it comes closer to what was planned.
        """
        kpi = self.plan.kpis.get(goal.kpi or "")
        if kpi is None:
            return 0
        through = compared_through(kpi)
        move = changes_with_sums(self.plan, changed).get(through, 0)
        if kpi.one_way:
            return move if kpi.direction == "higher" else exact(-move)
        before = self.base.get(through)
        planned = self.planned(goal) if through == kpi.id else None
        if before is None or planned is None:
            return 0
        off: Exact = exact(before - planned)
        then: Exact = exact(off + move)
        return exact(max(off, -off) - max(then, -then))

    def target(self, goal: Goal) -> Exact | None:
        """What the goal asks its KPI to end at; None where it sets only bounds, whatever is planned for its KPI."""
        bounded = goal.floor is not None or goal.ceiling is not None
        return goal.end if bounded else self.planned(goal)

    def compared(self, kpi: Kpi, value: Exact) -> Exact | None:
        """What the KPI that a goal is compared through is, where the goal's own is `value`: of a ratio, at the denominator it
        lands on.
        """
        if kpi.kind != "ratio":
            return value
        below = self.base.get(kpi.denominator or "")
        return None if below is None else exact(Fraction(value) * below)

    def lacks(self, goal: Goal) -> Exact | None:
        """How much the goal is short of its target or of a bound, in the unit of the KPI that it is compared through.

        0 where it is not; None where that cannot be told. It is told by what `short` is told by.
        """
        kpi = self.plan.kpis.get(goal.kpi or "")
        before = self.base.get(compared_through(kpi)) if kpi is not None else None
        if kpi is None or before is None or not kpi.one_way:
            return None
        sign = 1 if kpi.direction == "higher" else -1
        asked = (self.target(goal), goal.floor if sign > 0 else goal.ceiling)
        wanted = [self.compared(kpi, value) for value in asked if value is not None]
        missed = [sign * (value - before) for value in wanted if value is not None]
        return exact(max(0, *missed)) if missed else None

    def short(self, goal: Goal) -> bool:
        """Whether the goal lands on the bad side of its target, or past a bound. What is not known is not short."""
        kpi, before = self.plan.kpis.get(goal.kpi or ""), self.base.get(goal.kpi or "")
        if kpi is None or before is None:
            return False
        target = self.target(goal)
        missed = target is not None and kpi.misses(before, target)
        return missed or past_bound(goal, before)


def past_bound(goal: Goal, landing: Exact | None) -> bool:
    """Whether a landing is past the floor or ceiling of its goal; False for one that is not known."""
    if landing is None:
        return False
    below = goal.floor is not None and landing < goal.floor
    return below or (goal.ceiling is not None and landing > goal.ceiling)


def _own(at: KpiPosition | None) -> Exact | None:
    if at is None:
        return None
    if at.landings is None:
        return at.landing.value
    own = at.landings.own.landing.value if at.landings.own is not None else None
    known = (own, at.landings.shrunk.landing.value, at.landings.seasonal.landing.value)
    return next((value for value in known if value is not None), None)


def _ratio(kpi: Kpi, parts: Landings) -> Exact | None:
    above, below = parts.get(kpi.numerator or ""), parts.get(kpi.denominator or "")
    return None if above is None or not below else exact(Fraction(above) / below)

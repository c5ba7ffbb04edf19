"""What the goals imply without saying it: a share that grows with its total decides how fast each part must grow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from aop_rules.errors import Problem
from aop_rules.exact.number import Exact
from aop_rules.plan.draft import Draft
from aop_rules.plan.goals import Goal
from aop_rules.plan.kpis import Kpi
from aop_rules.plan.model import Plan


@dataclass(frozen=True, slots=True)
class Implied:
    """What one share goal and one goal on its total mean together. Factors are on last year's amount."""

    share: str
    """The goal on the share."""
    total: str
    """The goal on what it is a share of."""
    part: str
    """The KPI above the line."""
    rest: tuple[str, ...]
    """The other parts of the total."""
    part_factor: Fraction
    rest_factor: Fraction
    share_if_rest_flat: Fraction
    """Where the share ends when the total grows as planned and the rest stays as it was."""
    total_growth_if_rest_flat: Fraction
    """How much the total must grow for the share to be reached while the rest stays as it was."""


def implied_growth(plan: Plan) -> tuple[Implied, ...]:
    """Everything of this kind that the plan's goals imply, in the order of its goals."""
    return tuple(found for goal in plan.goals.values() for found in _of_goal(plan, goal))


def _of_goal(plan: Plan, goal: Goal) -> Iterator[Implied]:
    kpi = plan.kpis.get(goal.kpi or "")
    whole = plan.kpis.get(kpi.denominator or "") if kpi else None
    end = goal.end
    if kpi is None or whole is None or kpi.numerator not in whole.sum_of or goal.start is None or end is None:
        return
    for other in plan.goals.values():
        total = other.end
        if other.kpi == whole.id and other.start and total is not None and 0 < goal.start < 1 and 0 < end < 1:
            yield _implied(goal, other, kpi, whole, Fraction(total) / Fraction(other.start), end)


def _implied(goal: Goal, other: Goal, kpi: Kpi, whole: Kpi, growth: Fraction, end: Exact) -> Implied:
    before, after = Fraction(goal.start or 0), Fraction(end)
    return Implied(
        share=goal.id,
        total=other.id,
        part=kpi.numerator or "",
        rest=tuple(part for part in whole.sum_of if part != kpi.numerator),
        part_factor=growth * after / before,
        rest_factor=growth * (1 - after) / (1 - before),
        share_if_rest_flat=1 - (1 - before) / growth if growth else Fraction(0),
        total_growth_if_rest_flat=(1 - before) / (1 - after) - 1,
    )


def implied(draft: Draft, plan: Plan) -> Iterator[Problem]:
    """PLAN_IMPLIED, a note."""
    for found in implied_growth(plan):
        rest = ", ".join(f"`{name}`" for name in found.rest) or "the rest"
        message = (
            f"`{found.share}` and `{found.total}` together mean {_change(found.part_factor - 1)} for `{found.part}` "
            f"and {_change(found.rest_factor - 1)} for {rest}"
        )
        hint = (
            f"with {rest} unchanged the share ends at {_percent(found.share_if_rest_flat)}, "
            f"or the total must grow by {_percent(found.total_growth_if_rest_flat)}"
        )
        yield draft.problem(("goals", found.share), "IMPLIED", message, hint, "note", key=True)


def _change(growth: Fraction) -> str:
    return f"{'+' if growth >= 0 else '−'}{_percent(abs(growth))}"


def _percent(share: Fraction) -> str:
    """In percent, to at most three decimals; rounded for reading only."""
    thousandths = round(share * 100_000)
    whole, part = divmod(abs(thousandths), 1000)
    decimals = f"{part:03}".rstrip("0")
    return f"{'−' if thousandths < 0 else ''}{whole}{'.' + decimals if decimals else ''} %"

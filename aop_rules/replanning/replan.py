"""Re-planning: the fewest and smallest edits that find the money that is needed and bring goals back, by priority."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aop_rules.adjusting.landing_effects import BAND, Estimate, Scales
from aop_rules.adjusting.lever import Lever
from aop_rules.adjusting.need import Need
from aop_rules.exact.number import Exact
from aop_rules.plan.model import Plan
from aop_rules.position.model import Position
from aop_rules.replanning.adjustment import Adjustment, Shortfall, adjustment_of, shortfalls
from aop_rules.replanning.binding import Binding, bindings
from aop_rules.replanning.case import ESTIMATES, Case, LeftOut, has_ranges
from aop_rules.replanning.certificate import Certificate, certify
from aop_rules.replanning.search import Method, Progress, Search
from aop_rules.replanning.wanted import check_needs
from aop_rules.solving.solve import Conflict
from aop_rules.wording.numbers import Language


@dataclass(frozen=True, slots=True)
class Replan:
    """What to change, or why nothing does. Amounts in whole units of the plan's currency."""

    plan: Plan = field(repr=False)
    as_of: datetime
    needs: tuple[Need, ...]
    asked: tuple[str, ...]
    """Goals that are to be brought back to their target."""
    best: Adjustment | None
    """By the likely estimates; None where what is needed cannot be found."""
    low: Adjustment | None
    """By the worst estimates: the same as `best` where no estimate has a range."""
    high: Adjustment | None
    """By the best estimates."""
    robust: Adjustment | None
    """The edits that hold by all three: no bound breaks and all money is found, whichever comes true; of these the least
    shortfall in the worst of them. None where there are none."""
    robust_by: Mapping[Estimate, tuple[Shortfall, ...]]
    """What the robust edits miss by each estimate, to hold against `low`, `best` and `high`, which know what comes."""
    ranges: bool
    """Whether any lever that may be pulled has a range."""
    certificate: Certificate | None
    conflicts: tuple[Binding, ...]
    """Where nothing is found: what cannot hold together; with any one of them less, the rest can."""
    most: Exact
    """The most money that can be found for what is needed."""
    left_out: tuple[LeftOut, ...]
    unknown: tuple[str, ...]
    """Goals whose landing is not known: what becomes of them cannot be told."""
    band: Exact

    @property
    def found(self) -> bool:
        """Whether there is an adjustment."""
        return self.best is not None

    @property
    def short(self) -> tuple[str, ...]:
        """Goals that were asked for and stay short, even with the best of all levers."""
        if self.best is None:
            return self.asked
        return tuple(dict.fromkeys(each.goal for each in self.best.short if each.goal in self.asked and each.after))

    def text(self, language: Language | None = None) -> str:
        """For reading, at most 100 columns wide, in `en` or `vi`; in the plan's language where missing."""
        from aop_rules.replanning.replan_text import replan_text

        return replan_text(self, language or self.plan.language)

    def to_dict(self) -> dict[str, Any]:
        """Plain data that JSON can hold. New keys may come; numbers are whole, or text (`12.5`, `9/5`)."""
        from aop_rules.replanning.replan_data import replan_data

        return replan_data(self)


def replan(
    plan: Plan,
    position: Position,
    levers: Iterable[Lever],
    *,
    needs: Sequence[Need] = (),
    goals: Iterable[str] | None = None,
    band: Exact = BAND,
    method: Method = "auto",
    progress: Progress | None = None,
) -> Replan:
    """The least change that works.

    In the order of the priorities the least is missed of each goal, giving way to the next by at most `band` (a share of
    its target; 0 for none); then the lowest rung, the fewest edits and the least money. `goals` are those to be brought
    back to their target: where missing, all that are short, or, where money is needed, none. The others are held to where
    they land anyway. Raises InputError (REPLAN_UNKNOWN, REPLAN_AMOUNT, REPLAN_DATE).
    """
    levers = tuple(levers)
    scales = Scales(plan, position)
    chosen = _asked(scales, needs) if goals is None else tuple(dict.fromkeys(goals))
    check_needs(plan, position, needs, chosen)
    asked = tuple(goal.id for goal in scales.goals if goal.id in chosen)
    case = Case.of(plan, position, levers, needs, asked, band)
    likely = Search(("likely",), method, progress)
    found = likely.best(case)
    best = None if isinstance(found, Conflict) else adjustment_of(case, found, likely.estimates)
    ranges = has_ranges(case.levers)

    def by(*estimates: Estimate) -> Adjustment | None:
        if not ranges:
            return best
        search = Search(estimates, method, progress)
        reached = search.best(case)
        return None if isinstance(reached, Conflict) else adjustment_of(case, reached, estimates)

    robust = by(*ESTIMATES)
    return Replan(
        plan=plan,
        as_of=position.as_of,
        needs=tuple(needs),
        asked=asked,
        best=best,
        low=by("low"),
        high=by("high"),
        robust=robust,
        robust_by={each: shortfalls(case, robust.shares, (each,)) for each in ESTIMATES} if robust else {},
        ranges=ranges,
        certificate=None if best is None else certify(case, best, likely),
        conflicts=bindings(case, likely, found) if isinstance(found, Conflict) else (),
        most=likely.most(case) if needs else 0,
        left_out=case.left_out,
        unknown=case.aims.unknown,
        band=band,
    )


def _asked(scales: Scales, needs: Sequence[Need]) -> tuple[str, ...]:
    return () if needs else tuple(goal.id for goal in scales.goals if scales.short(goal))

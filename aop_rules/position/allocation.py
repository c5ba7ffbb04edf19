"""A plan that was amended during the year: closed periods keep what they had, the open ones share out the rest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from aop_rules.exact.calendar import Calendar
from aop_rules.exact.currencies import minor_units
from aop_rules.exact.number import Exact, exact
from aop_rules.exact.phasing import Phasing
from aop_rules.plan.budget import BudgetLine
from aop_rules.plan.model import Plan
from aop_rules.position.year import phased, phasing_of


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier version of the plan, over the same year, and how long it held."""

    plan: Plan
    through: int
    """Index (from 1) of the last period in which it was in force; 0 where it was replaced before one was closed."""


def in_turn(earlier: Iterable[Earlier]) -> tuple[Earlier, ...]:
    """Earlier versions by their number, in whatever order they came. One that was replaced before it began never held.

    >>> from datetime import date
    >>> head = {"aop": 1, "id": "shop", "name": "Shop", "currency": "USD", "year": {"starts": date(2026, 1, 1)}}
    >>> first, second = (Plan.model_validate({**head, "version": n}) for n in (1, 2))
    >>> [(each.plan.version, each.through) for each in in_turn([Earlier(second, 4), Earlier(first, 6)])]
    [(1, 4), (2, 4)]
    """
    latest_first = sorted(earlier, key=lambda each: (each.plan.version, each.through), reverse=True)
    held = accumulate((each.through for each in latest_first), min)
    return tuple(reversed([Earlier(each.plan, until) for each, until in zip(latest_first, held, strict=True)]))


def allocated(plan: Plan, year: Calendar, line: BudgetLine, earlier: Sequence[Earlier] = ()) -> tuple[Exact, ...]:
    """A line's amount by period. What closed periods had stays; the parts sum to the amount of the present version.

    `earlier` is in turn. Where a version changes neither amount nor profile, nothing changes; a line that a version
    does not have has nothing in it.
    """
    spread = phasing_of(plan, line.profile)
    if not earlier:
        return phased(plan, spread, line.amount)
    *before, last = earlier
    old = last.plan.budget.lines.get(line.id)
    if old is None:
        was: tuple[Exact, ...] = (0,) * len(year.periods)
    else:
        was = allocated(last.plan, year, old, before)
        if old.amount == line.amount and phasing_of(last.plan, old.profile) == spread:
            return was
    return rest_of_year(spread, line.amount, was[: last.through], minor_units(plan.currency))


def rest_of_year(spread: Phasing, amount: Exact, kept: Sequence[Exact], minor: int) -> tuple[Exact, ...]:
    """A year's amount of which the first periods keep what they have; the rest falls on the open ones by their weights.

    Evenly where these weigh nothing. The parts sum to the amount, unless no period is open: then all is as it was.

    >>> rest_of_year(Phasing.even(4), 130, (25, 25), 0)
    (25, 25, 40, 40)
    """
    weights = spread.weights[len(kept) :]
    if not weights:
        return tuple(kept)
    open_periods = Phasing(weights) if any(weights) else Phasing.even(len(weights))
    return (*kept, *open_periods.parts(exact(amount - sum(kept)), minor))

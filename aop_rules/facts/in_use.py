"""What is reserved, ordered and spent of several budget lines together: against approvals, and since a balance was read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from aop_rules.exact.calendar import Period
from aop_rules.exact.number import Exact, exact
from aop_rules.facts.common import sources_of, unconverted
from aop_rules.plan.model import Plan
from aop_rules.position.model import Horizon, Missing, Position
from aop_rules.position.year import calendar_of


class InUse(NamedTuple):
    """An amount in the plan's currency, never below 0: a refund gives back what was spent, and no more than that."""

    amount: Exact | None
    """None where an amount has no rate."""
    sources: tuple[str, ...]
    missing: tuple[Missing, ...]


def outermost(plan: Plan, lines: Collection[str] = ()) -> tuple[str, ...]:
    """These lines (all where none is named) without those inside another of them: a group holds its parts already."""
    among = frozenset(lines or plan.budget.lines)
    return tuple(
        line for line in plan.budget.lines if line in among and among.isdisjoint(plan.budget.with_groups(line)[1:])
    )


def used(plan: Plan, position: Position, lines: Iterable[str], period: Period | None) -> InUse:
    """All that these lines have used in one period; in the whole year where none is given."""
    tops = tuple(lines)
    where = dict(_horizons(plan, position, tops, period, 0 if period else 2))
    return _known(plan, position, where, sum(each.used for each in where.values()))


def open_and_spent_after(plan: Plan, position: Position, balance: Period) -> InUse:
    """Of the whole budget: what is reserved or ordered and not yet invoiced, and what was spent in periods after one."""
    tops = outermost(plan)
    whole = dict(_horizons(plan, position, tops, None, 2))
    until = dict(_horizons(plan, position, tops, balance, 1))
    waiting = sum(each.reserved + each.committed for each in whole.values())
    spent = sum(whole[line].actual - until[line].actual for line in tops)
    return _known(plan, position, whole, waiting + max(0, spent))


def _horizons(
    plan: Plan, position: Position, lines: Iterable[str], period: Period | None, which: int
) -> Iterator[tuple[str, Horizon]]:
    seen_from = (period or calendar_of(plan).periods[-1]).id
    for line in lines:
        yield line, position.lines[line][seen_from].horizons[which]


def _known(plan: Plan, position: Position, where: dict[str, Horizon], amount: Exact) -> InUse:
    last = calendar_of(plan).periods[-1].id
    places = {line: position.lines[line][last] for line in where}
    unclear = [line for line, horizon in where.items() if not horizon.complete]
    missing = tuple(each for line in unclear for each in unconverted(line, places[line]))
    return InUse(None if unclear else exact(amount), sources_of(*places.values()) if amount else (), missing)

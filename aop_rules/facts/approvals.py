"""What counts against an approval that looks at more than one event: what is used already, with what is asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from aop_rules.exact.calendar import Period, span_label
from aop_rules.exact.number import Exact, exact
from aop_rules.facts.asks import Ask, total, why_unknown
from aop_rules.facts.in_use import outermost, used
from aop_rules.facts.sheet import Sheet
from aop_rules.plan.governance import Approval
from aop_rules.plan.model import Plan
from aop_rules.position.model import Missing, Position
from aop_rules.position.year import calendar_of
from aop_rules.rules.standard import approvals_over_time


class _Total(NamedTuple):
    amount: Exact | None
    periods: str = ""
    sources: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()


def put_totals(sheet: Sheet, plan: Plan, position: Position, asked: Sequence[Ask]) -> None:
    """For each such approval all that its lines come to; where several periods are asked, in that with the most."""
    for name, approval in approvals_over_time(plan):
        totals = [_total(plan, position, approval, period, asks) for period, asks in _parts(plan, approval, asked)]
        unknown = next((each for each in totals if each.amount is None), None)
        most = unknown or max(totals, key=lambda each: each.amount or 0, default=_Total(0))
        sheet.put(
            name,
            most.amount,
            "money",
            periods=most.periods,
            quality="estimated",
            sources=most.sources,
            missing=most.missing,
        )


def _parts(plan: Plan, approval: Approval, asked: Sequence[Ask]) -> Iterator[tuple[Period | None, list[Ask]]]:
    """What is asked under an approval, by period; all of it at once where the year counts. Nothing where nothing is."""
    mine = [ask for ask in asked if ask.amount != 0 and _under(plan, approval, ask.line)]
    if approval.within == "year":
        yield from [(None, mine)] if mine else []
    else:
        for period in sorted({ask.period for ask in mine}):
            yield period, [ask for ask in mine if ask.period == period]


def _under(plan: Plan, approval: Approval, line: str) -> bool:
    return not approval.lines or not {line, *plan.budget.with_groups(line)}.isdisjoint(approval.lines)


def _total(plan: Plan, position: Position, approval: Approval, period: Period | None, asks: list[Ask]) -> _Total:
    """Money that is held under the event's own document is not counted twice."""
    there, more = used(plan, position, outermost(plan, approval.lines), period), total(asks)
    held = sum(
        amount
        for (line, index), amount in position.held.items()
        if _under(plan, approval, line) and (period is None or index == period.index)
    )
    every = calendar_of(plan).periods
    periods = period.id if period else span_label(every[0], every[-1])
    missing = (*there.missing, *why_unknown(asks))
    if there.amount is None or more is None:
        return _Total(None, periods, missing=missing)
    return _Total(exact(there.amount + max(more - max(0, held), 0)), periods, there.sources)

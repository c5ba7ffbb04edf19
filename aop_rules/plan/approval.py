"""Who must approve a change of the plan, and which moves of budget are delegated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from aop_rules.exact.number import Exact, exact
from aop_rules.plan.changes import Change
from aop_rules.plan.governance import Delegation
from aop_rules.plan.model import Plan
from aop_rules.wording.folding import fold

FREE = frozenset({"action", "head"})
"""Levels of changes that nobody needs to approve."""


def line_moves(old: Plan, new: Plan) -> Mapping[str, Exact]:
    """By how much each line's amount for the year changes; a line that came or went moves by all of it."""
    moved: dict[str, Exact] = {}
    for name in sorted({*old.budget.lines, *new.budget.lines}):
        before, after = (plan.budget.lines[name].amount if name in plan.budget.lines else 0 for plan in (old, new))
        if before != after:
            moved[name] = exact(Fraction(after) - before)
    return moved


def approvers(old: Plan, new: Plan, changes: Iterable[Change]) -> tuple[str, ...]:
    """Who may approve all of these changes, by the rules of the older version. Empty: anyone, it names no owner.

    The owner may approve everything. Where only amounts of lines change, so may those whom `approvals` name for each of
    them: by the highest amount that the change passes.
    """
    owner = old.governance.owner
    named: list[set[str]] = []
    if all(is_amount(change.path, old, new) for change in changes):
        named = [_named(old, line, abs(Fraction(by))) for line, by in line_moves(old, new).items()]
    shared = set.intersection(*named) if named else set()
    return tuple(dict.fromkeys(filter(None, (owner, *sorted(shared)))))


def is_amount(path: str, old: Plan, new: Plan) -> bool:
    """Whether a change is one of a budget line's amount and nothing else."""
    steps = path.split(".")
    if steps[:2] != ["budget", "lines"] or steps[3:] != ["amount"]:
        return False
    return steps[2] in old.budget.lines and steps[2] in new.budget.lines


def delegated(
    old: Plan, new: Plan, changes: Iterable[Change], requester: str, moved: Mapping[str, Mapping[str, Exact]]
) -> bool:
    """Whether these changes only move money between lines, within what is delegated to the one who asks.

    `moved` is what each delegate has moved out of each line this year. One delegation must cover the whole move.
    """
    moves = line_moves(old, new)
    if not fold(requester) or sum(moves.values()) != 0 or not all(is_amount(c.path, old, new) for c in changes):
        return False
    so_far: dict[str, Fraction] = {}
    for name, lines in moved.items():
        if fold(name) == fold(requester):
            for line, amount in lines.items():
                so_far[line] = so_far.get(line, Fraction(0)) + amount
    given = {line: -Fraction(by) for line, by in moves.items() if by < 0}
    rows = (row for row in old.governance.delegations if fold(row.to) == fold(requester))
    return any(_covers(row, old, given, so_far) for row in rows)


def _covers(row: Delegation, old: Plan, given: Mapping[str, Fraction], so_far: Mapping[str, Fraction]) -> bool:
    if row.up_to is not None and sum(given.values()) + sum(so_far.values()) > row.up_to:
        return False
    return all(_may_give(row, old, line, amount + so_far.get(line, 0)) for line, amount in given.items())


def _may_give(row: Delegation, old: Plan, line: str, in_all: Fraction) -> bool:
    known = old.budget.lines[line]
    open_to = bool(set(row.lines) & set(old.budget.with_groups(line))) if row.lines else not known.reserve
    # The share is of what the line had before anything was moved out of it.
    return open_to and (row.share is None or in_all <= row.share * known.amount)


def _named(plan: Plan, line: str, amount: Fraction) -> set[str]:
    """Whom the approvals name for a change of one line."""
    around = set(plan.budget.with_groups(line))
    rows = [
        row for row in plan.governance.approvals if row.above < amount and (not row.lines or around & set(row.lines))
    ]
    highest = max((row.above for row in rows), default=None)
    return {row.by for row in rows if row.above == highest}

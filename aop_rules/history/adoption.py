"""Whose ledger it is: the plan that is in force in it, and that it is changed only by an amendment."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Self

from aop_rules.errors import LedgerError, Place, Problem
from aop_rules.history.snapshot import plan_draft, plan_of
from aop_rules.history.versions import KINDS, Versions
from aop_rules.ledger.entry import Entry
from aop_rules.ledger.pen import Pen
from aop_rules.ledger.redacted import LABEL
from aop_rules.plan.load import canonical
from aop_rules.plan.model import Plan
from aop_rules.position.allocation import Earlier


@dataclass(frozen=True, slots=True)
class Adoption:
    """What of a plan the ledger knows."""

    sequence: int
    """The entry that holds the plan; 0 where nothing was kept yet."""
    hash: str = ""
    """Its hash."""
    earlier: tuple[Earlier, ...] = ()

    @classmethod
    def of(cls, entries: Iterable[Entry], plan: Plan) -> Self:
        """Raises LedgerError where the ledger is another plan's, or holds another state of this one."""
        there = tuple(entries)
        held = Versions.of(there)
        if held.current is None:
            return cls(0)
        _same(held.current, plan)
        last = [entry for entry in there if entry.kind == "plan"][-1]
        return cls(last.sequence, last.hash, held.earlier)

    def hold(self, entries: Callable[..., Iterable[Entry]], plan: Plan) -> None:
        """Raises LedgerError where another version of the plan has come into force since."""
        for entry in entries(self.sequence, ("plan",)):
            _same(plan_of(entry), plan)

    def on(self, pen: Pen, plan: Plan) -> Self:
        """The adoption as it is while writing: makes the plan the ledger's where it has none.

        Raises LedgerError where somebody has amended the plan in the meantime.
        """
        there = [entry.hash for entry in pen.entries(max(self.sequence - 1, 0), ("plan",))]
        if there == [self.hash]:
            return self
        known = self.of(pen.entries(0, KINDS), plan)  # newer, or gone: work that kept it was undone
        if known.sequence:
            return known
        (entry,) = pen.keep([plan_draft(plan)])
        return replace(known, sequence=entry.sequence, hash=entry.hash)


def same_plan(held: Plan, plan: Plan) -> None:
    """Raises LedgerError where the ledger is another plan's."""
    if held.id != plan.id:
        message = f"the ledger is that of plan `{held.id}`, not of `{plan.id}`"
        _refuse("LEDGER_OTHER_PLAN", message, "give each plan a ledger of its own")


def _same(held: Plan, plan: Plan) -> None:
    same_plan(held, plan)
    if held.version > plan.version:
        message = f"version {held.version} of the plan is in force in the ledger, this is version {plan.version}"
        _refuse("LEDGER_PLAN_AMENDED", message, "open the engine with the plan in force")
    if canonical(held) != canonical(plan):
        message = f"the plan is not the one that the ledger holds as version {held.version}"
        _refuse(
            "LEDGER_PLAN_CHANGED",
            message,
            "a name was erased from the ledger's plan: `aop plan` prints the plan to go on with"
            if LABEL.search(canonical(held))
            else "`aop plan` prints that one, `aop diff` says what differs, `aop amend` changes it knowingly",
        )


def _refuse(code: str, message: str, hint: str) -> None:
    raise LedgerError([Problem(Place("<ledger>"), code, message, hint)])

"""The budget: how much the business is willing to spend, line by line, and what happens near a limit."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal, Self

from pydantic import model_validator

from aop_rules.exact.frozen import Frozen
from aop_rules.exact.number import Exact, Number, Ratio, exact
from aop_rules.plan.values import Entry, Id, Table, Words


class Tolerance(Frozen):
    """One row of a tolerance ladder: what happens when use of the line reaches a share of its budget, or a sum past it.

    The rows for one document kind replace the general ones (`document: any`).
    """

    document: Literal["any", "spend_request", "commitment", "actual", "proposal"] = "any"
    then: Literal["notify", "warn", "require_approval", "stop"]
    at: Ratio | None = None
    """Share of the budget, as in `80%`."""
    past: Number | None = None
    """Amount beyond the budget."""
    reached: bool = False
    """Whether it counts when use reaches the mark; where false, only past it."""

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        if (self.at is None) == (self.past is None):
            raise ValueError("a tolerance has one measure; write either `at: 80%` or `past: 1000`")
        return self

    def mark(self, allocated: Exact) -> Exact:
        """The amount of use past which this row counts, for what a line is allocated."""
        return exact(allocated * (self.at or 0) if self.past is None else allocated + self.past)


class BudgetLine(Entry):
    """One limit on spending for the year. It is a decision limit: going past it is never silent."""

    name: Words
    amount: Number
    """The year's limit, in the plan's currency. 0 means that nothing is allowed, not that nothing is checked."""
    profile: Id | None = None
    """How the year's limit falls on the periods; evenly where missing."""
    owner: str = ""
    group: Id | None = None
    """The line that this one is part of; its limit holds for all its parts together."""
    contract: bool = False
    """Spending that is already owed (rent, wages): it needs no goal of its own and cannot be offered as a cut."""
    inventory: bool = False
    """Buying stock: the money turns into goods, so stock cover is checked and it is no cost of a proposal."""
    reserve: bool = False
    """Money kept for risks: spent only through a contingency or with approval."""
    serves: tuple[Id, ...] = ()
    """Goals that this line feeds directly (besides those its initiatives serve)."""
    horizons: tuple[Literal["period", "to_date", "year"], ...] = ("to_date", "year")
    """Where the limit is checked: in each single period, cumulated to date, in the year."""
    tolerances: tuple[Tolerance, ...] = ()
    """Rows that replace the budget's general ladder."""


class Budget(Frozen):
    """How much the business is willing to spend to reach its goals."""

    lines: Table[BudgetLine] = Table()
    total: Number | None = None
    """What all lines together may not exceed."""
    tolerances: tuple[Tolerance, ...] = (
        Tolerance(then="notify", at=Fraction(4, 5)),
        Tolerance(then="stop", at=Fraction(1)),
    )
    """The general ladder: past 80 % it is said, past 100 % it stops."""
    unbudgeted: Literal["stop", "require_approval", "warn"] = "stop"
    """What happens to spending on a line that the plan does not have."""

    @property
    def stock_lines(self) -> frozenset[str]:
        """The lines that buy stock."""
        return frozenset(line.id for line in self.lines.values() if line.inventory)

    def has_own_rows(self, line: str, document: str) -> bool:
        """Whether a line's own ladder says what happens to a document of this kind."""
        return any(row.document in (document, "any") for row in self.lines[line].tolerances)

    def rows(self, line: str | None, event_kind: str) -> tuple[Tolerance, ...]:
        """The rows that count when an event of this kind meets the limit of a line (None: a limit without a ladder).

        The line's own ladder where it speaks of such documents, else the budget's. In it a row for this document
        replaces the general rows of the same stage, and leaves those of the other stages.
        """
        document = document_of(event_kind)
        own = line is not None and self.has_own_rows(line, document)
        ladder = self.lines[line].tolerances if line is not None and own else self.tolerances
        named = {row.then for row in ladder if row.document == document}
        return tuple(
            row for row in ladder if row.document == document or (row.document == "any" and row.then not in named)
        )

    def stop(self, line: str | None, event_kind: str, allocated: Exact) -> Tolerance | None:
        """Of the rows that count, the strictest that stops, for what is allocated; None where nothing stops."""
        stops = [row for row in self.rows(line, event_kind) if row.then == "stop"]
        return min(stops, key=lambda row: (row.mark(allocated), not row.reached), default=None)

    def with_groups(self, line: str) -> tuple[str, ...]:
        """A line and the groups above it; nothing for a line that the plan does not have. Groups hold no cycles."""
        known = self.lines.get(line)
        if known is None:
            return ()
        return (line, *self.with_groups(known.group)) if known.group else (line,)


def document_of(event_kind: str) -> str:
    """The kind of document that an event is in a ladder. An opportunity is a proposal by another name."""
    return "proposal" if event_kind == "opportunity" else event_kind

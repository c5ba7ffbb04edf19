"""Levers: ways to adjust that the business knows, each with what it frees or takes and what it does to KPIs."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from aop_rules.exact.frozen import Frozen
from aop_rules.exact.number import Exact, Number
from aop_rules.plan.values import Entry, Id, Words


class LeverEffect(Frozen):
    """What a lever does to one KPI over the year: an estimate, never a measurement."""

    kpi: Id
    """A flow or stock; sums and ratios that it is part of follow."""
    amount: Number | None = None
    """Of the whole lever, in the KPI's unit; negative where the KPI falls."""
    per_unit: Number | None = None
    """Instead of `amount`: for each unit of money that is freed (or taken)."""
    low: Number | None = None
    """The lowest estimate, said as the likely one is."""
    high: Number | None = None
    """The highest estimate, said as the likely one is."""

    @model_validator(mode="after")
    def _said_once(self) -> Self:
        if (self.amount is None) == (self.per_unit is None):
            raise ValueError("an effect is said in one way; write either `amount` or `per_unit`")
        low, high = self.ends
        if not low <= self.likely <= high:
            raise ValueError("the likely effect lies between `low` and `high` (put the three in order)")
        return self

    @property
    def likely(self) -> Exact:
        """`amount` or `per_unit`."""
        return self.amount if self.amount is not None else self.per_unit or 0

    @property
    def ends(self) -> tuple[Exact, Exact]:
        """The lowest and the highest estimate; the likely one where the plan has no other."""
        return (
            self.likely if self.low is None else self.low,
            self.likely if self.high is None else self.high,
        )


class DeclaredLever(Entry):
    """One way to adjust: money that can be freed, or something that moves a KPI."""

    name: Words
    kind: Literal["cut", "defer", "scale", "stop", "mix_shift", "price", "raise"]
    """Something not bought, an initiative later, smaller or no more, more of what brings a higher margin, another selling
    price, or more of what works."""
    line: Id | None = None
    """The budget line whose money is freed."""
    initiative: Id | None = None
    """The initiative that it changes."""
    frees: Number = 0
    """At most so much money, in the plan's currency."""
    whole: bool = False
    """All of it or nothing."""
    least: Number = 0
    """Where only a part is wanted: at least so much of `frees`."""
    takes: Number = 0
    """Money that the whole of it costs."""
    takes_from: Id | None = None
    """The budget line that pays for it."""
    start: Annotated[str | None, Field(alias="from")] = None
    """First period (its id or a date in it) in which the money is there; at once where missing."""
    effects: tuple[LeverEffect, ...] | None = None
    """What it does to KPIs. Left out, nobody knows; `[]` says that it does nothing to them."""
    reversible: bool | None = None
    approval: str = ""
    """Who has to approve it."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.frees and self.line is None:
            raise ValueError("money is freed on a budget line (add `line`)")
        if self.takes and self.takes_from is None:
            raise ValueError("money is taken from a budget line (add `takes_from`)")
        if self.least > self.frees:
            raise ValueError("`least` is a part of `frees` (lower it, or raise `frees`)")
        if not self.frees and not self.takes and any(each.per_unit is not None for each in self.effects or ()):
            raise ValueError("an effect for each unit of money needs money (add `frees` or `takes`, or write `amount`)")
        return self

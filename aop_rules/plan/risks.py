"""Risks: what may come and would hit the goals (or help them), and what was decided beforehand."""

from __future__ import annotations

from fractions import Fraction
from typing import Self

from pydantic import model_validator

from aop_rules.exact.frozen import Day, Frozen
from aop_rules.exact.number import Exact, Number, Ratio, exact
from aop_rules.plan.values import Entry, Id, Words


class Contingency(Frozen):
    """What was decided beforehand, for when the risk occurs."""

    do: Words
    budget: Id | None = None
    """The reserve line that pays for it."""
    amount: Number | None = None


class Risk(Entry):
    """Something that may come and would hit the goals."""

    name: Words
    probability: Ratio | None = None
    impact: Number | None = None
    """Loss if it occurs, in the plan's currency: the one expected, or the likeliest where `low` and `high` stand beside."""
    low: Number | None = None
    """The least it could cost. With `impact` and `high` the loss is triangular, and its mean counts as the expected one."""
    high: Number | None = None
    """The most it could cost."""
    opportunity: bool = False
    """Whether it is a gain that may come: `impact` is then what it brings, and subtracts from what is to be feared."""
    until: Day | None = None
    """The last day on which it may come; the end of the year where missing."""
    threatens: tuple[Id, ...] = ()
    """Goals that it would hit."""
    watches: tuple[Id, ...] = ()
    """KPIs that show it: when one of them is off track the risk is suspected, when that lasts it counts as triggered."""
    trigger: str | None = None
    """A condition of its own over KPIs (the rule language), instead of or besides `watches`."""
    response: Contingency | None = None
    owner: str = ""

    @model_validator(mode="after")
    def _three_points(self) -> Self:
        if self.low is None and self.high is None:
            return self
        if self.low is None or self.high is None or self.impact is None:
            raise ValueError("an impact between two ends has three values (write `low`, `impact` and `high`)")
        if not self.low <= self.impact <= self.high:
            raise ValueError("`impact` lies between `low` and `high` (put the three in order)")
        return self

    @property
    def mean_impact(self) -> Exact | None:
        """What it costs on average if it occurs: `impact`, or the mean of `low`, `impact` and `high`; an opportunity's is
        negative. None where the plan does not say.
        """
        if self.impact is None:
            return None
        mean = (
            Fraction(self.low + self.impact + self.high, 3)
            if self.low is not None and self.high is not None
            else self.impact
        )
        return exact(-mean if self.opportunity else mean)

    @property
    def expected(self) -> Exact | None:
        """Probability times mean impact, in the plan's currency; None where the plan lacks one of them."""
        mean = self.mean_impact
        return None if mean is None or self.probability is None else exact(Fraction(self.probability) * mean)

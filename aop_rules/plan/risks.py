"""Risks: what may come and would hit the goals, and what was decided beforehand."""

from __future__ import annotations

from aop_rules.exact.frozen import Frozen
from aop_rules.exact.number import Number, Ratio
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
    """Expected loss if it occurs, in the plan's currency."""
    threatens: tuple[Id, ...] = ()
    """Goals that it would hit."""
    watches: tuple[Id, ...] = ()
    """KPIs that show it: when one of them is off track the risk is suspected, when that lasts it counts as triggered."""
    trigger: str | None = None
    """A condition of its own over KPIs (the rule language), instead of or besides `watches`."""
    response: Contingency | None = None
    owner: str = ""

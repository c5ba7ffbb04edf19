"""One way to adjust, as a decision carries it: money freed, when, at what price for every goal, and how it ranks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from aop_rules.exact.number import Exact
from aop_rules.plan.values import Words

Flag = Literal[
    "ratio_gaming",     # a ratio gets better only because what it is measured against falls
    "undeclared",       # nobody said what it does to landings
    "reserve_short",    # what is left of the reserve is less than the risks that may still come are expected to cost
    "breaks_bound",     # the landing would be past a floor or ceiling of a goal
    "panic_cut",        # it takes money from what feeds the goal that is short, and another way costs less in every way
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class GoalLanding:
    """Where one goal lands without and with an option, in the unit of its KPI."""

    goal: str
    kpi: str
    unit: str
    before: Exact | None
    after: Exact | None
    planned: Exact | None
    compared: str = ""
    """The KPI through which the goal is compared: of a ratio its numerator, so that nothing wins by starving the denominator."""
    compared_before: Exact | None = None
    compared_after: Exact | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """Amounts in whole units of the plan's currency."""

    id: str
    """Of the lever that is pulled; `a+b` where several are."""
    kind: str
    name: Words
    frees: Exact
    """What it frees of what is needed; of `shrink` and `delay`, what need not be found now."""
    enough: bool
    """Whether that is all that is needed."""
    period: str
    """First period in which it is there; empty: at once."""
    reversible: bool | None
    approval: str
    """Who has to approve it; empty: nobody."""
    landings: tuple[GoalLanding, ...]
    """Every goal, in the order of priority."""
    dependents: tuple[str, ...] = ()
    flags: tuple[Flag, ...] = ()
    dominated_by: str = ""
    """An option that is nowhere worse and somewhere better."""
    recommended: bool = False
    needed: Exact = 0
    """How much money was needed; 0 where it was a goal that is short."""
    draws: Mapping[str, Exact] = field(default_factory=dict)
    """By budget line: what it takes there."""
    left: Exact | None = None
    """What is left to give after it of the line that gives; None where several give, none does, or that is not known."""
    left_by_line: Mapping[str, Exact] = field(default_factory=dict)
    """By budget line that gives: what is left there to give after it."""
    by_itself: tuple[GoalLanding, ...] = ()
    """Every goal with the way alone, where it also makes room for something that moves goals: that is part of `landings`."""
    trade_off: Words | None = None
    """What is gained and what is given up, in one sentence."""

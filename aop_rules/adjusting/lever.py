"""A lever: one way to find money or to move a landing, with what it does if it is pulled all the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from aop_rules.exact.number import Exact, exact
from aop_rules.plan.values import Words

LeverKind = Literal[
    "rephase",    # money of the same line, from a later period
    "transfer",   # money of another line
    "reserve",    # money kept for risks
    "cut",        # something that a line pays for is not bought
    "defer",      # an initiative (or a part of it) later
    "scale",      # an initiative smaller
    "stop",       # an initiative no more
    "mix_shift",  # more of what brings a higher margin
    "price",      # another selling price
    "raise",      # more of what works: takes money and brings a landing up
    "response",   # what the plan prepared for a risk
    "shrink",     # less of what is asked
    "delay",      # what is asked, later
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pull:
    """What the whole of a lever does to one KPI over the year, in the KPI's unit. `low` is the worst, `high` the best estimate."""

    low: Exact
    likely: Exact
    high: Exact

    def of(self, share: Exact) -> Pull:
        """That of a part of the lever: its estimates are taken to grow in a straight line."""
        return Pull(*(exact(Fraction(each) * share) for each in (self.low, self.likely, self.high)))

    def plus(self, other: Pull) -> Pull:
        """Both together: the worst with the worst, the best with the best."""
        return Pull(exact(self.low + other.low), exact(self.likely + other.likely), exact(self.high + other.high))


@dataclass(frozen=True, slots=True)
class Lever:
    """Amounts in whole units of the plan's currency."""

    id: str
    """Of the plan's lever; or, of one that follows from the plan, its kind and what it is about: `reserve.contingency_reserve`."""
    kind: LeverKind
    name: Words
    frees: Exact
    """At most so much money is freed; 0 for what only moves a landing."""
    line: str = ""
    """Whose money is freed; empty where none is."""
    takes: Exact = 0
    """Money that the whole of it needs, from `takes_from`."""
    takes_from: str = ""
    initiative: str = ""
    whole: bool = False
    """All of it or nothing."""
    least: Exact = 0
    """Where only a part is wanted: at least so much of `frees`."""
    period: str = ""
    """Id of the first period in which the money is there; empty: at once."""
    from_period: str = ""
    """Of a rephasing: id of the period that gives."""
    effects: Mapping[str, Pull] = field(default_factory=dict)
    """By KPI. Sums and ratios that a KPI is part of follow."""
    declared: bool = True
    """Whether anybody said what it does to landings; where not, that is unknown, which is not the same as nothing."""
    reversible: bool | None = None
    approval: str = ""
    """Who has to approve it; empty: nobody."""
    dependents: tuple[str, ...] = ()
    """Initiatives that cannot go on without it, and what they feed is part of `effects`."""
    contract: bool = False
    """Whether it touches money that is owed by contract: never offered, only named as what binds."""

    @property
    def changes(self) -> frozenset[str]:
        """The initiatives that it changes, with those that go with it: of two levers that share one, only one can be pulled."""
        if self.kind not in ("defer", "scale", "stop", "raise"):
            return frozenset()
        return frozenset({self.initiative, *self.dependents} - {""})

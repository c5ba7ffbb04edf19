"""One or several levers as far as they are pulled, and what they give of what is needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from aop_rules.adjusting.landing_effects import Scales, summed
from aop_rules.adjusting.lever import Lever, Pull
from aop_rules.adjusting.need import Need
from aop_rules.exact.number import Exact, exact


@dataclass(frozen=True, slots=True)
class Way:
    """One or several levers, as far as they are pulled."""

    levers: tuple[Lever, ...]
    frees: Exact
    enough: bool
    effects: Mapping[str, Pull]
    approval: str
    drawn: Mapping[str, Exact]
    """By line: what it loses that the need makes use of."""
    brings: Mapping[str, Pull] = field(default_factory=dict)
    """What the thing does that it makes room for."""

    @property
    def changed(self) -> Mapping[str, Exact]:
        """By KPI: what it changes, with what it makes room for."""
        return summed([self.effects, self.brings])

    @property
    def id(self) -> str:
        return "+".join(lever.id for lever in self.levers)

    def part(self, share: Exact) -> Way:
        """The same, pulled less far."""
        return replace(
            self,
            frees=exact(self.frees * share),
            enough=False,
            effects={kpi: pull.of(share) for kpi, pull in self.effects.items()},
            drawn={line: exact(amount * share) for line, amount in self.drawn.items()},
        )

    @property
    def least(self) -> Exact:
        """The smallest share of it that is a way at all."""
        first = self.levers[0]
        return exact(Fraction(first.least) / self.frees) if first.least and self.frees else 0

    @property
    def declared(self) -> bool:
        return all(lever.declared for lever in self.levers)


@dataclass(frozen=True, slots=True)
class Brought:
    """What the thing that is asked for does itself, if it is done."""

    effects: Mapping[str, Pull]
    amount: Exact
    """All the money that it asks for."""
    divisible: bool

    def by(self, need: Need, way: Way) -> Mapping[str, Pull]:
        """What of it a way makes possible: all of it where it is enough; else the share that is paid for, if it can be parted."""
        if way.enough:
            return self.effects
        if not self.divisible or not need.line or need.amount > self.amount:
            return {}
        share = 1 - Fraction(need.amount - way.frees) / self.amount
        return {kpi: pull.of(share) for kpi, pull in self.effects.items()}


def gives(need: Need, way: Way, scales: Scales) -> Exact:
    """What it gives of what is needed."""
    if need.line:
        return way.frees
    goal = scales.plan.goals.get(need.goal)
    return 0 if goal is None else scales.gain(goal, summed([way.effects]))


def met(need: Need, ways: Sequence[Way], scales: Scales) -> bool:
    if need.line:
        return sum(way.frees for way in ways) >= need.amount
    if not need.goal:
        return any(way.enough for way in ways)
    return sum(gives(need, way, scales) for way in ways) >= need.short


def plus(one: Mapping[str, Pull], other: Mapping[str, Pull]) -> Mapping[str, Pull]:
    both = dict(one)
    for kpi, pull in other.items():
        both[kpi] = both[kpi].plus(pull) if kpi in both else pull
    return both

"""What an adjustment is looked for in: the needs, the levers that may be pulled, the aims, and those that may not be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

from aop_rules.adjusting.landing_effects import (
    BAND,
    Estimate,
    Landings,
    Scales,
    changes_with_sums,
    landings_with,
    summed,
)
from aop_rules.adjusting.lever import Lever
from aop_rules.adjusting.need import Need
from aop_rules.adjusting.rooms import open_periods
from aop_rules.exact.number import Exact
from aop_rules.plan.model import Plan
from aop_rules.position.model import Position
from aop_rules.position.year import calendar_of
from aop_rules.replanning.aims import Aims, aims_of

ESTIMATES: tuple[Estimate, ...] = ("low", "likely", "high")
Why = Literal["contract", "undeclared", "moves_nothing", "protected", "later", "no_cut"]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A lever that is not offered, and why: `contract` (owed), `undeclared` (nobody said what it does to landings),
    `moves_nothing`, `protected`, `later` (its money is there too late), `no_cut` (it moves money, and saves none).
    """

    lever: str
    why: Why


@dataclass(frozen=True, slots=True)
class Case:
    plan: Plan
    position: Position
    scales: Scales
    levers: tuple[Lever, ...]
    """Those that may be pulled, by id."""
    needs: tuple[Need, ...]
    aims: Aims
    band: Exact
    left_out: tuple[LeftOut, ...]

    @classmethod
    def of(
        cls,
        plan: Plan,
        position: Position,
        levers: Iterable[Lever],
        needs: Sequence[Need] = (),
        asked: Iterable[str] = (),
        band: Exact = BAND,
        left_out: Iterable[LeftOut] = (),
    ) -> Case:
        """Contracts and what nobody told the effects of are left out, whatever the caller left out before."""
        known = {lever.id: lever for lever in levers}
        gone = {each.lever: each for each in left_out}
        for name, lever in known.items():
            why = _why_not(plan, lever)
            if why is not None:
                gone.setdefault(name, LeftOut(name, why))
        offered = tuple(known[name] for name in sorted(known) if name not in gone)
        scales = Scales(plan, position)
        aims, out = aims_of(scales, asked), tuple(gone[name] for name in sorted(gone))
        return cls(plan, position, scales, offered, tuple(needs), aims, band, out)

    def index(self, period: str) -> int:
        """Of a period, from 1; of none named the first that is open."""
        if period:
            return calendar_of(self.plan).resolve(period).index
        rest = open_periods(self.plan, self.position)
        return rest[0].index if rest else len(calendar_of(self.plan).periods)

    def with_levers(self, names: Collection[str]) -> Case:
        """The same with those levers only."""
        return replace(self, levers=tuple(lever for lever in self.levers if lever.id in names))

    @property
    def apart(self) -> tuple[tuple[str, str], ...]:
        """Pairs of levers of which at most one is pulled: they touch one initiative, or one that goes with it."""
        touched = {lever.id: lever.changes for lever in self.levers}
        return tuple((a, b) for a, b in combinations(sorted(touched), 2) if touched[a] & touched[b])


def changes(plan: Plan, lever: Lever, estimate: Estimate) -> Mapping[str, Exact]:
    """By KPI: what the whole of a lever does to it, sums with their parts."""
    return changes_with_sums(plan, summed([lever.effects], estimate))


def changed(levers: Iterable[Lever], shares: Mapping[str, Exact], estimate: Estimate) -> Mapping[str, Exact]:
    """By KPI: what so much of each lever (1: all of it) does together."""
    pulls = [
        {kpi: pull.of(shares[lever.id]) for kpi, pull in lever.effects.items()}
        for lever in levers
        if shares.get(lever.id)
    ]
    return summed(pulls, estimate)


def landings_after(case: Case, shares: Mapping[str, Exact], estimate: Estimate) -> Landings:
    """Where every KPI lands then."""
    return landings_with(case.plan, case.scales.base, changed(case.levers, shares, estimate))


def has_ranges(levers: Iterable[Lever]) -> bool:
    """Whether any lever's worst, likely and best estimates differ."""
    return any(not pull.low == pull.likely == pull.high for lever in levers for pull in lever.effects.values())


def money(lever: Lever) -> Exact:
    """What the whole of it moves: what it frees, or where it frees nothing, what it takes."""
    return lever.frees or lever.takes


def _why_not(plan: Plan, lever: Lever) -> Why | None:
    line = plan.budget.lines.get(lever.line)
    if lever.contract or (line is not None and line.contract):
        return "contract"
    if not lever.declared:
        return "undeclared"
    return "moves_nothing" if lever.frees <= 0 and not lever.effects else None

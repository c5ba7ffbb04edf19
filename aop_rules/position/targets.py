"""Planned figures of a KPI over any periods: its own target, else what follows from its parts, else its goal's year."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from aop_rules.exact.calendar import Calendar
from aop_rules.exact.currencies import minor_units
from aop_rules.exact.number import Exact
from aop_rules.exact.phasing import Phasing
from aop_rules.plan.kpis import Kpi
from aop_rules.plan.model import Plan
from aop_rules.position.allocation import Earlier, rest_of_year
from aop_rules.position.figures import because, label, planned, quotient, total
from aop_rules.position.model import Figure
from aop_rules.position.year import phased, phasing_of


@dataclass(frozen=True, slots=True)
class Targets:
    """What the plan says of each KPI. Periods are counted from 1.

    A ratio's own `path` speaks of the ratio on its own basis: with basis `ytd`, of the year to date after
    each period. What a period was planned to be is said by the version of the plan that was in force in it; the year
    by the present one.
    """

    plan: Plan
    year: Calendar
    earlier: tuple[Earlier, ...] = ()
    """The versions of the plan before this one, in turn."""
    _phased: dict[str, tuple[Exact, ...]] = field(default_factory=dict, compare=False, repr=False)
    _versions: dict[int, Targets] = field(default_factory=dict, compare=False, repr=False)

    def cell(self, kpi_id: str, period: int) -> Figure:
        """One period alone."""
        then = self.in_force(kpi_id, period)
        if then is not self:
            return then.cell(kpi_id, period)
        kpi, named = self.plan.kpis.get(kpi_id), label(self.year, period, period)
        if kpi is None:
            return because("not_in_plan", kpi_id, "number", named)
        if kpi.kind in ("ratio", "rate") and kpi.effective_basis not in ("period", "exit") and _has_path(kpi):
            return self._from_parts(kpi, period, period)
        value = self._own(kpi, period)
        if value is None:
            return self._from_parts(kpi, period, period)
        return planned(value, kpi.unit, named, _source(kpi))

    def span(self, kpi_id: str, first: int, last: int) -> Figure:
        """Several periods together."""
        kpi = self.plan.kpis.get(kpi_id)
        if kpi is None or kpi.kind == "stock":
            return self.cell(kpi_id, last)
        periods = label(self.year, first, last)
        then = self.in_force(kpi_id, last).plan.kpis[kpi_id]
        if kpi.kind == "ratio" == then.kind or kpi.kind == "rate" == then.kind:
            return self._ratio(then, first, last, periods)
        if kpi.kind == "rate":
            return self.cell(kpi_id, last) if first == last else because("cannot_sum", kpi_id, kpi.unit, periods)
        if kpi.target is None and self.in_force(kpi_id, first) is self:
            return self._from_parts(kpi, first, last)
        return total((self.cell(kpi_id, n) for n in range(first, last + 1)), kpi.unit, periods)

    def whole(self, kpi_id: str) -> Figure:
        """The year: what the last period shall end with."""
        kpi, last = self.plan.kpis.get(kpi_id), len(self.year.periods)
        periods = label(self.year, 1, last)
        if kpi is None:
            return because("not_in_plan", kpi_id, "number", periods)
        value = self._own_year(kpi, last)
        if value is not None:
            return planned(value, kpi.unit, periods, _source(kpi))
        derived = self._year_from_parts(kpi, periods)
        return derived if derived.value is not None else self._from_goal(kpi, periods) or derived

    def in_force(self, kpi_id: str, period: int) -> Targets:
        """The targets by which a KPI was planned in a period: the present ones where the version had no such KPI."""
        for n, version in enumerate(self.earlier):
            if period <= version.through:
                return self._before(n) if kpi_id in version.plan.kpis else self
        return self

    def phasing(self, kpi_id: str) -> Phasing | None:
        """How the plan spreads a flow over the year; None where it does not say."""
        kpi = self.plan.kpis.get(kpi_id)
        if kpi is None or kpi.kind != "flow":
            return None
        if kpi.target is None:
            spreads = [self.phasing(part) for part in kpi.sum_of]
            return spreads[0] if spreads and all(one == spreads[0] for one in spreads) else None
        path = kpi.target.path
        if path and len(path) == len(self.year.periods) and min(path) >= 0 and sum(path) > 0:
            return Phasing(path)
        return phasing_of(self.plan, kpi.target.profile)

    def _own(self, kpi: Kpi, period: int) -> Exact | None:
        """Its own target for one period."""
        target = kpi.target
        if target is None:
            return None
        if target.path is not None:
            return target.path[period - 1] if period <= len(target.path) else None
        if target.constant is not None or kpi.kind != "flow" or target.year is None:
            return target.constant
        if kpi.id not in self._phased:
            self._phased[kpi.id] = self._over_the_year(kpi, target.year, phasing_of(self.plan, target.profile))
        return self._phased[kpi.id][period - 1]

    def _over_the_year(self, kpi: Kpi, amount: Exact, spread: Phasing) -> tuple[Exact, ...]:
        """A flow's year by period: what closed periods were planned to bring stays, the open ones share out the rest."""
        before = self._before(len(self.earlier) - 1) if self.earlier else None
        old = before.plan.kpis.get(kpi.id) if before else None
        if before is None or old is None:
            return phased(self.plan, spread, amount, kpi.unit)
        was, periods = old.target, range(1, len(self.year.periods) + 1)
        if was is not None and was.path is None and was.year == amount:
            parts = [before._own(old, n) for n in periods]
            if phasing_of(before.plan, was.profile) == spread and None not in parts:
                return tuple(part for part in parts if part is not None)
        kept = [before.cell(kpi.id, n).value or 0 for n in periods[: self.earlier[-1].through]]
        return rest_of_year(spread, amount, kept, minor_units(self.plan.currency) if kpi.unit == "money" else 0)

    def _before(self, n: int) -> Targets:
        """The targets of the n-th earlier version, from 0: it keeps what those before it had."""
        if n not in self._versions:
            self._versions[n] = Targets(self.earlier[n].plan, self.year, self.earlier[:n])
        return self._versions[n]

    def _own_year(self, kpi: Kpi, last: int) -> Exact | None:
        target = kpi.target
        if target is None or target.year is not None:
            return target.year if target else None
        if kpi.kind != "flow":
            of_year = kpi.kind in ("stock", "rate") or kpi.effective_basis not in ("period", "rolling")
            return self._own(kpi, last) if of_year or target.constant is not None else None
        values = [self._own(kpi, n) for n in range(1, last + 1)]
        return None if None in values else sum(value for value in values if value is not None)

    def _ratio(self, kpi: Kpi, first: int, last: int, periods: str) -> Figure:
        target, basis = kpi.target, kpi.effective_basis
        if target is not None and target.constant is not None:
            return planned(target.constant, kpi.unit, periods, _source(kpi))
        if kpi.kind == "rate" and basis in ("period", "exit") and _has_path(kpi):
            return self.cell(kpi.id, last) if first == last else because("cannot_sum", kpi.id, kpi.unit, periods)
        wide = last - first + 1
        own_basis = (basis == "ytd" and first == 1) or (basis == "rolling" and wide == kpi.rolling)
        value = self._own(kpi, last) if own_basis and _has_path(kpi) else None
        return self._from_parts(kpi, first, last) if value is None else planned(value, kpi.unit, periods, _source(kpi))

    def _from_parts(self, kpi: Kpi, first: int, last: int) -> Figure:
        periods = label(self.year, first, last)
        if kpi.sum_of:
            return total((self.span(part, first, last) for part in kpi.sum_of), kpi.unit, periods)
        if kpi.kind == "ratio":
            above, below = (self.span(kpi_id or "", first, last) for kpi_id in (kpi.numerator, kpi.denominator))
            return quotient(above, below, kpi.id, kpi.unit, periods)
        return because("no_target", kpi.id, kpi.unit, periods)

    def _year_from_parts(self, kpi: Kpi, periods: str) -> Figure:
        if kpi.sum_of:
            return total((self.whole(part) for part in kpi.sum_of), kpi.unit, periods)
        if kpi.kind == "ratio":
            above, below = (self.whole(kpi_id or "") for kpi_id in (kpi.numerator, kpi.denominator))
            return quotient(above, below, kpi.id, kpi.unit, periods)
        return because("no_target", kpi.id, kpi.unit, periods)

    def _from_goal(self, kpi: Kpi, periods: str) -> Figure | None:
        """The year that a goal names for it. Its fall on the periods is not guessed."""
        for goal in self.plan.goals.values():
            if goal.kpi == kpi.id and goal.to is not None:
                return planned(goal.to, kpi.unit, periods, f"goals.{goal.id}.to")
            if goal.kpi == kpi.id and goal.grow is not None and goal.start is not None:
                return planned(goal.start * (1 + Fraction(goal.grow)), kpi.unit, periods, f"goals.{goal.id}.grow")
        return None


def _has_path(kpi: Kpi) -> bool:
    return kpi.target is not None and kpi.target.path is not None


def _source(kpi: Kpi) -> str:
    return f"kpis.{kpi.id}.target"

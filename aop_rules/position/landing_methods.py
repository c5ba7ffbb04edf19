"""The landing of each KPI by every method, its range, and what the rest of the year has to bring; see `landings`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType

from aop_rules.events import EventBase, Forecast
from aop_rules.exact.number import Exact, exact
from aop_rules.plan.kpis import Kpi
from aop_rules.plan.model import Plan
from aop_rules.position.actuals import Actuals
from aop_rules.position.figures import because, estimated, label, quotient, total, unknown
from aop_rules.position.landing import Landing
from aop_rules.position.landings import LandingForecast, Landings
from aop_rules.position.model import Figure, KpiPosition
from aop_rules.position.rates import in_plan_currency, no_rate_detail
from aop_rules.position.targets import Targets

PLAN_WEIGHS = Fraction(1, 6)
"""How much the plan weighs against what was read, in the shrunk pace: this share of the year's plan."""
Method = Callable[[str, int], Figure]
"""From KPI id and closed periods, the landing."""


@dataclass(frozen=True, slots=True)
class LandingMethods:
    """Works the methods out. Periods are counted from 1."""

    actuals: Actuals
    targets: Targets
    seasonal: Landing

    def of(self, kpi: Kpi, closed: int) -> Landings:
        """After `closed` periods."""
        landing = self.seasonal.of(kpi.id, closed)
        required, planned = self._rest(kpi, closed)
        return Landings(
            naive=self._ranged(kpi, closed, self.naive(kpi.id, closed), self.naive, even=True),
            seasonal=self._ranged(kpi, closed, landing, self.seasonal.of),
            shrunk=self._ranged(kpi, closed, self.shrunk(kpi.id, closed), self.shrunk),
            own=None,
            required=required,
            planned_rest=planned,
            required_pace=_pace(kpi, required, planned),
        )

    def naive(self, kpi_id: str, closed: int) -> Figure:
        """The year if every period is like the average closed one."""
        kpi, periods = self.actuals.plan.kpis.get(kpi_id), self._year
        if kpi is None:
            return because("not_in_plan", kpi_id, "number", periods)
        if closed == 0:
            return because("nothing_closed", kpi_id, kpi.unit)
        if kpi.direction == "boolean" or kpi.kind == "rate":
            return self.seasonal.of(kpi_id, closed)
        if kpi.kind == "ratio":
            above, below = (self.naive(part or "", closed) for part in (kpi.numerator, kpi.denominator))
            return quotient(above, below, kpi_id, kpi.unit, periods)
        so_far = self.actuals.span(kpi_id, 1, closed)
        if so_far.value is None:
            return so_far
        scale = Fraction(self._count, closed) if kpi.kind == "flow" else 1
        return estimated(so_far, exact(so_far.value * scale), periods)

    def shrunk(self, kpi_id: str, closed: int) -> Figure:
        """The year if the rest goes at the pace so far, drawn towards the plan."""
        kpi, periods = self.actuals.plan.kpis.get(kpi_id), self._year
        if kpi is None:
            return because("not_in_plan", kpi_id, "number", periods)
        if closed == 0:
            return because("nothing_closed", kpi_id, kpi.unit)
        if kpi.direction == "boolean" or kpi.kind == "rate":
            return self.seasonal.of(kpi_id, closed)
        if kpi.kind == "ratio":
            above, below = (self.shrunk(part or "", closed) for part in (kpi.numerator, kpi.denominator))
            return quotient(above, below, kpi_id, kpi.unit, periods)
        so_far = self.actuals.span(kpi_id, 1, closed)
        if so_far.value is None:
            return so_far
        if kpi.kind == "stock" or closed == self._count:
            return estimated(so_far, so_far.value, periods)
        planned, year = self.targets.span(kpi_id, 1, closed), self.targets.whole(kpi_id)
        if planned.value is None or year.value is None:
            return unknown(kpi.unit, periods, *planned.missing, *year.missing)
        prior = year.value * PLAN_WEIGHS
        if planned.value + prior <= 0:
            return because("no_profile", kpi_id, kpi.unit, periods)
        pace = Fraction(so_far.value + prior) / (planned.value + prior)
        return estimated(so_far, exact(so_far.value + (year.value - planned.value) * pace), periods)

    # ── ranges ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _ranged(self, kpi: Kpi, closed: int, landing: Figure, method: Method, *, even: bool = False) -> LandingForecast:
        if landing.value is None or kpi.kind in ("stock", "rate"):
            return LandingForecast(landing, None, None)
        if closed < kpi.min_periods:
            few = because("few_periods", kpi.id, kpi.unit, label(self.actuals.year, 1, closed))
            return LandingForecast(landing, few, few)
        spread = self._ratio_spread(kpi, closed, method) if kpi.kind == "ratio" else self._spread(kpi, closed, even)
        if spread is None:
            return LandingForecast(landing, None, None)
        low, high = (estimated(landing, exact(landing.value + each), landing.periods) for each in spread)
        return LandingForecast(landing, low, high)

    def _spread(self, kpi: Kpi, closed: int, even: bool) -> tuple[Exact, Exact] | None:
        """By how much the year ends lower or higher, if all open periods go like the worst or the best closed one."""
        weights = self._weights(kpi, even)
        reads = [self.actuals.cell(kpi.id, n).value for n in range(1, closed + 1)]
        known = [
            Fraction(value) / weight
            for value, weight in zip(reads, weights, strict=False)
            if value is not None and weight
        ]
        so_far = sum(weights[:closed])
        if len(known) < kpi.min_periods or not so_far or min(weights) < 0:
            return None
        mean = Fraction(sum(value for value in reads if value is not None)) / so_far
        rest = sum(weights[closed:])
        return exact(rest * (min(known) - mean)), exact(rest * (max(known) - mean))

    def _ratio_spread(self, kpi: Kpi, closed: int, method: Method) -> tuple[Exact, Exact] | None:
        """The same for a ratio: what is open weighs as much as the denominator puts on it."""
        reads = [self.actuals.cell(kpi.id, n).value for n in range(1, closed + 1)]
        known = [value for value in reads if value is not None]
        mean, below = (
            self.actuals.span(kpi.id, 1, closed).value,
            self.actuals.span(kpi.denominator or "", 1, closed).value,
        )
        year = method(kpi.denominator or "", closed).value
        if len(known) < kpi.min_periods or mean is None or below is None or not year:
            return None
        rest = 1 - Fraction(below) / year
        return exact(rest * (min(known) - mean)), exact(rest * (max(known) - mean))

    def _weights(self, kpi: Kpi, even: bool) -> Sequence[Exact]:
        planned = [self.targets.cell(kpi.id, n).value for n in range(1, self._count + 1)]
        known = [value for value in planned if value is not None]
        return [1] * self._count if even or len(known) < self._count else known

    # ── the way that is left ────────────────────────────────────────────────────────────────────────────────────────

    def _rest(self, kpi: Kpi, closed: int) -> tuple[Figure | None, Figure | None]:
        """What is required of the open periods together, and what was planned for them."""
        if kpi.kind in ("stock", "rate") or closed == self._count:
            return None, None
        if closed == 0:
            whole = self.targets.whole(kpi.id)
            return whole, whole
        periods = label(self.actuals.year, closed + 1, self._count)
        if kpi.kind == "flow":
            year = self.targets.whole(kpi.id)
            done, planned = self.actuals.span(kpi.id, 1, closed), self.targets.span(kpi.id, 1, closed)
            return _less(year, done, kpi, periods), _less(year, planned, kpi, periods)
        above, below = kpi.numerator or "", kpi.denominator or ""
        parts = [self.actuals.plan.kpis.get(part) for part in (above, below)]
        tops, bottoms = (self._rest(part, closed)[1] if part else None for part in parts)
        planned_ratio = quotient(tops, bottoms, kpi.id, kpi.unit, periods) if tops and bottoms else None
        return self._required_ratio(kpi, closed, bottoms, periods), planned_ratio

    def _required_ratio(self, kpi: Kpi, closed: int, rest: Figure | None, periods: str) -> Figure | None:
        """The numerator that the year's target leaves to the open periods, over the denominator planned for them."""
        if rest is None:
            return None
        goal = self.targets.whole(kpi.id)
        above, below = (self.actuals.span(part or "", 1, closed) for part in (kpi.numerator, kpi.denominator))
        if goal.value is None or above.value is None or below.value is None or rest.value is None:
            return unknown(kpi.unit, periods, *(why for each in (goal, above, below, rest) for why in each.missing))
        if rest.value == 0:
            return because("zero_denominator", kpi.id, kpi.unit, periods)
        needed = Fraction(goal.value * (below.value + rest.value) - above.value) / rest.value
        sources = tuple(sorted({*above.sources, *below.sources}))
        return Figure(exact(needed), kpi.unit, periods, "estimated", sources)

    @property
    def _count(self) -> int:
        return len(self.actuals.year.periods)

    @property
    def _year(self) -> str:
        return label(self.actuals.year, 1, self._count)


def with_own(plan: Plan, kpis: Mapping[str, KpiPosition], facts: Sequence[EventBase]) -> Mapping[str, KpiPosition]:
    """The KPIs with what their owners forecast: of each, the forecast that became known last."""
    last: dict[str, Forecast] = {}
    for event in facts:
        if isinstance(event, Forecast) and event.kpi in kpis:
            there = last.get(event.kpi)
            if there is None or (there.known, there.event_id) < (event.known, event.event_id):
                last[event.kpi] = event
    if not last:
        return kpis
    return MappingProxyType({kpi: _told(plan, at, last[kpi]) if kpi in last else at for kpi, at in kpis.items()})


def _told(plan: Plan, at: KpiPosition, said: Forecast) -> KpiPosition:
    if at.landings is None:
        return at
    low, high = (None if value is None else _said(plan, at, said, value) for value in (said.low, said.high))
    own = LandingForecast(_said(plan, at, said, said.value), low, high)
    return replace(at, landings=replace(at.landings, own=own, confidence=said.confidence))


def _said(plan: Plan, at: KpiPosition, said: Forecast, value: Exact) -> Figure:
    """One value of a forecast; money in another currency at the plan's rate of its day."""
    periods = at.year_target.periods
    amount = in_plan_currency(plan, said, value) if at.unit == "money" else value
    if amount is None:
        return because("no_rate", at.kpi, at.unit, periods, no_rate_detail(said))
    return Figure(amount, at.unit, periods, "estimated", (said.event_id,))


def _less(whole: Figure, part: Figure, kpi: Kpi, periods: str) -> Figure:
    both = total((whole, part), kpi.unit, periods)
    if whole.value is None or part.value is None:
        return both
    return replace(both, value=exact(whole.value - part.value))


def _pace(kpi: Kpi, required: Figure | None, planned: Figure | None) -> Figure | None:
    if required is None or planned is None:
        return None
    over = quotient(required, planned, kpi.id, "ratio", required.periods)
    return over if over.value is None else replace(over, value=exact(over.value - 1))

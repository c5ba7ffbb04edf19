"""Which periods are closed at a moment, and by when a reading is due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from aop_rules.errors import OutsideYearError
from aop_rules.events import KpiObservation, PeriodClose
from aop_rules.exact.calendar import Calendar, Period
from aop_rules.plan.kpis import Kpi
from aop_rules.plan.model import Plan
from aop_rules.position.counted import Counted


@dataclass(frozen=True, slots=True)
class Closing:
    """How many periods of the year are closed, for all and for the KPIs that an early reading speaks of."""

    closed: int
    early: int
    early_kpis: frozenset[str]
    unplaced: tuple[str, ...]

    def of(self, kpi: str) -> int:
        """Closed periods as one KPI sees them."""
        return max(self.closed, self.early) if kpi in self.early_kpis else self.closed


def closing(plan: Plan, year: Calendar, facts: Counted, today: date) -> Closing:
    """A period is closed `review_day` days after its end, or once it is over and its closing is known; with
    it all before it.

    A reading that is being decided on closes its period, once that is over, for its KPI and for those computed from it.
    """
    closed = sum(period.end + timedelta(days=plan.year.review_day) <= today for period in year.periods)
    unplaced = []
    for event in facts.of(PeriodClose):
        period = _period(year, event.period)
        if period is None:
            unplaced.append(event.event_id)
        elif period.end <= today:
            closed = max(closed, period.index)
    early, kpis = _early(plan, year, facts, today)
    return Closing(closed, early, kpis, tuple(unplaced))


def due(plan: Plan, kpi: Kpi | None, period: Period) -> date:
    """The last day on which a reading of the period is in time."""
    within = kpi.expected_within if kpi is not None else None
    return period.end + timedelta(days=plan.year.review_day if within is None else within)


def computed_from(plan: Plan, ids: Iterable[str]) -> frozenset[str]:
    """These KPIs and all that are sums or ratios of them, at any distance."""
    found = set(ids)
    while True:
        more = {kpi.id for kpi in plan.kpis.values() if found & {*kpi.sum_of, kpi.numerator, kpi.denominator}} - found
        if not more:
            return frozenset(found)
        found |= more


def _early(plan: Plan, year: Calendar, facts: Counted, today: date) -> tuple[int, frozenset[str]]:
    event = facts.also
    period = _period(year, event.period) if isinstance(event, KpiObservation) else None
    if not isinstance(event, KpiObservation) or period is None or period.end >= today:
        return 0, frozenset()
    kpi = plan.kpis.get(event.kpi)
    with_parts = kpi is not None and event.value is None
    parts = {kpi.numerator or "", kpi.denominator or ""} - {""} if kpi is not None and with_parts else set()
    return period.index, computed_from(plan, {event.kpi, *parts})


def _period(year: Calendar, named: str) -> Period | None:
    try:
        return year.resolve(named)
    except OutsideYearError:
        return None

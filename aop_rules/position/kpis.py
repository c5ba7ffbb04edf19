"""Each KPI after the last closed period: value and target on its basis, the year to date, the landing, the breaches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from aop_rules.exact.calendar import Period
from aop_rules.plan.kpis import Kpi
from aop_rules.position.actuals import Actuals
from aop_rules.position.closing import Closing
from aop_rules.position.figures import because, label
from aop_rules.position.landing import Landing
from aop_rules.position.landing_methods import LandingMethods
from aop_rules.position.model import Figure, KpiPosition, Reading
from aop_rules.position.signals.verdict import signal_of
from aop_rules.position.targets import Targets


@dataclass(frozen=True, slots=True)
class KpiFigures:
    """All that KPI positions are made of. Periods are counted from 1."""

    actuals: Actuals
    targets: Targets
    landing: Landing

    def position(self, kpi: Kpi, closing: Closing) -> KpiPosition:
        closed = closing.of(kpi.id)
        year = self.actuals.year
        readings = tuple(self._reading(kpi, period) for period in year.periods[:closed])
        breaches = tuple(reading.breached for reading in readings)
        nothing = because("nothing_closed", kpi.id, kpi.unit)
        where = KpiPosition(
            kpi=kpi.id,
            unit=kpi.unit,
            basis=kpi.effective_basis,
            value=readings[-1].judged if readings else nothing,
            target=readings[-1].judged_target if readings else nothing,
            last=readings[-1].actual if readings else nothing,
            last_target=readings[-1].target if readings else nothing,
            ytd=self.actuals.span(kpi.id, 1, closed) if readings else nothing,
            ytd_target=self.targets.span(kpi.id, 1, closed) if readings else nothing,
            landing=self.landing.of(kpi.id, closed),
            landings=LandingMethods(self.actuals, self.targets, self.landing).of(kpi, closed),
            year_target=self.targets.whole(kpi.id),
            breach_run=breach_run(breaches),
            readings=readings,
            persistent=persistent(breaches, kpi.periods_to_act),
            direction=kpi.direction,
        )
        below = self.actuals.cell(kpi.denominator, closed) if kpi.denominator and closed else None
        signal = signal_of(self.actuals.plan.currency, kpi, where, self.targets, below)
        return replace(where, signal=signal)

    def _reading(self, kpi: Kpi, period: Period) -> Reading:
        n = period.index
        judged, planned = self._judged(kpi, n, self.targets)
        then = self.targets.in_force(kpi.id, n)
        if then is self.targets:
            off, back = breached(kpi, judged, planned), recovered(kpi, judged, planned)
        else:  # the thresholds that were in force, on the basis of their time
            was = then.plan.kpis[kpi.id]
            seen = self._judged(was, n, then)
            off, back = breached(was, *seen), recovered(was, *seen)
        actual, target = self.actuals.cell(kpi.id, n), self.targets.cell(kpi.id, n)
        return Reading(period, actual, target, judged, planned, off, back)

    def _judged(self, kpi: Kpi, n: int, targets: Targets) -> tuple[Figure, Figure]:
        """Value and target on the KPI's basis after the n-th period."""
        value = self._on_basis(kpi, n, self.actuals.span, self.landing.of)
        return value, self._on_basis(kpi, n, targets.span, lambda kpi_id, _: targets.whole(kpi_id))

    def _on_basis(
        self, kpi: Kpi, n: int, span: Callable[[str, int, int], Figure], year: Callable[[str, int], Figure]
    ) -> Figure:
        """What the KPI's basis makes of the periods up to the n-th."""
        basis = kpi.effective_basis
        if basis == "full_year_forecast":
            return year(kpi.id, n)
        if basis == "ytd":
            return span(kpi.id, 1, n)
        if basis == "rolling":
            first = n - (kpi.rolling or 1) + 1
            if first < 1:
                return because("few_periods", kpi.id, kpi.unit, label(self.actuals.year, 1, n))
            return span(kpi.id, first, n)
        return span(kpi.id, n, n)


def breached(kpi: Kpi, value: Figure, target: Figure) -> bool | None:
    """Whether a value is past the breach threshold; None where that cannot be told, False where the KPI has none."""
    if kpi.breach is None:
        return False
    return None if value.value is None else kpi.breach.past(value.value, target.value)


def recovered(kpi: Kpi, value: Figure, target: Figure) -> bool | None:
    """Whether a value ends a breach: past the recovery line where the KPI has one, and never past the breach threshold."""
    off = breached(kpi, value, target)
    if off is not False or kpi.breach is None or kpi.recover is None:
        return None if off is None else not off
    return None if value.value is None else kpi.recover.past(value.value, target.value)


def breach_run(breaches: tuple[bool | None, ...]) -> int | None:
    """Breaches in a row up to the last period; None where an unknown one leaves the number open.

    >>> breach_run((True, False, True, True)), breach_run((False, None, True))
    (2, None)
    """
    run = 0
    for one in reversed(breaches):
        if one is None:
            return None
        if not one:
            break
        run += 1
    return run


def persistent(breaches: tuple[bool | None, ...], periods: int) -> bool | None:
    """Whether the last `periods` were all breaches: one that was not settles it, an unknown one leaves it open.

    >>> persistent((None, True, True), 2), persistent((True, None), 2), persistent((None, False), 2)
    (True, None, False)
    """
    last = breaches[-periods:]
    if len(last) < periods or False in last:
        return False
    return None if None in last else True

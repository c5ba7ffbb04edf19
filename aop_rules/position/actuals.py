"""Actual figures of a KPI over any periods, by its kind: flows sum, stocks keep the last, ratios and rates are ratios of sums."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from aop_rules.exact.calendar import Calendar
from aop_rules.plan.kpis import Kpi
from aop_rules.plan.model import Plan
from aop_rules.position.closing import due
from aop_rules.position.figures import because, label, quotient, total, unknown
from aop_rules.position.model import Figure, Missing
from aop_rules.position.readings import Read, Readings

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Actuals:
    """The readings of one moment, added up on demand. Periods are counted from 1."""

    plan: Plan
    year: Calendar
    readings: Readings
    today: date
    deciding: str = ""
    """Event id of a reading that is being decided on: it is the newest, whenever it was taken."""
    _cells: dict[tuple[str, int], Figure] = field(default_factory=dict, compare=False, repr=False)

    def cell(self, kpi_id: str, period: int) -> Figure:
        """One period alone."""
        key = (kpi_id, period)
        if key not in self._cells:
            self._cells[key] = self._cell(kpi_id, period)
        return self._cells[key]

    def span(self, kpi_id: str, first: int, last: int) -> Figure:
        """Several periods together. A missing one leaves it unknown, and is named."""
        kpi = self.plan.kpis.get(kpi_id)
        if kpi is None or kpi.kind == "stock" or first == last:
            return self.cell(kpi_id, last)
        periods = label(self.year, first, last)
        if kpi.kind == "ratio":
            return self._ratio_of_sums(kpi, first, last, periods)
        if kpi.kind == "rate":
            return self._rate(kpi, first, last, periods)
        return total((self.cell(kpi_id, n) for n in range(first, last + 1)), kpi.unit, periods)

    def _cell(self, kpi_id: str, period: int) -> Figure:
        kpi, named = self.plan.kpis.get(kpi_id), label(self.year, period, period)
        if kpi is None:
            return because("not_in_plan", kpi_id, "number", named)
        read = self.readings.read.get((kpi_id, period))
        if kpi.sum_of:
            derived = total((self.cell(part, period) for part in kpi.sum_of), kpi.unit, named)
        elif kpi.kind == "ratio":
            derived = quotient(*self._parts(kpi, period), kpi_id, kpi.unit, named)
        else:
            return read.figure(kpi.unit, named) if read else self._unread(kpi, period)
        if read and (derived.value is None or self._newer(read, kpi, period)):
            return read.figure(kpi.unit, named)
        return derived

    def _unread(self, kpi: Kpi, period: int) -> Figure:
        which = self.year.periods[period - 1]
        by = due(self.plan, kpi, which)
        return because("late" if self.today > by else "no_reading", kpi.id, kpi.unit, which.id, by.isoformat())

    def _newer(self, read: Read, kpi: Kpi, period: int) -> bool:
        """Whether a sum's or ratio's own reading is later than those that it follows from."""
        return self.deciding in read.sources or read.known > self._last_known(kpi.id, period)

    def _last_known(self, kpi_id: str, period: int) -> datetime:
        kpi = self.plan.kpis.get(kpi_id)
        parts = [*kpi.sum_of, *filter(None, (kpi.numerator, kpi.denominator))] if kpi else []
        if parts:
            return max(self._last_known(part, period) for part in parts)
        read = self.readings.read.get((kpi_id, period))
        return read.known if read else _NEVER

    def _parts(self, kpi: Kpi, period: int) -> tuple[Figure, Figure]:
        return self.cell(kpi.numerator or "", period), self.cell(kpi.denominator or "", period)

    def _ratio_of_sums(self, kpi: Kpi, first: int, last: int, periods: str) -> Figure:
        above = self.span(kpi.numerator or "", first, last)
        below = self.span(kpi.denominator or "", first, last)
        if above.value is None or below.value is None:
            pairs = [self._pair(kpi, period) for period in range(first, last + 1)]
            if self._sums(kpi):
                above = total((pair[0] for pair in pairs), above.unit, periods)
                below = total((pair[1] for pair in pairs), below.unit, periods)
        return quotient(above, below, kpi.id, kpi.unit, periods)

    def _rate(self, kpi: Kpi, first: int, last: int, periods: str) -> Figure:
        """Of a rate only what it was read with can be added up."""
        pairs = [self._pair(kpi, period) for period in range(first, last + 1)]
        above, below = (total(each, kpi.unit, periods) for each in zip(*pairs, strict=True))
        return quotient(above, below, kpi.id, kpi.unit, periods)

    def _sums(self, kpi: Kpi) -> bool:
        """Whether both parts are flows, so that their periods add up."""
        parts = (self.plan.kpis.get(kpi_id or "") for kpi_id in (kpi.numerator, kpi.denominator))
        return all(part is not None and part.kind == "flow" for part in parts)

    def _pair(self, kpi: Kpi, period: int) -> tuple[Figure, Figure]:
        """Numerator and denominator of one period: from the KPIs, else as the ratio or rate itself was read."""
        above, below = (self.cell(kpi.id, period),) * 2 if kpi.kind == "rate" else self._parts(kpi, period)
        read = self.readings.read.get((kpi.id, period))
        if read is None or (kpi.kind != "rate" and above.value is not None and below.value is not None):
            return above, below
        named = label(self.year, period, period)
        if read.parts is None:
            why = read.missing or (Missing("cannot_sum", kpi.id, named),)
            return unknown(above.unit, named, *why), unknown(below.unit, named, *why)
        return (
            Figure(read.parts[0], above.unit, named, read.quality, read.sources),
            Figure(read.parts[1], below.unit, named, read.quality, read.sources),
        )

"""What was read of each KPI in each period: the latest revision known, or a contradiction that is said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from aop_rules.errors import OutsideYearError
from aop_rules.events import KpiObservation
from aop_rules.exact.calendar import Calendar
from aop_rules.exact.number import Exact, exact
from aop_rules.plan.kpis import Kpi
from aop_rules.plan.model import Plan
from aop_rules.position.counted import Counted
from aop_rules.position.model import Figure, Missing, Quality
from aop_rules.position.rates import in_plan_currency, no_rate_detail

Key = tuple[str, int]
"""KPI id, period index from 1."""


@dataclass(frozen=True, slots=True)
class Read:
    """One KPI in one period as read. `parts` are the numerator and denominator that a ratio was read with."""

    value: Exact | None
    parts: tuple[Exact, Exact] | None
    quality: Quality
    known: datetime
    sources: tuple[str, ...]
    missing: tuple[Missing, ...] = ()

    def figure(self, unit: str, period: str) -> Figure:
        return Figure(self.value, unit, period, self.quality, self.sources, self.missing)


@dataclass(frozen=True, slots=True)
class Readings:
    """All readings that count, and what was wrong with others."""

    read: Mapping[Key, Read]
    contradicting: tuple[str, ...]
    """Event ids that give one revision of one reading different values."""
    unplaced: tuple[str, ...]
    """Event ids that name a KPI or period that the plan does not have, or a ratio's parts for what is no ratio."""


@dataclass(frozen=True, slots=True)
class _Said:
    """One observation of one KPI, in the plan's currency."""

    event: KpiObservation
    value: Exact | None
    parts: tuple[Exact, Exact] | None = None
    missing: tuple[Missing, ...] = ()


def readings(plan: Plan, year: Calendar, facts: Counted) -> Readings:
    """The readings among the facts, by KPI and period."""
    said: defaultdict[Key, list[_Said]] = defaultdict(list)
    unplaced: list[str] = []
    for event in facts.of(KpiObservation):
        kpi = plan.kpis.get(event.kpi)
        try:
            period = year.resolve(event.period)
        except OutsideYearError:
            kpi = None
        if kpi is None or (event.value is None and kpi.kind != "ratio"):
            unplaced.append(event.event_id)
            continue
        for kpi_id, one in _all_said(plan, kpi, event, period.id):
            said[kpi_id, period.index].append(one)
    read: dict[Key, Read] = {}
    contradicting: set[str] = set()
    for key in sorted(said):
        latest = _latest_revision(said[key])
        read[key] = _agreed(latest) or _contradiction(latest, key[0], year.periods[key[1] - 1].id)
        if any(missing.reason == "conflict" for missing in read[key].missing):
            contradicting |= set(read[key].sources)
    return Readings(read, tuple(sorted(contradicting)), tuple(unplaced))


def takes_readings(kpi: Kpi | None) -> bool:
    """Whether a KPI is read itself; sums and ratios follow from others."""
    return kpi is not None and kpi.kind != "ratio" and not kpi.sum_of


def _all_said(plan: Plan, kpi: Kpi, event: KpiObservation, period: str) -> Iterator[tuple[str, _Said]]:
    """What one event says: of its KPI, and, for a ratio with its parts, of those that are read themselves."""
    if event.numerator is None or event.denominator is None:
        yield kpi.id, _one(plan, kpi, event, period, event.value or 0)
        return
    parts = ((kpi.numerator or "", event.numerator), (kpi.denominator or "", event.denominator))
    known = [_one(plan, plan.kpis.get(part), event, period, amount) for part, amount in parts]
    yield kpi.id, _quotient(kpi, event, period, known)
    for (part, _), one in zip(parts, known, strict=True):
        if takes_readings(plan.kpis.get(part)):
            yield part, one


def _one(plan: Plan, kpi: Kpi | None, event: KpiObservation, period: str, amount: Exact) -> _Said:
    if kpi is None or kpi.unit != "money":
        return _Said(event, exact(amount))
    value = in_plan_currency(plan, event, amount)
    if value is None:
        return _Said(event, None, missing=(Missing("no_rate", kpi.id, period, no_rate_detail(event)),))
    return _Said(event, value)


def _quotient(kpi: Kpi, event: KpiObservation, period: str, parts: list[_Said]) -> _Said:
    above, below = (part.value for part in parts)
    if above is None or below is None:
        return _Said(event, None, missing=tuple(missing for part in parts for missing in part.missing))
    if below == 0:
        return _Said(event, None, (above, below), (Missing("zero_denominator", kpi.id, period),))
    return _Said(event, exact(Fraction(above) / Fraction(below)), (above, below))


def _latest_revision(said: list[_Said]) -> list[_Said]:
    """Those of the highest revision: the latest known last, then by event id."""
    highest = max(one.event.revision for one in said)
    same = [one for one in said if one.event.revision == highest]
    return sorted(same, key=lambda one: (one.event.known, one.event.event_id))


def _agreed(said: list[_Said]) -> Read | None:
    """One reading where all say the same. A bare ratio beside its parts adds nothing, where the two agree."""
    with_parts = {one.parts for one in said if one.parts is not None}
    if len({one.value for one in said}) > 1 or len(with_parts) > 1:
        return None
    last = said[-1]
    parts = next(iter(with_parts), None)
    sources = tuple(sorted(one.event.event_id for one in said))
    return Read(last.value, parts, last.event.status, last.event.known, sources, last.missing)


def _contradiction(said: list[_Said], kpi: str, period: str) -> Read:
    ids = tuple(sorted(one.event.event_id for one in said))
    why = Missing("conflict", kpi, period, ", ".join(ids))
    return Read(None, None, "provisional", said[-1].event.known, ids, (why,))

"""What was read of each KPI in each period: the latest revision known, or a contradiction that is said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import chain
from typing import TypeVar

from aop_rules.errors import OutsideYearError
from aop_rules.events import KpiObservation
from aop_rules.exact.calendar import Calendar
from aop_rules.exact.number import Exact, exact
from aop_rules.plan.kpis import Kpi
from aop_rules.plan.model import Plan
from aop_rules.position.counted import Identity, Sign, latest_known
from aop_rules.position.model import Figure, Missing, Quality
from aop_rules.position.rates import in_plan_currency, no_rate_detail

Key = tuple[str, int]
"""KPI id, period index from 1."""
_Which = tuple[str, str, int]
"""Source and event id, and which of the things that the event says."""
K = TypeVar("K")
V = TypeVar("V")


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


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """All readings that count, and what was wrong with others. The same until one more or less counts."""

    read: Mapping[Key, Read]
    contradicting: tuple[str, ...]
    """Event ids that give one revision of one reading different values."""
    unplaced: tuple[str, ...]
    """Event ids that name a KPI or period that the plan does not have, or read a KPI as what it is not (`readable`)."""
    known: Mapping[str, datetime]
    """By event id, when those that were read or contradict became known."""


@dataclass(frozen=True, slots=True)
class _Said:
    """One observation of one KPI, in the plan's currency."""

    event: KpiObservation
    value: Exact | None
    parts: tuple[Exact, Exact] | None = None
    missing: tuple[Missing, ...] = ()


class Observed:
    """The observations that count. A KPI's period is read anew only where something more or less is said of it."""

    def __init__(self, plan: Plan, year: Calendar) -> None:
        self._plan = plan
        self._year = year
        self._said: defaultdict[Key, dict[_Which, _Said]] = defaultdict(dict)
        self._read: dict[Key, Read] = {}
        self._dated: dict[Key, tuple[tuple[str, datetime], ...]] = {}
        self._touched: set[Key] = set()
        self._unplaced: dict[Identity, str] = {}
        self._readings: Readings | None = None

    def count(self, event: KpiObservation, sign: Sign) -> None:
        """Counts an observation in (1), or out again (-1)."""
        self._readings = None
        said = self._all_of(event)
        if not said:
            _keep(self._unplaced, (event.source, event.event_id), event.event_id, sign)
        for key, which, one in said:
            _keep(self._said[key], which, one, sign)
            self._touched.add(key)

    def readings(self) -> Readings:
        """The readings among them, by KPI and period."""
        for key in self._touched:
            self._read_again(key)
        self._touched.clear()
        if self._readings is None:
            self._readings = self._together()
        return self._readings

    def _all_of(self, event: KpiObservation) -> list[tuple[Key, _Which, _Said]]:
        """Everything that an event says, each with where and under what it is kept; nothing where it has no place."""
        kpi = self._plan.kpis.get(event.kpi)
        try:
            period = self._year.resolve(event.period)
        except OutsideYearError:
            return []
        if kpi is None or not readable(kpi, event):
            return []
        said = _all_said(self._plan, kpi, event, period.id)
        return [
            ((kpi_id, period.index), (event.source, event.event_id, n), one) for n, (kpi_id, one) in enumerate(said)
        ]

    def _read_again(self, key: Key) -> None:
        if not self._said[key]:
            for kept in (self._said, self._read, self._dated):
                kept.pop(key, None)
            return
        latest = _latest_revision(self._said[key].values())
        self._read[key] = _agreed(latest) or _contradiction(latest, key[0], self._year.periods[key[1] - 1].id)
        self._dated[key] = tuple((one.event.event_id, one.event.known) for one in latest)

    def _together(self) -> Readings:
        conflicts = [each for each in self._read.values() if any(why.reason == "conflict" for why in each.missing)]
        contradicting = sorted({source for each in conflicts for source in each.sources})
        known = latest_known(chain.from_iterable(self._dated.values()))
        return Readings(dict(self._read), tuple(contradicting), tuple(sorted(self._unplaced.values())), known)


def _keep(kept: dict[K, V], key: K, one: V, sign: Sign) -> None:
    if sign > 0:
        kept[key] = one
    else:
        del kept[key]


def takes_readings(kpi: Kpi | None) -> bool:
    """Whether a KPI is read itself; sums and ratios follow from others."""
    return kpi is not None and kpi.kind != "ratio" and not kpi.sum_of


def readable(kpi: Kpi, event: KpiObservation) -> bool:
    """Whether a KPI can be read so: with parts only a ratio or rate, as a yes or no only what is one, and that as nothing else."""
    if event.value is None:
        return kpi.kind in ("ratio", "rate")
    if kpi.direction == "boolean":
        return event.value in (0, 1)
    return not isinstance(event.value, bool)


def _all_said(plan: Plan, kpi: Kpi, event: KpiObservation, period: str) -> Iterator[tuple[str, _Said]]:
    """What one event says: of its KPI, and, for a ratio with its parts, of those that are read themselves."""
    if event.numerator is None or event.denominator is None:
        yield (
            kpi.id,
            _one(plan, kpi, event, period, int(event.value) if isinstance(event.value, bool) else event.value or 0),
        )
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


def _latest_revision(said: Collection[_Said]) -> list[_Said]:
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

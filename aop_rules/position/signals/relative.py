"""The series that is judged: actual over plan of each closed period, which takes the seasons out; ratios and rates as they are."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from aop_rules.exact.number import Exact, exact
from aop_rules.plan.kpis import Kpi
from aop_rules.position.model import Reading
from aop_rules.position.signals.points import Point
from aop_rules.position.targets import Targets


@dataclass(frozen=True, slots=True)
class Series:
    """One KPI's points. None stands for what is unknown, and for what was planned to be 0."""

    of_plan: bool
    points: tuple[Point, ...]
    baseline: tuple[Point, ...]
    """Before the year; empty where the plan has none."""
    planned: bool = True
    """Whether there is anything to hold them against."""


def series_of(kpi: Kpi, readings: tuple[Reading, ...], targets: Targets) -> Series:
    if kpi.kind in ("ratio", "rate"):
        own = kpi.baseline.values if kpi.baseline else ()
        return Series(False, tuple(each.actual.value for each in readings), own)
    points = tuple(_over(each.actual.value, each.target.value) for each in readings)
    planned = not readings or any(each.target.value is not None for each in readings)
    return Series(True, points, _baseline(kpi, targets), planned)


def _baseline(kpi: Kpi, targets: Targets) -> tuple[Point, ...]:
    """Last year against what was planned then; failing that a flow against its own year, by the seasons of this one."""
    before = kpi.baseline
    if before is None:
        return ()
    planned = before.planned or _by_season(kpi, before.values, targets)
    return tuple(_over(value, plan) for value, plan in zip(before.values, planned, strict=True)) if planned else ()


def _by_season(kpi: Kpi, values: tuple[Exact, ...], targets: Targets) -> tuple[Exact, ...]:
    spread = targets.phasing(kpi.id)
    if spread is None or len(spread) != len(values):
        return ()
    return tuple(exact(spread.share(n) * sum(values)) for n in range(1, len(values) + 1))


def _over(value: Exact | None, planned: Exact | None) -> Point:
    return None if value is None or not planned else exact(Fraction(value) / planned)

"""The three tests of a KPI at its closed periods: how long it lasts, whether it stands out, whether it matters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from aop_rules.exact.number import Exact, exact
from aop_rules.plan.kpis import Kpi
from aop_rules.plan.signals import SignalRule
from aop_rules.position.model import Figure, Reading
from aop_rules.position.signals.chart import POINTS_MIN, Limits, limits_of, xmr
from aop_rules.position.signals.cusum import cusum
from aop_rules.position.signals.ewma import ewma
from aop_rules.position.signals.points import NotEnoughHistory, Point, known
from aop_rules.position.signals.relative import Series
from aop_rules.position.signals.run_rules import Firing, firings
from aop_rules.position.signals.signal import Materiality, NoLimits, Persistence, Statistics


def persistence(kpi: Kpi, readings: Sequence[Reading], run: int | None, lasting: bool | None) -> Persistence:
    breached = readings[-1].breached if readings else None
    return Persistence(breached, run, kpi.periods_to_act, lasting, _holding(kpi, readings))


def _holding(kpi: Kpi, readings: Iterable[Reading]) -> bool:
    """A breach that lasted holds until the KPI was past `recover` for more than `keep` periods; an unknown one decides
    nothing.
    """
    run = back = 0
    holding = False
    for reading in readings:
        if reading.breached is None:
            continue
        run = run + 1 if reading.breached else 0
        back = back + 1 if reading.recovered else 0
        holding = run >= kpi.periods_to_act or (holding and back <= kpi.keep)
    return holding


def statistics(kpi: Kpi, series: Series, target: Exact | None) -> Statistics:
    """`target` is that of the last closed period: it turns the limits back into the KPI's own unit."""
    limits = _limits(series)
    have = limits.have if isinstance(limits, NotEnoughHistory) else limits.points
    lacking = _lacking(kpi, series, limits)
    if isinstance(limits, NotEnoughHistory) or lacking is not None:
        return Statistics(series.of_plan, series.points, None, kpi.signals, (), (), lacking, have, POINTS_MIN)
    found = tuple(each for rule in kpi.signals for each in _asked(rule, series.points, limits))
    size = target if series.of_plan else 1
    return Statistics(
        of_plan=series.of_plan,
        points=series.points,
        limits=limits,
        rules=kpi.signals,
        firings=tuple(sorted(found, key=lambda each: (each.point, each.rule, each.side))),
        adverse=_adverse(kpi, found, len(series.points)),
        have=have,
        need=POINTS_MIN,
        low=None if size is None else exact(Fraction(limits.lower) * size),
        high=None if size is None else exact(Fraction(limits.upper) * size),
    )


def _limits(series: Series) -> Limits | NotEnoughHistory:
    """Of a baseline that is long enough by itself; a shorter one goes on with the first points of the year."""
    if len(known(series.baseline)) >= POINTS_MIN:
        return limits_of(series.baseline)
    chart = xmr((*series.baseline, *series.points))
    return chart if isinstance(chart, NotEnoughHistory) else chart.limits


def _lacking(kpi: Kpi, series: Series, limits: Limits | NotEnoughHistory) -> NoLimits | None:
    if not kpi.signals:
        return "no_rules"
    if not series.planned:
        return "no_target"
    if isinstance(limits, NotEnoughHistory):
        return "few_points"
    if limits.mean_range == 0:
        return "no_variation"
    return "no_reading" if not series.points or series.points[-1] is None else None


def _asked(rule: SignalRule, points: tuple[Point, ...], limits: Limits) -> tuple[Firing, ...]:
    if rule == "EWMA":
        return ewma(points, limits.centre, limits.sigma).firings
    if rule == "CUSUM":
        return cusum(points, limits.centre, limits.sigma).firings
    return firings(rule, points, limits.centre, limits.sigma)


def _adverse(kpi: Kpi, found: Iterable[Firing], last: int) -> tuple[str, ...]:
    good = {"higher": "above", "lower": "below"}.get(kpi.direction, "")
    return tuple(sorted({each.rule for each in found if each.point == last and each.side != good}))


def materiality(kpi: Kpi, reading: Reading | None, below: Figure | None, landing: Figure, year: Figure) -> Materiality:
    """`below` is the denominator of a ratio in the last closed period."""
    miss = _miss(kpi, reading.actual, reading.target) if reading else None
    times = Fraction(1) if kpi.kind != "ratio" else None if below is None or below.value is None else below.value
    amount = None if miss is None or times is None else exact(miss * times)
    share = _share(miss, reading.target.value if reading else None)
    off = _share(_miss(kpi, landing, year), year.value)
    bounds = kpi.material
    pairs = ((bounds.amount, amount), (bounds.share, share), (bounds.landing, off)) if bounds else ()
    small = any(bound is not None and seen is not None and seen < bound for bound, seen in pairs)
    return Materiality(miss, amount, share, off, bounds is not None, not small)


def _miss(kpi: Kpi, value: Figure, target: Figure) -> Exact | None:
    """How far a value lies on the bad side of its target."""
    if value.value is None or target.value is None:
        return None
    over = Fraction(value.value) - target.value
    return exact(over if kpi.direction == "lower" else -over if kpi.direction == "higher" else abs(over))


def _share(miss: Exact | None, target: Exact | None) -> Exact | None:
    return None if miss is None or not target else exact(Fraction(miss) / abs(Fraction(target)))

"""The individuals and moving range chart (XmR): what a series does when nothing happens to it.

    limits of the points   mean ± 3 / 1.128 · mR̄ (2.66 · mR̄)          upper limit of the ranges   3.267 · mR̄

mR̄ is the mean of the moving ranges, each the distance between a point and the one before. 1.128 is d2, the mean range of
two points in standard deviations, and 3.267 is D4 for two, both as published: NIST/SEMATECH e-Handbook of Statistical
Methods, 6.3.2.2; Montgomery, Introduction to Statistical Quality Control, 6.4 and appendix VI; Wheeler, Understanding
Variation, who rounds 3 / 1.128 = 125 / 47 to 2.66. We do not round it; the arithmetic is exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from aop_rules.exact.number import Exact, exact
from aop_rules.position.signals.points import Given, NotEnoughHistory, Point, known, points

POINTS_MIN = 8
"""Fewer known points than this give no limits."""
MEAN_RANGE_OF_TWO = Fraction("1.128")
"""d2: in standard deviations."""
RANGE_FACTOR = Fraction("3.267")
"""D4."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The frozen baseline of a chart, in the unit of its points.

    >>> limits = xmr([5, 7, 6, 8, 7, 9, 6, 8]).limits
    >>> limits.centre, limits.mean_range, limits.upper
    (7, Fraction(13, 7), Fraction(3928, 329))
    """

    centre: Exact
    """The mean of the baseline."""
    mean_range: Exact
    """mR̄: zero where the baseline never moved."""
    points: int
    """Known points of the baseline."""

    @property
    def sigma(self) -> Exact:
        """One standard deviation: mR̄ / d2."""
        return exact(self.mean_range / MEAN_RANGE_OF_TWO)

    @property
    def lower(self) -> Exact:
        return exact(self.centre - 3 * self.sigma)

    @property
    def upper(self) -> Exact:
        return exact(self.centre + 3 * self.sigma)

    @property
    def range_upper(self) -> Exact:
        """The upper limit of the moving ranges."""
        return exact(RANGE_FACTOR * self.mean_range)


@dataclass(frozen=True, slots=True)
class Chart:
    """A series on its chart. Points are numbered from 1."""

    limits: Limits
    ranges: tuple[Point, ...]
    """Each point's distance from the one before; None for the first, and beside a missing point."""
    beyond: tuple[int, ...]
    """Points strictly outside the limits."""
    ranges_beyond: tuple[int, ...]
    """Points that moved by more than the upper limit of the ranges."""


def xmr(values: Given, baseline: Given | None = None, first: int = POINTS_MIN) -> Chart | NotEnoughHistory:
    """A series on the chart of its baseline: one that is given, or its own first `first` known points.

    The baseline is frozen: later points never move the limits. A missing point has no range, and neither has the one
    after it. Where the baseline never moved (mR̄ = 0) the limits lie on the centre, and any other value is outside.
    Raises ExactError for a float, ValueError where `first` is less than `POINTS_MIN`.

    >>> xmr([6, 6, 7])
    NotEnoughHistory(have=3, need=8)
    >>> last_year = ["6.3", "6.1", "6.4", "6.2", "5.6", "5.8", "5.5", "6.1", "5.8", "6.3", "5.8", "6.1"]
    >>> chart = xmr(["6.1", "8.91"], baseline=last_year)
    >>> chart.limits.centre, chart.beyond
    (6, (2,))
    """
    if first < POINTS_MIN:
        raise ValueError(f"a baseline has at least {POINTS_MIN} points, and {first} were asked for")
    series = points(values)
    limits = limits_of(points(baseline)) if baseline is not None else limits_of(_first(series, first), first)
    if isinstance(limits, NotEnoughHistory):
        return limits
    ranges = moving_ranges(series)
    return Chart(
        limits=limits,
        ranges=ranges,
        beyond=_where(x is not None and not limits.lower <= x <= limits.upper for x in series),
        ranges_beyond=_where(x is not None and x > limits.range_upper for x in ranges),
    )


def limits_of(baseline: Sequence[Point], need: int = POINTS_MIN) -> Limits | NotEnoughHistory:
    """The limits that a whole baseline gives; it needs two known points beside each other, too."""
    values, ranges = known(baseline), known(moving_ranges(baseline))
    if len(values) < need or not ranges:
        return NotEnoughHistory(len(values), need)
    return Limits(_mean(values), _mean(ranges), len(values))


def moving_ranges(series: Sequence[Point]) -> tuple[Point, ...]:
    """Each point's distance from the one before; None for the first, and where one of the two is missing.

    >>> moving_ranges([5, 7, None, 6])
    (None, 2, None, None)
    """
    pairs = zip((None, *series), series, strict=False)
    return tuple(None if a is None or b is None else exact(abs(Fraction(b) - a)) for a, b in pairs)


def _first(series: Sequence[Point], count: int) -> Sequence[Point]:
    """The series up to its `count`-th known point."""
    ends = [n for n, x in enumerate(series, 1) if x is not None]
    return series[: ends[count - 1]] if len(ends) >= count else series


def _mean(values: Sequence[Exact]) -> Exact:
    return exact(Fraction(sum(values)) / len(values))


def _where(holds: Iterable[bool]) -> tuple[int, ...]:
    return tuple(n for n, one in enumerate(holds, 1) if one)

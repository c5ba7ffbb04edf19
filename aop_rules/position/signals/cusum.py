"""The tabular CUSUM: what a series has gathered on each side of its target, beyond an allowance.

    C⁺_i = max(0, x_i − (target + K) + C⁺_{i−1})        C⁻_i = max(0, (target − K) − x_i + C⁻_{i−1})

with K = k · σ and H = h · σ; it signals where C⁺ or C⁻ lies strictly over H. N⁺ and N⁻ count the points since it was last zero:
the shift is likely to have begun that many points back. Sources: Montgomery, Introduction to Statistical Quality Control, 9.1
(example 9.1: target 10, σ 1, k 1/2, h 5, signal at point 29 with N⁺ = 7); NIST/SEMATECH e-Handbook, 6.3.2.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from aop_rules.exact.number import Exact, exact
from aop_rules.position.signals.points import Given, Point, number, points
from aop_rules.position.signals.run_rules import Firing, Side


@dataclass(frozen=True, slots=True)
class Cusum:
    """Both sums after each point, in the unit of the points. Points are counted from 1."""

    upper: tuple[Exact, ...]
    lower: tuple[Exact, ...]
    upper_run: tuple[int, ...]
    """N⁺ at each point: how many points in a row the upper sum has been over zero."""
    lower_run: tuple[int, ...]
    limit: Exact
    """H."""
    firings: tuple[Firing, ...]

    @property
    def signals(self) -> tuple[int, ...]:
        """The points at which one of the sums lies over H. It is not reset after them."""
        return tuple(sorted({each.point for each in self.firings}))


def cusum(
    values: Given,
    target: int | Fraction | Decimal | str,
    sigma: int | Fraction | Decimal | str = 1,
    k: int | Fraction | Decimal | str = "0.5",
    h: int | Fraction | Decimal | str = 5,
) -> Cusum:
    """`k` (half the shift that is to be seen) and `h` are in standard deviations. A missing point leaves the sums as they are.

    Raises ExactError for a float, ValueError where `sigma`, `k` or `h` is negative.

    >>> seen = cusum([10, 12, 12, 12, 12], target=10)
    >>> seen.upper, seen.signals, seen.upper_run[-1]
    ((0, Fraction(3, 2), 3, Fraction(9, 2), 6), (5,), 4)
    """
    middle, spread, slack, far = (number(each) for each in (target, sigma, k, h))
    if min(spread, slack, far) < 0:
        raise ValueError("σ, k and h are zero or more")
    series, limit = points(values), exact(far * spread)
    upper = _gathered([None if x is None else x - middle - slack * spread for x in series])
    lower = _gathered([None if x is None else middle - slack * spread - x for x in series])
    found = [*_over(series, upper, limit, "above"), *_over(series, lower, limit, "below")]
    return Cusum(
        upper, lower, _runs(upper), _runs(lower), limit, tuple(sorted(found, key=lambda each: (each.point, each.side)))
    )


def _gathered(excess: list[Point]) -> tuple[Exact, ...]:
    sums: list[Exact] = []
    for x in excess:
        before = sums[-1] if sums else 0
        sums.append(before if x is None else exact(max(0, before + x)))
    return tuple(sums)


def _runs(sums: tuple[Exact, ...]) -> tuple[int, ...]:
    runs: list[int] = []
    for each in sums:
        runs.append((runs[-1] if runs else 0) + 1 if each > 0 else 0)
    return tuple(runs)


def _over(series: tuple[Point, ...], sums: tuple[Exact, ...], limit: Exact, side: Side) -> list[Firing]:
    pairs = enumerate(zip(series, sums, strict=True), 1)
    return [Firing("CUSUM", n, side) for n, (x, each) in pairs if x is not None and each > limit]

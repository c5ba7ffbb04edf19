"""The exponentially weighted moving average: a chart that sees small shifts, by remembering.

    z_0 = centre        z_i = λ · x_i + (1 − λ) · z_{i−1}
    limits at i         centre ± L · σ · √( λ / (2 − λ) · (1 − (1 − λ)^{2i}) )

The limits are the exact ones, which widen with i towards the steady centre ± L · σ · √(λ / (2 − λ)). Points are compared
with them through their squares, so no root is ever rounded in a judgement; the limits shown are cut after 12 decimals.
Sources: NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.4; Montgomery, Introduction to Statistical Quality Control, 9.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from aop_rules.exact.number import Exact, exact
from aop_rules.position.signals.points import Given, Point, number, points, root
from aop_rules.position.signals.run_rules import Firing


@dataclass(frozen=True, slots=True)
class Ewma:
    """The average after each point, the limits there, and where it was outside. Points are counted from 1."""

    values: tuple[Exact, ...]
    lower: tuple[Exact, ...]
    upper: tuple[Exact, ...]
    steady_lower: Exact
    """The limit that `lower` comes to, if the series goes on."""
    steady_upper: Exact
    firings: tuple[Firing, ...]

    @property
    def signals(self) -> tuple[int, ...]:
        """The points at which the average lies strictly outside its limits."""
        return tuple(each.point for each in self.firings)


def ewma(
    values: Given,
    centre: int | Fraction | Decimal | str,
    sigma: int | Fraction | Decimal | str,
    lam: int | Fraction | Decimal | str = "0.2",
    width: int | Fraction | Decimal | str = 3,
) -> Ewma:
    """`lam` is λ, over 0 and at most 1; `width` is L, in standard deviations. A missing point leaves the average as it is.

    Raises ExactError for a float, ValueError for a λ or σ that is none.

    >>> seen = ewma([12, 12, 12], centre=10, sigma=1, lam="0.5")
    >>> seen.values, seen.signals
    ((11, Fraction(23, 2), Fraction(47, 4)), (3,))
    """
    middle, spread, weight, wide = number(centre), number(sigma), Fraction(number(lam)), number(width)
    if not 0 < weight <= 1 or spread < 0 or wide < 0:
        raise ValueError("λ lies over 0 and not over 1; σ and L are zero or more")
    steady = Fraction(wide * spread) ** 2 * weight / (2 - weight)
    at, left = Fraction(middle), Fraction(1)
    averages: list[Exact] = []
    squares: list[Fraction] = []
    found: list[Firing] = []
    for n, x in enumerate(points(values), 1):
        at, left = _next(at, left, x, weight)
        averages.append(exact(at))
        squares.append(steady * (1 - left))
        if x is not None and (at - middle) ** 2 > squares[-1]:
            found.append(Firing("EWMA", n, "above" if at > middle else "below"))
    away, far = [root(square) for square in squares], root(steady)
    return Ewma(
        values=tuple(averages),
        lower=tuple(exact(middle - each) for each in away),
        upper=tuple(exact(middle + each) for each in away),
        steady_lower=exact(middle - far),
        steady_upper=exact(middle + far),
        firings=tuple(found),
    )


def _next(at: Fraction, left: Fraction, x: Point, weight: Fraction) -> tuple[Fraction, Fraction]:
    """The average, and what is left of the limits' start-up: (1 − λ)^2i."""
    if x is None:
        return at, left
    return weight * x + (1 - weight) * at, left * (1 - weight) ** 2

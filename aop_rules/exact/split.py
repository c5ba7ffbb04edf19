"""A whole falls into whole parts by weights, and nothing is lost or made: the method of largest remainders."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

from aop_rules.errors import ExactError
from aop_rules.exact.number import Exact, exact


def largest_remainder(total: int, weights: Sequence[Exact]) -> tuple[int, ...]:
    """Whole parts of `total`, one a weight, that sum to it exactly.

    Every part is its exact share rounded down; the units left over go one each to the largest fractions, and among
    equal fractions to the first. No part is a whole unit away from its exact share. The parts of `-total` are those of
    `total` negated. Raises ExactError for no weights, a negative one, or a sum of zero.

    >>> largest_remainder(100, [1, 1, 1]), largest_remainder(-100, [1, 1, 1])
    ((34, 33, 33), (-34, -33, -33))
    >>> largest_remainder(10, [0, Fraction(1, 2), Fraction(1, 4)])
    (0, 7, 3)
    """
    if isinstance(total, bool) or not isinstance(total, int):
        raise ExactError(f"only a whole number of units can be split, not `{total}`")
    scaled = _whole_weights(weights)
    whole = sum(scaled)
    shares = [divmod(abs(total) * weight, whole) for weight in scaled]
    parts = [floor for floor, _ in shares]
    left = abs(total) - sum(parts)
    by_fraction = sorted(range(len(shares)), key=lambda n: (-shares[n][1], n))
    for n in by_fraction[:left]:
        parts[n] += 1
    sign = -1 if total < 0 else 1
    return tuple(sign * part for part in parts)


def check_weights(weights: Sequence[Exact]) -> None:
    """Raises ExactError for no weights, a negative one, a float, or a sum of zero."""
    if not weights:
        raise ExactError("there are no weights to split by")
    for n, weight in enumerate(weights, 1):
        if exact(weight) < 0:
            raise ExactError(f"weight {n} is negative (`{weight}`); a weight is 0 or more")
    if sum(weights) == 0:
        raise ExactError("the weights sum to 0; at least one must be more")


def _whole_weights(weights: Sequence[Exact]) -> list[int]:
    """The same proportions in whole numbers."""
    check_weights(weights)
    fractions = [Fraction(weight) for weight in weights]
    common = lcm(*(fraction.denominator for fraction in fractions))
    return [int(fraction * common) for fraction in fractions]

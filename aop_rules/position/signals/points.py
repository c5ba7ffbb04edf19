"""A series as exact points, numbered from 1: `None` is a point that nobody knows, and no number stands in for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import isqrt

from aop_rules.exact.number import Exact, exact, parse_number

Point = Exact | None
Given = Iterable[int | Fraction | Decimal | str | None]
"""What callers give: exact numbers, or text as people write it (`"8.91%"`). A float is refused with ExactError."""

ROOT_PLACES = 12
"""Square roots are only shown, never compared: to so many decimals, cut."""


@dataclass(frozen=True, slots=True)
class NotEnoughHistory:
    """An answer, not an error: there are fewer known points than limits can be worked out from.

    >>> NotEnoughHistory(have=5, need=8).need
    8
    """

    have: int
    need: int


def points(given: Given) -> tuple[Point, ...]:
    """Raises ExactError for a float, and for text that is no number.

    >>> points(["8.91%", 6, None])
    (Fraction(891, 10000), 6, None)
    """
    return tuple(None if x is None else number(x) for x in given)


def number(given: int | Fraction | Decimal | str) -> Exact:
    """One exact number. Raises ExactError as `points` does."""
    return parse_number(given) if isinstance(given, str) else exact(given)


def known(series: Sequence[Point]) -> tuple[Exact, ...]:
    """The points that are known."""
    return tuple(x for x in series if x is not None)


def root(square: Exact) -> Exact:
    """The square root of a number that is not negative, cut after `ROOT_PLACES` decimals: to show, not to compare.

    >>> root(2)
    Fraction(1414213562373, 1000000000000)
    """
    exact_square = Fraction(square)
    scale = 10**ROOT_PLACES
    return exact(Fraction(isqrt(exact_square.numerator * scale**2 // exact_square.denominator), scale))

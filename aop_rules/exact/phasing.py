"""How a year's amount falls on its periods: by weights, evenly, or as agreed month by month."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Self

from aop_rules.errors import ExactError
from aop_rules.exact.number import Exact, exact
from aop_rules.exact.split import check_weights, largest_remainder


@dataclass(frozen=True, slots=True)
class Phasing:
    """One weight a period, none negative, not all zero. Raises ExactError otherwise.

    Amounts agreed period by period are weights too: phased over their own sum they come back unchanged.

    >>> Phasing((6, 5, 8)).parts(190), Phasing.even(4).parts(10)
    ((60, 50, 80), (3, 3, 2, 2))
    """

    weights: tuple[Exact, ...]

    def __post_init__(self) -> None:
        check_weights(self.weights)

    @classmethod
    def even(cls, periods: int) -> Self:
        """The same weight for every period."""
        return cls((1,) * periods)

    def __len__(self) -> int:
        return len(self.weights)

    def parts(self, total: Exact, minor_units: int = 0) -> tuple[Exact, ...]:
        """What falls on each period, in whole currency units; the sum is `total`, exactly.

        Each part is a whole number of minor units (largest remainder). A total that is not one itself (10.5 hours, with
        0 minor units) is shared out exactly, without rounding.

        >>> Phasing.even(3).parts(10, minor_units=2)
        (Fraction(167, 50), Fraction(333, 100), Fraction(333, 100))
        """
        scale = 10**minor_units
        units = exact(Fraction(total) * scale)
        if isinstance(units, int):
            return tuple(exact(Fraction(part, scale)) for part in largest_remainder(units, self.weights))
        return tuple(exact(total * self.share(n)) for n in range(1, len(self) + 1))

    def share(self, n: int) -> Fraction:
        """The share of the n-th period, from 1. Raises ExactError for a period that is not there."""
        if not 1 <= n <= len(self):
            raise ExactError(f"there is no period {n}; the phasing has {len(self)}")
        return Fraction(self.weights[n - 1]) / sum(self.weights)

    def cumulative(self, n: int) -> Fraction:
        """W(t): the share of the first n periods together; 0 for none, 1 for all.

        >>> Phasing((6, 5, 8, 7, 8, 9, 8, 8, 9, 9, 10, 13)).cumulative(5)
        Fraction(17, 50)
        """
        if not 0 <= n <= len(self):
            raise ExactError(f"there is no period {n}; the phasing has {len(self)}")
        return Fraction(sum(self.weights[:n])) / sum(self.weights)

"""What risks may cost together: many made-up years from a seed, in whole numbers only, so that all machines agree.

A percentile here is the nearest rank: P80 is the least loss that at least 80 % of the runs do not exceed. Each run asks every
risk, in the order of their ids, for two numbers of 53 bits from `random.Random(seed)` (the Mersenne Twister): the first says
whether it occurs, the second how much it costs, by the inverse of the triangular distribution, cut to the smallest unit.
Risks are taken to be independent of each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, isqrt
from random import Random

from aop_rules.exact.number import Exact, exact

RUNS_MAX = 1_000_000
"""A run costs some microseconds for each risk; past this it would be minutes."""
_BITS = 53
_ONE = 1 << _BITS


@dataclass(frozen=True, slots=True)
class Threat:
    """One risk as it is simulated: it comes with a probability, and then costs between `low` and `high`."""

    risk: str
    probability: Exact
    """0 to 1."""
    low: Exact
    likely: Exact
    high: Exact
    """The same as `low` where the impact is fixed."""
    opportunity: bool = False
    """Whether it brings money instead."""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The loss of each run, the least first; negative where opportunities brought more than risks cost."""

    losses: tuple[Exact, ...]
    seed: int

    def percentile(self, percent: int | Fraction) -> Exact:
        """The least loss that at least so many percent of the runs do not exceed. Raises ValueError outside 0 < percent <= 100.

        >>> Outcomes((0, 0, 5, 9), seed=1).percentile(50), Outcomes((0, 0, 5, 9), seed=1).percentile(75)
        (0, 5)
        """
        if not 0 < percent <= 100:
            raise ValueError("a percentile lies over 0 and not over 100")
        return self.losses[ceil(Fraction(percent * len(self.losses), 100)) - 1]

    @property
    def mean(self) -> Exact:
        """Of all runs; it comes close to the expected value as they become many."""
        return exact(Fraction(sum(self.losses)) / len(self.losses))


def simulated(threats: Iterable[Threat], *, seed: int, runs: int = 10_000, step: Exact = 1) -> Outcomes:
    """Runs so many years. `step` is the smallest unit: losses are whole multiples of it.

    Raises ValueError for fewer than 1 or more than `RUNS_MAX` runs, TypeError for a seed that is not a whole number.

    >>> fire = Threat("fire", Fraction(1, 4), 1000, 1000, 1000)
    >>> outcomes = simulated([fire], seed=7, runs=2000)
    >>> outcomes.percentile(50), outcomes.percentile(95), outcomes == simulated([fire], seed=7, runs=2000)
    (0, 1000, True)
    """
    if not 1 <= runs <= RUNS_MAX:
        raise ValueError(f"`runs` lies between 1 and {RUNS_MAX}")
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise TypeError("a seed is a whole number")
    bits = Random(seed).getrandbits  # no secret: the seed is meant to be told
    scaled = [_Scaled.of(threat, step) for threat in sorted(threats, key=lambda threat: threat.risk)]
    losses = sorted(sum(each.loss(bits(_BITS), bits(_BITS)) for each in scaled) for _ in range(runs))
    return Outcomes(tuple(exact(loss * step) for loss in losses), seed)


@dataclass(frozen=True, slots=True)
class _Scaled:
    """A threat in smallest units."""

    below: int
    """It occurs where the first number is below this."""
    low: int
    likely: int
    high: int
    sign: int

    @classmethod
    def of(cls, threat: Threat, step: Exact) -> _Scaled:
        low, likely, high = (Fraction(each) // step for each in (threat.low, threat.likely, threat.high))
        return cls(ceil(Fraction(threat.probability) * _ONE), low, likely, high, -1 if threat.opportunity else 1)

    def loss(self, comes: int, depth: int) -> int:
        return self.sign * self._impact(depth) if comes < self.below else 0

    def _impact(self, depth: int) -> int:
        """The loss below which a share `depth` / 2**53 of all lies."""
        wide = self.high - self.low
        if depth * wide < (self.likely - self.low) * _ONE:
            return self.low + isqrt(depth * wide * (self.likely - self.low) >> _BITS)
        return self.high - isqrt((_ONE - depth) * wide * (self.high - self.likely) >> _BITS)

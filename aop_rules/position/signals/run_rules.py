"""The Western Electric rules 1–4 and the Nelson rules 1–8, by name: at which points each one fires, and to which side.

| rule | fires at a point where |
|---|---|
| WE1, N1 | it lies beyond 3 σ |
| WE2, N5 | it and one more of the last 3 lie beyond 2 σ, on one side |
| WE3, N6 | it and three more of the last 5 lie beyond 1 σ, on one side |
| WE4 / N2 | it is the last of 8 / 9 in a row on one side of the centre |
| N3 | it is the last of 6 in a row, each above (or each below) the one before |
| N4 | it is the last of 14 in a row that go up and down in turn |
| N7 | it is the last of 15 in a row within 1 σ of the centre |
| N8 | it is the last of 8 in a row beyond 1 σ, some on either side |

*Beyond* is strict: a point on a line is not beyond it, and one on the centre is on neither side. Two equal points end N3 and
N4. A missing point ends every run, and counts for none of the last 3 or 5. With σ = 0 any value off the centre is beyond.
Sources: Western Electric, Statistical Quality Control Handbook (1956); Nelson, The Shewhart Control Chart: Tests for Special
Causes, Journal of Quality Technology 16 (1984).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Literal

from aop_rules.exact.number import Exact
from aop_rules.position.signals.points import Given, Point, number, points

RuleName = Literal["WE1", "WE2", "WE3", "WE4", "N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8"]
Side = Literal["above", "below", "both"]
"""Where the points lie, or (N3) which way they go; `both` where the rule has no side."""

WESTERN_ELECTRIC: tuple[RuleName, ...] = ("WE1", "WE2", "WE3", "WE4")
NELSON: tuple[RuleName, ...] = ("N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8")


@dataclass(frozen=True, slots=True)
class Firing:
    """One rule at one point, counted from 1."""

    rule: str
    point: int
    side: Side


def fires(
    rule: RuleName,
    values: Given,
    centre: int | Fraction | Decimal | str = 0,
    sigma: int | Fraction | Decimal | str = 1,
) -> tuple[int, ...]:
    """The points at which one rule fires, counted from 1.

    Raises ExactError for a float, ValueError for a name that is no rule, and where `sigma` is negative.

    >>> fires("WE2", [0, "2.5", 1, "2.6", 0]), fires("N3", [1, 2, 3, 4, 5, 6, 7, 7])
    ((4,), (6, 7))
    """
    return tuple(each.point for each in firings(rule, values, centre, sigma))


def firings(
    rule: RuleName,
    values: Given,
    centre: int | Fraction | Decimal | str = 0,
    sigma: int | Fraction | Decimal | str = 1,
) -> tuple[Firing, ...]:
    """The same with the side of each.

    >>> firings("N1", [0, "-3.2"])
    (Firing(rule='N1', point=2, side='below'),)
    """
    if rule not in _RULES:
        raise ValueError(f"`{rule}` is no rule; there are {', '.join(_RULES)}")
    middle, spread = number(centre), number(sigma)
    if spread < 0:
        raise ValueError("a standard deviation is zero or more")
    found = _RULES[rule]([None if x is None else x - middle for x in points(values)], spread)
    return tuple(Firing(rule, n, side) for n, side in found)


def western_electric(
    values: Given, centre: int | Fraction | Decimal | str = 0, sigma: int | Fraction | Decimal | str = 1
) -> Mapping[RuleName, tuple[int, ...]]:
    """All four rules with their points; a rule that never fires has none.

    >>> western_electric([0, 4])["WE1"]
    (2,)
    """
    series = points(values)
    return MappingProxyType({rule: fires(rule, series, centre, sigma) for rule in WESTERN_ELECTRIC})


def nelson(
    values: Given, centre: int | Fraction | Decimal | str = 0, sigma: int | Fraction | Decimal | str = 1
) -> Mapping[RuleName, tuple[int, ...]]:
    """All eight rules with their points; a rule that never fires has none.

    >>> nelson([1] * 9)["N2"]
    (9,)
    """
    series = points(values)
    return MappingProxyType({rule: fires(rule, series, centre, sigma) for rule in NELSON})


# ── the patterns: distances from the centre in, points and sides out ───────────────────────────────────────────────────

_Found = Iterator[tuple[int, Side]]
_Pattern = Callable[[Sequence[Point], Exact], _Found]
_SIDES: tuple[tuple[Side, int], ...] = (("above", 1), ("below", -1))


def _some_of(need: int, of: int, sigmas: int) -> _Pattern:
    """`need` of the last `of` points beyond so many σ on one side, the point itself among them."""

    def pattern(series: Sequence[Point], sigma: Exact) -> _Found:
        line = Fraction(sigma) * sigmas
        for end in range(1, len(series) + 1):
            for side, sign in _SIDES:
                beyond = [x is not None and Fraction(x) * sign > line for x in series[max(0, end - of) : end]]
                if beyond[-1] and sum(beyond) >= need:
                    yield end, side

    return pattern


def _in_a_row(length: int, counts: Callable[[Point, Exact], bool], side: Side) -> _Pattern:
    """`length` points one after the other for which `counts` is true."""

    def pattern(series: Sequence[Point], sigma: Exact) -> _Found:
        run = 0
        for n, x in enumerate(series, 1):
            run = run + 1 if counts(x, sigma) else 0
            if run >= length:
                yield n, side

    return pattern


def _one_side(length: int) -> _Pattern:
    above = _in_a_row(length, lambda x, _: x is not None and x > 0, "above")
    below = _in_a_row(length, lambda x, _: x is not None and x < 0, "below")

    def pattern(series: Sequence[Point], sigma: Exact) -> _Found:
        yield from sorted((*above(series, sigma), *below(series, sigma)))

    return pattern


def _trend(length: int) -> _Pattern:
    """So many points, each further the same way than the one before."""

    def pattern(series: Sequence[Point], _: Exact) -> _Found:
        way, run = 0, 0
        for n, step in enumerate(_steps(series), 1):
            run = run + 1 if step and step == way else abs(step)
            way = step
            if run >= length - 1:
                yield n, "above" if step > 0 else "below"

    return pattern


def _alternating(length: int) -> _Pattern:
    """So many points, each step the other way than the one before."""

    def pattern(series: Sequence[Point], _: Exact) -> _Found:
        way, run = 0, 0
        for n, step in enumerate(_steps(series), 1):
            run = run + 1 if step and step == -way else abs(step)
            way = step
            if run >= length - 1:
                yield n, "both"

    return pattern


def _steps(series: Sequence[Point]) -> Iterator[int]:
    """Which way each point lies from the one before: 1 up, -1 down, 0 for neither, for the first and beside a gap."""
    before: Point = None
    for x in series:
        yield 0 if before is None or x is None else (x > before) - (x < before)
        before = x


def _off_centre_on_both_sides(length: int) -> _Pattern:
    run = _in_a_row(length, lambda x, sigma: x is not None and abs(Fraction(x)) > sigma, "both")

    def pattern(series: Sequence[Point], sigma: Exact) -> _Found:
        for end, side in run(series, sigma):
            last = [x for x in series[end - length : end] if x is not None]
            if min(last) < 0 < max(last):
                yield end, side

    return pattern


_BEYOND_3 = _some_of(1, 1, 3)
_TWO_OF_THREE = _some_of(2, 3, 2)
_FOUR_OF_FIVE = _some_of(4, 5, 1)
_RULES: Mapping[RuleName, _Pattern] = MappingProxyType(
    {
        "WE1": _BEYOND_3,
        "WE2": _TWO_OF_THREE,
        "WE3": _FOUR_OF_FIVE,
        "WE4": _one_side(8),
        "N1": _BEYOND_3,
        "N2": _one_side(9),
        "N3": _trend(6),
        "N4": _alternating(14),
        "N5": _TWO_OF_THREE,
        "N6": _FOUR_OF_FIVE,
        "N7": _in_a_row(15, lambda x, sigma: x is not None and abs(Fraction(x)) <= sigma, "both"),
        "N8": _off_centre_on_both_sides(8),
    }
)

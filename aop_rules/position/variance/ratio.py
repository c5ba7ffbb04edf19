"""A ratio changed: how much of that comes from its numerator, and how much from its denominator.

The split depends on which is changed first, so the caller says it. With R(a, b) = a / b:

    numerator_first      numerator = R(a₁, b₀) − R(a₀, b₀)      denominator = R(a₁, b₁) − R(a₁, b₀)
    denominator_first    denominator = R(a₀, b₁) − R(a₀, b₀)    numerator = R(a₁, b₁) − R(a₀, b₁)
    shapley              the mean of the two: neither goes first

In each, both effects together are the change of the ratio, exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, get_args

from aop_rules.exact.number import Exact, exact
from aop_rules.position.variance.given import Given, number

Split = Literal["numerator_first", "denominator_first", "shapley"]


@dataclass(frozen=True, slots=True)
class RatioChange:
    """A ratio before and now (7 % is `Fraction(7, 100)`), and the two effects."""

    before: Exact
    now: Exact
    numerator: Exact
    denominator: Exact
    how: Split

    @property
    def change(self) -> Exact:
        return exact(self.now - self.before)


def ratio_change(before: tuple[Given, Given], now: tuple[Given, Given], how: Split) -> RatioChange:
    """Splits the change of a ratio; each side is (numerator, denominator), and `how` says which goes first.

    Raises ValueError where a denominator is 0 (the ratio is undefined, not 0), ExactError for a float.

    >>> share = ratio_change((30, 100), (36, 90), "shapley")
    >>> share.change, share.numerator, share.denominator
    (Fraction(1, 10), Fraction(19, 300), Fraction(11, 300))
    """
    if how not in get_args(Split):
        raise ValueError(f"`how` is one of {', '.join(get_args(Split))}")
    a0, b0 = (Fraction(number(each)) for each in before)
    a1, b1 = (Fraction(number(each)) for each in now)
    if not b0 or not b1:
        raise ValueError("a ratio over 0 is undefined, so its change cannot be split")
    first, last = (a1 - a0) / b0, (a1 - a0) / b1
    above = {"numerator_first": first, "denominator_first": last, "shapley": (first + last) / 2}[how]
    change = a1 / b1 - a0 / b0
    return RatioChange(exact(a0 / b0), exact(a1 / b1), exact(above), exact(change - above), how)

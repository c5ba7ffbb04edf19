"""By how much two figures differ: of shares in percentage points, so that nobody takes it for a part of one of them."""

from __future__ import annotations

from aop_rules.exact.number import Exact
from aop_rules.wording.messages import say
from aop_rules.wording.numbers import Language, show_figure, show_number


def show_difference(value: Exact, unit: str, currency: str, language: Language) -> str:
    """A difference in the unit of what differs; signed only where it is below 0.

    >>> from fractions import Fraction
    >>> show_difference(Fraction(-883, 10_000), "ratio", "VND", "en"), show_difference(500, "money", "VND", "en")
    ('-8.83 percentage points', '500 ₫')
    """
    if unit != "ratio":
        return show_figure(value, unit, currency, language)
    points = show_number(value * 100, language)
    return say("change.point" if points in ("1", "-1") else "change.points", language, points=points)

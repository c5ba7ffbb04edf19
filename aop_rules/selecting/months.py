"""How many months a stretch of days is: whole months count 1, a part of one its share of that month's days."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from fractions import Fraction

from aop_rules.exact.number import Exact, exact


def months_between(first: date, last: date) -> Exact:
    """From a first day to a last one, both included; 0 where the last comes before.

    >>> months_between(date(2026, 11, 1), date(2026, 12, 31)), months_between(date(2026, 11, 16), date(2026, 12, 31))
    (2, Fraction(3, 2))
    """
    months = Fraction()
    while first <= last:
        length = monthrange(first.year, first.month)[1]
        until = min(last, first.replace(day=length))
        months += Fraction((until - first).days + 1, length)
        if until == last:
            break
        first = until + timedelta(days=1)
    return exact(months)


def months_of_days(days: int) -> Exact:
    """A number of days as months of a twelfth of 365 days.

    >>> months_of_days(73)
    Fraction(12, 5)
    """
    return exact(Fraction(12 * days, 365))

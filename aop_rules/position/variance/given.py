"""What the functions of this package take as a number: whole, Fraction, Decimal, or text such as `12.50`; never a float."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from aop_rules.exact.number import Exact, parse_number

Given = int | Fraction | Decimal | str


def number(raw: Given) -> Exact:
    """The number, exactly. Raises ExactError for a float and for text that is no number.

    >>> number("12.50"), number(3)
    (Fraction(25, 2), 3)
    """
    return parse_number(raw)

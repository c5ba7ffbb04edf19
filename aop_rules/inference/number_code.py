"""An exact number as code, and what it becomes by arithmetic: a numerator over a denominator that is positive.

Nothing is ever divided: `a / b` multiplies the denominator by `b`, which needs `b > 0`. A divisor that is not positive
is a *doubt*: then the reference is asked.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from aop_rules.inference import python_code as py
from aop_rules.inference.python_code import Code
from aop_rules.rules.syntax import Value

SIZE_MAX = 200
"""Terms of one comparison: past it (fractions nested in fractions multiply out) the reference is asked."""


class NotLowered(Exception):  # noqa: N818 - a signal between two modules, not an error
    """The condition at hand is left to the reference."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number as code: a numerator over a denominator that is positive, or none where it is 1."""

    top: Code
    bottom: Code | None = None
    size: int = 1


def spelled(value: Value) -> int | Decimal | None:
    """A number in the form that compares fastest: int, else the exact Decimal, else none (a third has no Decimal)."""
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        return None
    if value.denominator == 1:
        return int(value)
    places = next((n for n in range(1, 41) if 10**n % value.denominator == 0), None)
    if places is None:
        return None
    whole = int(value * 10**places)
    return Decimal((int(whole < 0), tuple(map(int, str(abs(whole)))), -places))


def times(left: Code, right: Code | None) -> Code:
    """A product, where None stands for 1."""
    if right is None or _is_one(right):
        return left
    return right if _is_one(left) else py.arithmetic("*", left, right)


def _is_one(code: Code) -> bool:
    return isinstance(code, ast.Constant) and code.value == 1


def _product(left: Code | None, right: Code | None) -> Code | None:
    return right if left is None else times(left, right)


def combined(operator: str, left: Number, right: Number, doubts: list[Code]) -> Number:
    """The result of an operation; a divisor goes among the doubts."""
    size = left.size + right.size
    if operator == "/":
        doubts.append(py.compare(">", right.top, py.constant(0)))
        bottom = right.top if left.bottom is None else py.arithmetic("*", left.bottom, right.top)
        return _sized(Number(times(left.top, right.bottom), bottom, size))
    if operator == "*":
        return _sized(Number(times(left.top, right.top), _product(left.bottom, right.bottom), size))
    bottoms = 2 if left.bottom or right.bottom else 1
    top = py.arithmetic(operator, times(left.top, right.bottom), times(right.top, left.bottom))
    return _sized(Number(top, _product(left.bottom, right.bottom), size * bottoms))


def _sized(number: Number) -> Number:
    if number.size > SIZE_MAX:
        raise NotLowered
    return number

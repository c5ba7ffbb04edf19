"""The meaning of conditions, as plainly as it can be written. Every faster way is held to it.

Conditions are three-valued (Kleene): `false and unknown` is false, `true or unknown` is true, otherwise unknown
spreads. Only `known(x)` turns an unknown into an answer. Numbers are fractions, so nothing is rounded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from operator import eq, ge, gt, le, lt, ne
from typing import Any as AnyValue
from typing import cast

from aop_rules.errors import EngineError
from aop_rules.inference.judgement import Match, Result, Undecided
from aop_rules.inference.record import Fault, Known, Missing, Record, read
from aop_rules.rules.syntax import (
    All,
    Any,
    Arithmetic,
    Attribute,
    Call,
    Compare,
    Expression,
    In,
    Literal,
    Negate,
    Not,
    SetOf,
    attributes,
    parts,
)

ZERO_DIVISOR = "division by zero"
DATE_OUT_OF_RANGE = "a date outside the years 1 to 9999"

_COMPARE: dict[str, Callable[[AnyValue, AnyValue], bool]] = {
    "==": eq,
    "!=": ne,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
}


def evaluate(expression: Expression, record: Record) -> Result:
    """The value of a checked expression over one record.

    >>> from aop_rules.rules.syntax import MONEY
    >>> amount = Attribute(("event", "amount"), type=MONEY)
    >>> evaluate(Compare(">", amount, Literal(10)), {"event": {"amount": 12}})
    Result(value=True, missing=(), faults=())
    >>> evaluate(Compare(">", amount, Literal(10)), {"event": {}})
    Result(value=None, missing=('event.amount',), faults=())
    """
    reading = {attribute.name: read(record, attribute) for attribute in attributes(expression)}
    missing = sorted(name for name, value in reading.items() if isinstance(value, Missing))
    faults = {value.why for value in reading.values() if isinstance(value, Fault)}
    known = {name: value for name, value in reading.items() if not isinstance(value, Missing | Fault)}
    value = _value(expression, known, faults)
    return Result(value, tuple(missing), tuple(sorted(faults)))


def judge(conditions: Sequence[tuple[str, Expression]], record: Record) -> Match:
    """Which conditions hold over a record and which cannot be told, in the order given."""
    results = [(name, evaluate(expression, record)) for name, expression in conditions]
    return Match(
        holds=tuple(name for name, result in results if result.value is True),
        unknown=tuple(
            Undecided(name, result.missing, result.faults) for name, result in results if result.value is None
        ),
    )


def left_open_by(expression: Expression, record: Record) -> frozenset[str]:
    """The unknown attributes that leave an expression open: not those in parts that are settled without them.

    >>> from aop_rules.rules.syntax import BOOLEAN
    >>> a, b, c = (Attribute(("event", name), type=BOOLEAN) for name in "abc")
    >>> sorted(left_open_by(All((a, Any((b, c)))), {"event": {"c": True}}))
    ['event.a']
    """
    result = evaluate(expression, record)
    if result.value is not None:
        return frozenset()
    if isinstance(expression, Not | All | Any):
        return frozenset[str]().union(*(left_open_by(part, record) for part in parts(expression)))
    return frozenset(result.missing)


def _value(expression: Expression, known: dict[str, Known], faults: set[str]) -> Known | None:
    """The value, or None for unknown. Every part is evaluated, so that `faults` does not depend on the order."""
    match expression:
        case Literal(value):
            return Fraction(value) if isinstance(value, int) and not isinstance(value, bool) else value
        case Attribute():
            return known.get(expression.name)
        case SetOf(items):
            return frozenset(items)
    values = [_value(part, known, faults) for part in parts(expression)]
    match expression:
        case All():
            return False if False in values else None if None in values else True
        case Any():
            return True if True in values else None if None in values else False
        case Call("known"):
            return values[0] is not None
    if None in values:
        return None
    return _apply(expression, cast("list[AnyValue]", values), faults)


def _apply(expression: Expression, values: list[AnyValue], faults: set[str]) -> Known | None:
    """An operation on known values."""
    match expression:
        case Not():
            return not values[0]
        case Negate():
            return cast(Known, -values[0])
        case Compare(operator):
            return _COMPARE[operator](values[0], values[1])
        case In(negated=negated):
            return (values[0] in values[1]) is not negated
        case Arithmetic(operator):
            return _arithmetic(operator, values[0], values[1], faults)
        case Call("overlaps"):
            return not values[0].isdisjoint(values[1])
        case Call("size"):
            return Fraction(len(values[0]))
        case Call("min"):
            return cast(Known, min(values))
        case Call("max"):
            return cast(Known, max(values))
        case Call("abs"):
            return cast(Known, abs(values[0]))
        case _:
            raise EngineError(f"no meaning for {expression!r}")


def _arithmetic(operator: str, left: AnyValue, right: AnyValue, faults: set[str]) -> Known | None:
    """Numbers are exact; a date and a number of days give a date, two dates the days between them."""
    if isinstance(left, date) or isinstance(right, date):
        return _days(operator, left, right, faults)
    if operator == "/":
        if right == 0:
            faults.add(ZERO_DIVISOR)
            return None
        return cast(Known, left / right)
    return cast(Known, left + right if operator == "+" else left - right if operator == "-" else left * right)


def _days(operator: str, left: AnyValue, right: AnyValue, faults: set[str]) -> Known | None:
    if isinstance(left, date) and isinstance(right, date):
        return Fraction((left - right).days)
    day, days = (left, right) if isinstance(left, date) else (right, left)
    if days.denominator != 1:
        faults.add("a part of a day added to a date")
        return None
    try:
        return cast(date, day + timedelta(days=int(days if operator == "+" else -days)))
    except OverflowError:
        faults.add(DATE_OUT_OF_RANGE)
        return None

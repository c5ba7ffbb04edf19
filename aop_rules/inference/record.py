"""One value of a record: there and fitting its declared type, missing, or of the wrong kind.

A record is a nested mapping; the attribute `event.amount` is `record["event"]["amount"]`. Nothing raises here: what is
not there is `Missing`, what does not fit is a `Fault`, and a condition that needs either one cannot be told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Final

from aop_rules.limits import DIGITS_MAX
from aop_rules.rules.syntax import Attribute, Type

Record = Mapping[str, object]
"""Nested mappings down to bool, str, int, Decimal, Fraction, date, sets or lists of str, None or `Unknown`."""

Known = bool | str | Fraction | date | frozenset[str]
"""What evaluation works on: every number is a `Fraction`."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that nobody knows yet, in place of the value. `why` is for people.

    >>> from aop_rules import Matcher, Vocabulary
    >>> matcher = Matcher.compile({"large": "amount > 100"}, Vocabulary.of({"amount": "number"}))
    >>> matcher.match({"amount": Unknown("the invoice has not come")}).unknown[0].id
    'large'
    """

    why: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """The record has no such key, or holds None or `Unknown` there."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The record holds something that is not of the declared type. `why` says what, in one sentence."""

    why: str


MISSING: Final = Missing()
_NEEDED = {"boolean": "yes or no", "text": "text", "date": "a date", "texts": "a set of text", "number": "a number"}


def read(record: Record, attribute: Attribute) -> Known | Missing | Fault:
    """The value of an attribute in a record, exact, or why there is none.

    >>> from aop_rules.rules.syntax import MONEY
    >>> read({"event": {"amount": 5}}, Attribute(("event", "amount"), type=MONEY))
    Fraction(5, 1)
    >>> read({"event": {"amount": 5.0}}, Attribute(("event", "amount"), type=MONEY))
    Fault(why='`event.amount` is a float, a number is needed')
    >>> read({"event": {}}, Attribute(("event", "amount"), type=MONEY))
    Missing()
    """
    at: object = record
    for key in attribute.path:
        if at is None or isinstance(at, Unknown):
            return MISSING
        if not isinstance(at, Mapping):
            return Fault(f"`{attribute.name}` is looked for inside a {type(at).__name__}")
        at = at.get(key)
    if at is None or isinstance(at, Unknown):
        return MISSING
    kind = attribute.type
    if kind is None:
        raise TypeError(f"`{attribute.name}` has no type: check the condition first")
    value = fitted(at, kind)
    if value is None:
        return Fault(f"`{attribute.name}` is {_described(at)}, {_needed(kind)} is needed")
    return value


def fitted(value: object, kind: Type) -> Known | None:
    """The value as evaluation wants it, or None where it does not fit the type."""
    match kind.base:
        case "boolean":
            return value if isinstance(value, bool) else None
        case "text":
            return str.__str__(value) if isinstance(value, str) else None
        case "date":
            return value if isinstance(value, date) and not isinstance(value, datetime) else None
        case "texts":
            return _texts(value)
        case "number":
            return _number(value, kind.integral)


def _number(value: object, integral: bool) -> Fraction | None:
    """Exact, or None: a float is never a number here, nor is a yes or no, nor a Decimal of absurd size."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | Fraction):
        return None
    if isinstance(value, Decimal) and not reasonable(value):
        return None
    number = Fraction(value)
    return None if integral and number.denominator != 1 else number


def reasonable(value: Decimal) -> bool:
    """Whether a Decimal is finite and of a size that exact arithmetic can bear (`1e999999` has a million digits)."""
    return value.is_finite() and -DIGITS_MAX <= value.adjusted() <= DIGITS_MAX


def _texts(value: object) -> frozenset[str] | None:
    if not isinstance(value, set | frozenset | list | tuple):
        return None
    return frozenset(value) if all(isinstance(item, str) for item in value) else None


def _described(value: object) -> str:
    """What a value is, without showing it: it may be long, or private."""
    if isinstance(value, Decimal | Fraction):
        return "not a whole number" if not isinstance(value, Decimal) or reasonable(value) else "not of a usable size"
    return "yes or no" if isinstance(value, bool) else f"a {type(value).__name__}"


def _needed(kind: Type) -> str:
    return "a whole number" if kind.base == "number" and kind.integral else _NEEDED[kind.base]

"""What a host gave with an event, as a ledger keeps it: exactly, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from aop_rules.errors import EventError, Place, Problem
from aop_rules.exact.number import exact, number_text
from aop_rules.limits import DIGITS_MAX


def given_plainly(given: Mapping[str, object]) -> dict[str, Any]:
    """As JSON holds it; `given_of` gives it back. Raises EventError for a value that JSON cannot hold exactly.

    >>> given_plainly({"vendor.rating": Decimal("4.5"), "vendor.since": date(2024, 1, 1)})
    {'vendor.rating': {'number': '4.5'}, 'vendor.since': {'date': '2024-01-01'}}
    """
    problems = [_unkept(name, value) for name, value in sorted(given.items()) if not _can_be_kept(value)]
    if problems:
        raise EventError(problems)
    return {name: _plain(value) for name, value in sorted(given.items())}


def given_of(plain: Mapping[str, Any]) -> dict[str, object]:
    """The values that `given_plainly` wrote down."""
    return {name: _value(said) for name, said in plain.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal | Fraction):
        return {"number": str(number_text(exact(value)))}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, list | tuple | set | frozenset):
        return {"texts": sorted(value)}
    return value


def _value(said: Any) -> object:
    if not isinstance(said, dict):
        return said
    ((kind, text),) = said.items()
    if kind == "number":
        return Fraction(text)
    return date.fromisoformat(text) if kind == "date" else tuple(text)


def _can_be_kept(value: object) -> bool:
    if isinstance(value, list | tuple | set | frozenset):
        return all(isinstance(each, str) for each in value)
    if isinstance(value, int):
        return bool(abs(value) < 10**DIGITS_MAX)
    return value is None or (isinstance(value, str | Decimal | Fraction | date) and not isinstance(value, datetime))


def _unkept(name: str, value: object) -> Problem:
    message = f"a {type(value).__name__} cannot be kept with a decision"
    return Problem(
        Place("<given>"), "EVENT_WRONG_TYPE", f"`{name}`: {message}", "give a whole number, Decimal, text or date"
    )

"""A column of a frame to come: texts, truth values or figures; exact as far as a type of a frame can be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from aop_rules.errors import InputError, Place, Problem
from aop_rules.exact.number import Exact

Holds = Literal["text", "truth", "whole", "decimal", "float"]

PLACES_MAX = 18
"""Decimals of a figure; what has more of them, or never ends (1/3), is rounded to these, half to even."""
DIGITS_MAX = 38
"""Of a decimal in polars and Arrow."""
_WHOLE_MAX = 2**63


@dataclass(frozen=True, slots=True)
class Column:
    """Its values, None where unknown, and what it holds."""

    values: Sequence[Any]
    holds: Holds
    places: int = 0
    """Of decimals: as many as the longest value needs."""


def texts(values: Iterable[str | None]) -> Column:
    """Empty texts are null."""
    return Column([value or None for value in values], "text")


def truths(values: Iterable[bool | None]) -> Column:
    return Column([*values], "truth")


def figures(name: str, values: Sequence[Exact | None], *, floats: bool) -> Column:
    """Whole numbers where all of them are; else decimals.

    Raises InputError (FRAMES_TOO_LONG) for a figure that no decimal column holds.

    >>> from fractions import Fraction
    >>> figures("share", [1, None, Fraction(5, 2)], floats=False).values
    [Decimal('1'), None, Decimal('2.5')]
    """
    if floats:
        return Column([None if value is None else float(value) for value in values], "float")
    known = [value for value in values if value is not None]
    if all(isinstance(value, int) and -_WHOLE_MAX <= value < _WHOLE_MAX for value in known):
        return Column([*values], "whole")
    places = max(_places(value) for value in known)
    if any(abs(value) >= 10 ** (DIGITS_MAX - places) for value in known):
        message = f"a figure of `{name}` has more digits than a column of decimals holds ({DIGITS_MAX})"
        raise InputError([Problem(Place("<frame>"), "FRAMES_TOO_LONG", message, "ask for `floats=True`")])
    return Column([None if value is None else _decimal(value) for value in values], "decimal", places)


def _places(value: Exact) -> int:
    below, places = value.denominator, 0
    while 10**places % below and places < PLACES_MAX:
        places += 1
    return places


def _decimal(value: Exact) -> Decimal:
    places = _places(value)
    units = round(Fraction(value) * 10**places)
    # Not by arithmetic of decimals, which rounds to the digits of its context.
    return Decimal((int(units < 0), tuple(map(int, str(abs(units)))), -places))

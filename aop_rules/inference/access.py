"""Where the matcher looks first: for each condition the one test that rules it out most often.

Any part of a condition's outermost `and` that is false makes it false, unknown or not. So a condition needs a look only
when one chosen part, its *access*, is true, and accesses can be arranged: thresholds on one attribute stand sorted, so
that the first that is not passed ends the search; values that an attribute is compared with share one look-up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, cast

from aop_rules.rules.syntax import All, Attribute, Compare, Expression, In, Literal, Not, SetOf

Path = tuple[str, ...]
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "=="}


@dataclass(frozen=True, slots=True)
class Threshold:
    """An attribute above (`>`, `>=`) or below (`<`, `<=`) a constant. `part` is its place in the outermost `and`."""

    part: int
    path: Path
    above: bool
    bound: int | Fraction | date
    strict: bool

    def admits(self, value: Any) -> bool:
        """Whether it is true of a value of its attribute."""
        if value == self.bound:
            return not self.strict
        return cast(bool, value > self.bound) is self.above


@dataclass(frozen=True, slots=True)
class Equality:
    """An attribute equal to one of some constants."""

    part: int
    path: Path
    values: tuple[object, ...]

    def admits(self, value: object) -> bool:
        """Whether it is true of a value of its attribute."""
        return value in self.values


Access = Threshold | Equality


def conjuncts(expression: Expression) -> tuple[Expression, ...]:
    """The parts of the outermost `and`."""
    return expression.operands if isinstance(expression, All) else (expression,)


def accesses(expression: Expression) -> list[Access]:
    """Every part of a condition that could serve as its access."""
    found = (_access(place, part) for place, part in enumerate(conjuncts(expression)))
    return [access for access in found if access is not None]


def _access(place: int, part: Expression) -> Access | None:
    match part:
        case Compare(operator, Attribute() as attribute, Literal(value)):
            return _comparison(place, operator, attribute, value)
        case Compare(operator, Literal(value), Attribute() as attribute):
            return _comparison(place, _FLIPPED.get(operator, operator), attribute, value)
        case In(Attribute(path), SetOf(items), False):
            return Equality(place, path, tuple(sorted(set(items))))
        case Attribute(path):
            return Equality(place, path, (True,))
        case Not(Attribute(path)):
            return Equality(place, path, (False,))
        case _:
            return None


def _comparison(place: int, operator: str, attribute: Attribute, value: object) -> Access | None:
    if operator == "==" and isinstance(value, bool | str | int | Fraction | date):
        return Equality(place, attribute.path, (value,))
    if operator in ("==", "!=") or isinstance(value, bool) or not isinstance(value, int | Fraction | date):
        return None
    return Threshold(place, attribute.path, operator[0] == ">", value, len(operator) == 1)


class Selectivity:
    """How often an access can be expected to be true, judged by what the conditions themselves compare with."""

    def __init__(self, candidates: Iterable[Access]) -> None:
        self._values: dict[Path, set[object]] = {}
        self._range: dict[Path, tuple[float, float]] = {}
        for access in candidates:
            if isinstance(access, Equality):
                self._values.setdefault(access.path, set()).update(access.values)
            else:
                at = _position(access.bound)
                low, high = self._range.get(access.path, (min(at, 0.0), max(at, 0.0)))
                self._range[access.path] = (min(low, at), max(high, at))

    def share(self, access: Access) -> float:
        """Between 0 (never true) and 1 (always). A guess for speed alone: no answer depends on it."""
        if isinstance(access, Equality):
            return len(access.values) / max(len(self._values[access.path]), 2)
        low, high = self._range[access.path]
        if high <= low:
            return 0.5
        below = (_position(access.bound) - low) / (high - low)
        return 1 - below if access.above else below


def _position(bound: int | Fraction | date) -> float:
    """A bound as a place on a line, roughly; numbers past any float all stand at its ends."""
    if isinstance(bound, date):
        return float(bound.toordinal())
    try:
        return float(bound)
    except OverflowError:
        return 1e308 if bound > 0 else -1e308


def choose(expressions: Sequence[Expression]) -> list[Access | None]:
    """For each condition its access, or None where no part can serve as one."""
    candidates = [accesses(expression) for expression in expressions]
    selectivity = Selectivity(access for several in candidates for access in several)
    return [min(several, key=lambda a: (selectivity.share(a), a.part), default=None) for several in candidates]

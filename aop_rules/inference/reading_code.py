"""Attributes of a record read into local variables, as code: every value is checked on the way.

A value of the plainest type (int, str, bool, date, list) goes through one test; others go through a function that
converts them or says `Unfit`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from aop_rules.inference import python_code as py
from aop_rules.inference.access import Path
from aop_rules.inference.lowered import Slot
from aop_rules.inference.lowering import Lowering
from aop_rules.inference.record import fitted
from aop_rules.limits import DIGITS_MAX
from aop_rules.rules.syntax import INTEGER, NUMBER


class Unfit(Exception):  # noqa: N818 - a signal between modules, not an error
    """A value of the record is not of the kind that the code works on."""


class Reading:
    """How to read the attributes of one matcher. What has been read already is a set of paths, kept by who asks."""

    def __init__(self, lowering: Lowering) -> None:
        self._lowering = lowering
        self._branches: dict[Path, str] = {(): "record"}

    def start(self) -> list[ast.stmt]:
        """The record itself is a dict."""
        return [_or_unfit("record", "dict")]

    def code(self, paths: Iterable[Path], read: set[Path]) -> list[ast.stmt]:
        """Read what has not been read, each branch of the record once; `read` grows."""
        statements: list[ast.stmt] = []
        for path in paths:
            if path not in read:
                slot = self._lowering.slots[path]
                for depth in range(1, len(path)):
                    statements += self._branch(path[:depth], read)
                read.add(path)
                statements.append(py.assign(slot.raw, py.item(py.name(self._branches[path[:-1]]), path[-1])))
                statements += self._fitting(slot)
        return statements

    def _branch(self, path: Path, read: set[Path]) -> list[ast.stmt]:
        if path in read:
            return []
        read.add(path)
        branch = self._branches.setdefault(path, f"b{len(self._branches)}")
        value = py.item(py.name(self._branches[path[:-1]]), path[-1])
        return [py.assign(branch, value), _or_unfit(branch, "dict")]

    def _fitting(self, slot: Slot) -> list[ast.stmt]:
        kind = slot.attribute.type or NUMBER
        raw = py.name(slot.raw)
        if kind.base == "texts":
            # Joining is the quickest way to see that every member is text: it raises TypeError otherwise.
            joined = py.do(py.call(py.member(py.constant(""), "join"), raw))
            return [_unless(slot.raw, "list", "texts"), joined]
        expected, convert = _EXPECTED[kind.base]
        if kind.base == "number" and kind.integral:
            convert = "whole"
        fits: list[ast.stmt] = []
        converted = [py.assign(slot.raw, py.call(py.name(convert), raw))]
        if slot.number in self._lowering.exact:
            fits.append(py.assign(slot.exact, raw))
            converted.append(py.assign(slot.exact, py.call(py.name("Fraction"), raw)))
        if slot.number in self._lowering.over:
            top, bottom = slot.over
            fits += [py.assign(top, raw), py.assign(bottom, py.constant(1))]
            converted.insert(0, py.assign_pair(top, bottom, py.call(py.name("ratio"), raw)))
            if not self._lowering.is_read_raw(slot):
                del converted[1:]
        return [py.if_(py.compare("is not", py.call(py.name("type"), raw), py.name(expected)), converted, fits)]


def _unless(variable: str, kind: str, convert: str) -> ast.stmt:
    """`if type(x) is not kind: x = convert(x)`."""
    test = py.compare("is not", py.call(py.name("type"), py.name(variable)), py.name(kind))
    return py.if_(test, [py.assign(variable, py.call(py.name(convert), py.name(variable)))])


def _or_unfit(variable: str, kind: str) -> ast.stmt:
    return _unless(variable, kind, "unfit")


_EXPECTED: Final = {
    "number": ("int", "number"),
    "text": ("str", "unfit"),
    "boolean": ("bool", "unfit"),
    "date": ("date", "unfit"),
}
_SMALLEST: Final = -DIGITS_MAX


def _unfit(value: object) -> object:
    raise Unfit


def _number(value: object) -> object:
    """A number that is not an int, as it is if it can be used."""
    if type(value) is Decimal:
        if value.is_finite() and _SMALLEST <= value.adjusted() <= DIGITS_MAX:  # `reasonable`, without the call
            return value
    elif type(value) is Fraction:
        return value
    raise Unfit


def _ratio(value: object) -> tuple[int, int]:
    """Numerator and denominator of a number that is not an int."""
    if type(value) is Decimal and _SMALLEST <= value.adjusted() <= DIGITS_MAX:
        try:
            return value.as_integer_ratio()
        except (ValueError, OverflowError) as error:  # NaN and the infinities
            raise Unfit from error
    if type(value) is Fraction:
        return value.as_integer_ratio()
    raise Unfit


def _whole(value: object) -> object:
    number = fitted(value, INTEGER)
    if isinstance(number, Fraction):
        return int(number)
    raise Unfit


def _texts(value: object) -> object:
    if type(value) in (frozenset, set, tuple):
        return value
    raise Unfit


WORLD: Final[dict[str, object]] = {
    "type": type,
    "dict": dict,
    "int": int,
    "str": str,
    "bool": bool,
    "date": date,
    "list": list,
    "frozenset": frozenset,
    "Fraction": Fraction,
    "len": len,
    "abs": abs,
    "min": min,
    "max": max,
    "unfit": _unfit,
    "number": _number,
    "ratio": _ratio,
    "whole": _whole,
    "texts": _texts,
}
"""Every name that a compiled condition can see, besides its own variables and constants."""

"""All conditions of a matcher as one Python function from a record to the places of those that hold.

    read every attribute once, and check that its value is there and fits
    for each attribute with thresholds: those passed, loosest first, until one is not
    for each attribute with constants: look its value up, go to what belongs to it
    the conditions without such an access, one by one

The function takes plain dicts whose values are all there and fit; of any other record it says so by raising `Unfit`,
`KeyError` or `TypeError`.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, cast

from aop_rules.inference import python_code as py
from aop_rules.inference.access import Access, Equality, Path, Threshold, choose, conjuncts
from aop_rules.inference.lowering import Lowering, NotLowered, Slot
from aop_rules.inference.python_code import Code
from aop_rules.inference.record import fitted
from aop_rules.limits import DIGITS_MAX
from aop_rules.rules.syntax import INTEGER, NUMBER, Expression

Judge = Callable[[object], tuple[list[int], list[int]]]
"""From a record to the places of the conditions that hold, and of those in doubt; neither sorted."""


class Unfit(Exception):  # noqa: N818 - a signal between two modules, not an error
    """A value of the record is not of the kind that the function works on."""


@dataclass(frozen=True, slots=True)
class Lowered:
    """A condition as code: its place, its access and the parts of its outermost `and`."""

    place: int
    access: Access | None
    parts: tuple[Code, ...]
    doubts: tuple[Code, ...]


def compiled(conditions: Sequence[tuple[int, Expression]]) -> tuple[Judge, tuple[Slot, ...], tuple[int, ...]]:
    """The function, the attributes that it reads, and the places of the conditions left to the reference."""
    lowering = Lowering()
    lowered, left = [], []
    for (place, expression), access in zip(conditions, choose([e for _, e in conditions]), strict=True):
        try:
            lowered.append(_lowered(place, expression, access, lowering))
        except NotLowered:
            left.append(place)
    body = [*_prelude(lowering), *_Arrangement(lowering, lowered).code()]
    world = {**_WORLD, **lowering.constants}
    return cast(Judge, py.function("judge", "record", body, world)), tuple(lowering.slots.values()), tuple(left)


def _lowered(place: int, expression: Expression, access: Access | None, lowering: Lowering) -> Lowered:
    parts, doubts = [], []
    for part in conjuncts(expression):
        code, divisors = lowering.condition(part)
        parts.append(code)
        doubts += divisors
    return Lowered(place, access, tuple(parts), tuple(doubts))


class _Arrangement:
    """The conditions, arranged by their accesses."""

    def __init__(self, lowering: Lowering, conditions: Sequence[Lowered]) -> None:
        self.lowering = lowering
        self.thresholds: dict[tuple[Path, bool], list[Lowered]] = defaultdict(list)
        self.equalities: dict[Path, dict[object, list[Lowered]]] = defaultdict(lambda: defaultdict(list))
        self.others: list[Lowered] = []
        for condition in conditions:
            match condition.access:
                case Threshold(path=path, above=above):
                    self.thresholds[path, above].append(condition)
                case Equality(path=path, values=values):
                    for value in values:
                        self.equalities[path][value].append(condition)
                case _:
                    self.others.append(condition)

    def code(self) -> list[ast.stmt]:
        statements: list[ast.stmt] = []
        for (_, above), group in self.thresholds.items():
            statements += self._sorted(group, above)
        for path, values in self.equalities.items():
            statements += self._looked_up(path, values)
        for condition in self.others:
            statements += self._judged(condition, condition.parts)
        return [*statements, py.give(py.name("holds"), py.name("doubts"))]

    def _sorted(self, group: list[Lowered], above: bool) -> list[ast.stmt]:
        """Thresholds on one attribute in one direction, loosest first; every eighth that is not passed ends it."""

        def tightness(condition: Lowered) -> tuple[Any, bool, int]:
            access = cast(Threshold, condition.access)
            return access.bound, access.strict is above, condition.place

        group = sorted(group, key=tightness, reverse=not above)
        statements: list[ast.stmt] = []
        for index, condition in enumerate(group):
            part = cast(Threshold, condition.access).part
            if index % CHUNK:
                statements += self._judged(condition, condition.parts, first=part)
            else:
                statements.append(py.if_(py.negation(condition.parts[part]), [py.leave()]))
                statements += self._judged(condition, _without(condition.parts, part))
        return [py.once(statements)]

    def _looked_up(self, path: Path, values: dict[object, list[Lowered]]) -> list[ast.stmt]:
        """What belongs to one value of an attribute, found by halves."""
        blocks = []
        for conditions in values.values():
            block: list[ast.stmt] = []
            for condition in conditions:
                part = cast(Equality, condition.access).part
                block += self._judged(condition, _without(condition.parts, part))
            blocks.append(block)
        raw = py.name(self.lowering.slots[path].raw)
        if len(blocks) <= FEW:
            statements: list[ast.stmt] = []
            for value, block in zip(reversed(values), reversed(blocks), strict=True):
                statements = [py.if_(self._equal(raw, value), block, statements)]
            return statements
        number = f"k{self.lowering.slots[path].number}"
        places = {value: index for index, value in enumerate(values)}
        found = py.call(py.member(self.lowering.keep_table(f"t{number}", places), "get"), raw, py.constant(-1))
        return [py.assign(number, found), py.if_(self._found(number), _halved(number, blocks, 0))]

    @staticmethod
    def _found(number: str) -> Code:
        return py.compare(">=", py.name(number), py.constant(0))

    def _equal(self, raw: Code, value: object) -> Code:
        if isinstance(value, bool):
            return raw if value else py.negation(raw)
        return py.compare("==", raw, self.lowering.keep(value))

    def _judged(self, condition: Lowered, parts: Sequence[Code], first: int = 0) -> list[ast.stmt]:
        """If these parts are true the condition holds; if a divisor is not positive it is in doubt."""
        place = py.constant(condition.place)
        holds = py.do(py.call(py.member(py.name("holds"), "append"), place))
        if first:
            parts = (parts[first], *_without(parts, first))
        test = [py.if_(py.every(parts), [holds])] if parts else [holds]
        if not condition.doubts:
            return test
        doubt = py.do(py.call(py.member(py.name("doubts"), "append"), place))
        return [py.if_(py.every(condition.doubts), test, [doubt])]


CHUNK: Final = 8
_SMALLEST: Final = -DIGITS_MAX
FEW: Final = 4


def _without(parts: Sequence[Code], index: int) -> tuple[Code, ...]:
    return (*parts[:index], *parts[index + 1 :])


def _halved(number: str, blocks: Sequence[list[ast.stmt]], first: int) -> list[ast.stmt]:
    if len(blocks) == 1:
        return blocks[0]
    middle = len(blocks) // 2
    test = py.compare("<", py.name(number), py.constant(first + middle))
    low, high = _halved(number, blocks[:middle], first), _halved(number, blocks[middle:], first + middle)
    return [py.if_(test, low, high)]


def _prelude(lowering: Lowering) -> list[ast.stmt]:
    """Every attribute into its variables, and each branch of the record looked up once."""
    branches: dict[Path, str] = {(): "record"}
    statements = [_or_unfit("record", "dict")]
    for path, slot in lowering.slots.items():
        for depth in range(1, len(path)):
            branch = path[:depth]
            if branch not in branches:
                branches[branch] = f"b{len(branches)}"
                value = py.item(py.name(branches[branch[:-1]]), branch[-1])
                statements += [py.assign(branches[branch], value), _or_unfit(branches[branch], "dict")]
        statements.append(py.assign(slot.raw, py.item(py.name(branches[path[:-1]]), path[-1])))
        statements += _fitting(slot, lowering)
    return [*statements, py.assign("holds", py.empty_list()), py.assign("doubts", py.empty_list())]


def _fitting(slot: Slot, lowering: Lowering) -> list[ast.stmt]:
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
    if slot.number in lowering.exact:
        fits.append(py.assign(slot.exact, raw))
        converted.append(py.assign(slot.exact, py.call(py.name("Fraction"), raw)))
    if slot.number in lowering.over:
        top, bottom = slot.over
        fits += [py.assign(top, raw), py.assign(bottom, py.constant(1))]
        converted.append(py.assign_pair(top, bottom, py.call(py.member(raw, "as_integer_ratio"))))
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


def _whole(value: object) -> object:
    number = fitted(value, INTEGER)
    if isinstance(number, Fraction):
        return int(number)
    raise Unfit


def _texts(value: object) -> object:
    if type(value) in (frozenset, set, tuple):
        return value
    raise Unfit


_WORLD: Final[dict[str, object]] = {
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
    "whole": _whole,
    "texts": _texts,
}
"""Every name that a compiled condition can see, besides its own variables and constants."""

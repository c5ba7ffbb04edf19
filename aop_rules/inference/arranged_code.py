"""Many conditions as code, arranged by their accesses, so that those far from the record cost nothing.

read every attribute once
for each attribute with thresholds: those passed, loosest first, until one is not
for each attribute with constants: look its value up, go to what belongs to it
the conditions without such an access, one by one
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final, cast

from aop_rules.inference import python_code as py
from aop_rules.inference.access import Equality, Path, Threshold
from aop_rules.inference.lowered import Lowered, Part
from aop_rules.inference.lowering import Lowering
from aop_rules.inference.python_code import Code
from aop_rules.inference.reading_code import Reading


class Arrangement:
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
        """Statements that append the places of conditions to `holds` and to `doubts`, in no particular order."""
        reading = Reading(self.lowering)
        statements = [*reading.start(), *reading.code(self.lowering.slots, set())]
        for (_, above), group in self.thresholds.items():
            statements += self._sorted(group, above)
        for path, values in self.equalities.items():
            statements += self._looked_up(path, values)
        for condition in self.others:
            statements += self._judged(condition, condition.parts)
        return statements

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
                statements.append(py.if_(py.negation(condition.parts[part].code), [py.leave()]))
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

    def _judged(self, condition: Lowered, parts: Sequence[Part], first: int = 0) -> list[ast.stmt]:
        """If these parts are true the condition holds; if a divisor is not positive it is in doubt."""
        place = py.constant(condition.place)
        holds = py.do(py.call(py.member(py.name("holds"), "append"), place))
        if first:
            parts = (parts[first], *_without(parts, first))
        test = [py.if_(py.every([part.code for part in parts]), [holds])] if parts else [holds]
        divisors = [divisor for part in condition.parts for divisor in part.doubts]
        if not divisors:
            return test
        doubt = py.do(py.call(py.member(py.name("doubts"), "append"), place))
        return [py.if_(py.every(divisors), test, [doubt])]


CHUNK: Final = 8
FEW: Final = 4


def _without(parts: Sequence[Part], index: int) -> tuple[Part, ...]:
    return (*parts[:index], *parts[index + 1 :])


def _halved(number: str, blocks: Sequence[list[ast.stmt]], first: int) -> list[ast.stmt]:
    if len(blocks) == 1:
        return blocks[0]
    middle = len(blocks) // 2
    test = py.compare("<", py.name(number), py.constant(first + middle))
    low, high = _halved(number, blocks[:middle], first), _halved(number, blocks[middle:], first + middle)
    return [py.if_(test, low, high)]

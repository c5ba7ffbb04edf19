"""A few conditions as code, one after the other: each reads what it needs once the parts before have come out true.

What is not read is not checked, and need not be: the condition is false whatever stands there (`false and unknown` is
false). So a condition asks first what has been read already, then its access, and what could divide by zero last.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from aop_rules.inference import python_code as py
from aop_rules.inference.access import Path
from aop_rules.inference.lowered import Lowered, Part
from aop_rules.inference.lowering import Lowering
from aop_rules.inference.reading_code import Reading
from aop_rules.rules.syntax import attributes


def straight(lowering: Lowering, conditions: Iterable[Lowered]) -> list[ast.stmt]:
    """Statements that append the id of each condition that holds to `holds`, and the places of others to `doubts`."""
    reading, read = Reading(lowering), set[Path]()
    statements = reading.start()
    for condition in conditions:
        parts = list(condition.parts)
        if condition.access:
            parts.insert(0, parts.pop(condition.access.part))
        statements += _judged(condition, parts, reading, read)
    return statements


def _judged(condition: Lowered, parts: list[Part], reading: Reading, read: set[Path]) -> list[ast.stmt]:
    """Ask what can be asked after reading for one more part, and the other parts below it."""
    if not parts:
        return [py.do(py.call(py.member(py.name("holds"), "append"), py.constant(condition.id)))]
    part = min(parts, key=lambda part: (bool(part.doubts), not _paths(part) <= read))
    statements = reading.code([attribute.path for attribute in attributes(part.source)], read)
    asked = [part] if part.doubts else [each for each in parts if not each.doubts and _paths(each) <= read]
    rest = [each for each in parts if each not in asked]
    test = py.if_(py.every([each.code for each in asked]), _judged(condition, rest, reading, set(read)))
    if part.doubts:
        doubt = py.do(py.call(py.member(py.name("doubts"), "append"), py.constant(condition.place)))
        test = py.if_(py.every(part.doubts), [test], [doubt])
    return [*statements, test]


def _paths(part: Part) -> set[Path]:
    return {attribute.path for attribute in attributes(part.source)}

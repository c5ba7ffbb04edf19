"""All conditions of a matcher as one Python function from a record to what holds.

A few conditions stand one after the other (`straight_code`); many are arranged, so that most of them are never looked
at (`arranged_code`). The function takes plain dicts whose values are all there and fit; of any other record it says so
by raising `Unfit`, `KeyError` or `TypeError`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple, cast

from aop_rules.inference import python_code as py
from aop_rules.inference.access import choose, conjuncts
from aop_rules.inference.arranged_code import Arrangement
from aop_rules.inference.lowered import Lowered, Slot
from aop_rules.inference.lowering import Lowering
from aop_rules.inference.number_code import NotLowered
from aop_rules.inference.reading_code import WORLD
from aop_rules.inference.straight_code import straight
from aop_rules.rules.syntax import Expression

STRAIGHT_MAX: Final = 32
"""Conditions that stand one after the other. Past it, arranging saves more than sorting the answer costs."""


class Compiled(NamedTuple):
    """What comes of compiling conditions."""

    judge: Callable[[object], tuple[list[Any], list[int]]]
    """From a record to what holds and the places of what is in doubt. What holds is ids in the order of the conditions
    if `straight`, places in no particular order otherwise."""
    straight: bool
    slots: tuple[Slot, ...]
    """The attributes that are read."""
    left: frozenset[int]
    """The places of conditions that are left to the reference."""


def compiled(conditions: Sequence[tuple[int, str, Expression]]) -> Compiled:
    """The function for conditions, each with its place and its id."""
    lowering = Lowering()
    lowered, left = [], []
    accesses = choose([expression for _, _, expression in conditions])
    for (place, name, expression), access in zip(conditions, accesses, strict=True):
        try:
            parts = tuple([lowering.part(part) for part in conjuncts(expression)])
        except NotLowered:
            left.append(place)
        else:
            lowered.append(Lowered(place, name, access, parts))
    few = len(lowered) <= STRAIGHT_MAX
    body = [
        py.assign("holds", py.empty_list()),
        py.assign("doubts", py.empty_list()),
        *(straight(lowering, lowered) if few else Arrangement(lowering, lowered).code()),
        py.give(py.name("holds"), py.name("doubts")),
    ]
    judge = py.function("judge", "record", body, {**WORLD, **lowering.constants})
    return Compiled(cast(Any, judge), few, tuple(lowering.slots.values()), frozenset(left))

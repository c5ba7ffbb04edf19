"""Data that came from Python instead of a file: a place in it is the path to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite
from typing import Any, Protocol

from aop_rules.errors import InputError, Place, Problem
from aop_rules.limits import DEPTH_MAX, DIGITS_MAX, NODES_MAX, TEXT_MAX
from aop_rules.source.tree import Path

_LONE = re.compile(r"[\ud800-\udfff]")
_PARTS = (list, tuple, set, frozenset)
_BOUND = 10**DIGITS_MAX


class Located(Protocol):
    """Data that knows where its values stand: a `Document`, or plain data."""

    @property
    def data(self) -> Any: ...
    @property
    def file(self) -> str: ...
    def place(self, path: Path, /) -> Place: ...
    def key_place(self, path: Path, /) -> Place: ...


@dataclass(frozen=True, slots=True)
class PlainData:
    """Data that came from Python.

    >>> str(PlainData({"goals": {"sales": {"to": 5}}}, "plan").place(("goals", "sales", "to")))
    'plan.goals.sales.to:1:1'
    """

    data: Any
    file: str = "plan"

    def place(self, path: Path) -> Place:
        return Place(".".join([self.file, *map(str, path)]))

    def key_place(self, path: Path) -> Place:
        return self.place(path)

    def text_place(self, path: Path, offset: int) -> Place:
        return Place(self.place(path).file, 1, offset + 1)

    def within_caps(self, error: type[InputError]) -> PlainData:
        """The same data, if a file could hold it. Raises `error` at the first value that is past a cap of files.

        A program may hand over what it was sent: what is nested without end, or a number of a million digits.
        """
        waiting: list[tuple[object, Path]] = [(self.data, ())]
        count = 0
        while waiting:
            value, path = waiting.pop()
            count += 1
            for code, message, hint in _past_caps(value, len(path), count):
                raise error([Problem(self.place(path), f"SOURCE_{code}", message, hint)])
            if isinstance(value, Mapping):
                waiting += [(part, (*path, key)) for key, part in value.items()]
            elif isinstance(value, _PARTS):
                waiting += [(part, (*path, number)) for number, part in enumerate(value)]
        return self


def _past_caps(value: object, depth: int, count: int) -> Iterator[tuple[str, str, str]]:
    if count > NODES_MAX:
        yield "TOO_MANY_VALUES", "the data holds too many values", f"at most {NODES_MAX} values"
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                yield "KEY_NOT_TEXT", f"a key is no text but a `{type(key).__name__}`", "name values by text"
            else:
                yield from _past_caps(key, 0, 0)
    if isinstance(value, (Mapping, *_PARTS)) and depth >= DEPTH_MAX:
        yield "TOO_DEEP", "values are nested too deep", f"at most {DEPTH_MAX} levels; a plan needs fewer than ten"
    if isinstance(value, str):
        if len(value) > TEXT_MAX:
            yield "TEXT_TOO_LONG", "a text is too long", f"at most {TEXT_MAX} characters in one text"
        if not value.isascii() and _LONE.search(value):
            yield (
                "SYNTAX",
                "half a character (`\\ud800` to `\\udfff`) stands alone in a text",
                "write the character itself",
            )
    if isinstance(value, int | Fraction) and not (abs(value.numerator) < _BOUND and value.denominator < _BOUND):
        yield "NUMBER_TOO_LONG", "this is too long for a number", f"at most {DIGITS_MAX} digits"
    if isinstance(value, float) and not isfinite(value):
        yield "NOT_FINITE", f"`{value}` is not a number", "leave the key out where nothing is known"

"""Data that came from Python instead of a file: a place in it is the path to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from aop_rules.errors import Place
from aop_rules.source.tree import Path


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

"""A located tree: plain data read from a file, and where each of its values and keys stood."""

from __future__ import annotations

from dataclasses import dataclass, field

from aop_rules.errors import Place, Problem
from aop_rules.source.inside import inside

Path = tuple[str | int, ...]
"""The way to a value from the root: keys of mappings and 0-based indexes of lists."""


class Spot:
    """Where a value starts (1-based), and where its keys and parts do. Filled while reading, never changed after."""

    __slots__ = ("column", "keys", "line", "parts")

    def __init__(self, line: int, column: int) -> None:
        self.line = line
        self.column = column
        self.keys: dict[str | int, tuple[int, int]] = {}
        self.parts: dict[str | int, Spot] = {}


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    r"""One file as data: dicts, lists, str, int, Decimal, bool and None; never a float, and dates stay text.

    >>> from aop_rules.source.read import read_text
    >>> document = read_text("goals:\n  sales: {to: 5}\n", "plan.yaml")
    >>> str(document.place(("goals", "sales", "to"))), str(document.key_place(("goals", "sales", "to")))
    ('plan.yaml:2:15', 'plan.yaml:2:11')
    """

    file: str
    data: object
    root: Spot
    lines: tuple[str, ...] = field(default=(), repr=False)
    problems: tuple[Problem, ...] = ()
    """What is wrong although the rest could be read (only with `recover=True`): report them along with your own."""
    first_line: int = 1
    """The number of the first of `lines` in `file` (one line of a JSON Lines file is a document of its own)."""

    def place(self, path: Path = ()) -> Place:
        """Where the value at `path` starts; its nearest known ancestor's place where the file does not hold it."""
        spot = self.root
        for step in path:
            part = spot.parts.get(step)
            if part is None:
                break
            spot = part
        return self._at(spot.line, spot.column)

    def key_place(self, path: Path) -> Place:
        """Where the key that names the value at `path` starts; an item of a list has none, so its own place."""
        spot = self.root
        for step in path[:-1]:
            part = spot.parts.get(step)
            if part is None:
                return self._at(spot.line, spot.column)
            spot = part
        if path and path[-1] in spot.keys:
            return self._at(*spot.keys[path[-1]])
        return self.place(path)

    def text_place(self, path: Path, offset: int) -> Place:
        """Where the character at `offset` of the text at `path` stands, past quotes, escapes and folded lines."""
        spot, value = self.root, self.data
        for step in path:
            part = spot.parts.get(step)
            if part is None or not isinstance(value, dict | list):
                break
            spot, value = part, value[step]  # type: ignore[index]
        if not isinstance(value, str):
            return self._at(spot.line, spot.column)
        return self._at(*inside(self.lines, spot.line, spot.column, value, offset))

    def _at(self, line: int, column: int) -> Place:
        return Place(self.file, line + self.first_line - 1, column)

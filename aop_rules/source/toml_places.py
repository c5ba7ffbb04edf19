"""Where the keys and values of a TOML text stand: a linear scan that builds no values.

It understands valid TOML. Where it loses its way it stops quietly: the reader of values then says what is wrong.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from aop_rules.limits import DEPTH_MAX, NODES_MAX
from aop_rules.source.build import At, Builder, shown
from aop_rules.source.tree import Spot

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*+")
_SPACE = re.compile(r"[ \t]*+")
_KEY = re.compile(r"""[A-Za-z0-9_-]++|"((?:[^"\\\n]|\\.)*+)"|'([^'\n]*+)'""")
_TEXT = re.compile(
    r'''"""(?:[^"\\]|\\.|"(?!""))*+"{3,5}|\'\'\'(?:[^']|'(?!''))*+'{3,5}|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+\'''', re.DOTALL
)
_PLAIN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9][0-9:.+Z-]*+|[^\s,\]}#\[{]++")

Key = tuple[str, At]


class _LostError(Exception):
    """What stands here is not TOML as we know it."""


class Places:
    """Scans a text into `root`. Raises the builder's Stop past a cap."""

    def __init__(self, text: str, builder: Builder) -> None:
        self.text = text
        self.builder = builder
        self.root = Spot(1, 1)
        self._position = 0
        self._nodes = 0
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self._headed: set[int] = set()  # ids of the spots of tables that have had their `[header]`
        self._rows: dict[int, int] = {}  # id of the spot of an array of tables: how many it has so far

    def scan(self) -> None:
        try:
            table, depth = self.root, 0
            while self._skip(_BLANK) < len(self.text):
                if self._took("[["):
                    table, depth = self._table("]]")
                elif self._took("["):
                    table, depth = self._table("]")
                else:
                    self._pair(table, depth)
        except _LostError:
            return

    def _table(self, closer: str) -> tuple[Spot, int]:
        keys = self._keys()
        self._need(closer)
        if closer == "]":
            table = self._enter(self.root, keys)
            if id(table) in self._headed:
                self._twice(keys[-1], table.line)
            self._headed.add(id(table))
            return table, len(keys)
        above = self._enter(self.root, keys[:-1])
        rows = self._part(above, keys[-1])
        number = self._rows.get(id(rows), 0)
        self._rows[id(rows)] = number + 1
        rows.parts[number] = Spot(*keys[-1][1])
        return rows.parts[number], len(keys) + 1

    def _pair(self, table: Spot, depth: int) -> None:
        keys = self._keys()
        self._need("=")
        self._skip(_SPACE)
        above = self._enter(table, keys[:-1])
        name, at = keys[-1]
        if name in above.parts:
            self._twice(keys[-1], above.keys[name][0])
        above.keys.setdefault(name, at)
        above.parts[name] = self._value(depth + len(keys))

    def _twice(self, key: Key, first: int) -> None:
        name, at = key
        self.builder.problem(
            at, "SOURCE_DUPLICATE_KEY", f"`{shown(name)}` stands twice in one place", f"first on line {first}"
        )

    def _enter(self, spot: Spot, keys: list[Key]) -> Spot:
        for key in keys:
            spot = self._part(spot, key)
            if id(spot) in self._rows:
                spot = spot.parts[self._rows[id(spot)] - 1]
        return spot

    def _part(self, spot: Spot, key: Key) -> Spot:
        name, at = key
        spot.keys.setdefault(name, at)
        return spot.parts.setdefault(name, Spot(*at))

    def _value(self, depth: int) -> Spot:
        """One value. It recurses at most DEPTH_MAX times."""
        spot = Spot(*self._at())
        self._nodes += 1
        if self._nodes > NODES_MAX:
            raise self.builder.stop(
                self._at(),
                "SOURCE_TOO_MANY_VALUES",
                "the file holds too many values",
                f"at most {NODES_MAX} values in one file",
            )
        self._shallow(depth)
        if self._took("["):
            self._items(spot, depth)
        elif self._took("{"):
            while self._skip(_BLANK) < len(self.text) and not self._took("}"):
                self._pair(spot, depth)
                self._skip(_BLANK)
                self._took(",")
        else:
            self._position = self._found(
                _TEXT if self.text[self._position : self._position + 1] in "\"'" else _PLAIN
            ).end()
        return spot

    def _items(self, spot: Spot, depth: int) -> None:
        while self._skip(_BLANK) < len(self.text) and not self._took("]"):
            spot.parts[len(spot.parts)] = self._value(depth + 1)
            self._skip(_BLANK)
            self._took(",")

    def _keys(self) -> list[Key]:
        keys: list[Key] = []
        while not keys or self._took("."):
            self._skip(_SPACE)
            at = self._at()
            found = self._found(_KEY)
            self._position = found.end()
            keys.append((_written(found), at))
            self._shallow(len(keys))
            self._skip(_SPACE)
        return keys

    # ── where we are ──

    def _shallow(self, depth: int) -> None:
        if depth > DEPTH_MAX:
            hint = f"at most {DEPTH_MAX} levels; a plan needs fewer than ten"
            raise self.builder.stop(self._at(), "SOURCE_TOO_DEEP", "values are nested too deep", hint)

    def _skip(self, blank: re.Pattern[str]) -> int:
        found = blank.match(self.text, self._position)
        self._position = found.end() if found else self._position
        return self._position

    def _found(self, pattern: re.Pattern[str]) -> re.Match[str]:
        found = pattern.match(self.text, self._position)
        if not found:
            raise _LostError
        return found

    def _need(self, sign: str) -> None:
        if not self._took(sign):
            raise _LostError

    def _took(self, sign: str) -> bool:
        if not self.text.startswith(sign, self._position):
            return False
        self._position += len(sign)
        return True

    def _at(self) -> At:
        line = bisect_right(self._starts, self._position)
        return line, self._position - self._starts[line - 1] + 1


def _written(found: re.Match[str]) -> str:
    """The key's own text. Escapes in keys are rare: such a key keeps them, and its place is that of its table."""
    quoted = found.group(1) if found.group(1) is not None else found.group(2)
    return found.group() if quoted is None else quoted

"""The tree is built here, one value at a time and without recursion, under the caps of `limits`.

Readers of each format only say what comes next and where; duplicate keys, depth and size are judged in this one place.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from aop_rules.errors import Place, Problem
from aop_rules.limits import DEPTH_MAX, DIGITS_MAX, NODES_MAX, PROBLEMS_MAX, TEXT_MAX
from aop_rules.source.tree import Spot

Scalar = str | int | Decimal | bool | None
At = tuple[int, int]
_NUMBER = re.compile(r"([-+]?)((?:0|[1-9][0-9]*(?:_[0-9]+)*)?)(?:\.([0-9]+))?(?:[eE]([-+]?[0-9]+))?")


class Stop(Exception):  # noqa: N818 - not an error of its own: the builder's problems say what is wrong
    """Reading cannot go on. The problems are with the builder."""


class _Level:
    """One mapping or list that is still open."""

    __slots__ = ("attach", "key", "spot", "value")

    def __init__(self, value: dict[str, object] | list[object], spot: Spot, attach: bool) -> None:
        self.value = value
        self.spot = spot
        self.attach = attach  # False for the value of a refused key: it is read, and forgotten
        self.key: str | None = None


_REFUSED: Final = "\0refused"  # NUL never stands in a file that reaches the builder


class Builder:
    """Collects values into one tree, and problems into one list."""

    def __init__(self, file: str, first_line: int = 1) -> None:
        self.file = file
        self._before = first_line - 1
        self.problems: list[Problem] = []
        self.data: object = None
        self.root: Spot | None = None
        self._open: list[_Level] = []
        self._nodes = 0

    # ── what a reader says ──

    def mapping(self, at: At) -> None:
        self._enter({}, at)

    def sequence(self, at: At) -> None:
        self._enter([], at)

    def close(self) -> None:
        self._open.pop()

    def wants_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1].value, dict) and self._open[-1].key is None

    def key(self, name: str, at: At) -> None:
        level = self._open[-1]
        self._short_enough(name, at)
        if name in level.spot.keys:
            first = level.spot.keys[name][0] + self._before
            self.problem(
                at, "SOURCE_DUPLICATE_KEY", f"`{shown(name)}` stands twice in one place", f"first on line {first}"
            )
            level.key = _REFUSED
            return
        level.spot.keys[name] = at
        level.key = name

    def refuse_key(self) -> None:
        """The key cannot be used: what belongs to it is read and forgotten."""
        self._open[-1].key = _REFUSED

    def scalar(self, value: Scalar, at: At) -> None:
        if isinstance(value, str):
            self._short_enough(value, at)
        self._put(value, Spot(*at))

    def problem(self, at: At, code: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(Place(self.file, at[0] + self._before, at[1]), code, message, hint))
        if len(self.problems) >= PROBLEMS_MAX:
            raise Stop

    def stop(self, at: At, code: str, message: str, hint: str = "") -> Stop:
        """The problem after which nothing more can be read, to be raised."""
        self.problems.append(Problem(Place(self.file, at[0] + self._before, at[1]), code, message, hint))
        return Stop()

    # ── how it is put together ──

    def _enter(self, value: dict[str, object] | list[object], at: At) -> None:
        if len(self._open) >= DEPTH_MAX:
            hint = f"at most {DEPTH_MAX} levels; a plan needs fewer than ten"
            raise self.stop(at, "SOURCE_TOO_DEEP", "values are nested too deep", hint)
        spot = Spot(*at)
        self._open.append(_Level(value, spot, self._put(value, spot)))

    def _put(self, value: object, spot: Spot) -> bool:
        self._nodes += 1
        if self._nodes > NODES_MAX:
            hint = f"at most {NODES_MAX} values in one file"
            raise self.stop((spot.line, spot.column), "SOURCE_TOO_MANY_VALUES", "the file holds too many values", hint)
        if not self._open:
            self.data, self.root = value, spot
            return True
        level = self._open[-1]
        if isinstance(level.value, list):
            level.spot.parts[len(level.value)] = spot
            level.value.append(value)
            return level.attach
        key, level.key = level.key, None
        if key is None or key is _REFUSED:
            return False
        level.value[key] = value
        level.spot.parts[key] = spot
        return level.attach

    def _short_enough(self, text: str, at: At) -> None:
        if len(text) > TEXT_MAX:
            raise self.stop(
                at, "SOURCE_TEXT_TOO_LONG", "a text is too long", f"at most {TEXT_MAX} characters in one text"
            )

    def number(self, text: str, at: At) -> int | Decimal | None:
        """The exact number that `text` is, or None where it is none (`7%`, `007`, `2026-05-01`, `1.`)."""
        found = _NUMBER.fullmatch(text)
        if not found:
            return None
        _sign, whole, fraction, exponent = found.groups()
        if not whole and not fraction:
            return None
        digits = len(whole) - whole.count("_") + len(fraction or "")
        if digits > DIGITS_MAX or _far(exponent):
            hint = f"at most {DIGITS_MAX} digits, and an exponent of at most {DIGITS_MAX}; quote it if it is a text"
            self.problem(at, "SOURCE_NUMBER_TOO_LONG", f"`{shown(text)}` is too long for a number", hint)
            return 0
        return int(text) if fraction is None and exponent is None else Decimal(text)


def _far(exponent: str | None) -> bool:
    return exponent is not None and (len(exponent) > 4 or abs(int(exponent)) > DIGITS_MAX)


def shown(text: str) -> str:
    """A word of the file, short enough for a message."""
    flat = text.replace("\n", " ")
    return flat if len(flat) <= 60 else flat[:57] + "..."

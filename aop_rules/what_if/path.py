"""A dotted path to one value of plain data, as in `budget.lines.ads.amount` or `costs[0].amount`, and another value set there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from aop_rules.errors import Problem, did_you_mean
from aop_rules.source.build import shown
from aop_rules.source.plain import PlainData
from aop_rules.source.shape import known_keys, part
from aop_rules.source.tree import Path

_STEP = r"[^.\[\]\s]+(?:\[[0-9]{1,6}\])*"
_PATH = re.compile(rf"{_STEP}(?:\.{_STEP})*")
_PART = re.compile(r"[^.\[\]]+|\[[0-9]+\]")


def steps(text: str) -> Path:
    """The steps of a path; none where it is no path.

    >>> steps("costs[0].amount"), steps("costs[0")
    (('costs', 0, 'amount'), ())
    """
    if not _PATH.fullmatch(text):
        return ()
    return tuple(int(each[1:-1]) if each.startswith("[") else each for each in _PART.findall(text))


def found(data: Any, path: Path) -> Any:
    """The value at a path; None where there is none."""
    for step in path:
        data = part(data, step)
    return data


def unknown(text: str, data: Any, shape: Any, root: str, new: object) -> Problem | None:
    """Why nothing can be set at a path of a `root` (`plan` or `event`); None where it can.

    A key that the model knows may be missing from the data, and so may a whole new entry of a table (a `new` mapping).
    """
    path, prefix = steps(text), root.upper()
    if not path:
        hint = "write keys with dots and items with their number, as in `costs[0].amount`"
        return Problem(PlainData(data, root).place(()), f"{prefix}_UNKNOWN_KEY", f"`{shown(text)}` is no path", hint)
    for depth, key in enumerate(path):
        above = path[:depth]
        value = found(data, above)
        if isinstance(value, list | tuple):
            if isinstance(key, int) and key < len(value):
                continue
            said, hint = f"no item `{shown(str(key))}` in `{above[-1]}`", f"it has {len(value)} items, the first is 0"
            return Problem(PlainData(data, root).place(path[: depth + 1]), f"{prefix}_UNKNOWN_ID", said, hint)
        keys = known_keys(shape, above, data)
        known = {*keys, *value} if isinstance(value, Mapping) else {*keys}
        if key in known or (not keys and depth == len(path) - 1 and isinstance(new, Mapping)):
            continue
        code, what = ("UNKNOWN_KEY", "unknown key") if keys else ("UNKNOWN_ID", "there is nothing called")
        place = PlainData(data, root).place(path[: depth + 1])
        return Problem(place, f"{prefix}_{code}", f"{what} `{shown(str(key))}`", did_you_mean(str(key), known))
    return None


def with_value(data: Any, path: Path, value: object) -> Any:
    """The data with another value at a path that is there, or may be; None takes an entry out. What is given is not changed."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(data, list | tuple):
        return [with_value(each, rest, value) if n == step else each for n, each in enumerate(data)]
    entries = dict(data) if isinstance(data, Mapping) else {}
    if value is None and not rest:
        entries.pop(step, None)
        return entries
    return {**entries, step: with_value(entries.get(step), rest, value)}

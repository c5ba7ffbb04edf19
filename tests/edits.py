"""Edits that turn a file that is right into one that is not: what the tests of hostile input and the fuzzing share.

All of them take their randomness from outside, so that Hypothesis can shrink what it finds and a seed shows it again.
"""

from __future__ import annotations

import json
from copy import deepcopy
from random import Random
from typing import Any

SQL = (
    "'; DROP TABLE entries; --",
    "x' OR '1'='1",
    '"; DELETE FROM entries; --',
    "%s",
    "%(id)s",
    "{}",
    "{0}",
    "$1",
    "?",
    ":a",
)
PATHS = ("../../etc/passwd", "/etc/passwd", "..", ".", "/", "a/b", "C:\\aux", "~root", "file:///etc/passwd", "a\0b")
SIGNS = (
    "\x1b[31m",
    "\x1b]0;title\x07",
    "\u202e",
    "\u200b",
    "\ufeff",
    "\x00",
    "\x7f",
    "\x9b2J",
    "\u2028",
    "\ud800",
    "é",
    "е",
    "😀",
)
TEXTS = (
    *SQL,
    *PATHS,
    *SIGNS,
    "",
    " ",
    "null",
    "7%",
    "1e400",
    "2026-02-30",
    "9999-12-31",
    "0001-01-01",
    "x" * 300,
    "__class__",
)
NUMBERS = (0, -1, 1, 2**31, 2**63, -(2**63) - 1, 10**59, 10**60, -(10**60), 10**4299)
VALUES: tuple[Any, ...] = (
    *TEXTS,
    *NUMBERS,
    None,
    True,
    False,
    [],
    {},
    [[]],
    {"": ""},
    [None],
    0.1,
    1e308,
    float("nan"),
    float("inf"),
)
KEYS = (
    "id",
    "name",
    "kind",
    "source",
    "specversion",
    "data",
    "data_base64",
    "type",
    "",
    "__proto__",
    *SQL[:2],
    *PATHS[:2],
    *SIGNS,
)

Step = str | int


def edited(data: Any, random: Random, most: int = 4) -> Any:
    """A copy of plain data with one to `most` edits; none of its parts is shared with the original."""
    whole = [deepcopy(data)]
    for _ in range(random.randint(1, most)):
        parent, step = random.choice(list(_places(whole)))
        random.choice(_EDITS)(parent, step, whole, random)
        if not whole:
            whole.append(None)
    return whole[0]


def text_of(data: Any, random: Random) -> str:
    """The data as JSON (which is YAML too), sometimes with a line or a sign more, less or twice."""
    text = json.dumps(data, ensure_ascii=random.random() < 0.2, indent=random.choice((None, 1)), default=str)
    if random.random() < 0.3:
        lines = text.split("\n")
        at = random.randrange(len(lines))
        lines[at:at] = [random.choice(lines)] * random.choice((1, 2, 40))
        text = "\n".join(lines)
    if random.random() < 0.2:
        at = random.randrange(len(text) + 1)
        text = text[:at] + random.choice((*TEXTS, *"{}[]:,\"'&*!|>%@`#-")) + text[at + random.choice((0, 0, 1)) :]
    return text


def in_bytes(text: str) -> bytes:
    """As it may come from a disk: half characters too."""
    return text.encode("utf-8", "surrogatepass")


def _places(whole: Any) -> Any:
    """Every part and the way to it from what holds it; the root too."""
    inside = [whole]
    while inside:
        parent = inside.pop()
        for step in list(parent) if isinstance(parent, dict) else range(len(parent)):
            yield parent, step
            if isinstance(parent[step], (dict, list)):
                inside.append(parent[step])


def _delete(parent: Any, step: Step, _whole: Any, _random: Random) -> None:
    del parent[step]


def _replace(parent: Any, step: Step, _whole: Any, random: Random) -> None:
    parent[step] = deepcopy(random.choice(VALUES))


def _retype(parent: Any, step: Step, _whole: Any, random: Random) -> None:
    value = parent[step]
    parent[step] = random.choice(
        ([value], {"a": value}, str(value)[:100], [value, deepcopy(value)], {str(step): value})
    )


def _move(parent: Any, step: Step, whole: Any, random: Random) -> None:
    other, at = random.choice(list(_places(whole)))
    parent[step] = deepcopy(other[at])


def _add(parent: Any, step: Step, _whole: Any, random: Random) -> None:
    target = parent[step] if isinstance(parent[step], (dict, list)) else parent
    value = deepcopy(random.choice(VALUES))
    if isinstance(target, dict):
        target[random.choice((*KEYS, *map(str, target)))] = value
    else:
        target.insert(random.randint(0, len(target)), value)


def _rename(parent: Any, step: Step, _whole: Any, random: Random) -> None:
    if isinstance(parent, dict):
        name = str(step)
        at = random.randint(0, len(name))
        parent[random.choice((name[:at] + name[at + 1 :], name + "x", name.upper(), *KEYS))] = parent.pop(step)


def _nest(parent: Any, step: Step, _whole: Any, random: Random) -> None:
    for _ in range(random.choice((2, 29, 33, 40))):
        parent[step] = [parent[step]] if random.random() < 0.5 else {"a": parent[step]}


def _taint(parent: Any, step: Step, _whole: Any, random: Random) -> None:
    value = parent[step]
    sign = random.choice(TEXTS)
    if isinstance(value, str):
        at = random.randint(0, len(value))
        parent[step] = value[:at] + sign + value[at:]
    elif isinstance(value, int):
        parent[step] = value + random.choice((-1, 1, 10**20, -value, -2 * value))
    else:
        parent[step] = sign


_EDITS = (_delete, _replace, _retype, _move, _add, _rename, _nest, _taint, _taint)

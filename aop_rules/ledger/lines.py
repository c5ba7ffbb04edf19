"""JSON Lines: one event a line, streamed, and read by the standard library where nothing can be wrong with that.

A history of 200,000 events reads in seconds this way. Wherever a line is odd in any respect the quick way gives up, and
the line is read by the located reader, which says what is wrong and where.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from aop_rules.errors import EventError, InputError
from aop_rules.events import EventBase, parse_event
from aop_rules.ledger.cloudevents import is_cloudevent, unwrapped
from aop_rules.limits import DEPTH_MAX, DIGITS_MAX, FILE_BYTES_MAX, HISTORY_BYTES_MAX, TEXT_MAX
from aop_rules.source.read import decoded, opened, too_large

LINES = frozenset({".jsonl", ".ndjson"})


def lines_of(path: Path) -> Iterator[tuple[int, bytes]]:
    """The numbered lines of a file of at most HISTORY_BYTES_MAX bytes.

    A line past FILE_BYTES_MAX comes cut and is the last: it is refused where lines are read.
    """
    with opened(path, HISTORY_BYTES_MAX, error=EventError) as stream:
        number, left = 1, HISTORY_BYTES_MAX
        while line := stream.readline(FILE_BYTES_MAX + 1):
            left -= len(line)
            if left < 0:  # it has grown since, or is no plain file
                raise EventError([too_large(str(path), HISTORY_BYTES_MAX)])
            yield number, line
            if len(line) > FILE_BYTES_MAX:
                return
            number += 1


def text_lines(text: str | bytes) -> bool:
    """Whether a text looks like JSON Lines: two lines or more, the first of them a whole object."""
    head = text[:FILE_BYTES_MAX]  # of a whole history the beginning is enough
    first, _, rest = (head if isinstance(head, str) else head.decode("utf-8", "replace")).lstrip().partition("\n")
    first, rest = first.strip(), rest.strip()
    return first.startswith("{") and first.endswith("}") and rest.startswith("{") and _quick(first) is not None


def quickly(line: bytes) -> EventBase | None:
    """The event in a line, or None where the line needs a closer look."""
    try:
        data = _quick(decoded(line, "", error=InputError))
    except InputError:
        return None
    if not isinstance(data, dict):
        return None
    if is_cloudevent(data):
        if data["specversion"] != "1.0" or not isinstance(data.get("data"), dict) or "data_base64" in data:
            return None
        data = unwrapped(data)
    try:
        return parse_event(data)
    except ValidationError:
        return None


class _Odd(ValueError):  # noqa: N818 - a reason to look closer, not an error
    """Something that the quick way does not judge."""


def _quick(text: str) -> Any:
    if len(text) > TEXT_MAX or "\\u" in text or text.count("{") + text.count("[") > DEPTH_MAX:
        return None
    try:
        return json.loads(text, parse_float=_number, parse_int=_whole, parse_constant=_odd, object_pairs_hook=_object)
    except ValueError:
        return None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        raise _Odd
    return mapping


def _number(text: str) -> Decimal:
    if len(text) > DIGITS_MAX or "e" in text or "E" in text:
        raise _Odd
    return Decimal(text)


def _whole(text: str) -> int:
    if len(text) > DIGITS_MAX:
        raise _Odd
    return int(text)


def _odd(_text: str) -> Any:
    raise _Odd

"""What an erasure left in the place of a name, and what may have stood there."""

from __future__ import annotations

import json
import re
from typing import Any

from aop_rules.ledger.entry import Entry, digest_of

LABEL = re.compile(r"\[erased-[1-9][0-9]*\]")


def same_content(entry: Entry, body: str) -> bool:
    """Whether an entry says what a body says; one from which a name was erased says anything in the name's place."""
    if entry.body == body:
        return True
    return digest_of(entry.salt, entry.body) != entry.digest and same_text(entry.body, body)


def same_text(left: str, whole: str) -> bool:
    """Whether two texts of JSON differ only where a label stands in the first."""
    if LABEL.search(left) is None:
        return False
    try:
        return same_but_erased(_read(left), _read(whole))
    except (ValueError, RecursionError):
        return False


def same_but_erased(left: Any, whole: Any) -> bool:
    """Whether plain data differs only where a label stands in a text of the first.

    >>> same_but_erased({"by": "for [erased-1]"}, {"by": "for Lan"}), same_but_erased({"by": "[erased-1]!"}, {"by": "Lan"})
    (True, False)
    """
    if type(left) is not type(whole):
        return False
    if isinstance(left, str):
        return _fits(left, whole)
    if isinstance(left, dict):
        return left.keys() == whole.keys() and all(same_but_erased(each, whole[key]) for key, each in left.items())
    if isinstance(left, list):
        return len(left) == len(whole) and all(map(same_but_erased, left, whole))
    return bool(left == whole)


def _fits(left: str, whole: str) -> bool:
    """Each part between labels as early as it goes: that finds a fit where there is one, without going back."""
    first, *parts = LABEL.split(left)
    if not parts:
        return left == whole
    last, at = parts.pop(), len(first)
    if not whole.startswith(first):
        return False
    for part in parts:
        found = whole.find(part, at + 1)  # something stood in the place of each label
        if found < 0:
            return False
        at = found + len(part)
    return whole.endswith(last) and len(whole) - len(last) > at


def _read(text: str) -> Any:
    """Numbers as they are written."""
    return json.loads(text, parse_int=_number, parse_float=_number, parse_constant=_number)


def _number(text: str) -> tuple[str]:
    return (text,)

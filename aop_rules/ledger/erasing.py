"""Erasing a name: it goes from every body that holds it, and the chain says where, so that it still verifies."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from aop_rules.errors import InputError, LedgerError, Place, Problem
from aop_rules.ledger.entry import Draft, Entry, canonical, digest_of
from aop_rules.ledger.pen import Pen

IDS = frozenset(
    ["consumes", "doc", "event_id", "from", "from_period", "goal", "goals", "initiative", "initiatives", "kind", "kpi", "kpis", "line", "lines", "milestone", "period", "requires", "risk", "risks", "role", "source", "to", "to_period"]
)
"""Keys of an event whose values are ids: what else stands under them elsewhere would no longer be found."""


def erased(pen: Pen, name: str, reason: str, by: str) -> Entry | None:
    """Redacts each entry that holds the name, and keeps the entry that says so; None where nothing holds it.

    Raises LedgerError where the name is an id as well, or a word of the library's own: without it nothing could be read.
    """
    label = f"[erased-{1 + sum(1 for _ in pen.entries(0, ('erasure',)))}]"
    forms = {name, unicodedata.normalize("NFC", name), unicodedata.normalize("NFD", name)}
    word = _word(forms)
    redacted: list[dict[str, Any]] = []
    for entry in list(pen.entries()):
        if not any(form in entry.body for form in forms):
            continue
        data = entry.data()
        if any(word.search(said) for said in _ids(data, in_event=entry.kind == "event")):
            raise _in_use(entry)
        left = _without(data, word, label)
        if left == data:
            continue
        salt, body = pen.salt(), canonical(left)
        pen.store.redact(replace(entry, salt=salt, body=body))
        redacted.append({"sequence": entry.sequence, "digest": digest_of(salt, body)})
    if not redacted:
        return None
    said = _without({"label": label, "reason": reason, "by": by, "redacted": redacted}, word, label)
    return pen.keep([Draft("erasure", label, canonical(said))])[0]


def still_read(pen: Pen, erasure: Entry, read_back: Callable[[Entry], object]) -> None:
    """Raises LedgerError where an entry cannot be read any more as the erasure left it: a date or a number, say."""
    redacted = {each["sequence"] for each in erasure.data()["redacted"]}
    for entry in pen.entries(min(redacted) - 1):
        if entry.sequence in redacted:
            try:
                read_back(entry)
            except (InputError, LookupError, TypeError, ValueError):
                raise _in_use(entry) from None


def _word(forms: set[str]) -> re.Pattern[str]:
    """The name where it stands as a word of its own."""
    either = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)")


def _without(data: Any, word: re.Pattern[str], label: str) -> Any:
    """Plain data with the label for the name in every text."""
    if isinstance(data, str):
        return word.sub(lambda _: label, data)
    if isinstance(data, dict):
        return {key: _without(value, word, label) for key, value in data.items()}
    return [_without(each, word, label) for each in data] if isinstance(data, list) else data


def _ids(data: Any, in_event: bool) -> Iterator[str]:
    """Every key, and every id of an event."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield key
            if in_event and key in IDS:
                yield from (each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str))
            yield from _ids(value, in_event or key == "event")
    elif isinstance(data, list):
        for each in data:
            yield from _ids(each, in_event)


def _in_use(entry: Entry) -> LedgerError:
    message = f"the name is also an id, or a word that entry {entry.sequence} is made of"
    return LedgerError([Problem(Place("<ledger>"), "LEDGER_NAME_IN_USE", message, "erase the name as people write it")])

"""Erasing a name: it goes from every text that holds it, and the chain says where, so that it still verifies.

Ids stay as they are, also those that hold the name: entries are found by them.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from aop_rules.errors import InputError, LedgerError, Place, Problem
from aop_rules.ledger.entry import Draft, Entry, canonical, digest_of
from aop_rules.ledger.pen import Pen

IDS = frozenset([
    "consumes", "doc", "event_id", "from", "from_period", "goal", "goals", "initiative", "initiatives", "kind", "kpi", "kpis",
    "line", "lines", "milestone", "period", "requires", "risk", "risks", "role", "source", "to", "to_period",
])  # fmt: skip
"""Keys of an event whose values are ids: what else stands under them elsewhere would no longer be found."""
NAMED = frozenset(["id", "sources", "subject"])
"""The same, of a decision: what it names by its id."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a name still stands: the sequences of entries."""

    in_ids: tuple[int, ...]
    """As part of an id, which the chain is made of."""
    otherwise: tuple[int, ...]
    """In another spelling: other capitals, other spaces."""


def erased(pen: Pen, name: str, reason: str, by: str) -> Entry | None:
    """Redacts each entry that holds the name, and keeps the entry that says so; None where no text holds it.

    Raises LedgerError where the name is an id itself, or a word of the library's own: without it nothing could be read.
    """
    label = f"[erased-{1 + sum(1 for _ in pen.entries(0, ('erasure',)))}]"
    forms = _forms(name)
    word = _word(forms)
    redacted: list[dict[str, Any]] = []
    stays: list[int] = []
    for entry in list(pen.entries()):
        if not _holds(entry, forms):
            continue
        data = entry.data()
        ids = [entry.source, entry.id, *_ids(data, _keys(entry))]
        if not forms.isdisjoint(ids):
            raise _in_use(entry)
        if any(map(word.search, ids)):
            stays.append(entry.sequence)
        left = _without(data, word, label, _keys(entry))
        if left == data:
            continue
        salt, body = pen.salt(), canonical(left)
        pen.store.redact(replace(entry, salt=salt, body=body))
        redacted.append({"sequence": entry.sequence, "digest": digest_of(salt, body)})
    if not redacted:
        return None
    told = _without({"label": label, "reason": reason, "by": by}, word, label)
    return pen.keep([Draft("erasure", label, canonical({**told, "redacted": redacted, "stays_in": stays}))])[0]


def standing(entries: Iterable[Entry], name: str) -> Standing:
    """Where a name stands that was erased."""
    word, alike = _word(_forms(name)), _alike(name)
    in_ids, otherwise = list[int](), list[int]()
    for entry in entries:
        texts = [entry.source, entry.id, *_texts(entry.data())]
        if any(map(word.search, texts)):
            in_ids.append(entry.sequence)
        if any(alike.search(_folded(word.sub("", text))) for text in texts):
            otherwise.append(entry.sequence)
    return Standing(tuple(in_ids), tuple(otherwise))


def still_read(pen: Pen, erasure: Entry, read_back: Callable[[Entry], object]) -> None:
    """Raises LedgerError where an entry cannot be read any more as the erasure left it: a date or a number, say."""
    redacted = {each["sequence"] for each in erasure.data()["redacted"]}
    for entry in pen.entries(min(redacted, default=1) - 1):
        if entry.sequence in redacted:
            try:
                read_back(entry)
            except (InputError, LookupError, TypeError, ValueError):
                raise _in_use(entry) from None


def _forms(name: str) -> set[str]:
    return {name, unicodedata.normalize("NFC", name), unicodedata.normalize("NFD", name)}


def _holds(entry: Entry, forms: set[str]) -> bool:
    """Quickly, whether a form of the name may stand in the entry."""
    said = entry.body, entry.source, entry.id
    return any(text in each for form in forms for text in (form, _written(form)) for each in said)


def _written(text: str) -> str:
    """As it stands in a body."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _word(forms: set[str]) -> re.Pattern[str]:
    """The name where it stands as a word of its own."""
    either = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)")


def _alike(name: str) -> re.Pattern[str]:
    """The name in any capitals and with any spaces, in a text that is folded."""
    return re.compile(rf"(?<!\w){' '.join(map(re.escape, _folded(name).split()))}(?!\w)")


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _keys(entry: Entry) -> frozenset[str]:
    """The keys of an entry's body whose values are ids."""
    return {"event": IDS, "decision": NAMED}.get(entry.kind, frozenset())


def _below(key: str, keys: frozenset[str]) -> frozenset[str]:
    """Those of what stands under a key: a decision quotes the event."""
    return IDS if key == "event" else keys


def _without(data: Any, word: re.Pattern[str], label: str, keys: frozenset[str] = frozenset()) -> Any:
    """Plain data with the label for the name in every text that is no id."""
    if isinstance(data, str):
        return word.sub(lambda _: label, data)
    if isinstance(data, dict):
        return {
            key: value if key in keys and _all_ids(value) else _without(value, word, label, _below(key, keys))
            for key, value in data.items()
        }
    return [_without(each, word, label, keys) for each in data] if isinstance(data, list) else data


def _ids(data: Any, keys: frozenset[str]) -> Iterator[str]:
    """Every key, and every id."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield key
            if key in keys and _all_ids(value):
                yield from [value] if isinstance(value, str) else value
            else:
                yield from _ids(value, _below(key, keys))
    elif isinstance(data, list):
        for each in data:
            yield from _ids(each, keys)


def _all_ids(value: Any) -> bool:
    """Whether it is an id, or a list of them."""
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(each, str) for each in value))


def _texts(data: Any) -> Iterator[str]:
    """Every key and every text."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield key
            yield from _texts(value)
    elif isinstance(data, list):
        for each in data:
            yield from _texts(each)


def _in_use(entry: Entry) -> LedgerError:
    message = f"the name is also an id, or a word that entry {entry.sequence} is made of"
    return LedgerError([Problem(Place("<ledger>"), "LEDGER_NAME_IN_USE", message, "erase the name as people write it")])

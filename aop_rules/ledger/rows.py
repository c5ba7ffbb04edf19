r"""An entry as a row of a table, the same in each database.

Moments stand as text of one width. Two things that Python's text may hold and no database takes, NUL and half a surrogate
pair, stand as the control character SUB and four digits: `\x1a0000`; so does SUB itself.
"""

from __future__ import annotations

import re
from typing import Any

from aop_rules.ledger.entry import Entry, damaged, stamp, unstamped

COLUMNS = ("sequence", "kind", "source", "id", "known_at", "recorded_at", "body", "salt", "digest", "previous", "hash")
LAST = 2**63 - 1
"""The largest sequence that a column holds."""
_MARK = "\x1a"
_ODD = re.compile("[\x00\x1a\ud800-\udfff]")
_MARKED = re.compile("\x1a([0-9a-f]{4})")


def row_of(entry: Entry) -> tuple[Any, ...]:
    """The entry's columns."""
    return (
        entry.sequence,
        stored(entry.kind),
        stored(entry.source),
        stored(entry.id),
        None if entry.known_at is None else stamp(entry.known_at),
        stamp(entry.recorded_at),
        stored(entry.body),
        stored(entry.salt),
        entry.digest,
        entry.previous,
        entry.hash,
    )


def entry_of(row: tuple[Any, ...]) -> Entry:
    """The entry in columns that `row_of` gave. Raises LedgerError where it is damaged."""
    sequence, kind, source, name, known_at, recorded_at, body, salt, digest, previous, header = row
    if not isinstance(known_at, str | None) or not all(isinstance(text, str) for text in row[1:4] + row[5:]):
        raise damaged(sequence)
    try:
        known, recorded = None if known_at is None else unstamped(known_at), unstamped(recorded_at)
    except ValueError:
        raise damaged(sequence) from None
    return Entry(
        sequence,
        _read(kind),
        _read(source),
        _read(name),
        known,
        recorded,
        _read(body),
        _read(salt),
        digest,
        previous,
        header,
    )


def stored(text: str) -> str:
    r"""The text as a database takes it.

    >>> stored("ads"), stored("a\0b\ud800")
    ('ads', 'a\x1a0000b\x1ad800')
    """
    return _ODD.sub(lambda odd: f"{_MARK}{ord(odd[0]):04x}", text)


def _read(text: str) -> str:
    return _MARKED.sub(lambda marked: chr(int(marked[1], 16)), text) if _MARK in text else text

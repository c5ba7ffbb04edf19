"""A store in memory: as long as the process lives."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from threading import RLock
from typing import TypeVar

from aop_rules.ledger.entry import Entry, Head, Identity

T = TypeVar("T")


class MemoryStore:
    """Entries in a list. May be used from several threads."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._entries: list[Entry] = []
        self._places: dict[Identity, int] = {}
        self._about: dict[tuple[str, str, str], list[int]] = {}
        """By kind, by kind and source, and by kind and id: the places, in order."""
        self._redacted: list[Entry] = []
        """What the work in progress has redacted, as it was before."""

    def head(self) -> Head:
        with self._lock:
            last = self._entries[-1] if self._entries else None
            return Head(last.sequence, last.hash) if last else Head()

    def entries(self, after: int = 0, kinds: Collection[str] = ()) -> Iterator[Entry]:
        with self._lock:
            if not kinds:
                return iter(self._entries[after:])
            of_kinds = (self._about.get((kind, "kind", ""), []) for kind in set(kinds))
            places = sorted(place for there in of_kinds for place in there[bisect_left(there, after) :])
            return iter([self._entries[place] for place in places])

    def found(self, identities: Iterable[Identity]) -> Mapping[Identity, Entry]:
        with self._lock:
            return {each: self._entries[self._places[each]] for each in identities if each in self._places}

    def about(self, kind: str, *, source: str | None = None, id: str | None = None) -> tuple[Entry, ...]:  # noqa: A002
        with self._lock:
            there = self._about.get((kind, "source", source) if source is not None else (kind, "id", id or ""), ())
            return tuple(self._entries[n] for n in there if id is None or self._entries[n].id == id)

    def write(self, work: Callable[[MemoryStore], T]) -> T:
        with self._lock:
            kept, redacted = len(self._entries), self._redacted
            self._redacted = []
            try:
                return work(self)
            except BaseException:
                for entry in reversed(self._redacted):
                    self._entries[entry.sequence - 1] = entry
                for entry in self._entries[kept:]:
                    del self._places[entry.identity]
                    for key in _keys(entry):
                        self._about[key].pop()
                del self._entries[kept:]
                raise
            finally:
                self._redacted = redacted

    def add(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            self._places[entry.identity] = len(self._entries)
            for key in _keys(entry):
                self._about.setdefault(key, []).append(len(self._entries))
            self._entries.append(entry)

    def redact(self, entry: Entry) -> None:
        place = entry.sequence - 1
        self._redacted.append(self._entries[place])
        self._entries[place] = replace(self._entries[place], body=entry.body, salt=entry.salt)

    def inspect(self) -> None:
        """There is nothing beside the entries."""

    def scrub(self) -> None:
        """Nothing is left behind in memory that is ours to clear."""

    def close(self) -> None:
        """Nothing is held open."""


def _keys(entry: Entry) -> tuple[tuple[str, str, str], ...]:
    return (entry.kind, "kind", ""), (entry.kind, "source", entry.source), (entry.kind, "id", entry.id)

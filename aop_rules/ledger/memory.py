"""A ledger in memory."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date, datetime
from threading import Lock

from aop_rules.errors import ConflictError, Place, Problem
from aop_rules.events import EventBase, canonical
from aop_rules.ledger.protocol import Record, moment, order

Identity = tuple[str, str]


class MemoryLedger:
    """Keeps events as long as it lives. One may be used from several threads.

    >>> from aop_rules.events import parse_event
    >>> ledger = MemoryLedger()
    >>> may = {"kind": "period_close", "event_id": "close-5", "effective_date": "2026-06-05", "period": "2026-05"}
    >>> ledger.append(parse_event(may)).sequence, ledger.append(parse_event(may)).sequence
    (1, 1)
    >>> len(ledger.records("2026-06-04")), len(ledger.records("2026-06-05"))
    (0, 1)
    """

    def __init__(self, events: Iterable[EventBase] = ()) -> None:
        self._lock = Lock()
        self._known: dict[Identity, Record] = {}
        self._sorted: list[Record] = []
        self.extend(events)

    def __len__(self) -> int:
        return len(self._known)

    def append(self, event: EventBase) -> Record:
        """Record an event, or give the record of the same one. Raises ConflictError where its id has other content."""
        return self.extend((event,))[0]

    def extend(self, events: Iterable[EventBase]) -> tuple[Record, ...]:
        """Record all of the events, or none. Raises ConflictError with every conflict."""
        arriving = tuple(events)  # before the lock: the caller's iterator may take its time, or fail
        with self._lock:
            new, problems = self._sorted_out(arriving)
            if problems:
                raise ConflictError(problems)
            self._known.update(new)
            self._insert(list(new.values()))
            return tuple(self._known[identity(event)] for event in arriving)

    def records(self, as_of: date | datetime | str | None = None) -> tuple[Record, ...]:
        """What was known by `as_of` (a date means the end of that day, UTC), whatever the order of arrival."""
        with self._lock:
            if as_of is None:
                return tuple(self._sorted)
            return tuple(
                self._sorted[: bisect_right(self._sorted, moment(as_of), key=lambda record: record.event.known)]
            )

    def events(self, as_of: date | datetime | str | None = None) -> tuple[EventBase, ...]:
        """The events of `records`."""
        return tuple(record.event for record in self.records(as_of))

    def _sorted_out(self, arriving: tuple[EventBase, ...]) -> tuple[dict[Identity, Record], list[Problem]]:
        new: dict[Identity, Record] = {}
        problems: list[Problem] = []
        for event in arriving:
            key = identity(event)
            there = self._known.get(key) or new.get(key)
            if there is None:
                new[key] = Record(len(self._known) + len(new) + 1, event)
            elif not same_content(there.event, event):
                problems.append(conflict(event))
        return new, problems

    def _insert(self, new: list[Record]) -> None:
        if len(new) == 1:
            self._sorted.insert(bisect_left(self._sorted, order(new[0].event), key=_order), new[0])
        elif new:
            self._sorted = sorted([*self._sorted, *new], key=_order)


def _order(record: Record) -> tuple[datetime, date, str, str]:
    return order(record.event)


def identity(event: EventBase) -> Identity:
    """What makes an event itself: CloudEvents' source and id."""
    return event.source, event.event_id


def same_content(one: EventBase, other: EventBase) -> bool:
    return one is other or canonical(one) == canonical(other)


def conflict(event: EventBase, place: Place | None = None) -> Problem:
    """The problem of an event whose id is taken by other content."""
    message = f"event `{event.event_id}` is already known with other content"
    return Problem(place or Place(), "EVENT_CONFLICT", message, "give a correction an id of its own")

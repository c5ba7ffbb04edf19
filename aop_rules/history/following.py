"""Where the year stands, kept up with a ledger: each event is folded in once, whatever is asked how often."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from datetime import datetime
from hashlib import sha256
from threading import Lock

from aop_rules.events import EventBase
from aop_rules.history.quiet import quiet
from aop_rules.ledger.entry import Entry, Head
from aop_rules.ledger.ledger import event_of
from aop_rules.plan.model import Plan
from aop_rules.position.allocation import Earlier
from aop_rules.position.model import Position
from aop_rules.position.tally import Tally

Entries = Callable[..., Iterable[Entry]]
"""What reads a chain: entries after a sequence, of some kinds."""


class Following:
    """One plan's position over a ledger that grows. May be used from several threads.

    The ledger is never read while the lock is held, so that a writer who waits for it cannot be waited for.
    """

    def __init__(self, plan: Plan, earlier: Sequence[Earlier] = ()) -> None:
        self._plan, self.earlier = plan, tuple(earlier)
        self._lock = Lock()
        self._tally = Tally(plan, self.earlier)
        self._last = Head()
        """The last entry that was read."""

    def latest(self, entries: Entries, until: datetime) -> datetime | None:
        """When the last fact known by a moment became known; None where there is none."""
        self.position(entries, until)
        with self._lock:
            return self._tally.latest(until)

    def position(self, entries: Entries, as_of: datetime, also: EventBase | None = None) -> Position:
        """The position of all events in the chain by now that were known by `as_of`."""
        with nullcontext() if self._last.sequence else quiet():
            return self._caught_up(entries, as_of, also)

    def _caught_up(self, entries: Entries, as_of: datetime, also: EventBase | None) -> Position:
        """The last entry that was read is read again: it may be gone, where it was part of work that was undone."""
        last = self._last
        new = list(entries(max(last.sequence - 1, 0), ("event", "erasure")))
        undone = last.sequence > 0 and [entry.hash for entry in new[:1]] != [last.hash]
        del new[: last.sequence > 0]
        with self._lock:
            new = [entry for entry in new if entry.sequence > self._last.sequence]
            erased = self._last.sequence > 0 and any(entry.kind == "erasure" for entry in new)
            if erased or (undone and self._last == last):
                self._tally, self._last = Tally(self._plan, self.earlier), Head()  # what was read has changed
            elif not undone and self._last.sequence >= last.sequence:  # else somebody has begun anew meanwhile
                self._add(new)
                return self._tally.position(as_of, also)
        return self._caught_up(entries, as_of, also)

    def reserving(self, entries: Entries, as_of: datetime, doc: str) -> tuple[datetime, bool]:
        """The moment as of which money is reserved, and whether anything reserves or releases it under a document.

        Where a reservation became known later than `as_of`, it is that moment: what is held is held, whoever is late.
        """
        self.position(entries, as_of)
        with self._lock:
            last = self._tally.reserved_until
            at = as_of if last is None else max(as_of, last)
            return at, self._tally.reserves(at, doc)

    def _add(self, new: Sequence[Entry]) -> None:
        events = [entry for entry in new if entry.kind == "event"]
        self._tally.add(
            [event_of(entry) for entry in events], [sha256(entry.body.encode()).digest() for entry in events]
        )
        if new:
            self._last = Head(new[-1].sequence, new[-1].hash)

"""Where the year stands, kept up with a ledger: each event is folded in once, whatever is asked how often."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from threading import Lock

from aop_rules.events import EventBase
from aop_rules.ledger.entry import Entry
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
        self._plan, self._earlier = plan, tuple(earlier)
        self._lock = Lock()
        self._tally = Tally(plan, self._earlier)
        self._read = 0

    def position(self, entries: Entries, as_of: datetime, also: EventBase | None = None) -> Position:
        """The position of all events in the chain by now that were known by `as_of`."""
        new = list(entries(self._read, ("event", "erasure")))
        with self._lock:
            if self._read and any(entry.kind == "erasure" for entry in new):
                self._tally, self._read = Tally(self._plan, self._earlier), 0  # bodies that were read have changed
            else:
                self._add([entry for entry in new if entry.sequence > self._read])
                return self._tally.position(as_of, also)
        return self.position(entries, as_of, also)

    def _add(self, new: Sequence[Entry]) -> None:
        events = [entry for entry in new if entry.kind == "event"]
        self._tally.add(
            [event_of(entry) for entry in events], [sha256(entry.body.encode()).digest() for entry in events]
        )
        self._read = max((entry.sequence for entry in new), default=self._read)

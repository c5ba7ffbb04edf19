"""The ledger: what has happened, was decided and said, append-only, on one chain of hashes, in any store."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from types import TracebackType
from typing import Self, TypeVar

from pydantic import ValidationError

from aop_rules.events import EventBase, parse_event
from aop_rules.events import canonical as canonical_event
from aop_rules.ledger import clock
from aop_rules.ledger.entry import Draft, Entry, Head, Identity, damaged
from aop_rules.ledger.erasing import erased, still_read
from aop_rules.ledger.memory import MemoryStore
from aop_rules.ledger.pen import Pen
from aop_rules.ledger.record import Record, moment, order
from aop_rules.ledger.store import Store
from aop_rules.ledger.verifying import Verification, readable, verified

T = TypeVar("T")


class Ledger:
    """Keeps events, and all that was decided and said about them. One may be used from several threads.

    Idempotent by `(source, event_id)`, and the same whatever the order of arrival.

    >>> from aop_rules import Ledger, event_from
    >>> ledger = Ledger()
    >>> may = {"kind": "period_close", "event_id": "close-5", "effective_date": "2026-06-05", "period": "2026-05"}
    >>> ledger.append(event_from(may)).sequence, ledger.append(event_from(may)).sequence
    (1, 1)
    >>> len(ledger.records("2026-06-04")), len(ledger.records("2026-06-05"))
    (0, 1)
    >>> ledger.verify().sound
    True
    """

    def __init__(
        self,
        store: Store | None = None,
        *,
        clock: Callable[[], datetime] = clock.now,
        salt: Callable[[], str] = clock.salt,
    ) -> None:
        """A ledger in a store; in memory where none is given. `clock` says when something is kept, `salt` is 32 random
        digits for each entry.
        """
        self._store: Store = store if store is not None else MemoryStore()
        self._clock, self._salt = clock, salt

    @classmethod
    def open(cls, where: str, *, tenant: str = "", create: bool = True) -> Self:
        """The ledger in a SQLite file (made where there is none) or, by a `postgresql://` address, in a database.

        A database holds many ledgers apart from one another, each under a `tenant` (a short text of yours). With
        `create=False` what is not there is not made.
        Raises LedgerError.
        """
        from aop_rules.ledger.opening import store_at

        return cls(store_at(where, tenant, create))

    def __len__(self) -> int:
        """How many events it holds."""
        return sum(1 for _ in self._store.entries(0, ("event",)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the file or connection."""
        self._store.close()

    # ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def now(self) -> datetime:
        """What the ledger's clock says."""
        return self._clock()

    def append(self, event: EventBase) -> Record:
        """Record an event, or give the record of the same one. Raises ConflictError where its id has other content."""
        return self.extend((event,))[0]

    def extend(self, events: Iterable[EventBase]) -> tuple[Record, ...]:
        """Record all of the events, or none. Raises ConflictError with every conflict."""
        arriving = tuple(events)  # before the work: the caller's iterator may take its time, or fail
        kept = self.keep([draft_of(event) for event in arriving])
        return tuple(Record(entry.sequence, event) for entry, event in zip(kept, arriving, strict=True))

    def keep(self, drafts: Iterable[Draft]) -> tuple[Entry, ...]:
        """Keep entries of any kind, all or none; what is there already is given as it is. Raises ConflictError."""
        arriving = tuple(drafts)
        return self.write(lambda pen: pen.keep(arriving))

    def write(self, work: Callable[[Pen], T]) -> T:
        """Do a piece of work while nobody else writes: what it reads still holds when what it keeps is kept."""
        return self._store.write(lambda store: work(Pen(store, self._clock, self._salt)))

    def erase(
        self, name: str, *, reason: str, by: str = "", read_back: Callable[[Entry], object] | None = None
    ) -> Entry | None:
        """Puts `[erased-1]` (2, 3, …) in the place of a name wherever it stands as a word of its own, and says so on the chain.

        The chain still verifies. Gives the entry that says it; None where the name stands nowhere. `read_back` reads what
        is left of an entry, and raises where that says nothing any more; events are read where it is missing.
        Raises ValueError for an empty name or reason, and LedgerError, with nothing erased: where the chain is broken (an
        erasure would vouch for what somebody changed), or an entry could not be read without the name.
        """
        if not name.strip() or not reason.strip():
            raise ValueError("an erasure needs a name and a reason")

        def work(pen: Pen) -> Entry | None:
            if breaks := verified(pen.entries()).breaks:
                raise damaged(breaks[0].sequence)
            said = erased(pen, name, reason, by)
            if said is not None:
                still_read(pen, said, read_back or _read_event)
            return said

        entry = self.write(work)
        self._store.scrub()
        return entry

    # ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def head(self) -> Head:
        """The last entry: note it elsewhere, and `verify` can tell whether the end was cut off."""
        return self._store.head()

    def entries(self, after: int = 0, kinds: Collection[str] = ()) -> Iterator[Entry]:
        """Entries in the order of arrival: those after a sequence, of all kinds or of these."""
        return self._store.entries(after, kinds)

    def find(self, kind: str, id: str, source: str = "") -> Entry | None:  # noqa: A002
        """One entry."""
        identity: Identity = (kind, source, id)
        return self._store.found([identity]).get(identity)

    def found(self, identities: Iterable[Identity]) -> Mapping[Identity, Entry]:
        """Those of many entries (kind, source, id) that are there."""
        return self._store.found(identities)

    def about(self, kind: str, *, source: str | None = None, id: str | None = None) -> tuple[Entry, ...]:  # noqa: A002
        """Entries of one kind with this source, or this id, in order of arrival."""
        return self._store.about(kind, source=source, id=id)

    def records(self, as_of: date | datetime | str | None = None) -> tuple[Record, ...]:
        """What was known by `as_of` (a date means the end of that day, UTC), whatever the order of arrival.

        Ordered by (known, effective date, source, event id).
        """
        until = None if as_of is None else moment(as_of)
        read = (Record(entry.sequence, event_of(entry)) for entry in self._store.entries(0, ("event",)))
        return tuple(sorted((r for r in read if until is None or r.event.known <= until), key=order))

    def events(self, as_of: date | datetime | str | None = None) -> tuple[EventBase, ...]:
        """The events of `records`."""
        return tuple(record.event for record in self.records(as_of))

    def verify(self, expected: Head | None = None) -> Verification:
        """Whether every entry is what the chain says, and where it is not. `expected` is a head noted before.

        An entry that cannot be read is a break, and the rest is read after it.
        Raises LedgerError where the chain holds, but what it is kept in is damaged.
        """
        found = verified(readable(self._store.entries), expected)
        if found.sound:
            self._store.inspect()
        return found


def draft_of(event: EventBase) -> Draft:
    """The event as something to keep."""
    return Draft("event", event.event_id, canonical_event(event), event.source, event.known)


def event_of(entry: Entry) -> EventBase:
    """The event in an entry. Raises LedgerError where somebody has changed it into what is none."""
    try:
        return parse_event(entry.data())
    except (ValidationError, UnicodeError):
        raise damaged(entry.sequence) from None


def _read_event(entry: Entry) -> None:
    if entry.kind == "event":
        event_of(entry)

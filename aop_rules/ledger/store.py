"""What any store promises: entries that are added at the end, all of a piece of work or nothing, and never twice.

`Ledger` knows what entries mean; a store only keeps them. Three keep them: memory, SQLite, PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Protocol, TypeVar

from aop_rules.ledger.entry import Entry, Head, Identity

T = TypeVar("T")


class Reading(Protocol):
    """What can be read of a store."""

    def head(self) -> Head:
        """The last entry's number and hash; `Head()` where there is none."""
        ...

    def entries(self, after: int = 0, kinds: Collection[str] = ()) -> Iterator[Entry]:
        """Entries with a sequence above `after`, in order; of these kinds only, or of all where none is named.

        One consistent state of the store, however long the reading takes.
        """
        ...

    def found(self, identities: Iterable[Identity]) -> Mapping[Identity, Entry]:
        """Those of these entries that are there."""
        ...

    def about(self, kind: str, *, source: str | None = None, id: str | None = None) -> tuple[Entry, ...]:  # noqa: A002
        """Entries of one kind with this source, or this id, in order: all that was decided on one event, say. At most
        few: without reading the others.
        """
        ...


class Writing(Reading, Protocol):
    """A piece of work in progress: no other writer comes in between, and it reads what it has added itself."""

    def add(self, entries: Iterable[Entry]) -> None:
        """Adds entries, which continue the chain at `head()`."""
        ...

    def redact(self, entry: Entry) -> None:
        """Puts another body and salt in the place of those of an entry that is there. Only for erasing a name."""
        ...


class Store(Reading, Protocol):
    """Keeps one chain of entries. May be used from several threads at once, and, where it outlives a process, from several
    processes. Raises LedgerError where it cannot keep its promise, and then has kept nothing of the work.
    """

    def write(self, work: Callable[[Writing], T]) -> T:
        """Does a piece of work alone, and gives its result once all of it is kept for good.

        Where `work` raises, nothing is kept. It may be called again (after a lost connection), so it must have no other
        effects.
        """
        ...

    def inspect(self) -> None:
        """Looks for damage that no entry shows, such as that of an index. Raises LedgerError where there is some."""
        ...

    def scrub(self) -> None:
        """Makes sure that what was redacted is not left in freed space."""
        ...

    def close(self) -> None:
        """Lets go of what the store holds open. Closing twice does nothing."""
        ...

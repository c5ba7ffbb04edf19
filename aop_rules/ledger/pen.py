"""The ledger while one piece of work writes in it: what it keeps continues the chain, and nobody else writes meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from aop_rules.errors import ConflictError, Place, Problem
from aop_rules.ledger.entry import Draft, Entry, Head, chained
from aop_rules.ledger.redacted import same_content
from aop_rules.ledger.store import Writing


@dataclass(frozen=True, slots=True)
class Pen:
    """The ledger while one piece of work writes in it: nobody else does."""

    store: Writing
    clock: Callable[[], datetime]
    salt: Callable[[], str]

    def head(self) -> Head:
        return self.store.head()

    def entries(self, after: int = 0, kinds: Collection[str] = ()) -> Iterator[Entry]:
        return self.store.entries(after, kinds)

    def find(self, kind: str, id: str, source: str = "") -> Entry | None:  # noqa: A002
        return self.store.found([(kind, source, id)]).get((kind, source, id))

    def about(self, kind: str, *, source: str | None = None, id: str | None = None) -> tuple[Entry, ...]:  # noqa: A002
        return self.store.about(kind, source=source, id=id)

    def keep(self, drafts: Iterable[Draft]) -> tuple[Entry, ...]:
        """Keeps what is not there yet, all or nothing. Raises ConflictError with every identity that has another body.

        Where a name was erased from what is there, it is the same whatever the name was.
        """
        arriving = tuple(drafts)
        there = dict(self.store.found({draft.identity: None for draft in arriving}))
        head, when, new, problems = self.store.head(), self.clock(), [], []
        for draft in arriving:
            known = there.get(draft.identity)
            if known is None:
                entry = chained(draft, head, when, self.salt())
                there[draft.identity], head = entry, Head(entry.sequence, entry.hash)
                new.append(entry)
            elif not same_content(known, draft.body):
                problems.append(conflict(draft.kind, draft.id))
        if problems:
            raise ConflictError(problems)
        self.store.add(new)
        return tuple(there[draft.identity] for draft in arriving)


def conflict(kind: str, name: str, place: Place | None = None) -> Problem:
    """The problem of an id that is taken by other content."""
    message = f"{kind} `{name}` is already known with other content"
    hint = "give a correction an id of its own, and a reading a higher `revision`"
    return Problem(place or Place(), "EVENT_CONFLICT", message, hint)

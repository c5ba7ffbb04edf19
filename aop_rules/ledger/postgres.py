"""A store in a PostgreSQL database: many ledgers, one for each tenant, kept from one another by the database itself.

Tables in the schema `aop_rules`, made at the first opening. Row-level security shows a session the rows of the tenant in its
setting `aop_rules.tenant`, to superusers too: the store takes the role `aop_rules_app`, which may read, add, and change a
body and its salt, and nothing else. For an administrator, to let a role in, and to bind it to the tenant `shop-1` whatever
it asks for:

    CREATE ROLE shop LOGIN PASSWORD '…';
    GRANT aop_rules_app TO shop;
    INSERT INTO aop_rules.bindings (role, tenant) VALUES ('shop', 'shop-1');

A role that is bound to none may use every tenant. Let no program in as a superuser: its SQL may leave the role again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from hashlib import sha256
from time import sleep
from typing import Any, TypeVar

from aop_rules.errors import LedgerError
from aop_rules.ledger.entry import Entry, Head, Identity
from aop_rules.ledger.postgres_server import VERSION, Connected, LostError, PostgresServer, failed, idle
from aop_rules.ledger.rows import COLUMNS, LAST, entry_of, row_of, stored
from aop_rules.ledger.turns import Held, inside

T = TypeVar("T")

WAITS = (0.1, 0.3, 0.9, 2.0)
"""Seconds before each further try after the connection was lost."""
_ROWS = f"SELECT {', '.join(COLUMNS)} FROM aop_rules.entries WHERE tenant = %s"
_INSERT = (
    f"INSERT INTO aop_rules.entries (tenant, identity, {', '.join(COLUMNS)}) VALUES (%s, %s{', %s' * len(COLUMNS)})"
)
_FETCHED = 500


class PostgresStore:
    """Entries of one tenant in a database, made where there are none. Raises LedgerError wherever it cannot be used.

    `create=False` takes only a database that holds ledgers. `timeout` is how many seconds to wait while others write.
    After a lost connection the work is done again on a new one, a few times; a commit whose answer was lost is recognised.
    """

    def __init__(self, url: str, tenant: str = "", *, create: bool = True, timeout: float = 30) -> None:
        self._tenant, self._timeout, self._closed = tenant or "default", timeout, False
        self._server = PostgresServer(url, self._tenant, timeout)
        self._held: Held[Connected, PostgresWriting] = Held()
        self._inherited: list[object] = []
        try:
            self._server.prepare(create)
            self._held.writer = self._server.connected()
        except LostError as lost:
            raise LedgerError(lost.problems) from None

    # ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def head(self) -> Head:
        return self._read(lambda reading: reading.head())

    def found(self, identities: Iterable[Identity]) -> Mapping[Identity, Entry]:
        asked = tuple(identities)
        return self._read(lambda reading: reading.found(asked))

    def about(self, kind: str, *, source: str | None = None, id: str | None = None) -> tuple[Entry, ...]:  # noqa: A002
        return self._read(lambda reading: reading.about(kind, source=source, id=id))

    def entries(self, after: int = 0, kinds: Collection[str] = ()) -> Iterator[Entry]:
        held = self._here()
        if (work := held.mine()) is not None:
            return work.entries(after, kinds)

        def begun() -> Iterator[Entry]:
            streamed = self._streamed(held, after, kinds)
            next(streamed)  # what is read is the state at the call; from here on, dropping the iterator lets go of it
            return streamed

        return self._persistently(begun)

    def _streamed(self, held: Held[Connected, PostgresWriting], after: int, kinds: Collection[str]) -> Iterator[Any]:
        with self._reader(held) as reading:
            reading.run("BEGIN READ ONLY")
            stream = reading.entries(after, kinds)
            yield
            yield from stream

    def _read(self, ask: Callable[[_Reading], T]) -> T:
        held = self._here()
        if (work := held.mine()) is not None:
            return ask(work)

        def asked() -> T:
            with self._reader(held) as reading:
                return ask(reading)

        return self._persistently(asked)

    # ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def write(self, work: Callable[[PostgresWriting], T]) -> T:
        held = self._here()
        with self._turn(held):
            if held.work is not None:
                return inside(held.work, work)
            unanswered: list[tuple[T, Entry]] = []
            return self._persistently(lambda: self._alone(held, work, unanswered))

    def _alone(
        self,
        held: Held[Connected, PostgresWriting],
        work: Callable[[PostgresWriting], T],
        unanswered: list[tuple[T, Entry]],
    ) -> T:
        """Does the work, unless it was done by an earlier try whose commit went `unanswered`."""
        if held.writer is None or held.writer.closed:
            held.writer = self._server.connected()
        writing = PostgresWriting(held.writer, self._tenant, self._server)
        try:
            writing.begin()  # waits for the end of an earlier try too: it held the same lock
            if unanswered and writing.holds(unanswered[-1][1]):
                return unanswered[-1][0]
            unanswered.clear()
            held.begin(writing)
            result = work(writing)
            if writing.added is not None:
                unanswered.append((result, writing.added))
            writing.commit()
            return result
        finally:
            held.work = None
            writing.end()

    def inspect(self) -> None:
        """The server looks after its own files."""

    def scrub(self) -> None:
        """Writes the table anew, where the store's login owns it; elsewhere that is the administrator's to do."""
        self._here()
        self._persistently(self._server.scrub)

    def close(self) -> None:
        if self._held.mine() is not None:
            self._server.refuse("LEDGER_UNAVAILABLE", "the ledger is being written", "close it after that")
        self._closed = True
        if self._held.pid == os.getpid():
            with self._held.lock:
                for connection in self._held.free():
                    connection.close()

    def __del__(self) -> None:
        if hasattr(self, "_held"):  # it was opened; all that was promised is kept already
            with suppress(LedgerError):
                self.close()

    # ── connections ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _here(self) -> Held[Connected, PostgresWriting]:
        """What this process holds open."""
        if self._closed:
            self._server.refuse("LEDGER_UNAVAILABLE", "the ledger is closed", "open it again")
        if self._held.pid != os.getpid():
            self._inherited.append(self._held)  # closing them would end the sessions of the parent
            self._held = Held()
        return self._held

    @contextmanager
    def _turn(self, held: Held[Connected, PostgresWriting]) -> Iterator[None]:
        if not held.lock.acquire(timeout=self._timeout):
            self._server.busy()
        try:
            yield
        finally:
            held.lock.release()

    @contextmanager
    def _reader(self, held: Held[Connected, PostgresWriting]) -> Iterator[_Reading]:
        connection = held.take(self._server.connected)
        reading = _Reading(connection, self._tenant, self._server)
        try:
            yield reading
        finally:
            if held.pid == os.getpid():  # else it is the parent's
                reading.end()
                if not held.give_back(connection, keep=not (self._closed or connection.closed)):
                    connection.close()

    def _persistently(self, attempt: Callable[[], T]) -> T:
        """Tries again on another connection where one was lost."""
        for wait in WAITS:
            try:
                return attempt()
            except LostError:
                for connection in self._held.spare():  # they were lost with it
                    connection.close()
                sleep(wait)
        try:
            return attempt()
        except LostError as lost:
            raise LedgerError(lost.problems) from None


class _Reading:
    """Reads one tenant's entries through one connection."""

    def __init__(self, connection: Connected, tenant: str, server: PostgresServer) -> None:
        self._connection, self._tenant, self._server = connection, tenant, server
        self._streams = 0

    def head(self) -> Head:
        query = "SELECT sequence, hash FROM aop_rules.entries WHERE tenant = %s ORDER BY sequence DESC LIMIT 1"
        rows = self.rows(query)
        return Head(*rows[0]) if rows else Head()

    def entries(self, after: int = 0, kinds: Collection[str] = ()) -> Iterator[Entry]:
        """What is there at the call, fetched bit by bit as long as the transaction goes on."""
        since = [self._tenant, max(min(after, LAST), 0)]
        query, asked = f"{_ROWS} AND sequence > %s", since
        if kinds:  # each along its index, and merged
            named = dict.fromkeys(map(stored, kinds))
            query = " UNION ALL ".join([f"{query} AND kind = %s"] * len(named))
            asked = [value for kind in named for value in (*since, kind)]
        fetched = self._fetched(f"{query} ORDER BY sequence", asked)
        next(fetched)  # from here on, dropping the iterator closes the cursor
        return fetched

    def _fetched(self, query: str, asked: list[Any]) -> Iterator[Any]:
        process = os.getpid()
        self._streams += 1
        with self.told():
            cursor = self._connection.cursor(name=f"entries_{self._streams}")
            cursor.itersize = _FETCHED
            try:
                yield cursor.execute(query, asked)
                yield from map(entry_of, cursor)
            finally:
                if process == os.getpid():  # else it is the parent's
                    cursor.close()

    def found(self, identities: Iterable[Identity]) -> Mapping[Identity, Entry]:
        digests = [_digest(identity) for identity in identities]
        rows = self.rows(f"{_ROWS} AND identity = ANY(%s)", digests)
        return {entry.identity: entry for entry in map(entry_of, rows)}

    def about(self, kind: str, *, source: str | None = None, id: str | None = None) -> tuple[Entry, ...]:  # noqa: A002
        query, asked = f"{_ROWS} AND kind = %s", [stored(kind)]
        for name, text in (("source", source), ("id", id)):
            if text is not None:
                query += f" AND left({name}, 200) = left(%s, 200) AND {name} = %s"
                asked += [stored(text)] * 2
        return tuple(map(entry_of, self.rows(f"{query} ORDER BY sequence", *asked)))

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """All rows of a query of which the first value is the tenant."""
        with self.told():
            return self._connection.execute(query, [self._tenant, *values]).fetchall()

    def run(self, statement: str) -> None:
        """Does one statement without an answer, whatever went wrong before."""
        with self._server.told(self._connection):
            self._connection.execute(statement)

    def told(self) -> AbstractContextManager[None]:
        """Errors of what is done inside, in our words."""
        return self._server.told(self._connection)

    def end(self) -> None:
        """Leaves the transaction, if there is one; what was not committed is undone."""
        if not idle(self._connection):
            try:
                self.run("ROLLBACK")
            except LedgerError:  # then the server undoes it
                self._connection.close()


class PostgresWriting(_Reading):
    """A piece of work in progress."""

    def __init__(self, connection: Connected, tenant: str, server: PostgresServer) -> None:
        super().__init__(connection, tenant, server)
        self.added: Entry | None = None
        """The last entry that it added."""
        self._ended = False

    def begin(self) -> None:
        """Waits until nobody else writes for this tenant."""
        self.run("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
        lock = f"SELECT {VERSION} FROM aop_rules.writers WHERE tenant = %s FOR UPDATE"
        version = self.rows(lock)
        if not version:
            with self.told():
                new = "INSERT INTO aop_rules.writers (tenant) VALUES (%s) ON CONFLICT DO NOTHING"
                self._connection.execute(new, [self._tenant])
            version = self.rows(lock)
        self._server.check_version(version[0][0])

    def holds(self, entry: Entry) -> bool:
        """Whether just this entry is kept."""
        query = "SELECT 1 FROM aop_rules.entries WHERE tenant = %s AND sequence = %s AND hash = %s"
        return bool(self.rows(query, entry.sequence, entry.hash))

    def add(self, entries: Iterable[Entry]) -> None:
        added = list(entries)
        with self.told(), self._connection.cursor() as cursor:
            cursor.executemany(_INSERT, [(self._tenant, _digest(each.identity), *row_of(each)) for each in added])
        self.added = added[-1] if added else self.added

    def redact(self, entry: Entry) -> None:
        query = "UPDATE aop_rules.entries SET body = %s, salt = %s WHERE tenant = %s AND sequence = %s"
        with self.told():
            self._connection.execute(query, [stored(entry.body), stored(entry.salt), self._tenant, entry.sequence])

    def go_back(self) -> None:
        """To where work within this work began; that mends what went wrong since."""
        self.run("ROLLBACK TO SAVEPOINT inside")

    def commit(self) -> None:
        """Keeps it for good."""
        with self.told():
            self._connection.execute("COMMIT")

    def end(self) -> None:
        super().end()
        self._ended = True

    @contextmanager
    def told(self) -> Iterator[None]:
        if self._ended or failed(self._connection):  # after an error a COMMIT would quietly undo everything
            self._server.refuse("LEDGER_UNAVAILABLE", "this piece of work is over", "start another")
        with self._server.told(self._connection):
            yield


def _digest(identity: Identity) -> str:
    """An identity as a text of one length."""
    return sha256(json.dumps(identity).encode()).hexdigest()

"""A store in a SQLite file: durable when `write` returns, and shared by threads and by processes.

Write-ahead log, synced at every commit. One connection writes, in turn; each reading has a connection of its own, and with
it one state of the file, so that a slow reader holds nobody up. Nothing inherited through a fork is used.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from aop_rules.errors import LedgerError
from aop_rules.ledger.entry import Entry, Head, Identity
from aop_rules.ledger.rows import COLUMNS, LAST, entry_of, row_of, stored
from aop_rules.ledger.sqlite_file import Cursor, SqliteFile
from aop_rules.ledger.turns import Held, inside

T = TypeVar("T")

_ROWS = f"SELECT {', '.join(COLUMNS)} FROM entries WHERE"


class SqliteStore:
    """Entries in a file, made where there is none. Raises LedgerError wherever the file cannot be used.

    `create=False` takes only a ledger that is there. `timeout` is how many seconds to wait while others write.
    A process that was forked opens the file anew, unless it was forked in the middle of a `write`.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     store = SqliteStore(Path(folder) / "aop.db")
    ...     print(store.head().sequence)
    ...     store.close()
    0
    """

    def __init__(self, path: Path | str, *, create: bool = True, timeout: float = 30) -> None:
        self._file, self._timeout, self._closed = SqliteFile(path, create, timeout), timeout, False
        self._open = _Held()
        with self._file.told():
            self._open.writer = self._file.writer(create)

    # ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def head(self) -> Head:
        with self._reading() as reading:
            return reading.head()

    def entries(self, after: int = 0, kinds: Collection[str] = ()) -> Iterator[Entry]:
        there = self._here()
        if (work := there.mine()) is not None:
            return work.entries(after, kinds)
        streamed = self._streamed(there, after, kinds)
        next(streamed)  # what is read is the state at the call; from here on, dropping the iterator lets go of it
        return streamed

    def _streamed(self, there: _Held, after: int, kinds: Collection[str]) -> Iterator[Any]:
        with self._file.told(), self._reader(there) as cursor:
            yield cursor.execute(*_query(after, kinds))
            yield from map(entry_of, cursor)

    def found(self, identities: Iterable[Identity]) -> Mapping[Identity, Entry]:
        with self._reading() as reading:
            return reading.found(identities)

    def about(self, kind: str, *, source: str | None = None, id: str | None = None) -> tuple[Entry, ...]:  # noqa: A002
        with self._reading() as reading:
            return reading.about(kind, source=source, id=id)

    # ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def write(self, work: Callable[[SqliteWriting], T]) -> T:
        there = self._here()
        with self._turn(there):
            if there.work is not None:
                return inside(there.work, work)
            with self._file.told():
                cursor = self._begun(there)
            return self._alone(there, cursor, work)

    def _alone(self, there: _Held, cursor: Cursor, work: Callable[[SqliteWriting], T]) -> T:
        writing = SqliteWriting(cursor, self._file)
        try:
            there.begin(writing)
            result = work(writing)
            writing.commit()
            return result
        finally:
            there.work = None
            writing.end()

    def _begun(self, there: _Held) -> Cursor:
        if there.writer is None:
            there.writer = self._file.writer()
        cursor = there.writer
        cursor.execute("BEGIN IMMEDIATE")
        try:
            self._file.check()
            self._file.check_version(cursor)
        except LedgerError:
            cursor.execute("ROLLBACK")
            raise
        return cursor

    def inspect(self) -> None:
        there = self._here()
        with self._file.told(), self._reader(there) as cursor:
            self._file.inspect(cursor)

    def scrub(self) -> None:
        """Writes the file anew and empties its log. Raises LedgerError (LEDGER_BUSY) while an older state is being read."""
        there = self._here()
        with self._turn(there), self._file.told():
            cursor = self._begun(there)
            cursor.execute("ROLLBACK")
            cursor.execute("VACUUM")
            if cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                message = "what was erased stays in the file's log while somebody reads an older state"
                self._file.refuse("LEDGER_BUSY", message, "erase the name once more when nobody reads")

    def close(self) -> None:
        if self._open.mine() is not None:
            self._file.refuse("LEDGER_UNAVAILABLE", "the ledger is being written", "close it after that")
        self._closed = True
        if self._open.pid == os.getpid():
            with self._open.lock, self._file.told():
                _close(self._open.free())

    def __del__(self) -> None:
        if hasattr(self, "_open"):  # it was opened; all that was promised is kept already
            with suppress(LedgerError):
                self.close()

    # ── connections ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _here(self) -> _Held:
        """What this process holds open."""
        if self._closed:
            self._file.refuse("LEDGER_UNAVAILABLE", "the ledger is closed", "open it again")
        there = self._open
        if there.pid != os.getpid():
            if there.writer is not None and there.writer.connection.in_transaction:
                # To close what writes would undo the work of the parent.
                message = "this process was forked in the middle of a write"
                self._file.refuse("LEDGER_UNAVAILABLE", message, "fork before it or after it")
            with self._file.told():
                _close([*there.free(), *there.reading])
                there.reading.clear()
            there = self._open = _Held()
        return there

    @contextmanager
    def _turn(self, there: _Held) -> Iterator[None]:
        if not there.lock.acquire(timeout=self._timeout):
            self._file.busy()
        try:
            yield
        finally:
            try:
                if there.work is None:
                    self._undo(there)
            finally:
                there.lock.release()

    def _undo(self, there: _Held) -> None:
        """Lets go of the file where an interruption (Ctrl-C) came just as a transaction had begun."""
        with self._file.told():
            if there.writer is not None and there.writer.connection.in_transaction:
                there.writer.execute("ROLLBACK")

    @contextmanager
    def _reading(self) -> Iterator[_Reading]:
        there = self._here()
        if (work := there.mine()) is not None:
            yield work
            return
        with self._file.told(), self._reader(there) as cursor:
            yield _Reading(cursor)

    @contextmanager
    def _reader(self, there: _Held) -> Iterator[Cursor]:
        self._file.check()
        cursor = there.take(self._file.reader)
        try:
            yield cursor
        finally:
            if cursor in there.reading:  # else it was closed after a fork
                cursor.execute("SELECT 0").fetchall()  # lets go of the state that was read
                if not there.give_back(cursor, keep=not self._closed):
                    _close([cursor])


class _Held(Held[Cursor, "SqliteWriting"]):
    """What one process holds open of a file."""


def _close(cursors: Iterable[Cursor]) -> None:
    for cursor in cursors:
        connection = cursor.connection
        cursor.close()
        connection.close()


class _Reading:
    """Reads through one connection."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor

    @contextmanager
    def using(self) -> Iterator[Cursor]:
        yield self._cursor

    def head(self) -> Head:
        with self.using() as cursor:
            row = cursor.execute("SELECT sequence, hash FROM entries ORDER BY sequence DESC LIMIT 1").fetchone()
        return Head(*row) if row else Head()

    def found(self, identities: Iterable[Identity]) -> Mapping[Identity, Entry]:
        there = {}
        with self.using() as cursor:
            for identity in identities:
                query = f"{_ROWS} kind = ? AND source = ? AND id = ?"
                row = cursor.execute(query, [stored(part) for part in identity]).fetchone()
                if row:
                    there[identity] = entry_of(row)
        return there

    def about(self, kind: str, *, source: str | None = None, id: str | None = None) -> tuple[Entry, ...]:  # noqa: A002
        named = {"source": source, "id": id}
        asked = {"kind": stored(kind)} | {name: stored(text) for name, text in named.items() if text is not None}
        query = f"{_ROWS} {' AND '.join(f'{name} = ?' for name in asked)} ORDER BY sequence"
        with self.using() as cursor:
            return tuple(map(entry_of, cursor.execute(query, list(asked.values())).fetchall()))


class SqliteWriting(_Reading):
    """A piece of work in progress."""

    def __init__(self, cursor: Cursor, file: SqliteFile) -> None:
        super().__init__(cursor)
        self._file, self._over = file, False
        self._streams: list[Cursor] = []

    @contextmanager
    def using(self) -> Iterator[Cursor]:
        if self._over or not self._cursor.connection.in_transaction:  # which SQLite itself ends after some errors
            self._file.refuse("LEDGER_UNAVAILABLE", "this piece of work is over", "start another")
        try:
            with self._file.told():
                yield self._cursor
        except LedgerError:
            self._over = True  # SQLite may have done a part of it
            raise

    def run(self, statement: str) -> None:
        """Does one statement without an answer."""
        with self.using() as cursor:
            cursor.execute(statement)

    def go_back(self) -> None:
        """To where work within this work began; that mends what went wrong since."""
        if self._cursor.connection.in_transaction:
            with self._file.told():
                self._cursor.execute("ROLLBACK TO SAVEPOINT inside")
            self._over = False

    def commit(self) -> None:
        """Keeps it for good."""
        self._close_streams()
        with self.using() as cursor:
            cursor.execute("COMMIT")

    def entries(self, after: int = 0, kinds: Collection[str] = ()) -> Iterator[Entry]:
        """What is there at the call, to be read as long as the work goes on."""
        last = self.head().sequence
        with self.using() as cursor:
            stream = cursor.connection.cursor()
            self._streams.append(stream)
            stream.execute(*_query(after, kinds, last))
        return self._streamed(stream)

    def _streamed(self, stream: Cursor) -> Iterator[Entry]:
        with self._file.told():
            yield from map(entry_of, stream)

    def add(self, entries: Iterable[Entry]) -> None:
        with self.using() as cursor:
            marks = ", ".join("?" * len(COLUMNS))
            query = f"INSERT INTO entries ({', '.join(COLUMNS)}) VALUES ({marks})"
            cursor.executemany(query, [row_of(entry) for entry in entries])

    def redact(self, entry: Entry) -> None:
        kept = [stored(entry.body), stored(entry.salt), entry.sequence]
        with self.using() as cursor:
            cursor.execute("UPDATE entries SET body = ?, salt = ? WHERE sequence = ?", kept)

    def end(self) -> None:
        """From now on nothing can be done with it; what was not committed is undone."""
        self._over = True
        self._close_streams()
        with self._file.told():
            if self._cursor.connection.in_transaction:
                self._cursor.execute("ROLLBACK")

    def _close_streams(self) -> None:
        for stream in self._streams:
            stream.close()
        self._streams.clear()


def _query(after: int, kinds: Collection[str], last: int = LAST) -> tuple[str, list[Any]]:
    """Kind by kind, each in order along its index, and merged: nothing is sorted, and nothing else is read."""
    bounds = [max(min(after, LAST), 0), last]
    if not kinds:
        return f"{_ROWS} sequence > ? AND sequence <= ? ORDER BY sequence", bounds
    asked = dict.fromkeys(map(stored, kinds))
    each = f"{_ROWS} kind = ? AND sequence > ? AND sequence <= ?"
    query = " UNION ALL ".join([each] * len(asked))
    return f"{query} ORDER BY sequence", [value for kind in asked for value in (kind, *bounds)]

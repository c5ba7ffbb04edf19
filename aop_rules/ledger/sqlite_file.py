"""The file of a SQLite ledger: what may be opened, how it is set, brought to today's version, and what can go wrong.

The one module that imports sqlite3.
"""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection, Cursor
from time import monotonic, sleep
from typing import Any, NoReturn, TypeVar

from aop_rules.errors import LedgerError, Place, Problem
from aop_rules.ledger.migrations import sqlite_steps

__all__ = ["Cursor", "SqliteFile"]

T = TypeVar("T")

APPLICATION = 0x414F504C  # "AOPL", in the file's header
STEPS = sqlite_steps(strict=sqlite3.sqlite_version_info >= (3, 37))
SETTINGS = (
    "synchronous = EXTRA",  # FULL, and the folder too wherever a journal goes
    "secure_delete = ON",
    "trusted_schema = OFF",
    "mmap_size = 0",  # an I/O error stays an error, and does not end the process
)
_PAUSE = 0.02
_BUSY = ("LEDGER_BUSY", "others write in the ledger and do not end", "try again in a while")
_CLOSED = ("LEDGER_UNAVAILABLE", "the file cannot be opened", "check the rights on it and on its folder")
_FOREIGN = ("LEDGER_NOT_ONE", "this file is not a ledger", "name another file")
_DAMAGED = ("LEDGER_UNREADABLE", "the file is damaged", "restore it from a copy")
_SAID = {
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_PROTOCOL: _BUSY,
    sqlite3.SQLITE_FULL: ("LEDGER_FULL", "the disk is full", "make room, and try again"),
    sqlite3.SQLITE_IOERR: ("LEDGER_UNAVAILABLE", "the disk failed", "check the disk, and try again"),
    sqlite3.SQLITE_READONLY: (
        "LEDGER_UNAVAILABLE",
        "the file can only be read",
        "allow writing in it and in its folder",
    ),
    sqlite3.SQLITE_CANTOPEN: _CLOSED,
    sqlite3.SQLITE_PERM: _CLOSED,
    sqlite3.SQLITE_NOTADB: _FOREIGN,
    sqlite3.SQLITE_CONSTRAINT: ("LEDGER_UNREADABLE", "the chain in the file has another end", "check it: `aop verify`"),
}


class SqliteFile:
    """Where a ledger is or can be. Raises LedgerError for all else."""

    def __init__(self, path: Path | str, create: bool, timeout: float) -> None:
        self._name, self._timeout = str(path), timeout
        self._path = self._looked_at(path, create)
        self._found: tuple[int, int] | None = None

    def writer(self, create: bool = False) -> Cursor:
        """A connection that writes, to a ledger of today's version."""
        cursor = self._patiently(lambda: self._prepared(create))
        self._found = self._found or self._there()
        return cursor

    def reader(self) -> Cursor:
        """A connection that reads."""
        cursor = self._connected("rw").cursor()  # who reads a write-ahead log marks in it how far
        return cursor.execute("PRAGMA query_only = ON")

    def check(self) -> None:
        """Refuses to go on in a file that is no longer where it was: nobody would find what is kept there."""
        if self._there() != self._found:
            message = "the file was moved or replaced while it was open"
            self.refuse("LEDGER_UNAVAILABLE", message, "put it back, or open the ledger again")

    def inspect(self, cursor: Cursor) -> None:
        """Refuses a damaged file, where an index may hide what is kept."""
        if cursor.execute("PRAGMA integrity_check(1)").fetchall() != [("ok",)]:
            self.refuse(*_DAMAGED)

    def check_version(self, cursor: Cursor) -> None:
        """Refuses to go on where a newer library has changed the tables meanwhile."""
        if (version := _pragma(cursor, "user_version")) != len(STEPS):
            self._refuse_version(version)

    @contextmanager
    def told(self) -> Iterator[None]:
        """SQLite's errors in our words; its own might quote what is kept."""
        try:
            yield
        except sqlite3.Error as error:
            raise self._error(*_SAID.get(_primary(error), _DAMAGED)) from None
        except UnicodeDecodeError:  # of a message that quotes a damaged schema
            raise self._error(*_DAMAGED) from None

    def busy(self) -> NoReturn:
        """Others have not ended in time."""
        self.refuse(*_BUSY)

    def refuse(self, code: str, message: str, hint: str) -> NoReturn:
        """Raises LedgerError, naming the file."""
        raise self._error(code, message, hint)

    def _error(self, code: str, message: str, hint: str) -> LedgerError:
        return LedgerError([Problem(Place(self._name), code, message, hint)])

    def _looked_at(self, path: Path | str, create: bool) -> Path:
        try:
            place = Path(path).absolute()
            found = place.stat()
        except FileNotFoundError:
            if not create:
                raise self._error("LEDGER_NOT_FOUND", "there is no such ledger", "check the name") from None
            if not place.parent.is_dir():
                raise self._error("LEDGER_UNAVAILABLE", "there is no such folder", "make the folder first") from None
        except OSError:
            raise self._error(*_CLOSED) from None
        except ValueError:  # NUL, or no Unicode
            raise self._error("LEDGER_NOT_ONE", "no file can be called that", "name another file") from None
        else:
            if not stat.S_ISREG(found.st_mode):
                self.refuse("LEDGER_NOT_ONE", "this is not a file", "name a file")
            if found.st_size == 1:  # SQLite takes it for an empty one
                self.refuse(*_FOREIGN)
        return place

    def _there(self) -> tuple[int, int] | None:
        """Which file it is, whatever it is called."""
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _connected(self, mode: str) -> Connection:
        address = f"{self._path.as_uri()}?mode={mode}"
        connection = sqlite3.connect(
            address, uri=True, timeout=self._timeout, isolation_level=None, check_same_thread=False
        )
        try:
            for setting in SETTINGS:
                connection.execute(f"PRAGMA {setting}").close()
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepared(self, create: bool) -> Cursor:
        connection = self._connected("rwc" if create else "rw")
        cursor = connection.cursor()
        try:
            version = self._version(cursor, create)
            if _pragma(cursor, "journal_mode") != "wal" and _pragma(cursor, "journal_mode = WAL") != "wal":
                self.refuse("LEDGER_UNAVAILABLE", "no write-ahead log can be kept here", "put it on a local disk")
            while version < len(STEPS):
                cursor.execute("BEGIN IMMEDIATE")
                if _pragma(cursor, "user_version") == version:  # nobody else has been here
                    for statement in STEPS[version]:
                        cursor.execute(statement)
                    cursor.execute(f"PRAGMA application_id = {APPLICATION}")
                    cursor.execute(f"PRAGMA user_version = {version + 1}")
                cursor.execute("COMMIT")
                version = self._version(cursor, create)
        except BaseException:
            cursor.close()
            connection.close()
            raise
        return cursor

    def _version(self, cursor: Cursor, create: bool) -> int:
        """The version of the ledger in the file; 0 where the file is empty."""
        tables = dict(cursor.execute("SELECT name, type FROM sqlite_master").fetchall())
        application, version = _pragma(cursor, "application_id"), _pragma(cursor, "user_version")
        if create and not tables and not application and not version:
            return 0
        if application != APPLICATION or tables.get("entries") != "table":
            self.refuse(*_FOREIGN)
        if not 0 < version <= len(STEPS):
            self._refuse_version(version)
        return int(version)

    def _refuse_version(self, version: int) -> NoReturn:
        message = f"the ledger is of version {version}, and this library knows {len(STEPS)}"
        self.refuse("LEDGER_VERSION", message, "use the newest aop-rules")

    def _patiently(self, attempt: Callable[[], T]) -> T:
        """Tries again while the file is locked: SQLite does not wait where a journal changes its mode."""
        until = monotonic() + self._timeout
        while True:
            try:
                return attempt()
            except sqlite3.OperationalError as error:
                if _primary(error) != sqlite3.SQLITE_BUSY or monotonic() > until:
                    raise
            sleep(_PAUSE)


def _pragma(cursor: Cursor, name: str) -> Any:
    return cursor.execute(f"PRAGMA {name}").fetchone()[0]


def _primary(error: sqlite3.Error) -> int:
    """The primary code, without what an extended one adds."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF

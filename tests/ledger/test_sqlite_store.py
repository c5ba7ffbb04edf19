"""A ledger in a SQLite file: what is opened and what is refused, what cannot be changed, and files of other versions."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest

from aop_rules.errors import LedgerError
from aop_rules.ledger import sqlite_file
from aop_rules.ledger.entry import Draft
from aop_rules.ledger.ledger import Ledger
from aop_rules.ledger.migrations import Step
from aop_rules.ledger.pen import Pen
from aop_rules.ledger.sqlite import SqliteStore


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "aop.db"


def made(path: Path, *names: str) -> Path:
    """A ledger with some entries, closed."""
    with Ledger.open(str(path)) as ledger:
        ledger.keep([Draft("event", name, f'{{"by":"{name}"}}') for name in names or "abc"])
    return path


def refused(path: Path | str, code: str, create: bool = True) -> None:
    with pytest.raises(LedgerError) as caught:
        SqliteStore(path, create=create)
    (problem,) = caught.value.problems
    assert (problem.code, problem.place.file) == (code, str(path))
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def changed(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


# ── opening ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_ledger_is_made_where_there_is_none(path: Path) -> None:
    assert Ledger.open(str(path)).head().sequence == 0
    assert len(list(Ledger.open(str(made(path))).entries())) == 3


def test_an_empty_file_becomes_one(path: Path) -> None:
    path.touch()
    assert Ledger.open(str(made(path))).verify().sound


def test_reading_makes_no_file(path: Path) -> None:
    refused(path, "LEDGER_NOT_FOUND", create=False)
    refused(path / "deeper" / "aop.db", "LEDGER_NOT_FOUND", create=False)
    assert not path.exists()
    path.touch()
    refused(path, "LEDGER_NOT_ONE", create=False)


@pytest.mark.parametrize("name", ["a ledger?mode=memory#x%20.db", ":memory:", "sổ cái.db", "file:x.db"])
def test_any_name_is_a_name(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Ledger.open(name) as ledger:
        ledger.keep([Draft("event", "a", "{}")])
        assert (tmp_path / name).exists()
        monkeypatch.chdir("/")  # where it is stays where it was
        assert len(list(ledger.entries())) == 1


def test_what_is_no_place_for_a_file_is_refused(path: Path, tmp_path: Path) -> None:
    refused(tmp_path, "LEDGER_NOT_ONE")
    refused(tmp_path / "no" / "aop.db", "LEDGER_UNAVAILABLE")
    refused(f"{path}\0", "LEDGER_NOT_ONE")
    refused(f"{tmp_path}/\ud800", "LEDGER_NOT_ONE")
    refused(tmp_path / ("x" * 300), "LEDGER_UNAVAILABLE")
    os.mkfifo(path)
    refused(path, "LEDGER_NOT_ONE")


def test_what_is_not_a_ledger_is_left_as_it_is(path: Path, tmp_path: Path) -> None:
    text, other = tmp_path / "notes.txt", tmp_path / "other.db"
    text.write_bytes(b"buy milk\n" * 200)
    changed(other, "CREATE TABLE entries (x)")
    marked = tmp_path / "marked.db"
    changed(marked, "PRAGMA application_id = 7")
    view = tmp_path / "view.db"
    changed(view, f"PRAGMA application_id = {sqlite_file.APPLICATION}", "CREATE VIEW entries AS SELECT 1")
    for file in (text, other, marked, view):
        before = file.read_bytes()
        refused(file, "LEDGER_NOT_ONE")
        assert file.read_bytes() == before


def test_a_cut_file_is_never_taken_for_a_shorter_ledger(path: Path, tmp_path: Path) -> None:
    whole = made(path, *(f"e{n}" for n in range(400))).read_bytes()
    for size in [1, 15, 16, 99, 100, 101, 512, 4095, 4096, 4097, 8192, 12288, 20480, len(whole) // 2, len(whole) - 1]:
        cut = tmp_path / f"cut{size}.db"
        cut.write_bytes(whole[:size])
        try:
            with Ledger.open(str(cut)) as ledger:
                assert ledger.verify().entries == 400  # what is cut off holds nothing
        except LedgerError as error:
            assert error.problems[0].code in ("LEDGER_UNREADABLE", "LEDGER_NOT_ONE")


def test_garbage_inside_is_an_error_or_a_break(path: Path, tmp_path: Path) -> None:
    whole = made(path, *(f"e{n}" for n in range(100))).read_bytes()
    for at in range(100, len(whole), 997):
        file = tmp_path / "damaged.db"
        file.write_bytes(whole[:at] + bytes(b ^ 0xFF for b in whole[at : at + 200]) + whole[at + 200 :])
        try:
            with Ledger.open(str(file)) as ledger:
                ledger.verify()
                ledger.keep([Draft("event", "more", "{}")])
        except LedgerError as error:
            assert error.problems[0].code in ("LEDGER_UNREADABLE", "LEDGER_NOT_ONE", "LEDGER_VERSION")
        for left in tmp_path.glob("damaged.db*"):
            left.unlink()


def test_a_file_that_can_only_be_read_is_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(path)
    monkeypatch.setattr(sqlite_file.SqliteFile, "_connected", _read_only(sqlite_file.SqliteFile._connected))
    with Ledger.open(str(path)) as ledger:
        assert ledger.verify().entries == 3
        with pytest.raises(LedgerError, match="LEDGER_UNAVAILABLE: the file can only be read"):
            ledger.keep([Draft("event", "d", "{}")])


def _read_only(
    connected: Callable[[sqlite_file.SqliteFile, str], sqlite3.Connection],
) -> Callable[[sqlite_file.SqliteFile, str], sqlite3.Connection]:
    """As for a user without the right to write (tests may run as root, who has it)."""
    return lambda file, mode: connected(file, "ro")


# ── versions ────────────────────────────────────────────────────────────────────────────────────────────────────────

OLD: tuple[Step, ...] = (
    (
        """
        CREATE TABLE entries (
          sequence INTEGER PRIMARY KEY, kind TEXT, id TEXT, known_at TEXT, recorded_at TEXT, body TEXT, salt TEXT,
          digest TEXT, previous TEXT, hash TEXT
        )
        """,
    ),
)
TODAY = (
    "ALTER TABLE entries RENAME TO old",
    *sqlite_file.STEPS[0],
    """
    INSERT INTO entries
    SELECT sequence, kind, '', id, known_at, recorded_at, body, salt, digest, previous, hash FROM old ORDER BY sequence
    """,
    "DROP TABLE old",
)


def of_old(path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ledger as a version before the first might have kept it: without sources."""
    new = made(path.with_name("new.db"))
    with monkeypatch.context() as patch:
        patch.setattr(sqlite_file, "STEPS", OLD)
        SqliteStore(path).close()
    columns = "sequence, kind, id, known_at, recorded_at, body, salt, digest, previous, hash"
    changed(path, f"ATTACH '{new}' AS new", f"INSERT INTO entries SELECT {columns} FROM new.entries")
    return path


def test_an_older_ledger_is_brought_to_today(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = of_old(path, monkeypatch)
    monkeypatch.setattr(sqlite_file, "STEPS", (*OLD, TODAY))
    for _ in range(2):
        with Ledger.open(str(old)) as ledger:
            assert [entry.id for entry in ledger.entries()] == ["a", "b", "c"]
            assert ledger.verify().sound
    with Ledger.open(str(old)) as ledger:
        ledger.keep([Draft("event", "d", "{}")])
        assert ledger.verify().entries == 4


def test_a_step_that_fails_changes_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = of_old(path, monkeypatch)
    monkeypatch.setattr(sqlite_file, "STEPS", (*OLD, (*TODAY, "INSERT INTO nowhere VALUES (1)")))
    with pytest.raises(LedgerError):
        SqliteStore(old)
    monkeypatch.setattr(sqlite_file, "STEPS", OLD)
    connection = sqlite3.connect(old)
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master")]
    version = connection.execute("PRAGMA user_version").fetchone()
    connection.close()
    assert (tables, version) == (["entries"], (1,))


def test_a_ledger_from_the_future_is_left_as_it_is(path: Path) -> None:
    changed(made(path), "PRAGMA user_version = 9")
    before = path.read_bytes()
    refused(path, "LEDGER_VERSION")
    assert path.read_bytes() == before


def test_a_ledger_that_moves_on_while_it_is_open_is_written_no_more(path: Path) -> None:
    with Ledger.open(str(made(path))) as ledger:
        changed(path, "PRAGMA user_version = 9")
        with pytest.raises(LedgerError, match="LEDGER_VERSION"):
            ledger.keep([Draft("event", "d", "{}")])


# ── while it is open ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM entries",
        "DELETE FROM entries WHERE sequence = 3",
        *(f"UPDATE entries SET {c} = 'x'" for c in ("sequence", "kind", "source", "id", "digest", "previous", "hash")),
        "UPDATE entries SET known_at = NULL, recorded_at = ''",
        "REPLACE INTO entries SELECT sequence, 'x', source, id, known_at, recorded_at, body, salt, '', '', '' FROM entries",
        "INSERT OR REPLACE INTO entries SELECT 4, kind, source, id, '', '', '', '', '', '', '' FROM entries LIMIT 1",
        "INSERT INTO entries SELECT 9, 'x', source, id, '', '', '', '', '', '', '' FROM entries LIMIT 1",
    ],
)
def test_what_is_kept_cannot_be_changed_by_sql(path: Path, statement: str) -> None:
    made(path)
    with pytest.raises(sqlite3.Error):
        changed(path, statement)
    assert Ledger.open(str(path)).verify().entries == 3


def test_what_is_changed_all_the_same_is_found(path: Path) -> None:
    changed(made(path), "UPDATE entries SET body = '{}' WHERE sequence = 2")
    (found,) = Ledger.open(str(path)).verify().breaks
    assert found.sequence == 2


def test_who_waits_too_long_is_told(path: Path) -> None:
    first, second = SqliteStore(path), SqliteStore(path, timeout=0.05)

    def held(_: object) -> None:
        with pytest.raises(LedgerError, match="LEDGER_BUSY"):
            second.write(lambda _: None)

    first.write(held)
    second.write(lambda _: None)


def test_a_thread_that_waits_too_long_is_told(path: Path) -> None:
    store, begun, done = SqliteStore(path, timeout=0.05), Event(), Event()
    thread = Thread(target=store.write, args=[lambda _: (begun.set(), done.wait(10))])
    thread.start()
    begun.wait(10)
    with pytest.raises(LedgerError, match="LEDGER_BUSY"):
        store.write(lambda _: None)
    assert store.head().sequence == 0  # who only reads does not wait
    done.set()
    thread.join()


def test_a_file_that_is_moved_away_takes_nothing_more(path: Path) -> None:
    with Ledger.open(str(made(path))) as ledger:
        path.rename(path.with_name("moved.db"))
        with pytest.raises(LedgerError, match="moved or replaced"):
            ledger.keep([Draft("event", "d", "{}")])
        with pytest.raises(LedgerError, match="moved or replaced"):
            ledger.head()
        shutil.copy(path.with_name("moved.db"), path)
        with pytest.raises(LedgerError, match="moved or replaced"):
            ledger.keep([Draft("event", "d", "{}")])
        path.with_name("moved.db").rename(path)
        assert ledger.keep([Draft("event", "d", "{}")])[0].sequence == 4


def test_nothing_of_an_erased_name_is_left_in_the_file(path: Path) -> None:
    with Ledger.open(str(made(path, *(f"e{n}" for n in range(50))))) as ledger:
        ledger.keep([Draft("note", "z", '{"by":"Nguyễn Thị Lan"}')])
        reading = ledger.entries()
        with pytest.raises(LedgerError, match="LEDGER_BUSY: what was erased stays"):
            Ledger(SqliteStore(path, timeout=0.05)).erase("Nguyễn Thị Lan", reason="asked for it")
        reading.close()  # type: ignore[attr-defined]
        ledger.erase("Nguyễn Thị Lan", reason="asked for it")
        name = '"by":"Nguyễn Thị Lan"'.encode()
        assert not any(name in file.read_bytes() for file in path.parent.iterdir())
        assert ledger.verify().sound


def test_a_full_disk_is_told_and_keeps_what_was_there(path: Path) -> None:
    store = SqliteStore(made(path))
    ledger = Ledger(store)
    pages = _writer(store).execute("PRAGMA page_count").fetchone()[0]
    _writer(store).execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(LedgerError, match="LEDGER_FULL"):
        ledger.keep([Draft("event", f"x{n}", "x" * 100) for n in range(500)])

    def goes_on(pen: Pen) -> None:
        with pytest.raises(LedgerError, match="LEDGER_FULL"):
            pen.keep([Draft("event", f"y{n}", "x" * 100) for n in range(500)])
        with pytest.raises(LedgerError, match="this piece of work is over"):
            pen.keep([Draft("event", "z", "{}")])
        raise KeyError("z")

    with pytest.raises(KeyError):
        ledger.write(goes_on)
    _writer(store).execute("PRAGMA max_page_count = 4294967294")
    assert ledger.keep([Draft("event", "d", "{}")])[0].sequence == 4
    assert ledger.verify().sound


def _writer(store: SqliteStore) -> sqlite3.Cursor:
    cursor = store._open.writer
    assert cursor is not None
    return cursor


def test_settings_are_those_that_lose_nothing(path: Path) -> None:
    store = SqliteStore(path)
    wanted = {"journal_mode": "wal", "synchronous": 3, "secure_delete": 1, "trusted_schema": 0, "mmap_size": 0}
    assert {name: _writer(store).execute(f"PRAGMA {name}").fetchone()[0] for name in wanted} == wanted


def test_a_fork_in_the_middle_of_a_write_is_told(path: Path) -> None:
    store = SqliteStore(made(path))

    def work(_: object) -> int:
        child = os.fork()
        if child == 0:
            try:
                store.head()
            except LedgerError as error:
                os._exit(0 if "forked in the middle" in str(error) else 1)
            finally:
                os._exit(2)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    assert store.write(work) == 0
    assert Ledger(store).verify().entries == 3


def test_a_child_writes_on_after_its_parent_has_gone(path: Path) -> None:
    """The last to close tidies up the log: under a child without locks of its own, what it writes would go with it."""
    store = SqliteStore(made(path))
    reading = store.entries()
    next(reading)
    (begun, says), (gone, told) = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        try:
            ledger = Ledger(store)
            ledger.keep([Draft("event", "d", "{}")])
            os.write(says, b"1")
            os.read(gone, 1)
            ledger.keep([Draft("event", "e", "{}")])
            os._exit(0)
        finally:
            os._exit(2)
    os.read(begun, 1)
    del reading
    store.close()
    SqliteStore(path).close()
    os.write(told, b"1")
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    for end in (begun, says, gone, told):
        os.close(end)
    assert [entry.id for entry in Ledger.open(str(path)).entries()] == ["a", "b", "c", "d", "e"]


def test_no_figure_is_in_an_error(path: Path) -> None:
    store = SqliteStore(made(path))
    (kept, *_) = store.entries()
    with pytest.raises(LedgerError) as caught:
        store.write(lambda writing: writing.add([kept]))
    assert caught.value.__suppress_context__
    assert kept.body not in str(caught.value)

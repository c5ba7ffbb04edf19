"""Files that are no ledger, or one that somebody has changed: our errors only, and `verify` says where it breaks."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from edits import PATHS, SIGNS, SQL

from aop_rules import event_from
from aop_rules.cli import main
from aop_rules.errors import LedgerError
from aop_rules.events import EventBase
from aop_rules.ledger.ledger import Ledger
from strategies import BABYCARE

PLAN, CASE = BABYCARE / "plan.yaml", BABYCARE / "cases" / "d01_new_store.yaml"
SPENT = {"kind": "actual", "effective_date": "2026-02-01", "line": "ads", "amount": 5}


def spent(name: str, **more: object) -> EventBase:
    return event_from(SPENT | {"event_id": name} | more)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a ledger of ten events."""
    file = tmp_path_factory.mktemp("whole") / "aop.db"
    with Ledger.open(str(file)) as ledger:
        ledger.extend([spent(f"e{number}") for number in range(10)])
    return file.read_bytes()


def uses(file: Path | str) -> list[str]:
    """All that can be done with a ledger: what ended in an error of ours. Any other comes out of here."""
    asked: tuple[Callable[[Ledger], object], ...] = (
        lambda ledger: ledger.records(),
        lambda ledger: ledger.verify(),
        lambda ledger: [*ledger.entries()],
        lambda ledger: ledger.about("event", id="e3"),
        lambda ledger: ledger.append(spent("new")),
    )
    codes = []
    for use in asked:
        try:
            with Ledger.open(str(file), create=False) as ledger:
                use(ledger)
        except LedgerError as error:
            codes += [problem.code for problem in error.problems]
    return codes


# ── what is no ledger ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "raw",
    [b"", b"\0" * 4096, b"SQLite format 3\0", b"SQLite format 3\0" + b"\xff" * 5000, b"a: 1\n" * 999, os.urandom(1)],
    ids=["empty", "zeros", "head", "noise", "text", "byte"],
)
def test_a_file_of_something_else_is_no_ledger(tmp_path: Path, raw: bytes) -> None:
    file = tmp_path / "aop.db"
    file.write_bytes(raw)
    assert set(uses(file)) <= {"LEDGER_NOT_ONE", "LEDGER_UNREADABLE"} and len(uses(file)) == 5
    assert file.read_bytes() == raw, "nothing is written into what is not ours"


def test_another_database_is_no_ledger_and_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "shop.db"
    with closing(sqlite3.connect(file)) as other:
        other.executescript(
            "CREATE TABLE entries (sequence INTEGER, body TEXT); INSERT INTO entries VALUES (1, 'mine');"
        )
    before = file.read_bytes()
    assert set(uses(file)) == {"LEDGER_NOT_ONE"}
    with pytest.raises(LedgerError, match="LEDGER_NOT_ONE"):
        Ledger.open(str(file))
    assert file.read_bytes() == before


@pytest.mark.parametrize("kept", [100, 4_096, 5_000, 12_288])
def test_a_ledger_that_was_cut_off_is_told(tmp_path: Path, whole: bytes, kept: int) -> None:
    file = tmp_path / "aop.db"
    file.write_bytes(whole[:kept])
    assert uses(file)


@pytest.mark.parametrize(
    "word", [b"CREATE TRIGGER entries_stay ", b"entries_by_id", b"tableentries", b"event_id", b"2026-02-01"]
)
def test_a_ledger_with_noise_in_it_is_told_or_read(tmp_path: Path, whole: bytes, word: bytes) -> None:
    """SQLite quotes what it cannot read, and that may be no text."""
    file = tmp_path / "aop.db"
    assert word in whole
    file.write_bytes(whole.replace(word, b"\xea\xff" * (len(word) // 2) + b" " * (len(word) % 2)))
    assert set(uses(file)) <= {"LEDGER_NOT_ONE", "LEDGER_UNREADABLE", "LEDGER_UNAVAILABLE"}


def test_a_log_of_noise_beside_a_ledger_is_not_taken_for_its_own(tmp_path: Path, whole: bytes) -> None:
    file = tmp_path / "aop.db"
    file.write_bytes(whole)
    for beside in ("-wal", "-shm", "-journal"):
        (tmp_path / f"aop.db{beside}").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" * 4_096)
    assert uses(file) == []
    with Ledger.open(str(file)) as ledger:
        assert ledger.verify().sound and len(ledger) == 11


def test_arguments_that_are_no_file_are_no_ledger(tmp_path: Path) -> None:
    (tmp_path / "folder.db").mkdir()
    (tmp_path / "circle.db").symlink_to(tmp_path / "circle.db")
    odd = [tmp_path / "folder.db", tmp_path / "circle.db", "a\0b", "\ud800", "x" * 5_000, tmp_path / "no" / "such.db"]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.db")
        odd.append(tmp_path / "pipe.db")
    if Path("/dev/zero").exists():
        odd.append("/dev/zero")
    for name in odd:
        for create in (True, False):
            with pytest.raises(LedgerError):
                Ledger.open(str(name), create=create)


def test_a_name_of_a_ledger_is_only_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the database hides in it."""
    monkeypatch.chdir(tmp_path)
    for name in ("file:x.db?mode=memory", ":memory:", "a?mode=ro", "a%2e%2e%2fb", "a#b", "; DROP", "~", "$HOME"):
        with Ledger.open(name) as ledger:
            ledger.append(spent("e"))
        assert (tmp_path / name).is_file(), name


# ── one that somebody has changed ───────────────────────────────────────────────────────────────────────────────────

BODIES = [
    "no json",
    "[]",
    "{}",
    '"a"',
    "NaN",
    "[" * 100_000,
    "1" * 5_000,
    '{"kind": "actual"}',
    '{"kind": 5}',
    "\ud7ff",
]
CHANGES = [
    *(("UPDATE entries SET body = ? WHERE sequence = 2", body) for body in BODIES),
    *(("UPDATE entries SET kind = 'erasure', body = ? WHERE sequence = 2", body) for body in BODIES),
    ("UPDATE entries SET kind = 'erasure', body = ? WHERE sequence = 2", '{"redacted": [5]}'),
    (
        "UPDATE entries SET kind = 'erasure', body = ? WHERE sequence = 2",
        '{"redacted": [{"sequence": [], "digest": 1}]}',
    ),
    *(
        ("UPDATE entries SET known_at = ? WHERE sequence = 2", text)
        for text in ("x", "2026", "9999-12-31T23:59:59-23:59")
    ),
    *(("UPDATE entries SET recorded_at = ? WHERE sequence = 2", text) for text in ("", "0000-00-00T00:00:00.000000Z")),
    *(("UPDATE entries SET hash = ? WHERE sequence = 10", text) for text in ("", "zz")),
    ("UPDATE entries SET sequence = ? WHERE sequence = 2", "-5"),
    ("UPDATE entries SET id = ? WHERE sequence = 2", "\x1affff"),
    ("DELETE FROM entries WHERE sequence = ?", "2"),
]


@pytest.mark.parametrize(("statement", "value"), CHANGES, ids=range(len(CHANGES)))
def test_a_changed_ledger_is_told_and_nothing_else_comes_out(
    tmp_path: Path, whole: bytes, statement: str, value: str
) -> None:
    file = tmp_path / "aop.db"
    file.write_bytes(whole)
    with closing(sqlite3.connect(file)) as mine:
        for (name,) in mine.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            mine.execute(f"DROP TRIGGER {name}")
        mine.execute(statement, (value,))
        mine.commit()
    codes = uses(file)
    assert set(codes) <= {"LEDGER_UNREADABLE"}
    with Ledger.open(str(file)) as ledger:
        try:
            assert not ledger.verify().sound
        except LedgerError as error:
            assert "entry 2" in str(error)


# ── words ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_words_that_mean_something_to_a_database_are_kept_sign_for_sign(tmp_path: Path) -> None:
    words = [*SQL, *PATHS, *(sign for sign in SIGNS if sign != "\ud800"), "\x1affff", "\x1a0000"]
    events = [
        spent(word, source=word, line=word, title=word, doc=word, tags=[word], attributes={word: word})
        for word in words
    ]
    for where in (None, str(tmp_path / "aop.db")):
        with Ledger() if where is None else Ledger.open(where) as ledger:
            ledger.extend(events)
            ledger.extend(events)  # the same again, found by these words
            assert len(ledger) == len(words) and ledger.verify().sound
            assert {event.event_id: event for event in ledger.events()} == {event.event_id: event for event in events}
            for word, event in zip(words, events, strict=True):
                (entry,) = ledger.about("event", source=word, id=word)
                assert entry.id == word and json.loads(entry.body)["event_id"] == event.event_id


# ── what commands say of a changed one ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with a plan, its rules and a decision."""
    file = tmp_path_factory.mktemp("decided") / "aop.db"
    done = CliRunner().invoke(main, ["decide", str(PLAN), str(CASE), "--ledger", str(file), "--json"])
    assert done.exit_code == 0, done.output
    return file


@pytest.mark.parametrize("kind", ["plan", "rules", "decision"])
def test_commands_end_with_one_where_an_entry_was_changed_into_what_is_none(
    tmp_path: Path, decided: Path, kind: str
) -> None:
    file = tmp_path / "aop.db"
    for body in ("no json", "[]", "{}", "5", '{"rulesets": "x", "attributes": 5}', '{"decision": {}, "seen": 1}'):
        file.write_bytes(decided.read_bytes())
        with closing(sqlite3.connect(file)) as mine:
            mine.execute("UPDATE entries SET body = ? WHERE kind = ?", (body, kind))
            mine.commit()
        for words in (["verify"], ["replay"], ["log"]):
            done = CliRunner().invoke(main, [*words, "--ledger", str(file)])
            assert done.exit_code == 1 or (words == ["log"] and done.exit_code == 0), (words, body, done.output)

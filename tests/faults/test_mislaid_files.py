"""A file that goes, or is another, under an open ledger: nothing is acknowledged that nobody would find."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from faults.workload import event

from aop_rules.errors import LedgerError
from aop_rules.ledger.ledger import Ledger
from aop_rules.ledger.sqlite import SqliteStore


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A ledger that holds one event."""
    with Ledger.open(str(tmp_path / "aop.db")) as ledger:
        ledger.append(event("one"))
    return tmp_path / "aop.db"


def held(file: Path) -> list[str]:
    with Ledger.open(str(file)) as ledger:
        assert ledger.verify().sound
        return [entry.id for entry in ledger.entries()]


def test_a_file_that_is_moved_is_not_written_and_is_when_it_is_back(file: Path) -> None:
    with Ledger.open(str(file)) as ledger:
        away = file.rename(file.with_name("away.db"))
        with pytest.raises(LedgerError, match="LEDGER_UNAVAILABLE"):
            ledger.append(event("two"))
        away.rename(file)
        ledger.append(event("two"))
    assert held(file) == ["one", "two"]


def test_a_file_that_is_replaced_is_not_written(file: Path) -> None:
    other = file.with_name("other.db")
    with Ledger.open(str(other)) as ledger:
        ledger.append(event("other"))
    with Ledger.open(str(file)) as ledger:
        other.replace(file)
        with pytest.raises(LedgerError):
            ledger.append(event("two"))
    assert held(file) == ["other"]


def test_a_file_that_is_cut_short_is_an_error(file: Path) -> None:
    content = file.read_bytes()
    for size in range(1, len(content), 1_000):
        file.write_bytes(content[:size])
        with pytest.raises(LedgerError), Ledger.open(str(file)) as ledger:
            assert not ledger.verify().sound
            raise LedgerError([])


def test_a_clock_that_goes_back_changes_no_order(file: Path) -> None:
    times = iter([datetime(2026, 6, 2, tzinfo=UTC), datetime(1999, 1, 1, tzinfo=UTC)])
    with Ledger(SqliteStore(file), clock=lambda: next(times)) as ledger:
        ledger.append(event("two"))
        ledger.append(event("three"))
    assert held(file) == ["one", "two", "three"]


def test_an_index_that_no_longer_finds_an_entry_is_found_by_verifying(file: Path) -> None:
    content = file.read_bytes()
    changed = re.sub(b"eventone(?!2026)", b"eventtwo", content)  # in the table a time follows
    assert changed != content
    file.write_bytes(changed)
    with Ledger.open(str(file)) as ledger, pytest.raises(LedgerError, match="LEDGER_UNREADABLE"):
        ledger.verify()

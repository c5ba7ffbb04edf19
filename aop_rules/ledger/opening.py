"""Where a ledger is kept, told by its address: a file, or a database."""

from __future__ import annotations

import re

from aop_rules.errors import LedgerError, Place, Problem
from aop_rules.ledger.store import Store

_DATABASE = ("postgresql://", "postgres://")
_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")


def store_at(where: str, tenant: str = "", create: bool = True) -> Store:
    """A SQLite file, or PostgreSQL where the address starts with `postgresql://`. Raises LedgerError.

    `create=False` takes only a ledger that is there.
    """
    if where.startswith(_DATABASE):
        try:
            from aop_rules.ledger.postgres import PostgresStore
        except ImportError:
            hint = "pip install 'aop-rules[postgres]'"
            problem = Problem(Place("postgresql://"), "LEDGER_NEEDS_EXTRA", "PostgreSQL needs psycopg", hint)
            raise LedgerError([problem]) from None
        return PostgresStore(where, tenant, create=create)
    if tenant:
        message = "a file holds one ledger, so it takes no tenant"
        raise LedgerError([Problem(Place(where), "LEDGER_TENANT", message, "give each plan a file of its own")])
    if address := _ADDRESS.match(where):  # what follows may hold a password
        message = "a ledger is kept in a file, or in a database at a `postgresql://` address"
        problem = Problem(Place(address[0]), "LEDGER_NOT_ONE", message, "name a file, without `://`")
        raise LedgerError([problem])
    from aop_rules.ledger.sqlite import SqliteStore

    return SqliteStore(where, create=create)

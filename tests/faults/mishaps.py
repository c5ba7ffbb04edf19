"""What else befalls a file: bits that flip, a log that belongs to another file, a name that goes, a rival that is killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from faults.campaigns import FILE, Lab, begun
from faults.disks import notes
from faults.shim import CHANGES, KILL_AFTER, KILL_BEFORE, Fault
from faults.working import Run, Tally
from faults.workload import event
from pydantic_core import PydanticSerializationError

from aop_rules.errors import ConflictError, LedgerError
from aop_rules.ledger.entry import Draft, Entry, Head
from aop_rules.ledger.ledger import Ledger
from aop_rules.ledger.sqlite import SqliteStore

RIVALS = 3
EACH = 12
_BAD = ("accepted", "doubled", "conflict", "foreign")


def mishaps(lab: Lab, sample: int = 0) -> Iterator[Tally]:
    """Each sort of mishap, so many times."""
    yield flipped(lab, sample or 400)
    yield flipped(lab, sample or 400, log=True)
    yield rivals(lab, sample or 40)
    yield stale(lab, sample or 40)
    yield limited(lab, sample or 40)
    yield interrupted(lab, sample or 200)


def flipped(lab: Lab, sample: int, log: bool = False) -> Tally:
    """One bit of the file, or of its write-ahead log, is another: it is found, or it stands where nothing is kept.

    What is cut off a log looks as if it had never been written: that is found by a head that was noted elsewhere.
    """
    tally, random = Tally("a bit of the log flips" if log else "a bit of the file flips"), Random(lab.seed)
    place = lab.fresh("sound")
    ledger = lab.opened(place)
    lab.worker.do(ledger, range(len(lab.worker.steps)), run := Run())
    there, head = list(ledger.entries()), ledger.head()
    names = [FILE, f"{FILE}-wal"] if log else [FILE]
    if not log:
        ledger.close()
    original = {name: (place / name).read_bytes() for name in names}
    ledger.close()
    for _ in range(sample):
        changed = bytearray(original[names[-1]])
        bit = random.randrange(8 * len(changed))
        changed[bit // 8] ^= 1 << bit % 8
        broken = lab.laid({**original, names[-1]: bytes(changed)})
        tally.injected += 1
        tally.acknowledged += len(run.done)
        said = _said(broken / FILE, there, head)
        tally.told[said] += 1
        if said.startswith(_BAD):
            tally.findings.append(f"{said} (bit {bit})")
    return tally


def _said(path: Path, there: list[Entry], head: Head) -> str:
    """How a damage shows: reading all, verifying, and keeping all once more, which must find it there."""
    try:
        with Ledger.open(str(path)) as ledger:
            if not ledger.verify().sound:
                return "broken chain"
            if not ledger.verify(head).sound:
                return "cut short"
            if list(ledger.entries()) != there:
                return "accepted"
            drafts = [Draft(each.kind, each.id, each.body, each.source, each.known_at) for each in there]
            return "nothing is kept there" if list(ledger.keep(drafts)) == there else "doubled"
    except LedgerError as error:
        return error.problems[0].code
    except ConflictError:
        return "conflict"
    except Exception as error:  # noqa: BLE001 - whatever else escapes is what is looked for
        return f"foreign: {error!r}"


def rivals(lab: Lab, sample: int) -> Tally:
    """One process is killed while others write in the same file: they go on, and nothing acknowledged is lost."""
    tally, random = Tally("killed while two others write"), Random(lab.seed)
    for _ in range(sample):
        place = lab.fresh()
        lab.opened(place).close()
        fault = Fault("", CHANGES, random.choice([KILL_BEFORE, KILL_AFTER]))
        logs = [lab.folder / f"log-{each}" for each in range(RIVALS)]
        processes = [
            begun(lab, place, log, _rival(lab, str(each)), fault if each == 0 else None, random.randint(1, 150))
            for each, log in enumerate(logs)
        ]
        ends = [os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) for process in processes]
        tally.injected += ends[0] == -signal.SIGKILL
        tally.findings += [f"stuck: writer {each} ended with {end}" for each, end in enumerate(ends) if end and each]
        said = [note for log in logs for note in notes(log)]
        tally.acknowledged += len(said)
        with Ledger.open(str(place / FILE)) as ledger:
            there = {entry.id: entry.sequence for entry in ledger.entries()}
            sound = ledger.verify().sound
        tally.findings += [f"lost: {note}" for note in said if f"{there.get(note.split()[0])}" != note.split()[1]]
        tally.findings += [] if sound else ["broken: the chain does not hold"]
        tally.findings += ["unasked: too many entries"] if len(there) > len(said) + 1 else []
    return tally


def _rival(lab: Lab, mark: str) -> Callable[[Path], None]:
    def work(place: Path) -> None:
        with Ledger(SqliteStore(place / FILE)) as ledger:
            for number in range(EACH):
                record = ledger.append(event(f"{mark}-{number}"))
                lab.shim.note(f"{record.event.event_id} {record.sequence}")

    return work


def stale(lab: Lab, sample: int) -> Tally:
    """A log that another state of the file left behind lies beside it: found, or of no effect."""
    tally, random = Tally("an older file beside a newer log"), Random(lab.seed)
    for _ in range(sample):
        place = lab.fresh()
        ledger = lab.opened(place)
        first, second = sorted(random.sample(range(1, len(lab.worker.steps)), 2))
        lab.worker.do(ledger, range(first), Run())
        ledger.close()
        older = (place / FILE).read_bytes()
        ledger = lab.opened(place)
        lab.worker.do(ledger, range(first, second), Run())
        ledger.close()
        ledger = lab.opened(place)
        lab.worker.do(ledger, range(second, len(lab.worker.steps)), run := Run())
        there, head = list(ledger.entries()), ledger.head()
        log = (place / f"{FILE}-wal").read_bytes()
        ledger.close()
        mixed = lab.laid({FILE: older if random.random() < 0.7 else b"", f"{FILE}-wal": log})
        tally.injected += 1
        tally.acknowledged += len(run.done)
        said = _said(mixed / FILE, there, head)
        tally.told[said] += 1
        if said.startswith(_BAD):
            tally.findings.append(f"{said} ({first}, {second})")
    return tally


def limited(lab: Lab, sample: int) -> Tally:
    """The system itself lets no file of the process grow beyond a size; then it does again."""
    import resource  # not everywhere

    tally, random = Tally("no file may grow further (RLIMIT_FSIZE)"), Random(lab.seed)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    for _ in range(sample):
        place, run = lab.fresh(), Run()
        lab.shim.watch(place)
        with lab.opened(place) as ledger:
            resource.setrlimit(resource.RLIMIT_FSIZE, (random.randrange(20_000, 200_000), before[1]))
            lab.worker.do(ledger, range(len(lab.worker.steps)), run)
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
            tally.injected += bool(run.failed)
            tally.findings += lab.worker.again(ledger, run)
        tally.told.update(run.told)
        tally.findings += lab.looked(place, run.done, run.failed, tally)
    return tally


def interrupted(lab: Lab, sample: int) -> Tally:
    """KeyboardInterrupt at any moment; the same ledger goes on."""
    tally, random = Tally("interrupted (Ctrl-C), and gone on with"), Random(lab.seed)
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    for _ in range(sample):
        place, run = lab.fresh(), Run()
        lab.shim.watch(place)
        with lab.opened(place) as ledger:
            try:
                signal.setitimer(signal.ITIMER_REAL, random.uniform(0.000_1, 0.02))
                lab.worker.do(ledger, range(len(lab.worker.steps)), run)
                signal.setitimer(signal.ITIMER_REAL, 0)
            except (KeyboardInterrupt, PydanticSerializationError):  # which wraps it
                tally.injected += 1
            tally.findings += lab.worker.again(ledger, run)
        tally.findings += lab.looked(place, run.done, run.failed, tally)
    signal.signal(signal.SIGALRM, before)
    return tally

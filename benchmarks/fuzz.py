"""Every loader on hostile input: python benchmarks/fuzz.py --seconds 60 (needs `pip install -e ".[campaign]"`).

Each target of `fuzz_targets.py` runs in a process of its own under atheris (coverage-guided), with a cap on its memory
and one on the time of each input. An escape is any exception but an error of this library, an input that takes longer,
a MemoryError, a round trip that changes a value, or a process that dies. One line a target; each sort of escape is shown
with the file that holds an input, and the exit code is then 1. `--target NAME --try FILE` runs one input again.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from dataclasses import asdict, dataclass, field
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

HERE = Path(__file__).resolve()
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1]), str(HERE.parents[1] / "tests")]

MEMORY_BYTES = 1_500_000_000
INPUT_SECONDS = 2.0  # of processor time: another process on the machine is no fault of a loader
INPUT_BYTES = 24_000
LATE = ("source.yaml_text", "source.json_text", "source.toml_text", "ledger.sqlite")  # imported when first needed
ANSWERS_WITHIN = 60  # seconds past its time after which a process counts as hanging


class TooSlow(BaseException):
    """One input has had its time."""


@dataclass(slots=True)
class Told:
    """What one process has seen so far; it writes this down as it goes, so that a crash leaves it."""

    executions: int = 0
    accepted: int = 0
    slowest: float = 0.0
    memory: int = 0
    escapes: dict[str, str] = field(default_factory=dict)
    """By the sort of escape: the file that holds an input."""
    finished: bool = False


# ── the process of one target ───────────────────────────────────────────────────────────────────────────────────────


class Trial:
    """Runs inputs of one target, and takes note."""

    def __init__(self, run: Any, folder: Path, seconds: float) -> None:
        from fuzz_targets import NothingToRead

        from aop_rules.errors import AopError

        self.run = run
        self.folder = folder
        self.until = time.monotonic() + seconds
        self.told = Told()
        self._refused = (AopError, NothingToRead)
        self._write_again = 0.0
        signal.signal(signal.SIGVTALRM, _too_slow)

    def __call__(self, data: bytes) -> None:
        current = self.folder / "current"
        current.write_bytes(data)
        started = time.process_time()
        signal.setitimer(signal.ITIMER_VIRTUAL, INPUT_SECONDS)
        try:
            self.run(data)
            self.told.accepted += 1
        except self._refused:
            pass
        except BaseException as escape:  # noqa: BLE001 - whatever it is, it is what we look for
            self._escaped(escape, data)
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        self.told.executions += 1
        self.told.slowest = max(self.told.slowest, time.process_time() - started)
        if time.monotonic() > self._write_again:
            self.write()
        if time.monotonic() > self.until:
            self.told.finished = True
            self.write()
            os._exit(0)

    def write(self) -> None:
        self._write_again = time.monotonic() + 0.5
        self.told.memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        (self.folder / "told").write_text(json.dumps(asdict(self.told)))

    def _escaped(self, escape: BaseException, data: bytes) -> None:
        ours = [
            f for f in traceback.extract_tb(escape.__traceback__) if "aop_rules" in f.filename or "fuzz_t" in f.filename
        ]
        where = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else "?"
        sort = f"{type(escape).__name__} at {where}: {str(escape)[:80]!r}"
        if len(self.told.escapes) < 50 and not any(
            known.split(": ")[0] == sort.split(": ")[0] for known in self.told.escapes
        ):
            file = self.folder / f"escape-{len(self.told.escapes)}"
            file.write_bytes(data)
            self.told.escapes[sort] = str(file)
            self.write()


def _too_slow(*_: object) -> None:
    raise TooSlow


def fuzz_one(name: str, seconds: float, seed: int, folder: Path) -> None:
    """Fuzz until the time is over. Does not come back."""
    import atheris

    with atheris.instrument_imports(include=["aop_rules", "tomllib"]):
        import fuzz_targets

        for late in LATE:
            import_module(f"aop_rules.{late}")

    from edits import edited, in_bytes, text_of

    target = fuzz_targets.TARGETS[name]
    seeds = target.seeds()
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, text in enumerate(seeds):
        (corpus / str(number)).write_bytes(text)
    data = [each for each in map(_as_data, fuzz_targets.as_json(target.seeds)()) if each] if target.structured else []
    words = sorted({word for text in seeds for word in re.findall(rb"[\w.%-]{2,40}|[^\w\s]", text)})

    def mutated(raw: bytes, most: int, turn: int) -> bytes:
        random = Random(turn)
        way = random.random()
        if data and way < 0.5:
            return in_bytes(text_of(edited(random.choice(data), random), random))[:most]
        if way < 0.7:
            return _respelt(raw, words, random)[:most]
        if way < 0.8:
            return _overwritten(raw, random)
        found: bytes = atheris.Mutate(raw, most)
        return found

    trial = Trial(target.run, folder, seconds)
    for text in seeds:
        trial(text)  # what is right is read, and what stays in memory is there before it is capped
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    options = [
        f"-seed={seed}",
        f"-max_len={INPUT_BYTES}",
        "-rss_limit_mb=0",
        "-len_control=0",
        "-close_fd_mask=0",
    ]
    atheris.Setup([sys.argv[0], *options, str(corpus)], trial, custom_mutator=mutated)
    atheris.Fuzz()


def _as_data(text: bytes) -> Any:
    return json.loads(text)


def _respelt(raw: bytes, words: list[bytes], random: Random) -> bytes:
    """A word for another, or a line more, less or elsewhere."""
    if random.random() < 0.5:
        spans = [found.span() for found in re.finditer(rb"[\w.%-]+|[^\w\s]", raw)] or [(0, 0)]
        start, end = random.choice(spans)
        return raw[:start] + random.choice(words) + raw[random.choice((start, end)) :]
    lines = raw.split(b"\n")
    line = lines.pop(random.randrange(len(lines)))
    for _ in range(random.choice((0, 1, 1, 2, 30))):
        lines.insert(random.randint(0, len(lines)), b" " * random.choice((0, 0, 2)) + line)
    return b"\n".join(lines)


def _overwritten(raw: bytes, random: Random) -> bytes:
    """A few bytes that say something in the place of others: nothing else moves."""
    said = [at for at, byte in enumerate(raw) if byte] or [0]
    at, source = random.choice(said), random.choice(said)
    new = random.choice(
        (random.randbytes(random.choice((1, 1, 2, 8))), raw[source : source + random.choice((1, 4, 26))])
    )
    return raw[:at] + new + raw[at + len(new) :] if raw else new


# ── all targets ─────────────────────────────────────────────────────────────────────────────────────────────────────


def campaign(names: list[str], seconds: float, seed: int, keep: Path) -> bool:
    """Each target after the other; whether nothing escaped."""
    print(
        f"{'target':14}{'runs':>9}{'accepted':>10}{'features':>10}{'slowest':>10}{'memory':>9}{'escapes':>9}",
        flush=True,
    )
    clean = True
    for name in names:
        folder = keep / name
        folder.mkdir(parents=True)
        command = [
            sys.executable,
            str(HERE),
            "--target",
            name,
            "--seconds",
            str(seconds),
            "--seed",
            str(seed),
            "--within",
            str(folder),
        ]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)
            try:
                ended = process.wait(seconds + ANSWERS_WITHIN)
            except subprocess.TimeoutExpired:
                process.kill()
                ended = process.wait()
        clean &= _report(name, folder, ended)
    return clean


def _report(name: str, folder: Path, ended: int) -> bool:
    file = folder / "told"
    told = Told(**json.loads(file.read_text())) if file.exists() else Told()
    if ended != 0 or not told.finished:
        told.escapes[f"the process ended with {ended}, see {folder / 'log'}"] = str(folder / "current")
    features = re.findall(rb"\bft: (\d+)", (folder / "log").read_bytes())
    print(
        f"{name:14}{told.executions:>9}{told.accepted:>10}{(features or [b'-'])[-1].decode():>10}"
        f"{told.slowest * 1000:>7.0f} ms{told.memory / 1e6:>6.0f} MB{len(told.escapes):>9}",
        flush=True,
    )
    for sort, sample in told.escapes.items():
        print(f"    {sort}\n        {sample}", flush=True)
    return not told.escapes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60, help="for each target")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--target", action="append", help="only this one (repeatable)")
    parser.add_argument("--try", type=Path, dest="sample", help="run one input again, and let what escapes be seen")
    parser.add_argument("--within", type=Path, help=argparse.SUPPRESS)  # this is the process of one target
    asked = parser.parse_args()
    if asked.within:
        fuzz_one(asked.target[0], asked.seconds, asked.seed, asked.within)
        return
    from fuzz_targets import TARGETS

    unknown = sorted(set(asked.target or ()) - set(TARGETS))
    if unknown:
        parser.error(f"no target {', '.join(unknown)}; there are {', '.join(TARGETS)}")
    if asked.sample:
        for name in asked.target or TARGETS:
            TARGETS[name].run(asked.sample.read_bytes())
        return
    keep = Path(tempfile.mkdtemp(prefix="fuzz-"))
    sys.exit(0 if campaign(asked.target or list(TARGETS), asked.seconds, asked.seed, keep) else 1)


if __name__ == "__main__":
    main()

"""Faults in a ledger's files and connections: python benchmarks/faults.py --seed 1 --rounds 4.

The same workload (single events, batches, decisions of 20 kB, a duplicate, an erasure, checkpoints) is disturbed at every
call that it makes: killed, refused, with no room left, without power; on PostgreSQL at every message. After each the ledger
is opened as its user would open it, and must hold all that was acknowledged, once, on a chain that verifies, and go on.
Then the same with deliberately weakened settings, where losses must be found. Exits with 1 where either is not so.

Needs Linux and gcc; PostgreSQL from the test extra (or the server that AOP_RULES_TEST_POSTGRES names).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT / "tests")  # in the place of this folder, where this file has the name of a package there

from faults import shim, weak

CHECKPOINTS = "wal_autocheckpoint=4"


@dataclass(frozen=True, slots=True)
class Job:
    """A campaign under a setting. One that is `weak` must find losses."""

    campaign: str
    setting: str = ""
    early: bool = False
    weak: bool = False

    def __str__(self) -> str:
        return "acknowledged early" if self.early else self.setting.replace("=", " = ") or "as delivered"


JOBS = (
    Job("restarts"),
    Job("cuts"),
    Job("power"),
    Job("power", CHECKPOINTS),
    Job("kills"),
    Job("kills", CHECKPOINTS),
    Job("errors"),
    Job("errors", CHECKPOINTS),
    Job("mishaps"),
    Job("power", "synchronous=OFF", weak=True),
    Job("power", "synchronous=NORMAL", weak=True),
    Job("kills", early=True, weak=True),
    Job("errors", early=True, weak=True),
    Job("cuts", early=True, weak=True),
)
WEAK_SAMPLE = 40
"""Points are enough to show teeth."""


def run(job: Job, library: Path, folder: Path, asked: argparse.Namespace) -> list[dict[str, object]]:
    """The tallies of one job, from a process of its own."""
    here = Path(tempfile.mkdtemp(dir=folder))
    sample = asked.sample or (WEAK_SAMPLE if job.weak else 0)
    command = [sys.executable, "-W", "ignore", "-m", "faults.driver", job.campaign, str(here)]
    command += ["--seed", str(asked.seed), "--sample", str(sample), "--rounds", str(asked.rounds)]
    environment = {**shim.environment(library), weak.VARIABLE: job.setting}
    if job.campaign in ("cuts", "restarts"):
        del environment["LD_PRELOAD"]
    done = subprocess.run(
        [*command, "--early"] if job.early else command, env=environment, capture_output=True, text=True, check=False
    )
    tallies = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode:
        failed = {"fault": f"{job.campaign} ended with {done.returncode}", "injected": 0, "acknowledged": 0, "told": {}}
        tallies.append({**failed, "findings": {"foreign": 1}, "examples": [done.stderr]})
    return tallies


def shown(job: Job, tally: dict[str, object]) -> str:
    found = ", ".join(f"{count} {word}" for word, count in tally["findings"].items()) or "none"  # type: ignore[attr-defined]
    told = ", ".join(f"{count} {word}" for word, count in tally["told"].items()) or "none"  # type: ignore[attr-defined]
    return f"| {tally['fault']} | {job} | {tally['injected']:,} | {tally['acknowledged']:,} | {told} | {found} |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=4, help="torn disks for each loss of power (4)")
    parser.add_argument("--sample", type=int, default=0, help="points per fault (all)")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", help="one campaign: power, kills, errors, mishaps, cuts or restarts")
    asked = parser.parse_args()
    if shim.missing():
        raise SystemExit(shim.missing())
    started, wrong = time.monotonic(), list[str]()
    jobs = [job for job in JOBS if asked.only in (None, job.campaign)]
    print(
        "| Fault | Setting | Injected | Acknowledged steps looked for | Errors that callers were told | Found wrong |"
    )
    print("|---|---|---:|---:|---|---|")
    quick = Path("/dev/shm")  # nothing is really synced, so a disk adds nothing
    with (
        tempfile.TemporaryDirectory(dir=quick if quick.is_dir() else None) as folder,
        ThreadPoolExecutor(asked.processes) as pool,
    ):
        library = shim.built(Path(folder))
        for job, tallies in zip(jobs, pool.map(lambda job: run(job, library, Path(folder), asked), jobs), strict=True):
            for tally in tallies:
                print(shown(job, tally), flush=True)
                if tally["findings"] and not job.weak:
                    wrong.append(f"{tally['fault']}, {job}: {tally['examples']}")
            if job.weak and not any(tally["findings"] for tally in tallies):
                wrong.append(f"{job.campaign}, {job}: nothing was found, so the harness has no teeth")
    print(f"\n{time.monotonic() - started:.0f} s on {asked.processes} processes, seed {asked.seed}")
    print("\n".join(wrong) or "As delivered nothing was lost; under each weakened setting the harness found it.")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())

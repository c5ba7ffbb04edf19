"""Memory, SQLite and PostgreSQL against one another and a plain list: python benchmarks/agreement.py --runs 2000 --steps 50.

Each run does random operations on two handles of each store: events and other entries kept one by one and in batches,
twice, in conflict, in work that fails; names erased; stores closed and opened; chains verified; entries read while others
write. After every step all entries of all stores are compared. Stops at the first difference with the steps that lead to
it. The server is the one that AOP_RULES_TEST_POSTGRES names, or one of its own.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import databases
from hypothesis import seed
from hypothesis.stateful import run_state_machine_as_test
from store_machine import Stores, some

SHARE = 50
"""Runs from one seed: the n-th share starts from the seed plus n."""


def agree(number: int, runs: int, steps: int, address: str) -> tuple[int, int]:
    """Runs and steps done; raises AssertionError on a difference."""
    with databases.database(address) as database, tempfile.TemporaryDirectory() as folder:
        Stores.postgres, Stores.folder, Stores.runs, Stores.steps = database, folder, 0, 0
        run_state_machine_as_test(seed(number)(Stores), settings=some(runs, steps))
        return Stores.runs, Stores.steps


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=2_000)
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    shares = [min(SHARE, asked.runs - done) for done in range(0, asked.runs, SHARE)]
    address, began, runs, steps = databases.server(), time.perf_counter(), 0, 0
    with ProcessPoolExecutor(asked.processes, get_context("spawn")) as pool:
        parts = [pool.submit(agree, asked.seed + n, share, asked.steps, address) for n, share in enumerate(shares)]
        for part in as_completed(parts):
            runs, steps = runs + part.result()[0], steps + part.result()[1]
            print(f"{runs:,} runs, {steps:,} steps, {time.perf_counter() - began:,.0f} s, 0 differences", flush=True)


if __name__ == "__main__":
    main()

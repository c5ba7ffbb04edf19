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
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import databases
from hypothesis import seed
from hypothesis.stateful import run_state_machine_as_test
from store_machine import Stores, some


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
    share = -(-asked.runs // asked.processes)
    address, began = databases.server(), time.perf_counter()
    with ProcessPoolExecutor(asked.processes, get_context("spawn")) as pool:
        parts = [pool.submit(agree, asked.seed + n, share, asked.steps, address) for n in range(asked.processes)]
        done = [part.result() for part in parts]
    runs, steps = map(sum, zip(*done, strict=True))
    print(f"{runs:,} runs, {steps:,} steps, {time.perf_counter() - began:,.0f} s, 0 differences")


if __name__ == "__main__":
    main()

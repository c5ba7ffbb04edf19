"""Re-planning against an obvious search over random small years: python benchmarks/least_change.py --examples 10000.

Each example is a random small year with up to four levers, a need for money, goals to bring back, floors, donors' limits and
a band. Every subset of levers in every size is tried: none may bring the goals closer in their order, stand on a lower rung,
take fewer edits, or move less money than what was found; where nothing was found, none may work; and every certificate must
hold. The same of a cost cut in that year. Stops at the first example where that is not so. Prints how many examples had an
adjustment, and how many cuts could be met.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "tests"), str(HERE.parent)]

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from replans import Year, check_no_cut_is_cheaper, check_nothing_is_better, years

BATCH = 100


def batch(number: int, examples: int) -> tuple[int, int, int]:
    """Examples, those that have an adjustment, and those whose cut can be met."""
    counts = [0, 0, 0]

    @seed(number)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(years(), st.integers(1, 12))
    def nothing_better(year: Year, amount: int) -> None:
        counts[0] += 1
        counts[1] += check_nothing_is_better(year)
        counts[2] += check_no_cut_is_cheaper(year, amount)

    nothing_better()
    return counts[0], counts[1], counts[2]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--examples", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    started, totals = time.monotonic(), [0, 0, 0]
    with ProcessPoolExecutor(options.processes, mp_context=get_context("spawn")) as pool:
        batches = [
            pool.submit(batch, options.seed + n, min(BATCH, options.examples - done))
            for n, done in enumerate(range(0, options.examples, BATCH))
        ]
        for done in as_completed(batches):
            totals = [total + more for total, more in zip(totals, done.result(), strict=True)]
    took = time.monotonic() - started
    print(
        f"{totals[0]:,} examples in {took:.0f} s: {totals[1]:,} with an adjustment, none with a better one; "
        f"{totals[2]:,} cuts met, none with a cheaper one"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Options against every set of levers: python benchmarks/best_option.py --examples 10000.

Each example is BabyCare House in June with up to five random levers for a line that is short of money, some of them all or
nothing. Every set of them is tried, each pulled no further than is needed: none may be enough where no option is, and none may
cost the first goal less than the option that is recommended. Stops at the first example where that is not so.
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
from may import may
from small_options import amounts, check_no_set_is_better, cuts

from aop_rules.adjusting.lever import Lever

BATCH = 250


def batch(number: int, examples: int) -> tuple[int, int]:
    """Examples, and those in which something is enough."""
    counts = [0, 0]
    engine, where, _ = may()

    @seed(number)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cuts(), amounts)
    def nothing_better(found: list[Lever], amount: int) -> None:
        counts[0] += 1
        counts[1] += check_no_set_is_better(engine, where, found, amount)

    nothing_better()
    return counts[0], counts[1]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--examples", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    started, totals = time.monotonic(), [0, 0]
    with ProcessPoolExecutor(options.processes, mp_context=get_context("spawn")) as pool:
        batches = [
            pool.submit(batch, options.seed + n, min(BATCH, options.examples - done))
            for n, done in enumerate(range(0, options.examples, BATCH))
        ]
        for done in as_completed(batches):
            totals = [total + more for total, more in zip(totals, done.result(), strict=True)]
    took = time.monotonic() - started
    print(f"{totals[0]:,} examples in {took:.0f} s: {totals[1]:,} with enough, none with a better set")
    return 0


if __name__ == "__main__":
    sys.exit(main())

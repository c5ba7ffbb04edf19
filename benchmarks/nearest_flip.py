"""Flips against an exhaustive search over tiny plans: python benchmarks/nearest_flip.py --examples 10000.

An example is a random event, in small whole numbers, after a random past of a random plan; four events are asked of each
plan. Every value of every field that is nearer than the flip that is told (all values, where none is told) is decided
on, and pairs of values of every two numbers; a better answer among them is a nearer flip. That, or a flip that
is not so, ends the run at once with the example. Prints how many examples had a flip and how many variants were decided on.
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
from small_flips import Data, asked, nearer_alone, nearer_together, tiny_events, tiny_pasts, tiny_plans, untrue

from strategies import opened

PLANS = 10
EVENTS = 4
"""So many events are asked of a plan, and so many plans make a batch."""


def batch(number: int) -> tuple[int, int, int, int]:
    """Examples, those with a flip of one field, those with a joint one, variants that the library decided on."""
    counts = [0, 0, 0, 0]

    @seed(number)
    @settings(
        max_examples=PLANS,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(tiny_plans(), tiny_pasts(), st.lists(tiny_events(), min_size=EVENTS, max_size=EVENTS))
    def nothing_nearer(plan: Data, past: list[Data], events: list[Data]) -> None:
        engine = opened(plan, past)
        for event in events:
            each = asked(engine, event)
            nearer = [*nearer_alone(each), *nearer_together(each), *untrue(each)]
            assert not nearer, f"seed {number}: {nearer[:3]} for {event!r} after {past!r} under {plan!r}"
            for index, more in enumerate((1, bool(each.found.single), bool(each.found.joint), each.found.decided)):
                counts[index] += more

    nothing_nearer()
    return counts[0], counts[1], counts[2], counts[3]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--examples", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    started, totals = time.monotonic(), [0, 0, 0, 0]
    with ProcessPoolExecutor(options.processes, mp_context=get_context("spawn")) as pool:
        batches = [
            pool.submit(batch, options.seed * 1_000_000 + number)
            for number in range(-(-options.examples // (PLANS * EVENTS)))
        ]
        try:
            for done, each in enumerate(as_completed(batches), 1):
                totals = [a + b for a, b in zip(totals, each.result(), strict=True)]
                if done % 5 == 0:
                    print(f"{totals[0]:,} examples, {time.monotonic() - started:.0f} s", flush=True)
        except AssertionError as nearer:
            print(f"{totals[0]:,} examples, then a nearer flip: {nearer}", flush=True)
            return 1
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
    print(
        f"{totals[0]:,} examples in {time.monotonic() - started:.0f} s: no nearer flip; {totals[1]:,} with a flip of one field, "
        f"{totals[2]:,} with a joint one, {totals[3]:,} variants decided on"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())

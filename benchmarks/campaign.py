"""Both halves of inference against the reference, on random cases: python benchmarks/campaign.py --cases 200000.

A case of conditions is one record against a dozen random conditions, or sixty, which are compiled differently: the
matcher must answer as the reference does, attribute for attribute of what it could not tell. A case of chaining is one set of known facts,
possible facts and links under a random program: durable-rules must find every firing that the reference finds, and no
other. Half the cases are of each sort. Stops at the first difference and prints the seed that shows it again.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parent.parent)]

from random_cases import Cases

from aop_rules.inference import chain_reference, reference
from aop_rules.inference.chainer import Chainer
from aop_rules.inference.conditions import Matcher
from aop_rules.inference.judgement import Match
from aop_rules.rules.printer import show
from aop_rules.rules.syntax import Expression

BATCH = 1_000
RECORDS = 10
SIZES = [12, 60]
EVALUATIONS = 10


def conditions(seed: int, cases: int) -> tuple[int, ...]:
    """Cases and judgements, how many held and how many could not be told; raises AssertionError on a difference."""
    random, judged, held, unknown = Cases(seed), 0, 0, 0
    for _ in range(cases // RECORDS):
        program = random.conditions(random.rng.choice(SIZES))
        matcher = Matcher(program)
        for _ in range(RECORDS):
            record = random.record()
            found, meant = matcher.match(record), reference.judge(program, record)
            assert found == meant, f"seed {seed}: {different(program, found, meant)} over {record!r}"
            judged += len(program)
            held, unknown = held + len(found.holds), unknown + len(found.unknown)
    return cases, judged, held, unknown


def different(program: list[tuple[str, Expression]], found: Match, meant: Match) -> str:
    """The conditions that came out differently."""
    undecided = set(found.unknown) ^ set(meant.unknown)
    names = set(found.holds).symmetric_difference(meant.holds).union(each.id for each in undecided)
    return (
        "; ".join(f"{name} {show(expression)}" for name, expression in program if name in names) or "the order differs"
    )


def chaining(seed: int, cases: int) -> tuple[int, ...]:
    """Cases run, firings and possible facts; raises AssertionError on a difference."""
    random, firings, possible = Cases(seed), 0, 0
    for _ in range(cases // EVALUATIONS):
        rules = random.rules(random.rng.choice([3, 12, 30]))
        chainer = Chainer(rules, "durable")
        for _ in range(EVALUATIONS):
            supposed = random.facts(random.rng.choice([0, 0, 1, 3]))
            seeds = random.facts(random.rng.randrange(5)), supposed, random.links(random.rng.randrange(8))
            found, meant = chainer.infer(*seeds), chain_reference.infer(rules, *seeds)
            assert found == meant, f"seed {seed}: {rules!r} with {seeds!r}"
            firings, possible = firings + len(found.firings), possible + len(found.possible)
    return cases, firings, possible


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    started = time.monotonic()
    totals = {"conditions": [0] * 4, "chaining": [0] * 3}
    with ProcessPoolExecutor(options.processes, mp_context=get_context("spawn")) as pool:
        batches = {
            pool.submit(work, options.seed * 1_000_000 + number, BATCH): work.__name__
            for number in range(-(-options.cases // (2 * BATCH)))
            for work in (conditions, chaining)
        }
        for done, batch in enumerate(as_completed(batches), 1):
            for index, figure in enumerate(batch.result()):
                totals[batches[batch]][index] += figure
            if done % 10 == 0 or done == len(batches):
                print(f"{done}/{len(batches)} batches, {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    cases, judged, held, unknown = totals["conditions"]
    print(f"conditions: {cases:,} records, {judged:,} judgements ({held:,} held, {unknown:,} unknown), 0 differences")
    cases, firings, possible = totals["chaining"]
    print(f"chaining: {cases:,} evaluations, {firings:,} firings, {possible:,} possible facts, 0 differences")
    print(f"{time.monotonic() - started:.0f} s on {options.processes} processes, seed {options.seed}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

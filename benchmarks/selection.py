"""Selecting from many proposals, beside the solver alone: python benchmarks/selection.py [--count 1000] [--seeds 5].

Each proposal spends in one of twelve months; every fourth requires an earlier one, every tenth is a variant of another. The
monthly budgets hold a third of all that is asked. `select` and `scipy.optimize.milp` (HiGHS) called directly on the same
model, built here a second time, run one after the other; the optimum is compared first. Processor time, so
that what else the machine does shows less.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parent.parent)]

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from aop_rules.selecting.candidate import Candidate
from aop_rules.selecting.select import select

MONTHS = 12


def instance(count: int, seed: int) -> tuple[list[Candidate], dict[str, int]]:
    """Proposals in millions, and the budget of each month."""
    dice = Random(seed)
    candidates: list[Candidate] = []
    asked = [0] * MONTHS
    for n in range(count):
        month, amount = dice.randrange(MONTHS), dice.randint(5, 100)
        asked[month] += amount
        requires = (f"p{dice.randrange(n):04}",) if n and n % 4 == 0 else ()
        group = f"g{n // 10:03}" if n % 10 in (1, 2) else ""
        gain = {"value": dice.randint(10, 1000)}
        candidates.append(Candidate(f"p{n:04}", gain, {f"m{month + 1:02}": amount}, requires, group))
    return candidates, {f"m{month + 1:02}": total // 3 for month, total in enumerate(asked)}


def direct(candidates: list[Candidate], caps: dict[str, int]) -> tuple[int, float]:
    """The optimum by `milp`, called directly, and the seconds of processor time that the call took."""
    place = {each.id: n for n, each in enumerate(candidates)}
    rows: list[tuple[dict[int, int], int]] = []
    for cap, amount in caps.items():
        rows.append(({place[c.id]: int(c.uses[cap]) for c in candidates if cap in c.uses}, amount))
    groups: dict[str, dict[int, int]] = {}
    for each in candidates:
        if each.group:
            groups.setdefault(each.group, {})[place[each.id]] = 1
    rows += [(members, 1) for _, members in sorted(groups.items())]
    for each in candidates:
        rows += [({place[each.id]: 1, place[other]: -1}, 0) for other in each.requires]
    cells = [(row, column, value) for row, (terms, _) in enumerate(rows) for column, value in terms.items()]
    matrix = csr_array(
        ([float(value) for _, _, value in cells], ([row for row, _, _ in cells], [column for _, column, _ in cells])),
        shape=(len(rows), len(candidates)),
    )
    gains = np.array([float(each.gains["value"]) for each in candidates])
    began = time.process_time()
    found = milp(
        -gains,
        constraints=LinearConstraint(matrix, -np.inf, [float(most) for _, most in rows]),
        integrality=np.ones(len(candidates)),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0},
    )
    seconds = time.process_time() - began
    return round(sum(gain for gain, taken in zip(gains, found.x, strict=True) if taken > 0.5)), seconds


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    began = time.process_time()
    found = work()
    return found, time.process_time() - began


def main() -> None:
    """One row a seed, then the median ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seeds", type=int, default=5)
    asked = parser.parse_args()
    print("| seed | optimum | proved | select s | milp s | ratio |\n| --: | --: | --- | --: | --: | --: |")
    ratios = []
    for seed in range(1, asked.seeds + 1):
        candidates, caps = instance(asked.count, seed)
        best, alone = direct(candidates, caps)
        found, ours = timed(lambda c=candidates, k=caps: select(c, k, ["value"], runner_up=False, costs=False))
        assert found.values["value"] == best, (found.values, best)
        ratios.append(Fraction(ours) / Fraction(alone))
        proved = "yes" if found.proved else f"gap {found.gap}"
        print(f"| {seed} | {best:,} | {proved} | {ours:.2f} | {alone:.2f} | **{float(ratios[-1]):.2f}** |")
    print(f"\nmedian ratio {float(median(ratios)):.2f}, worst {float(max(ratios)):.2f}")


if __name__ == "__main__":
    main()

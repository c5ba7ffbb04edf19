"""One year played and replayed under 10 hash seeds, 3 time zones and 2 locales, each time with its files in another order.

`python benchmarks/replays.py` starts a process for each of the 60 and compares the digests of all their decisions.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from itertools import product
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
YEAR = ROOT / "tests" / "recorded_year.py"
ZONES = ("UTC", "Asia/Ho_Chi_Minh", "America/Los_Angeles")
LOCALES = ("C", "C.UTF-8")


def main() -> None:
    start, answers = time.perf_counter(), Counter[str]()
    for seed, zone, words in product(range(1, 11), ZONES, LOCALES):
        where = {**os.environ, "PYTHONHASHSEED": str(seed), "TZ": zone, "LC_ALL": words, "PYTHONPATH": str(ROOT)}
        order = str(seed * 100 + ZONES.index(zone) * 10 + LOCALES.index(words))
        command = [sys.executable, str(YEAR), order]
        answers[subprocess.run(command, env=where, capture_output=True, text=True, check=True).stdout.strip()] += 1
    for answer, times in answers.items():
        decisions, same, digest = answer.split()
        print(f"{times} runs: {decisions} decisions, replayed the same: {same}, digest {digest[:16]}…")
    print(f"{sum(answers.values())} runs, {len(answers)} different, {time.perf_counter() - start:.0f} s")
    sys.exit(0 if len(answers) == 1 and " True " in next(iter(answers)) else 1)


if __name__ == "__main__":
    main()

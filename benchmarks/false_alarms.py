"""How often each rule cries wolf, and how soon a real shift ends in ADJUST: python benchmarks/false_alarms.py --years 300.

A shop with twelve seasons sells what it planned, give or take 3 % (normal, one standard deviation). It is off track under 95 %
of the month's target and acts when that lasts two months; last year, which was such a year too, says what is normal. Every
month from January to November is closed and reviewed by the engine. A quiet year has nothing wrong; in the others sales fall
by 8 or 15 % from April on and stay there. Seeded: the same figures each time.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from pathlib import Path
from random import Random
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from aop_rules import Engine
from aop_rules.position.signals import Chart, cusum, ewma, fires, xmr
from aop_rules.position.signals.run_rules import NELSON, WESTERN_ELECTRIC

SEASON = (60, 50, 80, 70, 80, 90, 80, 80, 90, 90, 100, 130)
PLANNED = tuple(weight * 1_000_000 for weight in SEASON)
MONTHS = 11
"""As many are judged within the year."""
NOISE = 30
"""One standard deviation of a month's sales, in thousandths of its plan."""
SHIFT_FROM = 4
"""The month from which sales are lower, in the years with a shift."""


@dataclass(frozen=True, slots=True)
class Year:
    """What one simulated year showed. Months are counted from 1."""

    threshold: tuple[int, ...]
    """Months at which a plain threshold alert would have gone out."""
    adjust: tuple[int, ...]
    """Months whose review ended in ADJUST."""
    investigate: tuple[int, ...]
    rules: frozenset[str]
    """The rules that fired at least once, on the side of lower sales or on no side."""
    firings: Counter[str]


def sales(random: Random, fall: int) -> list[int]:
    """Twelve months, lower by `fall` percent from `SHIFT_FROM` on."""
    months = []
    for month, planned in enumerate(PLANNED, 1):
        level = 1000 - (10 * fall if month >= SHIFT_FROM else 0)
        months.append(planned * (level + round(random.gauss(0, NOISE))) // 1000)
    return months


def year(seed: int, fall: int) -> Year:
    random = Random(seed)
    last_year, now = sales(random, 0), sales(random, fall)[:MONTHS]
    engine = Engine.open(plan(last_year))
    outcomes = []
    for month, sold in enumerate(now, 1):
        engine.record(reading(month, sold))
        outcomes.append(engine.evaluate(review(month)).outcome.value)
    fired = rules([(a, b) for a, b in zip(last_year, PLANNED, strict=True)], list(zip(now, PLANNED, strict=False)))
    return Year(
        threshold=tuple(n for n, (sold, due) in enumerate(zip(now, PLANNED, strict=False), 1) if 100 * sold < 95 * due),
        adjust=tuple(n for n, each in enumerate(outcomes, 1) if each == "ADJUST_ACTIONS"),
        investigate=tuple(n for n, each in enumerate(outcomes, 1) if each == "INVESTIGATE"),
        rules=frozenset(fired),
        firings=fired,
    )


def rules(before: Iterable[tuple[int, int]], now: Sequence[tuple[int, int]]) -> Counter[str]:
    """How many points each rule fires at, of a series on the chart of the year before."""
    points = [f"{sold}/{planned}" for sold, planned in now]
    chart = xmr(points, baseline=[f"{sold}/{planned}" for sold, planned in before])
    assert isinstance(chart, Chart)
    centre, sigma = chart.limits.centre, chart.limits.sigma
    found = {name: len(fires(name, points, centre, sigma)) for name in (*WESTERN_ELECTRIC, *NELSON)}
    found["EWMA"] = len(ewma(points, centre, sigma).signals)
    found["CUSUM"] = len(cusum(points, centre, sigma).signals)
    return Counter({name: count for name, count in found.items() if count})


def plan(last_year: Sequence[int]) -> dict[str, object]:
    sold = {
        "name": "Sales",
        "kind": "flow",
        "basis": "period",
        "target": {"path": list(PLANNED)},
        "breach": "< 95% of target",
        "for": 2,
        "baseline": {"values": list(last_year), "planned": list(PLANNED)},
    }
    head = {"aop": 1, "id": "shop", "name": "Shop", "currency": "VND", "year": {"starts": "2026-01-01"}}
    return {**head, "goals": {"sales": {"name": "Sales", "kpi": "sales"}}, "kpis": {"sales": sold}}


def reading(month: int, sold: int) -> dict[str, object]:
    about = {"kind": "kpi_observation", "kpi": "sales", "period": f"2026-{month:02}", "value": sold}
    return {**about, "event_id": f"r{month}", "effective_date": f"2026-{month:02}-28", "known_at": after(month)}


def review(month: int) -> dict[str, object]:
    period = f"2026-{month:02}"
    return {"event_id": f"c{month}", "kind": "review_due", "effective_date": after(month), "period": period}


def after(month: int) -> str:
    """The day on which a month is reviewed."""
    return f"2026-{month + 1:02}-06"


def quiet(years: Sequence[Year]) -> None:
    """False alarms: nothing is wrong, and something is told."""
    print("| over years where nothing is wrong | years with a false alarm | months |")
    print("|---|---:|---:|")
    print(row("plain threshold alert", years, [each.threshold for each in years]))
    print(row("INVESTIGATE", years, [each.investigate for each in years]))
    print(row("ADJUST", years, [each.adjust for each in years]))
    for name in (*WESTERN_ELECTRIC, *NELSON, "EWMA", "CUSUM"):
        print(row(name, years, [tuple(range(each.firings[name])) for each in years]))


def row(name: str, years: Sequence[Year], months: Sequence[tuple[int, ...]]) -> str:
    some, all_of = sum(bool(each) for each in months), sum(len(each) for each in months)
    return f"| {name} | {share(some, len(years))} | {share(all_of, MONTHS * len(years))} |"


def shifted(fall: int, years: Sequence[Year]) -> str:
    """Delays count the month of the shift as the first."""
    delays = [next((n - SHIFT_FROM + 1 for n in each.adjust if n >= SHIFT_FROM), None) for each in years]
    known = sorted(each for each in delays if each is not None)
    early = sum(any(n < SHIFT_FROM for n in each.adjust) for each in years)
    missed = len(delays) - len(known)
    late = known[int(len(known) * 0.9)] if known else "–"
    middle = f"{median(known):.0f}" if known else "–"
    return f"| −{fall} % | {middle} | {late} | {share(missed, len(years))} | {share(early, len(years))} |"


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--years", type=int, default=300)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    with ProcessPoolExecutor(options.workers) as pool:
        played = partial(pool.map, year, range(options.years), chunksize=20)
        quiet(list(played(repeat(0))))
        print(
            "\n| a shift from April on | months to ADJUST, median | nine of ten | not within the year | before it came |"
        )
        print("|---|---:|---:|---:|---:|")
        for fall in (8, 15):
            print(shifted(fall, list(played(repeat(fall)))))


if __name__ == "__main__":
    main()

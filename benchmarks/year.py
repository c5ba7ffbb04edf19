"""A year of a busy shop in a SQLite ledger: python benchmarks/year.py [--events 2000 20000 200000] [--postgres URL].

One event in two hundred is asked for a decision, which is kept; the others are orders, invoices, releases and readings.
Recorded in batches of 500, as a till hands them over at night, and once one by one. Prints the time of each step, and how
it grew from the size before: 1.0 is linear, less is better.
"""

from __future__ import annotations

import argparse
import gc
import math
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parent.parent)]

from aop_rules.engine import Engine
from aop_rules.ledger.ledger import Ledger

ROOT = Path(__file__).resolve().parent.parent
PLAN = ROOT / "examples" / "babycare_house" / "plan.yaml"
LINES = ["purchasing", "online_marketing", "fixed_costs"]
ASKED = 200
BATCH = 500

Event = dict[str, Any]


def year(events: int, seed: int) -> Iterator[Event]:
    """Events in the order of the year, from 1 January to 31 December."""
    chance = random.Random(seed)
    orders: list[Event] = []
    for n in range(events):
        day = date(2026, 1, 1) + timedelta(days=n * 364 // events)
        yield _event(n, day, chance, orders)


def _event(n: int, day: date, chance: random.Random, orders: list[Event]) -> Event:
    head = {"event_id": f"e{n}", "effective_date": day.isoformat(), "source": "till"}
    amount, line = chance.randrange(1_000, 50_000), chance.choice(LINES)
    if n % ASKED == ASKED - 1:
        return {**head, "kind": "spend_request", "line": line, "amount": amount * 10}
    sort = chance.random()
    if sort < 0.01:
        period = f"{day:%Y-%m}"
        return {
            **head,
            "kind": "kpi_observation",
            "kpi": "cash",
            "period": period,
            "value": amount * 1000,
            "revision": n,
        }
    if sort < 0.45 or not orders:
        order = {**head, "kind": "commitment", "line": line, "amount": amount, "doc": f"PO-{n}"}
        orders.append(order)
        return order
    order = orders.pop(chance.randrange(len(orders)))
    kind = "commitment_release" if sort < 0.5 else "actual"
    name = "doc" if sort < 0.5 else "consumes"
    return {**head, "kind": kind, "line": order["line"], "amount": order["amount"], name: order["doc"]}


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds and result. What earlier steps left to the garbage collector is not this one's."""
    gc.collect()
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def measured(events: int, where: str, seed: int) -> dict[str, float]:
    """Seconds of each step."""
    steps: dict[str, float] = {}
    engine = Engine.open(PLAN, ledger=where)

    def record() -> None:
        batch: list[Event] = []
        for event in year(events, seed):
            if event["kind"] != "spend_request":
                batch.append(event)
            if event["kind"] == "spend_request" or len(batch) == BATCH:
                engine.record_all(batch)
                batch.clear()
            if event["kind"] == "spend_request":
                engine.submit(event)
        engine.record_all(batch)

    steps["record and decide"], _ = timed(record)
    engine.ledger.close()
    steps["open again"], engine = timed(lambda: Engine.open(PLAN, ledger=where))
    asked = {
        "event_id": "asked",
        "kind": "spend_request",
        "effective_date": "2026-12-31",
        "line": LINES[1],
        "amount": 5,
    }
    steps["first decision"], _ = timed(lambda: engine.evaluate(asked))
    steps["next decision"], _ = timed(lambda: engine.evaluate({**asked, "event_id": "again"}))
    steps["review"], _ = timed(lambda: engine.review("2026-11", as_of="2026-12-31"))
    steps["verify"], found = timed(engine.ledger.verify)
    assert found.sound, found.breaks
    steps["replay"], again = timed(engine.replay)
    assert again.same, again.differences[:1]
    assert again.decisions == events // ASKED, again.decisions
    engine.ledger.close()
    return steps


def one_by_one(events: int, seed: int) -> float:
    """Seconds for each event that is recorded alone, durable before the next."""
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine.open(PLAN, ledger=str(Path(folder) / "alone.db"))
        alone = [event for event in year(events, seed) if event["kind"] != "spend_request"]
        seconds, _ = timed(lambda: [engine.record(event) for event in alone])
        engine.ledger.close()
    return seconds / len(alone)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, nargs="+", default=[2_000, 20_000, 200_000])
    parser.add_argument("--seed", type=int, default=2611)
    parser.add_argument("--postgres", metavar="URL", help="a PostgreSQL database, in the place of a SQLite file")
    given = parser.parse_args()
    before: tuple[int, dict[str, float]] | None = None
    for events in given.events:
        with tempfile.TemporaryDirectory() as folder:
            if given.postgres:
                Ledger.open(given.postgres, tenant=f"year-{events}").close()
            where = given.postgres or str(Path(folder) / "year.db")
            steps = measured(events, where, given.seed)
            size = sum(file.stat().st_size for file in Path(folder).iterdir())
        print(f"\n{events:,} events, {events // ASKED:,} decisions, {size / 1e6:.1f} MB")
        for step, seconds in steps.items():
            grew = ""
            if before and seconds > 0.02:
                power = math.log(seconds / before[1][step]) / math.log(events / before[0])
                grew = f"   grew with the power {power:.2f}"
            print(f"  {step:<18} {seconds:9.3f} s{grew}", flush=True)
        before = (events, steps)
    print(f"\none by one, each durable before the next: {one_by_one(1_000, given.seed) * 1000:.2f} ms an event")


if __name__ == "__main__":
    main()

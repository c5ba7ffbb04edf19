"""W1 and W2 through the public API, beside the same rules written by hand: python benchmarks/run.py [--quick].

Every answer is compared first. Then matcher and rivals take turns over the same 1,000 records in one process, and the
tables show the median time of a record and the median of the ratios of a round, which is steadier than either time. In
the second table each record lacks one value.
"""

from __future__ import annotations

import argparse
import platform
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parent.parent)]

from rivals import lacking_w1, naive_w1, naive_w2, straight_w1, straight_w2
from workloads import NUMBERS, STRINGS, W2_RULES, w1_events, w1_rules, w2_contexts

from aop_rules.inference.conditions import Matcher
from aop_rules.rules.vocabulary import Vocabulary

BARS = {"W1 100": 2.0, "W1 1,000": 1.0, "W1 10,000": 0.3, "W2": 3.0}
Record = dict[str, Any]

W1_WORDS = {**dict.fromkeys(NUMBERS, "number"), **dict.fromkeys(STRINGS, "text")}
W2_WORDS = {
    "event.kind": "text",
    "event.amount": "money",
    "event.expected_return": "money",
    "event.goal": "text",
    "event.vendor": "text",
    "event.region": "text",
    "event.approved": "boolean",
    "event.risk_score": "number",
    "budget.cap": "money",
    "budget.spent": "money",
    "budget.remaining": "money",
    "kpi.actual": "number",
    "kpi.target": "number",
    "goal.priority": "integer",
    "plan.active_goals": "texts",
    "plan.kpis.churn.actual": "number",
    "plan.kpis.churn.target": "number",
    "plan.kpis.nps.actual": "number",
    "plan.kpis.nps.target": "number",
    "policy.blocked_vendors": "texts",
    "policy.utilisation_limit": "ratio",
    "policy.big_ticket": "money",
}
# As the workload writes them, with the two readings of a bare number that units ask for.
W2_TEXTS = dict(W2_RULES) | {
    "cost_spike": 'event.kind == "cost_spike" and event.amount / budget.cap > 10%',
    "low_roi": 'event.kind == "opportunity" and event.expected_return / event.amount < 120%',
}


def w1_texts(rules: list[Record]) -> dict[str, str]:
    """The rules of W1 as a person writes them."""
    return {rule["id"]: " and ".join(_written(*condition) for condition in rule["conds"]) for rule in rules}


def _written(name: str, operator: str, value: int | str) -> str:
    return f'{name} {operator} "{value}"' if isinstance(value, str) else f"{name} {operator} {value}"


def exact(value: Any) -> Any:
    """A context without floats: the two figures that the workload has as floats become Decimals."""
    if isinstance(value, dict):
        return {key: exact(part) for key, part in value.items()}
    return Decimal(str(value)) if isinstance(value, float) else value


def w1(count: int, rounds: int) -> list[str]:
    rules, records = w1_rules(count, matching=5, seed=count), w1_events(1000, seed=7)
    return measured(
        f"W1 {count:,}", w1_texts(rules), Vocabulary.of(W1_WORDS), records, straight_w1(rules), naive_w1(rules), rounds
    )


def w2(rounds: int) -> list[str]:
    records = [exact(context) for context in w2_contexts(1000, seed=11)]
    return measured("W2", W2_TEXTS, Vocabulary.of(W2_WORDS), records, straight_w2, naive_w2, rounds)


def measured(
    title: str,
    texts: dict[str, str],
    vocabulary: Vocabulary,
    records: list[Record],
    straight: Callable[[Record], list[str]],
    naive: Callable[[Record], list[str]],
    rounds: int,
) -> list[str]:
    """One row of the table."""
    started = time.thread_time()
    matcher = Matcher.compile(texts, vocabulary)
    build = time.thread_time() - started
    for record in records:
        answer = matcher.match(record)
        if not list(answer.holds) == straight(record) == naive(record) or answer.unknown:
            raise SystemExit(f"{title}: the answers differ over {record}")
    turns = [tuple(timed(function, records) for function in (matcher.match, straight, naive)) for _ in range(rounds)]
    ours, by_hand, lambdas = (median(turn[place] for turn in turns) for place in range(3))
    ratio = median(turn[0] / turn[1] for turn in turns)
    to_lambdas = median(turn[0] / turn[2] for turn in turns)
    times = (f"{micro:.2f}" for micro in (ours, by_hand, lambdas))
    return [title, f"{build:.3f}", *times, f"**{ratio:.2f}**", f"{BARS[title]:.1f}", f"{to_lambdas:.2f}"]


def w1_lacking(count: int, rounds: int) -> list[str]:
    """One row of the second table: W1, each record without one of its 12 values in turn."""
    rules, records = w1_rules(count, matching=5, seed=count), w1_events(1000, seed=7)
    names = [*NUMBERS, *STRINGS]
    for number, record in enumerate(records):
        del record[names[number % len(names)]]
    matcher, by_hand = Matcher.compile(w1_texts(rules), Vocabulary.of(W1_WORDS)), lacking_w1(rules)
    unknown = 0
    for record in records:
        answer = matcher.match(record)
        if (list(answer.holds), [each.id for each in answer.unknown]) != by_hand(record):
            raise SystemExit(f"W1 {count:,}: the answers differ over {record}")
        unknown += len(answer.unknown)
    turns = [(timed(matcher.match, records), timed(by_hand, records)) for _ in range(rounds)]
    times = [f"{median(turn[place] for turn in turns):.1f}" for place in range(2)]
    ratio = median(ours / theirs for ours, theirs in turns)
    return [f"W1 {count:,}", f"{unknown / len(records):.0f}", *times, f"**{ratio:.2f}**"]


def table(head: list[str], rows: list[list[str]]) -> None:
    for row in (head, ["---", *["--:"] * (len(head) - 1)], *rows):
        print("| " + " | ".join(row) + " |")


def timed(function: Callable[[Record], object], records: list[Record]) -> float:
    """Microseconds of processor time a record: what else the machine does meanwhile does not count."""
    started = time.thread_time()
    for record in records:
        function(record)
    return (time.thread_time() - started) / len(records) * 1e6


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few rounds: seconds instead of a minute")
    quick = parser.parse_args().quick
    rows = [w1(count, 5 if quick else 41) for count in (100, 1_000)]
    rows += [w1(10_000, 3 if quick else 15), w2(5 if quick else 41)]
    head = ["workload", "build s", "ours µs", "by hand µs", "lambdas µs", "ours / by hand", "bar", "ours / lambdas"]
    print(f"Python {platform.python_version()}, {platform.machine()}, 1,000 records a round\n")
    table(head, rows)
    print("\nEach record lacks one value:\n")
    rows = [w1_lacking(count, 3 if quick else rounds) for count, rounds in ((100, 41), (1_000, 41), (10_000, 15))]
    table(["workload", "undecided", "ours µs", "by hand µs", "ours / by hand"], rows)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

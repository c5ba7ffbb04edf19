"""What a person would write by hand for W1 and W2: the functions that the matcher is measured against."""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from workloads import NUMBERS, OPERATORS, STRINGS

Rival = Callable[[dict[str, Any]], list[str]]


def straight_w1(rules: list[dict[str, Any]]) -> Rival:
    """One `if` a rule, every attribute read once into a local: the fastest that plain Python does without an index."""
    lines = ["def straight(record):"]
    lines += [f'    {name} = record["{name}"]' for name in (*NUMBERS, *STRINGS)]
    lines += ["    found = []"]
    for rule in rules:
        test = " and ".join(f"{name} {operator} {value!r}" for name, operator, value in rule["conds"])
        lines += [f"    if {test}:", f'        found.append("{rule["id"]}")']
    lines += ["    return found", ""]
    return _function(lines, f"straight_{len(rules)}")


def lacking_w1(rules: list[dict[str, Any]]) -> Callable[[dict[str, Any]], tuple[list[str], list[str]]]:
    """The same for records that lack values: which rules hold, and which cannot be told (not why)."""
    lines = ["def straight(record):"]
    lines += [f'    {name} = record.get("{name}")' for name in (*NUMBERS, *STRINGS)]
    lines += ["    found, unknown = [], []"]
    for rule in rules:
        test = " and ".join(
            f"({name} is None or {name} {operator} {value!r})" for name, operator, value in rule["conds"]
        )
        lacks = " or ".join(f"{name} is None" for name, _, _ in rule["conds"])
        lines += [f"    if {test}:", f'        (unknown if {lacks} else found).append("{rule["id"]}")']
    lines += ["    return found, unknown", ""]
    return _function(lines, f"lacking_{len(rules)}")


def _function(lines: list[str], title: str) -> Any:
    """The function `straight` of a module with these lines."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{title}.py"
        path.write_text("\n".join(lines), encoding="utf-8")
        spec = importlib.util.spec_from_file_location(path.stem, path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[path.stem] = module
        spec.loader.exec_module(module)
    return module.straight


def naive_w1(rules: list[dict[str, Any]]) -> Rival:
    """A list of lambdas, each asked in turn."""
    tests = [(rule["id"], _lambda(rule["conds"])) for rule in rules]
    return lambda record: [name for name, test in tests if test(record)]


def _lambda(conditions: list[list[Any]]) -> Callable[[dict[str, Any]], bool]:
    if len(conditions) == 1:
        [(name, operator, value)] = conditions
        compare = OPERATORS[operator]
        return lambda record: compare(record[name], value)
    (name, operator, value), (name2, operator2, value2) = conditions
    compare, compare2 = OPERATORS[operator], OPERATORS[operator2]
    return lambda record: compare(record[name], value) and compare2(record[name2], value2)


HALF = Decimal("0.5")


def straight_w2(context: dict[str, Any]) -> list[str]:
    """The 12 rules by hand, as exact as ours: integers and Decimals, divisions multiplied out."""
    event, budget, kpi, goal = context["event"], context["budget"], context["kpi"], context["goal"]
    plan, policy = context["plan"], context["policy"]
    kind, amount, region = event["kind"], event["amount"], event["region"]
    cap, remaining = budget["cap"], budget["remaining"]
    kpis = plan["kpis"]
    found = []
    if amount > remaining:
        found.append("over_budget")
    if budget["spent"] + amount > policy["utilisation_limit"] * cap:
        found.append("over_util")
    if kind == "opportunity" and amount >= policy["big_ticket"]:
        found.append("big_ticket")
    if event["goal"] not in plan["active_goals"]:
        found.append("off_plan")
    if event["vendor"] in policy["blocked_vendors"]:
        found.append("blocked_vendor")
    if kind == "kpi_update" and kpi["actual"] * 100 < kpi["target"] * 95:
        found.append("kpi_missed")
    if kind == "cost_spike" and amount * 10 > cap:
        found.append("cost_spike")
    if kind == "opportunity" and event["expected_return"] * 10 < amount * 12:
        found.append("low_roi")
    if goal["priority"] > 3 and remaining * 10 < cap * 2:
        found.append("low_priority")
    if region in ("EMEA", "APAC") and not event["approved"]:
        found.append("region_gate")
    if kpis["churn"]["actual"] > kpis["churn"]["target"] or kpis["nps"]["actual"] < kpis["nps"]["target"]:
        found.append("kpi_red")
    if amount <= remaining and event["risk_score"] < HALF and goal["priority"] <= 2:
        found.append("keep_course")
    return found


def naive_w2(context: dict[str, Any]) -> list[str]:
    """The 12 rules as a list of lambdas over the context."""
    return [name for name, test in _W2 if test(context)]


_W2: list[tuple[str, Callable[[dict[str, Any]], bool]]] = [
    ("over_budget", lambda c: c["event"]["amount"] > c["budget"]["remaining"]),
    (
        "over_util",
        lambda c: c["budget"]["spent"] + c["event"]["amount"] > c["policy"]["utilisation_limit"] * c["budget"]["cap"],
    ),
    (
        "big_ticket",
        lambda c: c["event"]["kind"] == "opportunity" and c["event"]["amount"] >= c["policy"]["big_ticket"],
    ),
    ("off_plan", lambda c: c["event"]["goal"] not in c["plan"]["active_goals"]),
    ("blocked_vendor", lambda c: c["event"]["vendor"] in c["policy"]["blocked_vendors"]),
    (
        "kpi_missed",
        lambda c: c["event"]["kind"] == "kpi_update" and c["kpi"]["actual"] * 100 < c["kpi"]["target"] * 95,
    ),
    ("cost_spike", lambda c: c["event"]["kind"] == "cost_spike" and c["event"]["amount"] * 10 > c["budget"]["cap"]),
    (
        "low_roi",
        lambda c: (
            c["event"]["kind"] == "opportunity" and c["event"]["expected_return"] * 10 < c["event"]["amount"] * 12
        ),
    ),
    ("low_priority", lambda c: c["goal"]["priority"] > 3 and c["budget"]["remaining"] * 10 < c["budget"]["cap"] * 2),
    ("region_gate", lambda c: c["event"]["region"] in ("EMEA", "APAC") and not c["event"]["approved"]),
    (
        "kpi_red",
        lambda c: (
            c["plan"]["kpis"]["churn"]["actual"] > c["plan"]["kpis"]["churn"]["target"]
            or c["plan"]["kpis"]["nps"]["actual"] < c["plan"]["kpis"]["nps"]["target"]
        ),
    ),
    (
        "keep_course",
        lambda c: (
            c["event"]["amount"] <= c["budget"]["remaining"]
            and c["event"]["risk_score"] < HALF
            and c["goal"]["priority"] <= 2
        ),
    ),
]

"""Published problems of selection, with their published optima (`published_selection.json` names the sources)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aop_rules.exact.number import parse_number
from aop_rules.solving.solve import Model, Row, Stage, Variable, solve

PUBLISHED = json.loads(Path(__file__).with_name("published_selection.json").read_text(encoding="utf-8"))


def knapsacks() -> Iterator[Any]:
    weing = PUBLISHED["weing"]
    for each in PUBLISHED["petersen"]:
        yield pytest.param(each, id=each["id"])
    for n, each in enumerate(weing["instances"], 1):
        yield pytest.param({"profit": weing["profit"], "use": weing["use"], **each}, id=f"weing{n}")
    yield pytest.param(PUBLISHED["lorie_savage"], id="lorie_savage")


@pytest.mark.parametrize("method", ["exact", "highs"])
@pytest.mark.parametrize("case", list(knapsacks()))
def test_a_published_optimum_is_reached_and_proved(case: Any, method: Any) -> None:
    ids = [f"item {n:02}" for n in range(1, len(case["profit"]) + 1)]
    items = [Variable(name, high=1, kind="whole") for name in ids]
    rows = [
        Row(f"cap {n}", dict(zip(ids, use, strict=True)), most=cap)
        for n, (use, cap) in enumerate(zip(case["use"], case["cap"], strict=True), 1)
    ]
    profit = dict(zip(ids, map(parse_number, case["profit"]), strict=True))

    found = solve(Model(items, rows), [Stage("profit", profit, "max")], method=method)

    assert parse_number(case["optimum"]) == found.stages[0].value == found.stages[0].bound
    assert found.proved and found.stages[0].gap == 0


@pytest.mark.parametrize("method", ["exact", "highs"])
def test_the_lorie_savage_selection_is_the_published_one(method: Any) -> None:
    case = PUBLISHED["lorie_savage"]
    projects = range(1, 10)
    items = [Variable(str(n), high=1, kind="whole") for n in projects]
    rows = [
        Row(f"year {year}", {str(n): use[n - 1] for n in projects}, most=cap)
        for year, (use, cap) in enumerate(zip(case["use"], case["cap"], strict=True), 1)
    ]

    found = solve(
        Model(items, rows), [Stage("npv", {str(n): case["profit"][n - 1] for n in projects}, "max")], method=method
    )

    assert case["select"] == [n for n in projects if found.values[str(n)]]


@pytest.mark.parametrize("method", ["exact", "highs"])
def test_the_best_closure_is_the_published_one(method: Any) -> None:
    case = PUBLISHED["closure"]
    items = [Variable(name, high=1, kind="whole") for name in case["value"]]
    rows = [Row(f"{a} needs {b}", {a: 1, b: -1}, most=0) for a, b in case["requires"]]

    found = solve(Model(items, rows), [Stage("value", case["value"], "max")], method=method)

    assert case["optimum"] == found.stages[0].value and found.proved

"""The published variance cases, through the public functions. Those quoted from memory, not from a text, say so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from aop_rules.position.variance import Income, flexible_budget, price_quantity

CASES: dict[str, Any] = json.loads(Path(__file__).with_name("published_variance.json").read_text(encoding="utf-8"))


def test_webb_from_the_static_budget_to_the_actual() -> None:
    case = CASES["webb"]
    fixed = case["bud_units"] * (case["bud_price"] - case["bud_vc"]) - case["static_oi"]
    spent = case["act_rev"] - case["act_vc"] - case["act_oi"]
    split = flexible_budget(
        Income.per_unit(case["bud_units"], case["bud_price"], case["bud_vc"], fixed),
        Income.of(case["act_units"], case["act_rev"], case["act_vc"], spent),
    )

    assert split.static.operating_income == case["static_oi"]
    assert split.flexible.operating_income == case["flex_oi"]
    assert split.actual.operating_income == case["act_oi"]
    assert split.static_variance.operating_income == case["static_var"]
    assert split.sales_volume.operating_income == case["sales_volume"]
    assert split.flexible_variance.operating_income == case["flex_var"]
    assert split.selling_price == case["selling_price"]


@pytest.mark.parametrize("what", ["materials", "labor"])
def test_webb_price_and_efficiency(what: str) -> None:
    *given, price, efficiency = CASES["webb_inputs"][what]
    split = price_quantity(*given)

    assert (split.price, split.quantity) == (price, efficiency)
    assert split.change == price + efficiency


def test_the_inputs_of_webb_add_up_to_its_published_costs() -> None:
    """Quoted from memory as they are, they leave nothing over in the totals that were published."""
    case, inputs = CASES["webb"], CASES["webb_inputs"]
    splits = [price_quantity(*inputs[what][:4]) for what in ("materials", "labor")]
    overhead = inputs["overhead"]

    assert sum(each.planned for each in splits) + overhead["planned"] == case["act_units"] * case["bud_vc"]
    assert sum(each.actual for each in splits) + overhead["actual"] == case["act_vc"]


def test_what_is_quoted_from_memory_says_so() -> None:
    assert {name: case["from_memory"] for name, case in CASES.items()} == {
        "webb": False,
        "webb_inputs": True,
        "brabham": True,
    }


def test_brabham_line_by_line() -> None:
    case = CASES["brabham"]
    split = flexible_budget(
        Income.per_unit(case["bud_units"], case["bud_price"], case["bud_vc"], case["bud_fixed"]),
        Income.of(case["act_units"], case["act_units"] * case["act_price"], case["act_vc"], case["act_fixed"]),
    )

    incomes = [each.operating_income for each in (split.static, split.flexible, split.actual)]
    assert incomes == [case["static_oi"], case["flex_oi"], case["act_oi"]]
    assert {line: getattr(split.flexible_variance, line) for line in case["flex_var"]} == case["flex_var"]
    assert split.sales_volume.operating_income == case["sales_volume"]
    assert split.sales_volume.fixed_costs == 0

"""A sweep decides for each value what would be decided for it alone, in one process or in many."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aop_rules import Engine, EventError, InputError, PlanError
from aop_rules.what_if.sweep import Sweep, numbers, sweep
from aop_rules.what_if.world import World
from strategies import babycare

# A copy of a process that runs other threads is what newer Pythons warn of; ours takes none then, but others' may run.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")

ORDER = {"event_id": "order", "kind": "spend_request", "effective_date": "2026-06-10", "line": "online_marketing"}
ORDER |= {"amount": 60_000_000}
STOCK = {"event_id": "stock", "kind": "proposal", "effective_date": "2026-06-08", "category": "core_products"}
STOCK |= {"tags": ["bán chạy"], "links": {"initiatives": ["post_partum_best_sellers"]}, "divisible": True}
STOCK |= {"costs": [{"line": "purchasing", "amount": 600_000_000, "period": "2026-06"}]}


def world() -> World:
    engine = babycare()
    return World.of(engine.plan, engine.program, engine.rulesets, engine.attributes, engine.ledger)


@pytest.mark.parametrize(
    ("path", "values", "event"),
    [
        ("costs[0].amount", (0, 900_000_000, 50_000_000), STOCK),
        ("budget.lines.online_marketing.amount", (700_000_000, 1_000_000_000, 100_000_000), ORDER),
        ("amount", [Fraction(1, 2), -5, 10_000_000, "60_000_000"], ORDER),
    ],
)
def test_two_processes_answer_as_one_by_one(path: str, values: Any, event: Any) -> None:
    told: list[int] = []
    one = sweep(world(), path=path, values=values, event=event, landings=["revenue"], processes=1)
    two = sweep(world(), path=path, values=values, event=event, landings=["revenue"], processes=2, progress=told.append)
    assert two == one
    assert told == sorted(told) and told[-1] == len(one.rows)
    assert two.to_dict() == one.to_dict() and two.text("vi") == one.text("vi")


@given(st.integers(1, 1_000_000_000))
@settings(max_examples=15)
def test_a_row_is_the_decision_on_that_value(amount: int) -> None:
    (row,) = sweep(world(), path="costs[0].amount", values=[amount], event=STOCK).rows
    costs = [{"line": "purchasing", "amount": amount, "period": "2026-06"}]
    decision = babycare().evaluate({**STOCK, "costs": costs})
    assert (row.outcome, row.course, row.hard) == (decision.outcome.value, decision.course, decision.hard)
    assert row.fit == decision.fit


@given(st.integers(7, 15))
@settings(max_examples=6)
def test_a_row_of_the_plan_is_the_decision_under_that_plan(percent: int) -> None:
    breach = {"event_id": "r", "kind": "kpi_breach", "effective_date": "2026-06-10", "kpi": "marketing_ratio"}
    (row,) = sweep(world(), path="kpis.marketing_ratio.breach", values=[f"{percent}%"], event=breach).rows
    real = Engine.open(world().overlaid({"kpis.marketing_ratio.breach": f"> {percent}%"}).plan)
    real.record_all(world().events)
    assert row.outcome == real.evaluate(breach).outcome


def test_rows_stand_by_value_each_once() -> None:
    found = sweep(world(), path="amount", values=[5, "1e1", 5, Fraction(5, 2), 10], event=ORDER)
    assert [row.value for row in found.rows] == [Fraction(5, 2), 5, 10]


def test_a_value_that_cannot_be_has_a_row_that_says_why() -> None:
    found = sweep(world(), path="kpis.revenue.for", values=[2, Fraction(5, 2)], event=ORDER)
    assert [row.outcome == "" for row in found.rows] == [False, True]
    assert "cannot be: `2.5` is not a whole number" in found.text("en")
    assert found.to_dict()["rows"][1]["outcome"] is None


def test_what_a_path_is_of_may_be_said() -> None:
    def outcomes(found: Sweep) -> list[str]:
        return [row.outcome for row in found.rows]

    ask: dict[str, Any] = {"event": ORDER, "values": (1, 90_000_001, 30_000_000)}
    assert outcomes(sweep(world(), path="event.amount", **ask)) == outcomes(sweep(world(), path="amount", **ask))
    line = "budget.lines.online_marketing.amount"
    assert sweep(world(), path=f"plan.{line}", **ask).rows == sweep(world(), path=line, **ask).rows


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("plan.budgt.total", PlanError),
        ("costs[1].amount", EventError),
        ("costs[0].amuont", EventError),
        ("x y", EventError),
    ],
)
def test_a_path_that_leads_nowhere_is_said(path: str, error: type[InputError]) -> None:
    with pytest.raises(error):
        sweep(world(), path=path, values=[1], event=STOCK)


def test_a_kpi_that_the_plan_does_not_have_is_said() -> None:
    with pytest.raises(InputError) as caught:
        sweep(world(), path="amount", values=[1], event=ORDER, landings=["revenu"])
    assert caught.value.problems[0].hint == "did you mean `revenue`?"


@pytest.mark.parametrize("values", [(0, 10, 0), (10, 0, 1), (0, 10**9, 1), [], ["many"], [0.5], range(100_001)])
def test_what_is_no_range_is_said(values: Any) -> None:
    with pytest.raises(ValueError):
        numbers(values)


def test_landings_are_those_of_the_position() -> None:
    ask: dict[str, Any] = {"event": ORDER, "values": [1], "landings": ["revenue", "marketing_ratio"]}
    (row,) = sweep(world(), path="amount", as_of="2026-06-10", **ask).rows
    where = babycare().position("2026-06-10")
    assert row.landings == {kpi: where.kpi(kpi).landing.value for kpi in ("revenue", "marketing_ratio")}

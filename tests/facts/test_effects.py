"""What a proposal would do to the KPIs: exact through sums and ratios, and unknown where nobody said enough."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from aop_rules import Decision
from aop_rules.events import parse_event
from aop_rules.facts.effects import Effect, changes, effects
from aop_rules.plan.load import plan_from
from aop_rules.plan.model import Plan
from aop_rules.wording.numbers import show_ratio
from strategies import BABYCARE, Data, babycare, case_of, opened, proposal

HOUSE = babycare().plan
REVENUE, PROFIT = 4_650_000_000, 1_664_700_000
"""January to May."""


def moved(*benefits: Data, plan: Plan = HOUSE, estimate: Any = "likely", **more: Any) -> dict[str, Any]:
    return dict(changes(plan, parse_event(proposal(benefits=list(benefits), **more)), estimate))


def touched(*benefits: Data, day: str = "2026-06-12") -> dict[str, Effect]:
    engine = babycare()
    found = effects(
        engine.plan, engine.position(day), parse_event(proposal(benefits=list(benefits), effective_date=day))
    )
    return {effect.kpi: effect for effect in found}


def fact(decision: Decision, name: str) -> Any:
    (value,) = {each.value for f in decision.findings for each in f.facts if each.name == name}
    return value


def decided(stem: str) -> Decision:
    (event,) = case_of(BABYCARE / "cases" / f"{stem}.yaml").events
    return babycare().evaluate(event)


# ── the worked numbers ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_large_order_at_20_percent_takes_the_margin_to_34_27() -> None:
    effect = touched({"kpi": "store_revenue", "likely": 500_000_000}, {"kpi": "gross_margin", "likely": "20%"})[
        "gross_margin"
    ]
    assert effect.before.value == Fraction(PROFIT, REVENUE)
    assert effect.after.value == Fraction(PROFIT + 100_000_000, REVENUE + 500_000_000)
    assert (show_ratio(effect.before.value, "en"), show_ratio(effect.after.value, "en")) == ("35.8 %", "34.27 %")
    assert effect.after.periods == "2026-01..2026-05"
    assert "34,27 %" in decided("d31_large_order_thin_margin").explain("vi")


def test_the_same_order_at_36_percent_keeps_the_floor() -> None:
    effect = touched({"kpi": "store_revenue", "likely": 500_000_000}, {"kpi": "gross_margin", "likely": "36%"})[
        "gross_margin"
    ]
    assert effect.after.value == Fraction(PROFIT + 180_000_000, REVENUE + 500_000_000)


def test_the_big_promotion_earns_8_million_less_than_it_costs() -> None:
    assert (
        moved({"kpi": "online_revenue", "likely": 400_000_000}, {"kpi": "gross_margin", "likely": "28%"})[
            "gross_profit"
        ]
        == 112_000_000
    )
    assert fact(decided("d06_big_promotion"), "event.net_contribution") == -8_000_000
    assert "-8,000,000 ₫" in decided("d06_big_promotion").explain("en", "short")


# ── sums and ratios ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_margin_is_that_of_what_is_added() -> None:
    assert moved({"kpi": "online_revenue", "likely": 400}, {"kpi": "gross_margin", "likely": "25%"}) == {
        "online_revenue": 400,
        "revenue": 400,
        "gross_profit": 100,
        "marketing_spend": None,
    }


def test_parts_add_up_to_their_sum() -> None:
    found = moved({"kpi": "online_revenue", "likely": 5}, {"kpi": "store_revenue", "likely": -2})
    assert found["revenue"] == 3


def test_a_sum_that_is_stated_itself_stands() -> None:
    assert moved({"kpi": "online_revenue", "likely": 5}, {"kpi": "revenue", "likely": 9})["revenue"] == 9


def test_two_benefits_on_one_kpi_add_up() -> None:
    assert moved({"kpi": "online_revenue", "likely": 5}, {"kpi": "online_revenue", "likely": 6})["online_revenue"] == 11


def test_other_parts_of_a_sum_do_not_move() -> None:
    """More revenue in the store lowers the online share: the online revenue is known to stay."""
    effect = touched({"kpi": "store_revenue", "likely": 350_000_000})["online_share"]
    assert effect.before.value == Fraction(1_682, 4_650)
    assert effect.after.value == Fraction(1_682, 5_000)


def test_what_nobody_stated_of_a_ratio_stays_unknown() -> None:
    found = touched({"kpi": "store_revenue", "likely": 500_000_000})
    assert found["gross_margin"].before.value == Fraction(PROFIT, REVENUE)
    assert found["gross_margin"].after.value is None
    assert [missing.reason for missing in found["gross_margin"].after.missing] == ["not_stated"]


def test_a_margin_alone_says_of_nothing_how_much() -> None:
    assert moved({"kpi": "gross_margin", "likely": "40%"}) == {"gross_profit": None}
    assert touched({"kpi": "gross_margin", "likely": "40%"})["gross_margin"].after.value is None


def test_a_benefit_without_a_likely_value_is_unknown() -> None:
    assert moved({"kpi": "online_revenue", "low": 5, "high": 9}) | {} == moved({"kpi": "online_revenue"})
    assert moved({"kpi": "online_revenue", "low": 5, "high": 9}, estimate="low")["revenue"] == 5
    assert moved({"kpi": "online_revenue", "low": 5, "high": 9}, estimate="high")["revenue"] == 9


def test_what_is_missing_in_the_position_stays_missing() -> None:
    engine = opened({**_two_shops(), "year": {"starts": "2026-01-01"}})
    (effect,) = effects(
        engine.plan, engine.position("2026-06-10"), parse_event(proposal(benefits=[{"kpi": "a", "likely": 5}]))
    )[:1]
    assert effect.kpi == "a"
    assert effect.after.value is None
    assert {missing.reason for missing in effect.after.missing} == {"late"}


def test_before_a_period_is_closed_the_year_as_planned_stands_in() -> None:
    engine = opened(_two_shops())
    found = {
        e.kpi: e
        for e in effects(
            engine.plan, engine.position("2026-01-10"), parse_event(proposal(benefits=[{"kpi": "a", "likely": 5}]))
        )
    }
    assert (found["a"].before.value, found["a"].before.quality) == (1200, "planned")
    assert (found["a"].after.value, found["all"].after.value) == (1205, 3605)


def test_an_event_that_asks_for_nothing_changes_nothing() -> None:
    close = {"event_id": "c", "kind": "period_close", "effective_date": "2026-06-05", "period": "2026-05"}
    assert changes(HOUSE, parse_event(close)) == {}


def _two_shops() -> Data:
    kpis = {
        "a": {"name": "A", "kind": "flow", "target": {"year": 1200}},
        "b": {"name": "B", "kind": "flow", "target": {"year": 2400}},
        "all": {"name": "All", "kind": "flow", "sum_of": ["a", "b"], "target": {"year": 3600}},
    }
    return {"aop": 1, "id": "two", "name": "Two", "currency": "VND", "year": {"starts": "2026-01-01"}, "kpis": kpis}


# ── money of another currency ───────────────────────────────────────────────────────────────────────────────────────


def test_a_benefit_in_another_currency_is_taken_at_the_plans_rate() -> None:
    rated = plan_from({**_two_shops(), "rates": [{"currency": "USD", "on": "2026-01-01", "rate": 25_000}]})
    assert moved({"kpi": "a", "likely": 2}, plan=rated, currency="USD")["all"] == 50_000
    assert moved({"kpi": "a", "likely": 2}, plan=plan_from(_two_shops()), currency="USD") == {"a": None, "all": None}


# ── the net contribution ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("cost", "low", "high", "outcome"),
    [(115, "28%", "30%", "NEED_DATA"), (90, "28%", "30%", "ACCEPT"), (130, "28%", "30%", "DECLINE")],
)  # fmt: skip
def test_estimates_on_two_sides_of_zero_must_be_asked(cost: int, low: str, high: str, outcome: str) -> None:
    """400 m more revenue at 28 % to 30 %: 112 m to 120 m. The margin is asked for only where the answer hangs on it."""
    margin = {"kpi": "gross_margin", "low": low, "high": high}
    costs = [{"line": "online_marketing", "amount": cost * 1_000_000, "period": "2026-12"}]
    asked = proposal(
        category="online", costs=costs, benefits=[{"kpi": "online_revenue", "likely": 400_000_000}, margin]
    )
    decision = babycare().evaluate(asked)
    assert decision.outcome == outcome, decision.explain("en", "full")
    if outcome == "NEED_DATA":
        assert decision.needed is not None
        assert any("gross profit" in words.en for words in decision.needed.by)


def test_goods_to_sell_are_no_cost_of_the_proposal() -> None:
    asked = proposal(
        category=["core_products", "best_seller"],
        costs=[{"line": "purchasing", "amount": 100_000_000, "period": "2026-06"}],
        benefits=[{"kpi": "store_revenue", "likely": 200_000_000}, {"kpi": "gross_margin", "likely": "36%"}],
    )
    decision = babycare().evaluate(asked)
    assert fact(decision, "event.net_contribution") == 72_000_000
    assert decision.outcome == "ACCEPT"

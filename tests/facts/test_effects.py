"""What a proposal would do to the KPIs: exact through sums and ratios, and unknown where nobody said enough."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aop_rules import Decision
from aop_rules.events import parse_event
from aop_rules.exact.number import parse_ratio
from aop_rules.facts.changes import changes, stated
from aop_rules.facts.effects import Effect, effects
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


# ── order never matters ─────────────────────────────────────────────────────────────────────────────────────────────


def _flow(*parts: str) -> Data:
    return {"name": "flow", "kind": "flow", "sum_of": list(parts)} if parts else {"name": "flow", "kind": "flow"}


def _ratio(numerator: str, denominator: str, **more: Any) -> Data:
    return {"name": "ratio", "kind": "ratio", "numerator": numerator, "denominator": denominator, **more}


CHANNELS = {
    "margin": _ratio("profit", "revenue"),
    "web_margin": _ratio("web_profit", "web"),
    "contribution": _flow("profit"),
    "profit": _flow("shop_profit", "web_profit"),
    "revenue": _flow("shop", "web"),
    "shop": _flow(),
    "web": _flow(),
    "shop_profit": _flow(),
    "web_profit": _flow(),
}
"""Two channels, the contribution a sum of a sum of profits."""


def _channels(order: Any = sorted, **more: Data) -> Plan:
    kpis = {**CHANNELS, **more}
    return plan_from({**_two_shops(), "kpis": {kpi: kpis[kpi] for kpi in order(kpis)}})


def test_what_nobody_stated_is_unknown_in_every_sum() -> None:
    found = moved({"kpi": "web", "likely": 400}, plan=_channels())
    assert found["web_profit"] is None
    assert found["profit"] is None
    assert found["contribution"] is None


def test_a_sum_holds_what_a_ratio_makes_known_of_its_parts() -> None:
    benefits = [
        {"kpi": "shop_profit", "likely": 10},
        {"kpi": "web", "likely": 400},
        {"kpi": "web_margin", "likely": "40%"},
    ]
    assert moved(*benefits, plan=_channels())["contribution"] == 170


def test_a_ratio_of_a_sum_of_what_a_ratio_makes_known() -> None:
    plan = _channels(fee=_flow(), fee_rate=_ratio("fee", "profit"))
    benefits = [
        {"kpi": "fee_rate", "likely": "10%"},
        {"kpi": "web_margin", "likely": "40%"},
        {"kpi": "web", "likely": 400},
    ]
    assert moved(*benefits, plan=plan)["fee"] == 16


@pytest.mark.parametrize("shares", [("40%", "5%"), ("5%", "40%")])
def test_a_ratio_that_is_stated_twice_is_not_known(shares: tuple[str, str]) -> None:
    twice = [{"kpi": "web_margin", "likely": share} for share in shares]
    assert moved(*twice, {"kpi": "web", "likely": 400}, plan=_channels())["contribution"] is None


def test_a_ratio_that_is_stated_twice_alike_is_known() -> None:
    twice = [{"kpi": "web_margin", "likely": "40%"}] * 2
    assert moved(*twice, {"kpi": "web", "likely": 400}, plan=_channels())["contribution"] == 160


def test_a_share_of_a_sum_that_it_is_part_of_is_not_worked_out() -> None:
    plan = _channels(web_share=_ratio("web", "revenue"))
    benefits = [{"kpi": "shop", "likely": 100}, {"kpi": "web_share", "likely": "45%"}]
    found = moved(*benefits, plan=plan)
    assert (found["shop"], found["web"], found["revenue"]) == (100, None, None)


stated_benefits = st.lists(
    st.builds(
        lambda kpi, likely: {"kpi": kpi, "likely": likely},
        st.sampled_from([*CHANNELS, "fee", "fee_rate", "web_share"]),
        st.sampled_from([-10, 0, 5, 400, None]),
    ),
    max_size=5,
)


@given(stated_benefits, st.randoms(use_true_random=False))
def test_neither_the_order_of_benefits_nor_that_of_the_plan_matters(benefits: list[Data], chance: Random) -> None:
    more = {"fee": _flow(), "fee_rate": _ratio("fee", "profit"), "web_share": _ratio("web", "revenue")}
    mixed = chance.sample(benefits, len(benefits))
    plan, other = _channels(**more), _channels(lambda kpis: chance.sample(sorted(kpis), len(kpis)), **more)
    found = moved(*benefits, plan=plan)
    assert moved(*mixed, plan=other) == found
    assert list(found) == [kpi for kpi in plan.kpis if kpi in found]


# ── what is sure of an estimate ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("estimate", "sure"),
    [
        ({"low": 4}, 4),
        ({"high": -4}, -4),
        ({"low": 4, "high": 9}, 4),
        ({"low": -4, "high": 9}, None),
        ({"high": 9}, None),
        ({"low": -4}, None),
        ({"low": -4, "likely": 3, "high": 9}, 3),
    ],
)
def test_the_side_of_zero_is_sure_where_all_that_is_said_lies_on_it(estimate: Data, sure: int | None) -> None:
    plan = plan_from(_two_shops())
    found = stated(plan, parse_event(proposal(benefits=[{"kpi": "a", **estimate}])))
    assert found == {"a": sure, "all": sure}


@pytest.mark.parametrize(
    ("margin", "after"),
    [
        ({"low": "5%", "likely": "36%"}, None),
        ({"low": "5%", "high": "36%"}, None),
        ({"low": "20%", "likely": "22%", "high": "40%"}, None),
        ({"low": "35.5%", "likely": "36%", "high": "40%"}, "36%"),
        ({"low": "5%", "likely": "20%", "high": "22%"}, "20%"),
    ],
)
def test_estimates_on_two_sides_of_a_floor_must_be_asked(margin: Data, after: str | None) -> None:
    effect = touched({"kpi": "store_revenue", "likely": 500_000_000}, {"kpi": "gross_margin", **margin})["gross_margin"]
    if after is None:
        assert effect.after.value is None
        assert [missing.reason for missing in effect.after.missing] == ["estimates_differ"]
    else:
        assert effect.after.value == (PROFIT + 500_000_000 * parse_ratio(after)) / (REVENUE + 500_000_000)


# ── a rolling basis ─────────────────────────────────────────────────────────────────────────────────────────────────


def _rolling(closed: int, **status: str) -> dict[str, Effect]:
    """The turn of a stock over three months, after some closed ones, and a proposal that adds 30 to what is sold."""
    kpis: Data = {
        "sold": {"name": "Sold", "kind": "flow", "basis": "rolling", "rolling": 3},
        "stock": {"name": "Stock", "kind": "stock"},
        "turn": _ratio("sold", "stock", basis="rolling", rolling=3),
    }
    read = [
        {
            "event_id": f"{kpi}{month}",
            "kind": "kpi_observation",
            "kpi": kpi,
            "period": f"2026-{month:02}",
            "effective_date": f"2026-{month:02}-28",
            "value": value * month,
            **status,
        }
        for month in range(1, closed + 1)
        for kpi, value in (("sold", 10), ("stock", 100))
    ]
    engine = opened({**_two_shops(), "kpis": kpis}, read)
    event = parse_event(proposal(benefits=[{"kpi": "sold", "likely": 30}], effective_date=f"2026-{closed + 1:02}-20"))
    return {e.kpi: e for e in effects(engine.plan, engine.position(f"2026-{closed + 1:02}-20"), event)}


def test_the_last_periods_flow_together_and_a_stock_is_its_last_value() -> None:
    found = _rolling(4)
    assert found["sold"].before.value == 20 + 30 + 40
    assert found["turn"].before.value == Fraction(90, 400)
    assert found["turn"].after.value == Fraction(120, 400)


def test_too_few_periods_are_none() -> None:
    found = _rolling(2)
    for effect in found.values():
        assert (effect.before.value, effect.after.value) == (None, None)
        assert {missing.reason for missing in effect.after.missing} == {"few_periods"}


def test_a_rolling_value_is_as_provisional_as_its_readings() -> None:
    assert _rolling(3, status="provisional")["sold"].before.quality == "provisional"
    assert _rolling(3)["sold"].before.quality == "final"


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


RATE = {"currency": "USD", "on": "2026-01-01", "rate": 25_000}


def _in_dollars(plan: Data, *benefits: Data) -> dict[str, Effect]:
    engine = opened(plan)
    event = parse_event(proposal(benefits=list(benefits), currency="USD"))
    return {e.kpi: e for e in effects(engine.plan, engine.position("2026-01-10"), event)}


def test_the_rate_stands_in_the_sources_of_all_that_rests_on_it() -> None:
    found = _in_dollars({**_two_shops(), "rates": [RATE]}, {"kpi": "a", "likely": 2})
    for effect in found.values():
        assert "plan.rates: 1 USD = 25000 VND from 2026-01-01" in effect.after.sources
        assert not any("plan.rates" in source for source in effect.before.sources)


@pytest.mark.parametrize("estimate", [{"likely": 2}, {"low": 2, "high": 3}])
def test_without_a_rate_it_is_the_rate_that_is_missing(estimate: Data) -> None:
    plan = {**_two_shops(), "kpis": {**_two_shops()["kpis"], "part": _ratio("a", "all")}}
    found = _in_dollars(plan, {"kpi": "a", **estimate})
    assert list(found) == ["a", "all", "part"]
    for effect in found.values():
        assert effect.after.value is None
        assert [missing.reason for missing in effect.after.missing] == ["no_rate"]


def test_what_is_not_money_needs_no_rate() -> None:
    plan = {**_two_shops(), "kpis": {"a": {"name": "A", "kind": "flow", "unit": "order", "target": {"year": 12}}}}
    assert _in_dollars(plan, {"kpi": "a", "likely": 2})["a"].after.value == 14
    assert [m.reason for m in _in_dollars(plan, {"kpi": "a"})["a"].after.missing] == ["not_stated"]


def test_a_net_contribution_without_a_rate_asks_for_the_rate() -> None:
    plan = {**_two_shops(), "policies": {"contribution": "a"}}
    decision = opened(plan).evaluate(proposal(benefits=[{"kpi": "a", "likely": 2}], currency="USD"))
    asked = {missing.reason for f in decision.findings for each in f.facts for missing in each.missing}
    assert "no_rate" in asked
    assert "not_stated" not in asked


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

"""A break-even is verified at, inside and outside; where the outcome goes to and fro, that is said."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aop_rules import Engine
from aop_rules.what_if.break_even import BreakEven, break_even
from aop_rules.what_if.world import World
from strategies import BABYCARE, babycare, case_of

STOCK: dict[str, Any] = {"event_id": "stock", "kind": "proposal", "effective_date": "2026-06-08"}
STOCK |= {"category": "core_products", "tags": ["bán chạy"], "links": {"initiatives": ["post_partum_best_sellers"]}}
STOCK |= {"costs": [{"line": "purchasing", "amount": 600_000_000, "period": "2026-06"}], "divisible": True}
SHOP: dict[str, Any] = {
    "aop": 1,
    "id": "shop",
    "name": "Shop",
    "currency": "USD",
    "year": {"starts": "2026-01-01"},
    "budget": {"lines": {"ads": {"name": "Ads", "amount": 1200, "horizons": ["year"], "contract": True}}},
}
ASK = {"event_id": "a", "kind": "spend_request", "effective_date": "2026-06-10", "line": "ads", "amount": 5}


def world_of(engine: Engine) -> World:
    return World.of(engine.plan, engine.program, engine.rulesets, engine.attributes, engine.ledger)


def rule(rule_id: str, when: str, effect: str) -> dict[str, Any]:
    return {"id": rule_id, "on": "event", "when": when, "effect": effect, "because": rule_id}


def to_and_fro() -> Engine:
    """What is asked for is declined between 300 and 400, and again between 600 and 700."""
    when = "event.amount >= 300 and event.amount < 400 or event.amount >= 600 and event.amount < 700"
    return Engine.open({**SHOP, "rules": [rule("odd", when, "FORBID")]})


def test_a_break_even_holds_at_inside_and_outside() -> None:
    engine = babycare()
    found = break_even(world_of(engine), path="costs[0].amount", low=0, high=900_000_000, event=STOCK)
    (switch,) = found.switches
    assert found.monotone and found.unit == 1
    assert (switch.last.value, switch.first.value) == (120_000_000, 120_000_001)

    def outcome(amount: int) -> str:
        costs = [{"line": "purchasing", "amount": amount, "period": "2026-06"}]
        return engine.evaluate({**STOCK, "costs": costs}).outcome.value

    at, inside, outside = (outcome(switch.first.value + way) for way in (0, -1, 1))  # type: ignore[arg-type]
    assert inside == outcome(1) == switch.last.outcome == "ACCEPT"
    assert at == outside == outcome(900_000_000) == switch.first.outcome == "ADJUST_TO_FIT"
    assert found.text("en") == (
        "what if: stock\n\n"
        "costs[0].amount up to 120,000,000: KEEP COURSE – accept; from 120,000,001: ADJUST – adjust to fit\n"
    )


@given(st.integers(1, 5000), st.integers(2, 5000))
@settings(max_examples=10)
def test_the_break_even_is_where_the_limit_is(limit: int, high: int) -> None:
    engine = Engine.open({**SHOP, "rules": [rule("cap", f"event.amount > {limit}", "FORBID")]})
    found = break_even(world_of(engine), path="amount", low=0, high=high, event={**ASK, "amount": 1}, outcome="DECLINE")
    assert found.monotone
    if high <= limit:
        assert found.switches == ()
        assert "no switch: at no value of amount that was tried" in found.text("en")
    else:
        (switch,) = found.switches
        assert switch.last.value == limit and switch.first.value == limit + Fraction(1, 100)


def test_where_it_goes_to_and_fro_that_is_said() -> None:
    found = break_even(world_of(to_and_fro()), path="amount", low=0, high=1000, event=ASK, outcome="DECLINE")
    assert not found.monotone
    assert [switch.first.value for switch in found.switches] == [300, 400, 600, 700]
    assert "not monotone" in found.text("en") and "không đơn điệu" in found.text("vi")


def test_without_a_switch_that_is_said() -> None:
    found = break_even(world_of(to_and_fro()), path="amount", low=10, high=20, event=ASK)
    assert found.monotone and found.switches == ()
    assert found.text("en").startswith(
        "what if: a\n\nno switch: at every value of amount that was tried from 10 to 20 it is"
    )
    assert found.to_dict()["switches"] == []


def test_a_number_of_the_plan_may_be_what_switches() -> None:
    found = break_even(world_of(Engine.open(SHOP)), path="budget.lines.ads.amount", low=0, high=10, event=ASK)
    assert [(each.last.outcome, each.first.outcome) for each in found.switches][-1][1] == "ACCEPT"
    last = found.switches[-1]
    assert last.first.value == last.last.value + Fraction(1, 100)  # type: ignore[operator]


def test_a_threshold_keeps_its_form_and_a_bound_its_decimals() -> None:
    breach = {"event_id": "r", "kind": "kpi_breach", "effective_date": "2026-06-10", "kpi": "marketing_ratio"}
    found = break_even(world_of(babycare()), path="kpis.marketing_ratio.breach", low="5%", high="12%", event=breach)
    assert found.unit == Fraction(1, 10_000)
    value = babycare().position("2026-06-10").kpi("marketing_ratio").value.value
    assert value is not None
    assert found.monotone and found.sampled[0].outcome == ""  # a breach below its own recovery cannot be
    assert any(each.last.value <= value <= each.first.value for each in found.switches)


@given(st.integers(0, 400), st.integers(1, 400), st.sampled_from((1, 7, Fraction(1, 3))))
@settings(max_examples=10)
def test_both_sides_of_a_switch_are_within_a_unit_and_the_bounds(low: int, wide: int, unit: Any) -> None:
    world = world_of(to_and_fro())
    found = break_even(world, path="amount", low=low, high=low + wide, event=ASK, unit=unit, outcome="DECLINE")
    for switch in found.switches:
        assert low <= switch.last.value < switch.first.value <= low + wide
        assert switch.first.value - switch.last.value <= unit
        assert (switch.last.outcome == "DECLINE") != (switch.first.outcome == "DECLINE")
    assert [row.value for row in found.sampled] == sorted({row.value for row in found.sampled})
    assert found.sampled[0].value == low and found.sampled[-1].value == low + wide


@pytest.mark.parametrize(
    "wrong", [{"high": 0}, {"high": "many"}, {"outcome": "WATCH"}, {"outcome": "perhaps"}, {"unit": 0}, {"low": 0.5}]
)
def test_what_is_no_question_is_said(wrong: dict[str, Any]) -> None:
    ask: dict[str, Any] = {"low": 0, "high": 10, "event": ASK, "path": "amount", **wrong}
    with pytest.raises(ValueError):
        break_even(world_of(to_and_fro()), **ask)


@pytest.mark.parametrize(
    ("low", "high", "unit"),
    [("20%", "40%", "1/10000"), ("5%", "10%", "1/10000"), ("7.5%", "10%", "1/100000"), ("50%", "150%", "1/10000")],
)
def test_shares_are_exact_to_a_hundredth_of_their_last_decimal_in_percent(low: str, high: str, unit: str) -> None:
    found = _promoted(low, high)
    assert (found.unit, found.share) == (Fraction(unit), True)
    assert not any(row.why for row in found.sampled)


def test_shares_are_told_in_percent() -> None:
    found = _promoted("20%", "40%")
    assert [each.split(":")[0] for each in found.text("vi").splitlines()[2:3]] == ["benefits[1].likely đến 29,99 %"]
    assert "benefits[1].likely up to 29.99 %: " in found.text("en") and "; from 30 %: " in found.text("en")


def test_shares_without_their_sign_are_asked_for_with_it() -> None:
    found = _promoted(20, 40)
    assert found.text("en").splitlines()[2:] == ["shares are written with their sign: 20%..40%"]
    assert found.text("vi").splitlines()[2:] == ["tỷ lệ phải viết kèm dấu %: 20%..40%"]


def _promoted(low: int | str, high: int | str) -> BreakEven:
    """The big promotion, by the margin that it is likely to bring."""
    (event,) = case_of(BABYCARE / "cases" / "d06_big_promotion.yaml").events
    return break_even(
        world_of(babycare()), path="benefits[1].likely", low=low, high=high, event=event, as_of="2026-06-10"
    )

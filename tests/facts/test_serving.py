"""Which goals an event serves, and along which path of the plan."""

from __future__ import annotations

from typing import Any

import pytest

from strategies import babycare, babycare_history, babycare_plan, opened, proposal


def paths(**event: Any) -> dict[str, tuple[str, ...]]:
    return dict(babycare().evaluate(proposal(**event)).serves)


def gain(kpi: str, likely: object) -> dict[str, Any]:
    return {"kpi": kpi, "likely": likely}


def test_by_what_it_is_part_of() -> None:
    found = paths(links={"initiatives": ["season_campaigns"]})
    assert found["online_share"][0] == "season_campaigns"
    assert all(path[-1] == goal for goal, path in found.items())
    assert list(found) == ["online_share", "total_revenue"], "in the plan's priority order"


def test_by_what_it_moves() -> None:
    found = paths(benefits=[gain("online_revenue", 5_000_000), gain("gross_margin", "40%")])
    assert list(found) == ["online_share", "gross_margin", "total_revenue"]
    assert found["online_share"][0] == "online_revenue"


def test_by_what_it_says() -> None:
    assert paths(links={"goals": ["total_revenue"]}) == {"total_revenue": ("total_revenue",)}


def test_a_spend_request_serves_what_its_line_serves() -> None:
    request = {
        "event_id": "s",
        "kind": "spend_request",
        "effective_date": "2026-06-10",
        "line": "online_marketing",
        "amount": 1,
    }
    assert "online_share" in babycare().evaluate(request).serves


def test_a_loss_serves_nothing() -> None:
    assert paths(benefits=[gain("online_revenue", -5_000_000), gain("gross_margin", "40%")]) == {}


def test_nothing_said_serves_nothing() -> None:
    assert paths() == {}


def test_profit_at_a_thin_margin_does_not_serve_the_margin() -> None:
    found = paths(benefits=[gain("store_revenue", 100_000_000), gain("gross_margin", "20%")])
    assert "gross_margin" not in found
    assert "total_revenue" in found


def test_revenue_in_the_store_does_not_serve_the_online_share() -> None:
    assert "online_share" not in paths(benefits=[gain("store_revenue", 100_000_000), gain("gross_margin", "40%")])


def test_each_step_of_a_path_is_an_entry_of_the_plan() -> None:
    plan = babycare().plan
    known = {*plan.goals, *plan.kpis, *plan.initiatives, *plan.budget.lines}
    for path in paths(links={"initiatives": [*plan.initiatives]}, benefits=[gain("online_revenue", 5)]).values():
        assert set(path) <= known


# ── claims ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_goal_that_is_claimed_and_made_worse_is_not_served() -> None:
    thin = [gain("store_revenue", 100_000_000), gain("gross_margin", "20%")]
    assert list(paths(links={"goals": ["gross_margin", "total_revenue"]}, benefits=thin)) == ["total_revenue"]


def test_a_goal_that_is_claimed_and_made_better_is_served() -> None:
    thick = [gain("store_revenue", 100_000_000), gain("gross_margin", "40%")]
    assert paths(links={"goals": ["gross_margin"]}, benefits=thick)["gross_margin"] == ("gross_margin",)


def test_a_stopped_initiative_serves_nothing() -> None:
    plan = babycare_plan()
    (line,) = [name for name in plan["budget"]["lines"] if name == "online_marketing"]
    plan["budget"]["lines"][line]["serves"] = []
    running = opened(plan).evaluate(proposal(links={"initiatives": ["season_campaigns"]}))
    assert "online_share" in running.serves
    plan["initiatives"]["season_campaigns"]["status"] = "stopped"
    stopped = opened(plan)
    assert not stopped.evaluate(proposal(links={"initiatives": ["season_campaigns"]})).serves
    by_line = stopped.evaluate(proposal(links={"budgets": [line]})).serves
    assert all("season_campaigns" not in path for path in by_line.values())


# ── what is sure of an estimate ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("estimate", [{"low": 5_000_000}, {"low": 5_000_000, "high": 9_000_000}])
def test_a_gain_of_at_least_so_much_is_a_gain(estimate: dict[str, int]) -> None:
    assert "online_share" in paths(benefits=[{"kpi": "online_revenue", **estimate}, gain("gross_margin", "40%")])


def test_a_gain_of_at_most_so_much_is_none() -> None:
    assert paths(benefits=[{"kpi": "online_revenue", "high": 5_000_000}, gain("gross_margin", "40%")]) == {}


def test_a_gain_and_a_larger_loss_are_a_loss() -> None:
    both = [gain("online_revenue", 5_000_000), gain("online_revenue", -6_000_000), gain("gross_margin", "40%")]
    assert paths(benefits=both) == {}


def test_a_gain_in_a_currency_without_a_rate_is_a_gain() -> None:
    assert "total_revenue" in paths(benefits=[gain("online_revenue", 5)], currency="USD")
    assert "total_revenue" in paths(benefits=[{"kpi": "online_revenue", "low": 5}], currency="USD")


# ── buying goods ────────────────────────────────────────────────────────────────────────────────────────────────────


def cost(line: str, amount: int) -> dict[str, Any]:
    return {"line": line, "amount": amount}


def test_buying_goods_serves_what_its_line_serves() -> None:
    bought = paths(costs=[cost("purchasing", 5)])
    assert bought["total_revenue"][0] == "purchasing"
    assert paths(costs=[cost("purchasing", 5), cost("online_marketing", 0)]) == bought


@pytest.mark.parametrize("goods", [0, 1])
def test_goods_do_not_vouch_for_other_spending(goods: int) -> None:
    assert paths(costs=[cost("purchasing", goods), cost("online_marketing", 5_000_000)]) == {}


def test_goods_for_nothing_serve_nothing() -> None:
    assert paths(costs=[cost("purchasing", 0)]) == {}


def test_money_for_a_risk_serves_what_the_risk_threatens() -> None:
    request = {
        "kind": "spend_request",
        "event_id": "c",
        "effective_date": "2026-06-10",
        "line": "contingency_reserve",
        "amount": 20_000_000,
        "links": {"risks": ["ad_effectiveness"]},
    }
    decision = babycare().evaluate(request)
    assert decision.serves["online_share"] == ("ad_effectiveness", "online_share")
    assert decision.outcome == "ESCALATE"


@pytest.mark.parametrize(("amount", "outcome"), [(30_000_000, "ACCEPT"), (30_000_001, "ESCALATE")])
def test_what_was_decided_beforehand_needs_no_approval_once_the_risk_has_occurred(amount: int, outcome: str) -> None:
    occurred = {"kind": "risk_occurred", "event_id": "o", "effective_date": "2026-06-08", "risk": "ad_effectiveness"}
    request = {
        "kind": "spend_request",
        "event_id": "c",
        "effective_date": "2026-06-10",
        "line": "contingency_reserve",
        "amount": amount,
        "links": {"risks": ["ad_effectiveness"]},
    }
    assert opened(babycare_plan(), [*babycare_history(), occurred]).evaluate(request).outcome == outcome

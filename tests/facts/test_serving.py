"""Which goals an event serves, and along which path of the plan."""

from __future__ import annotations

from typing import Any

from strategies import babycare, proposal


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

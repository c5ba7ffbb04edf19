"""Goals that count milestones, and how sure owners are: neither changes what the other goals are."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from aop_rules import Engine
from aop_rules.events import parse_event
from aop_rules.plan.changes import changes
from aop_rules.plan.demand import Demands
from aop_rules.plan.difference import differences
from aop_rules.plan.graph import PlanGraph

Data = dict[str, Any]
SITE: Data = {
    "name": "New site",
    "starts": "2026-01-05",
    "ends": "2026-04-30",
    "milestones": {
        name: {"name": name, "due": f"2026-0{n}-28"} for n, name in enumerate(("built", "tested", "live"), 2)
    },
}


def shop(goal: Data | None = None, **site: Any) -> Engine:
    return Engine.open(
        {
            "aop": 1,
            "id": "shop",
            "name": "Shop",
            "currency": "USD",
            "year": {"starts": "2026-01-01"},
            "goals": {
                "site": {"name": "Sell online", "initiative": "site", **(goal or {})},
                "sales": {"name": "Sales", "kpi": "sales", "from": 100, "to": 120},
            },
            "kpis": {"sales": {"name": "Sales", "kind": "stock"}},
            "initiatives": {"site": {**SITE, **site}},
            "governance": {"owner": "Mara"},
        }
    )


def update(milestone: str | None, day: str = "2026-02-20", **said: Any) -> Data:
    named = {} if milestone is None else {"milestone": milestone}
    return {
        "kind": "milestone_update",
        "event_id": f"{milestone}-{day}",
        "effective_date": day,
        "initiative": "site",
        **named,
        **(said or {"done": True}),
    }


def scored(engine: Engine, day: str, *events: Data) -> tuple[Any, str]:
    engine.record_all(list(events))
    at = engine.position(day).goal("site")
    return at.score, at.course


def test_the_score_is_the_share_of_milestones_reached() -> None:
    assert scored(shop(), "2026-02-21") == (0, "on_course")
    assert scored(shop(), "2026-02-21", update("built")) == (Fraction(1, 3), "on_course")
    assert scored(shop(), "2026-04-29", *map(update, ("built", "tested", "live"))) == (1, "on_course")


def test_a_goal_may_count_some_of_them() -> None:
    assert scored(shop({"milestones": ["live", "built"]}), "2026-03-29", update("built")) == (
        Fraction(1, 2),
        "on_course",
    )


def test_a_milestone_whose_day_is_over_puts_it_at_risk() -> None:
    assert scored(shop(), "2026-02-28")[1] == "on_course"
    assert scored(shop(), "2026-03-01")[1] == "at_risk"
    assert scored(shop(), "2026-02-21", update("live", expected="2026-05-02"))[1] == "at_risk"


def test_an_initiative_without_milestones_is_done_or_not() -> None:
    assert scored(shop(milestones={}), "2026-02-21") == (0, "on_course")
    assert scored(shop(milestones={}), "2026-05-01") == (0, "at_risk")
    assert scored(shop(milestones={}), "2026-05-01", update(None)) == (1, "on_course")
    assert scored(shop(milestones={}, status="done"), "2026-02-21") == (1, "on_course")


def test_what_was_stopped_will_not_be_reached() -> None:
    assert scored(shop(status="stopped"), "2026-02-21") == (0, "at_risk")


def test_it_counts_beside_the_others_by_its_weight() -> None:
    engine = shop({"weight": 3})
    engine.record_all([update("built")])
    together = engine.position("2026-02-21").progress
    assert together is not None
    assert (together.score, together.coverage) == (Fraction(1, 3), Fraction(3, 4))


def test_its_initiative_serves_it() -> None:
    graph = PlanGraph.of(shop().plan)
    assert set(graph.goals_served_by("site", ("initiative",))) == {"site"}
    assert "site" not in graph.unserved_goals and "site" not in graph.orphans


def test_review_and_screen_show_it() -> None:
    engine = shop()
    engine.record_all([update("built")])
    assert "33 % of the way" in engine.status("2026-02-21").text("en")
    row = next(each for each in engine.review("2026-01").goals if each.id == "site")
    assert row.standing in ("on_track", "off_track") and row.ytd is not None
    assert engine.status("2026-02-21").to_dict()["goals"][0]["confidence"] is None


# ── how sure the owner is ───────────────────────────────────────────────────────────────────────────────────────────


def forecast(day: str, confidence: int | None) -> Data:
    sure = {} if confidence is None else {"confidence": confidence}
    return {"kind": "forecast", "event_id": f"f-{day}", "effective_date": day, "kpi": "sales", "value": 118, **sure}


def test_confidence_stands_beside_and_changes_no_figure() -> None:
    engine = shop()
    engine.record(forecast("2026-02-01", None))
    before = engine.position("2026-02-20")
    engine.record(forecast("2026-02-10", 4))
    after = engine.position("2026-02-20")
    assert (before.goal("sales").confidence, after.goal("sales").confidence) == (None, 4)
    assert (before.goal("sales").score, before.progress) == (after.goal("sales").score, after.progress)
    assert "its owner's confidence 4 of 10" in engine.status("2026-02-20").text("en")
    assert "mức tự tin của người phụ trách 4 trên 10" in engine.review("2026-02").text("vi")


def test_the_last_forecast_says_how_sure() -> None:
    engine = shop()
    engine.record_all([forecast("2026-02-01", 9), forecast("2026-02-10", 4)])
    assert engine.position("2026-02-05").goal("sales").confidence == 9
    assert engine.position("2026-02-20").goal("sales").confidence == 4


@pytest.mark.parametrize("confidence", [0, 11, "5", True])
def test_confidence_is_a_whole_number_from_1_to_10(confidence: Any) -> None:
    with pytest.raises(ValueError, match="confidence"):
        parse_event({**forecast("2026-02-01", None), "confidence": confidence})


def test_a_milestone_that_is_given_up_asks_for_less() -> None:
    whole, less = (shop({"milestones": list(names)}).plan for names in (("built", "live"), ("built",)))
    demands = Demands.of(whole, less)
    found = [each for each in differences(whole, less) if each.key == "milestones"]
    assert found and all(demands.weakened(each) for each in found)


def test_a_milestone_of_a_locked_goal_is_not_dropped_silently() -> None:
    kept = {name: each for name, each in SITE["milestones"].items() if name != "live"}
    moved = {**SITE["milestones"], "live": {"name": "live", "due": "2026-04-29"}}
    for goal, milestones, goals, weakens in (
        ({}, kept, {"site"}, True),
        ({"lock": "open"}, kept, set(), None),
        ({"milestones": ["built"]}, kept, set(), None),
        ({}, moved, set(), None),
    ):
        (change,) = changes(shop(goal).plan, shop(goal, milestones=milestones).plan)
        assert (change.goals, change.weakens) == (goals, weakens)

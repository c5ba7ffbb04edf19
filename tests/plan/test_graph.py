"""What hangs on what: service, cuts, slips and order."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aop_rules.plan.diagrams import dot, graph_data, mermaid
from aop_rules.plan.graph import PlanGraph
from aop_rules.plan.load import load_plan, plan_from
from aop_rules.plan.model import Plan

BABYCARE = load_plan(Path(__file__).parents[2] / "examples" / "babycare_house" / "plan.yaml")
GRAPH = PlanGraph.of(BABYCARE)

HEAD: dict[str, Any] = {"aop": 1, "id": "firm", "name": "Firm", "currency": "USD", "year": {"starts": "2026-01-01"}}


def firm(**parts: Any) -> PlanGraph:
    return PlanGraph.of(plan_from({**HEAD, **parts}))


# ── service ──


def test_an_initiative_serves_the_share_through_its_numerator_and_the_total_through_the_sum() -> None:
    served = GRAPH.goals_served_by("season_campaigns")
    assert dict(served) == {
        "online_share": ("season_campaigns", "online_revenue", "online_share"),
        "total_revenue": ("season_campaigns", "online_revenue", "revenue", "total_revenue"),
    }


def test_feeding_only_the_denominator_does_not_serve_the_share() -> None:
    assert set(GRAPH.goals_served_by("store_revenue")) == {"total_revenue"}


def test_a_budget_line_serves_what_its_initiatives_serve() -> None:
    assert "gross_margin" in GRAPH.goals_served_by("purchasing")
    assert GRAPH.goals_served_by("fixed_costs") == {}


def test_what_the_plan_does_not_have_serves_nothing() -> None:
    assert GRAPH.goals_served_by(["baby_spa", ""]) == {}


def test_among_equal_paths_the_first_by_id_is_shown() -> None:
    kpis = {name: {"name": name, "kind": "flow"} for name in ("b", "a")}
    kpis["all"] = {"name": "all", "kind": "flow", "sum_of": ["b", "a"]}  # type: ignore[dict-item]
    graph = firm(
        kpis=kpis,
        goals={"more": {"name": "More", "kpi": "all", "to": 5}},
        initiatives={"push": {"name": "Push", "serves": ["b", "a"]}},
    )
    assert graph.goals_served_by("push") == {"more": ("push", "a", "all", "more")}


# ── cuts ──


def test_a_cut_takes_who_waits_for_it_along_and_names_the_declared_effects() -> None:
    cut = GRAPH.breaks_if_cut("marketplace_shop")
    assert cut.dependents == ("season_campaigns",)
    assert cut.effects == {"online_revenue": 1_200_000_000}
    assert cut.unquantified == ("online_revenue",)
    assert set(cut.goals) == {"online_share", "total_revenue"}
    assert cut.left_unserved == ()


def test_a_goal_that_nothing_else_serves_is_left_unserved() -> None:
    assert GRAPH.breaks_if_cut("post_partum_best_sellers").left_unserved == ("gross_margin",)


def test_an_unknown_initiative_is_an_error_that_says_what_was_meant() -> None:
    with pytest.raises(LookupError, match="season_campaigns"):
        GRAPH.breaks_if_cut("season_campaign")


# ── order and time ──


def chain(gap: int) -> PlanGraph:
    """Build (to 10 January) → test (starts `gap` days later, 5 days) with a milestone on its last day."""
    return firm(
        initiatives={
            "build": {"name": "Build", "starts": "2026-01-01", "ends": "2026-01-10"},
            "test": {
                "name": "Test",
                "requires": ["build"],
                "starts": str(date(2026, 1, 11 + gap)),
                "days": 5,
                "milestones": {"live": {"name": "Live", "due": str(date(2026, 1, 15 + gap))}},
            },
            "sell": {"name": "Sell", "requires": ["test"]},
        }
    )


def test_waiting_days_are_the_slack_to_a_dated_milestone() -> None:
    timed = chain(3).schedule()
    assert timed.activities["build"].slack == 3
    assert timed.slack_to("build", "test.live") == 3
    assert timed.activities["sell"].slack is None
    assert timed.critical == ("test",)


@given(st.integers(0, 9), st.integers(0, 30))
def test_a_slip_moves_what_its_slack_does_not_take_up(gap: int, days: int) -> None:
    slip = chain(gap).slips("build", days)
    assert slip.moved.get("test", 0) == max(0, days - gap)
    assert slip.slack_used.get("test", 0) == min(days, gap)
    assert set(slip.milestones) == ({"test.live"} if days > gap else set())
    assert slip.undated == ()


def test_what_comes_first_stands_first() -> None:
    assert chain(0).prerequisites("sell") == ("build", "test")
    assert chain(0).dependents("build") == ("sell", "test")


def test_what_has_no_dates_cannot_be_told() -> None:
    graph = firm(initiatives={"a": {"name": "A"}, "b": {"name": "B", "requires": ["a"]}})
    assert graph.slips("a", 5).undated == ("b",)


def test_the_tightest_role_is_the_bottleneck() -> None:
    (tight,) = GRAPH.bottlenecks
    assert (tight.role, tight.period, tight.needed) == ("online_staff", "2026-07", 1)


# ── links, drawings ──


def test_links_join_the_same_kinds_everywhere() -> None:
    kinds = {
        "watches": "risks",
        "threatens": "risks",
        "measures": "kpis",
        "feeds": "initiatives",
        "serves": "initiatives",
    }
    for relation, source, _ in GRAPH.links():
        if relation in kinds:
            assert source in getattr(BABYCARE, kinds[relation])
    assert ("watches", "ad_effectiveness", "marketing_ratio") in GRAPH.links()
    assert GRAPH.links() == tuple(sorted(GRAPH.links()))


def test_order_in_the_file_never_shows() -> None:
    turned = Plan.model_validate(
        {
            name: dict(reversed(value.items())) if isinstance(value, dict) and name not in ("year",) else value
            for name, value in reversed(BABYCARE.model_dump(mode="json", by_alias=True, exclude_defaults=True).items())
        }
    )
    assert turned == BABYCARE
    assert PlanGraph.of(turned).links() == GRAPH.links()
    assert (mermaid(turned), dot(turned), graph_data(turned)) == (
        mermaid(BABYCARE),
        dot(BABYCARE),
        graph_data(BABYCARE),
    )


def test_drawings_escape_what_their_languages_keep_for_themselves() -> None:
    plan = plan_from({**HEAD, "kpis": {"end": {"name": 'end"; x --> y [#] \\ Tỷ trọng', "kind": "flow"}}})
    drawn = mermaid(plan)
    assert "-->" not in drawn
    assert "Tỷ trọng" in drawn
    assert '\\"; x --> y [#] \\\\ Tỷ trọng"' in dot(plan)


def test_graph_data_is_plain_json() -> None:
    data = json.loads(json.dumps(graph_data(BABYCARE)))
    assert {"kind": "goal", "id": "online_share"} in [edge["to"] for edge in data["edges"]]


def test_the_network_has_every_node_and_edge() -> None:
    network = GRAPH.network()
    assert network.number_of_nodes() == len(GRAPH.nodes)
    assert network.number_of_edges() == len(GRAPH.edges)


def test_networkx_is_imported_only_when_a_query_needs_it() -> None:
    code = "import sys, aop_rules.plan.load, aop_rules.plan.graph; sys.exit('networkx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

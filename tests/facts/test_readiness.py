"""What must be ready before something starts, what no longer counts, and what nobody reported."""

from __future__ import annotations

from typing import Any

import pytest

from aop_rules import Decision
from strategies import Data, babycare_history, babycare_plan, opened, proposal


def plan(**status: str) -> Data:
    changed = babycare_plan()
    for name, word in status.items():
        changed["initiatives"][name]["status"] = word
    return changed


def decided(data: Data, event: Data, *more: Data) -> Decision:
    return opened(data, [*babycare_history(), *more]).evaluate(event)


def holding(decision: Decision) -> set[str]:
    return {f.rule for f in decision.findings if f.holds}


FOR_CAMPAIGNS: Data = proposal(
    effective_date="2026-07-10", known_at="2026-06-10", links={"initiatives": ["season_campaigns"]}
)


def test_what_is_late_holds_up_what_waits_for_it() -> None:
    slips = {
        "kind": "milestone_update",
        "event_id": "m",
        "effective_date": "2026-06-09",
        "initiative": "marketplace_shop",
        "expected": "2026-07-20",
    }
    assert "timing.prerequisite-not-ready" in holding(decided(plan(), FOR_CAMPAIGNS, slips))
    assert "timing.prerequisite-not-ready" not in holding(decided(plan(), FOR_CAMPAIGNS))


def test_what_was_stopped_is_never_ready() -> None:
    decision = decided(plan(marketplace_shop="stopped"), FOR_CAMPAIGNS)
    assert (decision.outcome, "timing.prerequisite-stopped" in holding(decision)) == ("DEFER", True)


def test_a_day_that_passed_without_word_tells_nothing() -> None:
    late = {**FOR_CAMPAIGNS, "known_at": "2026-07-09"}
    assert decided(plan(), late).outcome == "NEED_DATA"


def test_a_stopped_initiative_serves_nothing_and_opens_no_door() -> None:
    event = proposal(category="spa", links={"initiatives": ["post_partum_best_sellers"]})
    decision = decided(plan(post_partum_best_sellers="stopped"), event)
    assert decision.outcome == "DECLINE" and not decision.serves
    assert "scope.not-included" in holding(decision)


def test_a_review_asks_for_what_nobody_reported() -> None:
    review = {"kind": "review_due", "event_id": "r", "effective_date": "2026-07-05", "period": "2026-06"}
    assert "timing.no-word" in holding(decided(plan(), review))
    done = {
        "kind": "milestone_update",
        "event_id": "m",
        "effective_date": "2026-06-30",
        "initiative": "marketplace_shop",
        "done": True,
    }
    assert "timing.no-word" not in holding(decided(plan(), review, done))


def test_cash_under_its_minimum_is_a_hard_matter_at_once() -> None:
    reading = {
        "kind": "kpi_observation",
        "event_id": "cash-6",
        "effective_date": "2026-06-30",
        "known_at": "2026-07-03",
        "kpi": "cash",
        "period": "2026-06",
        "value": 480_000_000,
    }
    decision = decided(plan(), reading)
    assert (decision.course, decision.outcome, decision.hard) == ("adjust", "ADJUST_ACTIONS", True)


@pytest.mark.parametrize(("evidence", "outcome"), [("none", "DEFER"), ("estimate", "ACCEPT"), (None, "ACCEPT")])
def test_estimates_that_rest_on_nothing_wait(evidence: str | None, outcome: str) -> None:
    gains: list[Any] = [{"kpi": "online_revenue", "likely": 200_000_000}, {"kpi": "gross_margin", "likely": "37%"}]
    event = proposal(category="online", benefits=gains)
    if evidence:
        event["evidence"] = {"kind": evidence}
    assert decided(plan(), event).outcome == outcome


@pytest.mark.parametrize(("ends", "outcome"), [("2026-08-31", "ACCEPT"), ("2026-10-31", "DECLINE")])
def test_an_exclusion_that_begins_later_counts_for_what_reaches_into_it(ends: str, outcome: str) -> None:
    tender = {"name": "tenders", "reason": "not in autumn", "from": "2026-09-01"}
    data = plan() | {"not_this_year": {"tender": tender}}
    gains: list[Any] = [{"kpi": "online_revenue", "likely": 200_000_000}, {"kpi": "gross_margin", "likely": "37%"}]
    event = proposal(category=["online", "tender"], benefits=gains, start="2026-07-01", end=ends)
    assert decided(data, event).outcome == outcome


def test_what_is_given_up_is_named() -> None:
    gains: list[Any] = [{"kpi": "store_revenue", "likely": 300_000_000}, {"kpi": "gross_margin", "likely": "35%"}]
    decision = decided(plan(), proposal(category="core_products", benefits=gains))
    assert decision.outcome == "ACCEPT"
    given_up = [f.message.en for f in decision.findings if f.rule == "goal-link.given-up" and f.holds]
    assert any("gross margin from 35.8 % to" in said for said in given_up)

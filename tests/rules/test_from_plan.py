"""What a plan declares, as rules: ladders, approvals, exclusions, thresholds and triggers."""

from __future__ import annotations

from typing import Any

import pytest

from aop_rules import Decision, Engine
from aop_rules.plan.load import plan_from
from aop_rules.rules.from_plan import plan_rules
from strategies import babycare_history, babycare_plan, opened, proposal


def engine(**changes: Any) -> Engine:
    return opened(babycare_plan() | changes, babycare_history())


def with_ladder(*rows: dict[str, object]) -> Engine:
    plan = babycare_plan()
    plan["budget"]["lines"]["online_marketing"]["tolerances"] = list(rows)
    return opened(plan, babycare_history())


def spending(*costs: tuple[str, int], kind: str = "proposal") -> dict[str, Any]:
    rows = [{"line": line, "amount": amount, "period": "2026-06"} for line, amount in costs]
    return proposal(kind=kind, costs=rows, links={"initiatives": ["marketplace_shop"]})


def rules_that_hold(decision: Decision) -> set[str]:
    return {f.rule for f in decision.findings if f.holds}


def test_each_says_where_in_the_plan_it_stands_and_why_in_both_languages() -> None:
    for rule in plan_rules(plan_from(babycare_plan())):
        assert rule.id.startswith("plan.")
        assert rule.component
        assert rule.effect is None or (rule.because and rule.because.en and rule.because.vi)


# Online marketing: 318 m used of 371.52 m to date in June, so 53.52 m are left.


@pytest.mark.parametrize("kind", ["proposal", "opportunity"])
def test_a_row_for_proposals_replaces_the_general_one(kind: str) -> None:
    rows = ({"then": "stop", "at": "100%"}, {"document": "proposal", "then": "stop", "at": "110%"})
    decision = with_ladder(*rows).evaluate(spending(("online_marketing", 60_000_000), kind=kind))
    assert decision.outcome == "ACCEPT"


def test_what_fits_is_counted_to_the_stop_with_its_tolerance() -> None:
    rows = ({"then": "stop", "at": "110%"},)
    decision = with_ladder(*rows).evaluate(spending(("online_marketing", 100_000_000)))
    assert (decision.outcome, decision.fit) == ("ADJUST_TO_FIT", 371_520_000 * 11 // 10 - 318_000_000)


def test_past_by_an_amount() -> None:
    rows = ({"then": "stop", "past": 1_000_000},)
    assert with_ladder(*rows).evaluate(spending(("online_marketing", 54_520_000))).outcome == "ACCEPT"
    assert with_ladder(*rows).evaluate(spending(("online_marketing", 54_520_001))).fit == 54_520_000


def test_past_the_stop_the_lower_rows_are_silent() -> None:
    rows = ({"then": "warn", "at": "80%"}, {"then": "require_approval", "at": "90%"}, {"then": "stop", "at": "100%"})
    decision = with_ladder(*rows).evaluate(spending(("online_marketing", 60_000_000)))
    assert rules_that_hold(decision) & {"plan.budget.online_marketing.warn"} == set()
    assert decision.outcome == "ADJUST_TO_FIT"


def test_an_approval_counts_the_whole_event_however_it_is_spread() -> None:
    approved = engine(governance={"approvals": [{"above": 50_000_000, "by": "the owner"}]})
    one = approved.evaluate(spending(("online_marketing", 51_000_000)))
    two = approved.evaluate(spending(("online_marketing", 25_000_000), ("fixed_costs", 26_000_000)))
    assert one.outcome == two.outcome == "ESCALATE"
    assert approved.evaluate(spending(("online_marketing", 50_000_000))).outcome == "ACCEPT"


def test_an_approval_for_some_lines_counts_only_these() -> None:
    approvals = [{"above": 20_000_000, "by": "the owner", "lines": ["fixed_costs"]}]
    approved = engine(governance={"approvals": approvals})
    assert approved.evaluate(spending(("online_marketing", 25_000_000))).outcome == "ACCEPT"
    assert approved.evaluate(spending(("fixed_costs", 25_000_000))).outcome == "ESCALATE"


def test_an_approval_for_some_lines_counts_them_together_with_their_parts() -> None:
    plan = babycare_plan()
    lines = plan["budget"]["lines"]
    lines["fixed_costs"] |= {"amount": lines["fixed_costs"]["amount"] + 60_000_000}
    lines["software"] = {"name": "software", "amount": 60_000_000, "group": "fixed_costs", "horizons": ["year"]}
    lines["repairs"] = {"name": "repairs", "amount": 60_000_000, "horizons": ["year"]}
    plan["governance"] = {"approvals": [{"above": 20_000_000, "by": "the owner", "lines": ["fixed_costs", "repairs"]}]}
    approved = opened(plan, babycare_history())
    part = approved.evaluate(spending(("software", 20_000_001)))
    assert "plan.governance.approvals.1" in rules_that_hold(part)
    assert any("fixed" in f.message.en for f in part.findings if f.rule == "plan.governance.approvals.1")
    spread = approved.evaluate(spending(("software", 10_000_001), ("repairs", 10_000_000)))
    assert "plan.governance.approvals.1" in rules_that_hold(spread)
    less = approved.evaluate(spending(("software", 10_000_000), ("repairs", 10_000_000), ("online_marketing", 9)))
    assert "plan.governance.approvals.1" not in rules_that_hold(less)


def test_an_escalation_still_says_what_would_fit() -> None:
    approved = engine(governance={"approvals": [{"above": 50_000_000, "by": "the owner"}]})
    decision = approved.evaluate(spending(("online_marketing", 80_000_000)))
    assert (decision.outcome, decision.fit) == ("ESCALATE", 53_520_000)


def test_a_signal_must_last_as_long_as_the_plan_says() -> None:
    signal = {"kind": "market_signal", "event_id": "s", "effective_date": "2026-06-08", "direction": "up", "periods": 2}
    assert engine().evaluate(signal).outcome == "INVESTIGATE"
    assert engine(governance={"persistence": 3}).evaluate(signal).outcome == "WATCH"


def test_braces_in_the_plans_own_words_are_no_placeholders() -> None:
    exclusion = {"name": "a {second} shop", "reason": "not {yet}"}
    decision = engine(not_this_year={"second_shop": exclusion}).evaluate(proposal(category="second shop"))
    assert decision.explain("en", "short").endswith("a (second) shop is on this year's not-doing list: not (yet)")


def test_a_row_for_one_document_leaves_the_other_stages_to_the_general_rows() -> None:
    """The published ladder: warned at 80 %, again past an amount, stopped at 110 % for one document alone."""
    stop = {"document": "spend_request", "then": "stop", "at": "110%"}
    ladder = with_ladder({"then": "notify", "at": "80%"}, {"then": "warn", "past": 1_000_000}, stop)
    request = {"kind": "spend_request", "event_id": "s", "effective_date": "2026-06-15", "line": "online_marketing"}

    def outcome(amount: int) -> str:
        return ladder.evaluate({**request, "amount": amount}).outcome.value

    assert (outcome(54_520_000), outcome(54_520_001)) == ("ACCEPT", "ACCEPT_WITH_CONDITIONS")
    assert (outcome(90_672_000), outcome(90_672_001)) == ("ACCEPT_WITH_CONDITIONS", "ADJUST_TO_FIT")
    assert ladder.evaluate(spending(("online_marketing", 90_672_001))).outcome == "ACCEPT_WITH_CONDITIONS"

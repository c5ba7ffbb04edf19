"""What is said of budget lines when money is ordered or spent, and at a review: at each limit that the plan checks."""

from __future__ import annotations

from typing import Any

import pytest

from aop_rules import Ruleset
from aop_rules.decision.outcome import Outcome
from strategies import Data, opened

SHOP: Data = {
    "aop": 1,
    "id": "shop",
    "name": "Shop",
    "currency": "VND",
    "year": {"starts": "2026-01-01"},
    "budget": {
        "lines": {
            "ads": {"name": "Ads", "amount": 1200},
            "fairs": {"name": "Fairs", "amount": 1200},
            "spring": {"name": "Spring fair", "amount": 600, "group": "fairs", "horizons": ["year"]},
            "yearly": {"name": "Yearly", "amount": 1200, "horizons": ["year"]},
            "monthly": {"name": "Monthly", "amount": 1200, "horizons": ["period"]},
        }
    },
}
"""A hundred a month on each line."""


def spent(line: str, amount: int, kind: str = "actual", day: str = "2026-06-05", **more: Any) -> Data:
    return {"event_id": f"{kind}-{line}", "kind": kind, "line": line, "amount": amount, "effective_date": day, **more}


def with_line(name: str, **changes: Any) -> Data:
    lines = SHOP["budget"]["lines"]
    return SHOP | {"budget": {"lines": lines | {name: lines[name] | changes}}}


def said(decision: Any) -> list[tuple[str, str]]:
    return sorted((f.rule, f.subject) for f in decision.findings if f.holds)


# ── horizons ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_line_is_judged_where_the_plan_checks_it() -> None:
    engine = opened(SHOP)
    assert said(engine.evaluate(spent("ads", 601))) == [("budget.over-to-date", "ads:to_date")]
    assert said(engine.evaluate(spent("yearly", 1200))) == []
    assert said(engine.evaluate(spent("yearly", 1201))) == [("budget.over-year", "yearly:year")]
    assert said(engine.evaluate(spent("monthly", 100))) == []
    assert said(engine.evaluate(spent("monthly", 101))) == [("budget.over-to-date", "monthly:period")]


def test_the_groups_above_a_line_are_looked_at_as_well() -> None:
    decision = opened(SHOP, [spent("fairs", 500, day="2026-05-05")]).evaluate(spent("spring", 101))
    assert said(decision) == [("budget.over-to-date", "fairs:to_date")]
    assert decision.outcome is Outcome.INVESTIGATE


def test_an_order_for_a_later_month_is_judged_in_that_month() -> None:
    """Nine hundred to date in September, a hundred in September alone."""
    engine = opened(SHOP)
    later = {"kind": "commitment", "period": "2026-09"}
    assert said(engine.evaluate(spent("ads", 900, **later))) == []
    assert said(engine.evaluate(spent("ads", 901, **later))) == [("budget.over-to-date", "ads:to_date")]
    assert said(engine.evaluate(spent("monthly", 101, **later))) == [("budget.over-to-date", "monthly:period")]


def test_an_invoice_that_comes_late_counts_to_date() -> None:
    engine = opened(SHOP, [spent("ads", 550, "commitment")])
    assert said(engine.evaluate(spent("ads", 51, period="2026-01"))) == [("budget.over-to-date", "ads:to_date")]


def test_before_the_year_starts_its_first_period_counts() -> None:
    early = spent("ads", 101, "commitment", day="2026-01-05", known_at="2025-12-20T00:00:00+00:00")
    assert said(opened(SHOP).evaluate(early)) == [("budget.over-to-date", "ads:to_date")]


def test_before_the_year_starts_rules_can_speak_of_lines() -> None:
    low = {"id": "low", "on": "event", "when": "lines.ads.available < 50", "effect": "WATCH", "because": "low"}
    rules = Ruleset.model_validate({"ruleset": "house", "rules": [low]})
    early = spent("ads", 60, "commitment", day="2026-01-05", known_at="2025-12-20T00:00:00+00:00")
    assert ("house.low", "commitment-ads") in said(opened(SHOP, rules=[rules]).evaluate(early))


# ── ladders ─────────────────────────────────────────────────────────────────────────────────────────────────────────

LADDER = [
    {"document": "commitment", "then": "warn", "at": "50%"},
    {"document": "commitment", "then": "require_approval", "at": "80%"},
    {"document": "actual", "then": "warn", "past": 0},
    {"document": "actual", "then": "stop", "at": "100%"},
]


@pytest.mark.parametrize(
    ("kind", "amount", "outcome"),
    [
        ("commitment", 600, "KEEP_COURSE"),
        ("commitment", 601, "WATCH"),
        ("commitment", 961, "ESCALATE"),
        ("commitment", 1201, "REALLOCATE"),
        ("actual", 1200, "KEEP_COURSE"),
        ("actual", 1201, "REALLOCATE"),
    ],
)
@pytest.mark.parametrize("general", [True, False])
def test_orders_and_invoices_meet_the_rows_for_their_document(
    kind: str, amount: int, outcome: str, general: bool
) -> None:
    """The same whether the ladder is the line's own or the budget's."""
    plan = with_line("yearly", **({} if general else {"tolerances": LADDER}))
    plan["budget"] |= {"tolerances": LADDER} if general else {}
    decision = opened(plan).evaluate(spent("yearly", amount, kind))
    assert decision.outcome == outcome, decision.explain("en", "full")


def test_a_lines_own_rows_for_a_document_replace_the_general_ones() -> None:
    plan = with_line("yearly", tolerances=[{"document": "actual", "then": "warn", "at": "90%"}])
    plan["budget"] |= {"tolerances": [{"then": "warn", "at": "50%"}]}
    engine = opened(plan)
    assert said(engine.evaluate(spent("yearly", 700))) == []
    assert said(engine.evaluate(spent("yearly", 1100))) == [("plan.budget.yearly.warn.actual", "yearly:year")]
    assert said(engine.evaluate(spent("yearly", 700, "commitment"))) == [("plan.budget.warn.commitment", "yearly:year")]


def test_a_stop_before_the_limit_is_told_though_the_limit_still_holds() -> None:
    plan = with_line("yearly", tolerances=[{"then": "stop", "at": "50%"}])
    assert opened(plan).evaluate(spent("yearly", 601)).outcome is Outcome.INVESTIGATE


# ── no line, no rate ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("unbudgeted", ["warn", "require_approval"])
def test_spending_on_no_line_is_told_when_it_comes_and_at_each_review(unbudgeted: str) -> None:
    plan = SHOP | {"budget": SHOP["budget"] | {"unbudgeted": unbudgeted}}
    party = spent("parties", 10)
    assert opened(plan).evaluate(party).outcome is Outcome.INVESTIGATE
    close = {"event_id": "c", "kind": "period_close", "period": "2026-06", "effective_date": "2026-07-05"}
    for kind in ("period_close", "review_due"):
        assert ("budget.unbudgeted", "c") in said(opened(plan, [party]).evaluate(close | {"kind": kind}))
        assert ("budget.unbudgeted", "c") not in said(opened(plan).evaluate(close | {"kind": kind}))


def test_money_without_a_rate_is_named_as_the_reason() -> None:
    decision = opened(SHOP).evaluate(spent("ads", 10, currency="USD"))
    missing = {m for f in decision.findings for fact in f.facts for m in fact.missing}
    assert {(m.reason, m.about, m.detail) for m in missing} == {("no_rate", "ads", "actual-ads")}
    assert decision.outcome is Outcome.NEED_DATA
    assert "there is no exchange rate for actual-ads" in decision.explain("en")

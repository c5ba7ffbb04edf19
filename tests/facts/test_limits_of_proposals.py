"""Which limits a spending meets: its line and the groups above it, in its period, to date and for the year."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from aop_rules.decision.outcome import Outcome
from strategies import Data, opened, proposal

SHOP: Data = {
    "aop": 1,
    "id": "shop",
    "name": "Shop",
    "currency": "VND",
    "year": {"starts": "2026-01-01"},
    "goals": {"sales": {"name": "Sales", "kpi": "sales"}},
    "kpis": {"sales": {"name": "Sales", "kind": "flow", "target": {"year": 120}}},
    "budget": {
        "lines": {
            "ads": {"name": "Ads", "amount": 1200},
            "fairs": {"name": "Fairs", "amount": 1200},
            "spring": {"name": "Spring fair", "amount": 600, "group": "fairs", "horizons": ["year"]},
            "autumn": {"name": "Autumn fair", "amount": 600, "group": "fairs", "horizons": ["year"]},
            "yearly": {"name": "Yearly", "amount": 1200, "horizons": ["year"]},
            "monthly": {"name": "Monthly", "amount": 1200, "horizons": ["period"]},
        }
    },
}
"""A hundred a month on each line. The fairs may take their money when they like, together no faster than the months."""


def asked(*costs: tuple[str, int, str], history: list[Data] | None = None, divisible: bool = True) -> Any:
    rows = [{"line": line, "amount": amount, "period": period} for line, amount, period in costs]
    event = proposal(costs=rows, links={"goals": ["sales"]}, divisible=divisible)
    return opened(SHOP, history or []).evaluate(event)


def stops(decision: Any) -> list[str]:
    return sorted(f.subject for f in decision.findings if f.rule == "plan.budget.stop" and f.holds)


def spent(line: str, amount: int, month: int, kind: str = "actual") -> Data:
    day = f"2026-{month:02}-05"
    return {"event_id": f"{kind}-{line}-{month}", "kind": kind, "line": line, "amount": amount, "effective_date": day}


def test_to_date_what_earlier_months_left_may_be_spent() -> None:
    assert stops(asked(("ads", 600, "2026-06"))) == []
    assert stops(asked(("ads", 601, "2026-06"))) == ["ads:to_date:2026-06"]


def test_the_year_is_a_limit_of_its_own() -> None:
    assert stops(asked(("ads", 1201, "2026-12"))) == ["ads:to_date:2026-12", "ads:year:2026-12"]


def test_each_line_says_at_which_horizons_it_is_checked() -> None:
    assert stops(asked(("yearly", 1200, "2026-01"))) == []
    assert stops(asked(("yearly", 1201, "2026-01"))) == ["yearly:year:2026-01"]
    assert stops(asked(("monthly", 101, "2026-06"))) == ["monthly:period:2026-06"]


def test_a_group_is_a_limit_of_all_its_lines_together() -> None:
    assert stops(asked(("spring", 300, "2026-06"), ("autumn", 300, "2026-06"))) == []
    decision = asked(("spring", 400, "2026-06"), ("autumn", 400, "2026-06"))
    assert stops(decision) == ["fairs:to_date:2026-06"]
    assert decision.outcome is Outcome.ADJUST_TO_FIT
    assert decision.fit == 600


def test_spending_on_one_line_leaves_its_group_less() -> None:
    assert stops(asked(("spring", 400, "2026-06"), history=[spent("autumn", 200, 5)])) == []
    assert stops(asked(("spring", 401, "2026-06"), history=[spent("autumn", 200, 5)])) == ["fairs:to_date:2026-06"]


def test_what_is_committed_counts() -> None:
    assert stops(asked(("ads", 301, "2026-06"), history=[spent("ads", 300, 5, "commitment")])) == [
        "ads:to_date:2026-06"
    ]


def test_a_later_period_counts_what_an_earlier_one_of_the_same_proposal_took() -> None:
    assert stops(asked(("ads", 600, "2026-06"), ("ads", 101, "2026-07"))) == ["ads:to_date:2026-07"]


def test_what_fits_is_the_smallest_room_and_never_less_than_nothing() -> None:
    assert asked(("ads", 700, "2026-06"), history=[spent("ads", 200, 5)]).fit == 400
    assert asked(("ads", 700, "2026-06"), history=[spent("ads", 900, 5)]).fit == 0


def test_a_line_that_the_plan_does_not_have_is_never_free() -> None:
    decision = asked(("parties", 1, "2026-06"))
    assert decision.outcome is Outcome.DECLINE
    assert [f.rule for f in decision.deciding] == ["plan.budget.unbudgeted"]


def test_what_is_asked_for_an_earlier_month_counts_in_every_month_since() -> None:
    """A hundred a month: of the 500 to date in May, 450 are gone. January alone would have room for 100."""
    history = [spent("ads", 450, 5)]
    assert stops(asked(("ads", 50, "2026-01"), history=history)) == []
    assert stops(asked(("ads", 60, "2026-01"), history=history)) == ["ads:to_date:2026-05"]
    assert asked(("ads", 60, "2026-01"), history=history).fit == 50


def test_what_is_ordered_for_a_later_month_counts_as_well() -> None:
    history = [spent("ads", 900, 9, "commitment")]
    history[0] |= {"effective_date": "2026-06-01", "period": "2026-09"}
    assert stops(asked(("ads", 1, "2026-06"), history=history)) == ["ads:to_date:2026-09"]


def test_money_spread_over_months_meets_the_months_between() -> None:
    history = [spent("ads", 550, 6)]
    assert stops(asked(("ads", 100, "2026-05"), ("ads", 1, "2026-08"), history=history)) == ["ads:to_date:2026-06"]


# ── the total of the budget ─────────────────────────────────────────────────────────────────────────────────────────


def of_total(**budget: Any) -> Data:
    return SHOP | {"budget": SHOP["budget"] | {"total": 6000} | budget}


def test_the_whole_budget_is_a_limit_even_for_a_line_that_it_does_not_have() -> None:
    engine = opened(of_total(unbudgeted="warn"), [spent("ads", 1000, 5), spent("spring", 500, 5)])
    for amount, expected in ((4500, []), (4501, ["total:year"])):
        costs = [{"line": "parties", "amount": amount}]
        decision = engine.evaluate(proposal(costs=costs, links={"goals": ["sales"]}, divisible=True))
        assert stops(decision) == expected
    assert decision.outcome is Outcome.ADJUST_TO_FIT
    assert decision.fit == 4500
    assert "the whole budget" in decision.explain("en")
    assert "toàn bộ ngân sách" in decision.explain("vi")


def test_the_parts_of_a_group_are_not_counted_twice_in_the_whole() -> None:
    decision = opened(of_total(), [spent("spring", 500, 5)]).evaluate(
        proposal(costs=[{"line": "ads", "amount": 10}], links={"goals": ["sales"]})
    )
    known = {f.subject: {fact.name: fact.value for fact in f.facts} for f in decision.findings}
    assert known.get("total:year", {}).get("limit.used", 500) == 500


# ── what cannot be told ─────────────────────────────────────────────────────────────────────────────────────────────


def test_money_without_a_rate_is_named_as_the_reason() -> None:
    decision = asked(("ads", 10, "2026-06"), history=[spent("ads", 10, 5) | {"currency": "USD"}])
    assert decision.outcome is Outcome.NEED_DATA
    reasons = {m.detail for f in decision.findings for fact in f.facts for m in fact.missing if m.reason == "no_rate"}
    assert reasons == {"actual-ads-5"}
    assert "there is no exchange rate for actual-ads-5" in decision.explain("en", "full")


# ── which rows of a ladder count ────────────────────────────────────────────────────────────────────────────────────


def with_rows(*rows: Data) -> Any:
    lines = SHOP["budget"]["lines"]
    return SHOP | {"budget": {"lines": lines | {"yearly": lines["yearly"] | {"tolerances": list(rows)}}}}


def yearly(plan: Data, amount: int) -> Any:
    return opened(plan).evaluate(
        proposal(costs=[{"line": "yearly", "amount": amount}], links={"goals": ["sales"]}, divisible=True)
    )


def test_rows_for_invoices_alone_leave_requests_the_general_ladder() -> None:
    decision = yearly(with_rows({"document": "actual", "then": "warn", "at": "90%"}), 5000)
    assert (decision.outcome, decision.fit) == (Outcome.ADJUST_TO_FIT, 1200)


def test_rows_for_requests_alone_leave_proposals_the_general_ladder() -> None:
    plan = with_rows({"document": "spend_request", "then": "warn", "at": "90%"})
    assert yearly(plan, 1201).outcome is Outcome.ADJUST_TO_FIT
    request = {"event_id": "r", "kind": "spend_request", "line": "yearly", "amount": 1201}
    request |= {"effective_date": "2026-06-10", "links": {"goals": ["sales"]}}
    assert opened(plan).evaluate(request).outcome is Outcome.ACCEPT_WITH_CONDITIONS
    assert opened(plan).evaluate(request | {"line": "ads"}).outcome is Outcome.ADJUST_TO_FIT


def test_of_two_stops_the_strictest_holds_whatever_their_order() -> None:
    rows = [{"then": "stop", "at": "120%"}, {"then": "stop", "past": 10}, {"then": "warn", "at": "100%"}]
    for each in (rows, rows[::-1]):
        decision = yearly(with_rows(*each), 1300)
        assert (decision.outcome, decision.fit) == (Outcome.ADJUST_TO_FIT, 1210)
        assert not any(f.rule.endswith(".warn") and f.holds for f in decision.findings)


@settings(max_examples=30)
@given(st.integers(1, 1500), st.integers(0, 700))
def test_what_is_said_to_fit_does_fit_and_one_more_does_not(amount: int, used: int) -> None:
    history = [spent("ads", used, 5)]
    decision = asked(("ads", amount, "2026-06"), history=history)
    if decision.fit is not None:
        assert stops(asked(("ads", decision.fit, "2026-06"), history=history)) == [] or decision.fit == 0
        assert stops(asked(("ads", decision.fit + 1, "2026-06"), history=history)) != []
    else:
        assert used + amount <= 600


def test_an_event_that_is_recorded_already_is_not_counted_twice() -> None:
    """A till that records an invoice first and asks afterwards hears the same."""
    invoice = spent("ads", 650, 6)
    before, after = opened(SHOP).evaluate(invoice), opened(SHOP, [invoice]).evaluate(invoice)
    assert (before.outcome, [f.message for f in before.findings]) == (
        after.outcome,
        [f.message for f in after.findings],
    )
    assert "50 ₫" in after.explain("en") and "budget.over-to-date" in {f.rule for f in after.findings}

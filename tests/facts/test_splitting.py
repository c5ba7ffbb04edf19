"""What was used already counts when the rest is asked: against approvals over a period, and against minimum cash."""

from __future__ import annotations

from typing import Any

import pytest

from aop_rules import Decision, Engine
from strategies import Data, opened


def shop(within: str = "event", spent_since: str = "ignored", **changes: Any) -> Engine:
    """Cash of 1,500 at the end of May, never under 900; above 500 the owner has to approve, where anything is said."""
    plan = {
        "aop": 1, "id": "shop", "name": "Shop", "currency": "USD", "year": {"starts": "2026-01-01"},
        "priorities": ["sales"],
        "goals": {"sales": {"name": "sales", "kpi": "sales"}},
        "kpis": {
            "cash": {"name": "cash", "kind": "stock"},
            "sales": {"name": "sales", "kind": "flow", "target": {"year": 100}},
        },
        "budget": {
            "lines": {
                "growth": {"name": "growth", "amount": 90_000, "serves": ["sales"]},
                "ads": {"name": "ads", "amount": 60_000, "group": "growth", "serves": ["sales"]},
                "rent": {"name": "rent", "amount": 60_000, "contract": True},
            }
        },
        **changes,
    }  # fmt: skip
    if within != "event":
        plan["governance"] = {"approvals": [{"above": 500, "by": "Mara", "within": within, "lines": ["growth", "ads"]}]}
    if within == "event":
        plan["policies"] = {"minimum_cash": {"kpi": "cash", "minimum": 900, "spent_since": spent_since}}
    return opened(plan, [read("2026-05", 1500)])


def read(period: str, value: int) -> Data:
    reading = {"kind": "kpi_observation", "kpi": "cash", "period": period, "value": value}
    return {"event_id": f"cash-{period}", "effective_date": f"{period}-28", **reading}


def spent(kind: str, amount: int, period: str = "2026-06", **more: Any) -> Data:
    return {
        "kind": kind, "event_id": f"{kind}-{period}-{amount}", "effective_date": "2026-06-09", "line": "ads",
        "amount": amount, "period": period, **more,
    }  # fmt: skip


def asked(engine: Engine, amount: int, **more: Any) -> Decision:
    said = {"effective_date": "2026-06-10", "line": "ads", "period": "2026-06", "divisible": False}
    return engine.evaluate({"kind": "spend_request", "event_id": "r", "amount": amount, **said, **more})


# ── approvals ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", ["reservation", "commitment", "actual"])
@pytest.mark.parametrize("within", ["period", "year"])
def test_the_second_half_needs_the_approval_that_the_whole_needs(within: str, kind: str) -> None:
    engine = shop(within)
    assert [asked(engine, amount).outcome for amount in (501, 500)] == ["ESCALATE", "ACCEPT"]
    engine.record(spent(kind, 400, doc="D") if kind != "actual" else spent(kind, 400))
    assert [asked(engine, amount).outcome for amount in (101, 100)] == ["ESCALATE", "ACCEPT"]


def test_another_period_counts_for_the_year_alone() -> None:
    for within, outcome in (("period", "ACCEPT"), ("year", "ESCALATE")):
        engine = shop(within)
        engine.record(spent("commitment", 400, "2026-04"))
        assert asked(engine, 400).outcome == outcome


def test_what_is_held_for_the_request_itself_counts_once() -> None:
    engine = shop("period")
    engine.record(spent("reservation", 400, doc="D"))
    assert [asked(engine, amount, doc="D").outcome for amount in (400, 500, 501)] == ["ACCEPT", "ACCEPT", "ESCALATE"]


def test_a_line_and_its_group_count_once_and_another_line_not() -> None:
    engine = shop("period")
    engine.record_all([spent("commitment", 300), spent("commitment", 900, line="rent")])
    assert asked(engine, 200).outcome == "ACCEPT"
    assert asked(engine, 201).outcome == "ESCALATE"
    assert asked(engine, 4_000, line="rent").outcome != "ESCALATE"


def test_of_several_periods_that_with_most_is_told() -> None:
    costs = [
        {"line": "ads", "amount": amount, "period": period} for period, amount in (("2026-06", 300), ("2026-07", 450))
    ]
    event = {"kind": "proposal", "event_id": "p", "effective_date": "2026-06-10", "costs": costs}
    engine = shop("period")
    assert "plan.governance.approvals.1" not in {f.rule for f in engine.evaluate(event).findings if f.holds}
    engine.record(spent("commitment", 100, "2026-07"))
    (found,) = [f for f in engine.evaluate(event).findings if f.rule == "plan.governance.approvals.1" and f.holds]
    assert (
        found.message.en
        == "$750 on growth, ads brings what is used in one period to $550 and needs the approval of Mara"
    )
    assert found.message.vi == "750 US$ từ growth, ads đưa tổng đã dùng trong một kỳ lên 550 US$, cần Mara duyệt"


def test_an_order_without_a_rate_leaves_the_total_unknown() -> None:
    engine = shop("period")
    engine.record(spent("commitment", 5, currency="EUR"))
    (found,) = [f for f in asked(engine, 9).findings if f.rule == "plan.governance.approvals.1"]
    assert found.judgement == "unknown"


# ── cash ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", ["reservation", "commitment", "actual"])
def test_what_was_spent_since_the_balance_leaves_less_where_the_plan_counts_it(kind: str) -> None:
    for spent_since, least in (("ignored", 601), ("counted", 201)):
        engine = shop(spent_since=spent_since)
        assert [asked(engine, amount).outcome for amount in (600, 601)] == ["ACCEPT", "DECLINE"]
        engine.record(spent(kind, 400, doc="D") if kind != "actual" else spent(kind, 400))
        assert [asked(engine, amount).outcome for amount in (least - 1, least)] == ["ACCEPT", "DECLINE"]


def test_what_is_left_fits() -> None:
    engine = shop(spent_since="counted")
    engine.record(spent("commitment", 400))
    decision = asked(engine, 400, divisible=True)
    assert (decision.outcome, decision.fit) == ("ADJUST_TO_FIT", 200)
    assert decision.deciding[0].message.en.startswith(
        "cash of $1,500 (May 2026), less $400 reserved, ordered or spent since,"
    )


def test_what_was_spent_by_the_balance_is_in_it_and_what_was_ordered_is_not() -> None:
    engine = shop(spent_since="counted")
    engine.record(spent("actual", 400, "2026-05"))
    assert asked(engine, 600).outcome == "ACCEPT"
    engine.record(spent("commitment", 100, "2026-05"))
    assert [asked(engine, amount).outcome for amount in (500, 501)] == ["ACCEPT", "DECLINE"]


def test_the_next_balance_has_it() -> None:
    engine = shop(spent_since="counted")
    engine.record_all([spent("actual", 400), read("2026-06", 1100)])
    late = {"effective_date": "2026-07-10", "period": "2026-07"}
    assert [asked(engine, amount, **late).outcome for amount in (200, 201)] == ["ACCEPT", "DECLINE"]


def test_money_held_for_the_request_itself_is_in_what_it_asks() -> None:
    engine = shop(spent_since="counted")
    engine.record(spent("reservation", 400, doc="D"))
    assert [asked(engine, amount, doc="D").outcome for amount in (300, 600, 601)] == ["ACCEPT", "ACCEPT", "DECLINE"]


def test_spending_without_a_rate_leaves_it_unknown() -> None:
    engine = shop(spent_since="counted")
    engine.record(spent("commitment", 5, currency="EUR"))
    assert asked(engine, 9, line="rent").outcome == "NEED_DATA"

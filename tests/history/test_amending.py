"""The plan changes only knowingly: an amendment, from a period on, with closed periods as they were."""

from __future__ import annotations

from typing import Any

import pytest

from aop_rules import ConflictError, Engine, Ledger, LedgerError, PlanError
from strategies import babycare_history, babycare_plan

OWNER = "chủ cửa hàng"
SAID = {"reason": "ads went past their cap", "trade_off": "less is left for risks", "by": OWNER, "as_of": "2026-06-08"}
REQUEST = {
    "event_id": "order",
    "kind": "spend_request",
    "effective_date": "2026-06-08",
    "line": "online_marketing",
    "amount": 60_000_000,
}


def amended(amount: int = 24_240_000, version: int = 2) -> dict[str, Any]:
    plan = {**babycare_plan(), "version": version}
    plan["budget"]["lines"]["online_marketing"]["amount"] += amount
    plan["budget"]["lines"]["contingency_reserve"]["amount"] -= amount
    return plan


@pytest.fixture
def engine() -> Engine:
    made = Engine.open(babycare_plan())
    made.record_all(babycare_history())
    return made


def limits(engine: Engine, period: str) -> list[object]:
    where = engine.position("2026-06-08").lines["online_marketing"][period]
    return [horizon.limit for horizon in where.horizons]


def test_closed_periods_keep_what_they_had(engine: Engine) -> None:
    before = limits(engine, "2026-05")
    after = engine.amend(amended(), approved_by=OWNER, **SAID)
    assert after.in_force_from == "2026-06"
    assert limits(after, "2026-05")[:2] == before[:2] == [69_120_000, 293_760_000]
    assert limits(after, "2026-12")[1:] == [888_240_000, 888_240_000]


def test_past_decisions_replay_with_the_plan_of_their_day(engine: Engine) -> None:
    first = engine.submit(REQUEST)
    after = engine.amend(amended(), approved_by=OWNER, **SAID)
    second = after.submit({**REQUEST, "event_id": "order-2"})
    assert (first.basis.plan_version, second.basis.plan_version) == (1, 2)
    assert first.fit is not None and second.fit is not None and first.fit < second.fit
    assert after.replay().same


def test_an_engine_of_the_old_version_may_no_longer_write(engine: Engine) -> None:
    engine.amend(amended(), approved_by=OWNER, **SAID)
    with pytest.raises(LedgerError, match="LEDGER_PLAN_AMENDED"):
        engine.submit(REQUEST)
    with pytest.raises(LedgerError, match="LEDGER_PLAN_AMENDED"):
        engine.evaluate(REQUEST)
    with pytest.raises(LedgerError, match="LEDGER_PLAN_AMENDED"):
        Engine.open(babycare_plan(), ledger=engine.ledger)
    assert Engine.open(amended(), ledger=engine.ledger).in_force_from == "2026-06"


def test_another_plan_under_the_same_version_is_refused(engine: Engine) -> None:
    with pytest.raises(LedgerError, match="LEDGER_PLAN_CHANGED"):
        Engine.open(amended(version=1), ledger=engine.ledger)
    with pytest.raises(LedgerError, match="LEDGER_OTHER_PLAN"):
        Engine.open({**babycare_plan(), "id": "other"}, ledger=engine.ledger)


def test_a_refused_amendment_leaves_no_trace(engine: Engine) -> None:
    head = engine.ledger.head()
    with pytest.raises(PlanError) as error:
        engine.amend(amended(), reason="", trade_off=" ", by="Lan", as_of="2026-06-08")
    assert {problem.code for problem in error.value.problems} == {
        "AMENDMENT_REASON",
        "AMENDMENT_TRADE_OFF",
        "AMENDMENT_APPROVAL",
    }
    assert engine.ledger.head() == head


def test_of_two_amendments_at_once_one_wins() -> None:
    ledger = Ledger()
    one, other = (Engine.open(babycare_plan(), ledger=ledger) for _ in range(2))
    one.record_all(babycare_history())
    one.amend(amended(1_000_000), approved_by=OWNER, **SAID)
    with pytest.raises(LedgerError, match="LEDGER_PLAN_AMENDED"):
        other.amend(amended(2_000_000), approved_by=OWNER, **SAID)


def test_a_locked_goal_is_not_lowered_after_one_bad_period(engine: Engine) -> None:
    plan = {**babycare_plan(), "version": 2}
    plan["goals"]["online_share"]["to"] = "40%"
    plan["kpis"]["online_share"]["target"]["path"][-1] = "40%"
    with pytest.raises(PlanError, match="AMENDMENT_LOCKED_GOAL") as error:
        engine.amend(plan, approved_by=OWNER, **SAID)
    assert "keep the goal" in str(error.value)


def test_thresholds_in_force_at_the_time_are_the_ones_that_count(engine: Engine) -> None:
    breached = [reading.breached for reading in engine.position("2026-06-08").kpis["marketing_ratio"].readings]
    assert breached == [False, False, False, False, True]
    plan = {**babycare_plan(), "version": 2}
    plan["kpis"]["marketing_ratio"]["breach"] = "> 9%"
    after = engine.amend(plan, approved_by=OWNER, **SAID)
    assert [r.breached for r in after.position("2026-06-08").kpis["marketing_ratio"].readings] == breached
    plan["version"] = 3
    again = after.amend({**plan, "name": "BCH", "scope": {"includes": ["online"]}}, approved_by=OWNER, **SAID)
    assert [r.breached for r in again.position("2026-06-08").kpis["marketing_ratio"].readings] == breached


def test_work_that_fails_makes_no_plan_the_ledgers() -> None:
    ledger = Ledger()
    engine = Engine.open(babycare_plan(), ledger=ledger)
    with pytest.raises(ConflictError):
        engine.record_all([REQUEST, {**REQUEST, "amount": 1}])
    assert ledger.head().sequence == 0
    engine.record(REQUEST)
    assert [entry.kind for entry in ledger.entries()] == ["plan", "event"]

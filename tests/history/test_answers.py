"""People decide: they accept, or override with a reason and an end, and say later what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pytest

from aop_rules import Engine, LedgerError
from aop_rules.history.stories import overrides
from strategies import babycare_history, babycare_plan

OWNER = "chủ cửa hàng"
PAST_THE_LINE = {
    "event_id": "order",
    "kind": "spend_request",
    "effective_date": "2026-06-08",
    "line": "online_marketing",
    "amount": 60_000_000,
}
STORE = {"event_id": "store", "kind": "proposal", "effective_date": "2026-06-08", "category": "new_store"}


@pytest.fixture
def engine() -> Engine:
    made = Engine.open(babycare_plan())
    made.record_all(babycare_history())
    return made


def codes(error: pytest.ExceptionInfo[LedgerError]) -> Iterable[str]:
    return [problem.code for problem in error.value.problems]


def test_who_accepts_is_kept(engine: Engine) -> None:
    decision = engine.submit(PAST_THE_LINE)
    engine.accept(decision.decision_id, by="Lan")
    answer = engine.decision(decision.decision_id).answer
    assert answer is not None
    assert (answer.answer, answer.outcome, answer.by) == ("accepted", decision.outcome.value, "Lan")


def test_an_override_changes_what_is_done_until_it_ends_and_never_the_recommendation(engine: Engine) -> None:
    decision = engine.submit(PAST_THE_LINE)
    engine.override(decision.decision_id, "ACCEPT", by=OWNER, reason="the season cannot wait", until="2026-07-31")
    story = engine.decision(decision.decision_id)
    assert (story.kept.outcome, story.done(date(2026, 7, 31)), story.done(date(2026, 8, 1))) == (
        "ADJUST_TO_FIT",
        "ACCEPT",
        "ADJUST_TO_FIT",
    )
    assert engine.evaluate(PAST_THE_LINE).outcome.value == "ADJUST_TO_FIT"
    assert engine.replay().same


def test_everything_against_an_override_is_said_at_once(engine: Engine) -> None:
    decision = engine.submit(STORE)
    with pytest.raises(LedgerError) as error:
        engine.override(decision.decision_id, "DECLINE", by="Lan", reason=" ", until="2026-06-08")
    assert sorted(codes(error)) == [
        "ANSWER_AUTHORITY",
        "ANSWER_EXPIRY",
        "ANSWER_HARD",
        "ANSWER_OUTCOME",
        "ANSWER_REASON",
    ]
    assert engine.decision(decision.decision_id).answers == ()


def test_nobody_may_answer_for_nobody(engine: Engine) -> None:
    decision = engine.submit(PAST_THE_LINE)
    with pytest.raises(LedgerError) as error:
        engine.accept(decision.decision_id, by=" ")
    assert codes(error) == ["ANSWER_WHO"]


def test_a_plan_that_names_nobody_lets_anyone_override() -> None:
    engine = Engine.open({**babycare_plan(), "governance": {}})
    decision = engine.submit(PAST_THE_LINE)
    engine.override(decision.decision_id, "DEFER", by="Lan", reason="later", until="2026-07-31")
    assert engine.decision(decision.decision_id).done(date(2026, 7, 1)) == "DEFER"


def test_a_plan_may_name_who_overrides() -> None:
    plan = babycare_plan()
    plan["governance"]["may_override"] = ["Lan"]
    engine = Engine.open(plan)
    decision = engine.submit(PAST_THE_LINE)
    with pytest.raises(LedgerError) as error:
        engine.override(decision.decision_id, "DEFER", by=OWNER, reason="later", until="2026-07-31")
    assert codes(error) == ["ANSWER_AUTHORITY"]
    engine.override(decision.decision_id, "DEFER", by="lan", reason="later", until="2026-07-31")


def test_the_same_answer_twice_is_one(engine: Engine) -> None:
    decision = engine.submit(PAST_THE_LINE)
    for _ in range(2):
        engine.accept(decision.decision_id, by="Lan")
    engine.accept(decision.decision_id, by="Minh")
    assert [answer.by for answer in engine.decision(decision.decision_id).answers] == ["Lan", "Minh"]


def test_what_came_of_it_stands_with_the_decision(engine: Engine) -> None:
    decision = engine.submit(PAST_THE_LINE)
    engine.report(decision.decision_id, "worse", on="2026-07-05", note="stock ran out", measured={"revenue": 900})
    (came,) = engine.decision(decision.decision_id).came
    assert (came.result, came.on, came.note, came.measured) == (
        "worse",
        "2026-07-05",
        "stock ran out",
        {"revenue": "900"},
    )
    with pytest.raises(ValueError, match="as_expected"):
        engine.report(decision.decision_id, "good", on="2026-07-05")  # type: ignore[arg-type]


def test_a_rule_overridden_three_times_surfaces(engine: Engine) -> None:
    for n in range(3):
        decision = engine.submit({**PAST_THE_LINE, "event_id": f"order-{n}"})
        engine.override(decision.decision_id, "ACCEPT", by=OWNER, reason="once more", until="2026-07-31")
        engine.override(decision.decision_id, "ACCEPT", by=OWNER, reason="I mean it", until="2026-07-31")
        (rule,) = overrides(engine.decisions())
        assert (rule.rule, len(rule.decisions), rule.repeated) == ("plan.budget.stop", n + 1, n == 2)


def test_an_unknown_decision_is_said(engine: Engine) -> None:
    with pytest.raises(LedgerError, match="LEDGER_NO_DECISION"):
        engine.accept("D-0000", by="Lan")


def test_only_who_may_override_ends_an_override(engine: Engine) -> None:
    decision = engine.submit(PAST_THE_LINE).decision_id
    engine.override(decision, "ACCEPT", by=OWNER, reason="the season", until="2026-07-31")
    with pytest.raises(LedgerError) as error:
        engine.accept(decision, by="Lan")
    assert codes(error) == ["ANSWER_AUTHORITY"]
    engine.accept(decision, by=OWNER)
    assert engine.decision(decision).done(date(2026, 7, 1)) == "ADJUST_TO_FIT"

"""The façade: what it opens, records and answers, and what it says when it cannot."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from aop_rules import (
    ConflictError,
    Decision,
    Engine,
    EngineError,
    EventError,
    Ledger,
    PlanError,
    RuleError,
    Ruleset,
    event_from,
    load_plan,
)
from aop_rules.inference.chainer import Chainer
from strategies import (
    BABYCARE,
    Data,
    babycare,
    babycare_history,
    babycare_plan,
    opened,
    proposal,
)

PLAN = BABYCARE / "plan.yaml"
REVIEW: Data = {"event_id": "r", "kind": "review_due", "effective_date": "2026-06-05", "period": "2026-05"}


def reading(value: int, event_id: str = "june", **more: Any) -> Data:
    told = {"kind": "kpi_observation", "kpi": "cash", "period": "2026-05", "effective_date": "2026-05-31"}
    return {"event_id": event_id, **told, "value": value, **more}


def ruleset(name: str, *rules: Data) -> Ruleset:
    return Ruleset.model_validate({"ruleset": name, "rules": list(rules)})


# ── opening ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_file_a_value_and_plain_data_are_the_same_plan() -> None:
    engines = [Engine.open(PLAN), Engine.open(str(PLAN)), Engine.open(load_plan(PLAN)), Engine.open(babycare_plan())]
    assert len({engine.evaluate(proposal()).to_json() for engine in engines}) == 1


def test_a_plan_that_is_wrong_is_not_opened() -> None:
    with pytest.raises(PlanError) as error:
        Engine.open(babycare_plan() | {"currency": "XXY", "kpi": {}})
    assert {problem.code for problem in error.value.problems} == {"PLAN_CURRENCY", "PLAN_UNKNOWN_KEY"}


def test_a_plan_that_is_not_there_is_a_problem_like_any_other(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="SOURCE_NOT_FOUND"):
        Engine.open(tmp_path / "none.yaml")


def test_rules_come_from_files_and_values_beside_the_standard_ones(tmp_path: Path) -> None:
    file = tmp_path / "house.yaml"
    file.write_text(
        "ruleset: house\nrules:\n  - {id: a, when: event.hires > 3, effect: DEFER, because: too many}\n",
        encoding="utf-8",
    )
    value = ruleset("more", {"id": "b", "when": "true", "effect": "INFORM", "because": "always"})
    ids = {each.id for each in Engine.open(PLAN, [file, str(file), value]).program.rules}
    assert {"house.a", "more.b", "cash.below-minimum", "plan.resources.hires"} <= ids
    assert {each.split(".")[0] for each in {each.id for each in Engine.open(PLAN, standard=False).program.rules}} == {
        "plan"
    }


def test_all_problems_of_all_rules_are_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "house.yaml"
    file.write_text(
        "ruleset: house\nrules:\n"
        "  - {id: a, when: event.hirse > 3, effect: DEFER, because: x}\n"
        "  - {id: b, when: event.amount > 7%, effect: DEFER, because: x}\n",
        encoding="utf-8",
    )
    with pytest.raises(RuleError) as error:
        Engine.open(PLAN, [file])
    said = [str(problem) for problem in error.value.problems]
    assert len(said) == 2
    assert said[0].startswith(f"{file}:3:") and "`event.hires`" in said[0]
    assert said[1].startswith(f"{file}:4:")


def test_two_different_rules_of_one_name_are_refused() -> None:
    one, other = (
        ruleset("house", {"id": "a", "when": when, "effect": "INFORM", "because": "x"}) for when in ("true", "false")
    )
    with pytest.raises(RuleError, match="RULE_DUPLICATE_ID"):
        Engine.open(PLAN, [one, other])


# ── recording ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_event_again_changes_nothing() -> None:
    engine = Engine.open(PLAN)
    assert engine.record(reading(5)) == engine.record(event_from(reading(5)))
    assert len(engine.ledger.records()) == 1


def test_an_id_that_is_taken_is_refused() -> None:
    engine = Engine.open(PLAN)
    engine.record(reading(5))
    with pytest.raises(ConflictError, match="june"):
        engine.record(reading(6))


def test_all_events_are_recorded_or_none() -> None:
    engine = Engine.open(PLAN)
    with pytest.raises(EventError) as error:
        engine.record_all([reading(5), reading(6, "a", kpi="cahs"), reading(7, "b", period="2026-13")])
    assert len(error.value.problems) == 2
    assert engine.ledger.records() == ()


def test_a_ledger_of_the_host_is_used() -> None:
    ledger = Ledger()
    engine = Engine.open(PLAN, ledger=ledger)
    engine.record(reading(5))
    assert len(ledger) == 1


def test_a_decision_knows_what_was_recorded_and_known_by_then() -> None:
    engine = opened(babycare_plan(), babycare_history())
    asked = proposal(
        category="online",
        costs=[{"line": "online_marketing", "amount": 20_000_000}],
        benefits=[{"kpi": "online_revenue", "likely": 220_000_000}, {"kpi": "gross_margin", "likely": "37%"}],
    )
    assert engine.evaluate(asked).outcome == "ACCEPT"
    engine.record(reading(510_000_000, "cash-may-restated", revision=1, known_at="2026-06-09"))
    assert engine.evaluate(asked).outcome == "DECLINE", "the minimum cash would be touched"
    assert engine.evaluate(asked, as_of="2026-06-08").outcome == "ACCEPT"


def test_as_of_takes_a_day_a_moment_or_text() -> None:
    ways: list[Any] = ["2026-06-12", date(2026, 6, 12), datetime(2026, 6, 12, 23, 59, 59, 999999, UTC)]
    assert len({babycare().evaluate(proposal(), as_of=way).to_json() for way in ways}) == 1
    with pytest.raises(ValueError, match="tomorrow"):
        babycare().evaluate(proposal(), as_of="tomorrow")


def test_the_position_is_there_to_be_read() -> None:
    assert babycare().position("2026-06-12").kpis["online_share"].ytd.value is not None


# ── answering ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "event", [{}, {"kind": "proposl"}, {"kind": "proposal"}, proposal(cost=[]), proposal(effective_date="soon")]
)
def test_what_is_no_event_is_told(event: Data) -> None:
    with pytest.raises(EventError) as error:
        babycare().evaluate(event)
    assert all(problem.hint for problem in error.value.problems)


def test_an_attribute_that_was_not_declared_is_told() -> None:
    with pytest.raises(EventError, match=r"EVENT_UNKNOWN_ATTRIBUTE.*did you mean `vendor.rating`"):
        Engine.open(PLAN, attributes={"vendor.rating": "number"}).evaluate(proposal(), given={"vendor.ratign": 4})


def test_a_host_never_changes_what_one_of_our_names_means() -> None:
    try:
        engine = Engine.open(PLAN, attributes={"event.hires": "number"})
    except RuleError:
        return
    decision = engine.evaluate(proposal(hires=1), given={"event.hires": 0})
    assert (decision.outcome, decision.hard) == ("DECLINE", True)


def test_a_title_of_several_lines_keeps_the_short_answer_on_one() -> None:
    unsure = proposal(category="online", benefits=[{"kpi": "online_revenue", "likely": 5}])
    for title in ("one\ntwo", "one\r\n\u2028two", "a {event.amount} b {x"):
        decision = babycare().evaluate({**unsure, "title": title})
        short = decision.explain("en", "short")
        assert decision.outcome == "NEED_DATA" and short.splitlines() == [short]
        assert decision.explain("vi", "full") and decision.to_json()


def test_an_odd_event_is_still_decided() -> None:
    huge = proposal(
        costs=[{"line": "purchasing", "amount": 10**50}], benefits=[{"kpi": "online_revenue", "likely": -(10**50)}]
    )
    nothing = proposal(costs=[{"line": "purchasing", "amount": 0}], needs=[{"role": "online_staff", "amount": 0}])
    many = proposal(costs=[{"line": f"line{n}", "amount": 1} for n in range(200)])
    for event in (huge, nothing, many):
        decision = babycare().evaluate(event)
        assert decision.outcome != "ACCEPT" and decision.to_json()
        assert decision.explain("vi", "full")


@pytest.mark.parametrize("kind", ["goal_change_request", "plan_amendment", "cost_cut_request"])
def test_a_request_to_change_the_plan_keeps_the_course_until_the_owner_decides(kind: str) -> None:
    more = {
        "goal_change_request": {"goal": "online_share"},
        "cost_cut_request": {"amount": 60, "by": "2026-09-01"},
    }.get(kind, {})
    decision = babycare().evaluate({"event_id": "q", "kind": kind, "effective_date": "2026-06-10", **more})
    assert (decision.course, decision.outcome.value) == ("keep", "ESCALATE")


def test_a_fault_of_inference_is_an_engine_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise EngineError("durable-rules answered 7 to a fact")

    engine = opened(babycare_plan(), babycare_history())
    monkeypatch.setattr(Chainer, "infer", fails)
    with pytest.raises(EngineError):
        engine.evaluate(REVIEW)


def test_a_decision_is_a_value() -> None:
    one, other = babycare().evaluate(REVIEW), babycare().evaluate(REVIEW)
    assert isinstance(one, Decision) and one == other
    with pytest.raises(AttributeError):
        one.outcome = other.outcome  # type: ignore[misc]

"""What to ask: only what would change the answer, what matters most first, of whom and by when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_flips import deciding_of

from aop_rules import Decision, event_from
from aop_rules.decision.decide import decide
from aop_rules.decision.outcome import Outcome
from aop_rules.events import EventBase, KpiObservation
from aop_rules.flipping.asking import Asked, asking
from strategies import CASES, Data, babycare, case_of, engine_at, history_of, proposal


def asked_of(**parts: Any) -> Asked:
    engine, event = babycare(), event_from(promotion(**parts))
    return asking(event, deciding_of(engine, event), engine.plan)


def promotion(cost: int = 115_000_000, gains: Sequence[Data] = (), **parts: Any) -> Data:
    costs = [{"line": "online_marketing", "amount": cost, "period": "2026-12"}]
    margin = {"kpi": "gross_margin", "low": "28%", "high": "30%"}
    gains = gains or [{"kpi": "online_revenue", "likely": 400_000_000}, margin]
    return proposal(category="core_products", costs=costs, benefits=gains, **parts)


def test_a_margin_that_decides_is_asked() -> None:
    asked = asked_of()
    assert asked.decision.outcome is Outcome.NEED_DATA
    (question,) = asked.questions
    assert question.field == "benefits[1]"
    assert (question.low, question.high) == (Fraction(28, 100), Fraction(30, 100))
    assert question.outcomes == (Outcome.DECLINE, Outcome.ACCEPT)
    assert (question.who, question.by) == ("chủ cửa hàng", date(2026, 7, 5))
    assert question.worth == 1_500_000  # half the time 5 m are earned; by the mean, 1 m


def test_a_margin_that_does_not_decide_is_not_asked() -> None:
    asked = asked_of(cost=90_000_000)
    assert asked.decision.outcome is Outcome.ACCEPT
    assert not asked.questions
    assert [question.field for question in asked.not_needed] == ["benefits[1]"]


def test_what_nobody_said_is_asked_as_a_ratio() -> None:
    asked = asked_of(gains=[{"kpi": "online_revenue", "likely": 400_000_000}])
    assert [question.field for question in asked.questions] == ["benefits.gross_margin"]


def test_of_two_ranges_only_the_one_that_decides_is_asked() -> None:
    revenue = {"kpi": "online_revenue", "low": 300_000_000, "high": 500_000_000}
    asked = asked_of(gains=[revenue, {"kpi": "gross_margin", "low": "28%", "high": "30%"}], cost=105_000_000)
    assert [question.field for question in asked.questions] == ["benefits[0]"]
    assert [question.field for question in asked.not_needed] == ["benefits[1]"]


def test_the_deadline_comes_before_the_review_and_the_one_who_asks_before_the_owner() -> None:
    (question,) = asked_of(deadline="2026-06-20", asked_by="Lan").questions
    assert (question.who, question.by) == ("Lan", date(2026, 6, 20))


def asked_at(name: str, observing: bool) -> Asked:
    (case,) = (case for case in CASES if case.stem == name)
    (event,) = case_of(case).events
    engine = engine_at(case.parents[1], history_of(case))

    def observed(each: EventBase, readings: Sequence[KpiObservation]) -> Decision:
        (reading,) = readings
        where = engine.position(event.known.date(), also=reading)
        return decide(engine.plan, engine.plan_digest, engine.graph, engine.program, where, each)

    return asking(event, deciding_of(engine, event), engine.plan, observed=observed if observing else None)


def test_a_reading_that_has_not_come_is_tried_where_that_can_be_done() -> None:
    (question,) = asked_at("d25_reading_missing", True).questions
    assert question.field == "readings.online_revenue.2026-05"
    assert question.who == "nhân viên online"
    assert set(question.outcomes) > {Outcome.KEEP_COURSE}
    (untried,) = asked_at("d25_reading_missing", False).questions
    assert untried.outcomes == ()
    assert untried.name.en == "the reading of online revenue for May 2026"


def asked_early(name: str) -> Asked:
    """What is asked where only the first five months are known."""
    (case,) = (case for case in CASES if case.stem == name)
    (event,) = case_of(case).events
    return babycare().ask(event)


def test_the_event_itself_counts_where_readings_are_tried() -> None:
    """Gross profit is the reading that is decided on; the margin can be told as soon as both revenues are there."""
    asked = asked_early("d15_margin_under_the_floor")
    assert {question.field for question in asked.questions} == {
        "readings.online_revenue.2026-06",
        "readings.store_revenue.2026-06",
    }
    assert all(Outcome.ADJUST_ACTIONS in question.outcomes for question in asked.questions)
    assert not asked.not_needed


def test_of_many_readings_each_is_tried_with_those_that_the_same_figures_wait_for() -> None:
    asked = asked_early("d14_online_falls_short")
    needed = {question.field for question in asked.questions}
    parts = ("gross_profit", "online_revenue", "store_revenue")
    assert {f"readings.{kpi}.2026-0{month}" for kpi in parts for month in (6, 7, 8)} < needed
    assert "readings.hot_stock.2026-08" in {question.field for question in asked.not_needed}


def test_what_no_trial_can_supply_is_asked_as_it_is() -> None:
    asked = asked_at("quote_in_pounds", True)
    assert {question.name.en for question in asked.questions} == {"an exchange rate for GBP in the plan"}
    assert asked.text("en").count("an exchange rate for GBP") == 1


def test_questions_are_said_in_both_languages_and_as_data() -> None:
    asked = asked_of()
    assert "gross margin of what is added: 28 % to 30 % → decline or accept" in asked.text("en")
    assert "biên lợi nhuận gộp của phần tăng thêm: từ 28 % đến 30 % → từ chối hoặc chấp nhận" in asked.text()
    assert asked.to_dict()["questions"][0]["low"] == "0.28"
    assert "nothing needs to be asked" in asked_of(cost=90_000_000).text("en")


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(80, 130), st.integers(20, 34), st.integers(0, 6))
def test_what_is_not_asked_would_not_change_the_answer(cost: int, low: int, wide: int) -> None:
    """Between the ends of a range that need not be asked every value gives the same answer; of one that is, not."""

    def at(margin: str) -> Outcome:
        gains = [{"kpi": "online_revenue", "likely": 400_000_000}, {"kpi": "gross_margin", "likely": margin}]
        event = event_from(promotion(cost * 1_000_000, gains))
        return deciding_of(babycare(), event)(event).outcome

    gains = [
        {"kpi": "online_revenue", "likely": 400_000_000},
        {"kpi": "gross_margin", "low": f"{low}%", "high": f"{low + wide}%"},
    ]
    asked = asked_of(cost=cost * 1_000_000, gains=gains)
    outcomes = {at(f"{margin}%") for margin in range(low, low + wide + 1)}
    assert bool(asked.questions) == (len(outcomes) > 1)

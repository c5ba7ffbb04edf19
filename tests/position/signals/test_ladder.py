"""The verdict in front of the ladder: what is normal keeps course, a first signal is looked into, what lasts is adjusted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from aop_rules import Decision, Engine

LAST_YEAR = ["96", "104", "98", "101", "103", "97", "102", "99", "100", "103", "97", "100"]


def reviewed(sales: Sequence[int], floor: int | None = None, **kpi: Any) -> Decision:
    """The review of the last of these months, for a shop that plans 100 in each."""
    goal: dict[str, Any] = {"name": "Sales", "kpi": "sales"}
    sold = {
        "name": "Sales",
        "kind": "flow",
        "basis": "period",
        "target": {"year": 1200},
        "breach": "< 95% of target",
        "baseline": LAST_YEAR,
    }
    engine = Engine.open(
        {
            "aop": 1,
            "id": "shop",
            "name": "Shop",
            "currency": "USD",
            "year": {"starts": "2026-01-01"},
            "goals": {"sales": goal if floor is None else {**goal, "floor": floor}},
            "kpis": {"sales": sold | kpi},
            "risks": {
                "demand": {
                    "name": "Weak demand",
                    "probability": "20%",
                    "impact": 10,
                    "threatens": ["sales"],
                    "watches": ["sales"],
                }
            },
        }
    )
    for n, value in enumerate(sales, 1):
        period = f"2026-{n:02}"
        read = {"event_id": period, "kind": "kpi_observation", "kpi": "sales", "period": period, "value": value}
        engine.record({**read, "effective_date": f"{period}-28"})
    month = len(sales)
    day = f"2026-{month + 1:02}-06"
    return engine.evaluate(
        {"event_id": "review", "kind": "review_due", "effective_date": day, "period": f"2026-{month:02}"}
    )


def rules(decision: Decision) -> set[str]:
    return {each.rule for each in decision.findings if each.holds}


def test_a_first_bad_month_inside_normal_variation_keeps_course_with_a_reason() -> None:
    decision = reviewed([100, 101, 94])
    assert (decision.course, decision.outcome.value) == ("keep", "KEEP_COURSE")
    assert rules(decision) == {"kpi.normal-variation"}
    assert "inside its normal variation of $88.88 to $111.12" in decision.explain("en")


def test_a_first_month_outside_normal_variation_is_looked_into_and_not_acted_on() -> None:
    decision = reviewed([100, 101, 80])
    assert (decision.course, decision.outcome.value) == ("keep", "INVESTIGATE")
    assert {"kpi.first-signal", "risk.suspected"} <= rules(decision)
    assert "change nothing yet, investigate" in decision.explain("en")


def test_a_cost_is_not_cut_at_its_first_signal() -> None:
    decision = reviewed([100, 130], direction="lower", breach="> 105% of target")
    assert decision.outcome.value == "INVESTIGATE"
    assert "do not cut yet, investigate" in decision.explain("en")


def test_without_history_a_first_bad_month_is_watched_and_it_says_so() -> None:
    decision = reviewed([100, 101, 80], baseline=None)
    assert decision.outcome.value == "WATCH"
    assert "not enough history to say what is normal (3 of 8 points)" in decision.explain("en")


@pytest.mark.parametrize("sales", [[100, 94, 94], [100, 80, 80], [90, 90, 90, 90]])
def test_what_lasts_is_adjusted(sales: list[int]) -> None:
    decision = reviewed(sales)
    assert (decision.course, decision.outcome.value) == ("adjust", "ADJUST_ACTIONS")
    assert {"kpi.act-on-persistent", "risk.no-contingency"} <= rules(decision)


@pytest.mark.parametrize("month", range(2, 12))
def test_a_plan_that_is_always_missed_is_never_kept_at_any_price(month: int) -> None:
    assert reviewed([94] * month).course == "adjust"


def test_a_hard_floor_does_not_wait() -> None:
    decision = reviewed([100, 101, 94], floor=95)
    assert (decision.outcome.value, decision.hard) == ("ADJUST_ACTIONS", True)
    assert "floors.below" in rules(decision)


def test_what_is_too_small_keeps_course_and_is_watched_when_it_lasts() -> None:
    small = {"material": {"share": "10%"}}
    assert rules(reviewed([100, 94], **small)) == {"kpi.too-small"}
    assert (reviewed([100, 94, 94], **small)).outcome.value == "WATCH"


def test_a_drift_is_watched_before_it_is_a_miss() -> None:
    decision = reviewed([98] * 9)
    assert decision.outcome.value == "WATCH" and "kpi.drifting" in rules(decision)


def test_what_was_adjusted_stays_until_the_recovery_line() -> None:
    decision = reviewed([90, 90, 96], recover=">= 98% of target")
    assert decision.outcome.value == "WATCH" and "kpi.not-over-yet" in rules(decision)
    assert reviewed([90, 90, 99, 99], recover=">= 98% of target").outcome.value == "KEEP_COURSE"

"""How far goals have come, one by one and together: what is broken stays visible in any average."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aop_rules.events import parse_event
from aop_rules.plan.model import Plan
from aop_rules.position.compute import position
from aop_rules.position.figures import because
from aop_rules.position.model import Position
from aop_rules.position.progress import Course, GoalPosition, progress_of, roll_up, satisfaction

NOTHING = because("no_reading", "k", "number")
SCORES = st.none() | st.fractions(min_value=-1, max_value=2, max_denominator=20)
COURSES: st.SearchStrategy[Course] = st.sampled_from(["on_course", "at_risk", "broken", "unknown"])


def child(name: str, score: Any, course: Course = "on_course", weight: Any = 1) -> GoalPosition:
    return GoalPosition(name, name, NOTHING, 0, 1, score, course, weight)


CHILDREN = st.lists(st.tuples(SCORES, COURSES, st.integers(0, 5)), min_size=1, max_size=6).map(
    lambda rows: [child(f"g{n}", *row) for n, row in enumerate([*rows, (None, "unknown", 1)])]
)

# ── theorems ────────────────────────────────────────────────────────────────────────────────────────────────────────


@given(CHILDREN, st.integers(0, 5))
def test_a_hard_breach_is_never_averaged_away(children: list[GoalPosition], which: int) -> None:
    broken = [*children]
    broken[which % len(broken)] = replace(broken[which % len(broken)], score=0, course="broken")
    seen = roll_up(broken)
    assert seen.course == "at_risk"
    assert broken[which % len(broken)].goal in seen.at_risk


@given(CHILDREN)
def test_an_unknown_child_lowers_the_coverage_and_not_the_score(children: list[GoalPosition]) -> None:
    seen, more = roll_up(children), roll_up([*children, child("zz", None, "unknown", 3)])
    assert more.coverage <= seen.coverage
    assert more.score is None or more.score == seen.score


@given(CHILDREN)
def test_a_score_is_withheld_exactly_below_half_the_weight(children: list[GoalPosition]) -> None:
    seen = roll_up(children)
    assert 0 <= seen.coverage <= 1
    assert (seen.score is None) == (seen.coverage < Fraction(1, 2))
    assert seen.score is None or 0 <= seen.score <= 1


@given(CHILDREN)
def test_the_order_of_goals_never_matters(children: list[GoalPosition]) -> None:
    assert roll_up(children) == roll_up(children[::-1])


# ── together ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_weights_count() -> None:
    seen = roll_up([child("a", Fraction(1, 2), weight=3), child("b", 1), child("c", None, "unknown", 1)])
    assert (seen.score, seen.coverage, seen.course) == (Fraction(5, 8), Fraction(4, 5), "unknown")


def test_what_is_overdone_does_not_make_up_for_what_is_not_done() -> None:
    assert roll_up([child("a", 3), child("b", 0)]).score == Fraction(1, 2)


def test_weights_that_sum_to_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="sum to 0"):
        roll_up([child("a", 1, weight=0)])
    assert progress_of({"a": child("a", 1, weight=0)}) is None and progress_of({}) is None


def test_satisfaction_is_straight_between_its_three_points() -> None:
    points = {0: -100, 2: -60, 5: 0, 7: 50, 9: 100, -4: -100, 12: 100}
    assert {value: satisfaction(value, 0, 5, 9) for value in points} == points
    assert satisfaction(Fraction(1, 2), 1, Fraction(1, 2), 0) == 0
    with pytest.raises(ValueError, match="`threshold` lies between"):
        satisfaction(1, 0, 9, 5)


# ── from a plan and its readings ────────────────────────────────────────────────────────────────────────────────────


def seen(goal: dict[str, Any], values: list[object], **kpi: Any) -> GoalPosition:
    return year(goal, values, **kpi).goal("g")


def year(goal: dict[str, Any], values: list[object], **kpi: Any) -> Position:
    told = {"name": "K", "kind": "stock", "unit": "piece", **kpi}
    plan = Plan.model_validate(
        {
            "aop": 1,
            "id": "shop",
            "name": "Shop",
            "currency": "USD",
            "year": {"starts": "2026-01-01"},
            "kpis": {"k": told},
            "goals": {"g": {"name": "G", "kpi": "k", **goal}},
        }
    )
    read = [
        parse_event(
            {
                "kind": "kpi_observation",
                "event_id": f"r{n}",
                "effective_date": "2026-01-01",
                "kpi": "k",
                "period": f"2026-{n:02}",
                "value": value,
            }
        )
        for n, value in enumerate(values, 1)
        if value is not None
    ]
    return position(plan, read, datetime(2026, len(values) + 1, 20, tzinfo=UTC))


def test_a_score_is_the_part_of_the_way() -> None:
    at = seen({"from": 20, "to": 60}, [30])
    assert (at.score, at.start, at.target) == (Fraction(1, 4), 20, 60)
    assert seen({"from": 20, "grow": "50%"}, [20]).score == 0


def test_to_reduce_is_a_way_as_well() -> None:
    at = seen({"from": 20, "to": 10}, [12], direction="lower", target=12)
    assert (at.score, at.course) == (Fraction(4, 5), "on_course")
    assert seen({"from": 20, "to": 10}, [13], direction="lower", target=12).course == "at_risk"


def test_without_a_way_there_is_no_score() -> None:
    assert seen({"from": 20, "to": 20}, [20]).score is None
    assert seen({"to": 20}, [20]).score is None
    assert seen({"from": 10, "to": 20}, [None]).score is None
    assert seen({"from": 10, "to": 20}, [None]).course == "unknown"


def test_a_floor_is_kept_or_broken() -> None:
    assert (seen({"floor": 5}, [5]).score, seen({"floor": 5}, [5]).course) == (1, "on_course")
    assert (seen({"floor": 5}, [4]).score, seen({"floor": 5}, [4]).course) == (0, "broken")
    assert seen({"ceiling": 5}, [6]).course == "broken"
    assert (seen({"floor": 5}, [None]).score, seen({"floor": 5}, [None]).course) == (None, "unknown")


def test_a_broken_floor_shows_beside_a_good_score() -> None:
    whole = year({"from": 20, "to": 10, "floor": 15}, [10], direction="lower")
    assert (whole.goal("g").score, whole.goal("g").course) == (1, "broken")
    assert whole.progress and whole.progress.course == "at_risk" and whole.progress.score == 1


def test_past_its_breach_threshold_a_goal_is_at_risk() -> None:
    assert seen({"from": 20, "to": 60}, [61], target=60, breach="> 60").course == "at_risk"


def test_a_flow_is_scored_where_it_lands() -> None:
    at = seen({"from": 600, "to": 1200}, [80, 80], kind="flow", target={"year": 1200})
    assert at.value.value == 160 + 1000 * Fraction(160 + 200, 200 + 200)
    assert at.score == Fraction(at.value.value - 600, 600) and at.course == "at_risk"


def test_a_goal_without_a_kpi_is_unknown() -> None:
    at = seen({"kpi": None, "to": 5}, [1])
    assert (at.kpi, at.score, at.course) == ("", None, "unknown")

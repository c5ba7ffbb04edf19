"""KPIs that are to be hit, that are a yes or no, and rates: what counts as off, what is never added up, what is not known."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aop_rules import Engine, EventError
from aop_rules.events import parse_event, plain
from aop_rules.plan.model import Plan
from aop_rules.position.compute import position
from aop_rules.position.model import Figure, KpiPosition, Position

HEAD = {"aop": 1, "id": "shop", "name": "Shop", "currency": "USD", "year": {"starts": "2026-01-01"}}
Data = dict[str, Any]


def plan(goal: Data | None = None, **kpi: Any) -> Data:
    goals = {} if goal is None else {"goals": {"g": {"name": "G", "kpi": "k", **goal}}}
    return {**HEAD, "kpis": {"k": {"name": "K", "kind": "stock", **kpi}}, **goals}


def reading(month: int, value: Any) -> Data:
    said = {"numerator": value[0], "denominator": value[1]} if isinstance(value, tuple) else {"value": value}
    day = f"2026-{month:02}-28"
    return {
        "kind": "kpi_observation",
        "event_id": f"r{month}",
        "effective_date": day,
        "kpi": "k",
        "period": day[:7],
        **said,
    }


def year(values: list[Any], goal: Data | None = None, **kpi: Any) -> Position:
    events = [parse_event(reading(n, value)) for n, value in enumerate(values, 1) if value is not None]
    return position(Plan.model_validate(plan(goal, **kpi)), events, datetime(2026, len(values) + 1, 20, tzinfo=UTC))


def seen(values: list[Any], **kpi: Any) -> KpiPosition:
    return year(values, **kpi).kpi("k")


def off(values: list[Any], **kpi: Any) -> list[bool | None]:
    return [each.breached for each in seen(values, **kpi).readings]


def why(figure: Figure) -> set[str]:
    return {each.reason for each in figure.missing}


# ── a target that is to be hit ──────────────────────────────────────────────────────────────────────────────────────


def test_a_target_to_be_hit_is_missed_on_both_sides() -> None:
    assert off([29, 30, 31], direction="exact", target=30) == [True, False, True]
    assert off([26, 27, 33, 34], direction="exact", target=30, breach="off target by more than 3") == [
        True,
        False,
        False,
        True,
    ]


def test_what_is_not_known_is_never_on_target() -> None:
    assert off([None, 30], direction="exact", target=30) == [None, False]
    assert off([30], direction="exact", breach="off target") == [None]


@given(st.integers(-50, 50), st.integers(-50, 50), st.integers(0, 20))
def test_both_sides_of_a_target_count_alike(target: int, apart: int, allowed: int) -> None:
    told = {"direction": "exact", "target": target, "breach": f"off target by more than {allowed}"}
    assert off([target + apart], **told) == off([target - apart], **told) == [abs(apart) > allowed]


def test_it_recovers_nearer_to_the_target_than_it_breaches() -> None:
    told = {"breach": "off target by more than 3", "recover": "off target by at most 1"}
    at = seen([35, 32, 31], direction="exact", target=30, **told)
    assert [each.recovered for each in at.readings] == [False, False, True]


def test_a_band_is_left_on_either_side() -> None:
    told = {"kind": "rate", "direction": "band", "breach": "outside 34%..36%"}
    assert off(["33%", "34%", "36%", "37%"], **told) == [True, False, False, True]


def test_a_goal_past_a_target_that_is_to_be_hit_is_as_far_as_one_short_of_it() -> None:
    goal, told = {"from": 20, "to": 30}, {"direction": "exact", "target": 30, "breach": "off target by more than 3"}
    low, high, within = (year([value], goal, **told).goal("g") for value in (26, 34, 32))
    assert (low.score, high.score, within.score) == (Fraction(3, 5), Fraction(3, 5), Fraction(4, 5))
    assert (low.course, high.course, within.course) == ("at_risk", "at_risk", "on_course")


def test_a_flow_that_will_land_beside_its_target_is_at_risk() -> None:
    told = {
        "kind": "flow",
        "direction": "exact",
        "target": {"year": 1200},
        "breach": "off target by more than 5% of target",
    }
    assert [year([each], {"to": 1200}, **told).goal("g").course for each in (100, 104, 180)] == [
        "on_course",
        "on_course",
        "at_risk",
    ]


def test_the_limit_that_is_told_is_the_nearer_end() -> None:
    engine = Engine.open(
        plan(direction="exact", unit="day", target=30, breach="off target by more than 3", **{"for": 1})
    )
    engine.record_all([reading(1, 26), reading(2, 35)])
    told = [next(a for a in engine.alerts(day) if a.kind == "kpi").sentence.en for day in ("2026-02-06", "2026-03-06")]
    assert "below the limit of 27 days" in told[0] and "above the limit of 33 days" in told[1]


@pytest.mark.parametrize(
    ("breach", "values"),
    [
        ("off target", {-101, -99}),
        ("off target by more than 5", {-106, -94}),
        ("off target by more than 5% of target", {-106, -94}),
        ("outside -105..-95", {-106, -94}),
    ],
)
def test_the_rules_judge_as_the_position_does(breach: str, values: set[int]) -> None:
    told = {"direction": "exact", "unit": "point", "target": -100, "breach": breach, "for": 1}
    review = {"kind": "review_due", "event_id": "r", "effective_date": "2026-02-06", "period": "2026-01"}
    for value in {*values, -100}:
        engine = Engine.open(plan(**told))
        engine.record(reading(1, value))
        assert off([value], **told) == [value in values]
        assert (engine.evaluate(review).outcome.value != "KEEP_COURSE") == (value in values)


# ── a yes or no ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_yes_or_no_is_off_while_it_is_not_its_target() -> None:
    assert off([False, True, 0, 1, None], direction="boolean", target=True) == [True, False, True, False, None]
    assert off([1, 0], direction="boolean", target=False) == [True, False]


def test_a_yes_or_no_has_no_landing() -> None:
    at = seen([False, True], direction="boolean", target=True)
    assert at.landing.value is None and why(at.landing) == {"no_landing"}
    assert at.landings is not None and at.landings.required is None
    assert all(each.landing.value is None for each in at.landings.by_method().values())


def test_a_goal_on_a_yes_or_no_is_reached_or_not() -> None:
    goals = [year([value], {}, direction="boolean", target=True).goal("g") for value in (True, False, None)]
    assert [(goal.score, goal.course) for goal in goals] == [(1, "on_course"), (0, "at_risk"), (None, "unknown")]


def test_a_reading_says_yes_or_no_as_it_was_written() -> None:
    event = parse_event(reading(1, True))
    assert plain(event)["value"] is True
    assert parse_event(plain(event)) == event


@pytest.mark.parametrize(
    ("value", "kpi"),
    [(2, {"direction": "boolean", "target": True}), ("1/2", {"direction": "boolean", "target": 1}), (True, {})],
)
def test_a_figure_is_no_yes_or_no_and_the_other_way_round(value: Any, kpi: Data) -> None:
    with pytest.raises(EventError) as error:
        Engine.open(plan(**kpi)).record(reading(1, value))
    assert [problem.code for problem in error.value.problems] == ["EVENT_WRONG_VALUE"]
    recorded = year([value], **kpi)
    assert recorded.unplaced == ("r1",) and recorded.kpi("k").value.value is None


def test_a_yes_or_no_is_told_in_words() -> None:
    engine = Engine.open(plan(direction="boolean", target=True, **{"for": 1}))
    engine.record(reading(1, False))
    sentence = engine.alerts("2026-02-06")[0].sentence
    assert (sentence.en, sentence.vi) == (
        "K is no in January 2026, and its target is yes",
        "K tháng 1/2026 là không, còn mục tiêu là có",
    )


# ── rates ───────────────────────────────────────────────────────────────────────────────────────────────────────────

BASES = st.sampled_from([{"basis": "ytd"}, {"basis": "rolling", "rolling": 2}])
RATES = st.lists(st.fractions(0, 1, max_denominator=50), min_size=2, max_size=6)


@given(RATES, BASES)
def test_bare_rates_are_never_added_up(values: list[Fraction], basis: Data) -> None:
    at = seen(list(values), kind="rate", **basis)
    assert at.value.value is None and why(at.value) == {"cannot_sum"}
    assert at.ytd.value is None and at.last.value == values[-1]


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(1, 99)), min_size=1, max_size=6))
def test_rates_with_their_parts_are_a_ratio_of_sums(parts: list[tuple[int, int]]) -> None:
    at = seen(list(parts), kind="rate", basis="ytd")
    assert at.value.value == Fraction(sum(a for a, _ in parts), sum(b for _, b in parts)) == at.landing.value


def test_one_bare_rate_among_others_leaves_the_year_to_date_unknown() -> None:
    at = seen([(3, 100), "4%"], kind="rate", target="3%")
    assert at.ytd.value is None and why(at.ytd) == {"cannot_sum"}
    assert (at.basis, at.unit, at.value.value, at.landing.value) == (
        "period",
        "ratio",
        Fraction(1, 25),
        Fraction(1, 25),
    )


def test_a_rate_that_was_not_read_is_missing_and_not_zero() -> None:
    at = seen([(3, 100), None, (5, 100)], kind="rate", basis="ytd")
    assert at.value.value is None and why(at.value) == {"late"}
    assert why(seen([(3, 0)], kind="rate").value) == {"zero_denominator"}


def test_the_target_of_a_rate_is_never_added_up() -> None:
    path = {"path": [f"{n}%" for n in range(1, 13)]}
    single, to_date = (seen(["1%", "2%"], kind="rate", target=path, basis=basis) for basis in ("period", "ytd"))
    assert (single.target.value, single.year_target.value) == (Fraction(1, 50), Fraction(12, 100))
    assert why(single.ytd_target) == {"cannot_sum"}
    assert (to_date.target.value, to_date.last_target.value) == (Fraction(1, 50), None)


# ── against plan ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("direction", "value", "expected"),
    [
        ("higher", 90, (-10, Fraction(-1, 10), Fraction(9, 10), False)),
        ("lower", 90, (-10, Fraction(-1, 10), Fraction(9, 10), True)),
        ("exact", 110, (10, Fraction(1, 10), Fraction(11, 10), False)),
        ("band", 110, (10, Fraction(1, 10), Fraction(11, 10), None)),
        ("higher", 100, (0, 0, 1, True)),
        ("higher", None, (None, None, None, None)),
    ],
)
def test_a_variance_says_on_which_side_it_lies(direction: str, value: Any, expected: tuple[Any, ...]) -> None:
    at = seen([value], direction=direction, target=100)
    assert (at.variance, at.variance_share, at.attainment, at.favourable) == expected


@pytest.mark.parametrize("target", [0, -40])
def test_of_a_target_of_nothing_or_less_there_is_no_share(target: int) -> None:
    at = seen([10], target=target)
    assert (at.variance, at.variance_share, at.attainment, at.favourable) == (10 - target, None, None, True)


@given(st.integers(-99, 99), st.integers(1, 99))
def test_attainment_and_variance_say_the_same(value: int, target: int) -> None:
    at = seen([value], target=target)
    assert at.attainment is not None and at.variance is not None
    assert at.attainment * target == value == target + at.variance


# ── what would turn it ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("kpi", "value", "expected"),
    [
        ({"direction": "boolean", "target": True}, False, 1),
        ({"direction": "exact", "unit": "day", "target": 30}, 5, 30),
        ({"direction": "exact", "unit": "day", "target": 30}, 36, 30),
        ({"direction": "exact", "unit": "day", "target": 30, "breach": "off target by more than 3"}, 36, 33),
    ],
)
def test_what_would_turn_the_answer_is_found_however_narrow_it_is(kpi: Data, value: Any, expected: int) -> None:
    flips = Engine.open(plan(**kpi, **{"for": 1})).flips({**reading(1, value), "effective_date": "2026-02-01"})
    assert [(flip.field, flip.to) for flip in flips.single] == [("value", expected)]

"""What a KPI's figures are: by its kind, on its basis, and unknown, by name, where something is missing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest

from aop_rules.events import EventBase, KpiObservation, PeriodClose, parse_event
from aop_rules.plan.model import Plan
from aop_rules.position.compute import position
from aop_rules.position.model import KpiPosition, Missing, Position

APRIL_6 = datetime(2026, 4, 6, tzinfo=UTC)


def plan(**parts: Any) -> Plan:
    base = {"aop": 1, "id": "shop", "name": "Shop", "currency": "USD", "year": {"starts": "2026-01-01"}}
    return Plan.model_validate(base | parts)


def flow(**more: Any) -> dict[str, Any]:
    return {"name": "Flow", "kind": "flow", "unit": "order", **more}


def stock(**more: Any) -> dict[str, Any]:
    return {"name": "Stock", "kind": "stock", "unit": "piece", **more}


def ratio(above: str, below: str, **more: Any) -> dict[str, Any]:
    return {"name": "Ratio", "kind": "ratio", "unit": "ratio", "numerator": above, "denominator": below, **more}


def reading(kpi: str, period: str, value: object = None, **more: Any) -> KpiObservation:
    told = {"event_id": f"{kpi} {period} {more.get('revision', 0)}", "effective_date": "2026-01-01", **more}
    event = parse_event({"kind": "kpi_observation", "kpi": kpi, "period": period, "value": value, **told})
    assert isinstance(event, KpiObservation)
    return event


def series(kpi: str, *values: object) -> list[EventBase]:
    return [reading(kpi, f"2026-{n:02}", value) for n, value in enumerate(values, 1) if value is not None]


def at(kpis: Mapping[str, Any], events: list[EventBase], as_of: datetime = APRIL_6, **more: Any) -> Position:
    return position(plan(kpis=kpis, **more), events, as_of)


def one(kpi: Mapping[str, Any], events: list[EventBase], as_of: datetime = APRIL_6, **more: Any) -> KpiPosition:
    return at({"k": kpi}, events, as_of, **more).kpis["k"]


# ── kinds ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_flow_sums() -> None:
    seen = one(flow(), series("k", 3, "4.5", 5))

    assert (seen.ytd.value, seen.last.value, seen.ytd.periods) == (Fraction(25, 2), 5, "2026-01..2026-03")


def test_a_stock_keeps_its_last_value_even_where_an_earlier_one_is_missing() -> None:
    seen = one(stock(), series("k", None, 4, 7))

    assert (seen.value.value, seen.ytd.value, seen.landing.value) == (7, 7, 7)


def test_a_sum_follows_from_its_parts() -> None:
    kpis = {"a": flow(), "b": flow(), "k": flow(sum_of=["a", "b"])}
    seen = at(kpis, series("a", 1, 2, 3) + series("b", 10, 20, 30)).kpis["k"]

    assert (seen.ytd.value, seen.last.value) == (66, 33)


def test_a_sum_is_unknown_where_one_part_is_and_says_which() -> None:
    kpis = {"a": flow(), "b": flow(), "k": flow(sum_of=["a", "b"])}
    seen = at(kpis, series("a", 1, 2, 3) + series("b", 10, None, 30)).kpis["k"]

    assert seen.ytd.value is None
    assert seen.ytd.missing == (Missing("late", "b", "2026-02", "2026-03-05"),)
    assert seen.last.value == 33


def test_a_ratio_over_zero_is_undefined_and_not_zero() -> None:
    seen = at({"a": flow(), "b": flow(), "k": ratio("a", "b")}, series("a", 1, 2, 3) + series("b", 0, 0, 0)).kpis["k"]

    assert seen.value.value is None
    assert seen.value.missing[0].reason == "zero_denominator"
    assert seen.breach_run == 0


def test_a_ratio_of_stocks_is_of_their_last_values() -> None:
    kpis = {"a": stock(), "b": stock(), "k": ratio("a", "b", unit="days")}
    seen = at(kpis, series("a", 1, 2, 30) + series("b", 7, 7, 4)).kpis["k"]

    assert (seen.ytd.value, seen.ytd.unit) == (Fraction(15, 2), "days")


# ── bases ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("basis", "expected", "periods"),
    [
        ({"basis": "period"}, 5, "2026-03"),
        ({"basis": "exit"}, 5, "2026-03"),
        ({"basis": "ytd"}, 12, "2026-01..2026-03"),
        ({"basis": "rolling", "rolling": 2}, 9, "2026-02..2026-03"),
        ({"basis": "full_year_forecast"}, 48, "2026-01..2026-12"),
        ({}, 12, "2026-01..2026-03"),
    ],
)
def test_the_basis_says_which_periods_are_judged(basis: dict[str, Any], expected: int, periods: str) -> None:
    seen = one(flow(**basis), series("k", 3, 4, 5))

    assert (seen.value.value, seen.value.periods) == (expected, periods)


def test_a_rolling_window_longer_than_the_closed_year_is_not_a_window() -> None:
    seen = one(flow(basis="rolling", rolling=4), series("k", 3, 4, 5))

    assert seen.value.missing[0].reason == "few_periods"


def test_nothing_is_known_before_the_first_period_closes() -> None:
    seen = one(flow(breach="< 1"), series("k", 3), datetime(2026, 2, 4, tzinfo=UTC))

    assert {figure.missing[0].reason for figure in (seen.value, seen.last, seen.ytd, seen.landing)} == {
        "nothing_closed"
    }
    assert (seen.readings, seen.breach_run, seen.persistent) == ((), 0, False)


# ── landing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_flow_lands_by_its_own_seasons() -> None:
    target = {"year": 100, "profile": "late"}
    seen = one(flow(target=target), series("k", 1, 1, 2), profiles={"late": {"weights": [1] * 11 + [89]}})

    assert seen.landing.value == Fraction(4 * 100, 3)


def test_a_path_of_targets_is_a_season_too() -> None:
    seen = one(flow(target={"path": [10, 10, 20] + [0] * 8 + [40]}), series("k", 5, 5, 10))

    assert (seen.landing.value, seen.year_target.value) == (40, 80)


def test_no_landing_follows_from_periods_that_weigh_nothing() -> None:
    seen = one(flow(target={"path": [0] * 11 + [40]}), series("k", 5, 5, 10))

    assert seen.landing.missing[0].reason == "no_profile"


def test_the_whole_year_closed_lands_where_it_is() -> None:
    seen = one(flow(target={"path": list(range(1, 13))}), series("k", *[7] * 12), datetime(2027, 1, 9, tzinfo=UTC))

    assert seen.landing.value == 84 == seen.ytd.value


# ── targets ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_money_is_phased_to_the_last_cent_and_other_things_to_one() -> None:
    kpis = {"cash": flow(unit="money", target={"year": 100}), "orders": flow(target={"year": 100})}
    events = series("cash", 1, 1, 1) + series("orders", 1, 1, 1)
    seen = at(kpis, events).kpis

    assert seen["cash"].ytd_target.value == Fraction("25.02")
    assert seen["orders"].ytd_target.value == 27
    assert seen["orders"].last_target.sources == ("kpis.orders.target",)


def test_the_target_of_a_ratio_without_one_is_the_ratio_of_its_parts_targets() -> None:
    kpis = {"a": flow(target={"constant": 1}), "b": flow(target={"path": range(1, 13)}), "k": ratio("a", "b")}
    seen = at(kpis, []).kpis["k"]

    assert (seen.ytd_target.value, seen.last_target.value) == (Fraction(3, 6), Fraction(1, 3))
    assert seen.year_target.value == Fraction(12, 78)


def test_a_path_of_a_ratio_speaks_of_its_own_basis() -> None:
    path = [f"{30 + n}%" for n in range(1, 13)]
    seen = at({"a": flow(), "b": flow(), "k": ratio("a", "b", target={"path": path})}, []).kpis["k"]

    assert (seen.target.value, seen.year_target.value) == (Fraction(33, 100), Fraction(42, 100))
    assert {missing.reason for missing in seen.last_target.missing} == {"no_target"}


def test_a_goal_gives_the_year_and_no_more() -> None:
    goals = {"g": {"name": "Grow", "kpi": "k", "from": 100, "grow": "20%"}}
    seen = one(flow(), series("k", 1, 1, 1), goals=goals)

    assert (seen.year_target.value, seen.year_target.sources) == (120, ("goals.g.grow",))
    assert seen.ytd_target.missing[0].reason == "no_target"


# ── breaches ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_breaches_in_a_row_are_counted_back_from_the_last_period() -> None:
    seen = one(flow(basis="period", breach="< 5"), series("k", 4, 3, 2))

    assert (seen.breach_run, seen.persistent) == (3, True)


def test_a_gap_leaves_the_run_open_but_not_what_is_already_persistent() -> None:
    seen = one(flow(basis="period", breach="< 5"), series("k", None, 3, 2))

    assert (seen.breach_run, seen.persistent) == (None, True)


def test_a_missing_last_reading_is_neither_a_breach_nor_all_clear() -> None:
    seen = one(flow(basis="period", breach="< 5"), series("k", 4, 4, None))

    assert seen.readings[-1].breached is None
    assert (seen.breach_run, seen.persistent) == (None, None)


def test_a_threshold_on_a_target_that_is_not_there_cannot_be_told() -> None:
    seen = one(flow(breach="< 95% of target"), series("k", 4, 4, 4))

    assert seen.breach_run is None


# ── closing and lateness ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("day", "closed"), [(4, 2), (5, 3)])
def test_a_period_closes_on_its_review_day(day: int, closed: int) -> None:
    assert len(at({}, [], datetime(2026, 4, day, tzinfo=UTC)).closed) == closed


def test_a_known_closing_closes_its_period_and_those_before() -> None:
    close = PeriodClose(event_id="c", kind="period_close", effective_date=date(2026, 4, 1), period="2026-03")

    assert len(at({}, [close], datetime(2026, 4, 1, tzinfo=UTC)).closed) == 3


def test_a_closing_does_not_close_what_still_runs() -> None:
    close = PeriodClose(event_id="c", kind="period_close", effective_date=date(2026, 4, 1), period="2026-12")

    assert len(at({}, [close], datetime(2026, 4, 6, tzinfo=UTC)).closed) == 3


@pytest.mark.parametrize(("day", "reason"), [(5, "no_reading"), (7, "no_reading"), (8, "late")])
def test_a_reading_is_late_after_its_due_day(day: int, reason: str) -> None:
    seen = one(flow(expected_within=7), series("k", 1, 1), datetime(2026, 4, day, tzinfo=UTC))

    assert seen.last.missing == (Missing(reason, "k", "2026-03", "2026-04-07"),)  # type: ignore[arg-type]


def test_a_reading_being_decided_on_closes_its_period_for_what_it_speaks_of() -> None:
    kpis = {"a": flow(), "b": flow(), "k": ratio("a", "b"), "other": flow()}
    events = series("a", 1, 2) + series("b", 4, 4, 8) + series("other", 1, 1, 1)
    april_1 = datetime(2026, 4, 1, tzinfo=UTC)
    seen = position(plan(kpis=kpis), events, april_1, also=reading("a", "2026-03", 5))

    assert len(seen.closed) == 2
    assert [len(seen.kpis[kpi].readings) for kpi in ("a", "b", "k", "other")] == [3, 2, 3, 2]
    assert seen.kpis["k"].value.value == Fraction(8, 16)


def test_a_reading_of_a_period_that_still_runs_closes_nothing() -> None:
    seen = position(plan(kpis={"k": flow()}), series("k", 1, 1, 1), APRIL_6, also=reading("k", "2026-04", 5))

    assert seen.kpis["k"].ytd.value == 3


# ── readings ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_latest_revision_known_counts() -> None:
    restated = reading("k", "2026-03", 9, revision=1, known_at="2026-04-20", status="provisional")
    events = [*series("k", 1, 1, 1), restated]

    assert one(flow(), events).ytd.value == 3
    after = one(flow(), events, datetime(2026, 4, 20, tzinfo=UTC))
    assert (after.ytd.value, after.ytd.quality, after.last.sources) == (11, "provisional", ("k 2026-03 1",))


def test_an_equal_reading_again_is_ignored() -> None:
    seen = at({"k": flow()}, [*series("k", 1, 1, 1), reading("k", "2026-03", 1, event_id="again")])

    assert (seen.kpis["k"].ytd.value, seen.duplicates) == (3, ())


def test_two_values_of_one_revision_contradict_each_other() -> None:
    seen = at({"k": flow()}, [*series("k", 1, 1, 1), reading("k", "2026-03", 2, event_id="other")])

    assert seen.kpis["k"].ytd.missing == (Missing("conflict", "k", "2026-03", "k 2026-03 0, other"),)
    assert seen.duplicates == ("k 2026-03 0", "other")


def test_a_higher_revision_settles_a_contradiction() -> None:
    events = [
        *series("k", 1, 1, 1),
        reading("k", "2026-03", 2, event_id="other"),
        reading("k", "2026-03", 5, revision=1),
    ]
    seen = at({"k": flow()}, events)

    assert (seen.kpis["k"].ytd.value, seen.duplicates) == (7, ())


def test_a_ratio_read_with_its_parts_is_a_reading_of_them() -> None:
    pair = reading("k", "2026-03", numerator=3, denominator=4)
    seen = at({"a": flow(), "b": flow(), "k": ratio("a", "b")}, series("a", 1, 2) + series("b", 4, 4) + [pair]).kpis

    assert (seen["k"].ytd.value, seen["k"].last.value) == (Fraction(6, 12), Fraction(3, 4))
    assert (seen["a"].ytd.value, seen["b"].ytd.value) == (6, 12)


def test_a_ratio_read_as_a_bare_value_cannot_be_summed() -> None:
    seen = at(
        {"a": flow(), "b": flow(), "k": ratio("a", "b")},
        series("a", 1, 2) + series("b", 4, 4) + [reading("k", "2026-03", "34.2%")],
    ).kpis["k"]

    assert seen.last.value == Fraction(342, 1000)
    assert seen.ytd.missing == (Missing("cannot_sum", "k", "2026-03"),)


def test_a_ratio_read_over_parts_that_are_sums_still_adds_up() -> None:
    kpis = {"a": flow(), "x": flow(), "y": flow(), "b": flow(sum_of=["x", "y"]), "k": ratio("a", "b")}
    events = [reading("k", f"2026-{n:02}", numerator=n, denominator=10) for n in (1, 2, 3)]

    assert at(kpis, events).kpis["k"].ytd.value == Fraction(6, 30)


def test_a_bare_ratio_that_is_newer_than_its_parts_is_the_periods_value() -> None:
    kpis = {"a": flow(), "b": flow(), "k": ratio("a", "b", basis="period")}
    events = series("a", 1, 2, 3) + series("b", 4, 4, 4)
    newer = reading("k", "2026-03", "50%", known_at="2026-04-05")

    assert at(kpis, [*events, newer]).kpis["k"].value.value == Fraction(1, 2)
    deciding = reading("k", "2026-03", "50%")
    assert position(plan(kpis=kpis), events, APRIL_6, also=deciding).kpis["k"].value.value == Fraction(1, 2)
    assert at(kpis, [*events, deciding]).kpis["k"].value.value == Fraction(3, 4)


def test_money_in_another_currency_is_converted_at_the_days_rate() -> None:
    rates = [
        {"currency": "EUR", "on": "2026-01-01", "rate": "1.1"},
        {"currency": "EUR", "on": "2026-02-01", "rate": "1.2"},
    ]
    told = reading("k", "2026-03", 10, currency="EUR", effective_date="2026-03-31", known_at="2026-03-31")
    events = [*series("k", 1, 1), told]

    assert one(flow(unit="money"), events, rates=rates).last.value == 12
    unknown = one(flow(unit="money"), events).last
    assert unknown.missing == (Missing("no_rate", "k", "2026-03", "EUR 2026-03-31"),)


def test_a_reading_of_nothing_in_the_plan_is_kept_aside() -> None:
    seen = at({"k": flow()}, [reading("nobody", "2026-01", 1), reading("k", "2031-01", 1)])

    assert seen.unplaced == ("k 2031-01 0", "nobody 2026-01 0")


def test_a_path_of_a_rolling_ratio_speaks_of_its_window() -> None:
    path = [f"{n}%" for n in range(1, 13)]
    kpis = {"a": flow(), "b": flow(), "k": ratio("a", "b", basis="rolling", rolling=2, target={"path": path})}
    seen = at(kpis, series("a", 1, 2, 3) + series("b", 10, 10, 10)).kpis["k"]

    assert (seen.value.value, seen.target.value) == (Fraction(5, 20), Fraction(3, 100))
    assert seen.ytd_target.value is None


def test_pairs_of_a_ratio_over_a_stock_do_not_add_up() -> None:
    kpis = {"a": flow(), "b": stock(), "k": ratio("a", "b")}
    seen = at(kpis, series("a", 1, None, 3) + series("b", 10, 10, 10)).kpis["k"]

    assert seen.ytd.missing == (Missing("late", "a", "2026-02", "2026-03-05"),)
    assert seen.last.value == Fraction(3, 10)
    bare = [*series("a", 1, None, 3), *series("b", 10, 10, 10), reading("k", "2026-02", "1%")]
    assert {missing.reason for missing in at(kpis, bare).kpis["k"].ytd.missing} == {"late"}

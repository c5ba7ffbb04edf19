"""Four landings side by side: what each says, how far it may be off, and what the rest of the year has to bring."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from aop_rules.events import EventBase, parse_event
from aop_rules.plan.model import Plan
from aop_rules.position.compute import position
from aop_rules.position.landings import Landings
from aop_rules.position.model import Figure, Position

NEXT_YEAR = datetime(2027, 2, 1, tzinfo=UTC)
WEIGHTS = [6, 5, 8, 7, 8, 9, 8, 8, 9, 9, 10, 13]


def plan(weights: list[int] | None = None, **more: Any) -> Plan:
    target = {"year": 1200, **({"profile": "season"} if weights else {})}
    sales = {"name": "Sales", "kind": "flow", "unit": "order", "target": target, **more}
    return Plan.model_validate(
        {
            "aop": 1,
            "id": "shop",
            "name": "Shop",
            "currency": "USD",
            "year": {"starts": "2026-01-01"},
            "profiles": {"season": {"weights": weights}} if weights else {},
            "kpis": {
                "sales": sales,
                "visits": {"name": "Visits", "kind": "flow", "unit": "visit", "target": {"year": 12000}},
                "stock": {"name": "Stock", "kind": "stock", "unit": "piece", "target": 5},
                "rate": {"name": "Rate", "kind": "ratio", "numerator": "sales", "denominator": "visits"},
                "bare": {"name": "Bare", "kind": "flow", "unit": "order"},
            },
        }
    )


def readings(kpi: str, *values: object) -> list[EventBase]:
    return [
        parse_event(
            {
                "kind": "kpi_observation",
                "event_id": f"{kpi}-{n}",
                "effective_date": "2026-01-01",
                "kpi": kpi,
                "period": f"2026-{n:02}",
                "value": value,
            }
        )
        for n, value in enumerate(values, 1)
    ]


def after(periods: int, events: list[EventBase], of: Plan | None = None) -> Position:
    when = NEXT_YEAR if periods == 12 else datetime(2026, periods + 1, 20, tzinfo=UTC)
    return position(of or plan(WEIGHTS), events, when)


def landings(at: Position, kpi: str = "sales") -> Landings:
    found = at.kpi(kpi).landings
    assert found is not None
    return found


def values(of: Landings) -> list[object]:
    return [each.landing.value for each in (of.naive, of.seasonal, of.shrunk)]


def value(figure: Figure | None) -> int | Fraction:
    assert figure is not None and figure.value is not None
    return figure.value


# ── theorems ────────────────────────────────────────────────────────────────────────────────────────────────────────

AMOUNTS = st.lists(st.integers(0, 500), min_size=1, max_size=12)


@given(AMOUNTS)
def test_naive_and_seasonal_agree_on_even_months(amounts: list[int]) -> None:
    seen = landings(after(len(amounts), readings("sales", *amounts), plan()))
    assert seen.naive == seen.seasonal
    assert seen.naive.landing.value == Fraction(sum(amounts) * 12, len(amounts))


@given(st.lists(st.integers(0, 500), min_size=12, max_size=12))
def test_a_landing_of_a_full_year_is_its_actual(amounts: list[int]) -> None:
    at = after(12, [*readings("sales", *amounts), *readings("visits", *([1000] * 12))])

    assert values(landings(at)) == [sum(amounts)] * 3
    assert values(landings(at, "rate")) == [Fraction(sum(amounts), 12000)] * 3
    for each in (landings(at).naive, landings(at).seasonal, landings(at).shrunk):
        assert value(each.low) == value(each.high) == sum(amounts)
    assert landings(at).required is None


@given(AMOUNTS)
def test_a_range_holds_its_landing(amounts: list[int]) -> None:
    for each in landings(after(len(amounts), readings("sales", *amounts))).by_method().values():
        if each.low and each.low.value is not None:
            assert value(each.low) <= value(each.landing) <= value(each.high)


@given(AMOUNTS)
def test_a_shrunk_pace_lies_between_the_plan_and_the_pace_so_far(amounts: list[int]) -> None:
    seen = landings(after(len(amounts), readings("sales", *amounts)))
    planned_rest = value(seen.planned_rest) if seen.planned_rest else 0
    on_plan, as_so_far = sum(amounts) + planned_rest, value(seen.seasonal.landing)
    assert min(on_plan, as_so_far) <= value(seen.shrunk.landing) <= max(on_plan, as_so_far)


@given(st.integers(1, 12))
def test_a_year_that_goes_as_planned_lands_on_plan_by_season(closed: int) -> None:
    seen = landings(after(closed, readings("sales", *[12 * weight for weight in WEIGHTS[:closed]])))
    assert values(seen)[1:] == [1200, 1200]
    assert seen.required_pace is None or seen.required_pace.value == 0


# ── one at a time ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_fewer_periods_than_it_takes_give_no_range() -> None:
    for closed, known in ((2, False), (3, True)):
        seen = landings(after(closed, readings("sales", 50, 70, 90)))
        for each in (seen.naive, seen.seasonal, seen.shrunk):
            assert each.low and each.high and (each.low.value is not None) is known
            assert known or each.low.missing[0].reason == "few_periods" == each.high.missing[0].reason
    early = landings(after(1, readings("sales", 50), plan(WEIGHTS, min_periods=1)))
    assert value(early.seasonal.low) == value(early.seasonal.high)


def test_the_range_is_the_worst_and_the_best_month_carried_on() -> None:
    seen = landings(after(3, readings("sales", 36, 60, 96)))  # 50 %, 100 % and 100 % of plan

    assert value(seen.seasonal.low) - 192 == value(seen.planned_rest) / 2
    assert value(seen.seasonal.high) - 192 == value(seen.planned_rest)
    assert (value(seen.naive.low), value(seen.naive.high)) == (192 + 9 * 36, 192 + 9 * 96)


def test_a_stock_stays_where_it_is() -> None:
    seen = landings(after(3, readings("stock", 4, 5, 7)), "stock")
    assert values(seen) == [7, 7, 7]
    assert seen.naive.low is None and seen.required is None and seen.required_pace is None


def test_without_a_plan_there_is_no_pace_to_shrink() -> None:
    seen = landings(after(3, readings("bare", 4, 5, 9)), "bare")
    assert values(seen) == [72, 72, None]
    assert seen.shrunk.landing.missing[0].reason == "no_target"
    assert seen.required and seen.required.missing[0].reason == "no_target"


def test_a_missing_month_leaves_every_landing_unknown_with_its_reason() -> None:
    seen = landings(after(3, readings("sales", 50, 70)))
    assert values(seen) == [None, None, None]
    assert {each.landing.missing[0].period for each in seen.by_method().values()} == {"2026-03"}


def test_before_the_first_closing_nothing_lands() -> None:
    seen = landings(position(plan(WEIGHTS), [], datetime(2026, 1, 10, tzinfo=UTC)))
    assert values(seen) == [None, None, None]
    assert value(seen.required) == value(seen.planned_rest) == 1200


def test_what_a_ratio_has_to_be_in_the_rest_of_the_year() -> None:
    at = after(6, [*readings("sales", *[90] * 6), *readings("visits", *[1000] * 6)], plan())
    seen = landings(at, "rate")
    assert value(seen.required) == Fraction(1200 - 540, 6000)
    assert value(seen.planned_rest) == Fraction(1, 10) and value(seen.required_pace) == Fraction(1, 10)


# ── the owner's own ─────────────────────────────────────────────────────────────────────────────────────────────────


def forecast(event_id: str, known: str, **more: Any) -> EventBase:
    said = {"kind": "forecast", "event_id": event_id, "effective_date": known, "kpi": "sales", "value": 1100}
    return parse_event({**said, **more})


def test_the_forecast_known_last_counts() -> None:
    said = [forecast("f1", "2026-02-01", value=900), forecast("f2", "2026-03-01", low=1000, high=1150)]
    for events in (said, said[::-1]):
        own = landings(after(2, [*readings("sales", 50, 70), *events])).own
        assert own is not None
        assert (value(own.landing), value(own.low), value(own.high)) == (1100, 1000, 1150)
        assert own.landing.sources == ("f2",) and own.landing.quality == "estimated"


def test_a_forecast_changes_no_other_figure() -> None:
    events = readings("sales", 50, 70, 90)
    before, with_it = after(3, events), after(3, [*events, forecast("f1", "2026-02-01")])
    assert landings(before).own is None
    assert values(landings(before)) == values(landings(with_it))
    assert before.kpi("visits") == with_it.kpi("visits") and before.kpi("sales").value == with_it.kpi("sales").value


def test_a_forecast_that_is_not_known_yet_does_not_count() -> None:
    late = forecast("f1", "2026-02-01", known_at="2026-06-01")
    assert landings(after(3, [*readings("sales", 50, 70, 90), late])).own is None


def test_a_forecast_of_what_the_plan_does_not_have_is_unplaced() -> None:
    assert after(1, [forecast("f1", "2026-02-01", kpi="moon")]).unplaced == ("f1",)


def test_a_forecast_in_another_currency_needs_a_rate() -> None:
    money = plan(WEIGHTS, unit="money")
    rated = Plan.model_validate(
        {**money.model_dump(mode="json", by_alias=True), "rates": [{"currency": "EUR", "on": "2026-01-01", "rate": 2}]}
    )
    said = [forecast("f1", "2026-02-01", currency="EUR")]
    unknown, known = (landings(after(1, said, of)).own for of in (money, rated))
    assert unknown and unknown.landing.missing[0].reason == "no_rate"
    assert known and value(known.landing) == 2200


def test_the_ends_of_a_forecast_are_in_order() -> None:
    with pytest.raises(ValidationError, match="put the three in order"):
        forecast("f1", "2026-02-01", low=1200)

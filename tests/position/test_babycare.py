"""The worked May review of BabyCare House comes out to the digits, from the case file's own inputs."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from aop_rules.events import Actual, KpiObservation
from aop_rules.plan.model import Plan
from aop_rules.position.compute import position
from aop_rules.position.model import Figure, Horizon, Position

CASE = json.loads(Path(__file__).with_name("babycare_worked.json").read_text(encoding="utf-8"), parse_float=Decimal)
MILLION = 1_000_000
JUNE_5 = datetime(2026, 6, 5, 9, tzinfo=UTC)
JUNE_20 = datetime(2026, 6, 20, 9, tzinfo=UTC)


def dong(millions: object) -> int:
    """An amount of the case file, in đồng."""
    amount = Fraction(str(millions)) * MILLION
    assert amount.denominator == 1
    return amount.numerator


def millions(value: int | Fraction | None, digits: int = 2) -> str:
    assert value is not None
    return f"{Decimal(Fraction(value).numerator) / Decimal(Fraction(value).denominator) / MILLION:.{digits}f}"


def percent(figure: int | Fraction | None) -> str:
    assert figure is not None
    return f"{Decimal(Fraction(figure).numerator) / Decimal(Fraction(figure).denominator) * 100:.2f}"


def off_plan(actual: int | Fraction, planned: int | Fraction) -> str:
    """Percent above or below, to one digit."""
    return str(
        round(Decimal(Fraction(actual, planned).numerator) / Fraction(actual, planned).denominator * 100 - 100, 1)
    )


def flow(name: str, year: object = None) -> dict[str, object]:
    target = {} if year is None else {"target": {"year": dong(year), "profile": "seasons"}}
    return {"name": name, "kind": "flow", **target}


def ratio(name: str, above: str, **more: object) -> dict[str, object]:
    return {"name": name, "kind": "ratio", "unit": "ratio", "numerator": above, "denominator": "revenue", **more}


BUDGETS = CASE["plan"]["budgets"]
MARKETING = CASE["plan"]["marketing_ratio"]
PLAN = Plan.model_validate(
    {
        "aop": 1,
        "id": "babycare_house",
        "name": "BabyCare House",
        "currency": "VND",
        "year": {"starts": "2026-01-01", "review_day": 5},
        "profiles": {"seasons": {"weights": CASE["plan"]["seasonality_weights_jan_dec"]}},
        "kpis": {
            "online_revenue": flow("Online", CASE["expected"]["plan_totals"]["online"]),
            "store_revenue": flow("Store", CASE["expected"]["plan_totals"]["store"]),
            "revenue": {"name": "Revenue", "kind": "flow", "sum_of": ["online_revenue", "store_revenue"]},
            "gross_profit": flow("Gross profit"),
            "marketing_spend": flow("Marketing"),
            "online_share": ratio("Online share", "online_revenue"),
            "gross_margin": ratio("Margin", "gross_profit", breach="< 35%"),
            "marketing_ratio": ratio(
                "Marketing ratio",
                "marketing_spend",
                direction="lower",
                basis="period",
                breach=MARKETING["breach"],
                recover=MARKETING["recover"],
                **{"for": MARKETING["for_periods"]},
            ),
        },
        "budget": {
            "lines": {
                "online_marketing": {"name": "Ads", "amount": dong(BUDGETS["online_marketing"]), "profile": "seasons"},
                "contingency": {"name": "Reserve", "amount": dong(BUDGETS["contingency_reserve"]), "reserve": True},
            }
        },
    }
)


def reading(kpi: str, month: int, amount: object, revision: int = 0, known: date | None = None) -> KpiObservation:
    closed = date(2026, month + 1, 3)
    return KpiObservation(
        event_id=f"{kpi}-{month}-r{revision}",
        kind="kpi_observation",
        effective_date=closed,
        known_at=known,
        kpi=kpi,
        period=f"2026-{month:02}",
        value=dong(amount),
        revision=revision,
    )


def history() -> list[KpiObservation | Actual]:
    seen = CASE["actuals_jan_may"]
    store = [total - online for total, online in zip(seen["revenue"], seen["online_revenue"], strict=True)]
    series = {
        "online_revenue": seen["online_revenue"],
        "store_revenue": store,
        "gross_profit": seen["gross_profit"],
        "marketing_spend": seen["marketing_spend"],
    }
    read = [reading(kpi, n, amount) for kpi, amounts in series.items() for n, amount in enumerate(amounts, 1)]
    spent = [
        Actual(
            event_id=f"ads-{n}",
            kind="actual",
            effective_date=date(2026, n, 25),
            line="online_marketing",
            amount=dong(amount),
        )
        for n, amount in enumerate(seen["marketing_spend"], 1)
    ]
    return [*read, *spent]


@pytest.fixture(scope="module")
def may() -> Position:
    return position(PLAN, history(), JUNE_5)


def value(figure: Figure) -> int | Fraction:
    assert figure.value is not None, figure.missing
    return figure.value


def horizon(position: Position, name: str) -> Horizon:
    return next(one for one in position.lines["online_marketing"]["2026-05"].horizons if one.name == name)


def test_the_year_to_date(may: Position) -> None:
    expected = CASE["expected"]["ytd"]
    revenue = may.kpis["revenue"]

    assert value(revenue.ytd) == dong(expected["revenue"])
    assert revenue.ytd.periods == "2026-01..2026-05"
    assert value(revenue.ytd_target) == dong(expected["phased_plan"])
    assert percent(Fraction(value(revenue.ytd), value(revenue.ytd_target)) - 1) == expected["variance_percent"]
    assert percent(may.kpis["online_share"].ytd.value) == expected["online_share_percent"]
    assert percent(may.kpis["gross_margin"].ytd.value) == expected["gross_margin_percent"]
    assert percent(may.kpis["marketing_ratio"].ytd.value) == expected["marketing_ratio_percent"]
    assert percent(may.kpis["marketing_ratio"].last.value) == expected["marketing_ratio_may_percent"]


def test_a_share_is_the_ratio_of_sums_and_never_the_mean_of_monthly_ratios(may: Position) -> None:
    share = may.kpis["online_share"]
    mean = sum(Fraction(value(month.actual)) for month in share.readings) / len(share.readings)

    assert percent(mean) == CASE["expected"]["ytd"]["mean_of_monthly_ratios_percent_WRONG"]
    assert percent(share.ytd.value) != percent(mean)
    assert share.value == share.ytd


def test_one_month_past_the_marketing_threshold_is_not_yet_persistent(may: Position) -> None:
    marketing = may.kpis["marketing_ratio"]

    assert [month.breached for month in marketing.readings] == [False, False, False, False, True]
    assert (marketing.breach_run, marketing.persistent) == (1, False)
    assert may.kpis["gross_margin"].breach_run == 0


def test_the_marketing_budget(may: Position) -> None:
    expected = CASE["expected"]["marketing_budget"]
    to_date, year = horizon(may, "to_date"), horizon(may, "year")

    assert to_date.allocated == dong(expected["cumulative_cap"])
    assert to_date.actual == dong(expected["actual"])
    assert -to_date.available == dong(expected["cumulative_exceeded_by"])
    assert year.available == dong(expected["annual_left"])
    assert year.allocated - to_date.allocated == dong(expected["rest_of_year_plan"])


def test_the_seasonal_landing_against_the_run_rate(may: Position) -> None:
    expected = CASE["expected"]["landing"]
    revenue = may.kpis["revenue"]
    plan = value(revenue.year_target)

    assert plan == dong(CASE["expected"]["plan_totals"]["revenue"])
    assert millions(revenue.landing.value) == expected["seasonal"]
    assert off_plan(value(revenue.landing), plan) == expected["seasonal_vs_plan_percent"]
    assert revenue.landing.quality == "estimated"
    run_rate = Fraction(value(revenue.ytd), len(may.closed)) * 12
    assert run_rate == dong(expected["run_rate"])
    assert off_plan(run_rate, plan) == expected["run_rate_vs_plan_percent"]
    rest = plan - value(revenue.ytd)
    assert rest == dong(expected["required_rest_of_year"])
    planned_rest = plan - value(revenue.ytd_target)
    assert "+" + off_plan(rest, planned_rest) == expected["required_vs_plan_rest_percent"]


def test_a_part_without_seasons_of_its_own_lands_with_those_of_its_ratio(may: Position) -> None:
    assert may.kpis["gross_margin"].landing.value == may.kpis["gross_margin"].ytd.value
    assert may.kpis["marketing_ratio"].landing.value == may.kpis["marketing_ratio"].ytd.value


def test_the_shares_that_the_plan_implies(may: Position) -> None:
    share = may.kpis["online_share"]

    assert share.year_target.value == Fraction(45, 100)
    assert share.ytd_target.value == Fraction(45, 100)


RESTATED = [
    reading("online_revenue", 5, 405, revision=1, known=date(2026, 6, 20)),
    reading("store_revenue", 5, 1100 - 405, revision=1, known=date(2026, 6, 20)),
]


def test_a_restatement_moves_the_share_and_leaves_the_total(may: Position) -> None:
    after = position(PLAN, [*history(), *RESTATED], JUNE_20)

    assert percent(after.kpis["online_share"].ytd.value) == CASE["restatement"]["expected_online_share_ytd_percent"]
    assert after.kpis["revenue"].ytd.value == may.kpis["revenue"].ytd.value
    assert after.digest != may.digest


def test_what_was_known_before_a_restatement_still_says_the_same(may: Position) -> None:
    assert position(PLAN, [*history(), *RESTATED], JUNE_5) == may

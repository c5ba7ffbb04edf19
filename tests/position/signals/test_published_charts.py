"""What others published comes out of the public functions, digit by digit."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from aop_rules.position.signals import Chart, cusum, ewma, fires, xmr
from aop_rules.position.signals.points import number

PUBLISHED: dict[str, Any] = json.loads(
    (Path(__file__).parent / "published_charts.json").read_text(encoding="utf-8"), parse_float=Decimal
)


def rounded(value: int | Fraction, places: int) -> Decimal:
    return Decimal(round(Fraction(value) * 10**places)).scaleb(-places)


def test_the_moving_average_of_the_handbook() -> None:
    case = PUBLISHED["nist_ewma"]
    seen = ewma(case["x"], centre=case["center"], sigma=case["sigma"], lam=case["lam"], width=case["k"])
    assert (rounded(seen.steady_upper, 4), rounded(seen.steady_lower, 4)) == (case["ucl"], case["lcl"])
    assert list(seen.signals) == case["signals"]
    assert rounded(seen.values[-1], 2) == case["last"]


def test_the_moving_average_of_the_textbook() -> None:
    """Montgomery, example 9.2: the data of the cumulative sums, λ 0.1, L 2.7."""
    seen = ewma(PUBLISHED["montgomery_cusum"]["x"], centre=10, sigma=1, lam="0.1", width="2.7")
    assert [rounded(each, 5) for each in seen.values[:3]] == [Decimal("9.945"), Decimal("9.7495"), Decimal("9.70355")]
    assert (rounded(seen.upper[0], 2), rounded(seen.lower[0], 2)) == (Decimal("10.27"), Decimal("9.73"))
    assert (rounded(seen.steady_upper, 2), rounded(seen.steady_lower, 2)) == (Decimal("10.62"), Decimal("9.38"))
    assert (rounded(seen.values[28], 4), seen.signals) == (Decimal("10.6468"), (29, 30))


def test_the_cumulative_sums_of_the_handbook() -> None:
    """NIST/SEMATECH 6.3.2.3: k and h are given in the unit of the points, so σ is 1."""
    means = """324.925 324.675 324.725 324.350 325.350 325.225 324.125 324.525 325.225 324.600
        324.625 325.150 328.325 327.250 327.825 328.500 326.675 327.775 326.875 328.350"""
    seen = cusum(means.split(), target=325, k="0.3175", h="4.1959")
    assert [rounded(each, 2) for each in seen.upper[12:16]] == [Decimal(x) for x in ("3.01", "4.94", "7.45", "10.63")]
    assert rounded(seen.lower[6], 2) == Decimal("0.56")
    assert seen.signals == tuple(range(14, 21)), "the first at 14; nothing is reset"


@pytest.mark.parametrize(
    ("values", "centre", "lower", "upper"),
    [
        # NIST/SEMATECH 6.3.2.2: flow rate, ten batches
        ("49.6 47.6 49.9 51.3 47.8 51.2 52.6 52.4 53.6 52.1", "50.81", "45.82", "55.80"),
        # Montgomery, table 6.6: cost of processing a mortgage loan, twenty weeks
        (
            "310 288 297 298 307 303 294 297 308 306 294 299 297 299 314 295 293 306 301 304",
            "300.50",
            "279.78",
            "321.22",
        ),
    ],
)
def test_individuals_of_both_books(values: str, centre: str, lower: str, upper: str) -> None:
    chart = xmr(values.split(), first=len(values.split()))
    assert isinstance(chart, Chart)
    limits = chart.limits
    shown = rounded(limits.centre, 2), rounded(limits.lower, 2), rounded(limits.upper, 2)
    assert shown == (Decimal(centre), Decimal(lower), Decimal(upper)) and not chart.beyond


def test_the_limits_of_the_moving_average_widen_to_the_steady_ones() -> None:
    case = PUBLISHED["nist_ewma"]
    seen = ewma(case["x"], centre=50, sigma="2.0539", lam="0.3", width=3)
    assert rounded(seen.upper[0], 4) == Decimal("51.8485")  # 3 · 0.3 · 2.0539
    assert list(seen.upper) == sorted(seen.upper) and seen.upper[-1] < seen.steady_upper


def test_the_cumulative_sums_of_the_textbook() -> None:
    case = PUBLISHED["montgomery_cusum"]
    seen = cusum(case["x"], target=case["target"], k=case["K"], h=case["H"])
    published = [Fraction(each) for each in case["upper_published"]]
    assert list(seen.upper[: len(published)]) == published
    assert seen.signals[0] == case["first_signal"]
    assert seen.upper_run[case["first_signal"] - 1] == case["n_plus"]


def test_the_viscosity_of_aircraft_primer() -> None:
    case = PUBLISHED["viscosity_imr"]
    chart = xmr(case["x"], first=len(case["x"]))
    assert isinstance(chart, Chart)
    assert list(chart.beyond) == case["beyond"]
    assert rounded(chart.limits.centre, 3) == case["center"]
    assert abs(chart.limits.upper - number(case["ucl"])) < Fraction(1, 1000)
    assert abs(chart.limits.lower - number(case["lcl"])) < Fraction(1, 1000)


@pytest.mark.parametrize(("rule", "values", "points"), PUBLISHED["rule_vectors"])
def test_the_vectors_of_the_run_rules(rule: Any, values: list[Any], points: list[int]) -> None:
    assert list(fires(rule, values)) == points


def test_the_marketing_ratio_of_the_worked_review() -> None:
    last_year = ["6.3", "6.1", "6.4", "6.2", "5.6", "5.8", "5.5", "6.1", "5.8", "6.3", "5.8", "6.1"]
    chart = xmr(["6.8", "8.91"], baseline=last_year)
    assert isinstance(chart, Chart)
    limits = chart.limits
    assert (limits.centre, rounded(limits.lower, 2), rounded(limits.upper, 2)) == (6, Decimal("5.03"), Decimal("6.97"))
    assert chart.beyond == (2,)

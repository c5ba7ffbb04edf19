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

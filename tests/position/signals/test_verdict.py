"""Signal or noise on the KPIs of a plan: the worked review, and a shop whose months are known to be what they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aop_rules.events import parse_event
from aop_rules.plan.load import plan_from
from aop_rules.position.compute import position
from aop_rules.position.signals import Signal
from strategies import babycare

LAST_YEAR = ["96", "104", "98", "101", "103", "97", "102", "99", "100", "103", "97", "100"]


def shop(sales: Sequence[int | None], *, target: Any = 1200, months: int | None = None, **kpi: Any) -> Signal:
    """The signal on one flow with a target of 100 each month, once its readings are all due."""
    plan = {
        "aop": 1,
        "id": "shop",
        "name": "Shop",
        "currency": "USD",
        "year": {"starts": "2026-01-01"},
        "kpis": {
            "sales": {
                "name": "Sales",
                "kind": "flow",
                "basis": "period",
                "target": {"year": target} if isinstance(target, int) else target,
                "breach": "< 95% of target",
                **kpi,
            }
        },
    }
    events = [parse_event(reading(n, value)) for n, value in enumerate(sales, 1) if value is not None]
    as_of = datetime(2026, (months or len(sales)) + 1, 7, tzinfo=UTC)
    found = position(plan_from(plan), events, as_of).kpis["sales"].signal
    assert found is not None
    return found


def reading(month: int, value: int) -> dict[str, Any]:
    name = f"2026-{month:02}"
    day = f"{name}-28"
    return {
        "event_id": name,
        "kind": "kpi_observation",
        "effective_date": day,
        "kpi": "sales",
        "period": name,
        "value": value,
    }


def told(sales: Sequence[int | None], **kpi: Any) -> str | None:
    return shop(sales, baseline=LAST_YEAR, **kpi).verdict


# ── the worked review ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_marketing_ratio_in_may_is_a_signal_of_one_period() -> None:
    signal = babycare().position("2026-06-05").kpis["marketing_ratio"].signal
    assert signal is not None and signal.verdict == "signal"
    assert (signal.persistence.run, signal.persistence.needed, signal.persistence.lasting) == (1, 2, False)
    limits = signal.statistics.limits
    assert limits is not None and limits.centre == Fraction(6, 100)
    assert (round(limits.lower * 10_000), round(limits.upper * 10_000)) == (503, 697)
    assert signal.statistics.adverse == ("N1",)
    for words in ("8.91 %", "limit of 7 %", "1 of the 2 periods", "5.03 % to 6.97 %", "do not cut yet, investigate"):
        assert words in signal.reason.en
    for words in ("8,91 %", "giới hạn 7 %", "1 trên 2 kỳ", "chưa cắt, cần kiểm tra"):
        assert words in signal.reason.vi


def test_what_it_comes_to_is_told_in_money() -> None:
    signal = babycare().position("2026-06-05").kpis["marketing_ratio"].signal
    assert signal is not None
    matters = signal.materiality
    assert matters.amount == 32_000_000  # 98 m spent, and 6 % of 1,100 m planned
    assert matters.miss == Fraction(32, 1100) and matters.share == Fraction(32, 66)


@pytest.mark.parametrize("kpi", ["cash", "gross_margin", "revenue"])
def test_short_history_says_so(kpi: str) -> None:
    signal = babycare().position("2026-06-05").kpis[kpi].signal
    assert signal is not None and signal.statistics.limits is None
    assert signal.statistics.lacking in ("few_points", "no_target")


# ── verdicts ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_first_bad_month_inside_normal_variation_is_noise() -> None:
    assert told([100, 101, 94]) == "noise"


def test_a_first_bad_month_outside_normal_variation_is_a_signal() -> None:
    assert told([100, 101, 80]) == "signal"


def test_without_history_a_first_bad_month_is_emerging() -> None:
    signal = shop([100, 101, 80])
    assert signal.verdict == "emerging" and signal.statistics.lacking == "few_points"
    assert "3 of 8 points" in signal.reason.en


def test_what_lasts_is_a_signal_even_where_it_is_normal() -> None:
    assert told([100, 94, 94]) == "signal"


def test_what_lasts_and_stands_out_is_structural() -> None:
    assert told([100, 80, 80]) == "structural"


def test_what_lasts_twice_as_long_is_structural_without_any_history() -> None:
    assert shop([100, 90, 90]).verdict == "signal"
    assert shop([90, 90, 90, 90]).verdict == "structural"


def test_a_drift_within_the_threshold_is_emerging() -> None:
    signal = shop([98] * 9, baseline=LAST_YEAR)
    assert signal.verdict == "emerging" and signal.statistics.adverse == ("N2",)


def test_a_good_surprise_is_no_signal_to_act_on() -> None:
    signal = shop([100, 150], baseline=LAST_YEAR)
    assert signal.verdict == "noise" and [each.rule for each in signal.statistics.firings] == ["N1"]


def test_what_is_too_small_is_noise_until_it_lasts() -> None:
    small = {"material": {"share": "25%"}}
    assert told([100, 80], **small) == "noise"
    assert told([100, 80, 80], **small) == "emerging"
    assert told([100, 80, 70], **small) == "structural"


@pytest.mark.parametrize(
    ("bound", "matters"), [({"amount": 20}, True), ({"amount": 21}, False), ({"landing": "9%"}, True)]
)
def test_every_bound_that_is_given_has_to_be_reached(bound: dict[str, Any], matters: bool) -> None:
    assert shop([100, 80], material=bound).materiality.material is matters
    assert shop([100, 80], material={**bound, "share": "30%"}).materiality.material is False


def test_an_unknown_month_is_never_called_normal() -> None:
    assert told([100, None], months=2) is None


def test_a_baseline_that_never_moved_tells_nothing() -> None:
    signal = shop([100, 94], baseline=[100] * 12)
    assert signal.statistics.lacking == "no_variation" and signal.verdict == "emerging"


def test_a_plan_may_ask_no_rules() -> None:
    assert shop([100, 94], baseline=LAST_YEAR, signals=[]).statistics.lacking == "no_rules"


def test_seasons_are_taken_out_by_the_plan() -> None:
    season = [60, 50, 80, 70, 80, 90, 80, 80, 90, 90, 100, 130]
    target = {"path": season}
    last_year = [each * 20 + (n % 3) * 40 for n, each in enumerate(season)]
    signal = shop(season[:11], target=target, baseline=last_year)
    assert signal.verdict == "noise"
    assert set(signal.statistics.points) == {1}


def test_the_year_itself_gives_limits_after_eight_months() -> None:
    signal = shop([101, 99, 102, 98, 100, 101, 99, 100, 60])
    assert signal.statistics.limits is not None and signal.statistics.limits.points == 8
    assert signal.verdict == "signal"


def test_a_short_baseline_goes_on_with_the_year() -> None:
    known = {"values": [99, 101, 100, 98, 102], "planned": [100] * 5}
    assert shop([100, 101], baseline=known).statistics.limits is None
    assert shop([100, 101, 99, 100], baseline=known).statistics.limits is not None


def test_other_charts_can_be_asked_for() -> None:
    signal = shop([95] * 10, baseline=LAST_YEAR, signals=["EWMA", "CUSUM"])
    assert signal.verdict == "emerging" and signal.statistics.adverse == ("CUSUM", "EWMA")


# ── how a breach ends ───────────────────────────────────────────────────────────────────────────────────────────────

TIMELINE = (61, 89, 74, 68, 64, 63)


@pytest.mark.parametrize(("months", "holding"), [(1, False), (2, False), (3, True), (4, True), (5, True), (6, False)])
def test_a_breach_holds_until_it_was_past_its_recovery_line(months: int, holding: bool) -> None:
    cost = {"direction": "lower", "breach": "> 70", "recover": "<= 65", "keep": 1}
    assert shop(TIMELINE[:months], **cost).persistence.holding is holding


# ── theorems ────────────────────────────────────────────────────────────────────────────────────────────────────────

MONTHS = st.lists(st.integers(60, 140), min_size=1, max_size=11)


@given(MONTHS, st.integers(2, 1_000_000))
@settings(max_examples=25, deadline=None)
def test_a_shift_of_scale_changes_no_verdict(sales: list[int], scale: int) -> None:
    here = shop(sales, baseline=LAST_YEAR)
    there = shop(
        [each * scale for each in sales], target=1200 * scale, baseline=[str(int(each) * scale) for each in LAST_YEAR]
    )
    assert (here.verdict, here.statistics.firings) == (there.verdict, there.statistics.firings)


@given(MONTHS)
@settings(max_examples=25, deadline=None)
def test_mirroring_the_series_mirrors_the_signals(sales: list[int]) -> None:
    here = shop(sales, baseline=LAST_YEAR)
    turned = [str(200 - int(each)) for each in LAST_YEAR]
    mirrored = shop([200 - each for each in sales], baseline=turned, direction="lower", breach="> 105% of target")
    assert here.verdict == mirrored.verdict


@given(MONTHS, MONTHS)
@settings(max_examples=25, deadline=None)
def test_limits_do_not_move_once_the_baseline_is_frozen(first: list[int], then: list[int]) -> None:
    sales = (first * 8)[:8]
    before, after = shop(sales), shop([*sales, *then[:3]])
    if before.statistics.limits is not None and after.statistics.limits is not None:
        assert before.statistics.limits == after.statistics.limits


@given(st.lists(st.integers(40, 94), min_size=2, max_size=11))
@settings(max_examples=25, deadline=None)
def test_what_is_missed_for_as_long_as_it_takes_is_never_noise(sales: list[int]) -> None:
    assert told(sales) in ("signal", "structural")

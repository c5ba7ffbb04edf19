"""Charts and run rules: theorems, held against rules told in words; and what is said of ties, gaps and short series."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import pytest
import slow_run_rules as words
from hypothesis import given
from hypothesis import strategies as st

from aop_rules.errors import ExactError
from aop_rules.position.signals import Chart, Firing, NotEnoughHistory, cusum, ewma, fires, firings, nelson, xmr
from aop_rules.position.signals.run_rules import NELSON, WESTERN_ELECTRIC, RuleName

Number = int | Fraction
Series = list[int | Fraction | None]

ALL = (*WESTERN_ELECTRIC, *NELSON)
each_rule = pytest.mark.parametrize("rule", ALL)
POINT = st.one_of(st.integers(-4, 4), st.fractions(-4, 4, max_denominator=4))
KNOWN = st.lists(POINT, max_size=24)
SERIES = st.lists(st.one_of(POINT, POINT, POINT, st.none()), max_size=24) | KNOWN | st.lists(st.integers(-1, 1))
SCALE = st.fractions(Fraction(1, 1000), 1_000_000).filter(lambda x: x > 0)
MIRROR = {"above": "below", "below": "above", "both": "both"}


@each_rule
@given(SERIES, st.integers(-2, 2), st.fractions(0, 2, max_denominator=4))
def test_every_rule_fires_where_its_words_say(rule: RuleName, series: Series, centre: int, sigma: Fraction) -> None:
    assert fires(rule, series, centre, sigma) == words.fires(rule, series, centre, sigma)


@given(SERIES, st.fractions(0, 2), SCALE, st.integers(-9, 9))
def test_a_shift_of_scale_changes_no_verdict(series: Series, sigma: Fraction, scale: Fraction, moved: int) -> None:
    there = [None if x is None else x * scale + moved for x in series]
    for rule in ALL:
        assert firings(rule, there, moved, sigma * scale) == firings(rule, series, 0, sigma)
    assert ewma(there, moved, sigma * scale).firings == ewma(series, 0, sigma).firings
    assert cusum(there, moved, sigma * scale).firings == cusum(series, 0, sigma).firings
    here, far = xmr(series), xmr(there)
    if isinstance(here, Chart) and isinstance(far, Chart):
        assert (far.beyond, far.ranges_beyond) == (here.beyond, here.ranges_beyond)
        assert far.limits.upper == here.limits.upper * scale + moved
    else:
        assert here == far


@given(SERIES, st.fractions(0, 2))
def test_mirroring_the_series_mirrors_the_signals(series: Series, sigma: Fraction) -> None:
    mirrored = [None if x is None else -x for x in series]

    def sides(found: Iterable[Firing]) -> list[tuple[int, str]]:
        return sorted((each.point, each.side) for each in found)

    def turned(found: Iterable[Firing]) -> list[tuple[int, str]]:
        return sorted((each.point, MIRROR[each.side]) for each in found)

    for rule in ALL:
        assert sides(firings(rule, mirrored, 0, sigma)) == turned(firings(rule, series, 0, sigma))
    assert sides(ewma(mirrored, 0, sigma).firings) == turned(ewma(series, 0, sigma).firings)
    assert sides(cusum(mirrored, 0, sigma).firings) == turned(cusum(series, 0, sigma).firings)


@given(st.lists(POINT, min_size=8, max_size=20), SERIES)
def test_limits_do_not_move_once_the_baseline_is_frozen(series: list[Number], later: Series) -> None:
    before, after = xmr(series), xmr([*series, *later])
    assert isinstance(before, Chart) and isinstance(after, Chart)
    assert before.limits == after.limits
    assert after.beyond[: len(before.beyond)] == before.beyond


@given(SERIES, st.fractions(0, 2))
def test_what_comes_later_changes_no_earlier_signal(series: Series, sigma: Fraction) -> None:
    for rule in ALL:
        whole = fires(rule, series, 0, sigma)
        for end in range(len(series)):
            assert fires(rule, series[:end], 0, sigma) == tuple(n for n in whole if n <= end)


@given(KNOWN, st.fractions(Fraction(1, 10), 1), st.fractions(0, 2))
def test_the_moving_average_is_the_weighted_sum(series: list[Number], lam: Fraction, sigma: Fraction) -> None:
    seen = ewma(series, 0, sigma, lam)
    for i in range(1, len(series) + 1):
        assert seen.values[i - 1] == sum(lam * (1 - lam) ** (i - j) * series[j - 1] for j in range(1, i + 1))
        assert seen.lower[i - 1] == -seen.upper[i - 1]


def test_a_short_series_has_no_limits() -> None:
    assert xmr([1, 2, 3, 4, 5, 6, 7]) == NotEnoughHistory(7, 8)
    assert xmr([1] * 20, baseline=[2, 3]) == NotEnoughHistory(2, 8)
    assert xmr([]) == NotEnoughHistory(0, 8)
    assert fires("N2", [1] * 8) == ()


def test_a_gap_is_no_point_and_no_range() -> None:
    chart = xmr([1, 2, None, 4, 5, 6, 7, 8, 9])
    assert isinstance(chart, Chart)
    assert chart.limits.points == 8 and chart.limits.mean_range == 1
    assert chart.ranges[2:5] == (None, None, 1)
    assert xmr([1, None] * 8) == NotEnoughHistory(8, 8)  # no two beside each other: nothing moved that anyone saw
    assert fires("N2", [1] * 5 + [None] + [1] * 8) == ()
    assert fires("N3", [1, 2, 3, None, 4, 5, 6]) == ()
    assert fires("WE2", [3, None, 3], 0, 1) == (3,)


def test_a_gap_leaves_what_is_remembered_as_it_is() -> None:
    assert cusum([12, None, 12], 10).upper == (Fraction(3, 2), Fraction(3, 2), 3)
    assert ewma([12, None], 10, 1, "0.5").values == (11, 11)
    assert ewma([99, None], 10, 1).signals == (1,)


def test_a_baseline_that_never_moved_has_no_width() -> None:
    chart = xmr([6] * 8 + [6, 7])
    assert isinstance(chart, Chart)
    assert (chart.limits.lower, chart.limits.upper, chart.limits.sigma) == (6, 6, 0)
    assert chart.beyond == (10,) and chart.ranges_beyond == (10,)
    assert nelson([6] * 20, 6, 0)["N1"] == ()
    assert nelson([6] * 20, 6, 0)["N7"] == tuple(range(15, 21))


def test_ties_are_on_neither_side() -> None:
    assert fires("WE1", [3, -3]) == ()
    assert fires("WE4", [1] * 4 + [0] + [1] * 7) == ()
    assert fires("N3", [1, 2, 3, 3, 4, 5, 6, 7]) == ()
    assert fires("N4", [1, 2] * 6 + [2] + [1, 2] * 6) == ()
    assert fires("N8", [2, -2] * 3 + [1, 2]) == ()


def test_eight_off_the_centre_need_both_sides() -> None:
    assert fires("N8", [2, -2] * 4) == (8,)
    assert fires("N8", [2] * 8) == ()


def test_the_points_of_a_gathering_shift_are_counted() -> None:
    seen = cusum([10, 10, 12, 12, 12, 12], 10)
    assert seen.signals == (6,) and seen.upper_run[-1] == 4 and seen.lower_run[-1] == 0


def test_a_float_is_refused() -> None:
    for refuse in (lambda: xmr([1.5]), lambda: fires("N1", [1.5]), lambda: ewma([1], 0.5, 1)):  # type: ignore[list-item, arg-type]
        with pytest.raises(ExactError):
            refuse()


def test_what_is_no_chart_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 8"):
        xmr([1] * 9, first=7)
    with pytest.raises(ValueError, match="zero or more"):
        fires("N1", [1], 0, -1)
    with pytest.raises(ValueError, match="λ"):
        ewma([1], 0, 1, lam=0)
    with pytest.raises(ValueError, match="zero or more"):
        cusum([1], 0, -1)


def test_a_name_that_is_no_rule_is_told_the_rules() -> None:
    with pytest.raises(ValueError, match="`WE9` is no rule; there are WE1, WE2"):
        fires("WE9", [1])  # type: ignore[arg-type]

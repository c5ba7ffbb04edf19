"""Wholes fall into parts: largest remainders, and phasing of a year."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aop_rules.errors import ExactError
from aop_rules.exact.number import Exact
from aop_rules.exact.phasing import Phasing
from aop_rules.exact.split import largest_remainder

BABYCARE = (6, 5, 8, 7, 8, 9, 8, 8, 9, 9, 10, 13)

one_weight = st.one_of(st.integers(0, 10**6), st.fractions(0, 100, max_denominator=1000))
weightings = st.lists(one_weight, min_size=1, max_size=53).filter(any)
totals = st.integers(-(10**15), 10**15)


class TestLargestRemainder:
    def test_the_odd_dong_of_the_babycare_year_falls_in_december(self) -> None:
        parts = largest_remainder(1_000_000_001, BABYCARE)

        assert tuple(w * 10_000_000 for w in BABYCARE[:11]) == parts[:11]
        assert parts[11] == 130_000_001

    def test_among_equal_fractions_the_first_part_gets_the_unit(self) -> None:
        assert largest_remainder(5, [1, 1, 1]) == (2, 2, 1)

    def test_a_weight_of_zero_gets_nothing(self) -> None:
        assert largest_remainder(101, [0, 1, 0, 1]) == (0, 51, 0, 50)

    @given(totals, weightings)
    def test_the_parts_sum_to_the_whole(self, total: int, weights: list[Exact]) -> None:
        assert total == sum(largest_remainder(total, weights))

    @given(totals, weightings)
    def test_no_part_is_a_whole_unit_away_from_its_exact_share(self, total: int, weights: list[Exact]) -> None:
        parts = largest_remainder(total, weights)

        assert all(abs(part - Fraction(total) * w / sum(weights)) < 1 for part, w in zip(parts, weights, strict=True))

    @given(totals, weightings)
    def test_negative_amounts_are_symmetrical(self, total: int, weights: list[Exact]) -> None:
        assert largest_remainder(-total, weights) == tuple(-part for part in largest_remainder(total, weights))

    @given(totals, weightings, st.fractions(Fraction(1, 100), 100))
    def test_only_the_proportion_of_weights_counts(self, total: int, weights: list[Exact], factor: Fraction) -> None:
        assert largest_remainder(total, weights) == largest_remainder(total, [w * factor for w in weights])

    @given(st.integers(0, 10**9), weightings)
    def test_a_larger_weight_never_gets_less(self, total: int, weights: list[Exact]) -> None:
        got = sorted(zip(weights, largest_remainder(total, weights), strict=True))

        assert all(less[1] <= more[1] for less, more in pairwise(got) if less[0] < more[0])

    @pytest.mark.parametrize(
        ("weights", "said"),
        [
            ([], "there are no weights to split by"),
            ([1, -1, 2], "weight 2 is negative (`-1`); a weight is 0 or more"),
            ([0, 0], "the weights sum to 0; at least one must be more"),
            ([1, 0.5], "`0.5` is a float"),
        ],
    )
    def test_weights_that_cannot_split_are_refused(self, weights: list[Exact], said: str) -> None:
        with pytest.raises(ExactError) as caught:
            largest_remainder(10, weights)

        assert said in str(caught.value)

    def test_a_part_of_a_unit_cannot_be_split(self) -> None:
        with pytest.raises(ExactError, match="only a whole number"):
            largest_remainder(Fraction(1, 2), [1])  # type: ignore[arg-type]


class TestPhasing:
    def test_the_babycare_year_to_date_after_may_is_34_percent(self) -> None:
        phasing = Phasing(BABYCARE)

        assert phasing.cumulative(5) == Fraction(34, 100)
        assert sum(phasing.parts(864_000_000)[:5]) == 293_760_000

    def test_amounts_agreed_by_period_come_back_unchanged(self) -> None:
        agreed = (100, Fraction(501, 2), 0, Fraction(1, 100))

        assert agreed == Phasing(agreed).parts(sum(agreed), minor_units=2)

    def test_even_phasing_gives_odd_cents_to_the_first_periods(self) -> None:
        assert Phasing.even(12).parts(Fraction(1, 25), minor_units=2) == (Fraction(1, 100),) * 4 + (0,) * 8

    def test_a_total_that_is_not_whole_is_shared_exactly(self) -> None:
        assert Phasing.even(2).parts(Fraction(21, 2)) == (Fraction(21, 4), Fraction(21, 4))

    @given(st.fractions(-(10**9), 10**9, max_denominator=2000), st.integers(0, 4), weightings)
    def test_the_periods_sum_to_the_year(self, total: Fraction, minor_units: int, weights: list[Exact]) -> None:
        assert total == sum(Phasing(tuple(weights)).parts(total, minor_units))

    @given(totals, st.integers(0, 4), weightings)
    def test_parts_are_whole_minor_units(self, units: int, minor_units: int, weights: list[Exact]) -> None:
        parts = Phasing(tuple(weights)).parts(Fraction(units, 10**minor_units), minor_units)

        assert all((part * 10**minor_units).denominator == 1 for part in parts)

    @given(weightings)
    def test_cumulative_shares_rise_from_nothing_to_all(self, weights: list[Exact]) -> None:
        phasing = Phasing(tuple(weights))
        curve = [phasing.cumulative(n) for n in range(len(phasing) + 1)]

        assert curve[0] == 0
        assert curve[-1] == 1
        assert [phasing.share(n) for n in range(1, len(curve))] == [b - a for a, b in pairwise(curve)]
        assert curve == sorted(curve)

    @pytest.mark.parametrize("n", [-1, 13])
    def test_there_is_no_share_outside_the_year(self, n: int) -> None:
        with pytest.raises(ExactError, match="the phasing has 12"):
            Phasing(BABYCARE).cumulative(n)
        with pytest.raises(ExactError, match="the phasing has 12"):
            Phasing(BABYCARE).share(n)

    def test_bad_weights_are_refused_when_it_is_made(self) -> None:
        with pytest.raises(ExactError, match="negative"):
            Phasing((1, -1))
        with pytest.raises(ExactError, match="no weights"):
            Phasing.even(0)

"""The year and its periods."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aop_rules.errors import ExactError, OutsideYearError
from aop_rules.exact.calendar import (
    Calendar,
    Pattern,
    Period,
    calendar,
    span_label,
    weeks_between,
    year_of_weeks,
)

PATTERNS: list[Pattern] = ["monthly", "quarterly", "4-4-5", "4-5-4", "5-4-4"]
years = st.builds(
    calendar,
    st.dates(date(1970, 1, 1), date(2200, 1, 1)),
    st.sampled_from(PATTERNS),
    st.sampled_from([52, 53]),
)
YEAR = calendar(date(2026, 1, 1))


class TestEveryYear:
    @given(years)
    def test_has_no_gap_and_no_overlap(self, year: Calendar) -> None:
        days = [p.start + timedelta(days=n) for p in year.periods for n in range(p.days)]

        assert days == [year.starts + timedelta(days=n) for n in range((year.ends - year.starts).days + 1)]

    @given(years, st.integers(-400, 800))
    def test_holds_a_day_in_one_period_or_refuses_it(self, year: Calendar, offset: int) -> None:
        day = year.starts + timedelta(days=offset)
        holding = [period for period in year.periods if day in period]

        if holding:
            assert holding == [year.period_of(day)]
        else:
            with pytest.raises(OutsideYearError, match=f"`{day}` is outside the year {year.starts}"):
                year.period_of(day)

    @given(years)
    def test_finds_each_period_by_id_date_and_neighbour(self, year: Calendar) -> None:
        for n, period in enumerate(year.periods):
            assert n + 1 == period.index
            assert period == year.period(period.id) == year.resolve(period.id) == year.resolve(period.start.isoformat())
            assert period == year.resolve(period.end) == year.resolve(period)
            assert year.periods[: n + 1] == year.through(period)
            assert year.next(period) == (year.periods[n + 1] if n + 1 < len(year.periods) else None)
            assert year.previous(period) == (year.periods[n - 1] if n else None)

    @given(years)
    def test_is_in_order_however_its_periods_are_sorted(self, year: Calendar) -> None:
        assert list(year.periods) == sorted([*year.periods[6:], *year.periods[:6]])

    @given(st.dates(date(1970, 1, 1), date(2200, 1, 1)), st.sampled_from(["monthly", "quarterly"]))
    def test_of_months_lasts_until_the_next_one_starts(self, starts: date, pattern: Pattern) -> None:
        assert (calendar(starts, pattern).ends - starts).days + 1 in (365, 366, 367)


class TestMonths:
    def test_are_named_by_the_month_in_which_they_start(self) -> None:
        year = calendar(date(2026, 7, 15))

        assert year.ids[:2] == ("2026-07", "2026-08")
        assert year.ids[-1] == "2027-06"
        assert year.period("2026-07").end == date(2026, 8, 14)
        assert year.ends == date(2027, 7, 14)

    def test_of_a_leap_year_have_29_days_in_february(self) -> None:
        assert calendar(date(2028, 1, 1)).period("2028-02").days == 29

    def test_from_the_31st_start_on_the_last_day_of_shorter_months(self) -> None:
        year = calendar(date(2026, 1, 31))

        assert [p.start for p in year.periods[:4]] == [
            date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30),
        ]  # fmt: skip
        assert year.ends == date(2027, 1, 30)


def test_quarters_are_named_by_the_year_in_which_the_fiscal_year_starts() -> None:
    year = calendar(date(2026, 10, 1), "quarterly")

    assert year.ids == ("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4")
    assert year.period("2026-Q2").start == date(2027, 1, 1)


class TestWeeks:
    @pytest.mark.parametrize(("pattern", "lengths"), [("4-4-5", [4, 4, 5]), ("4-5-4", [4, 5, 4]), ("5-4-4", [5, 4, 4])])
    def test_fall_as_the_pattern_says(self, pattern: Pattern, lengths: list[int]) -> None:
        year = calendar(date(2026, 8, 30), pattern)

        assert lengths * 4 == [p.days // 7 for p in year.periods]
        assert year.ids[0] == "2026-P01"
        assert year.ids[-1] == "2026-P12"

    def test_a_53rd_week_lengthens_the_last_period(self) -> None:
        short, long = (calendar(date(2026, 8, 30), "4-5-4", weeks) for weeks in (52, 53))

        assert short.periods[:-1] == long.periods[:-1]
        assert long.periods[-1].days == short.periods[-1].days + 7

    def test_a_year_from_the_last_days_of_december_has_the_name_of_the_new_one(self) -> None:
        assert calendar(date(2025, 12, 28), "4-4-5").ids[0] == "2026-P01"

    def test_the_published_fiscal_years_end_on_the_last_saturday_of_august(self) -> None:
        ends = [year_of_weeks(year, 8, weekday=5) for year in range(2006, 2011)]

        assert ends == [
            date(2006, 8, 26), date(2007, 8, 25), date(2008, 8, 30), date(2009, 8, 29), date(2010, 8, 28),
        ]  # fmt: skip
        assert [weeks_between(a, b) for a, b in pairwise(ends)] == [52, 53, 52, 52]

    def test_the_nearest_saturday_may_be_in_the_next_month(self) -> None:
        assert year_of_weeks(2024, 8, 5, "nearest") == date(2024, 8, 31)
        assert year_of_weeks(2026, 12, 5, "nearest") == date(2027, 1, 2)

    @given(
        st.integers(1970, 2200), st.integers(1, 12), st.integers(0, 6), st.sampled_from(["last", "nearest"]),
        st.sampled_from(PATTERNS[2:]),
    )  # fmt: skip
    def test_years_of_weeks_follow_each_other_without_gap(self, year, month, weekday, rule, pattern) -> None:  # type: ignore[no-untyped-def]
        before, end = (year_of_weeks(y, month, weekday, rule) for y in (year, year + 1))
        weeks = weeks_between(before, end)

        assert weeks in (52, 53)
        assert weekday == end.weekday()
        assert end == calendar(before + timedelta(days=1), pattern, weeks).ends

    def test_a_part_of_a_week_is_refused(self) -> None:
        with pytest.raises(ExactError, match="not a number of whole weeks"):
            weeks_between(date(2026, 1, 1), date(2027, 1, 1))


class TestRefusals:
    @pytest.mark.parametrize(
        ("asked", "said"),
        [
            ("2026-5", "no period `2026-5` in the year 2026-01-01..2026-12-31 (did you mean `2026-05`?)"),
            ("2027-01-03", "`2027-01-03` is outside the year 2026-01-01..2026-12-31"),
            ("2026-13-01", "no period `2026-13-01`"),
            ("", "no period ``"),
            ("x" * 10_000, "no period `xxxx"),
        ],
    )
    def test_a_period_outside_the_year_names_the_year(self, asked: str, said: str) -> None:
        with pytest.raises(OutsideYearError) as caught:
            YEAR.resolve(asked)

        assert said in str(caught.value)
        assert len(str(caught.value)) < 300

    def test_a_period_of_another_year_is_not_one_of_this(self) -> None:
        with pytest.raises(OutsideYearError):
            YEAR.through(calendar(date(2027, 1, 1)).periods[0])

    def test_a_span_goes_forward(self) -> None:
        assert [p.id for p in YEAR.span("2026-02", "2026-04")] == ["2026-02", "2026-03", "2026-04"]
        with pytest.raises(OutsideYearError, match="`2026-04` comes after `2026-02`"):
            YEAR.span("2026-04", "2026-02")

    def test_a_pattern_that_we_do_not_know(self) -> None:
        with pytest.raises(ExactError, match="cannot be cut by `weekly`"):
            calendar(date(2026, 1, 1), "weekly")  # type: ignore[arg-type]
        with pytest.raises(ExactError, match="52 or 53 weeks, not 54"):
            calendar(date(2026, 1, 1), "4-4-5", 54)

    @pytest.mark.parametrize("pattern", PATTERNS)
    def test_a_year_past_9999(self, pattern: Pattern) -> None:
        with pytest.raises(ExactError, match="past the year 9999"):
            calendar(date(9999, 6, 1), pattern)

    def test_a_rule_for_the_year_end_that_we_do_not_know(self) -> None:
        with pytest.raises(ExactError, match="`last` or `nearest`"):
            year_of_weeks(2026, 8, 7)

    @pytest.mark.parametrize(
        "periods",
        [
            (),
            (Period(2, "a", date(2026, 1, 1), date(2026, 1, 2)),),
            (Period(1, "a", date(2026, 1, 2), date(2026, 1, 1)),),
            (Period(1, "a", date(2026, 1, 1), date(2026, 1, 2)), Period(2, "b", date(2026, 1, 4), date(2026, 1, 5))),
            (Period(1, "a", date(2026, 1, 1), date(2026, 1, 2)), Period(2, "b", date(2026, 1, 2), date(2026, 1, 5))),
            (Period(1, "a", date(2026, 1, 1), date(2026, 1, 2)), Period(2, "a", date(2026, 1, 3), date(2026, 1, 5))),
        ],
        ids=["empty", "index", "backwards", "gap", "overlap", "twice"],
    )
    def test_periods_that_do_not_make_a_year(self, periods: tuple[Period, ...]) -> None:
        with pytest.raises(ExactError):
            Calendar(periods)


def test_a_span_label_is_short_for_one_period() -> None:
    assert span_label(YEAR.periods[0], YEAR.periods[4]) == "2026-01..2026-05"
    assert span_label(YEAR.periods[4], YEAR.periods[4]) == "2026-05"

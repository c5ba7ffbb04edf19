"""Figures as people read them, in both languages."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aop_rules.errors import ExactError
from aop_rules.exact.calendar import calendar
from aop_rules.exact.currencies import CODES, minor_units
from aop_rules.exact.number import Exact
from aop_rules.wording.numbers import (
    Language,
    show_date,
    show_figure,
    show_list,
    show_money,
    show_number,
    show_period,
    show_ratio,
)

values = st.one_of(st.integers(-(10**15), 10**15), st.fractions(-(10**9), 10**9))
languages = st.sampled_from(["en", "vi"])


def read(shown: str, language: Language) -> Fraction:
    """Reads a shown number by the signs of its language."""
    thousands, point = (",", ".") if language == "en" else (".", ",")
    return Fraction(shown.replace(thousands, "").replace(point, "."))


def rounded(value: Exact, places: int) -> Fraction:
    """An independent rounding: half away from zero, by `decimal` on enough digits of the doubled value."""
    size = abs(Fraction(value)) * 10**places
    twice = size * 2
    units = Decimal(twice.numerator // twice.denominator) / 2  # keeps whether it is half or more
    whole = Fraction(units.quantize(Decimal(1), ROUND_HALF_UP)) / 10**places
    return -whole if value < 0 else whole


@given(values, languages, st.integers(0, 4))
def test_reading_a_shown_number_back_gives_the_value_to_the_shown_places(
    value: Exact, language: Language, places: int
) -> None:
    assert rounded(value, places) == read(show_number(value, language, places), language)


@given(values, languages, st.sampled_from(CODES))
def test_reading_shown_money_back_gives_the_amount_to_the_minor_unit(
    value: Exact, language: Language, code: str
) -> None:
    shown = show_money(value, code, language)
    digits = shown.replace("$", "") if code == "USD" and language == "en" else shown.rsplit(" ", 1)[0]

    assert rounded(value, minor_units(code)) == read(digits, language)


@given(values, languages)
def test_reading_a_shown_ratio_back_gives_the_share_to_two_places_of_percent(value: Exact, language: Language) -> None:
    assert rounded(value, 4) == read(show_ratio(value, language).removesuffix(" %"), language) / 100


@pytest.mark.parametrize(
    ("value", "places", "english", "vietnamese"),
    [
        (0, 2, "0", "0"),
        (1234567, 2, "1,234,567", "1.234.567"),
        (Fraction(5, 2), 2, "2.5", "2,5"),
        (Fraction(1, 3), 2, "0.33", "0,33"),
        (Fraction(2345, 1000), 2, "2.35", "2,35"),
        (Fraction(-2345, 1000), 2, "-2.35", "-2,35"),
        (Fraction(-1, 1000), 2, "0", "0"),
        (Fraction(999_999, 1000), 2, "1,000", "1.000"),
        (Fraction(5, 2), 0, "3", "3"),
    ],
)
def test_a_number_rounds_half_up_and_drops_zeros(value: Exact, places: int, english: str, vietnamese: str) -> None:
    assert english == show_number(value, "en", places)
    assert vietnamese == show_number(value, "vi", places)


@pytest.mark.parametrize(
    ("value", "currency", "english", "vietnamese"),
    [
        (14_400_000_000, "VND", "14,400,000,000 ₫", "14.400.000.000 ₫"),
        (-24_240_000, "VND", "-24,240,000 ₫", "-24.240.000 ₫"),
        (12_000, "USD", "$12,000", "12.000 US$"),
        (Fraction(24_001, 2), "USD", "$12,000.50", "12.000,50 US$"),
        (Fraction(-1, 2), "USD", "-$0.50", "-0,50 US$"),
        (Fraction(-1, 1000), "USD", "$0", "0 US$"),
        (1200, "KWD", "1,200 KWD", "1.200 KWD"),
        (Fraction(1, 8), "KWD", "0.125 KWD", "0,125 KWD"),
        (Fraction(1, 2), "VND", "1 ₫", "1 ₫"),
    ],
)
def test_money_stands_in_whole_units_with_its_sign(value: Exact, currency: str, english: str, vietnamese: str) -> None:
    assert english == show_money(value, currency, "en")
    assert vietnamese == show_money(value, currency, "vi")


def test_money_of_no_known_currency_is_refused() -> None:
    with pytest.raises(ExactError, match="ISO 4217"):
        show_money(1, "ZZZ", "en")


@pytest.mark.parametrize(
    ("value", "english", "vietnamese"),
    [
        (Fraction(891, 10_000), "8.91 %", "8,91 %"),
        (Fraction(35, 100), "35 %", "35 %"),
        (Fraction(684, 10_000), "6.84 %", "6,84 %"),
        (1, "100 %", "100 %"),
        (Fraction(-26, 1000), "-2.6 %", "-2,6 %"),
        (20, "2,000 %", "2.000 %"),
    ],
)
def test_a_ratio_is_shown_in_percent(value: Exact, english: str, vietnamese: str) -> None:
    assert english == show_ratio(value, "en")
    assert vietnamese == show_ratio(value, "vi")


def test_a_date_is_shown_as_each_language_writes_it() -> None:
    assert show_date(date(2026, 5, 5), "en") == "5 May 2026"
    assert show_date(date(2026, 5, 5), "vi") == "05/05/2026"


@pytest.mark.parametrize(
    ("periods", "english", "vietnamese"),
    [
        ("2026-05", "May 2026", "tháng 5/2026"),
        ("2026-01..2026-05", "January–May 2026", "tháng 1–5/2026"),
        ("2026-05..2026-05", "May 2026", "tháng 5/2026"),
        ("2025-11..2026-02", "November 2025 – February 2026", "tháng 11/2025 – tháng 2/2026"),
        ("2026-Q1", "Q1 2026", "quý 1/2026"),
        ("2026-Q1..2026-Q3", "Q1–Q3 2026", "quý 1–3/2026"),
        ("2026-P01", "P01 2026", "kỳ 01/2026"),
        ("2026-P01..2026-P12", "P01–P12 2026", "kỳ 01–12/2026"),
        ("", "", ""),
        ("2026-13", "2026-13", "2026-13"),
        ("2026-Q5", "2026-Q5", "2026-Q5"),
        ("2026-01..2026-Q2", "2026-01..2026-Q2", "2026-01..2026-Q2"),
        ("last year", "last year", "last year"),
    ],
)
def test_a_period_is_named_as_people_name_it(periods: str, english: str, vietnamese: str) -> None:
    assert english == show_period(periods, "en")
    assert vietnamese == show_period(periods, "vi")


@pytest.mark.parametrize("pattern", ["monthly", "quarterly", "4-4-5"])
@pytest.mark.parametrize("language", ["en", "vi"])
def test_every_period_of_a_year_has_a_name_of_its_own(pattern, language) -> None:  # type: ignore[no-untyped-def]
    ids = calendar(date(2026, 4, 1), pattern).ids
    shown = {show_period(name, language) for name in ids}

    assert len(ids) == len(shown)
    assert not shown & set(ids)


@pytest.mark.parametrize(
    ("value", "unit", "english", "vietnamese"),
    [
        (864_000_000, "money", "864,000,000 ₫", "864.000.000 ₫"),
        (Fraction(7, 100), "ratio", "7 %", "7 %"),
        (Fraction(5, 2), "number", "2.5", "2,5"),
        (1, "days", "1 day", "1 ngày"),
        (5, "days", "5 days", "5 ngày"),
        (1, "person", "1 person", "1 người"),
        (3, "person", "3 people", "3 người"),
        (3, "people", "3 people", "3 người"),
        (-1, "order", "-1 order", "-1 đơn hàng"),
        (0, "order", "0 orders", "0 đơn hàng"),
        (Fraction(3, 2), "hour", "1.5 hours", "1,5 giờ"),
        (2, "months", "2 months", "2 tháng"),
        (2, "pallet", "2 pallet", "2 pallet"),
        (None, "money", "unknown", "chưa rõ"),
    ],
)
def test_a_figure_carries_its_unit(value: Exact | None, unit: str, english: str, vietnamese: str) -> None:
    assert english == show_figure(value, unit, "VND", "en")
    assert vietnamese == show_figure(value, unit, "VND", "vi")


def test_a_list_reads_as_a_sentence() -> None:
    assert [show_list(items, "en") for items in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert show_list(["a", "b", "c"], "vi") == "a, b và c"
    assert show_list(["a", "b"], "en", "or") == "a or b"
    assert show_list(["a", "b"], "vi", "or") == "a hoặc b"

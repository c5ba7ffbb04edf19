"""Days, moments and periods: what is read, and what is refused because it has two meanings."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aop_rules.exact.calendar import calendar
from aop_rules.importing.cell import Cell, Unreadable, Value
from aop_rules.importing.days import read_day, read_moment, read_period
from aop_rules.importing.numbers import Form

YEAR = calendar(date(2026, 1, 1))
QUARTERS = calendar(date(2026, 4, 1), "quarterly")
MAY = date(2026, 5, 31)


def cell(value: Value) -> Cell:
    return Cell(1, 1, value)


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("31/05/2026", "vi"),
        ("31-5-2026", "vi"),
        ("2026-05-31", "vi"),
        ("2026-05-31", "en"),
        ("2026-05-31", "plain"),
        ("31/05/2026 14:23", "vi"),
        (datetime(2026, 5, 31, 14, 23), "en"),
    ],
)
def test_a_day_reads_as_it_is_meant(value: Value, form: Form) -> None:
    assert read_day(cell(value), form) == MAY


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("31/05/2026", "en"),
        ("05/31/2026", "vi"),
        ("31/02/2026", "vi"),
        ("31/05/26", "vi"),
        ("2026-5-1", "vi"),
        ("31/05/2026 25:00", "vi"),
        ("hôm qua", "vi"),
        (Decimal(46173), "vi"),
        (True, "vi"),
    ],
)
def test_a_day_that_is_none_or_has_two_meanings_is_refused(value: Value, form: Form) -> None:
    with pytest.raises(Unreadable) as found:
        read_day(cell(value), form)
    assert found.value.code == "IMPORT_DATE" and found.value.hint


def test_a_moment_keeps_its_time() -> None:
    assert read_moment(cell("31/05/2026"), "vi") == "2026-05-31"
    assert read_moment(cell("31/05/2026 14:23"), "vi") == "2026-05-31T14:23:00Z"


@pytest.mark.parametrize(
    "value",
    ["2026-05", "05/2026", "5/2026", "Tháng 5", "tháng 05/2026", "T5", "T5/2026", "5", Decimal(5), "May 2026", "17/05/2026", datetime(2026, 5, 17)],
)  # fmt: skip
def test_a_month_reads_as_its_period(value: Value) -> None:
    assert read_period(cell(value), "vi", YEAR) == "2026-05"


@pytest.mark.parametrize("value", ["2026-Q2", "Q2/2026", "Quý 2", "quý 2/2026", "Q2 2026", datetime(2026, 8, 1)])
def test_a_quarter_reads_as_its_period(value: Value) -> None:
    assert read_period(cell(value), "vi", QUARTERS) == "2026-Q2"


@pytest.mark.parametrize("value", ["Tháng 13", "05/2027", "Q2", "2026", "x", Decimal("4.5"), Decimal(13), True])
def test_what_is_no_period_of_the_year_is_refused(value: Value) -> None:
    with pytest.raises(Unreadable) as found:
        read_period(cell(value), "vi", YEAR)
    assert found.value.code == "IMPORT_PERIOD"


def test_a_month_without_its_year_needs_a_year_that_has_it_once() -> None:
    with pytest.raises(Unreadable):
        read_period(cell("Tháng 5"), "vi", QUARTERS)


def test_without_a_plan_a_period_keeps_its_own_name() -> None:
    assert [read_period(cell(text), "vi", None) for text in ("05/2026", "2026-P07", "T5")] == [
        "2026-05",
        "2026-P07",
        "T5",
    ]


@given(st.dates(date(1900, 1, 1), date(9998, 12, 31)), st.sampled_from([("vi", "%d/%m/%Y"), ("en", "%Y-%m-%d")]))
def test_every_day_written_in_a_locale_is_read_back(day: date, written: tuple[Form, str]) -> None:
    form, pattern = written
    assert read_day(cell(day.strftime(pattern)), form) == day


@given(st.text(max_size=20) | st.text("0123456789/-: tTqQ", max_size=12), st.sampled_from(["vi", "en", "plain"]))
def test_a_text_is_a_day_and_a_period_or_refused(text: str, form: Form) -> None:
    for read in (lambda: read_day(cell(text), form), lambda: read_period(cell(text), form, YEAR), lambda: read_period(cell(text), form, None)):  # fmt: skip
        try:
            read()
        except Unreadable as error:
            assert error.code in ("IMPORT_DATE", "IMPORT_PERIOD")

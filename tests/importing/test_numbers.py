"""Numbers as people write them: each reads back exactly, and what could be read in two ways is refused."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aop_rules.importing.cell import Unreadable
from aop_rules.importing.numbers import Form, read_number
from aop_rules.wording.numbers import show_number

READ: list[tuple[str, Form, object]] = [
    ("438.000.000", "vi", 438_000_000),
    ("438000000", "vi", 438_000_000),
    ("1.234,5", "vi", Fraction(2469, 2)),
    ("0,5", "vi", Fraction(1, 2)),
    ("1,234.5", "en", Fraction(2469, 2)),
    ("438,000,000", "en", 438_000_000),
    ("1234.5", "plain", Fraction(2469, 2)),
    ("-7,5", "vi", Fraction(-15, 2)),
    ("7,5-", "vi", Fraction(-15, 2)),
    ("\u22127,5", "vi", Fraction(-15, 2)),
    ("(1.234)", "vi", -1234),
    ("+1.234", "vi", 1234),
    ("35%", "vi", Fraction(7, 20)),
    ("8,91 %", "vi", Fraction(891, 10_000)),
    ("100%", "en", 1),
    ("20.000.000 ₫", "vi", 20_000_000),
    ("20.000.000đ", "vi", 20_000_000),
    ("VND 20.000.000", "vi", 20_000_000),
    ("(20.000.000 VNĐ)", "vi", -20_000_000),
    ("20.000.000\u00a0₫", "vi", 20_000_000),
]
REFUSED: list[tuple[str, Form]] = [
    *((text, "vi") for text in ("438,000,000", "1.23", "1.2345", "12.34.567", "0.500", "1.234.5", "1,234.5", "1.234,", "007")),
    *((text, "en") for text in ("438.000.000", "1,23", "1.234,5", "1,2345", "0,500")),
    *((text, "plain") for text in ("438.000.000", "1,5", "5 ₫")),
    *((text, "vi") for text in ("", "-", "n/a", "1 234", "--5", "-5-", "(-5)", "(5", "5)", "5+", "%5", "5%%", "5% ₫", "₫5₫")),
    *((text, "vi") for text in ("5 triệu", "5k", "1e6", "٥", "½", "5/2", "1_000", "9" * 300, ("9" * 61))),
]  # fmt: skip


@pytest.mark.parametrize(("text", "form", "value"), READ)
def test_a_number_reads_as_it_is_meant(text: str, form: Form, value: object) -> None:
    assert read_number(text, form, "VND") == value


@pytest.mark.parametrize(("text", "form"), REFUSED)
def test_what_reads_in_two_ways_or_in_none_is_refused(text: str, form: Form) -> None:
    with pytest.raises(Unreadable) as found:
        read_number(text, form, "VND")
    assert (found.value.code, bool(found.value.hint)) == ("IMPORT_NUMBER", True)


@pytest.mark.parametrize(("text", "currency"), [("5 $", "VND"), ("5 ₫", "USD"), ("5 EUR", "VND"), ("5 ₫", "")])
def test_money_in_another_currency_is_refused(text: str, currency: str) -> None:
    with pytest.raises(Unreadable) as found:
        read_number(text, "vi", currency)
    assert found.value.code == "IMPORT_CURRENCY"


def test_a_number_of_the_other_language_says_so() -> None:
    with pytest.raises(Unreadable, match="Vietnamese") as found:
        read_number("438,000,000", "vi")
    assert "`format: en`" in found.value.hint


@given(st.integers(-(10**20), 10**20), st.integers(0, 6), st.sampled_from(["vi", "en"]))
def test_every_number_written_in_a_locale_is_read_back_exactly(digits: int, places: int, form: Form) -> None:
    value = Fraction(digits, 10**places)
    assert read_number(show_number(value, form, places), form) == value


@given(st.text(max_size=30) | st.text("0123456789.,-+()% ₫", max_size=12), st.sampled_from(["vi", "en", "plain"]))
def test_a_text_is_a_number_or_refused(text: str, form: Form) -> None:
    try:
        read_number(text, form, "VND")
    except Unreadable as error:
        assert error.code in ("IMPORT_NUMBER", "IMPORT_CURRENCY")


@given(st.from_regex(r"[0-9]{1,4}([.,][0-9]{1,4}){1,2}", fullmatch=True))
def test_no_text_with_a_point_or_comma_is_one_number_here_and_another_there_in_silence(text: str) -> None:
    """Both languages read only what is one group of three digits after one sign; nothing tells which is meant but the mapping."""
    read = []
    for form in ("vi", "en"):
        try:
            read.append(read_number(text, form))  # type: ignore[arg-type]
        except Unreadable:
            continue
    assert len(read) < 2 or len(text.replace(",", ".").split(".")) == 2

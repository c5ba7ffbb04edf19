"""How exact numbers are read, written, and refused."""

from __future__ import annotations

import json
import re
import time
from decimal import Decimal
from fractions import Fraction
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from aop_rules.errors import AopError, ExactError
from aop_rules.exact.number import (
    Exact,
    Number,
    Ratio,
    exact,
    number_text,
    parse_figure,
    parse_number,
    parse_ratio,
    ratio_text,
)
from aop_rules.limits import DIGITS_MAX

BIG = 10**DIGITS_MAX - 1
numbers = st.one_of(
    st.integers(-BIG, BIG),
    st.fractions(max_denominator=10**12).filter(lambda f: abs(f.numerator) <= BIG),
    st.builds(lambda n, places: Fraction(n, 10**places), st.integers(-(10**40), 10**40), st.integers(0, 70)).filter(
        lambda f: f.denominator <= BIG
    ),
).map(exact)


class Line(BaseModel):
    amount: Annotated[Number, Field(gt=0)] = 1
    share: Ratio = Fraction(4, 5)
    ceiling: Number | None = None
    weights: tuple[Number, ...] = ()


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("7%", Fraction(7, 100)),
        ("8.91 %", Fraction(891, 10_000)),
        ("12.50", Fraction(25, 2)),
        ("1_000_000", 1_000_000),
        ("9/5", Fraction(9, 5)),
        ("10 / 5", 2),
        ("-3", -3),
        ("+4", 4),
        (" 5 ", 5),
        ("0.0", 0),
        ("1e6", 1_000_000),
        ("25E-1", Fraction(5, 2)),
        ("100%", 1),
        (7, 7),
        (Decimal("12.50"), Fraction(25, 2)),
        (Decimal("1E+3"), 1000),
        (Fraction(6, 3), 2),
    ],
)
def test_a_number_reads_as_people_write_it(written: object, value: Exact) -> None:
    read = parse_number(written)

    assert (value, type(value)) == (read, type(read))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (0.1, '`0.1` is a float, which is not exact; write it as text ("0.1") or Decimal'),
        (float("nan"), "is a float"),
        (True, "`true` is a truth value; a number is expected"),
        (None, "a number is missing here"),
        ("", "a number is missing here"),
        ("   ", "a number is missing here"),
        ([], "a number is expected, not a list"),
        ("NaN", "`NaN` is not a number that can be counted with"),
        ("-inf", "is not a number that can be counted with"),
        (Decimal("NaN"), "is not a number that can be counted with"),
        (Decimal("sNaN"), "is not a number that can be counted with"),
        (Decimal("-Infinity"), "is not a number that can be counted with"),
        ("1,000", "`1,000` has a comma, which reads in two ways; write `1_000` for thousands, `12.5` for decimals"),
        ("3/0", "`3/0` divides by zero"),
        ("12 apples", "`12 apples` is not a number; write it as in `12.50`, `1_000_000`, `7%` or `9/5`"),
        ("1__0", "is not a number"),
        ("_1", "is not a number"),
        ("1.2.3", "is not a number"),
        ("9/5%", "is not a number"),
        ("٣", "is not a number"),
        ("²", "is not a number"),
        ("0x10", "is not a number"),
        ("1" * (DIGITS_MAX + 1), "a number has at most 60 digits"),
        (10**DIGITS_MAX, "a number has at most 60 digits"),
        (Fraction(1, 10**DIGITS_MAX + 1), "a number has at most 60 digits"),
        ("1" * 1_000_000, "a number has at most 60 digits"),
    ],
)
def test_what_is_not_an_exact_number_is_refused_in_a_plain_sentence(written: object, said: str) -> None:
    with pytest.raises(ExactError, match=re.escape(said)) as caught:
        parse_number(written)

    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, AopError)
    assert len(str(caught.value)) < 150, "the message never repeats a huge input"


@pytest.mark.parametrize(
    "written", ["1e999999", "1e-999999", "1e999999999", Decimal("1e999999"), Decimal("1e-999999"), "1e61", "-1e70"]
)
def test_a_huge_exponent_is_refused_before_it_costs_anything(written: object) -> None:
    began = time.perf_counter()
    with pytest.raises(ExactError, match="at most 60 digits"):
        parse_number(written)

    assert time.perf_counter() - began < 0.2


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("20%", Fraction(1, 5)),
        ("0.2", Fraction(1, 5)),
        (Decimal("0.2"), Fraction(1, 5)),
        ("1/5", Fraction(1, 5)),
        (0, 0),
        (1, 1),
        ("0", 0),
        ("1", 1),
        ("100%", 1),
        ("1.5", Fraction(3, 2)),
        ("200%", 2),
        (Fraction(3), 3),
        ("-5%", Fraction(-1, 20)),
    ],
)
def test_a_share_reads_in_percent_or_as_a_fraction(written: object, value: Exact) -> None:
    assert value == parse_ratio(written)


@pytest.mark.parametrize("written", [20, "20", Decimal(20), Decimal("2E+1"), "20.0", "2e1"])
def test_a_bare_whole_number_is_not_a_share(written: object) -> None:
    with pytest.raises(ExactError, match="is not clear as a share; write `20%`"):
        parse_ratio(written)


@given(numbers)
def test_what_is_written_reads_back_the_same(value: Exact) -> None:
    assert value == parse_number(number_text(value))
    assert type(value) is type(parse_number(number_text(value)))
    assert value == parse_ratio(ratio_text(value))


@given(numbers)
def test_a_written_number_is_finite_where_it_can_be(value: Exact) -> None:
    written = number_text(value)

    assert isinstance(written, int) == isinstance(value, int)
    assert "." in str(written) or "/" in str(written) or isinstance(value, int)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**20), max_value=10**20))
def test_a_decimal_and_its_text_are_one_number(value: Decimal) -> None:
    assert parse_number(value) == parse_number(f"{value:f}") == Fraction(value)


@given(st.one_of(st.text(max_size=30), st.from_regex(r"[0-9eE+\-_./% ]{0,20}", fullmatch=True)))
def test_any_text_gives_a_number_or_an_exact_error(text: str) -> None:
    try:
        value = parse_number(text)
    except ExactError:
        return

    assert value == parse_number(number_text(value))


def test_exact_has_one_form_for_each_value() -> None:
    assert isinstance(exact(Fraction(4, 2)), int)
    assert isinstance(exact(Decimal("2.00")), int)
    assert Fraction(5, 2) == exact(Decimal("2.5"))
    with pytest.raises(ExactError, match="float"):
        exact(2.0)  # type: ignore[arg-type]


class TestInAModel:
    def test_numbers_and_shares_read_alike_from_python_and_json(self) -> None:
        from_python = Line(amount="12.50", share="20%", ceiling="1/3", weights=(6, "5"))  # type: ignore[arg-type]
        from_json = Line.model_validate_json('{"amount":"12.50","share":"20%","ceiling":"1/3","weights":[6,"5"]}')

        assert from_python == from_json
        assert Fraction(25, 2) == from_json.amount

    def test_json_holds_ints_decimals_and_fractions_as_text(self) -> None:
        line = Line(amount=Fraction(25, 2), share=Fraction(1, 5), ceiling=Fraction(1, 3), weights=(6,))

        assert line.model_dump_json() == '{"amount":"12.5","share":"20%","ceiling":"1/3","weights":[6]}'
        assert line.model_dump() == {"amount": "12.5", "share": "20%", "ceiling": "1/3", "weights": (6,)}

    @given(numbers, numbers)
    def test_a_model_survives_being_written_and_read(self, value: Exact, share: Exact) -> None:
        line = Line(share=Fraction(share), ceiling=value)

        assert line == Line.model_validate_json(line.model_dump_json())
        assert line == Line.model_validate(line.model_dump())

    def test_a_share_of_two_hundred_percent_can_be_copied_from_value_to_value(self) -> None:
        line = Line.model_validate({"share": "200%"})

        assert line == Line(share=line.share)

    def test_limits_hold_on_exact_numbers(self) -> None:
        with pytest.raises(ValidationError, match="greater than 0"):
            Line(amount=0)

    @pytest.mark.parametrize("raw", ['{"amount": 12.5}', '{"amount": true}', '{"amount": "1e999999"}', '{"share": 20}'])
    def test_json_is_as_strict_as_python(self, raw: str) -> None:
        with pytest.raises(ValidationError):
            Line.model_validate_json(raw)

    def test_the_default_is_kept(self) -> None:
        assert Fraction(4, 5) == Line().share

    @given(numbers)
    def test_the_json_schema_allows_what_is_written(self, value: Exact) -> None:
        for kind, written in ((Number, number_text(value)), (Ratio, ratio_text(value))):
            patterns = [p["pattern"] for p in TypeAdapter(kind).json_schema()["anyOf"] if "pattern" in p]
            assert isinstance(written, int) or any(re.fullmatch(pattern, written) for pattern in patterns)

    def test_the_json_schema_is_plain_json(self) -> None:
        schema = json.loads(json.dumps(Line.model_json_schema()))

        assert {"type": "number"} in schema["properties"]["amount"]["anyOf"]


@pytest.mark.parametrize(("written", "kept"), [("450%", "450%"), ("-200 %", "-200%"), ("4.5", "4.5"), ("45%", "0.45")])
def test_a_figure_past_the_whole_keeps_its_percent_sign(written: str, kept: str) -> None:
    figure = parse_figure(written)
    assert number_text(figure) == kept
    assert figure == parse_number(written)
    assert type(exact(figure)) in (int, Fraction)

"""Money: whole minor units, one currency at a time."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from aop_rules.errors import ExactError
from aop_rules.exact.currencies import CODES, minor_units
from aop_rules.exact.money import Money

codes = st.sampled_from(CODES)
amounts = st.integers(-(10**18), 10**18)
monies = st.builds(Money, amounts, codes)


def test_a_currency_says_how_many_decimals_it_has() -> None:
    assert [minor_units(code) for code in ("VND", "JPY", "USD", "EUR", "MGA", "KWD", "BHD", "CLF")] == [
        0, 0, 2, 2, 2, 3, 3, 4,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "hint"), [("vnd", "did you mean `VND`?"), ("usd", "did you mean `USD`?"), ("Q", "known here: `AED`")]
)
def test_an_unknown_currency_is_refused_with_a_hint(code: str, hint: str) -> None:
    with pytest.raises(ExactError, match=f"`{code}` is not a currency of ISO 4217") as caught:
        minor_units(code)

    assert hint in str(caught.value)


@pytest.mark.parametrize("code", ["XAU", "XDR", "XXX", "XTS", "DEM"])
def test_metals_baskets_test_codes_and_past_currencies_are_not_money(code: str) -> None:
    with pytest.raises(ExactError):
        Money(1, code)


class TestMaking:
    @pytest.mark.parametrize(
        ("major", "currency", "amount"),
        [
            ("12.50", "USD", 1250),
            (Decimal("0.001"), "KWD", 1),
            (Fraction(1, 4), "USD", 25),
            (20_000_000, "VND", 20_000_000),
        ],
    )
    def test_whole_currency_units_become_minor_units(self, major: str, currency: str, amount: int) -> None:
        assert Money(amount, currency) == Money.of(major, currency)

    def test_a_part_of_a_minor_unit_is_refused(self) -> None:
        with pytest.raises(ExactError) as caught:
            Money.of("12.505", "USD")
        assert str(caught.value) == "`12.505` USD is not a whole number of its smallest unit, 0.01 USD"
        with pytest.raises(ExactError, match="smallest unit, 1 VND"):
            Money.of("0.5", "VND")

    def test_there_is_no_way_in_for_floats(self) -> None:
        with pytest.raises(ExactError, match="float"):
            Money.of(1.5, "USD")  # type: ignore[arg-type]
        with pytest.raises(ExactError, match="whole number of minor units"):
            Money(1.0, "USD")  # type: ignore[arg-type]
        with pytest.raises(ExactError, match="whole number of minor units"):
            Money(True, "USD")

    @given(monies)
    def test_major_and_of_are_inverse(self, money: Money) -> None:
        assert money == Money.of(money.major, money.currency)

    @given(monies)
    def test_str_and_parse_are_inverse(self, money: Money) -> None:
        assert money == Money.parse(str(money))

    @pytest.mark.parametrize("text", ["12", "USD 12", "12 usd", "x USD", "12  USD", "12.5 VND", "1e999999 USD"])
    def test_text_without_amount_and_currency_is_refused(self, text: str) -> None:
        with pytest.raises(ExactError):
            Money.parse(text)


class TestArithmetic:
    def test_tryton_loses_four_cents_here_and_we_none(self) -> None:
        parts = Money.of("1000.00", "USD").split([1] * 12)

        assert sum(parts, Money(0, "USD")) == Money.of(1000, "USD")

    def test_ten_percent_over_is_exactly_ten_percent_over(self) -> None:
        assert Money(110_000, "VND") >= Money(100_000, "VND").times(Fraction(11, 10))

    @given(monies, amounts)
    def test_adding_and_subtracting_are_inverse(self, money: Money, other: int) -> None:
        more = Money(other, money.currency)

        assert money == (money + more) - more
        assert money + more == more + money
        assert money - more == -(more - money)

    @given(monies, st.integers(-1000, 1000))
    def test_multiplying_is_repeated_addition(self, money: Money, count: int) -> None:
        assert money * count == count * money == Money(money.amount * count, money.currency)

    @given(monies, st.lists(st.integers(0, 100), min_size=1, max_size=12).filter(any))
    def test_the_parts_of_a_split_sum_to_the_whole(self, money: Money, weights: list[int]) -> None:
        assert money == sum(money.split(weights), Money(0, money.currency))

    @given(monies, monies)
    def test_currencies_never_mix(self, one: Money, other: Money) -> None:
        if one.currency == other.currency:
            assert (one < other) == (one.amount < other.amount)
            assert (one >= other) == (one.amount >= other.amount)
            return
        assert one != other
        for mixed in (
            lambda: one + other, lambda: one - other, lambda: one / other,
            lambda: one < other, lambda: one <= other, lambda: one > other, lambda: one >= other,
        ):  # fmt: skip
            with pytest.raises(ExactError, match="two currencies"):
                mixed()

    def test_two_amounts_divide_to_an_exact_ratio(self) -> None:
        assert Money(39_000_000, "VND") / Money(438_000_000, "VND") == Fraction(13, 146)
        assert isinstance(Money(4, "VND") / Money(2, "VND"), int)
        with pytest.raises(ExactError, match="divided by nothing"):
            Money(4, "VND") / Money(0, "VND")

    def test_money_is_not_divided_by_or_added_to_a_number(self) -> None:
        for wrong in (lambda: Money(4, "VND") / 2, lambda: Money(4, "VND") + 1, lambda: Money(4, "VND") < 1):
            with pytest.raises(TypeError):
                wrong()

    def test_a_product_that_is_not_exact_is_refused(self) -> None:
        with pytest.raises(ExactError, match="`1/3` VND is not a whole number"):
            Money(1, "VND").times(Fraction(1, 3))
        with pytest.raises(ExactError, match="`times` takes an exact fraction"):
            Money(1, "VND") * 1.1  # type: ignore[operator]


class TestInAModel:
    class Invoice(BaseModel):
        due: Money

    def test_it_is_written_as_text_with_its_currency(self) -> None:
        assert self.Invoice(due=Money.of("12.50", "USD")).model_dump_json() == '{"due":"12.50 USD"}'

    @given(monies)
    def test_it_survives_being_written_and_read(self, money: Money) -> None:
        invoice = self.Invoice(due=money)

        assert invoice == self.Invoice.model_validate_json(invoice.model_dump_json())

    @pytest.mark.parametrize("raw", ["12", "12.505 USD", 12, None, {"amount": 12, "currency": "USD"}])
    def test_what_is_not_money_is_refused(self, raw: object) -> None:
        with pytest.raises(ValidationError):
            self.Invoice.model_validate({"due": raw})

"""Money: a whole number of minor units of one currency. Currencies never mix, and no part of a unit is lost."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Self

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from aop_rules.errors import ExactError
from aop_rules.exact.currencies import minor_units
from aop_rules.exact.number import Exact, exact, number_text, parse_number
from aop_rules.exact.split import largest_remainder

_TEXT = re.compile(r"(\S{1,200})\s([A-Z]{3})")
_PATTERN = r"^[+-]?[0-9]+(_[0-9]+)*(\.[0-9]+)? [A-Z]{3}$"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (cents, fils; for VND the đồng itself) of an ISO 4217 currency.

    Adding, subtracting and ordering need one currency and raise ExactError otherwise; equality is simply False. A sum
    is `sum(amounts, Money(0, "VND"))`. There is no division by a number: `split` shares out without losing a unit.

    >>> Money.of("12.50", "USD"), Money.of(20_000_000, "VND")
    (Money(amount=1250, currency='USD'), Money(amount=20000000, currency='VND'))
    >>> str(Money.of("12.50", "USD") + Money.of(1, "USD")), Money(110, "VND") / Money(100, "VND")
    ('13.50 USD', Fraction(11, 10))
    """

    amount: int
    currency: str

    def __post_init__(self) -> None:
        if isinstance(self.amount, bool) or not isinstance(self.amount, int):
            raise ExactError(f"an amount is a whole number of minor units, not `{self.amount!r}`")
        minor_units(self.currency)

    @classmethod
    def of(cls, major: int | Fraction | Decimal | str, currency: str) -> Self:
        """Money from whole currency units: 12.50 is 12 dollars 50 cents.

        Raises ExactError for a float, for what is not a number, and for parts of a minor unit.
        """
        return cls(_whole_units(parse_number(major), currency), currency)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Money as it is written by `str`: `12.50 USD`. Raises ExactError."""
        match = _TEXT.fullmatch(text.strip())
        if match is None:
            raise ExactError(f"`{text[:40]}` is not an amount of money; write it as in `12.50 USD`")
        return cls.of(match[1], match[2])

    @property
    def major(self) -> Exact:
        """The amount in whole currency units."""
        return exact(Fraction(self.amount, 10 ** minor_units(self.currency)))

    def __str__(self) -> str:
        places = minor_units(self.currency)
        digits = str(abs(self.amount)).rjust(places + 1, "0")
        shown = f"{digits[:-places]}.{digits[-places:]}" if places else digits
        return f"{'-' if self.amount < 0 else ''}{shown} {self.currency}"

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency) if isinstance(other, Money) else NotImplemented

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency) if isinstance(other, Money) else NotImplemented

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __mul__(self, count: int) -> Money:
        if isinstance(count, bool) or not isinstance(count, int):
            raise ExactError(f"money is multiplied by a whole number, not `{count!r}`; `times` takes an exact fraction")
        return Money(self.amount * count, self.currency)

    __rmul__ = __mul__

    def __truediv__(self, other: Money) -> Exact:
        if not isinstance(other, Money):
            return NotImplemented
        divisor = self._same(other)
        if divisor == 0:
            raise ExactError(f"`{self}` is divided by nothing")
        return exact(Fraction(self.amount, divisor))

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other) if isinstance(other, Money) else NotImplemented

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other) if isinstance(other, Money) else NotImplemented

    def __gt__(self, other: Money) -> bool:
        return self.amount > self._same(other) if isinstance(other, Money) else NotImplemented

    def __ge__(self, other: Money) -> bool:
        return self.amount >= self._same(other) if isinstance(other, Money) else NotImplemented

    def times(self, factor: int | Fraction | Decimal) -> Money:
        """The exact product. Raises ExactError where it would need a part of a minor unit.

        >>> Money(200, "VND").times(Fraction(7, 100))
        Money(amount=14, currency='VND')
        """
        return Money.of(self.major * exact(factor), self.currency)

    def split(self, weights: Sequence[Exact]) -> tuple[Money, ...]:
        """Parts by weights that sum to the whole to the last minor unit (`largest_remainder`). Raises ExactError.

        >>> [part.amount for part in Money(100, "VND").split([1, 1, 1])]
        [34, 33, 33]
        """
        return tuple(Money(part, self.currency) for part in largest_remainder(self.amount, weights))

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise ExactError(f"`{self}` and `{other}` are of two currencies; convert one by a dated rate first")
        return other.amount

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """In and out of JSON as text: `12.50 USD`."""
        return core_schema.no_info_plain_validator_function(
            lambda raw: raw if isinstance(raw, cls) else cls.parse(_text(raw)),
            json_schema_input_schema=core_schema.str_schema(pattern=_PATTERN),
            serialization=core_schema.to_string_ser_schema(),
        )


def _whole_units(major: Exact, currency: str) -> int:
    places = minor_units(currency)
    amount = exact(Fraction(major) * 10**places)
    if not isinstance(amount, int):
        unit = f"0.{'1'.rjust(places, '0')}" if places else "1"
        raise ExactError(
            f"`{number_text(major)}` {currency} is not a whole number of its smallest unit, {unit} {currency}"
        )
    return amount


def _text(raw: object) -> str:
    if not isinstance(raw, str):
        raise ExactError("an amount of money is written as text with its currency, as in `12.50 USD`")
    return raw

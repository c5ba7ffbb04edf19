"""Exact numbers: read from what people write, never rounded, never a float.

A whole number is an `int`, any other a `Fraction`; `Number` and `Ratio` are the same two types with what pydantic needs
to read and write them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, TypeAlias

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from aop_rules.errors import ExactError
from aop_rules.limits import DIGITS_MAX

Exact: TypeAlias = int | Fraction


class Share(Fraction):
    """A number above 1 (or below -1) that was written with its percent sign: `450%` and a bare `4.5` are one number, and only
    the first says that it is a share. It counts as any Fraction.
    """

    __slots__ = ()


_BOUND = 10**DIGITS_MAX
_TEXT_MAX = 5 * DIGITS_MAX  # two numbers of a fraction, signs, separators: past it nothing is worth reading
_DIGITS = r"[0-9]+(?:_[0-9]+)*"
_DECIMAL = re.compile(rf"([+-]?{_DIGITS}(?:\.{_DIGITS})?)(?:[eE]([+-]?[0-9]{{1,9}}))?(\s?%)?")
_FRACTION = re.compile(rf"([+-]?{_DIGITS})\s?/\s?({_DIGITS})")
_PLAIN_PATTERN = rf"^[+-]?{_DIGITS}(\.{_DIGITS})?([eE][+-]?[0-9]+)?( ?%)?$"
_FRACTION_PATTERN = rf"^[+-]?{_DIGITS} ?/ ?{_DIGITS}$"
_SHARE_PATTERN = rf"^[+-]?{_DIGITS}((\.{_DIGITS})? ?%|\.{_DIGITS})$"


def exact(value: int | Fraction | Decimal) -> Exact:
    """The same value in its one form: an `int` where it is whole, a `Fraction` where it is not.

    Raises ExactError for a float, a truth value, NaN and infinity.

    >>> exact(Fraction(6, 3)), exact(Decimal("12.50"))
    (2, Fraction(25, 2))
    """
    if isinstance(value, bool) or not isinstance(value, (int, Fraction, Decimal)):
        raise ExactError(_refusal(value))
    if isinstance(value, int):
        return int(value)
    if isinstance(value, Decimal):
        _check_decimal(value)
        value = Fraction(value)
    if value.denominator == 1:
        return value.numerator
    return Fraction(value) if isinstance(value, Share) else value


def parse_number(raw: object) -> Exact:
    """Reads a number as people write it: `7%`, `12.50`, `1_000_000`, `9/5`, `-3`, `1e6`; or an int, Decimal, Fraction.

    Raises ExactError for a float or truth value, for NaN and infinity, for text that is not a number, and for one of
    more than `limits.DIGITS_MAX` digits. A comma is refused: it means thousands to one reader and decimals to the next.

    >>> parse_number("7%"), parse_number("12.50"), parse_number("1_000_000"), parse_number("9/5")
    (Fraction(7, 100), Fraction(25, 2), 1000000, Fraction(9, 5))
    """
    if isinstance(raw, str):
        return _parse_text(raw)
    if isinstance(raw, bool) or not isinstance(raw, (int, Fraction, Decimal)):
        raise ExactError(_refusal(raw))
    return _within_digits(exact(raw))


def parse_figure(raw: object) -> Exact:
    """Reads as `parse_number` does what is a share of one KPI and money of the next: whether `%` stood there is kept (`Share`).

    >>> parse_figure("450%"), parse_figure("4.5"), parse_figure("45%")
    (Share(9, 2), Fraction(9, 2), Fraction(9, 20))
    """
    value = parse_number(raw)
    said = isinstance(raw, Share) or (isinstance(raw, str) and "%" in raw)
    return Share(value) if said and not -1 <= value <= 1 else value


def parse_ratio(raw: object) -> Exact:
    """Reads a share: `20%`, `0.2`, `1/5`, 0, 1. A bare `20` is refused, since it may mean 20 % or 20 times.

    A whole ratio above 1 stays a Fraction (`200%` is `Fraction(2, 1)`), so that it reads back as the ratio it is.
    Raises ExactError as `parse_number` does.

    >>> parse_ratio("20%"), parse_ratio("100%"), parse_ratio("200%")
    (Fraction(1, 5), 1, Fraction(2, 1))
    """
    value = parse_number(raw)
    if not isinstance(value, int) or value in (0, 1):
        return value
    said = isinstance(raw, Fraction) or (isinstance(raw, str) and ("%" in raw or "/" in raw))
    if not said:
        raise ExactError(f"`{_short(raw)}` is not clear as a share; write `{value}%` (or `{value * 100}%`)")
    return Fraction(value)


def number_text(value: Exact) -> int | str:
    """What `parse_number` reads back to the same value: an int, a decimal text where that is finite, else `9/5`; of a
    `Share` its percentage.

    >>> number_text(3), number_text(Fraction(25, 2)), number_text(Fraction(1, 3)), number_text(Share(9, 2))
    (3, '12.5', '1/3', '450%')
    """
    if isinstance(value, int):
        return value
    if isinstance(value, Share):
        return ratio_text(value)
    if value.denominator == 1:
        return value.numerator
    return _decimal_text(value) or f"{value.numerator}/{value.denominator}"


def ratio_text(value: Exact) -> str:
    """What `parse_ratio` reads back to the same value: `20%` where that is finite, else `1/3`.

    >>> ratio_text(Fraction(1, 5)), ratio_text(1), ratio_text(Fraction(1, 3))
    ('20%', '100%', '1/3')
    """
    share = Fraction(value)
    percent = _decimal_text(share * 100)
    return f"{percent}%" if percent else f"{share.numerator}/{share.denominator}"


# ── reading and writing text ────────────────────────────────────────────────────────────────────────────────────────


def _parse_text(raw: str) -> Exact:
    text = raw.strip()
    if not text:
        raise ExactError("a number is missing here; write it in digits, as in `12.50`")
    if len(text) > _TEXT_MAX:
        raise ExactError(_too_long(text))
    if match := _FRACTION.fullmatch(text):
        above, below = (int(_counted(part, text)) for part in match.groups())
        if below == 0:
            raise ExactError(f"`{_short(text)}` divides by zero")
        return _within_digits(exact(Fraction(above, below)))
    match = _DECIMAL.fullmatch(text)
    if match is None:
        raise ExactError(_not_a_number(text))
    digits, exponent, percent = match.groups()
    power = int(exponent or 0)
    if abs(power) > DIGITS_MAX:  # before any arithmetic: 10**999_999 alone would take seconds
        raise ExactError(_too_long(text))
    value = Fraction(_counted(digits, text)) * Fraction(10) ** power
    return _within_digits(exact(value / 100 if percent else value), text)


def _counted(digits: str, text: str) -> str:
    if sum(c.isdigit() for c in digits) > DIGITS_MAX:
        raise ExactError(_too_long(text))
    return digits


def _within_digits(value: Exact, shown: object = None) -> Exact:
    above, below = (value, 1) if isinstance(value, int) else (value.numerator, value.denominator)
    if abs(above) >= _BOUND or below >= _BOUND:
        raise ExactError(_too_long(shown) if shown else f"a number has at most {DIGITS_MAX} digits; this one has more")
    return value


def _check_decimal(value: Decimal) -> None:
    if not value.is_finite():
        raise ExactError(f"`{value}` is not a number that can be counted with; leave it out where it is not known")
    if len(value.as_tuple().digits) > DIGITS_MAX or abs(value.adjusted()) > DIGITS_MAX:
        raise ExactError(_too_long(value))


def _decimal_text(value: Fraction) -> str:
    """All decimals of a fraction; empty where they never end, or would be more digits than `parse_number` reads."""
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    places = max(twos, fives)
    if rest != 1 or places >= DIGITS_MAX:
        return ""
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    if len(digits) > DIGITS_MAX:
        return ""
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else sign + digits


def _short(raw: object) -> str:
    text = str(raw)
    return text if len(text) <= 40 else f"{text[:37]}..."


def _too_long(raw: object) -> str:
    return f"`{_short(raw)}` is too long; a number has at most {DIGITS_MAX} digits"


def _refusal(raw: object) -> str:
    if isinstance(raw, bool):
        return f"`{str(raw).lower()}` is a truth value; a number is expected"
    if isinstance(raw, float):
        return f'`{raw!r}` is a float, which is not exact; write it as text ("{raw!r}") or Decimal'
    if raw is None:
        return "a number is missing here; write it in digits, as in `12.50`"
    return f"a number is expected, not a {type(raw).__name__}"


def _not_a_number(text: str) -> str:
    if re.fullmatch(r"[+-]?(nan|inf|infinity|\.nan|\.inf)", text, re.IGNORECASE):
        return f"`{_short(text)}` is not a number that can be counted with; leave it out where it is not known"
    if "," in text and re.fullmatch(r"[0-9.,+%\s-]+", text):
        return (
            f"`{_short(text)}` has a comma, which reads in two ways; write `1_000` for thousands, `12.5` for decimals"
        )
    return f"`{_short(text)}` is not a number; write it as in `12.50`, `1_000_000`, `7%` or `9/5`"


# ── pydantic ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Reads:
    """Tells pydantic how an exact number is read, written and described to editors."""

    share: bool = False
    figure: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            parse_ratio if self.share else parse_figure if self.figure else parse_number,
            # In Python mode too: pydantic would write a Fraction as `25/2` by itself.
            serialization=core_schema.plain_serializer_function_ser_schema(ratio_text if self.share else number_text),
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        if self.share:
            bare: list[dict[str, Any]] = [{"enum": [0, 1, "0", "1"]}, {"type": "number", "not": {"multipleOf": 1}}]
            return {"anyOf": [*bare, *_texts([_SHARE_PATTERN, _FRACTION_PATTERN])], "examples": ["20%"]}
        return {"anyOf": [{"type": "number"}, *_texts([_PLAIN_PATTERN, _FRACTION_PATTERN])]}


def _texts(patterns: list[str]) -> list[dict[str, Any]]:
    return [{"type": "string", "pattern": pattern} for pattern in patterns]


Number: TypeAlias = Annotated[Exact, _Reads()]
"""An exact number in a pydantic model. In JSON an integer, or text: `"12.5"`, `"9/5"`. Never a float."""

Ratio: TypeAlias = Annotated[Exact, _Reads(share=True)]
"""An exact share in a pydantic model: `20%`, `0.2`, 0 or 1. In JSON `"20%"`."""

Figure: TypeAlias = Annotated[Exact, _Reads(figure=True)]
"""An exact number in the unit of some KPI: a `Number` that remembers its percent sign where it is above 1 (`Share`)."""

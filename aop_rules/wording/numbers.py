"""Numbers, money, dates and periods as people read them, in English and Vietnamese. The one place where we round.

Rounding is half away from zero (2.345 is shown as 2.35, -2.345 as -2.35), and only in the text: no rule sees it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Literal, TypeAlias

from aop_rules.exact.currencies import minor_units
from aop_rules.exact.number import Exact

Language: TypeAlias = Literal["en", "vi"]

_SIGNS = {"en": (",", "."), "vi": (".", ",")}  # thousands, decimals
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_PERIOD = re.compile(r"([0-9]{4})-(Q|P|)([0-9]{1,2})")
_KIND_VI = {"": "tháng", "Q": "quý", "P": "kỳ"}

# unit: English for one, English for more, Vietnamese
_UNITS = {
    "customer": ("customer", "customers", "khách hàng"),
    "day": ("day", "days", "ngày"),
    "hour": ("hour", "hours", "giờ"),
    "month": ("month", "months", "tháng"),
    "order": ("order", "orders", "đơn hàng"),
    "period": ("period", "periods", "kỳ"),
    "person": ("person", "people", "người"),
    "product": ("product", "products", "sản phẩm"),
    "shift": ("shift", "shifts", "ca"),
    "store": ("store", "stores", "cửa hàng"),
    "visit": ("visit", "visits", "lượt truy cập"),
    "week": ("week", "weeks", "tuần"),
}
_UNIT_OF_WORD = {word: words for unit, words in _UNITS.items() for word in (unit, f"{unit}s", words[1])}


def show_number(value: Exact, language: Language, places: int = 2) -> str:
    """At most that many decimals, without zeros at their end.

    >>> show_number(Fraction(12345678, 1000), "en"), show_number(Fraction(12345678, 1000), "vi")
    ('12,345.68', '12.345,68')
    """
    whole, decimals, sign = _rounded(value, places)
    return sign + _with_signs(whole, decimals.rstrip("0"), language)


def show_money(value: Exact, currency: str, language: Language) -> str:
    """An amount in whole currency units. Decimals (all that the currency has) only where it is not whole.

    Raises ExactError for a currency that ISO 4217 does not list.

    >>> show_money(14_400_000_000, "VND", "vi"), show_money(Fraction(24001, 2), "USD", "en")
    ('14.400.000.000 ₫', '$12,000.50')
    """
    whole, decimals, sign = _rounded(value, minor_units(currency))
    amount = _with_signs(whole, decimals if decimals.strip("0") else "", language)
    if currency == "USD" and language == "en":
        return f"{sign}${amount}"
    symbol = {"VND": "₫", "USD": "US$"}.get(currency, currency)
    return f"{sign}{amount} {symbol}"


def show_ratio(value: Exact, language: Language, places: int = 2) -> str:
    """A share in percent.

    >>> share = Fraction(891, 10_000)
    >>> show_ratio(share, "en"), show_ratio(share, "vi"), show_ratio(Fraction(7, 20), "en")
    ('8.91 %', '8,91 %', '35 %')
    """
    return f"{show_number(value * 100, language, places)} %"


def show_date(day: date, language: Language) -> str:
    """A day.

    >>> show_date(date(2026, 5, 5), "en"), show_date(date(2026, 5, 5), "vi")
    ('5 May 2026', '05/05/2026')
    """
    if language == "vi":
        return f"{day.day:02}/{day.month:02}/{day.year:04}"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def show_period(periods: str, language: Language) -> str:
    """A period id, or a span of two. What is neither is shown as it is.

    >>> show_period("2026-01..2026-05", "en"), show_period("2026-01..2026-05", "vi"), show_period("2026-Q1", "vi")
    ('January–May 2026', 'tháng 1–5/2026', 'quý 1/2026')
    """
    first, _, last = periods.partition("..")
    start, end = _PERIOD.fullmatch(first), _PERIOD.fullmatch(last or first)
    if start is None or end is None or start[2] != end[2] or not all(map(_has_name, (start, end))):
        return periods
    year, kind, opening, closing = end[1], start[2], _name(start, language), _name(end, language)
    if start[0] == end[0]:
        shown = closing
    elif start[1] == end[1]:
        shown = f"{opening}–{closing}"
    else:
        return f"{show_period(first, language)} – {show_period(last, language)}"
    return f"{_KIND_VI[kind]} {shown}/{year}" if language == "vi" else f"{shown} {year}"


def show_figure(value: Exact | None, unit: str, currency: str, language: Language) -> str:
    """A figure in its unit: `money` (whole units of the currency), `ratio`, `number`, `days`, `boolean`, or the thing counted.

    A unit that we have no word for is shown as it is; a value that is not known says so.

    >>> show_figure(1, "order", "VND", "en"), show_figure(12, "order", "VND", "vi"), show_figure(5, "days", "VND", "en")
    ('1 order', '12 đơn hàng', '5 days')
    """
    if value is None:
        return "chưa rõ" if language == "vi" else "unknown"
    if unit == "money":
        return show_money(value, currency, language)
    if unit == "ratio":
        return show_ratio(value, language)
    if unit == "boolean" and value in (0, 1):
        return {"en": ("no", "yes"), "vi": ("không", "có")}[language][int(value)]
    shown = show_number(value, language)
    if unit in ("", "number", "boolean"):
        return shown
    one, more, vietnamese = _UNIT_OF_WORD.get(unit, (unit, unit, unit))
    if language == "vi":
        return f"{shown} {vietnamese}"
    return f"{shown} {one if shown in ('1', '-1') else more}"


def show_list(items: Sequence[str], language: Language, last: Literal["and", "or"] = "and") -> str:
    """Words in a row.

    >>> show_list(["rent", "wages", "ads"], "en"), show_list(["rent", "wages"], "vi", last="or")
    ('rent, wages and ads', 'rent hoặc wages')
    """
    if len(items) < 2:
        return "".join(items)
    word = {"and": "và", "or": "hoặc"}[last] if language == "vi" else last
    return f"{', '.join(items[:-1])} {word} {items[-1]}"


# ── parts of a number and of a period ───────────────────────────────────────────────────────────────────────────────


def _rounded(value: Exact, places: int) -> tuple[str, str, str]:
    """Whole digits, decimal digits and sign, rounded half away from zero."""
    size = abs(Fraction(value)) * 10**places
    units = (2 * size.numerator + size.denominator) // (2 * size.denominator)
    digits = str(units).rjust(places + 1, "0")
    cut = len(digits) - places
    return digits[:cut], digits[cut:], "-" if value < 0 and units else ""


def _with_signs(whole: str, decimals: str, language: Language) -> str:
    thousands, point = _SIGNS[language]
    grouped = f"{int(whole):,}".replace(",", thousands)
    return f"{grouped}{point}{decimals}" if decimals else grouped


def _has_name(period: re.Match[str]) -> bool:
    return 1 <= int(period[3]) <= {"": 12, "Q": 4, "P": 99}[period[2]]


def _name(period: re.Match[str], language: Language) -> str:
    kind, n = period[2], int(period[3])
    number = f"{n:02}" if kind == "P" else str(n)
    if language == "vi":
        return number
    return f"{kind}{number}" if kind else _MONTHS[n - 1]

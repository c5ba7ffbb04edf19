"""Numbers as people write them in Vietnamese (1.234,5) and English (1,234.5). What could be read in two ways is refused."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Literal

from aop_rules.errors import ExactError
from aop_rules.exact.number import Exact, Share, exact, parse_figure, parse_number
from aop_rules.importing.cell import Unreadable

Form = Literal["vi", "en", "plain"]

# A group never starts with 0, and after the first all have three digits: so `1.23` and `0.500` are no numbers in `vi`.
_WHOLE = {
    "vi": re.compile(r"(0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:\.[0-9]{3})+)(?:,([0-9]+))?"),
    "en": re.compile(r"(0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.([0-9]+))?"),
}
_LANGUAGE = {"vi": "Vietnamese", "en": "English"}
_AS_IN = {"vi": "write it as in `438.000.000` or `1.234,5`", "en": "write it as in `438,000,000` or `1,234.5`"}
_OTHER: dict[str, Form] = {"vi": "en", "en": "vi"}
_TOKEN = re.compile(r"[0-9][0-9.,]*|[-+\u2212()%]|[^\s0-9+\-\u2212()%]+")
_CURRENCIES = {
    "₫": "VND", "đ": "VND", "Đ": "VND", "VNĐ": "VND", "vnđ": "VND", "vnd": "VND", "$": "USD", "US$": "USD", "€": "EUR",
    "£": "GBP", "฿": "THB",
}  # fmt: skip
_CODE = re.compile(r"[A-Z]{3}")
_MINUS = ("-", "\u2212")
_LONGEST = 200


def read_number(text: str, form: Form, currency: str = "") -> Exact:
    """The number that a text is. A sign may stand on either side, or brackets around it; `%` and the currency's sign may
    stand with it. `currency` is the one that it is in; empty where that is not known.

    Raises Unreadable: IMPORT_NUMBER, or IMPORT_CURRENCY for the sign of another currency.

    >>> read_number("438.000.000 ₫", "vi", "VND"), read_number("1,234.5", "en"), read_number("(7,5)", "vi")
    (438000000, Fraction(2469, 2), Fraction(-15, 2))
    """
    if form == "plain":
        return _plain(text)
    if len(text) > _LONGEST:
        raise Unreadable("IMPORT_NUMBER", "is too long for a number", _AS_IN[form])
    tokens: list[str] = _TOKEN.findall(text)
    digits = [token for token in tokens if token[0] in "0123456789"]
    if len(digits) != 1:
        raise _no_number(text, form)
    at = tokens.index(digits[0])
    before, after = tokens[:at], tokens[at + 1 :]
    negative = _negative(before, after, text, form)
    share = after.count("%")
    signs = [token for token in (*before, *after) if token not in (*_MINUS, "+", "(", ")", "%")]
    if share > 1 or "%" in before or len(signs) > 1 or (share and signs):
        raise _no_number(text, form)
    for sign in signs:
        _fits(sign, currency, text, form)
    value = _digits(digits[0], text, form)
    value = -value if negative else value
    if not share:
        return value
    value = exact(Fraction(value) / 100)
    return value if -1 <= value <= 1 else Share(value)


def _plain(text: str) -> Exact:
    try:
        return parse_figure(text)
    except ExactError:
        hint = "write it as in `438000000` or `1234.5`; where the file groups digits: `format: vi` or `format: en`"
        raise Unreadable("IMPORT_NUMBER", "is no plain number", hint) from None


def _digits(digits: str, text: str, form: Form) -> Exact:
    found = _WHOLE[form].fullmatch(digits)
    if found is None:
        raise _no_number(text, form)
    whole = found[1].replace(".", "").replace(",", "")
    try:
        return parse_number(f"{whole}.{found[2]}" if found[2] else whole)
    except ExactError:
        raise Unreadable("IMPORT_NUMBER", "is too long for a number", _AS_IN[form]) from None


def _negative(before: list[str], after: list[str], text: str, form: Form) -> bool:
    """Whether the number is below 0. Raises Unreadable where more than one thing says so, or half a bracket."""
    minus = sum(token in _MINUS for token in (*before, *after))
    plus = (*before, *after).count("+")
    brackets = (before.count("("), after.count(")"), before.count(")") + after.count("("))
    if brackets not in ((0, 0, 0), (1, 1, 0)) or minus + plus + brackets[0] > 1 or "+" in after:
        raise _no_number(text, form)
    return bool(minus or brackets[0])


def _fits(sign: str, currency: str, text: str, form: Form) -> None:
    meant = _CURRENCIES.get(sign) or (sign if _CODE.fullmatch(sign) else "")
    if not meant:
        raise _no_number(text, form)
    if meant != currency:
        said = f"is in {meant}, and the amount in {currency}" if currency else f"is in {meant}, and nothing says so"
        raise Unreadable("IMPORT_CURRENCY", said, f"say so under `event`: `currency: {meant}`")


def _no_number(text: str, form: Form) -> Unreadable:
    other = _OTHER[form]
    found = _WHOLE[other].fullmatch(text.strip())
    hint = _AS_IN[form]
    if found:
        hint += f"; where the file is written in {_LANGUAGE[other]}: `format: {other}`"
    return Unreadable("IMPORT_NUMBER", f"is no number as it is written in {_LANGUAGE[form]}", hint)

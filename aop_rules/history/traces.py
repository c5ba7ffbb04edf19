"""Whether a text gives a value away: the number in any rendering, the date in any form, the text or a telling word of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

from aop_rules.errors import ExactError
from aop_rules.exact.number import Exact, parse_number
from aop_rules.history.shown import iso_day
from aop_rules.rules.standard import standard_terms
from aop_rules.wording.folding import fold
from aop_rules.wording.messages import MESSAGES
from aop_rules.wording.numbers import Language, show_date, show_money, show_number

_LANGUAGES: tuple[Language, ...] = ("en", "vi")
_NUMBER = re.compile(r"\d+(?:[.,_/'’\s]\d+)*")
_DATED = re.compile(r"\b\d{4}-\d\d(?:-\d\d(?:[T ][\d:.]+(?:Z|[+-]\d\d:\d\d)?)?)?\b", re.ASCII)
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T", re.ASCII)
_SCALED = re.compile(r"(\d[\d.,_]*)\s?(k|m|b|bn|tr|thousand|million|billion|nghìn|ngàn|triệu|tỷ|tỉ)\b", re.IGNORECASE)
_SCALES = {"k": 3, "thousand": 3, "nghìn": 3, "ngàn": 3, "m": 6, "tr": 6, "million": 6, "triệu": 6}
_WORD = re.compile(r"\w+")
_LONG = 5
"""Digits from which on a number is found inside a longer one, too: less would hide much that says nothing."""


@dataclass(frozen=True, slots=True)
class Traces:
    """What would give some values away. One digit alone does not: it stands everywhere.

    >>> traces = Traces.of([120_000_000, "Tết campaign"])
    >>> [traces.told_by(text) for text in ("120.000.000 ₫", "about 120 triệu", "the TET CAMPAIGN", "12,000,000 ₫")]
    [True, True, True, False]
    """

    digits: frozenset[str] = frozenset()
    scaled: frozenset[tuple[str, int]] = frozenset()
    """Digits before a word for thousands, millions or billions, and its zeros."""
    texts: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()

    @classmethod
    def of(cls, values: Iterable[Any]) -> Traces:
        """Of the values of facts and events, as JSON holds them."""
        flat = sorted({str(each) for value in values for each in _leaves(value)})
        numbers = [number for each in flat if (number := _number(each)) is not None]
        texts = [each for each in flat if _number(each) is None]
        within = {_bare(found) for text in texts for found in _NUMBER.findall(_DATED.sub(" ", text))}
        return cls(
            frozenset(form for number in numbers for form in _renderings(number))
            | {digits for digits in within if len(digits) >= _LONG},
            frozenset(form for number in numbers for form in _scalings(number)),
            frozenset(filter(None, (form for text in texts for form in _forms(text)))),
            frozenset(word for text in texts for word in _telling(text)),
        )

    def told_by(self, text: str) -> bool:
        """Whether a text gives one of the values away."""
        return self._numbers(unicodedata.normalize("NFKC", text)) or self._texts(text)

    def is_one(self, value: Any) -> bool:
        """Whether a recorded value is one of them, or would give it away."""
        return any(self.told_by(str(each)) for each in _leaves(value))

    def _numbers(self, text: str) -> bool:
        for found in _NUMBER.findall(_DATED.sub(" ", text)):  # the digits of a date are no amount
            run = _bare(found)
            parts = {run, *(_bare(part) for part in re.split(r"[\s/]", found))}
            if parts & self.digits or any(len(form) >= _LONG and form in run for form in self.digits):
                return True
        scaled = ((_bare(number), _SCALES.get(word.lower(), 9)) for number, word in _SCALED.findall(text))
        return any(each in self.scaled for each in scaled)

    def _texts(self, text: str) -> bool:
        if not self.texts and not self.words:
            return False
        plain, words = f"_{_folded(text)}_", {fold(word) for word in _WORD.findall(_composed(text))}
        return bool(words & self.words) or any(f"_{form}_" in plain for form in self.texts)


def _leaves(value: Any) -> list[Any]:
    """What a value consists of; yes, no and nothing give nothing away."""
    if isinstance(value, dict):
        return [leaf for each in value.values() for leaf in _leaves(each)]
    if isinstance(value, list | tuple):
        return [leaf for each in value for leaf in _leaves(each)]
    return [] if value is None or isinstance(value, bool) or value == "" else [value]


def _number(text: str) -> Exact | None:
    try:
        return parse_number(text)
    except ExactError:
        return None


def _bare(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


def _renderings(value: Exact) -> set[str]:
    """The digits of a number as it is stored and shown: plain, rounded, in percent."""
    size = abs(Fraction(value))
    shown = {show_number(each, "en", places) for each in (size, size * 100) for places in (1, 2, 3, 4)}
    shown |= {show_money(size, currency, "en") for currency in ("USD", "KWD")}  # with all of two or three decimals
    shown |= {str(size.numerator), str(size.denominator)} if size.denominator != 1 else {str(size.numerator)}
    decimals = {str(each) for each in (size.numerator * 10**6 // size.denominator,) if size.denominator != 1}
    return {digits for each in (*shown, *decimals) if len((digits := _bare(each)).lstrip("0")) > 1}


def _scalings(value: Exact) -> set[tuple[str, int]]:
    """`24.24` and 6 for 24,240,000; what is much smaller than the scale is left out."""
    size = abs(Fraction(value))
    shown = {(_bare(show_number(size / 10**n, "en", places)), n) for n in (3, 6, 9) for places in (0, 1, 2, 3)}
    return {(digits, n) for digits, n in shown if 100 * size >= 10**n and digits.strip("0")}


def _forms(text: str) -> set[str]:
    """A text, and a date as each language writes it."""
    forms = {text}
    day = iso_day(text)
    if day is not None:
        forms |= {text[:10], *(show_date(day, language) for language in _LANGUAGES)}
    return {_folded(form) for form in forms}


def _telling(text: str) -> set[str]:
    """The words of a text by which one knows it: not those that the library says itself, and no dates."""
    if re.match(r"\d{4}-\d\d", text, re.ASCII):
        return set()
    return {
        word for word in map(fold, _WORD.findall(_composed(text))) if len(word) > 2 and not word.isdigit()
    } - _own_words()


def _folded(text: str) -> str:
    """Its words in one form, one after the other; the date of a moment apart from its time."""
    words = _WORD.findall(_MOMENT.sub(r"\1 ", _composed(text)))
    return "_".join(filter(None, map(fold, words)))


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


@cache
def _own_words() -> frozenset[str]:
    """Words of the library's own sentences: that one of them stands somewhere tells nothing."""
    said = [text for both in MESSAGES.values() for text in both]
    said += [text for term in standard_terms() if term.doc for text in (term.path, term.doc.en, term.doc.vi)]
    return frozenset(fold(word) for text in said for word in _WORD.findall(text))

"""Arithmetic of figures: a sum or quotient carries its sources and worst quality, and is unknown where a part is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from aop_rules.exact.calendar import Calendar, span_label
from aop_rules.exact.number import Exact, exact
from aop_rules.position.model import Figure, Missing, Quality, Reason

_WORST_FIRST: tuple[Quality, ...] = ("estimated", "provisional", "planned", "final")


def unknown(unit: str, periods: str, *why: Missing) -> Figure:
    return Figure(None, unit, periods, missing=_once(why))


def because(reason: Reason, about: str, unit: str, periods: str = "", detail: str = "") -> Figure:
    """An unknown figure with one reason; `periods` says for when."""
    return unknown(unit, periods, Missing(reason, about, periods, detail))


def planned(value: Exact, unit: str, periods: str, source: str) -> Figure:
    return Figure(exact(value), unit, periods, "planned", (source,))


def total(parts: Iterable[Figure], unit: str, periods: str) -> Figure:
    """Their sum; unknown, with every reason, where one of them is."""
    parts = tuple(parts)
    values = [part.value for part in parts if part.value is not None]
    if len(values) < len(parts):
        return unknown(unit, periods, *_all_missing(parts))
    return Figure(exact(sum(values)), unit, periods, _quality(parts), _sources(parts))


def quotient(above: Figure, below: Figure, about: str, unit: str, periods: str) -> Figure:
    """One over the other. A denominator of zero leaves it unknown, not zero."""
    if above.value is None or below.value is None:
        return unknown(unit, periods, *_all_missing((above, below)))
    if below.value == 0:
        return because("zero_denominator", about, unit, periods)
    value = exact(Fraction(above.value) / Fraction(below.value))
    return Figure(value, unit, periods, _quality((above, below)), _sources((above, below)))


def estimated(figure: Figure, value: Exact, periods: str) -> Figure:
    """The same sources, carried on to a value that has not happened yet."""
    return replace(figure, value=exact(value), periods=periods, quality="estimated")


def label(year: Calendar, first: int, last: int) -> str:
    """Periods by index from 1: `2026-05`, or `2026-01..2026-05`."""
    return span_label(year.periods[first - 1], year.periods[last - 1])


def _quality(parts: Iterable[Figure]) -> Quality:
    found = {part.quality for part in parts}
    return next((quality for quality in _WORST_FIRST if quality in found), "final")


def _sources(parts: Iterable[Figure]) -> tuple[str, ...]:
    return tuple(sorted({source for part in parts for source in part.sources}))


def _all_missing(parts: Iterable[Figure]) -> Iterable[Missing]:
    return (missing for part in parts for missing in part.missing)


def _once(missing: Iterable[Missing]) -> tuple[Missing, ...]:
    return tuple(dict.fromkeys(missing))

"""The run rules as they are told in words: every window of points is looked at whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

Point = int | Fraction | None
Window = Sequence[Point]


def fires(rule: str, series: Sequence[Point], centre: int | Fraction, sigma: int | Fraction) -> tuple[int, ...]:
    return tuple(end for end in range(1, len(series) + 1) if _RULES[rule](list(series[:end]), centre, sigma))


def _away(x: Point, centre: int | Fraction, sigmas: int | Fraction, up: bool) -> bool:
    return x is not None and (x > centre + sigmas if up else x < centre - sigmas)


def _some(need: int, of: int, times: int) -> Callable[[Window, int | Fraction, int | Fraction], bool]:
    def holds(past: Window, centre: int | Fraction, sigma: int | Fraction) -> bool:
        for up in (True, False):
            last = [_away(x, centre, times * sigma, up) for x in past[-of:]]
            if last[-1] and last.count(True) >= need:
                return True
        return False

    return holds


def _one_side(length: int) -> Callable[[Window, int | Fraction, int | Fraction], bool]:
    def holds(past: Window, centre: int | Fraction, sigma: int | Fraction) -> bool:
        last = past[-length:]
        return len(last) == length and any(all(_away(x, centre, 0, up) for x in last) for up in (True, False))

    return holds


def _trend(past: Window, centre: int | Fraction, sigma: int | Fraction) -> bool:
    last = past[-6:]
    if len(last) < 6 or None in last:
        return False
    known = [x for x in last if x is not None]
    return len(set(known)) == 6 and known in (sorted(known), sorted(known, reverse=True))


def _alternating(past: Window, centre: int | Fraction, sigma: int | Fraction) -> bool:
    last = past[-14:]
    known = [x for x in last if x is not None]
    if len(last) < 14 or len(known) < 14:
        return False
    return all((b - a) * (c - b) < 0 for a, b, c in zip(known, known[1:], known[2:], strict=False))


def _within(past: Window, centre: int | Fraction, sigma: int | Fraction) -> bool:
    last = past[-15:]
    return len(last) == 15 and all(x is not None and centre - sigma <= x <= centre + sigma for x in last)


def _outside(past: Window, centre: int | Fraction, sigma: int | Fraction) -> bool:
    last = past[-8:]
    ups, downs = ([_away(x, centre, sigma, up) for x in last] for up in (True, False))
    return len(last) == 8 and all(a or b for a, b in zip(ups, downs, strict=True)) and any(ups) and any(downs)


_RULES: dict[str, Callable[[Window, int | Fraction, int | Fraction], bool]] = {
    "WE1": _some(1, 1, 3),
    "WE2": _some(2, 3, 2),
    "WE3": _some(4, 5, 1),
    "WE4": _one_side(8),
    "N1": _some(1, 1, 3),
    "N2": _one_side(9),
    "N3": _trend,
    "N4": _alternating,
    "N5": _some(2, 3, 2),
    "N6": _some(4, 5, 1),
    "N7": _within,
    "N8": _outside,
}

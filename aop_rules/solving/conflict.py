"""Why nothing is possible: the fewest rows and bounds, none of them to spare, that cannot hold together.

A deletion filter by halves: what can be left out while the rest still conflicts is left out, many at a time where that
goes well. What stays was needed when it was tried, among more than stays in the end; so it is needed in the end.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import TypeAlias

from aop_rules.exact.number import Exact
from aop_rules.solving.program import Line, Program

Possible: TypeAlias = Callable[[Program], bool | None]
"""Whether all of a program can hold; None where that cannot be settled."""

_Part: TypeAlias = tuple[str, int]
"""("line" | "low" | "high", place)."""


def conflict(program: Program, possible: Possible) -> tuple[Program, tuple[str, ...], bool]:
    """What is left of an impossible program, its rows (`id`) and bounds (`variable:low`), and whether each is needed.

    Wholeness and what is nothing-or-enough are what a variable is, and stay.
    """
    parts = _parts(program)
    kept, sure = set(parts), True

    def leave_out(some: Sequence[_Part]) -> None:
        nonlocal sure
        answer = possible(_only(program, kept.difference(some)))
        if answer is False:
            kept.difference_update(some)
        elif len(some) > 1:
            middle = len(some) // 2
            leave_out(some[:middle])
            leave_out(some[middle:])
        elif answer is None:
            sure = False

    if parts:
        leave_out(parts)
    return _only(program, kept), tuple(sorted(_name(program, part) for part in kept)), sure


def _parts(program: Program) -> list[_Part]:
    """What may be left out, bounds before rows: where rows alone conflict, no bound is named."""
    linked = {place for line in program.lines if not line.id for place, _ in line.terms}
    plain = [place for place in range(program.shown) if place not in linked]
    low: list[_Part] = [("low", place) for place in plain if program.low[place] is not None]
    high: list[_Part] = [("high", place) for place in plain if program.high[place] is not None]
    return [*low, *high, *(("line", place) for place, line in enumerate(program.lines) if line.id)]


def _only(program: Program, kept: Collection[_Part]) -> Program:
    plain = set(_parts(program))

    def bounds(side: str, given: Sequence[Exact | None]) -> tuple[Exact | None, ...]:
        return tuple(
            None if (side, place) in plain and (side, place) not in kept else bound for place, bound in enumerate(given)
        )

    def stays(place: int, line: Line) -> bool:
        return not line.id or ("line", place) in kept

    lines = tuple(line for place, line in enumerate(program.lines) if stays(place, line))
    return replace(program, low=bounds("low", program.low), high=bounds("high", program.high), lines=lines)


def _name(program: Program, part: _Part) -> str:
    side, place = part
    return program.lines[place].id if side == "line" else f"{program.names[place]}:{side}"

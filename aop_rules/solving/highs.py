"""The same by HiGHS, through scipy: fast on large models, in floats; so nothing that it says is taken on trust.

Whole variables are rounded and fixed, the real ones worked out again without rounding, and every line is checked in
whole numbers. Where rounded switches break a line, a row that says so is added and HiGHS is asked again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from importlib.util import find_spec
from math import ceil, inf, isfinite

from aop_rules.errors import InputError, Problem
from aop_rules.exact.number import Exact, exact
from aop_rules.solving import search
from aop_rules.solving.model import PLACE
from aop_rules.solving.program import Goal, Line, Outcome, Program, Terms, Values, total

INSTALL = "pip install 'aop-rules[optimise]'"
# Goals with real variables are proved to this share: HiGHS bounds them in floats, which carry some 15 digits.
GAP_MAX = Fraction(1, 10**9)
# How often HiGHS is asked again, with one more row, after an answer that breaks a line once it is rounded.
ROUNDS_MAX = 50
# Coefficients are brought to at most 2**20: HiGHS keeps a row to an absolute 10**-6.
_BITS = 20
_GOAL_BITS = 40
_TIGHT = Fraction(1, 10**6)


def installed() -> bool:
    """Whether scipy is there, found without importing it."""
    return find_spec("scipy") is not None


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    """scipy's: 0 best, 1 stopped, 2 impossible, 3 unbounded, 4 other."""
    values: tuple[Fraction, ...] | None
    bound: Fraction | None


def minimise(program: Program, goal: Goal, *, known: Values | None = None, seconds: int | None = None) -> Outcome:
    """The least Σ terms of the goal that HiGHS finds, checked exactly; `stopped` with `known` where it finds none."""
    if program.crossed:
        return Outcome("impossible")
    if not program.low:  # scipy wants a variable
        return search.minimise(program, goal)
    asked = program
    for _ in range(ROUNDS_MAX):
        answer = _ask(asked, goal, seconds)
        if answer.values is None:
            return _without_values(answer, known)
        values = _exactly(program, goal, answer.values)
        if values is not None:
            return _judged(program, goal, values, known, answer)
        cut = _cut(program, answer.values)
        if cut is None:
            break
        asked = replace(asked, lines=(*asked.lines, cut))
    return Outcome("stopped", known)


# ── what HiGHS says ─────────────────────────────────────────────────────────────────────────────────────────────────


def _ask(program: Program, goal: Goal, seconds: int | None) -> _Answer:
    try:
        import numpy
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_array
    except ImportError:
        raise InputError([Problem(PLACE, "OPTIMISE_NEEDS_EXTRA", "HiGHS needs scipy", INSTALL)]) from None
    units = _units(program)
    over = _over(goal.terms, units, _GOAL_BITS)
    costs = numpy.zeros(len(units))
    for place, factor in goal.terms:
        costs[place] = factor * units[place] / over
    bounds = Bounds(_floats(program.low, units, -1), _floats(program.high, units, 1))
    time_limit = inf if seconds is None else float(seconds)
    lines = []
    if program.lines:
        factors, places, starts, least, most = _matrix(program.lines, units)
        matrix = csr_array((factors, places, starts), shape=(len(program.lines), len(units)), dtype=float)
        lines.append(LinearConstraint(matrix, least, most))
    result = milp(
        costs,
        integrality=numpy.array(program.whole, dtype=numpy.uint8),
        bounds=bounds,
        constraints=lines,
        options={"mip_rel_gap": 0.0, "time_limit": time_limit},
    )
    status = 3 if result.status == 4 and "nbounded" in result.message and goal.terms else int(result.status)
    bound = getattr(result, "mip_dual_bound", None)
    return _Answer(
        status,
        None
        if result.x is None
        else tuple(Fraction(x) * unit for x, unit in zip(result.x.tolist(), units, strict=True)),
        None if bound is None or not isfinite(bound) else Fraction(bound) * over,
    )


def _units(program: Program) -> list[int]:
    """What one of HiGHS's units of each variable stands for: 1 for a whole one, a power of two for large real amounts."""
    largest: list[Exact] = [0 if whole else _size(a, b) for a, b, whole in _by_place(program)]
    if any(largest) or not all(program.whole):
        for line in program.lines:
            rest = _size(line.least, line.most)
            for place, factor in line.terms if rest else ():
                if not program.whole[place]:
                    largest[place] = max(largest[place], Fraction(rest, abs(factor)))
    return [1 << max(0, int(size).bit_length() - _BITS) for size in largest]


def _by_place(program: Program) -> Iterator[tuple[Exact | None, Exact | None, bool]]:
    return zip(program.low, program.high, program.whole, strict=True)


def _size(low: Exact | None, high: Exact | None) -> Exact:
    return max(abs(Fraction(low or 0)), abs(Fraction(high or 0)))


def _over(terms: Terms, units: Sequence[int], bits: int) -> int:
    """The power of two that brings all coefficients within so many bits."""
    largest = max((abs(factor) * units[place] for place, factor in terms), default=0)
    return 1 << max(0, largest.bit_length() - bits)


def _floats(bounds: Sequence[Exact | None], units: Sequence[int], side: int) -> list[float]:
    return [
        side * inf if bound is None else float(Fraction(bound) / unit)
        for bound, unit in zip(bounds, units, strict=True)
    ]


def _matrix(
    lines: Sequence[Line], units: Sequence[int]
) -> tuple[list[float], list[int], list[int], list[float], list[float]]:
    """The lines as a sparse matrix, row by row, and their bounds."""
    factors: list[float] = []
    places: list[int] = []
    starts, least, most = [0], [], []
    for line in lines:
        over = _over(line.terms, units, _BITS)
        for place, factor in line.terms:
            factors.append(factor * units[place] / over)
            places.append(place)
        starts.append(len(places))
        least.append(-inf if line.least is None else line.least / over)
        most.append(inf if line.most is None else line.most / over)
    return factors, places, starts, least, most


def _without_values(answer: _Answer, known: Values | None) -> Outcome:
    if answer.status == 3:
        return Outcome("unbounded")
    return Outcome("impossible") if answer.status == 2 and known is None else Outcome("stopped", known, answer.bound)


# ── what is true of it ──────────────────────────────────────────────────────────────────────────────────────────────


def _judged(program: Program, goal: Goal, values: Values, known: Values | None, answer: _Answer) -> Outcome:
    """Verified values and how good they are shown to be."""
    if known is not None and total(goal.terms, known) < total(goal.terms, values):
        values = known
    reached = total(goal.terms, values)
    if not any(program.whole) or not goal.terms:  # worked out without rounding: the bound is the value
        return Outcome("best", values, reached)
    if answer.bound is None:
        return Outcome("stopped", values)
    if all(program.whole[place] for place, _ in goal.terms):
        bound: Exact = min(ceil(answer.bound - _TIGHT), reached)
        return Outcome("best" if bound == reached else "stopped", values, bound)
    bound = min(exact(answer.bound), reached)
    close = reached - bound <= GAP_MAX * max(abs(Fraction(reached)), Fraction(1))
    return Outcome("best" if close else "stopped", values, bound)


def _exactly(program: Program, goal: Goal, said: Sequence[Fraction]) -> Values | None:
    """Exact values that keep every line, with the whole variables as said; None where there are none."""
    fixed = {place: round(said[place]) for place, whole in enumerate(program.whole) if whole}
    if len(fixed) == len(said):
        values: Values | None = tuple(fixed.values())
    else:
        values = _real(program, goal, fixed)
    return values if values is not None and program.holds(values) else None


def _real(program: Program, goal: Goal, fixed: Mapping[int, int]) -> Values | None:
    """The whole variables as they are, and the real ones at their best with them."""
    low, high = list(program.low), list(program.high)
    lines = _open_lines(program, fixed, low, high)
    places = [place for place in range(len(low)) if place not in fixed and not _nothing(low, high, place)]
    new = {place: n for n, place in enumerate(places)}
    left = tuple(replace(line, terms=tuple((new[place], factor) for place, factor in line.terms)) for line in lines)
    shown = len(places)
    least, most = (tuple(ends[place] for place in places) for ends in (low, high))
    rest = Program(("",) * shown, least, most, (False,) * shown, left, shown)
    aim = Goal(tuple((new[place], factor) for place, factor in goal.terms if place in new))
    found = search.minimise(rest, aim).values
    if found is None:
        return None
    return tuple(fixed.get(place, found[new[place]] if place in new else 0) for place in range(len(low)))


def _open_lines(
    program: Program, fixed: Mapping[int, int], low: list[Exact | None], high: list[Exact | None]
) -> list[Line]:
    """The lines of two real variables or more; narrows the bounds by the others.

    What is not pulled moves no money: with the whole variables known, most real ones of a large model can only be 0. Without
    them it is small enough to be worked out without rounding.
    """
    lines = [_with(line, fixed) for line in program.lines]
    known = -1
    while known < (known := sum(_nothing(low, high, place) for place in range(len(low)))):
        rest = []
        for line in lines:
            terms = tuple((place, factor) for place, factor in line.terms if not _nothing(low, high, place))
            for place, factor in terms if len(terms) == 1 or _forces(line, terms, low) else ():
                _narrow(low, high, place, factor, line.least, line.most)
            if len(terms) > 1:
                rest.append(replace(line, terms=terms))
        lines = rest
    return lines


def _with(line: Line, fixed: Mapping[int, int]) -> Line:
    """The line with the whole variables put in."""
    spent = sum(factor * fixed[place] for place, factor in line.terms if place in fixed)
    least, most = (None if bound is None else bound - spent for bound in (line.least, line.most))
    return Line(line.id, tuple(term for term in line.terms if term[0] not in fixed), least, most)


def _nothing(low: Sequence[Exact | None], high: Sequence[Exact | None], place: int) -> bool:
    """Whether a variable can only be 0."""
    return low[place] == 0 == high[place]


def _forces(line: Line, terms: Terms, low: Sequence[Exact | None]) -> bool:
    """Whether a line says that a sum of what is never negative is at most 0: each part is 0."""
    return line.most == 0 and line.least is None and all(factor > 0 and low[place] == 0 for place, factor in terms)


def _narrow(
    low: list[Exact | None], high: list[Exact | None], place: int, factor: int, least: int | None, most: int | None
) -> None:
    """A line of one variable is a bound of it."""
    below, above = (least, most) if factor > 0 else (most, least)
    if below is not None:
        bound = exact(Fraction(below, factor))
        own = low[place]
        low[place] = bound if own is None else max(own, bound)
    if above is not None:
        bound = exact(Fraction(above, factor))
        own = high[place]
        high[place] = bound if own is None else min(own, bound)


def _cut(program: Program, said: Sequence[Fraction]) -> Line | None:
    """A row that every true answer keeps and these rounded switches do not: one of those that break a line must turn."""
    switches = {
        p: round(said[p]) for p, (low, high, whole) in enumerate(_by_place(program)) if whole and (low, high) == (0, 1)
    }
    rounded = [switches.get(place, 0) for place in range(len(said))]
    for line in program.lines:
        if all(place in switches for place, _ in line.terms) and not line.holds(rounded):
            return _turning(_breaking(line, rounded), switches)
    return _turning(switches, switches) if len(switches) == sum(program.whole) else None


def _breaking(line: Line, rounded: Sequence[int]) -> list[int]:
    """The fewest switches, by size, that already break the line whatever the others do."""
    sign = 1 if line.most is not None and total(line.terms, rounded) > line.most else -1
    limit = line.most if sign == 1 else line.least
    assert limit is not None
    room = sign * limit - sum(min(sign * factor, 0) for _, factor in line.terms)
    found: list[int] = []
    for place, factor in sorted(line.terms, key=lambda term: (-abs(term[1]), term[0])):
        if (sign * factor > 0) == (rounded[place] == 1):
            found.append(place)
            room -= abs(factor)
        if room < 0:
            break
    return found


def _turning(places: Iterable[int], switches: Mapping[int, int]) -> Line:
    """At least one of these switches is not as it is now."""
    terms = tuple((place, 1 if switches[place] else -1) for place in sorted(places))
    return Line("", terms, None, sum(factor for _, factor in terms if factor > 0) - 1)

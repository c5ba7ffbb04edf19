"""Exact branch and bound: whole variables by halving their bounds, each half judged by the exact simplex method.

What the linear method says of a part is a bound on every whole answer in it. A part is left where its bound is no
better than the best answer so far; where all that counts is whole, better means better by one.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from aop_rules.exact.number import Exact, exact
from aop_rules.solving.program import Goal, Outcome, Program, Values, total
from aop_rules.solving.simplex import Simplex

# Parts looked at for one goal: some ten seconds at 30 variables and 10 rows. A search that needs more needs HiGHS.
PARTS_MAX = 20_000
# Cells of a table that so many parts are meant for: a larger one takes longer for each, so fewer are looked at.
CELLS = 1_000
# Cells of a table, past which one part alone can take minutes: none is looked at.
CELLS_MAX = 150_000

# The newest part is looked at first, and the oldest every so often: where bounds are missing, depth has no end.
OLDEST = 8


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of what is possible: the bounds of whole variables that it changes, and what no answer in it can beat."""

    bounds: dict[int, tuple[Exact | None, Exact | None]]
    bound: Exact | None = None


def minimise(program: Program, goal: Goal, *, known: Values | None = None, parts: int | None = None) -> Outcome:
    """The least Σ terms of the goal, proved; or the best found, `known` at worst, after so many parts (`PARTS_MAX`)."""
    if program.crossed:
        return Outcome("impossible")
    cells = (len(program.low) + 1) * (len(program.lines) + 1)
    if cells > CELLS_MAX:
        return Outcome("stopped", known)
    parts = PARTS_MAX if parts is None else parts
    if cells > CELLS:
        parts = max(1, parts * CELLS**2 // cells**2)
    return _Search(program, goal, known).run(parts)


class _Search:
    def __init__(self, program: Program, goal: Goal, known: Values | None) -> None:
        self.program, self.goal = program, goal
        self.whole = all(program.whole[place] for place, _ in goal.terms)
        self.places = [place for place, whole in enumerate(program.whole) if whole]
        self.simplex = Simplex(program, goal)
        self.open = deque([_Part({})])
        self.best: Values | None = None
        self.reached: Exact | None = None
        if known is not None:
            self._keep(known)

    def run(self, parts: int) -> Outcome:
        while self.open and parts > 0:
            parts -= 1
            part = self.open.pop() if parts % OLDEST else self.open.popleft()
            if self._beaten(part.bound):
                continue
            self._enter(part)
            if not self.simplex.restore():
                continue
            if not self.simplex.minimise():
                return Outcome("unbounded")
            bound = self._bound()
            if not self._beaten(bound):
                self._look(part, bound)
        if any(not self._beaten(part.bound) for part in self.open):
            return Outcome("stopped", self.best, self._least_open())
        return Outcome("impossible") if self.best is None else Outcome("best", self.best, self.reached)

    def _beaten(self, bound: Exact | None) -> bool:
        return bound is not None and self.reached is not None and bound >= self.reached

    def _enter(self, part: _Part) -> None:
        for place in self.places:
            low, high = part.bounds.get(place) or (self.program.low[place], self.program.high[place])
            if (low, high) != (self.simplex.low[place], self.simplex.high[place]):
                self.simplex.bound(place, low, high)

    def _bound(self) -> Exact:
        bound = self.simplex.value[self.simplex.goal]
        return ceil(bound) if self.whole else exact(bound)

    def _look(self, part: _Part, bound: Exact) -> None:
        """Keeps what stands here where it is whole; else halves the part at the variable that is most undecided."""
        values = self.simplex.value
        broken = [place for place in self.places if values[place].denominator != 1]
        if not broken:
            self._keep(tuple(exact(value) for value in values[: len(self.program.low)]))
            return
        self._round_down()
        place = min(broken, key=lambda each: (abs(values[each] % 1 - Fraction(1, 2)), each))
        below = floor(values[place])
        low, high = self.simplex.low[place], self.simplex.high[place]
        halves = [_Part({**part.bounds, place: half}, bound) for half in ((low, below), (below + 1, high))]
        nearer_above = values[place] - below > Fraction(1, 2)
        self.open += halves if nearer_above else halves[::-1]  # the last is looked at first

    def _round_down(self) -> None:
        """Where all is whole, less of everything is often possible too: an answer to beat, for little."""
        if len(self.places) < len(self.program.low):
            return
        rounded = tuple(floor(self.simplex.value[place]) for place in self.places)
        if not self._beaten(total(self.goal.terms, rounded)) and self.program.holds(rounded):
            self._keep(rounded)

    def _keep(self, values: Values) -> None:
        self.best, self.reached = values, total(self.goal.terms, values)
        self.simplex.bound(self.simplex.goal, None, self.reached - 1 if self.whole else self.reached)

    def _least_open(self) -> Exact | None:
        bounds = [part.bound for part in self.open]
        known = [bound for bound in bounds if bound is not None]
        if len(known) < len(bounds):
            return None
        return min([*known, *([] if self.reached is None else [self.reached])])

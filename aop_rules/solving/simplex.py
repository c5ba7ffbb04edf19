"""Linear optimisation without rounding: the simplex method with bounds, Bland's rule, and rows kept in whole numbers.

    under × basic variable = Σ coefficient × free variable          one row each, all of them whole numbers

Every line of a program is a variable of its own (the value of its Σ), so a line's limits are a variable's bounds, and
a search only changes bounds and goes on from where it stands. Two phases: `restore` brings every basic variable within
its bounds, `minimise` then makes the goal small. Both always take the variable of the lowest number that will do: so no
basis comes twice, and both end.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import gcd

from aop_rules.exact.number import Exact
from aop_rules.solving.program import Goal, Program, Terms


class Simplex:
    """A program under way: variables first, then the lines' sums, last the goal (`self.goal`). Bounds may change."""

    __slots__ = ("_basic", "_free", "_row_of", "_rows", "_under", "goal", "high", "low", "value")

    def __init__(self, program: Program, goal: Goal) -> None:
        width, height = len(program.low), len(program.lines)
        self.goal = width + height
        self.low: list[Exact | None] = [*program.low, *(line.least for line in program.lines), None]
        self.high: list[Exact | None] = [*program.high, *(line.most for line in program.lines), None]
        self._free = list(range(width))
        self._basic = list(range(width, self.goal + 1))
        self._row_of = {variable: row for row, variable in enumerate(self._basic)}
        self._rows = [_dense(line.terms, width) for line in program.lines] + [_dense(goal.terms, width)]
        self._under = [1] * (height + 1)
        self.value: list[Fraction] = [_nearest(self.low[n], self.high[n]) for n in range(width)]
        for row in self._rows:
            self.value.append(sum((t * v for t, v in zip(row, self.value[:width], strict=True) if t), Fraction(0)))

    def bound(self, variable: int, low: Exact | None, high: Exact | None) -> None:
        """Gives a variable other bounds, `low` not above `high`."""
        self.low[variable], self.high[variable] = low, high
        if variable in self._row_of:
            return
        value = self.value[variable]
        target = low if low is not None and value < low else high if high is not None and value > high else value
        if target != value:
            self._shift(self._free.index(variable), target - value)

    def restore(self) -> bool:
        """Brings everything within its bounds; False where nothing does."""
        while (row := self._broken()) is not None:
            variable, under = self._basic[row], self._under[row]
            value, low, high = self.value[variable], self.low[variable], self.high[variable]
            rising = low is not None and value < low
            target = low if rising else high
            assert target is not None
            column = self._lowest(
                c for c, t in enumerate(self._rows[row]) if t and self._can_move(c, (t > 0) is rising)
            )
            if column is None:
                return False
            self._shift(column, (target - value) * Fraction(under, self._rows[row][column]))
            self._pivot(row, column)
        return True

    def minimise(self) -> bool:
        """Makes the goal as small as it gets, from within all bounds; False where it has no smallest value."""
        while (move := self._improving()) is not None:
            column, rising = move
            step, row = self._room(column, rising)
            if step is None:
                return False
            self._shift(column, step if rising else -step)
            if row is not None:
                self._pivot(row, column)
        return True

    def _broken(self) -> int | None:
        low, high, value = self.low, self.high, self.value
        found: int | None = None
        for row, variable in enumerate(self._basic):
            if found is not None and variable > self._basic[found]:
                continue
            least, most = low[variable], high[variable]
            if (least is not None and value[variable] < least) or (most is not None and value[variable] > most):
                found = row
        return found

    def _improving(self) -> tuple[int, bool] | None:
        """The free variable to move, and whether up."""
        row = self._row_of.get(self.goal)
        if row is None:  # the goal itself is free, held at a bound
            return self._free.index(self.goal), False
        costs = self._rows[row]
        column = self._lowest(c for c, cost in enumerate(costs) if cost and self._can_move(c, cost < 0))
        return None if column is None else (column, costs[column] < 0)

    def _room(self, column: int, rising: bool) -> tuple[Exact | None, int | None]:
        """How far a free variable can move (None: without end), and the row that stops it (None: its own bound)."""
        variable = self._free[column]
        own = self.high[variable] if rising else self.low[variable]
        step: Exact | None = None if own is None else abs(own - self.value[variable])
        stopper: int | None = None
        for row, coefficients in enumerate(self._rows):
            rate = coefficients[column] if rising else -coefficients[column]
            other = self._basic[row]
            bound = None if not rate else self.high[other] if rate > 0 else self.low[other]
            if bound is None or other == self.goal:
                continue
            room = (bound - self.value[other]) * Fraction(self._under[row], rate)
            tied = room == step and stopper is not None and other < self._basic[stopper]
            if step is None or room < step or tied:
                step, stopper = room, row
        return step, stopper

    def _can_move(self, column: int, rising: bool) -> bool:
        variable = self._free[column]
        bound = self.high[variable] if rising else self.low[variable]
        return bound is None or self.value[variable] != bound

    def _lowest(self, columns: Iterator[int]) -> int | None:
        return min(columns, key=self._free.__getitem__, default=None)

    def _shift(self, column: int, by: Exact) -> None:
        """Moves a free variable, and with it all that depend on it."""
        self.value[self._free[column]] += by
        for row, coefficients in enumerate(self._rows):
            if coefficients[column]:
                self.value[self._basic[row]] += by * Fraction(coefficients[column], self._under[row])

    def _pivot(self, row: int, column: int) -> None:
        """Solves a row for the free variable of a column, and puts that into all other rows."""
        leaving, entering = self._basic[row], self._free[column]
        own = self._rows[row]
        sign = 1 if own[column] > 0 else -1
        under = abs(own[column])
        own = [-sign * each for each in own]
        own[column] = sign * self._under[row]
        self._rows[row], self._under[row] = own, under
        for other, coefficients in enumerate(self._rows):
            factor = coefficients[column]
            if other == row or not factor:
                continue
            common = gcd(factor, under)
            times, factor = under // common, factor // common
            coefficients[column] = 0
            mixed = [times * a + factor * b for a, b in zip(coefficients, own, strict=True)]
            below = self._under[other] * times
            shared = gcd(below, *mixed)
            self._rows[other] = [each // shared for each in mixed] if shared > 1 else mixed
            self._under[other] = below // shared
        self._basic[row], self._free[column] = entering, leaving
        del self._row_of[leaving]
        self._row_of[entering] = row


def _dense(terms: Terms, width: int) -> list[int]:
    row = [0] * width
    for place, factor in terms:
        row[place] = factor
    return row


def _nearest(low: Exact | None, high: Exact | None) -> Fraction:
    """The value within bounds that is nearest to 0."""
    if low is not None and low > 0:
        return Fraction(low)
    return Fraction(0 if high is None else min(high, 0))

"""A model as it is solved: variables by place, in the order of their ids, and every row in whole numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import chain
from math import ceil, floor, gcd, lcm
from typing import Literal, TypeAlias

from aop_rules.exact.number import Exact, exact
from aop_rules.solving.model import Model, Stage, Variable

Terms: TypeAlias = tuple[tuple[int, int], ...]
"""(place of a variable, its whole coefficient), by place, none of them 0."""
Values: TypeAlias = tuple[Exact, ...]
"""A value for every variable, by place."""


@dataclass(frozen=True, slots=True)
class Line:
    """`least` ≤ Σ terms ≤ `most`, in whole numbers."""

    id: str
    """The id of its row; empty for what a variable or an earlier stage brings, which nobody can drop."""
    terms: Terms
    least: int | None
    most: int | None

    def holds(self, values: Sequence[Exact]) -> bool:
        """Whether these values keep it, exactly."""
        reached = total(self.terms, values)
        return (self.least is None or reached >= self.least) and (self.most is None or reached <= self.most)


@dataclass(frozen=True, slots=True)
class Goal:
    """Σ terms is to be made small. What its stage speaks of is Σ terms × `unit` + `constant`; `unit` < 0 for a `max`."""

    terms: Terms = ()
    unit: Fraction = Fraction(1)
    constant: Exact = 0

    def value(self, reached: Exact) -> Exact:
        """What the stage has reached, where Σ terms is `reached`."""
        return exact(reached * self.unit + self.constant)


@dataclass(frozen=True, slots=True)
class Program:
    """Variables by place, and lines. `shown` of the variables are the model's; those after them are hidden switches."""

    names: tuple[str, ...]
    low: tuple[Exact | None, ...]
    high: tuple[Exact | None, ...]
    whole: tuple[bool, ...]
    lines: tuple[Line, ...]
    shown: int

    @property
    def crossed(self) -> bool:
        """Whether the bounds of a variable, or of a line by itself, leave no room at all."""
        bounds = chain(zip(self.low, self.high, strict=True), ((line.least, line.most) for line in self.lines))
        return any(low is not None and high is not None and low > high for low, high in bounds)

    def holds(self, values: Sequence[Exact]) -> bool:
        """Whether these values keep every bound, every line and every wholeness, exactly."""
        return (
            all(low is None or value >= low for low, value in zip(self.low, values, strict=True))
            and all(high is None or value <= high for high, value in zip(self.high, values, strict=True))
            and all(value.denominator == 1 for value, whole in zip(values, self.whole, strict=True) if whole)
            and all(line.holds(values) for line in self.lines)
        )

    def holding(self, goal: Goal, reached: Exact) -> Program:
        """The same, with Σ terms of a goal kept at what it has reached."""
        over = reached.denominator
        terms = tuple((place, factor * over) for place, factor in goal.terms)
        return replace(self, lines=(*self.lines, Line("", terms, None, reached.numerator)))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one goal."""

    status: Literal["best", "stopped", "impossible", "unbounded"]
    """`stopped`: a cap was reached; `values` is then the best so far, if any."""
    values: Values | None = None
    bound: Exact | None = None
    """No Σ terms below this is possible; equal to what `values` reach where they are the exact best."""


def total(terms: Terms, values: Sequence[Exact]) -> Exact:
    """Σ coefficient × value."""
    return sum(factor * values[place] for place, factor in terms)


def program(model: Model) -> Program:
    """A checked model by place. Rows of whole variables are tightened to whole bounds; no whole solution is lost."""
    variables = sorted(model.variables, key=lambda variable: variable.id)
    switched = [place for place, variable in enumerate(variables) if variable.least]
    place_of = {variable.id: place for place, variable in enumerate(variables)}
    whole = (*(variable.kind == "whole" for variable in variables), *(True for _ in switched))
    lines = [line(row.id, row.terms, place_of, whole, row.least, row.most) for row in model.rows]
    bounds = [_bounds(variable) for variable in variables]
    links: list[Line] = []
    for switch, place in enumerate(switched, len(variables)):
        links += _switch(variables[place], place, switch)
    return Program(
        names=tuple(variable.id for variable in variables),
        low=(*(low for low, _ in bounds), *(0 for _ in switched)),
        high=(*(high for _, high in bounds), *(1 for _ in switched)),
        whole=whole,
        lines=(*sorted(lines, key=lambda line: line.id), *links),
        shown=len(variables),
    )


def goal(stage: Stage, place_of: Mapping[str, int]) -> Goal:
    """A stage as a goal: smaller is better, coefficients whole and without a common factor."""
    over, terms = _scaled(stage.terms, place_of)
    common = gcd(*(factor for _, factor in terms)) or 1
    sign = 1 if stage.sense == "min" else -1
    lowest = tuple((place, sign * factor // common) for place, factor in terms)
    return Goal(lowest, Fraction(sign * common, over), stage.constant)


def line(
    name: str,
    terms: Mapping[str, Exact],
    place_of: Mapping[str, int],
    whole: Sequence[bool],
    least: Exact | None,
    most: Exact | None,
) -> Line:
    """A row in whole numbers."""
    over, scaled = _scaled(terms, place_of, least, most)
    low, high = (None if bound is None else int(bound * over) for bound in (least, most))
    common = gcd(*(factor for _, factor in scaled))
    if not all(whole[place] for place, _ in scaled):
        common = gcd(common, low or 0, high or 0)
    if common > 1:
        scaled = tuple((place, factor // common) for place, factor in scaled)
        low, high = (None if low is None else -(-low // common)), (None if high is None else high // common)
    return Line(name, scaled, low, high)


def _scaled(terms: Mapping[str, Exact], place_of: Mapping[str, int], *bounds: Exact | None) -> tuple[int, Terms]:
    """What everything is multiplied by to be whole, and the terms so multiplied."""
    over = lcm(*{n.denominator for n in terms.values()}, *(n.denominator for n in bounds if n is not None))
    return over, tuple(sorted((place_of[name], int(factor * over)) for name, factor in terms.items() if factor))


def _bounds(variable: Variable) -> tuple[Exact | None, Exact | None]:
    low, high = variable.low, variable.high
    if variable.least and high is not None:
        high = max(high, 0)  # nothing is always possible
    if variable.kind == "whole":
        return (None if low is None else ceil(low)), (None if high is None else floor(high))
    return low, high


def _switch(variable: Variable, place: int, switch: int) -> list[Line]:
    """Nothing or enough: the variable is 0 while its switch is, and from `least` to `high` where that is 1."""
    least, high = Fraction(variable.least), Fraction(variable.high or 0)
    below = tuple(term for term in ((place, high.denominator), (switch, -high.numerator)) if term[1])
    above = ((place, least.denominator), (switch, -least.numerator))
    return [Line("", below, None, 0), Line("", above, 0, None)]

"""A model solved stage by stage, each held at its best while the next is made better; or the rows that conflict."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from aop_rules.errors import EngineError, InputError, Problem
from aop_rules.exact.frozen import FrozenMapping
from aop_rules.exact.number import Exact, exact
from aop_rules.solving import highs, search
from aop_rules.solving.conflict import conflict
from aop_rules.solving.model import PLACE, Model, Row, Stage, Variable, check
from aop_rules.solving.program import Goal, Outcome, Program, Values, goal, program, total

__all__ = ["Conflict", "Model", "Reached", "Row", "Solution", "Stage", "Variable", "solve"]

Method: TypeAlias = Literal["exact", "highs"]
# Where the exact search answers within about a second, measured; past it HiGHS is asked first, if it is installed.
EXACT_WHOLE_MAX = 30
EXACT_CELLS_MAX = 4_000
# One of the many looks that naming a conflict takes.
PROBE_PARTS = 300
PROBE_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Reached:
    """How far one stage got."""

    id: str
    value: Exact
    bound: Exact | None
    """What no answer can beat; None where nothing is known."""
    gap: Exact | None
    """|bound - value|, as a share of |value| (of 1 where that is less); 0 where the value is the exact best."""


@dataclass(frozen=True, slots=True)
class Solution:
    """Values that keep every row exactly, and what they reach. `proved`: no stage can do better."""

    values: Mapping[str, Exact]
    stages: tuple[Reached, ...]
    proved: bool
    method: Method


@dataclass(frozen=True, slots=True)
class Conflict:
    """Rows (`id`) and bounds (`variable:low`, `variable:high`) that cannot hold together.

    Without any one of them the others can; where that could not be shown for each, `minimal` is False.
    """

    rows: tuple[str, ...]
    minimal: bool = True


def solve(
    model: Model,
    stages: Sequence[Stage],
    *,
    method: Literal["auto", "exact", "highs"] = "auto",
    progress: Callable[[str], None] | None = None,
    seconds: int | None = None,
) -> Solution | Conflict:
    """The best by the first stage; among the equally good the best by the second; and so on.

    `exact` searches in whole numbers and is stopped by a count of steps; `highs` asks HiGHS, for at most `seconds` a
    stage, and checks its answer exactly; `auto` takes the first for small models, and falls back on the other.
    `progress` is told the id of each stage as its work begins. The same model in another order gives the same answer.
    Raises InputError: OPTIMISE_BAD_MODEL, OPTIMISE_UNBOUNDED, OPTIMISE_NEEDS_EXTRA, OPTIMISE_NOT_SETTLED.

    >>> shop, fair = Variable("shop", high=1, kind="whole"), Variable("fair", high=1, kind="whole")
    >>> money = Row("money", {"shop": 60, "fair": 60}, most=100)
    >>> best = solve(Model([shop, fair], [money]), [Stage("profit", {"shop": 9, "fair": 8}, "max")])
    >>> dict(best.values), best.stages[0].value, best.proved
    ({'fair': 0, 'shop': 1}, 9, True)
    >>> solve(Model([shop, fair], [money, Row("both", {"shop": 1, "fair": 1}, least=2)]), [])
    Conflict(rows=('both', 'money'), minimal=True)
    """
    check(model, stages)
    return _Solver(program(model), method, seconds).run(stages, progress)


class _Solver:
    def __init__(self, whole: Program, method: str, seconds: int | None) -> None:
        self.program, self.seconds = whole, seconds
        self.methods = _methods(whole, method)
        self.used: Method = self.methods[0]

    def run(self, stages: Sequence[Stage], progress: Callable[[str], None] | None) -> Solution | Conflict:
        place_of = {name: place for place, name in enumerate(self.program.names)}
        current = self.program
        values: Values | None = None
        proved = True
        reached: list[Reached] = []
        for stage in stages:
            aim = goal(stage, place_of)
            if not aim.terms:
                reached.append(Reached(stage.id, exact(stage.constant), exact(stage.constant), 0))
                continue
            if progress:
                progress(stage.id)
            outcome = self._minimised(current, aim, values)
            if outcome.status == "unbounded" and (values or self._minimised(current, Goal()).values):
                raise InputError([_unbounded(stage)])
            if outcome.values is None:
                return self._conflict()
            values, proved = outcome.values, proved and outcome.status == "best"
            sum_reached = total(aim.terms, values)
            current = current.holding(aim, sum_reached)
            reached.append(_reached(stage, aim, sum_reached, outcome))
        values = values or self._minimised(current, Goal()).values
        return self._conflict() if values is None else self._solution(values, reached, proved)

    def _minimised(self, current: Program, aim: Goal, known: Values | None = None) -> Outcome:
        """By the first method that settles it; else the best that is known, and without any an error."""
        best = Outcome("stopped", known)
        for method in self.methods:
            outcome = self._by(method, current, aim, best.values)
            if outcome.values != best.values or outcome.status != "stopped":
                self.used = method
            if outcome.status != "stopped":
                return outcome
            best = Outcome(
                "stopped", outcome.values, max((b for b in (best.bound, outcome.bound) if b is not None), default=None)
            )
        if best.values is None:
            raise InputError([_not_settled(self.methods)])
        return best

    def _by(self, method: Method, current: Program, aim: Goal, known: Values | None) -> Outcome:
        if method == "exact":
            return search.minimise(current, aim, known=known)
        return highs.minimise(current, aim, known=known, seconds=self.seconds)

    def _possible(self, part: Program) -> bool | None:
        """Whether a part of the rows can hold: a quick look, for without its bounds a search may never end."""
        outcome = search.minimise(part, Goal(), parts=PROBE_PARTS)
        if outcome.status == "stopped" and "highs" in self.methods:
            outcome = highs.minimise(part, Goal(), seconds=min(self.seconds or PROBE_SECONDS, PROBE_SECONDS))
        return None if outcome.status == "stopped" else outcome.status == "best"

    def _conflict(self) -> Conflict:
        """The conflict; where HiGHS found it, what is left of it is judged once more without rounding."""
        left, rows, minimal = conflict(self.program, self._possible)
        if "highs" in self.methods and search.minimise(left, Goal()).status == "best":
            raise InputError([_not_settled(self.methods)])
        return Conflict(rows, minimal)

    def _solution(self, values: Values, reached: list[Reached], proved: bool) -> Solution:
        if not self.program.holds(values):
            raise EngineError("an answer does not keep its rows")
        shown = zip(self.program.names, values[: self.program.shown], strict=True)
        return Solution(FrozenMapping(dict(shown)), tuple(reached), proved, self.used)


def _methods(whole: Program, method: str) -> tuple[Method, ...]:
    """In the order in which they are tried."""
    if method == "exact":
        return ("exact",)
    if method == "highs":
        return ("highs", "exact")
    if not highs.installed():
        return ("exact",)
    small = sum(whole.whole) <= EXACT_WHOLE_MAX and len(whole.low) * len(whole.lines) <= EXACT_CELLS_MAX
    return ("exact", "highs") if small else ("highs", "exact")


def _reached(stage: Stage, aim: Goal, reached: Exact, outcome: Outcome) -> Reached:
    value = aim.value(reached)
    if outcome.bound is None:
        return Reached(stage.id, value, None, None)
    bound = aim.value(outcome.bound)
    return Reached(stage.id, value, bound, exact(abs(Fraction(bound) - value) / max(abs(Fraction(value)), Fraction(1))))


def _unbounded(stage: Stage) -> Problem:
    message = f"stage `{stage.id}` can be made as {'small' if stage.sense == 'min' else 'large'} as one likes"
    hint = "give its variables bounds, or add a row that limits them"
    return Problem(PLACE, "OPTIMISE_UNBOUNDED", message, hint)


def _not_settled(methods: tuple[Method, ...]) -> Problem:
    hint = "give it more `seconds`, or fewer whole variables" if "highs" in methods else highs.INSTALL
    return Problem(PLACE, "OPTIMISE_NOT_SETTLED", "the search was stopped before it found any answer", hint)

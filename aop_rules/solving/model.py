"""What is to be optimised: variables within bounds, rows that must hold, and stages in their order of importance.

Numbers are exact (`int` or `Fraction`), ids are texts, and the order in which anything is given means nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from aop_rules.errors import InputError, Place, Problem, did_you_mean
from aop_rules.exact.number import Exact

Kind = Literal["real", "whole"]
Sense = Literal["min", "max"]
PLACE = Place("<model>")


@dataclass(frozen=True, slots=True)
class Variable:
    """One thing to choose: a number from `low` to `high`, either may be None for no bound.

    With `least` above 0 it is nothing or enough: 0, or from `least` to `high` (which must be there; `low` stays 0).
    """

    id: str
    low: Exact | None = 0
    high: Exact | None = None
    kind: Kind = "real"
    least: Exact = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One condition: `least` ≤ Σ coefficient × variable ≤ `most`; None where there is no such bound."""

    id: str
    terms: Mapping[str, Exact]
    least: Exact | None = None
    most: Exact | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """One thing to make small or large: Σ coefficient × variable + `constant`."""

    id: str
    terms: Mapping[str, Exact]
    sense: Sense
    constant: Exact = 0


@dataclass(frozen=True, slots=True)
class Model:
    """Variables, and the rows that must hold together."""

    variables: Sequence[Variable]
    rows: Sequence[Row] = ()


def check(model: Model, stages: Sequence[Stage]) -> None:
    """Raises InputError (OPTIMISE_BAD_MODEL) with all that is wrong with a model and its stages.

    >>> try:
    ...     check(Model([Variable("ads", least=5)], [Row("cap", {"asd": 1}, most=9)]), [])
    ... except InputError as error:
    ...     print(error)
    2 problems:
    <model>:1:1: OPTIMISE_BAD_MODEL: row `cap` names no variable `asd` (did you mean `ads`?)
    <model>:1:1: OPTIMISE_BAD_MODEL: variable `ads` is nothing or at least 5, and has no `high` (give it one)
    """
    known = {variable.id for variable in model.variables}
    problems = [
        *_repeated("variable", (variable.id for variable in model.variables)),
        *_repeated("row", (row.id for row in model.rows)),
        *_repeated("stage", (stage.id for stage in stages)),
        *(problem for variable in model.variables for problem in _of_variable(variable)),
        *(problem for row in model.rows for problem in _of_row(row, known)),
        *(problem for stage in stages for problem in _of_stage(stage, known)),
    ]
    if problems:
        raise InputError(problems)


def _of_variable(variable: Variable) -> Iterator[Problem]:
    what = f"variable `{variable.id}`"
    yield from _numbers(what, (variable.low, variable.high, variable.least))
    if variable.kind not in ("real", "whole"):
        yield _bad(f"{what} is of no kind `{variable.kind}`", "`real` or `whole`")
    if not _is_exact(variable.least) or variable.least == 0:
        return
    if variable.least < 0:
        yield _bad(f"{what} has a `least` below 0", "what may be negative is not nothing or enough")
    if variable.high is None:
        yield _bad(f"{what} is nothing or at least {variable.least}, and has no `high`", "give it one")
    if variable.low != 0:
        yield _bad(f"{what} is nothing or at least {variable.least}, and `low` is not 0", "leave `low` out")


def _of_row(row: Row, known: set[str]) -> Iterator[Problem]:
    what = f"row `{row.id}`"
    variable, _, side = row.id.rpartition(":")
    if side in ("low", "high") and variable in known:
        yield _bad(f"{what} has the name of a bound of variable `{variable}`", "give it another id")
    yield from _numbers(what, (row.least, row.most))
    yield from _terms(what, row.terms, known)


def _of_stage(stage: Stage, known: set[str]) -> Iterator[Problem]:
    what = f"stage `{stage.id}`"
    if stage.sense not in ("min", "max"):
        yield _bad(f"{what} has no sense `{stage.sense}`", "`min` or `max`")
    yield from _numbers(what, (stage.constant,))
    yield from _terms(what, stage.terms, known)


def _terms(what: str, terms: Mapping[str, Exact], known: set[str]) -> Iterator[Problem]:
    yield from _numbers(what, terms.values())
    for name in terms.keys() - known:
        yield _bad(f"{what} names no variable `{name}`", did_you_mean(name, known))


def _numbers(what: str, numbers: Iterable[object]) -> Iterator[Problem]:
    if not all(number is None or _is_exact(number) for number in numbers):
        yield _bad(f"{what} has a number that is not exact", "give an int or a Fraction")


def _is_exact(number: object) -> bool:
    return type(number) is int or isinstance(number, Fraction)


def _repeated(what: str, ids: Iterable[str]) -> Iterator[Problem]:
    for name, times in Counter(ids).items():
        if times > 1:
            yield _bad(f"{times} {what}s are `{name}`", "an id is given once")


def _bad(message: str, hint: str) -> Problem:
    return Problem(PLACE, "OPTIMISE_BAD_MODEL", message, hint)

"""What can go wrong, said so that a person can mend it.

    AopError                    anything this library raises on purpose
    ├── InputError              something read from outside is wrong: carries every problem, not the first
    │   ├── PlanError           a plan file or plan value
    │   ├── RuleError           a ruleset, or a rule that a plan declares
    │   ├── EventError          an event or a history file
    │   └── ConflictError       the same event id arrived with other content
    ├── ExactError              arithmetic that could not be exact (currencies mixed, a fraction of a đồng)
    ├── OutsideYearError        a date or period that the plan's year does not hold
    └── EngineError             inference itself failed; never the user's fault

A `Problem` is one thing that is wrong: a stable code (docs/errors.md explains each), a place, a sentence, a way out.
Messages are lower-case, without a final period, with the reader's own words in backticks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where in a file: 1-based line and column (in characters), as editors count."""

    file: str = "<input>"
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong (or, as a warning or note, worth knowing), and what to do about it.

    >>> str(Problem(Place("plan.yaml", 3, 5), "PLAN_UNKNOWN_ID", "no goal `sale`", "did you mean `sales`?"))
    'plan.yaml:3:5: PLAN_UNKNOWN_ID: no goal `sale` (did you mean `sales`?)'
    """

    place: Place
    code: str
    message: str
    hint: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        mark = "" if self.severity == "error" else f"{self.severity}: "
        return f"{self.place}: {self.code}: {mark}{self.message}{hint}"


class AopError(Exception):
    """The root of every error this library raises on purpose."""


class InputError(AopError):
    """Something read from outside is wrong. `problems` holds every one of them, sorted by place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(problems))
        count = len(self.problems)
        head = [f"{count} problems:"] if count != 1 else []
        super().__init__("\n".join([*head, *map(str, self.problems)]))

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


class PlanError(InputError):
    """A plan that cannot be used. Nothing of it was loaded."""


class RuleError(InputError):
    """A ruleset, or a rule that a plan declares, that cannot be used."""


class EventError(InputError):
    """An event, or a history of them, that cannot be read."""


class ConflictError(InputError):
    """An event id that is already known arrived with other content. Nothing was recorded."""


class ExactError(AopError, ValueError):
    """Arithmetic that could not be exact: mixed currencies, a float, a part of a minor unit."""


class OutsideYearError(AopError, ValueError):
    """A date or period that the plan's year does not hold."""


class EngineError(AopError):
    """Inference failed. This is a fault of the library, never of its input."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint naming the closest known word, or the known words where none is close.

    >>> did_you_mean("purchasng", ["purchasing", "fixed"])
    'did you mean `purchasing`?'
    """
    names = sorted(set(known))
    close = get_close_matches(word, names, n=1, cutoff=0.6)
    if close:
        return f"did you mean `{close[0]}`?"
    shown = ", ".join(f"`{name}`" for name in names[:8])
    more = f" and {len(names) - 8} more" if len(names) > 8 else ""
    return f"known here: {shown}{more}" if names else "nothing of this kind is declared"

"""What can go wrong, said so that a person can mend it.

    AopError                    anything this library raises on purpose
    ├── InputError              something read from outside is wrong: carries every problem, not the first
    │   ├── PlanError           a plan file or plan value
    │   ├── RuleError           a ruleset, or a rule that a plan declares
    │   ├── EventError          an event or a history file
    │   ├── ConflictError       the same event id arrived with other content
    │   ├── LedgerError         a ledger that cannot be opened, read or written, or is not this plan's
    │   └── AlertError          an alert that cannot be answered, or that nobody could be told of
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
    """Where in a file: 1-based line and column (in characters), as editors count.

    >>> str(Place("plan.yaml", 3, 5)), Place("plan.yaml", 3) < Place("plan.yaml", 12)
    ('plan.yaml:3:5', True)
    """

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
    """The root of every error this library raises on purpose.

    >>> all(issubclass(kind, AopError) for kind in (InputError, ExactError, OutsideYearError, EngineError))
    True
    """


class InputError(AopError):
    """Something read from outside is wrong. `problems` holds every one of them, sorted by place.

    >>> places = Place("plan.yaml", 7, 3), Place("plan.yaml", 2, 1)
    >>> error = InputError(Problem(place, "PLAN_UNKNOWN_KEY", "no key `gaols`") for place in places)
    >>> print(error)
    2 problems:
    plan.yaml:2:1: PLAN_UNKNOWN_KEY: no key `gaols`
    plan.yaml:7:3: PLAN_UNKNOWN_KEY: no key `gaols`
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(problems))
        count = len(self.problems)
        head = [f"{count} problems:"] if count != 1 else []
        super().__init__("\n".join([*head, *map(str, self.problems)]))

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


class PlanError(InputError):
    """A plan that cannot be used. Nothing of it was loaded.

    >>> from aop_rules import Engine
    >>> try:
    ...     Engine.open({"aop": 1, "id": "cafe", "name": "Café", "year": {"starts": "2026-01-01"}})
    ... except PlanError as error:
    ...     print([problem.code for problem in error.problems])
    ['PLAN_MISSING_KEY']
    """


class RuleError(InputError):
    """A ruleset, or a rule that a plan declares, that cannot be used.

    >>> from aop_rules import Matcher, Vocabulary
    >>> try:
    ...     Matcher.compile({"large": "amuont > 5"}, Vocabulary.of({"amount": "number"}))
    ... except RuleError as error:
    ...     print(error.problems[0].message, "·", error.problems[0].hint)
    no attribute `amuont` · did you mean `amount`?
    """


class EventError(InputError):
    """An event, or a history of them, that cannot be read.

    >>> from aop_rules import event_from
    >>> try:
    ...     event_from({"kind": "proposal", "event_id": "e1"})
    ... except EventError as error:
    ...     print(error.problems[0].message)
    `effective_date` is missing
    """


class ConflictError(InputError):
    """An event id that is already known arrived with other content. Nothing was recorded.

    >>> from aop_rules import Ledger, event_from
    >>> spent = {"kind": "actual", "event_id": "i7", "effective_date": "2026-05-05", "line": "ads", "amount": 100}
    >>> ledger = Ledger()
    >>> record = ledger.append(event_from(spent))
    >>> try:
    ...     ledger.append(event_from({**spent, "amount": 90}))
    ... except ConflictError as error:
    ...     print(error.problems[0].hint)
    give a correction an id of its own, and a reading a higher `revision`
    """


class LedgerError(InputError):
    """A ledger that cannot be opened, read or written, or that is not the plan's. Nothing was recorded.

    >>> from aop_rules import Engine
    >>> try:
    ...     Engine.open("examples/babycare_house/plan.yaml", ledger="examples/babycare_house/plan.yaml")
    ... except LedgerError as error:
    ...     print(error.problems[0].code)
    LEDGER_NOT_ONE
    """


class AlertError(InputError):
    """An alert that cannot be acknowledged or silenced so, or that could not be delivered. It stays what it is.

    >>> from aop_rules import Engine
    >>> engine = Engine.open("examples/babycare_house/plan.yaml")
    >>> try:
    ...     engine.acknowledge("A-0", by="Lan", as_of="2026-06-10")
    ... except AlertError as error:
    ...     print(error.problems[0].code)
    ALERT_UNKNOWN
    """


class ExactError(AopError, ValueError):
    """Arithmetic that could not be exact: mixed currencies, a float, a part of a minor unit.

    >>> from aop_rules import Money
    >>> try:
    ...     Money(5, "VND") + Money(5, "USD")
    ... except ExactError as error:
    ...     print(isinstance(error, ValueError))
    True
    """


class OutsideYearError(AopError, ValueError):
    """A date or period that the plan's year does not hold.

    >>> from datetime import date
    >>> from aop_rules import calendar
    >>> try:
    ...     calendar(date(2026, 1, 1)).period_of(date(2027, 1, 1))
    ... except OutsideYearError as error:
    ...     print(isinstance(error, ValueError))
    True
    """


class EngineError(AopError):
    """Inference failed. This is a fault of the library, never of its input.

    >>> issubclass(EngineError, InputError)
    False
    """


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

"""A flip: the smallest change of an event that gives a better answer, as a value that can say itself."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from aop_rules.decision.decision import Decision
from aop_rules.decision.finding import Finding
from aop_rules.decision.outcome import Outcome
from aop_rules.flipping.fields import Value
from aop_rules.flipping.flip_words import flips_data, flips_sentence, flips_text
from aop_rules.plan.values import Words
from aop_rules.wording.numbers import Language

CLAUSES = {"scope.outside": "scope", "scope.not-included": "scope"}
"""Of standard rules that speak for a clause of the plan without being one of it."""
Bound = Literal["at_most", "at_least", "from", "until", "is"]


@dataclass(frozen=True, slots=True)
class Checked:
    """What was decided at one value. `outcome` is None where no such event can be."""

    value: Value | None
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class Flip:
    """The smallest change of one field that gives a better outcome.

    Amounts are in whole units of the event's currency, shares as such (30 % is `Fraction(3, 10)`), days are dates.
    """

    field: str
    """Where it stands in the event: `costs[0].amount`, `benefits[1]`, `start`; `costs` for all costs together."""
    name: Words
    unit: str
    now: Value | None
    """None where nothing is said yet."""
    to: Value
    bound: Bound
    """Whether `to` is the most, the least, the first or the last day, or the case that is meant."""
    until: Value | None
    """Where it helps only up to a point (less cost, but not none): the last value that does."""
    outcome: Outcome | None
    """What it would be at `to`; None in a joint change, where the whole of it decides."""
    change: Fraction | None
    """How much it changes, to what it is; None for days, and where nothing was said."""
    inside: Checked | None = None
    """One step less: not yet better."""
    outside: Checked | None = None
    """One step more; None where `to` is as far as it goes."""


@dataclass(frozen=True, slots=True)
class JointFlip:
    """The smallest change of several fields together; smaller than that of any one of them."""

    parts: tuple[Flip, ...]
    outcome: Outcome
    largest: Fraction
    """The largest relative change among them, which is the least there is."""
    total: Fraction
    """The sum of their relative changes."""
    inside: tuple[Checked, ...]
    """For each part, it alone one step less: not yet better."""


@dataclass(frozen=True, slots=True)
class Flips:
    """What would flip a decision. `text` says it to people, `to_dict` to machines."""

    decision: Decision
    single: tuple[Flip, ...]
    """By field, in the order of the event."""
    joint: JointFlip | None
    """None where nothing helps, or several fields together need no less of a change than one alone."""
    stands: tuple[Finding, ...]
    """What stands in the way whatever is changed about the event."""
    decided: int
    """How many variants were decided on."""

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses of the plan that would have to be amended, as nothing about the event itself helps; else none."""
        return tuple(sorted({clause for f in self.stands if (clause := f.clause or CLAUSES.get(f.rule, ""))}))

    @property
    def only_amendment(self) -> bool:
        """Whether only an amendment of the plan can change the answer."""
        return bool(self.clauses)

    def sentence(self, lang: Language | None = None) -> str:
        """In one sentence. `lang` is `en` or `vi`; the plan's language where missing."""
        return flips_sentence(self, lang or self.decision.plan.language)

    def text(self, lang: Language | None = None) -> str:
        """One line a flip. `lang` is `en` or `vi`; the plan's language where missing."""
        return flips_text(self, lang or self.decision.plan.language)

    def to_dict(self) -> dict[str, Any]:
        """As plain data for JSON: numbers are whole or text, so that they are exact for every reader."""
        return flips_data(self)

"""A decision: course, outcome, reasons and basis, as a frozen value that can be kept, compared and replayed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from aop_rules.decision.finding import Finding
from aop_rules.decision.outcome import Course, Outcome
from aop_rules.decision.shape import DecisionShape
from aop_rules.events import EventBase
from aop_rules.exact.number import Exact
from aop_rules.plan.model import Plan, Words
from aop_rules.wording.numbers import Language

Detail = Literal["short", "standard", "full"]


@dataclass(frozen=True, slots=True)
class Basis:
    """What a decision is a function of. Equal bases give equal decisions."""

    plan_id: str
    plan_version: int
    plan_digest: str
    program_digest: str
    position_digest: str
    as_of: datetime


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Another outcome, and what stands in its way (nothing: no rule that holds calls for it)."""

    outcome: Outcome
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Needed:
    """What would lead to the next better outcome."""

    outcome: Outcome
    """What it would then be, if nothing else changed."""
    by: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Confidence:
    """How much of what the decision rests on is known: counts, never one made-up probability."""

    facts: int
    unknown: int
    provisional: int
    estimated: int


@dataclass(frozen=True, slots=True)
class Decision:
    """What `aop_rules` recommends for one event, and why.

    `course` is `keep` or `adjust`; `outcome` says how; `hard` that no approval lifts it. `findings` holds every rule that
    holds or cannot be told, `deciding` those that made the outcome. `explain` says it to people, `to_dict` to machines.
    """

    decision_id: str
    basis: Basis
    event: EventBase
    outcome: Outcome
    hard: bool
    findings: tuple[Finding, ...]
    deciding: tuple[Finding, ...]
    why_not: tuple[WhyNot, ...]
    needed: Needed | None
    fit: Exact | None
    """For ADJUST_TO_FIT: how much of what was asked would fit now, in the plan's currency."""
    serves: Mapping[str, tuple[str, ...]]
    """Goals that the event serves, each with its path through the plan."""
    confidence: Confidence
    valid_until: date | None
    """When the recommendation should no longer be relied on: the next review, or the event's deadline if earlier."""
    next_review: date | None
    plan: Plan

    @property
    def course(self) -> Course:
        """`keep` or `adjust`."""
        return self.outcome.course

    def explain(self, lang: Language | None = None, detail: Detail = "standard") -> str:
        """The decision in words: one sentence (`short`), its reasons (`standard`), or all of it (`full`).

        `lang` is `en` or `vi`; the plan's language where missing.
        """
        from aop_rules.decision.explain import explain

        return explain(self, lang or self.plan.language, detail)

    def to_dict(self) -> DecisionShape:
        """The decision as plain data for JSON, by `aop schema decision`. The same decision gives the same bytes."""
        from aop_rules.decision.record import to_dict

        return to_dict(self)

    def to_json(self, indent: int | None = None) -> str:
        """`to_dict` as JSON text, keys in a fixed order."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent)


def decision_id(basis: Basis, event: str) -> str:
    """The identity of a decision: a digest of all that it is a function of."""
    said = [basis.plan_digest, basis.program_digest, basis.position_digest, basis.as_of.isoformat(), event]
    return "D-" + hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()[:16]

"""The parts of a decision: course, outcome, reasons and basis, as frozen values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from aop_rules.decision.finding import Finding
from aop_rules.decision.option import Option
from aop_rules.decision.outcome import Course, Outcome
from aop_rules.events import EventBase
from aop_rules.exact.number import Exact
from aop_rules.plan.model import Plan
from aop_rules.plan.values import Words

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
class Decided:
    """All that a decision consists of; `decision.Decision` adds the ways to say it."""

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
    """Where only a part fits: how much of what was asked would fit now, in the plan's currency."""
    serves: Mapping[str, tuple[str, ...]]
    """Goals that the event serves, each with its path through the plan."""
    confidence: Confidence
    valid_until: date | None
    """When the recommendation should no longer be relied on: the next review, or the event's deadline if earlier."""
    next_review: date | None
    plan: Plan = field(repr=False)
    options: tuple[Option, ...] = ()
    """Ways to adjust, the best first; empty where nothing is to be adjusted, or nothing can be."""

    @property
    def course(self) -> Course:
        """`keep` or `adjust`."""
        return self.outcome.course


def decision_id(basis: Basis, event: str) -> str:
    """The identity of a decision: a digest of all that it is a function of."""
    said = [basis.plan_digest, basis.program_digest, basis.position_digest, basis.as_of.isoformat(), event]
    return "D-" + hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()[:16]

"""The shape of a decision as plain data, key by key: what `to_dict` returns and `aop schema decision` describes."""

from __future__ import annotations

from typing import Any

from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12, and brings it

Plain = bool | int | str | list[str] | None


class InBoth(TypedDict):
    """A sentence in both languages."""

    en: str
    vi: str


class PlanRef(TypedDict):
    """The plan that was decided against."""

    id: str
    version: int
    digest: str


class SubjectRef(TypedDict):
    """What a rule looked at."""

    kind: str
    id: str


class DecidingRef(TypedDict):
    """A finding that made the outcome."""

    rule: str
    subject: SubjectRef


class FactShape(TypedDict):
    """One figure. Numbers are whole, or text (`12.5`, `9/5`), so that they are exact for every reader."""

    name: str
    value: Plain
    unit: str
    periods: str
    quality: str
    sources: list[str]
    known_at: str | None


class StepShape(TypedDict):
    """One link of a chain of conclusions."""

    rule: str
    conclusion: str
    kind: str
    id: str


class FindingShape(TypedDict):
    """What one rule found about one subject. `judgement` is `holds`, `unknown` or `error` (then `code` is RULE_ERROR)."""

    rule: str
    version: int
    effect: str
    hard: bool
    judgement: str
    code: str | None
    subject: SubjectRef
    message: InBoth
    needs: InBoth | None
    facts: list[FactShape]
    missing: list[str]
    faults: list[str]
    steps: list[StepShape]
    condition: str
    room: int | str | None
    clause: str


class PathShape(TypedDict):
    """A goal that the event serves, and the way to it through the plan."""

    goal: str
    path: list[str]


class WhyNotShape(TypedDict):
    """Another outcome and the rules that stand in its way (none: nothing calls for it)."""

    outcome: str
    rules: list[str]
    because: InBoth


class NeededShape(TypedDict):
    """What would lead to the next better outcome."""

    outcome: str
    by: list[InBoth]


class FitShape(TypedDict):
    """How much of what was asked would fit now."""

    amount: int | str
    unit: str


class GoalLandingShape(TypedDict):
    """Where a goal lands without and with an option. A ratio is `compared` through its numerator."""

    goal: str
    kpi: str
    unit: str
    before: int | str | None
    after: int | str | None
    planned: int | str | None
    compared: str
    compared_before: int | str | None
    compared_after: int | str | None


class OptionShape(TypedDict):
    """One way to adjust, the best first. Money is in the plan's currency."""

    id: str
    kind: str
    name: InBoth
    recommended: bool
    frees: int | str
    enough: bool
    period: str
    reversible: bool | None
    approval: str
    landings: list[GoalLandingShape]
    dependents: list[str]
    flags: list[str]
    dominated_by: str
    needed: int | str
    draws: dict[str, int | str]
    left: int | str | None
    left_by_line: dict[str, int | str]
    by_itself: list[GoalLandingShape]
    trade_off: InBoth | None


class ConfidenceShape(TypedDict):
    """How much of what the decision rests on is known, as counts of figures."""

    facts: int
    unknown: int
    provisional: int
    estimated: int


class DecisionShape(TypedDict):
    """One decision. `format` is raised when a key changes its meaning or goes; new keys may come at any time."""

    format: int
    decision_id: str
    plan: PlanRef
    program_digest: str
    position_digest: str
    event: dict[str, Any]
    as_of: str
    course: str
    outcome: str
    hard: bool
    deciding: list[DecidingRef]
    findings: list[FindingShape]
    serves: list[PathShape]
    why_not: list[WhyNotShape]
    needed: NeededShape | None
    fit: FitShape | None
    options: list[OptionShape]
    confidence: ConfidenceShape
    valid_until: str | None
    next_review: str | None
    explanation: InBoth

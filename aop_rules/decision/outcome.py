"""How findings combine: a join on a fixed lattice, so that neither the order nor the number of equal findings matters.

    for what asks for a yes       DECLINE (hard) > DECLINE > NEED_DATA > ESCALATE > DEFER > ADJUST_TO_FIT
                                  > ACCEPT_WITH_CONDITIONS > ACCEPT; without support: DECLINE
    for a situation               ESCALATE_GOAL_REVIEW > TRIGGER_CONTINGENCY > REALLOCATE > ADJUST_ACTIONS > ESCALATE
                                  > INVESTIGATE > NEED_DATA > WATCH > KEEP_COURSE

A known veto beats missing data; missing data on a gate beats acceptance; nothing supports it: declined.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from aop_rules.decision.finding import Finding
from aop_rules.exact.number import Exact
from aop_rules.rules.effect import Effect

Course = Literal["keep", "adjust"]


class Outcome(StrEnum):
    """What is recommended, and by that whether the course is kept.

    >>> Outcome.DECLINE.course, Outcome.REALLOCATE.course, Outcome("WATCH") == "WATCH"
    ('keep', 'adjust', True)
    """

    ACCEPT = "ACCEPT"
    ACCEPT_WITH_CONDITIONS = "ACCEPT_WITH_CONDITIONS"
    ADJUST_TO_FIT = "ADJUST_TO_FIT"
    DEFER = "DEFER"
    DECLINE = "DECLINE"
    KEEP_COURSE = "KEEP_COURSE"
    WATCH = "WATCH"
    INVESTIGATE = "INVESTIGATE"
    ADJUST_ACTIONS = "ADJUST_ACTIONS"
    REALLOCATE = "REALLOCATE"
    TRIGGER_CONTINGENCY = "TRIGGER_CONTINGENCY"
    ESCALATE_GOAL_REVIEW = "ESCALATE_GOAL_REVIEW"
    NEED_DATA = "NEED_DATA"
    ESCALATE = "ESCALATE"

    @property
    def course(self) -> Course:
        """`adjust` where following it changes what was agreed or how it is carried out; `keep` where the plan stands.

        An accepted proposal that fits the plan keeps the course. So do a plea for data and a question to the owner:
        until they are answered, the plan stands.
        """
        return "adjust" if self in _ADJUST else "keep"


_ADJUST = frozenset(
    {
        Outcome.ADJUST_TO_FIT,
        Outcome.ADJUST_ACTIONS,
        Outcome.REALLOCATE,
        Outcome.TRIGGER_CONTINGENCY,
        Outcome.ESCALATE_GOAL_REVIEW,
    }
)

PROPOSAL_LADDER = (
    Outcome.ACCEPT,
    Outcome.ACCEPT_WITH_CONDITIONS,
    Outcome.ADJUST_TO_FIT,
    Outcome.DEFER,
    Outcome.ESCALATE,
    Outcome.NEED_DATA,
    Outcome.DECLINE,
)
"""The best first."""

SITUATION_LADDER = (
    Outcome.KEEP_COURSE,
    Outcome.WATCH,
    Outcome.NEED_DATA,
    Outcome.INVESTIGATE,
    Outcome.ESCALATE,
    Outcome.ADJUST_ACTIONS,
    Outcome.REALLOCATE,
    Outcome.TRIGGER_CONTINGENCY,
    Outcome.ESCALATE_GOAL_REVIEW,
)
"""The lowest rung first."""

_CALLS_FOR = {
    Effect.FORBID: Outcome.DECLINE,
    Effect.REQUIRE_APPROVAL: Outcome.ESCALATE,
    Effect.NEED_DATA: Outcome.NEED_DATA,
    Effect.DEFER: Outcome.DEFER,
    Effect.FIT: Outcome.ADJUST_TO_FIT,
    Effect.CONDITION: Outcome.ACCEPT_WITH_CONDITIONS,
    Effect.WATCH: Outcome.WATCH,
    Effect.INVESTIGATE: Outcome.INVESTIGATE,
    Effect.ADJUST_ACTIONS: Outcome.ADJUST_ACTIONS,
    Effect.REALLOCATE: Outcome.REALLOCATE,
    Effect.TRIGGER_CONTINGENCY: Outcome.TRIGGER_CONTINGENCY,
    Effect.ESCALATE_GOAL_REVIEW: Outcome.ESCALATE_GOAL_REVIEW,
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome, whether no approval lifts it, and the findings that decided it (none: it is the default)."""

    outcome: Outcome
    hard: bool
    deciding: tuple[Finding, ...]


def ladder(asks: bool) -> tuple[Outcome, ...]:
    """The outcomes that are possible, the best (or lowest) first."""
    return PROPOSAL_LADDER if asks else SITUATION_LADDER


def calls_for(finding: Finding, asks: bool) -> Outcome | None:
    """The outcome that one finding calls for; None where it only informs or supports."""
    if finding.open:
        return Outcome.NEED_DATA
    if not finding.holds:
        return None
    outcome = _CALLS_FOR.get(finding.effect)
    return outcome if outcome in ladder(asks) else None


def combine(findings: Iterable[Finding], asks: bool) -> Verdict:
    """The verdict. `asks` tells something that wants a yes from a situation."""
    found = tuple(findings)
    steps = ladder(asks)
    support = [f for f in found if f.effect is Effect.SUPPORT]
    supported = any(f.holds for f in support)
    if supported:
        # Another way to support it that cannot be told no longer matters.
        found = tuple(f for f in found if f.effect is not Effect.SUPPORT or f.holds)
    called = [(outcome, f) for f in found if (outcome := calls_for(f, asks)) is not None]
    worst = max((steps.index(outcome) for outcome, _ in called), default=0)
    outcome = steps[worst]
    if asks and not supported and outcome is not Outcome.DECLINE and not any(f.open for f in support):
        return Verdict(Outcome.DECLINE, False, ())
    deciding = tuple(f for each, f in called if each is outcome)
    hard = any(f.hard and f.holds for f in deciding)
    return Verdict(outcome, hard, tuple(sorted(deciding, key=_told_first)))


def _told_first(finding: Finding) -> tuple[bool, bool, Exact]:
    """What is hard comes first, then what leaves the least room; otherwise as the findings stand."""
    return (not (finding.hard and finding.holds), finding.room is None, finding.room or 0)

"""What a rule wants when it holds: eight effects on what asks for a yes, and the seven rungs of the ladder."""

from __future__ import annotations

from enum import StrEnum


class Effect(StrEnum):
    """What a rule wants when it holds. First for what asks for a yes, then (from KEEP on) for situations."""

    FORBID = "FORBID"
    REQUIRE_APPROVAL = "REQUIRE_APPROVAL"
    NEED_DATA = "NEED_DATA"
    DEFER = "DEFER"
    FIT = "FIT"
    CONDITION = "CONDITION"
    SUPPORT = "SUPPORT"
    INFORM = "INFORM"
    KEEP = "KEEP"
    WATCH = "WATCH"
    INVESTIGATE = "INVESTIGATE"
    ADJUST_ACTIONS = "ADJUST_ACTIONS"
    REALLOCATE = "REALLOCATE"
    TRIGGER_CONTINGENCY = "TRIGGER_CONTINGENCY"
    ESCALATE_GOAL_REVIEW = "ESCALATE_GOAL_REVIEW"

    @property
    def is_situation(self) -> bool:
        """Whether it is a rung of the ladder, for situations, and no answer to a request."""
        return self in SITUATION_EFFECTS


SITUATION_EFFECTS = (
    Effect.KEEP,
    Effect.WATCH,
    Effect.INVESTIGATE,
    Effect.ADJUST_ACTIONS,
    Effect.REALLOCATE,
    Effect.TRIGGER_CONTINGENCY,
    Effect.ESCALATE_GOAL_REVIEW,
)
"""The ladder for situations, the lowest rung first."""

GATES = (Effect.FORBID, Effect.REQUIRE_APPROVAL, Effect.DEFER, Effect.FIT, Effect.SUPPORT)
"""Effects that block a yes while their condition cannot be told."""

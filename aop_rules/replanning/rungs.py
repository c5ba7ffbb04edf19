"""The ladder: keep, watch, investigate, adjust actions, reallocate, contingency, goal review; and where each lever stands."""

from __future__ import annotations

from typing import Literal, get_args

from aop_rules.adjusting.lever import Lever
from aop_rules.plan.model import Plan

Rung = Literal[
    "keep", "watch", "investigate", "adjust_actions", "reallocate", "trigger_contingency", "escalate_goal_review"
]
RUNGS: tuple[Rung, ...] = get_args(Rung)
"""From the lowest. The first three pull no lever; the last is for what no lever brings back."""


def rung_of(plan: Plan, lever: Lever) -> Rung:
    """The rung that a lever stands on: whatever touches a reserve is a contingency, whatever moves another line's money
    as it is a reallocation; else the actions of the plan change.
    """
    lines = (plan.budget.lines.get(line) for line in (lever.line, lever.takes_from))
    if lever.kind in ("reserve", "response") or any(line is not None and line.reserve for line in lines):
        return "trigger_contingency"
    return "reallocate" if lever.kind == "transfer" else "adjust_actions"


def height(rung: Rung) -> int:
    """Its place on the ladder; 0 is the lowest.

    >>> height("keep"), height("adjust_actions") < height("reallocate")
    (0, True)
    """
    return RUNGS.index(rung)

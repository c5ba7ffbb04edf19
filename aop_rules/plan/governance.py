"""Governance: who owns the plan, and who approves what."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from aop_rules.exact.frozen import Frozen
from aop_rules.exact.number import Number
from aop_rules.plan.values import Id, Whole


class Approval(Frozen):
    """Who must approve spending above an amount."""

    above: Number
    by: str
    lines: tuple[Id, ...] = ()
    """Only for these lines; all where empty."""


class Governance(Frozen):
    """Who decides, above which amounts someone else must approve, and how often the plan is reviewed."""

    owner: str = ""
    """Who answers for the plan: asked where nobody else is named."""
    approvals: tuple[Approval, ...] = ()
    separate_approver: bool = False
    """Whether the one who asks may not approve."""
    reviews: Literal["monthly", "quarterly"] = "monthly"
    persistence: Annotated[Whole, Field(ge=1, le=24)] = 2
    """Closed periods that a signal must last before money or people follow it. KPIs say their own (`for`)."""
    goals_max: Annotated[Whole, Field(ge=1)] = 5
    """More goals than this is a warning: few goals decide, many do not."""

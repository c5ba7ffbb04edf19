"""Governance: who owns the plan, and who approves what."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from aop_rules.exact.frozen import Frozen
from aop_rules.exact.number import Number, Ratio
from aop_rules.plan.values import Id, Whole


class Approval(Frozen):
    """Who must approve spending above an amount."""

    above: Number
    by: str
    lines: tuple[Id, ...] = ()
    """Only for these lines; all where empty."""
    within: Literal["event", "period", "year"] = "event"
    """What counts: what one event asks; or, with it, all that is reserved, ordered and spent on these lines in the period
    of what is asked, or in the year. One event can be split into several; a period cannot."""


class Delegation(Frozen):
    """Budget that somebody may move between lines without asking, cumulated over the year."""

    to: str
    up_to: Number | None = None
    """All that they may move in the year, in the plan's currency."""
    share: Ratio | None = None
    """Of the giving line's amount for the year: how much they may move out of it, as in `10%`."""
    lines: tuple[Id, ...] = ()
    """Lines (or groups) that may give; where empty all but the reserve, which must be named."""

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if self.up_to is None and self.share is None:
            raise ValueError("a delegation has a bound; write `up_to: 1000`, `share: 10%`, or both")
        return self


class Governance(Frozen):
    """Who decides, above which amounts someone else must approve, and how often the plan is reviewed."""

    owner: str = ""
    """Who answers for the plan: asked where nobody else is named."""
    approvals: tuple[Approval, ...] = ()
    delegations: tuple[Delegation, ...] = ()
    """Who may move how much between budget lines without asking."""
    may_override: tuple[str, ...] = ()
    """Who may decide other than recommended; only the owner where empty."""
    separate_approver: bool = False
    """Whether the one who asks may not approve."""
    reviews: Literal["monthly", "quarterly"] = "monthly"
    persistence: Annotated[Whole, Field(ge=1, le=24)] = 2
    """Closed periods that a signal must last before money or people follow it. KPIs say their own (`for`)."""
    goals_max: Annotated[Whole, Field(ge=1)] = 5
    """More goals than this is a warning: few goals decide, many do not."""

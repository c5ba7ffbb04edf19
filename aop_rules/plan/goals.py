"""Goals: what the business wants to achieve this year."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from aop_rules.exact.number import Number, Ratio
from aop_rules.plan.values import Entry, Id, Words


class Goal(Entry):
    """What the business wants to achieve this year, seen through one KPI."""

    name: Words
    kpi: Id | None = None
    """The KPI that measures it. A goal without one cannot be judged; `aop check` says so."""
    start: Annotated[Number | None, Field(alias="from")] = None
    """Where last year ended."""
    to: Number | None = None
    """Where this year shall end (the KPI's own unit)."""
    grow: Ratio | None = None
    """Instead of `to`: growth on `from`, as in `20%`."""
    floor: Number | None = None
    """A value below which the KPI must not fall. A floor is hard: nothing that breaks it is accepted."""
    ceiling: Number | None = None
    """A value above which the KPI must not rise. Hard, like a floor."""
    lock: Literal["locked", "open"] = "locked"
    """`locked`: changes only by amending the plan."""
    owner: str = ""

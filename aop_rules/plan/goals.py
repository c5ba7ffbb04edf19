"""Goals: what the business wants to achieve this year."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from aop_rules.exact.number import Exact, Number, Ratio, exact
from aop_rules.plan.values import Entry, Id, Words


def _not_negative(weight: Exact) -> Exact:
    if weight < 0:
        raise ValueError("a weight is 0 or more (write 0 for what shall not count)")
    return weight


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
    weight: Annotated[Number, AfterValidator(_not_negative)] = 1
    """How much it counts in the progress of all goals together. It decides nothing: priorities do."""
    lock: Literal["locked", "open"] = "locked"
    """`locked`: changes only by amending the plan."""
    owner: str = ""

    @property
    def end(self) -> Exact | None:
        """Where it shall end: `to`, or `from` and the growth on it; None where it does not say."""
        if self.to is not None or self.grow is None or self.start is None:
            return self.to
        return exact(self.start * (1 + self.grow))

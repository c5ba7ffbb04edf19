"""Goals: what the business wants to achieve this year."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from aop_rules.exact.number import Exact, Number, Ratio, exact
from aop_rules.plan.values import Entry, Id, Words


def _not_negative(weight: Exact) -> Exact:
    if weight < 0:
        raise ValueError("a weight is 0 or more (write 0 for what shall not count)")
    return weight


class Goal(Entry):
    """What the business wants to achieve this year, seen through one KPI, or by the milestones of one initiative."""

    name: Words
    kpi: Id | None = None
    """The KPI that measures it. A goal without one, and without `initiative`, cannot be judged; `aop check` says so."""
    initiative: Id | None = None
    """In place of a KPI: the initiative whose milestones are counted. All weigh the same; without milestones it is the
    initiative itself, done or not."""
    milestones: tuple[Id, ...] = ()
    """Of the initiative: only these; all of them where empty."""
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

    @model_validator(mode="after")
    def _measured_in_one_way(self) -> Self:
        if self.initiative is None:
            if self.milestones:
                raise ValueError("its milestones are those of an initiative (add `initiative`)")
            return self
        if self.kpi is not None:
            raise ValueError("it is measured by a KPI or by milestones (keep `kpi` or `initiative`)")
        figures = {"from": self.start, "to": self.to, "grow": self.grow, "floor": self.floor, "ceiling": self.ceiling}
        stated = ", ".join(f"`{name}`" for name, value in figures.items() if value is not None)
        if stated:
            raise ValueError(
                f"milestones are reached or not, and {stated} speaks of a figure (drop it, or name a `kpi`)"
            )
        return self

    @property
    def end(self) -> Exact | None:
        """Where it shall end: `to`, or `from` and the growth on it; None where it does not say."""
        if self.to is not None or self.grow is None or self.start is None:
            return self.to
        return exact(self.start * (1 + self.grow))

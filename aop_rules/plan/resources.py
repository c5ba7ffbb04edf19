"""Resources: the people there are, and how many may join them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from aop_rules.exact.frozen import Frozen
from aop_rules.exact.number import Number
from aop_rules.plan.values import Entry, Table, Whole, Words


class Role(Entry):
    """People (or machines) of one kind, and how much of them there is in every period."""

    name: Words
    capacity: Number
    unit: str = "person"
    owner: str = ""


class Resources(Frozen):
    """With whom the year is done: people by role, and how many may be hired."""

    roles: Table[Role] = Table()
    hires: Annotated[Whole, Field(ge=0)] | None = None
    """How many people may be hired this year. 0 is a decision; missing means that the plan says nothing."""

"""Optional policies: minimum cash, stock cover, what a proposal's cost is weighed against."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from aop_rules.exact.frozen import Frozen
from aop_rules.exact.number import Number
from aop_rules.plan.values import Entry, Id, Table, Tag, Words


class MinimumCash(Frozen):
    """The cash that the business never goes without."""

    kpi: Id
    """The stock KPI that holds the cash balance."""
    minimum: Number
    """Cash never falls below this. Hard."""
    spent_since: Literal["ignored", "counted"] = "ignored"
    """Whether all that is reserved, ordered and spent since the balance counts against it. What has come in since does not:
    nobody knows it before the next reading."""


class StockCover(Entry):
    """How long goods on hand may last, for one group of goods."""

    name: Words
    stock: Id
    """Stock KPI: value of the goods on hand, at cost."""
    daily_cost_of_sales: Id
    """Stock KPI: cost of goods sold in a day."""
    max_days: Annotated[Number, Field(gt=0)]
    relook_days: Number | None = None
    """Cover below which a deferred purchase is looked at again."""
    tags: tuple[Tag, ...] = ()
    """Tags of proposals that buy these goods; the id itself always counts."""


class Policies(Frozen):
    """Optional policies. Where one is missing, what needs it is answered NEED_DATA, naming it."""

    minimum_cash: MinimumCash | None = None
    stock_cover: Table[StockCover] = Table()
    contribution: Id | None = None
    """The flow KPI (usually gross profit) against which a proposal's cost is weighed."""

"""The operating year: its rhythm, how a year's amount falls on its periods, and dated exchange rates."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from aop_rules.exact.frozen import Day, Frozen
from aop_rules.exact.number import Number
from aop_rules.plan.values import Entry, Whole, Words


class Year(Frozen):
    """The operating year and its rhythm."""

    starts: Day
    """First day of the fiscal year (any month)."""
    periods: Literal["monthly", "quarterly", "4-4-5", "4-5-4", "5-4-4"] = "monthly"
    """How the year is cut. The three patterns of weeks make 12 periods of whole weeks, 52 or 53 in all."""
    weeks: Literal[52, 53] = 52
    """For the patterns of weeks: how many this year has (a 53rd week lengthens the last period)."""
    review_day: Annotated[Whole, Field(ge=0, le=60)] = 5
    """Days after a period's end on which it is closed and reviewed; its readings are due by then."""


class Profile(Entry):
    """How a year's amount falls on its periods: one weight a period. Parts sum to the whole to the last unit."""

    weights: tuple[Number, ...]
    name: Words | None = None


class Rate(Frozen):
    """A dated exchange rate: one unit of `currency` in units of the plan's currency, from `on` until the next one."""

    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    on: Day
    rate: Annotated[Number, Field(gt=0)]

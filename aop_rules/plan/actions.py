"""The action plan: the big things that the business will do, with their milestones and the people they take."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, GetJsonSchemaHandler, ValidationInfo, field_validator, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from aop_rules.exact.frozen import Day, Frozen
from aop_rules.exact.number import Number
from aop_rules.plan.values import Entry, Id, Table, Tag, Whole, Words, or_plain


class Milestone(Entry):
    """A dated point of an initiative."""

    name: Words
    due: Day


class Serves(Frozen):
    """A declared contribution to a KPI (or, without figures, to a goal). A plain id is enough."""

    to: Id
    """The goal or KPI that it serves."""
    effect: Number | None = None
    """The estimated effect on the KPI over the year, in its unit."""
    confidence: Literal["low", "medium", "high"] | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain_id(cls, raw: object) -> object:
        return {"to": raw} if isinstance(raw, str) else raw

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return or_plain(handler.resolve_ref_schema(handler(schema)), {"type": "string"})


class Need(Frozen):
    """People's time that something takes."""

    role: Id
    amount: Number
    """In the role's unit (persons, hours), in each period from `start` to `end`."""
    start: Annotated[str | None, Field(alias="from")] = None
    """First period (its id or a date in it); that of the initiative or proposal where missing."""
    end: Annotated[str | None, Field(alias="to")] = None


class Initiative(Entry):
    """A big thing that the business will do."""

    name: Words
    serves: tuple[Serves, ...] = ()
    """Goals and KPIs that it feeds."""
    requires: tuple[Id, ...] = ()
    """Initiatives that must be finished before it starts."""
    starts: Day | None = None
    ends: Day | None = None
    days: Annotated[Whole, Field(ge=0, le=1100)] | None = None
    """How long it takes, where `starts` and `ends` do not say it."""
    milestones: Table[Milestone] = Table()
    budget: tuple[Id, ...] = ()
    """Budget lines that it draws on."""
    needs: tuple[Need, ...] = ()
    cost_of_delay: Number | None = None
    """Money that each month of waiting costs. 0 or more; what is not known is left out."""
    tags: tuple[Tag, ...] = ()
    owner: str = ""
    status: Literal["planned", "running", "done", "stopped"] = "planned"

    @field_validator("ends")
    @classmethod
    def _in_order(cls, ends: date | None, read: ValidationInfo) -> date | None:
        starts = read.data.get("starts")
        if starts and ends and ends < starts:
            raise ValueError(f"it ends on {ends}, before it starts on {starts} (exchange the two, or check the year)")
        return ends

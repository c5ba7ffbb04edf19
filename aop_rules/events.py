"""What happens to a plan: proposals, spending, readings, risks, requests. Frozen values; `ledger.reading` reads them.

Every event says when it was so (`effective_date`) and when we knew it (`known_at`). Amounts are in whole units of the
event's currency (the plan's, where it names none).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    StrictBool,
    StrictInt,
    StrictStr,
    TypeAdapter,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from aop_rules.exact.frozen import Day, Frozen, FrozenMapping
from aop_rules.exact.number import Figure, Number, Ratio, exact, number_text

Name = Annotated[str, Field(min_length=1, max_length=200)]


_MOMENT = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d.*)?", re.ASCII | re.IGNORECASE)


def _moment(raw: object) -> object:
    """A plain date means its first instant."""
    if isinstance(raw, str) and _MOMENT.fullmatch(raw):
        return f"{raw}T00:00:00Z" if len(raw) == 10 else raw
    if isinstance(raw, datetime):
        return raw
    if isinstance(raw, date):
        return datetime.combine(raw, time.min, UTC)
    raise PydanticCustomError("datetime_type", "a moment is written as `2026-05-31T17:00:00Z`, or as a date")


def _in_utc(moment: datetime) -> datetime:
    """One form for one moment; a naive one is UTC."""
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:
        raise ValueError("the moment lies outside the years 1 to 9999 (check the year)") from None


def _listed(raw: object) -> object:
    return (raw,) if isinstance(raw, str) else raw


def _as_written(raw: object) -> object:
    """Dates and broken numbers become text again: an attribute's declared type tells what it is."""
    if isinstance(raw, bool) or not isinstance(raw, date | Decimal | Fraction):
        return raw
    if isinstance(raw, date):
        return raw.isoformat()
    return number_text(exact(raw))


def _or_truth(raw: object, read: ValidatorFunctionWrapHandler) -> object:
    """A yes or no stays one: only a KPI that is one may be read so (`position.readings`)."""
    return raw if isinstance(raw, bool) else read(raw)


Moment = Annotated[datetime, BeforeValidator(_moment), AfterValidator(_in_utc)]
Names = Annotated[tuple[Name, ...], BeforeValidator(_listed, json_schema_input_type=Name | tuple[Name, ...])]
Plain = Annotated[StrictBool | StrictInt | StrictStr | tuple[StrictStr, ...], BeforeValidator(_as_written)]


class Attributes(FrozenMapping[Any]):
    """A frozen mapping of attribute to what was written: true or false, a whole number, a text, or several texts."""

    __slots__ = ()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        written = core_schema.plain_serializer_function_ser_schema(dict, return_schema=core_schema.dict_schema())
        return cls._read_as(handler.generate_schema(dict[str, Plain]), written)


class Links(Frozen):
    """What in the plan an event is about."""

    goals: Names = ()
    initiatives: Names = ()
    budgets: Names = ()
    kpis: Names = ()
    risks: Names = ()


class Cost(Frozen):
    """Money that a proposal needs from one budget line."""

    line: Name
    amount: Number
    period: Name | None = None
    """Period id or a date in it; the period of the event's start where missing."""
    recurring: bool = False
    """Paid again in every later period of the year."""


class Benefit(Frozen):
    """The estimated effect on one KPI (a flow or stock; ratios follow from their parts)."""

    kpi: Name
    likely: Figure | None = None
    low: Figure | None = None
    high: Figure | None = None
    period: Name | None = None


class Demand(Frozen):
    """People's time that a proposal needs, in each period from `start` to `end`."""

    role: Name
    amount: Number
    start: Annotated[Name | None, Field(alias="from")] = None
    end: Annotated[Name | None, Field(alias="to")] = None


class Evidence(Frozen):
    """What the estimates of a proposal rest on."""

    kind: Literal["none", "signal", "estimate", "test", "measured"]
    periods: Annotated[int, Field(ge=0, strict=True)] | None = None
    """For a signal: how many closed periods it has lasted."""
    note: str = ""


class EventBase(Frozen):
    """What all events carry."""

    kind: str
    event_id: Name
    """Identity: the same id with the same content is the same event, arriving again."""
    effective_date: Day
    """When it was, or will be, so."""
    known_at: Moment | None = None
    """When we knew it; the effective date where missing."""
    source: str = ""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    title: str = ""
    asked_by: Annotated[str, Field(max_length=200)] = ""
    """Who asks, or says so. A ledger can erase a name."""
    tags: Names = ()
    links: Links = Links()
    attributes: Attributes = Attributes()
    """Attributes that the business declared in its plan (`attributes:`) or in code."""

    @property
    def known(self) -> datetime:
        return self.known_at or datetime.combine(self.effective_date, time.min, UTC)


# ── proposals: something that asks for a yes ────────────────────────────────────────────────────────────────────────


class Proposal(EventBase):
    """An opportunity or idea: what it costs, brings and needs."""

    kind: Literal["proposal", "opportunity"]
    category: Names = ()
    """What it is, in the words of the plan's scope and exclusions."""
    costs: tuple[Cost, ...] = ()
    benefits: tuple[Benefit, ...] = ()
    needs: tuple[Demand, ...] = ()
    hires: Annotated[int, Field(ge=0, strict=True)] = 0
    start: Day | None = None
    end: Day | None = None
    requires: Names = ()
    """Initiatives that must be done before it starts."""
    alternatives_group: str = ""
    evidence: Evidence | None = None
    reversible: bool | None = None
    divisible: bool | None = None
    """Whether a part of it can be approved; where missing, what only buys stock can."""
    deadline: Day | None = None
    cost_of_delay: Number | None = None
    """Money that each month of waiting costs. 0 or more; what is not known is left out."""


class SpendRequest(EventBase):
    """A wish to spend on a budget line."""

    kind: Literal["spend_request"]
    line: Name
    amount: Number
    period: Name | None = None
    doc: str = ""
    """Document reference (order, invoice)."""
    category: Names = ()
    divisible: bool = True


class GoalChangeRequest(EventBase):
    kind: Literal["goal_change_request"]
    goal: Name
    new_target: Figure | None = None
    reason: str = ""


class PlanAmendment(EventBase):
    kind: Literal["plan_amendment"]
    reason: str = ""
    trade_off: str = ""


class BudgetTransfer(EventBase):
    """Money of the budget moves from one line to another, or from one period of a line to another.

    It asks for a yes; once recorded it is a fact. `to` a line of the reserve, it gives the money back.
    """

    kind: Literal["budget_transfer"]
    from_line: Annotated[Name, Field(alias="from")]
    """The budget line that gives."""
    to_line: Annotated[Name, Field(alias="to")]
    """The budget line that gets; the same one where only the period changes."""
    amount: Number
    """More than 0, in the plan's currency."""
    period: Name | None = None
    """Period id or a date in it, for both ends; the period of the effective date where missing."""
    from_period: Name | None = None
    """Where the period of the line that gives is another one."""
    to_period: Name | None = None
    """Where the period of the line that gets is another one."""
    doc: str = ""
    reason: str = ""


# ── facts: money committed and spent, readings ──────────────────────────────────────────────────────────────────────


class Spending(EventBase):
    line: Name
    amount: Number
    """Negative for a refund or credit note."""
    period: Name | None = None
    doc: str = ""
    consumes: str = ""
    """Document reference of the commitment that this fulfils."""


class Reservation(Spending):
    """Money that is held on a line before there is an order, under a document of its own."""

    kind: Literal["reservation"]
    doc: Name
    """Document reference (request, call for bids): what an order or invoice that uses it up will name."""


class ReservationRelease(EventBase):
    """What is still held under a document is free again."""

    kind: Literal["reservation_release"]
    doc: str = ""
    """The document of the reservation; or say it in `consumes`."""
    consumes: str = ""
    amount: Number | None = None
    """More than 0; all that is left, for good, where missing."""
    line: Name | None = None
    """Where the document holds money on several lines: only this one."""

    @model_validator(mode="after")
    def _names_a_document(self) -> Self:
        if not (self.doc or self.consumes):
            raise ValueError("a release names what it releases (write `doc`, the document of the reservation)")
        return self


class Commitment(Spending):
    """Money promised. It uses up the reservation that `doc` or `consumes` names."""

    kind: Literal["commitment"]


class CommitmentRelease(Spending):
    kind: Literal["commitment_release"]


class Actual(Spending):
    kind: Literal["actual"]


class CarryForward(EventBase):
    """Money that last year left to a line of this year: unspent, or for what was ordered and not yet invoiced."""

    kind: Literal["carry_forward"]
    line: Name
    amount: Number
    """More than 0, in the plan's currency."""
    period: Name | None = None
    """Period id or a date in it, from which on it may be spent; the first of the year where missing."""
    what: Literal["balance", "commitment"] = "balance"
    doc: str = ""
    reason: str = ""


class BudgetFreeze(EventBase):
    """From the effective date on nothing new is spent on these lines without approval."""

    kind: Literal["budget_freeze"]
    lines: Names = ()
    """The budget lines (a group: with its parts); all where empty, but for what is owed by contract."""
    until: Day | None = None
    """The last day; the end of the year where missing."""
    reason: str = ""


class KpiObservation(EventBase):
    """A reading of one KPI for one period: a value, or numerator and denominator of a ratio or rate."""

    kind: Literal["kpi_observation"]
    kpi: Name
    period: Name
    value: Annotated[Figure | None, WrapValidator(_or_truth, json_schema_input_type=Number | bool | None)] = None
    """Of a KPI that is a yes or no: true or false, or 1 or 0."""
    numerator: Number | None = None
    denominator: Number | None = None
    status: Literal["provisional", "final"] = "final"
    revision: Annotated[int, Field(ge=0, strict=True)] = 0

    @model_validator(mode="after")
    def _value_or_parts(self) -> Self:
        parts = (self.numerator is not None) + (self.denominator is not None)
        if (self.value is not None) == (parts > 0) or parts == 1:
            raise ValueError("a reading has one value, or two parts (write `value`, or `numerator` and `denominator`)")
        return self


# ── situations: something that asks whether the course still holds ──────────────────────────────────────────────────


class KpiBreach(EventBase):
    kind: Literal["kpi_breach"]
    kpi: Name
    period: Name | None = None


class Forecast(EventBase):
    """Where somebody who answers for a KPI expects its year to end. It stands beside what is computed, and changes none of it."""

    kind: Literal["forecast"]
    kpi: Name
    value: Figure
    """In the KPI's own unit, for the whole year."""
    low: Figure | None = None
    high: Figure | None = None
    confidence: Annotated[int, Field(ge=1, le=10, strict=True)] | None = None
    """How sure of ending on target, from 1 to 10. It is shown beside how far the goal has come, and enters no figure."""
    reason: str = ""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if (self.low is not None and self.low > self.value) or (self.high is not None and self.high < self.value):
            raise ValueError("`value` lies between `low` and `high` (put the three in order)")
        return self


class CostChange(EventBase):
    kind: Literal["cost_change"]
    line: Name
    driver: str = ""
    change: Ratio | None = None
    """Relative change of the unit cost, as in `3%`."""
    lasting: Literal["temporary", "permanent", "unknown"] = "unknown"


class MilestoneUpdate(EventBase):
    """An initiative's milestone (or its end) moved, or was reached."""

    kind: Literal["milestone_update"]
    initiative: Name
    milestone: Name | None = None
    expected: Day | None = None
    """The date now expected."""
    done: bool = False


class CapacityChange(EventBase):
    kind: Literal["capacity_change"]
    role: Name
    capacity: Number
    """What the role has from the effective date on."""


class RiskSignal(EventBase):
    kind: Literal["risk_signal", "risk_occurred"]
    risk: Name


class NewRisk(EventBase):
    """A risk that the register does not hold."""

    kind: Literal["new_risk"]
    touches: Names = ()
    """What it would hit, in plain words: `cash_flow`, `growth`, …"""
    probability: Ratio | None = None
    impact: Number | None = None


class MarketSignal(EventBase):
    """Something seen in the market or in a channel."""

    kind: Literal["market_signal"]
    direction: Literal["up", "down", "unclear"]
    periods: Annotated[int, Field(ge=0, strict=True)] | None = None
    """How many closed periods it has lasted; unknown where missing."""


class CostCutRequest(EventBase):
    kind: Literal["cost_cut_request"]
    amount: Number
    by: Day
    protect: Names = ()


class PeriodClose(EventBase):
    """A period's books are closed; `review_due` asks for the review."""

    kind: Literal["period_close", "review_due"]
    period: Name


Event = Annotated[
    Proposal
    | SpendRequest
    | GoalChangeRequest
    | PlanAmendment
    | BudgetTransfer
    | Reservation
    | ReservationRelease
    | Commitment
    | CommitmentRelease
    | Actual
    | CarryForward
    | BudgetFreeze
    | KpiObservation
    | KpiBreach
    | Forecast
    | CostChange
    | MilestoneUpdate
    | CapacityChange
    | RiskSignal
    | NewRisk
    | MarketSignal
    | CostCutRequest
    | PeriodClose,
    Field(discriminator="kind"),
]

PROPOSALS = frozenset(
    {
        "proposal",
        "opportunity",
        "spend_request",
        "budget_transfer",
        "goal_change_request",
        "plan_amendment",
        "cost_cut_request",
    }
)
"""Kinds that ask for a yes. All others ask whether the course still holds."""


def parse_event(data: Mapping[str, Any]) -> EventBase:
    """An event from plain data. Raises pydantic's ValidationError; `ledger.reading` gives located problems."""
    event: EventBase = adapter().validate_python(data)
    return event


def plain(event: EventBase) -> dict[str, Any]:
    """The event as plain data for JSON, without what is left at its default. `parse_event(plain(event)) == event`."""
    return event.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def canonical(event: EventBase) -> str:
    """The event as one line of JSON: two events have the same content exactly if this is the same."""
    return json.dumps(plain(event), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@cache
def adapter() -> TypeAdapter[Any]:
    """Built when first needed, so that import stays light."""
    return TypeAdapter(Event)

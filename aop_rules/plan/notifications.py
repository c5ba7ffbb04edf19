"""Notifications: how alerts are told. What is grouped, held, repeated and escalated, and on which days nobody is told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler, field_validator, model_serializer, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from aop_rules.exact.frozen import Day, Frozen
from aop_rules.plan.values import Whole

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PATTERN = r"^(\d{4}-\d\d-\d\d(\.\.\d{4}-\d\d-\d\d)?|(mon|tues|wednes|thurs|fri|satur|sun)day)$"
_WRITE = "write `sunday`, `2026-04-30`, or `2026-02-14..2026-02-22`"


class QuietDay(Frozen):
    """A day of the week, a date, or all days from one to another. In a file it is one text.

    >>> tet = QuietDay.model_validate("2026-02-14..2026-02-22")
    >>> tet.holds(date(2026, 2, 22)), QuietDay.model_validate("sunday").holds(date(2026, 2, 22)), tet.model_dump()
    (True, True, '2026-02-14..2026-02-22')
    """

    weekday: Weekday | None = None
    on: Day | None = None
    starts: Day | None = Field(default=None, alias="from")
    until: Day | None = None

    @model_validator(mode="before")
    @classmethod
    def _one_text(cls, raw: object) -> object:
        if isinstance(raw, date):
            return {"on": raw}
        if not isinstance(raw, str):
            return raw
        if not re.fullmatch(_PATTERN, raw.strip(), re.ASCII):
            raise ValueError(f"`{raw.strip()[:40]}` is no quiet day ({_WRITE})")
        first, _, last = raw.strip().partition("..")
        if last:
            return {"from": first, "until": last}
        return {"on": first} if first[0].isdigit() else {"weekday": first}

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        forms = (self.weekday is not None, self.on is not None, self.starts is not None and self.until is not None)
        halves = (self.starts is None) != (self.until is None)
        if sum(forms) != 1 or halves:
            raise ValueError(f"a quiet day is a day of the week, a date, or two dates ({_WRITE})")
        if self.starts is not None and self.until is not None and self.until < self.starts:
            raise ValueError(f"{self.until} comes before {self.starts} (exchange the two)")
        return self

    @model_serializer
    def _shortest(self) -> str:
        return self.weekday or (f"{self.starts}..{self.until}" if self.on is None else str(self.on))

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {
            "type": "string",
            "pattern": _PATTERN,
            "description": "A day of the week, a date, or all days from one to another.",
            "examples": ["sunday", "2026-04-30", "2026-02-14..2026-02-22"],
        }

    def holds(self, day: date) -> bool:
        """Whether a day is one of these."""
        if self.weekday is not None:
            return WEEKDAYS[day.weekday()] == self.weekday
        if self.starts is not None and self.until is not None:
            return self.starts <= day <= self.until
        return day == self.on


def _listed(raw: object) -> object:
    return (raw,) if isinstance(raw, (str, date, Mapping)) else raw


Together = Literal["goal", "owner"]
_Groups = Annotated[
    tuple[Together, ...], BeforeValidator(_listed, json_schema_input_type=Together | tuple[Together, ...])
]
_Days = Annotated[
    tuple[QuietDay, ...], BeforeValidator(_listed, json_schema_input_type=QuietDay | tuple[QuietDay, ...])
]


class Notifications(Frozen):
    """How alerts are told. Without any of it each change of an alert is told once, by itself, on whatever day it is asked."""

    group_by: _Groups = ()
    """What is told together: alerts on the same first goal, of the same owner, or both; each alone where empty."""
    wait: Annotated[Whole, Field(ge=0, le=60)] = 0
    """Days after the closing of a period (its `review_day`) in which others of the group are waited for."""
    repeat_after: Annotated[Whole, Field(ge=1, le=366)] | None = None
    """Days after which an alert that still fires is told again; never where missing."""
    quiet_days: _Days = ()
    """On these days nobody is told; what there is to tell is told on the first day after."""
    escalate_after: Annotated[Whole, Field(ge=1, le=366)] | None = None
    """Days for which an alert fires after it was told, without anybody acknowledging it, until `escalate_to` is told."""
    escalate_to: str = ""
    """Who is told then."""

    @field_validator("quiet_days")
    @classmethod
    def _some_day_is_left(cls, days: tuple[QuietDay, ...]) -> tuple[QuietDay, ...]:
        if {day.weekday for day in days} >= set(WEEKDAYS):
            raise ValueError("every day of the week is quiet, so nobody is ever told (leave one out)")
        return days

    @model_validator(mode="after")
    def _escalates_to_somebody(self) -> Self:
        if (self.escalate_after is None) != (not self.escalate_to.strip()):
            raise ValueError("an escalation says when and to whom (write `escalate_after` and `escalate_to`)")
        return self

    def quiet(self, day: date) -> bool:
        """Whether nobody is told anything on a day."""
        return any(each.holds(day) for each in self.quiet_days)

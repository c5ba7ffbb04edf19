"""KPIs: how goals, costs and risks are seen, one figure by period, and what they shall reach."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, GetJsonSchemaHandler, ValidationInfo, field_validator, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from aop_rules.exact.frozen import Frozen
from aop_rules.exact.number import Number
from aop_rules.plan.signals import STANDARD_RULES, Baseline, Material, SignalRule
from aop_rules.plan.threshold import Threshold
from aop_rules.plan.values import Entry, Id, Whole, Words, or_plain


class Target(Frozen):
    """What a KPI shall reach: a whole year phased by a profile, or a value for every period."""

    year: Number | None = None
    """For flows: the year's total, phased by `profile`."""
    profile: Id | None = None
    """For flows: the phasing profile; evenly by period where it is missing."""
    path: tuple[Number, ...] | None = None
    """One value a period, in the order of the year."""
    constant: Number | None = None
    """The same value in every period. A plain number or `45%` in place of the whole target means this."""

    @model_validator(mode="before")
    @classmethod
    def _plain_value(cls, raw: object) -> object:
        return raw if isinstance(raw, (Mapping, Target)) else {"constant": raw}

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return or_plain(
            handler.resolve_ref_schema(handler(schema)), {"type": ["number", "string"], "examples": ["45%"]}
        )

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if sum(x is not None for x in (self.year, self.path, self.constant)) != 1:
            raise ValueError("a target has one of `year`, `path` and `constant` (keep the one that was agreed)")
        return self

    @field_validator("profile")
    @classmethod
    def _of_a_year(cls, profile: str | None, read: ValidationInfo) -> str | None:
        if profile is not None and "year" in read.data and read.data["year"] is None:
            raise ValueError("a profile phases a `year`, and this target has none (add `year` or drop `profile`)")
        return profile


def _unit_of_kind(fields: dict[str, object]) -> str:
    return "ratio" if fields.get("kind") == "ratio" else "money"


class Kpi(Entry):
    """How a goal, a cost or a risk is seen: one figure by period."""

    name: Words
    kind: Literal["flow", "stock", "ratio"]
    """`flow` sums over periods, `stock` is the last value, `ratio` is numerator over denominator, each summed."""
    unit: str = Field(default_factory=_unit_of_kind, min_length=1, max_length=40)
    """`money`, `ratio`, `number`, or the thing counted (`order`, `person`). Where missing: `ratio` for a KPI of kind
    ratio, else `money`."""
    direction: Literal["higher", "lower", "band"] = "higher"
    """Which way is good."""
    basis: Literal["period", "ytd", "rolling", "exit", "full_year_forecast"] | None = None
    """Over which periods it is judged: the last closed one, the year to date, the last `rolling` ones, the last closed
    one as an exit rate, or the year's landing. Where missing: `ytd` for flows and ratios, `period` for stocks."""
    rolling: Annotated[Whole, Field(ge=2, le=53)] | None = None
    """For basis `rolling`: how many periods."""
    numerator: Id | None = None
    """For a ratio: the KPI that is divided."""
    denominator: Id | None = None
    """For a ratio: the KPI that it is divided by."""
    sum_of: tuple[Id, ...] = ()
    """For a flow or stock that is the sum of others: their ids. It takes no readings of its own."""
    target: Target | None = None
    warn: Threshold | None = None
    breach: Threshold | None = None
    """Past this the KPI is off track, as in `> 7%`, `< 95% of target`, `< target - 2%`."""
    recover: Threshold | None = None
    """What ends a breach (a line of its own, so that an alert does not flap)."""
    periods_to_act: Annotated[Whole, Field(ge=1, le=24, alias="for")] = 2
    """Closed periods in a row past `breach` before it counts as persistent."""
    keep: Annotated[Whole, Field(ge=0, le=24)] = 1
    """Closed periods past `recover` before a breach counts as over."""
    signals: tuple[SignalRule, ...] = STANDARD_RULES
    """The rules that tell a signal from normal variation; none: only how long a breach lasts counts."""
    baseline: Baseline | None = None
    """What it did before this year; without it the first 8 closed periods of the year say what is normal."""
    material: Material | None = None
    """From where on a miss matters; without it any does."""
    expected_within: Annotated[Whole, Field(ge=0, le=120)] | None = None
    """Days after a period's end by which its reading is due; the year's `review_day` where missing."""
    min_periods: Annotated[Whole, Field(ge=1, le=53)] = 3
    """Closed periods before a range is given for where the year lands."""
    warn_after: Annotated[Whole, Field(ge=0, le=120)] = 0
    """Days that a reading may be late before an alert says so."""
    owner: str = ""

    @model_validator(mode="after")
    def _parts_fit_the_kind(self) -> Self:
        if self.kind == "ratio" and (self.numerator is None or self.denominator is None):
            raise ValueError("a ratio has two parts (add its `numerator` and its `denominator`)")
        if self.basis == "rolling" and self.rolling is None:
            raise ValueError("it is judged over an unknown number of periods (add `rolling`, as in `rolling: 3`)")
        return self

    @field_validator("numerator", "denominator")
    @classmethod
    def _only_of_a_ratio(cls, part: str | None, read: ValidationInfo) -> str | None:
        kind = read.data.get("kind", "ratio")
        if part is not None and kind != "ratio":
            raise ValueError(f"a {kind} has no `{read.field_name}` (drop it, or make it `kind: ratio`)")
        return part

    @field_validator("sum_of")
    @classmethod
    def _never_of_a_ratio(cls, parts: tuple[str, ...], read: ValidationInfo) -> tuple[str, ...]:
        if parts and read.data.get("kind") == "ratio":
            raise ValueError("a ratio is not a sum of others (sum its numerator and its denominator instead)")
        return parts

    @property
    def effective_basis(self) -> str:
        """`basis`, or what it is where missing."""
        return self.basis or ("period" if self.kind == "stock" else "ytd")

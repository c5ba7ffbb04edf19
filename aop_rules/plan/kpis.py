"""KPIs: how goals, costs and risks are seen, one figure by period, and what they shall reach."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, GetJsonSchemaHandler, ValidationInfo, field_validator, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from aop_rules.exact.frozen import Frozen
from aop_rules.exact.number import Exact, Number
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
            handler.resolve_ref_schema(handler(schema)), {"type": ["number", "string", "boolean"], "examples": ["45%"]}
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
    return "ratio" if fields.get("kind") in ("ratio", "rate") else "money"


class Kpi(Entry):
    """How a goal, a cost or a risk is seen: one figure by period."""

    name: Words
    kind: Literal["flow", "stock", "ratio", "rate"]
    """`flow` sums over periods, `stock` is the last value, `ratio` is numerator over denominator, each summed. A `rate` is
    read as such in each period and never added up: several periods are known only where all were read with their parts."""
    unit: str = Field(default_factory=_unit_of_kind, min_length=1, max_length=40)
    """`money`, `ratio`, `number`, or the thing counted (`order`, `person`). Where missing: `ratio` for a KPI of kind
    ratio or rate, `boolean` for direction `boolean`, else `money`."""
    direction: Literal["higher", "lower", "band", "exact", "boolean"] = "higher"
    """Which way is good. `exact`: the target is to be hit, and both sides of it count; `boolean`: a yes or no, read as 1 or 0
    (true or false), off track while it is not what its target says."""
    basis: Literal["period", "ytd", "rolling", "exit", "full_year_forecast"] | None = None
    """Over which periods it is judged: the last closed one, the year to date, the last `rolling` ones, the last closed
    one as an exit rate, or the year's landing. Where missing: `ytd` for flows and ratios, `period` for stocks and rates."""
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
    """Past this the KPI is off track, as in `> 7%`, `< 95% of target`, `< target - 2%`, `outside 34%..36%`. Where missing:
    `off target` for directions `exact` and `boolean`."""
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
    stale_after: Annotated[Whole, Field(ge=0, le=366)] | None = None
    """Days that a reading may be late before what was last known counts no more: the alert of the KPI, and of all that is
    computed from it, is then `no_data`. Never where missing."""
    owner: str = ""

    @model_validator(mode="before")
    @classmethod
    def _as_its_direction_says(cls, raw: object) -> object:
        """What follows from `exact` and `boolean`, where the plan does not say it."""
        if not isinstance(raw, Mapping) or raw.get("direction") not in ("exact", "boolean"):
            return raw
        found = {**raw, "breach": "off target" if raw.get("breach") is None else raw["breach"]}
        if raw["direction"] == "boolean":
            found = {"unit": "boolean", "signals": (), **found}
            if isinstance(raw.get("target"), bool):
                found["target"] = int(raw["target"])
        return found

    @model_validator(mode="after")
    def _parts_fit_the_kind(self) -> Self:
        if self.kind == "ratio" and (self.numerator is None or self.denominator is None):
            raise ValueError("a ratio has two parts (add its `numerator` and its `denominator`)")
        if self.basis == "rolling" and self.rolling is None:
            raise ValueError("it is judged over an unknown number of periods (add `rolling`, as in `rolling: 3`)")
        return self

    @model_validator(mode="after")
    def _a_yes_or_no_is_a_state(self) -> Self:
        if self.direction == "boolean":
            if self.kind != "stock" or self.sum_of:
                raise ValueError("a yes or no stands as it was read last (make it `kind: stock`, without `sum_of`)")
            if self.unit != "boolean":
                raise ValueError(f"a yes or no is not counted in {self.unit} (drop `unit`)")
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
        if parts and read.data.get("kind") == "rate":
            raise ValueError("a rate is not a sum of others: rates are never added up (drop `sum_of`)")
        return parts

    @field_validator("stale_after")
    @classmethod
    def _not_before_it_is_told(cls, stale: int | None, read: ValidationInfo) -> int | None:
        told = read.data.get("warn_after", 0)
        if stale is not None and stale < told:
            raise ValueError(
                f"a late reading would count no more after {stale} days, before anybody is told of it, after {told}"
                f" (make it {told} or more, or lower `warn_after`)"
            )
        return stale

    @property
    def effective_basis(self) -> str:
        """`basis`, or what it is where missing."""
        return self.basis or ("period" if self.kind in ("stock", "rate") else "ytd")

    @property
    def one_way(self) -> bool:
        """Whether more of it (or less of it) is always better; not so where a band or a target is to be kept."""
        return self.direction in ("higher", "lower")

    def misses(self, value: Exact, planned: Exact) -> bool:
        """Whether a value is on the bad side of what was planned for it; of a target that is to be hit: past its `breach`.

        Never told of a band, whose limits are not those of a plan.
        """
        if self.direction in ("higher", "lower"):
            return value < planned if self.direction == "higher" else value > planned
        line = self.breach if self.breach is not None and self.breach.needs_target else None
        return self.direction != "band" and line is not None and line.past(value, planned) is True

"""What tells a signal from noise for one KPI: what it did before the year, the rules that watch it, what is material."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from aop_rules.exact.frozen import Frozen
from aop_rules.exact.number import Number, Ratio
from aop_rules.plan.values import or_plain

SignalRule = Literal[
    "WE1", "WE2", "WE3", "WE4", "N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8", "EWMA", "CUSUM",
]  # fmt: skip
"""Western Electric 1–4, Nelson 1–8, EWMA (λ 0.2, L 3), tabular CUSUM (k 0.5, h 5)."""
STANDARD_RULES: tuple[SignalRule, ...] = ("N1", "N2", "N5")
"""One point beyond 3 σ; nine in a row on one side; two of three beyond 2 σ."""

History = Annotated[tuple[Number, ...], Field(min_length=1, max_length=240)]


class Baseline(Frozen):
    """What a KPI did before the year, one value a period, the oldest first. A plain list means its `values`."""

    values: History
    planned: History | None = None
    """What was planned then, for flows and stocks. Where missing, a flow's values are held against their own sum, phased
    as its target is: one value for each period of the year."""

    @model_validator(mode="before")
    @classmethod
    def _plain_values(cls, raw: object) -> object:
        return raw if isinstance(raw, (Mapping, Baseline)) else {"values": raw}

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        values = {"type": "array", "items": {"type": ["number", "string"]}, "examples": [["6.1%", "5.8%"]]}
        return or_plain(handler.resolve_ref_schema(handler(schema)), values)

    @model_validator(mode="after")
    def _one_plan_a_value(self) -> Self:
        if self.planned is not None and len(self.planned) != len(self.values):
            raise ValueError(
                f"a baseline has one planned value for each value ({len(self.values)}, and {len(self.planned)} planned)"
            )
        return self


class Material(Frozen):
    """From where on a miss of the last closed period matters: each bound that is given has to be reached."""

    amount: Number | None = None
    """In the KPI's unit; for a ratio in that of its numerator (the distance times the denominator)."""
    share: Ratio | None = None
    """Of the target."""
    landing: Ratio | None = None
    """By so much of the year's target the landing misses it."""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        bounds = [bound for bound in (self.amount, self.share, self.landing) if bound is not None]
        if not bounds or min(bounds) < 0:
            raise ValueError("it has an `amount`, a `share` or a `landing`, each 0 or more (as in `share: 5%`)")
        return self

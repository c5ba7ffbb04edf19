"""What the keys of events take: which kind of event has which, and whether a cell under it is a number, a day or a text."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal, get_args

from aop_rules.events import Event, EventBase
from aop_rules.plan.model import Plan

Takes = Literal["number", "whole", "day", "moment", "period", "boolean", "text"]

_TAKES: dict[str, Takes] = {
    **dict.fromkeys(("value", "numerator", "denominator", "amount", "capacity", "impact", "new_target"), "number"),
    **dict.fromkeys(("likely", "low", "high", "change", "probability", "cost_of_delay"), "number"),
    **dict.fromkeys(("revision", "hires", "periods", "confidence"), "whole"),
    **dict.fromkeys(("effective_date", "start", "end", "until", "deadline", "by", "expected"), "day"),
    "known_at": "moment",
    **dict.fromkeys(("period", "from_period", "to_period"), "period"),
    **dict.fromkeys(("reversible", "divisible", "done", "recurring"), "boolean"),
}
_ATTRIBUTES: dict[str, Takes] = {
    **dict.fromkeys(("money", "ratio", "number", "days"), "number"),
    "date": "day",
    "boolean": "boolean",
}
_ABOUT = ("kpi", "line", "role")
_FIGURES = ("value", "amount", "capacity")


def takes(key: str, plan: Plan | None) -> Takes:
    """What a cell under this key is. An attribute is what the plan declares it to be.

    >>> takes("effective_date", None), takes("amount", None), takes("links.goals", None)
    ('day', 'number', 'text')
    """
    first, _, rest = key.partition(".")
    if first == "attributes":
        return _ATTRIBUTES.get(plan.attributes.get(rest, "") if plan is not None else "", "text")
    return _TAKES.get(key.rpartition(".")[2], "text")


@cache
def kinds() -> dict[str, type[EventBase]]:
    """Every kind of event and its model."""
    models: tuple[type[EventBase], ...] = get_args(get_args(Event)[0])
    return {kind: model for model in models for kind in get_args(model.model_fields["kind"].annotation)}


@cache
def keys_of(kind: str) -> frozenset[str]:
    """The keys that an event of this kind may have, as they are written."""
    fields: dict[str, Any] = kinds()[kind].model_fields
    return frozenset(field.alias or name for name, field in fields.items())


@cache
def figure_of(kind: str) -> str:
    """The key of the figure of such an event: of a reading its value, of spending its amount; empty where it has none."""
    return next((key for key in _FIGURES if key in keys_of(kind)), "")


@cache
def about_of(kind: str) -> str:
    """The key of what the figure is about: the KPI, the budget line, the role; empty where it is about none."""
    return next((key for key in _ABOUT if key in keys_of(kind)), "")


@cache
def needed_by(kind: str) -> frozenset[str]:
    """The keys without which there is no such event."""
    fields: dict[str, Any] = kinds()[kind].model_fields
    return frozenset(field.alias or name for name, field in fields.items() if field.is_required())

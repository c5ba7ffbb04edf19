"""The id of an event that comes from a table: made of what tells its row from others, so that a row is always the same event."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from aop_rules.events import EventBase, plain
from aop_rules.importing.keys import about_of
from aop_rules.plan.imports import Import

_LONGEST = 200


def identifying(mapping: Import) -> tuple[str, ...]:
    """The keys whose values make the id of an event."""
    kind, said = mapping.event["kind"], {*mapping.columns.values()}
    about = (about_of(kind),) if mapping.wide else ()
    if mapping.identity:
        return (*mapping.identity, *(key for key in about if key not in mapping.identity))
    if kind == "kpi_observation":
        return "kpi", "period", "revision"
    if "doc" in said:
        return ("doc", "line") if about_of(kind) == "line" else ("doc",)
    return ("period" if "period" in said or "period" in mapping.event else "effective_date"), *about


def event_id(mapping: Import, event: EventBase) -> tuple[str, tuple[str, ...]]:
    """The id, and those of the identifying keys about which the event says nothing.

    The id is readable where it is short, and a digest where it is not. A revision of 0 is left out, as in the event.
    """
    data = plain(event)
    keys = identifying(mapping)
    values = {key: _value(data, key) for key in keys}
    missing = tuple(key for key, value in values.items() if not value and key != "revision")
    parts = [mapping.id, *(_part(value) for key, value in values.items() if value or key != "revision")]
    text = ":".join(parts)
    if len(text) > _LONGEST:
        text = f"{mapping.id}:{hashlib.sha256(text.encode()).hexdigest()}"
    return text, missing


def _value(data: Any, key: str) -> str:
    for step in key.split("."):
        data = data.get(step, "") if isinstance(data, Mapping) else ""
    return data if isinstance(data, str) else ",".join(data) if isinstance(data, list) else str(data)


def _part(value: str) -> str:
    """A value in which `:` stands for nothing but itself."""
    return value.replace("%", "%25").replace(":", "%3A")

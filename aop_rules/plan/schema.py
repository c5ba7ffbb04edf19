"""The JSON Schema of a plan file, from which an editor completes, explains and checks while one writes."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaWarningKind

from aop_rules.plan.model import Plan

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def plan_schema() -> dict[str, Any]:
    """The schema, JSON Schema 2020-12. What depends on two places at once (ids, sums, dates) is left to `aop check`.

    >>> plan_schema()["title"], sorted(plan_schema()["required"])
    ('Annual Operating Plan', ['aop', 'currency', 'id', 'name', 'year'])
    """
    schema = Plan.model_json_schema(mode="validation", by_alias=True, schema_generator=_Schema)
    for definition in schema["$defs"].values():
        _tidy(definition)
    _tidy(schema)
    return {"$schema": DIALECT, **schema, "title": "Annual Operating Plan"}


class _Schema(GenerateJsonSchema):
    """Says nothing of the defaults of tables: they are empty."""

    def emit_warning(self, kind: JsonSchemaWarningKind, detail: str) -> None:
        """Warns of anything else as ever."""
        if kind != "non-serializable-default":
            super().emit_warning(kind, detail)


def _tidy(definition: dict[str, Any]) -> None:
    """An entry's id is its key, ids have one form, and titles that only repeat a name are left out."""
    properties: dict[str, Any] = definition.get("properties", {})
    if properties.get("id", {}).get("readOnly"):
        del properties["id"]
    for field in properties.values():
        field.pop("title", None)
        if "patternProperties" in field:
            field["additionalProperties"] = False
            field.pop("propertyNames", None)
    for part in (definition, *properties.values()):
        if "description" in part:
            part["description"] = " ".join(part["description"].split())

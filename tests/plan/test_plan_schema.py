"""The JSON Schema that editors use: it names what the model knows, and accepts what loads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from aop_rules.plan.model import Plan
from aop_rules.plan.schema import plan_schema
from aop_rules.source.read import read

SCHEMA = plan_schema()
ROOT = Path(__file__).parents[2]


def test_every_part_of_a_plan_is_in_it_and_nothing_else() -> None:
    assert set(SCHEMA["properties"]) == set(Plan.model_fields)
    assert SCHEMA["additionalProperties"] is False
    assert SCHEMA["$schema"].endswith("2020-12/schema")


def test_ids_stand_outside_their_entries() -> None:
    for name, definition in SCHEMA["$defs"].items():
        assert "id" not in definition.get("properties", {}), name


def test_keys_are_those_that_people_write() -> None:
    assert {"from", "to", "grow"} <= set(SCHEMA["$defs"]["Goal"]["properties"])
    assert "for" in SCHEMA["$defs"]["Kpi"]["properties"]


def test_is_plain_json_and_the_same_each_time() -> None:
    assert json.dumps(SCHEMA) == json.dumps(plan_schema())


@pytest.mark.parametrize("path", sorted(ROOT.glob("examples/*/plan.yaml")), ids=lambda path: path.parent.name)
def test_accepts_the_examples(path: Path) -> None:
    jsonschema: Any = pytest.importorskip("jsonschema")
    plain = json.loads(json.dumps(read(str(path)).data, default=str))
    jsonschema.Draft202012Validator(SCHEMA).validate(plain)


def test_accepts_a_yes_or_no_a_rate_and_lines_with_two_sides() -> None:
    jsonschema: Any = pytest.importorskip("jsonschema")
    year = {"aop": 1, "id": "shop", "name": "Shop", "currency": "USD", "year": {"starts": "2026-01-01"}}
    kpis = {
        "audit": {"name": "Audit", "kind": "stock", "direction": "boolean", "target": True},
        "cover": {"name": "Cover", "kind": "stock", "direction": "exact", "breach": "off target by more than 2%"},
        "share": {
            "name": "Share",
            "kind": "rate",
            "direction": "band",
            "breach": "outside 34%..36%",
            "warn": "off target",
        },
    }
    goal = {"name": "Open", "initiative": "site", "milestones": ["live"]}
    plan = {**year, "kpis": kpis, "goals": {"open": goal}}
    jsonschema.Draft202012Validator(SCHEMA).validate(plan)
    for wrong in ("outside 3", "off target by 3", "off 3"):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.Draft202012Validator(SCHEMA).validate(
                {**year, "kpis": {"k": {**kpis["cover"], "breach": wrong}}}
            )

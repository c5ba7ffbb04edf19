"""A decision as plain data: its keys, its schema, its bytes."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from aop_rules import Decision
from aop_rules.decision.outcome import PROPOSAL_LADDER, SITUATION_LADDER
from aop_rules.decision.record import decision_schema
from aop_rules.decision.shape import DecisionShape, FactShape, FindingShape
from aop_rules.ledger.reading import event_from
from strategies import BABYCARE, CASES, babycare, case_of, engine_at, history_of, proposal

each_case = pytest.mark.parametrize("case", CASES, ids=[f"{case.parents[1].name}/{case.stem}" for case in CASES])


@cache
def decided(case: Path) -> Decision:
    return engine_at(case.parents[1], history_of(case)).evaluate(case_of(case).events[0])


def leaves(data: Any) -> list[Any]:
    if isinstance(data, dict):
        return [leaf for value in data.values() for leaf in leaves(value)]
    return [leaf for value in data for leaf in leaves(value)] if isinstance(data, list) else [data]


@each_case
def test_its_keys_are_those_of_the_shape_in_their_order(case: Path) -> None:
    told = decided(case).to_dict()
    assert list(told) == list(get_type_hints(DecisionShape))
    for finding in told["findings"]:
        assert list(finding) == list(get_type_hints(FindingShape))
        assert all(list(fact) == list(get_type_hints(FactShape)) for fact in finding["facts"])


def test_it_holds_what_the_page_promises() -> None:
    promised = {
        "decision_id",
        "plan",
        "program_digest",
        "event",
        "as_of",
        "course",
        "outcome",
        "hard",
        "findings",
        "why_not",
        "explanation",
    }
    told: Any = decided(CASES[0]).to_dict()
    assert promised <= told.keys()
    assert told["plan"].keys() == {"id", "version", "digest"}
    assert {"rule", "effect", "subject", "judgement", "facts", "message"} <= told["findings"][0].keys()
    assert told["findings"][0]["message"].keys() == told["explanation"].keys() == {"en", "vi"}


@each_case
def test_it_holds_no_float_and_nothing_that_json_lacks(case: Path) -> None:
    told = decided(case).to_dict()
    assert {type(leaf) for leaf in leaves(told)} <= {str, int, bool, type(None)}
    assert json.loads(decided(case).to_json(), parse_float=lambda text: pytest.fail(text)) == told


@each_case
def test_it_follows_the_schema(case: Path) -> None:
    schema = decision_schema()
    assert faults(json.loads(decided(case).to_json()), schema, schema) == []


@each_case
def test_it_is_text_in_utf_8_on_one_line(case: Path) -> None:
    text = decided(case).to_json()
    assert "\n" not in text and "\\u" not in text.replace("\\u00", "")
    assert decided(case).to_json(indent=2).count("\n") > 20


@each_case
def test_why_not_names_every_other_outcome_once(case: Path) -> None:
    decision = decided(case)
    for ladder in (PROPOSAL_LADDER, SITUATION_LADDER):
        if decision.outcome in ladder and {each.outcome for each in decision.why_not} <= {*ladder}:
            assert [each.outcome for each in decision.why_not] == [
                each for each in ladder if each is not decision.outcome
            ]
            break
    else:
        pytest.fail("of no ladder")


@each_case
def test_the_event_can_be_read_back(case: Path) -> None:
    decision = decided(case)
    assert event_from(decision.to_dict()["event"]) == decision.event


def test_the_id_of_a_decision_depends_on_all_that_it_is_a_function_of() -> None:
    engine = babycare()
    base = proposal(costs=[{"line": "purchasing", "amount": 5}])
    ids = [
        engine.evaluate(base).decision_id,
        engine.evaluate(base, as_of="2026-03-31").decision_id,
        engine.evaluate({**base, "title": "other"}).decision_id,
        engine_at(BABYCARE).evaluate(base).decision_id,
    ]
    assert len(set(ids)) == len(ids)
    assert engine.evaluate(base).decision_id == ids[0]


def test_the_schema_refuses_what_is_no_decision() -> None:
    schema = decision_schema()
    told: Any = json.loads(decided(CASES[0]).to_json())
    assert faults({**told, "hard": "yes"}, schema, schema) == ["hard: no boolean"]
    assert faults({key: value for key, value in told.items() if key != "course"}, schema, schema) == [
        "course is missing"
    ]
    told["findings"][0]["facts"][0]["value"] = 1.5
    assert faults(told, schema, schema)


# ── as much of JSON Schema as this one uses ─────────────────────────────────────────────────────────────────────────

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}


def faults(data: Any, schema: Any, root: Any, at: str = "") -> list[str]:
    """What in the data does not follow the schema. Words of the schema that are not known here are a mistake."""
    if "$ref" in schema:
        return faults(data, root["$defs"][schema["$ref"].rpartition("/")[2]], root, at)
    if "anyOf" in schema:
        tried = [faults(data, each, root, at) for each in schema["anyOf"]]
        return [] if [] in tried else min(tried, key=len)
    known = {
        "$schema",
        "$defs",
        "title",
        "description",
        "default",
        "type",
        "properties",
        "required",
        "items",
        "additionalProperties",
        "enum",
        "const",
    }
    assert schema.keys() <= known, schema.keys() - known
    wanted = schema.get("type")
    if wanted and (not isinstance(data, _TYPES[wanted]) or (wanted == "integer" and isinstance(data, bool))):
        return [f"{at}: no {wanted}"]
    if "enum" in schema and data not in schema["enum"]:
        return [f"{at}: `{data}` is none of {schema['enum']}"]
    found = [f"{each} is missing" for each in schema.get("required", ()) if each not in data]
    if isinstance(data, dict):
        properties = schema.get("properties", {})
        for key, value in data.items():
            if key in properties:
                found += faults(value, properties[key], root, f"{at}.{key}".lstrip("."))
            elif schema.get("additionalProperties") is False:
                found.append(f"{at}: `{key}` is not known")
    if isinstance(data, list) and "items" in schema:
        for index, value in enumerate(data):
            found += faults(value, schema["items"], root, f"{at}.{index}")
    return found

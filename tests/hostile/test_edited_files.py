"""Right files with a few wrong edits: what comes out is whole and reads back the same, or only our errors come out."""

from __future__ import annotations

import json
from functools import cache
from random import Random
from typing import Any

import pytest
from edits import edited, in_bytes, text_of
from hypothesis import given, settings
from hypothesis import strategies as st

from aop_rules import Engine, event_from
from aop_rules.cli.printing import visible
from aop_rules.errors import AopError, EventError, InputError, PlanError, RuleError
from aop_rules.events import canonical, parse_event, plain
from aop_rules.ledger.cloudevents import to_cloudevent
from aop_rules.ledger.reading import events_from
from aop_rules.plan.load import digest, dump, load_plan, plan_from, read_plan
from aop_rules.rules.collection import collect
from aop_rules.rules.ruleset import Ruleset, load_ruleset
from aop_rules.source.read import read_text
from strategies import EXAMPLES, ROOT, babycare, babycare_history

randoms = st.randoms(use_true_random=False)
FORMATS = st.sampled_from(["yaml", "json", None])


@cache
def plans() -> list[Any]:
    return [read_text(file.read_bytes(), str(file)).data for file in sorted(EXAMPLES.glob("*/plan.yaml"))]


@cache
def rulesets() -> list[Any]:
    return [read_text(file.read_bytes(), str(file)).data for file in sorted((ROOT / "rulesets").glob("*.yaml"))]


@cache
def events() -> list[Any]:
    cases = [read_text(file.read_bytes(), str(file)).data for file in sorted(EXAMPLES.glob("*/cases/*.yaml"))]
    wrapped = [to_cloudevent(event_from(event)) for event in babycare_history()[:3]]
    return [*cases, *babycare_history()[:20], *wrapped]


def well_told(error: InputError) -> None:
    assert error.problems and len(error.problems) <= 102
    for problem in error.problems:
        assert problem.place.line >= 1 and problem.place.column >= 1 and problem.message
        visible(str(problem)).encode()


@given(randoms, FORMATS)
@settings(max_examples=60)
def test_an_edited_plan_is_a_plan_or_told_what_is_wrong_with_it(random: Random, format_: str | None) -> None:
    text = text_of(edited(random.choice(plans()), random), random)
    try:
        document = read_text(in_bytes(text), "plan", format_, error=PlanError, recover=True)
        plan, problems, _ = read_plan(document)
        assert (plan is None) == any(problem.severity == "error" for problem in problems)
        plan = load_plan(document)
    except PlanError as error:
        well_told(error)
        return
    again = plan_from(dump(plan))
    assert again == plan and digest(again) == digest(plan)


@given(randoms)
@settings(max_examples=60)
def test_edited_plain_data_is_a_plan_or_told_what_is_wrong_with_it(random: Random) -> None:
    data = edited(json.loads(json.dumps(random.choice(plans()), default=str)), random)
    try:
        plan = plan_from(data)
    except PlanError as error:
        well_told(error)
    else:
        assert plan_from(dump(plan)) == plan


@given(randoms)
@settings(max_examples=15)
def test_an_edited_plan_opens_whole_or_not_at_all(random: Random) -> None:
    data = edited(random.choice(plans()), random, most=2)
    if not isinstance(data, dict):
        return
    try:
        engine = Engine.open(data)
    except InputError as error:
        well_told(error)
    else:
        assert engine.plan == plan_from(dump(engine.plan))


@given(randoms, FORMATS)
@settings(max_examples=60)
def test_an_edited_ruleset_is_one_or_told_what_is_wrong_with_it(random: Random, format_: str | None) -> None:
    text = text_of(edited(random.choice(rulesets()), random), random)
    try:
        ruleset = load_ruleset(read_text(in_bytes(text), "rules", format_, error=RuleError, recover=True))
        assert Ruleset.model_validate(ruleset.model_dump(exclude_defaults=True)) == ruleset
        collect(babycare().plan, [ruleset])
    except RuleError as error:
        well_told(error)


@given(randoms, st.sampled_from(["yaml", "json", "jsonl", None]))
@settings(max_examples=150)
def test_an_edited_event_is_one_or_told_what_is_wrong_with_it(random: Random, format_: str | None) -> None:
    text = text_of(edited(random.choice(events()), random), random)
    try:
        found = events_from(in_bytes(text), "events", format_).events
    except EventError as error:
        well_told(error)
        return
    for event in found:
        assert parse_event(plain(event)) == event and canonical(event)
        assert event_from(to_cloudevent(event)) == event


@given(randoms)
@settings(max_examples=100)
def test_edited_plain_data_is_an_event_or_told_what_is_wrong_with_it(random: Random) -> None:
    data = edited(json.loads(json.dumps(random.choice(events()), default=str)), random)
    try:
        event = event_from(data)
    except EventError as error:
        well_told(error)
    else:
        assert event_from(plain(event)) == event


@given(randoms)
@settings(max_examples=40)
def test_an_edited_event_is_decided_or_told_what_is_wrong_with_it(random: Random) -> None:
    data = edited(random.choice(babycare_history()[:40]), random, most=2)
    try:
        decision = babycare().evaluate(data)
    except InputError as error:
        well_told(error)
    else:
        assert json.loads(decision.to_json()) and decision.explain("vi", "full").encode()


@given(st.text() | st.binary(), st.sampled_from(["yaml", "json", "toml", "jsonl", None]))
@settings(max_examples=150)
def test_any_text_is_events_or_told_what_is_wrong_with_it(text: str | bytes, format_: str | None) -> None:
    with pytest.raises(EventError) as caught:
        for event in events_from(text, "events", format_).events:
            canonical(event)
        raise EventError([])  # nothing in it
    for problem in caught.value.problems:
        assert problem.place.line >= 1 and visible(str(problem)).encode()


@given(st.text() | st.binary(), st.sampled_from(["yaml", "json", "toml", None]))
@settings(max_examples=150)
def test_any_text_is_no_plan_and_told_why(text: str | bytes, format_: str | None) -> None:
    with pytest.raises(AopError):
        load_plan(read_text(text, "plan", format_, error=PlanError, recover=True))

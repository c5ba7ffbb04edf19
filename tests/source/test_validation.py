"""What validation says becomes problems that a reader can act on."""

from __future__ import annotations

import re
from typing import Any

import pytest

from aop_rules.events import Event, adapter
from aop_rules.plan.model import Plan
from aop_rules.source.read import read_text
from aop_rules.source.validate import validate

HEAD = "aop: 1\nid: shop\nname: Shop\ncurrency: VND\nyear: {starts: 2026-01-01}\n"


def told(text: str) -> list[str]:
    value, problems = validate(Plan, read_text(HEAD + text, "p", recover=True))
    assert (value is None) == bool(problems)
    return [str(problem).removeprefix("p:") for problem in problems]


def told_of_event(text: str) -> list[str]:
    value, problems = validate(adapter(), read_text(text, "e"), prefix="EVENT", shape=Event)
    assert (value is None) == bool(problems)
    return [str(problem).removeprefix("e:") for problem in problems]


def test_a_plan_without_mistakes_has_no_problems() -> None:
    assert told("") == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("gaols: {}", "6:1: PLAN_UNKNOWN_KEY: unknown key `gaols` (did you mean `goals`?)"),
        ("goals:\n  a: {name: A, ownr: x}", "7:16: PLAN_UNKNOWN_KEY: unknown key `ownr` (did you mean `owner`?)"),
        ("goals:\n  a: {nmae: A}", "7:7: PLAN_UNKNOWN_KEY: unknown key `nmae` (did you mean `name`?)"),
        ("goals:\n  a: {to: 1}", "7:3: PLAN_MISSING_KEY: `name` is missing (add `name:` here)"),
        ("goals:\n  A: {name: A}", "7:3: PLAN_WRONG_VALUE: `A` is no id (an id has lower-case letters, digits and `_`, and starts with a letter)"),
        ("goals: [a]", "6:8: PLAN_WRONG_TYPE: `goals` is a list, not a mapping of keys (write `key: value` lines below it)"),
        ("goals:\n  a: {name: 5}", "7:13: PLAN_WRONG_TYPE: `name` is a number, not a text (put it in quotes)"),
        ("goals:\n  a: {name: A, lock: lockd}", "7:22: PLAN_WRONG_VALUE: `lockd` is not known here (did you mean `locked`?)"),
        ("resources: {hires: -1}", "6:20: PLAN_WRONG_VALUE: `hires` is `-1` (at least 0)"),
        ("resources: {hires: many}", "6:20: PLAN_WRONG_TYPE: `many` is not a whole number (write digits, as in `3`)"),
        ("initiatives:\n  i: {name: I, starts: soon}", "7:24: PLAN_WRONG_TYPE: `soon` is not a date (write it as `2026-05-31`)"),
        ("initiatives:\n  i: {name: I, starts: 2026-02-30}", "7:24: PLAN_WRONG_TYPE: `2026-02-30` is not a date (write it as `2026-05-31`)"),
        ("initiatives:\n  i: {name: I, serves: [{to: a, efect: 1}]}", "7:33: PLAN_UNKNOWN_KEY: unknown key `efect` (did you mean `effect`?)"),
        ("initiatives:\n  i: {name: I, needs: [{role: r, amount: 1, frm: x}]}", "7:45: PLAN_UNKNOWN_KEY: unknown key `frm` (did you mean `from`?)"),
        ("goals:\n  a: {name: A}\n  a: {name: B}", "8:3: SOURCE_DUPLICATE_KEY: `a` stands twice in one place (first on line 7)"),
    ],
)  # fmt: skip
def test_one_mistake_is_one_problem(text: str, said: str) -> None:
    assert told(text) == [said]


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    found = told("goals:\n  a: {}\n  b: {name: B, x: 1}\nresources: {hires: x}\nversion: 0\n")
    assert [line.split(":")[0] for line in found] == ["7", "8", "9", "10"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kind: propsal\nevent_id: a", "1:7: EVENT_WRONG_VALUE: unknown kind `propsal` (did you mean `proposal`?)"),
        ("event_id: a", "1:1: EVENT_MISSING_KEY: `kind` is missing (add `kind:` here)"),
        ("kind: [a]\n", "1:7: EVENT_WRONG_TYPE: `kind` is a list, not a text"),
        ("[a]", "1:1: EVENT_WRONG_TYPE: this is a list, not a mapping of keys"),
        (
            "kind: new_risk\nevent_id: a\neffective_date: 2026-05-01\ntuches: [x]",
            "4:1: EVENT_UNKNOWN_KEY: unknown key `tuches` (did you mean `touches`?)",
        ),
        (
            "kind: proposal\nevent_id: a\neffective_date: 2026-05-01\ncosts: [{line: x, amuont: 1}]",
            "4:19: EVENT_UNKNOWN_KEY: unknown key `amuont` (did you mean `amount`?)",
        ),
        (
            "kind: new_risk\nevent_id: a\neffective_date: 20260501",
            "3:17: EVENT_WRONG_TYPE: `effective_date` is a number, not a date (write it as `2026-05-31`)",
        ),
        (
            "kind: new_risk\nevent_id: a\neffective_date: 2026-05-01\nknown_at: noon",
            "4:11: EVENT_WRONG_TYPE: `noon` is not a moment (write it as `2026-05-31T17:00:00Z`)",
        ),
        (
            "kind: proposal\nevent_id: a\neffective_date: 2026-05-01\nhires: true",
            "4:8: EVENT_WRONG_TYPE: `hires` is true or false, not a whole number (write digits, as in `3`)",
        ),
    ],
)
def test_one_mistake_of_an_event_is_one_problem(text: str, said: str) -> None:
    (found,) = told_of_event(text)
    assert found.startswith(said)


def test_no_word_of_the_machinery_shows() -> None:
    kinds = "aop: x\nid: 5\nname: []\ncurrency: {}\nyear: 7\npriorities: {}\ngoals: [1]\nbudget: x\nrates: 1\nrules: x\nattributes: 5\n"
    _, problems = validate(Plan, read_text(kinds))
    assert len(problems) == 11
    jargon = re.compile(r"pydantic|Input should|validat|dict|tuple|\bint\b|\bstr\b|instance|None|object", re.IGNORECASE)
    assert [p for p in problems if jargon.search(p.message + p.hint)] == []


def test_a_long_list_of_problems_is_cut() -> None:
    text = "".join(f"x{n}: 1\n" for n in range(300))
    _, problems = validate(Plan, read_text(HEAD + text))
    assert (len(problems), problems[-1].code) == (101, "PLAN_MORE")


def test_a_part_of_a_document_is_validated_at_its_own_place() -> None:
    document = read_text("events:\n- kind: new_risk\n  event_id: a\n")
    found: tuple[Any, list[Any]] = validate(adapter(), document, ("events", 0), prefix="EVENT", shape=Event)
    assert [str(p.place) for p in found[1]] == ["<input>:2:3"]

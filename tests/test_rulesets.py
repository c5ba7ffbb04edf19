"""The standard rules mean what their examples say, speak both languages, and are all alive."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from aop_rules.inference.conditions import Matcher
from aop_rules.inference.program import Program
from aop_rules.inference.reference import judge
from aop_rules.plan.load import plan_from
from aop_rules.rules.collection import Collected, collect, standard_rulesets
from aop_rules.rules.rule import Rule

PLAN = plan_from(
    {
        "aop": 1,
        "id": "shop",
        "name": "Shop",
        "currency": "VND",
        "year": {"starts": "2026-01-01"},
        "kpis": {"sales": {"name": "Sales", "kind": "flow", "target": {"year": 120}, "breach": "< 80% of target"}},
    }
)
COLLECTION = collect(PLAN, standard_rulesets())
RULES = {each.id: each for each in COLLECTION.rules if not each.id.startswith("plan.")}
PROGRAM = Program(COLLECTION, "reference")

BY_CONDITION = [name for name, each in RULES.items() if each.checked.expression is not None and not each.checked.given]
each_rule = pytest.mark.parametrize("name", sorted(RULES))


@dataclass(frozen=True)
class Thing:
    """Something that rules look at."""

    kind: str
    target: str
    record: Mapping[str, object]

    @property
    def id(self) -> str:
        return self.target


@pytest.mark.parametrize("name", BY_CONDITION)
def test_its_examples_are_true(name: str) -> None:
    each = RULES[name]
    assert each.checked.expression is not None
    condition = [(name, each.checked.expression)]
    for example in each.checked.examples:
        expected = (name,) if example.fires else ()
        assert Matcher(condition).match(example.record()).holds == expected, example
        assert judge(condition, example.record()).holds == expected, example


SHOWN_BY_CHAINS = {"risk.occurred", "risk.signalled", "timing.late-past-slack"}
"""Conditions that only conclude something: the chains below show them."""


@pytest.mark.parametrize("name", sorted({*BY_CONDITION} - SHOWN_BY_CHAINS))
def test_it_has_an_example_that_fires_it_and_one_that_does_not(name: str) -> None:
    assert {example.fires for example in RULES[name].checked.examples} == {True, False}


@each_rule
def test_it_says_why_in_two_languages(name: str) -> None:
    rule = RULES[name].rule
    for words in filter(None, (rule.because, rule.needs)):
        assert words.en and words.vi
        # A path in a plan file, as in `policies.minimum_cash`, is the same word in every language.
        assert words.en != words.vi or re.fullmatch(r"[a-z_.{} ]+", words.en)
        assert _holes(words.en) == _holes(words.vi)


def _holes(text: str) -> list[str]:
    return sorted(set(re.findall(r"\{([^{}]*)\}", text)))


# ── chains ──────────────────────────────────────────────────────────────────────────────────────────────────────────

OFF = {
    "value": 1,
    "target": 120,
    "last": 1,
    "last_target": 120,
    "persistence": 2,
    "breach_run": 1,
    "persistent": False,
    "direction": "higher",
    "verdict": "emerging",
    "material": True,
}
COST = {**OFF, "direction": "lower"}
ON = {**OFF, "value": 110, "last": 110, "breach_run": 0, "verdict": "noise"}
LASTING = {**OFF, "breach_run": 2, "persistent": True, "verdict": "signal"}
NORMAL = {**OFF, "verdict": "noise"}
SIGNAL = {**OFF, "verdict": "signal"}
SMALL = {"material": False}
CALM = {"occurred": False, "signalled": False, "has_response": True}
IN_TIME = {"done": False, "late_days": 0, "slack_days": 5}
LATE = {**IN_TIME, "late_days": 6}


def chain(*links: tuple[str, str, str], **subjects: Mapping[str, Any]) -> set[tuple[str, str]]:
    """(rule, subject) of every finding that holds. Subjects are `kind__id={...}`."""
    things = [Thing("event", "", {"event": {}, "plan": {}})]
    for name, values in subjects.items():
        kind, target = name.split("__")
        things.append(Thing(kind, target, {"event": {}, "plan": {}, kind: values}))
    judged = PROGRAM.judge(things, links, "review_due", date(2026, 6, 5))
    return {(each.rule.id, each.subject) for each in judged if each.verdict == "holds"}


CHAINS: list[tuple[str, str, dict[str, Any], dict[str, Any], list[tuple[str, str, str]]]] = [
    ("kpi.first-miss", "sales", {"kpi__sales": OFF}, {"kpi__sales": LASTING}, []),
    ("kpi.first-miss", "sales", {"kpi__sales": OFF}, {"kpi__sales": COST}, []),
    ("kpi.first-miss-of-a-cost", "sales", {"kpi__sales": COST}, {"kpi__sales": OFF}, []),
    ("kpi.act-on-persistent", "sales", {"kpi__sales": LASTING}, {"kpi__sales": OFF}, []),
    ("kpi.act-on-persistent", "sales", {"kpi__sales": LASTING}, {"kpi__sales": {**LASTING, **SMALL}}, []),
    ("kpi.lasting-and-small", "sales", {"kpi__sales": {**LASTING, **SMALL}}, {"kpi__sales": LASTING}, []),
    ("kpi.normal-variation", "sales", {"kpi__sales": NORMAL}, {"kpi__sales": SIGNAL}, []),
    ("kpi.too-small", "sales", {"kpi__sales": {**NORMAL, **SMALL}}, {"kpi__sales": NORMAL}, []),
    ("kpi.first-signal", "sales", {"kpi__sales": SIGNAL}, {"kpi__sales": NORMAL}, []),
    ("kpi.first-signal", "sales", {"kpi__sales": SIGNAL}, {"kpi__sales": LASTING}, []),
    (
        "kpi.first-signal-of-a-cost",
        "sales",
        {"kpi__sales": {**COST, "verdict": "signal"}},
        {"kpi__sales": SIGNAL},
        [],
    ),
    (
        "kpi.goal-is-at-risk",
        "g",
        {"kpi__sales": OFF, "goal__g": {}},
        {"kpi__sales": ON, "goal__g": {}},
        [("measures", "sales", "g")],
    ),
    (
        "kpi.goal-is-at-risk",
        "g",
        {"kpi__sales": OFF, "goal__g": {}},
        {"kpi__sales": ON, "goal__g": {}},
        [("part_of", "sales", "all"), ("measures", "all", "g")],
    ),
    (
        "risk.suspected",
        "r",
        {"kpi__sales": OFF, "risk__r": CALM},
        {"kpi__sales": ON, "risk__r": CALM},
        [("watches", "r", "sales")],
    ),
    (
        "risk.suspected",
        "r",
        {"kpi__sales": OFF, "risk__r": CALM},
        {"kpi__sales": NORMAL, "risk__r": CALM},
        [("watches", "r", "sales")],
    ),
    ("risk.suspected", "r", {"risk__r": {**CALM, "signalled": True}}, {"risk__r": CALM}, []),
    (
        "risk.contingency",
        "r",
        {"kpi__sales": LASTING, "risk__r": CALM},
        {"kpi__sales": OFF, "risk__r": CALM},
        [("watches", "r", "sales")],
    ),
    ("risk.contingency", "r", {"risk__r": {**CALM, "occurred": True}}, {"risk__r": CALM}, []),
    (
        "risk.no-contingency",
        "r",
        {"risk__r": {**CALM, "occurred": True, "has_response": False}},
        {"risk__r": {**CALM, "occurred": True}},
        [],
    ),
    (
        "kpi.goal-is-at-risk",
        "g",
        {"risk__r": {**CALM, "occurred": True}, "goal__g": {}},
        {"risk__r": CALM, "goal__g": {}},
        [("threatens", "r", "g")],
    ),
    ("timing.slipping", "i", {"initiative__i": LATE}, {"initiative__i": IN_TIME}, []),
    (
        "kpi.goal-is-at-risk",
        "g",
        {"initiative__i": LATE, "goal__g": {}},
        {"initiative__i": IN_TIME, "goal__g": {}},
        [("serves", "i", "g")],
    ),
    (
        "kpi.goal-is-at-risk",
        "g",
        {"initiative__i": LATE, "goal__g": {}},
        {"initiative__i": IN_TIME, "goal__g": {}},
        [("feeds", "i", "sales"), ("measures", "sales", "g")],
    ),
    (
        "kpi.goal-is-at-risk",
        "g",
        {"initiative__i": LATE, "goal__g": {}},
        {"initiative__i": IN_TIME, "goal__g": {}},
        [("feeds", "i", "sales"), ("part_of", "sales", "all"), ("measures", "all", "g")],
    ),
]
"""(the rule, its subject, where it fires, where it is silent, the links of the plan)"""


@pytest.mark.parametrize("n", range(len(CHAINS)))
def test_a_chain_fires_where_it_should_and_nowhere_else(n: int) -> None:
    rule, subject, fires, silent, links = CHAINS[n]
    assert (rule, subject) in chain(*links, **fires)
    assert (rule, subject) not in chain(*links, **silent)
    assert (rule, subject) not in chain(**fires) or not links


def test_every_rule_is_reached_by_an_example_or_a_chain() -> None:
    reached = {name for name in BY_CONDITION if any(example.fires for example in RULES[name].checked.examples)}
    for rule, _, fires, _, links in CHAINS:
        reached |= {rule, *_steps(rule, fires, links)}
    assert sorted(set(RULES) - reached) == []


def _steps(rule: str, fires: Mapping[str, Any], links: list[tuple[str, str, str]]) -> Iterator[str]:
    """The rules whose conclusions led there, read off the steps of the finding."""
    things = [Thing(kind, target, {"event": {}, "plan": {}, kind: values}) for (kind, target), values in _named(fires)]
    for judged in PROGRAM.judge(things, links, "review_due", date(2026, 6, 5)):
        if judged.rule.id == rule:
            yield from (step.rule for step in judged.steps)


def _named(fires: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], Any]]:
    for name, values in fires.items():
        kind, target = name.split("__")
        yield (kind, target), values


@each_rule
def test_a_rule_with_examples_for_a_chain_is_no_surprise(name: str) -> None:
    """What has `given` is shown by a chain, so its file holds no example that nobody runs."""
    each: Collected = RULES[name]
    rule: Rule = each.rule
    if each.checked.given:
        assert rule.examples.fires == () and rule.examples.silent == ()
        assert any(name == chained for chained, *_ in CHAINS) or rule.conclude

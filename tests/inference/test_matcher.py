"""The matcher answers as the reference does, whatever the conditions and the record; and it is built safely."""

from __future__ import annotations

import threading
from collections import ChainMap, defaultdict
from fractions import Fraction
from pathlib import Path
from random import Random
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_cases import Cases
from rivals import straight_w1, straight_w2
from run import W1_WORDS, W2_TEXTS, W2_WORDS, exact, w1_texts
from workloads import w1_events, w1_rules, w2_contexts

from aop_rules.errors import RuleError
from aop_rules.inference import reference
from aop_rules.inference.conditions import Matcher
from aop_rules.inference.judgement import Match, Undecided
from aop_rules.inference.matching_code import STRAIGHT_MAX
from aop_rules.inference.record import Unknown
from aop_rules.rules.condition import check_condition
from aop_rules.rules.syntax import (
    INTEGER,
    MONEY,
    NUMBER,
    TEXT,
    All,
    Any,
    Arithmetic,
    Attribute,
    Compare,
    Expression,
    Literal,
    Not,
)
from aop_rules.rules.vocabulary import Vocabulary

AMOUNT = Attribute(("amount",), type=MONEY)


@given(st.integers(0, 10**9), st.sampled_from([12, STRAIGHT_MAX + 1]))
@settings(max_examples=200, deadline=None)
def test_the_matcher_is_the_reference(seed: int, count: int) -> None:
    cases = Cases(seed)
    program = cases.conditions(count)
    matcher = Matcher(program)
    for _ in range(12):
        record = cases.record()
        assert matcher.match(record) == reference.judge(program, record)


@given(st.integers(0, 10**9))
@settings(max_examples=30, deadline=None)
def test_order_and_company_of_conditions_never_matter(seed: int) -> None:
    cases = Cases(seed)
    program = cases.conditions(10)
    shuffled = [*cases.conditions(3), *reversed(program)]
    record = cases.record()
    names = {name: f"other {name}" for name, _ in shuffled[:3]}
    shuffled[:3] = [(names[name], condition) for name, condition in shuffled[:3]]
    alone, together = Matcher(program).match(record), Matcher(shuffled).match(record)
    assert set(alone.holds) == {name for name in together.holds if not name.startswith("other")}
    assert set(alone.unknown) == {each for each in together.unknown if not each.id.startswith("other")}


def test_w1_is_matched_as_by_hand() -> None:
    rules = w1_rules(1_000, matching=5, seed=1_000)
    matcher, straight = Matcher.compile(w1_texts(rules), Vocabulary.of(W1_WORDS)), straight_w1(rules)
    for record in w1_events(200, seed=3):
        assert list(matcher.match(record).holds) == straight(record)


def test_w2_is_matched_as_by_hand() -> None:
    matcher = Matcher.compile(W2_TEXTS, Vocabulary.of(W2_WORDS))
    for record in map(exact, w2_contexts(200, seed=3)):
        assert list(matcher.match(record).holds) == straight_w2(record)


@given(st.integers(0, 10**9))
@settings(max_examples=30, deadline=None)
def test_many_conditions_over_a_record_that_lacks_values_are_told_as_by_the_reference(seed: int) -> None:
    """W1 with zero to three values missing or of the wrong kind: conditions of simple tests alone."""
    rng = Random(seed)
    vocabulary = Vocabulary.of(W1_WORDS)
    texts = w1_texts(w1_rules(200, matching=60, seed=seed))
    program = [(name, check_condition(text, vocabulary)) for name, text in texts.items()]
    matcher = Matcher(program)
    for record in w1_events(3, seed=seed):
        for name in rng.sample(sorted(record), rng.randrange(4)):
            record[name] = rng.choice([None, Unknown("late"), 2.5, Fraction(5, 2), []])
        assert matcher.match(record) == reference.judge(program, record)


def test_a_value_that_decides_nothing_is_not_asked_for() -> None:
    texts = {"big": 'kind == "deal" and amount > 5', "small": 'kind == "deal" and amount < 5'}
    matcher = Matcher.compile(texts, Vocabulary.of({"kind": "text", "amount": "money"}))
    assert matcher.match({"kind": "other"}) == Match(())
    assert matcher.match({"kind": "other", "amount": "a fault"}) == Match(())
    assert [each.id for each in matcher.match({"kind": "deal"}).unknown] == ["big", "small"]


def test_two_conditions_of_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="one id"):
        Matcher([("a", Compare(">", AMOUNT, Literal(1))), ("a", Compare("<", AMOUNT, Literal(1)))])


def test_a_condition_of_hundreds_of_attributes_is_compiled() -> None:
    names = [f"a{index}" for index in range(333)]
    every = All(tuple(Compare(">", Attribute((name,), type=MONEY), Literal(0)) for name in names))
    matcher = Matcher([("every", every)])
    assert matcher.match(dict.fromkeys(names, 1)).holds == ("every",)
    assert matcher.match(dict.fromkeys(names, 1) | {"a332": 0}) == Match(())
    assert matcher.match(dict.fromkeys(names[1:], 1)).unknown == (Undecided("every", ("a0",)),)


def test_a_thousand_thresholds_and_values_on_one_attribute() -> None:
    thresholds: list[tuple[str, Expression]] = [
        (f"{operator}{bound}", Compare(operator, AMOUNT, Literal(bound)))
        for bound in range(100)
        for operator in (">", ">=", "<", "<=", "==")
    ]
    matcher = Matcher(thresholds)
    for amount in (-1, 0, 1, 50, 98, 99, 100):
        assert matcher.match({"amount": amount}) == reference.judge(thresholds, {"amount": amount})


@pytest.mark.parametrize("kind", [dict, MappingProxyType, ChainMap, lambda d: defaultdict(int, d)])
def test_any_mapping_is_a_record(kind: type) -> None:
    matcher = Matcher(
        [("more", Compare(">", AMOUNT, Literal(1))), ("b", Compare("<", Attribute(("b",), type=MONEY), AMOUNT))]
    )
    assert matcher.match(kind({"amount": 2})).holds == ("more",)
    assert [each.missing for each in matcher.match(kind({"amount": 2})).unknown] == [("b",)]


def test_matching_leaves_a_record_as_it_was() -> None:
    record: defaultdict[str, object] = defaultdict(int, {"amount": 2})
    Matcher([("b", Compare(">", Attribute(("b",), type=MONEY), AMOUNT))]).match(record)
    assert record == {"amount": 2}


def test_one_attribute_inside_another_or_of_two_types_is_still_right() -> None:
    conditions: list[tuple[str, Expression]] = [
        ("inner", Compare(">", Attribute(("amount", "net"), type=MONEY), Literal(1))),
        ("outer", Compare(">", AMOUNT, Literal(1))),
        ("text", Compare("==", Attribute(("x",), type=TEXT), Literal("1"))),
        ("number", Compare("==", Attribute(("x",), type=NUMBER), Literal(1))),
        ("whole", Compare("==", Attribute(("y",), type=INTEGER), Literal(1))),
        ("part", Compare("<", Attribute(("y",), type=NUMBER), Literal(1))),
    ]
    matcher = Matcher(conditions)
    for record in ({"amount": 2, "x": "1"}, {"amount": {"net": 2}, "x": 1}, {"y": 1}, {}):
        assert matcher.match(record) == reference.judge(conditions, record)


def test_text_of_a_rule_is_never_code() -> None:
    hostile = "__import__('os').system('touch /tmp/owned')"
    attribute = Attribute((hostile, 'a"]; raise SystemExit #'), type=TEXT)
    matcher = Matcher([(hostile, Compare("==", attribute, Literal(hostile)))])
    assert matcher.match({hostile: {'a"]; raise SystemExit #': hostile}}).holds == (hostile,)
    assert not Path("/tmp/owned").exists()


def test_a_compiled_function_sees_no_builtins() -> None:
    function = Matcher([("more", Compare(">", AMOUNT, Literal(1)))])._judge
    assert function.__globals__["__builtins__"] == {}  # type: ignore[attr-defined]


def test_no_room_of_inference_evaluates_text() -> None:
    package = Path(reference.__file__).parent
    for path in package.glob("*.py"):
        source = path.read_text(encoding="utf-8")
        assert " eval(" not in source and " exec(" not in source, path.name


def test_deep_and_wide_conditions_are_compiled_or_left_to_the_reference() -> None:
    tower: Expression = AMOUNT
    for _ in range(40):
        tower = Arithmetic("/", Literal(1), Arithmetic("+", Literal(1), tower))
    deep: Expression = Compare(">", AMOUNT, Literal(1))
    for _ in range(40):
        deep = Not(Any((All((deep, deep)) if _ < 3 else deep, Compare("<", AMOUNT, Literal(0)))))
    wide = Any(tuple(Compare("==", AMOUNT, Literal(n)) for n in range(900)))
    conditions: list[tuple[str, Expression]] = [
        ("tower", Compare(">", tower, Literal(0))),
        ("deep", deep),
        ("wide", wide),
    ]
    matcher = Matcher(conditions)
    for record in ({"amount": 7}, {"amount": -1}, {}):
        assert matcher.match(record) == reference.judge(conditions, record)


def test_every_problem_of_every_condition_is_reported() -> None:
    with pytest.raises(RuleError) as caught:
        Matcher.compile({"one": "amuont > 1", "two": "amount > "}, Vocabulary.of({"amount": "money"}))
    assert len(caught.value.problems) >= 2


def test_no_conditions_match_nothing() -> None:
    assert Matcher([]).match({"amount": 1}) == Match(())


def test_threads_share_a_matcher() -> None:
    cases = Cases(5)
    program = cases.conditions(20)
    matcher = Matcher(program)
    records = [cases.record() for _ in range(50)]
    meant = [reference.judge(program, record) for record in records]
    found: list[list[Match]] = []
    threads = [threading.Thread(target=lambda: found.append([matcher.match(r) for r in records])) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [meant] * 4

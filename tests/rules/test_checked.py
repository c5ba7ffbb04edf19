"""A rule held against its vocabulary: everything wrong in it, each at its place."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

import pytest

from aop_rules.errors import Problem
from aop_rules.rules.checked import CheckedRule, check_rule
from aop_rules.rules.example import value_of
from aop_rules.rules.given import Chain
from aop_rules.rules.ruleset import scan_rules
from aop_rules.rules.syntax import BOOLEAN, MONEY
from aop_rules.rules.vocabulary import Vocabulary, parse_type
from aop_rules.source.read import read_text

WORDS = Vocabulary.of(
    {
        "event.amount": "money",
        "event.kind": "text",
        "event.tags": "texts",
        "event.share": "ratio",
        "event.hires": "integer",
        "event.deadline": "date",
        "event.in_plan": "boolean",
        "kpi.value": "own",
        "kpi.id": "text",
    }
)


def check(text: str, **more: list[str]) -> tuple[CheckedRule | None, tuple[Problem, ...]]:
    document = read_text(text, "r.yaml")
    assert isinstance(document.data, list)
    (rule,), problems = scan_rules(document.data, document, ())
    assert problems == []
    return check_rule(rule, WORDS, **more)


def told(text: str, **more: list[str]) -> list[str]:
    checked, problems = check(text, **more)
    assert checked is None
    return [str(problem).removeprefix("r.yaml:") for problem in problems]


def test_a_good_rule_is_typed_and_knows_what_it_uses() -> None:
    checked, problems = check("""\
- id: big
  when: event.amount > 20_000_000 and not event.in_plan
  effect: FIT
  room: event.amount
  because: {en: "{event.amount} is much for {event.kind}", vi: "{event.kind} tốn {event.amount}"}
  examples:
    fires: [{event.amount: 20_000_001, event.in_plan: false}]
    silent: [{event.amount: 5, event.in_plan: null}]
""")
    assert problems == () and checked is not None
    assert checked.expression is not None and checked.expression.type == BOOLEAN
    assert checked.attributes == ("event.amount", "event.in_plan")
    assert checked.placeholders == ("event.amount", "event.kind")
    assert checked.room is not None and checked.room.type == MONEY
    fires, silent = checked.examples
    assert fires.fires and fires.record() == {"event": {"amount": 20_000_001, "in_plan": False}}
    assert silent.values == (("event.amount", 5), ("event.in_plan", None))


def test_a_chain_is_under_the_name_that_is_given() -> None:
    checked, _ = check("- {id: a, on: kpi, when: kpi.value > 3, given: ['watches(risk, kpi)'], conclude: hit(risk)}")
    assert checked is not None
    assert checked.chain("house/a") == Chain("house/a", checked.given, checked.head, "kpi")


def test_a_warning_does_not_stop_a_rule() -> None:
    checked, (one,) = check("- {id: a, when: event.amount == event.amount, conclude: x}")
    assert checked is not None and one.severity == "warning"


def test_everything_wrong_is_told_at_once_each_at_its_place() -> None:
    assert told("""\
- id: a
  when: >-
    event.amount > 7%
    and event.knid == "x"
  effect: FIT
  room: event.kind
  because:
    en: "{event.amuont} of {event.kind}"
    vi: "{event.kind} và {"
  examples:
    fires: [{event.share: 7, event.foo: 1}]
""") == [
        "3:5: RULE_UNIT_MISMATCH: cannot compare `money` and `ratio` (a share of what? write `7% * …`)",
        "4:9: RULE_UNKNOWN_NAME: no attribute `event.knid` (did you mean `event.kind`?)",
        "6:9: RULE_TYPE_MISMATCH: `room` is a quantity, not `text` (name an attribute that counts or measures)",
        "8:10: RULE_PLACEHOLDER: no attribute `event.amuont` to stand here (did you mean `event.amount`?)",
        "9:26: RULE_PLACEHOLDER: a brace without a name (braces hold the name of an attribute: `{event.amount}`)",
        "11:27: RULE_EXAMPLE: `event.share` is a ratio: `7` is not clear as a share (write `7%` (or `700%`))",
        f"11:41: RULE_UNKNOWN_NAME: no attribute `event.foo` ({WORDS.hint('event.foo')})",
    ]


def test_both_languages_say_the_same_figures() -> None:
    (one,) = told("- {id: a, when: event.in_plan, effect: INFORM, because: {en: '{event.amount}', vi: x}}")
    assert one == "1:84: RULE_PLACEHOLDER: only one language has `{event.amount}` (both say the same figures)"


def test_a_condition_that_does_not_parse_is_told_with_the_rest() -> None:
    one, two = told("- {id: a, when: event.amount = 3, effect: INFORM, because: '{x}'}")
    assert one.startswith("1:30: RULE_SYNTAX") and "RULE_PLACEHOLDER" in two


def test_an_unknown_subject_is_told() -> None:
    (one,) = told("- {id: a, on: kpis, when: kpi.value > 3, conclude: x}", subjects=["event", "kpi"])
    assert one == "1:15: RULE_UNKNOWN_SUBJECT: no subject `kpis` (did you mean `kpi`?)"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- {id: a, given: [off(kpi), hit(risk)], conclude: x(kpi)}", "1:29: RULE_GIVEN: `hit(risk)` is not connected"),
        ("- {id: a, given: [watches(r, kpi), hit(x)], conclude: x(kpi)}", "1:36: RULE_GIVEN: `hit(x)` is not"),
        ("- {id: a, given: [off(kpi)], conclude: x(kip)}", "1:40: RULE_CONCLUDE: nothing says what `kip` is"),
        ("- {id: a, on: goal, given: [p(k)], effect: WATCH, because: x}", "1:15: RULE_GIVEN: no pattern of `given`"),
    ],
)  # fmt: skip
def test_a_chain_that_breaks_is_told_at_its_pattern(text: str, said: str) -> None:
    (one,) = told(text)
    assert one.startswith(said)


@pytest.mark.parametrize(
    ("raw", "word", "value"),
    [
        ("7%", "ratio", Fraction(7, 100)),
        (20_000_000, "money", 20_000_000),
        ("2026-05-31", "date", date(2026, 5, 31)),
        (["a", "b"], "texts", frozenset({"a", "b"})),
        ("a", "texts", frozenset({"a"})),
        ("x", "text", "x"),
        (True, "boolean", True),
        (3, "unit:person", 3),
    ],
)
def test_a_value_reads_by_its_type(raw: object, word: str, value: object) -> None:
    assert value_of(raw, parse_type(word)) == value


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (7, "ratio"),
        ("x", "money"),
        ("2026-02-30", "date"),
        (5, "date"),
        (1, "boolean"),
        (1, "text"),
        ("1.5", "integer"),
        (True, "number"),
        (1.5, "number"),
    ],
)
def test_a_value_of_another_type_is_refused(raw: object, word: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        value_of(raw, parse_type(word))


@pytest.mark.parametrize(
    ("raw", "word", "said"),
    [
        (["a"], "money", "a list or mapping is none; write it in digits, as in `12.50`"),
        ({"a": 1}, "texts", 'a list or mapping is none; write it as `["a", "b"]`'),
        ("yes", "boolean", "`yes` is none; write `true` or `false`"),
        (True, "text", "`true` is none; write it in quotes"),
        ("2026-02-30", "date", "there is no day `2026-02-30`; write it as `2026-05-31`"),
    ],
)
def test_a_value_of_another_type_is_told_in_plain_words(raw: object, word: str, said: str) -> None:
    with pytest.raises(ValueError, match="^" + re.escape(said) + "$"):
        value_of(raw, parse_type(word))

"""Types and units: what may meet, what may not, and where it is said."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aop_rules.rules.checker import check, examine
from aop_rules.rules.faults import ExpressionError, Fault
from aop_rules.rules.parser import parse
from aop_rules.rules.printer import show
from aop_rules.rules.syntax import BOOLEAN, MONEY, NUMBER, RATIO, Compare, Expression, parts
from aop_rules.rules.vocabulary import TYPES, Vocabulary

WORDS = Vocabulary.of(
    {word: word for word in TYPES}
    | {f"{word}2": word for word in TYPES}
    | {"person": "unit:person", "order": "unit:order", "event.amount": "money", "event.date": "date"}
)


def faults(text: str) -> tuple[Fault, ...]:
    with pytest.raises(ExpressionError) as caught:
        check(parse(text), WORDS)
    return caught.value.faults


@pytest.mark.parametrize(
    "text",
    [
        "money > 5",
        "money > 0.5",
        "money + 5 > money2",
        "money / money2 > 7%",
        "money / money2 < 1.2",
        "(money + money2) / money > ratio",
        "0.95 * money < money2",
        "money * ratio > money2",
        "money * number > 3",
        "2 * 3 * money > money2",
        "(1 + 2) * money > 3",
        "number * ratio > 3",
        "ratio > number",
        "ratio > 0.5",
        "ratio == 1 or ratio == 0",
        "ratio * 2 > 0.5",
        "1 - ratio > 0.2",
        "number / number2 > 7",
        "ratio > -7%",
        "person > 1.5",
        "person / 2 < person",
        "days > 14",
        "own < 95% * own2",
        "own > 3",
        "date + 14 > date2",
        "14 + date > date2",
        "date - date2 > 3",
        "date2 - days <= date",
        "date > 2026-01-01",
        "max(date, date2) < 2026-12-31",
        "boolean and not boolean2",
        "boolean == true",
        'text == "x"',
        "text != text2",
        "text in texts",
        'text not in ["a"]',
        'texts == ["a"]',
        'overlaps(texts, ["a", "b"])',
        "size(texts) > 2",
        "known(money + 3)",
        "not known(date)",
        "min(money, 5, 3 * money2) > money",
        "max(1, 2) * money > 3",
        "min(5, 6, money) > 3",
        "min(ratio, number) > 5",
        "abs(own) > 2",
        "-money < -5",
        "true",
    ],
)
def test_this_may_be_asked(text: str) -> None:
    typed = check(parse(text), WORDS)
    assert typed == parse(text)
    assert typed.type == BOOLEAN
    assert all(node.type is not None and node.type.unit != "?" for node in _all(typed))


def _all(tree: Expression) -> list[Expression]:
    return [tree, *(node for part in parts(tree) for node in _all(part))]


@pytest.mark.parametrize(
    ("text", "code", "span", "said"),
    [
        ("money + ratio > 3", "RULE_UNIT_MISMATCH", (0, 13), "cannot add `money` and `ratio`"),
        ("money > days", "RULE_UNIT_MISMATCH", (0, 12), "cannot compare `money` and `days`"),
        ("money > 7%", "RULE_UNIT_MISMATCH", (0, 10), "a share of what? write `7% * …`"),
        ("money * money2 > 3", "RULE_UNIT_MISMATCH", (0, 14), "cannot multiply `money` and `money`"),
        ("money / days > 3", "RULE_UNIT_MISMATCH", (0, 12), "cannot divide `money` and `days`"),
        ("1 / money > 3", "RULE_UNIT_MISMATCH", (0, 9), "cannot divide `number` and `money`"),
        ("money > person", "RULE_UNIT_MISMATCH", (0, 14), "cannot compare `money` and `person`"),
        ("person == order", "RULE_UNIT_MISMATCH", (0, 15), "cannot compare `person` and `order`"),
        ("own > ratio", "RULE_UNIT_MISMATCH", (0, 11), "cannot compare `own` and `ratio`"),
        ("min(money, days) > 1", "RULE_UNIT_MISMATCH", (0, 16), "cannot compare `money` and `days`"),
        ("ratio > 7", "RULE_UNIT_MISMATCH", (8, 9), "write `7%`"),
        ("-7 > ratio", "RULE_UNIT_MISMATCH", (0, 2), "write `-7%`"),
        ("money / money2 > 7", "RULE_UNIT_MISMATCH", (17, 18), "write `7%`"),
        ("ratio + 20 > 1", "RULE_UNIT_MISMATCH", (8, 10), "write `20%`"),
        ('date == "2026-01-01"', "RULE_TYPE_MISMATCH", (0, 20), "drop the quotes: `2026-01-01`"),
        ("date > 5", "RULE_TYPE_MISMATCH", (0, 8), "cannot compare `date` and `number`"),
        ("date + date2 > date", "RULE_TYPE_MISMATCH", (0, 12), "two dates differ by days"),
        ("date + 1.5 > date2", "RULE_TYPE_MISMATCH", (7, 10), "whole days"),
        ("date * 2 > date2", "RULE_TYPE_MISMATCH", (0, 8), "a date moves by days"),
        ('boolean == "true"', "RULE_TYPE_MISMATCH", (0, 17), "drop the quotes"),
        ("text > text2", "RULE_TYPE_MISMATCH", (0, 12), "`>` has no meaning for `text`"),
        ("text == 5", "RULE_TYPE_MISMATCH", (0, 9), "cannot compare `text` and `number`"),
        ('money == "5"', "RULE_TYPE_MISMATCH", (0, 12), "without quotes"),
        ("texts == text", "RULE_TYPE_MISMATCH", (0, 13), "use `in`"),
        ("texts in texts2", "RULE_TYPE_MISMATCH", (0, 5), "overlaps"),
        ("text in text2", "RULE_TYPE_MISMATCH", (8, 13), "compare two texts with `==`"),
        ("money in texts", "RULE_TYPE_MISMATCH", (0, 5), "`in` looks for a text"),
        ("text + text2 == text", "RULE_TYPE_MISMATCH", (0, 12), "cannot add `text` and `text`"),
        ("-text == 3", "RULE_TYPE_MISMATCH", (1, 5), "`-` takes a number"),
        ("money and boolean", "RULE_TYPE_MISMATCH", (0, 5), "`and` takes yes or no, not `money`"),
        ("not money", "RULE_TYPE_MISMATCH", (4, 9), "`not` takes yes or no"),
        ("money", "RULE_TYPE_MISMATCH", (0, 5), "a condition is a question"),
        ("size(text) > 1", "RULE_TYPE_MISMATCH", (5, 9), "`size` takes a set of text"),
        ("abs(text) > 1", "RULE_TYPE_MISMATCH", (4, 8), "`abs` takes a number"),
        ("min(money, text) > 1", "RULE_TYPE_MISMATCH", (11, 15), "`min` takes a number"),
        ("min(money) > 1", "RULE_ARITY", (0, 10), "`min` takes 2 or more values, not 1"),
        ("known(money, days)", "RULE_ARITY", (0, 18), "`known` takes 1 value, not 2"),
        ("5 > 3", "RULE_CONSTANT", (0, 5), "write `true` for always"),
        ("false", "RULE_CONSTANT", (0, 5), "speaks of no attribute"),
        ("True", "RULE_UNKNOWN_NAME", (0, 4), "write `true`"),
        ("event > 3", "RULE_UNKNOWN_NAME", (0, 5), "say which: `event.amount`, `event.date`"),
        ("event.amuont > 3", "RULE_UNKNOWN_NAME", (0, 12), "did you mean `event.amount`?"),
        ("evnt.amount > 3", "RULE_UNKNOWN_NAME", (0, 11), "did you mean `event.amount`?"),
    ],
)
def test_this_may_not(text: str, code: str, span: tuple[int, int], said: str) -> None:
    one = faults(text)[0]
    assert (one.code, one.span) == (code, span)
    assert said in f"{one.message} ({one.hint})"


def test_everything_wrong_is_told_at_once_and_once() -> None:
    told = [(one.code, one.span) for one in faults("money > 7% and evnt + 1 > 2 or text in text2")]
    assert told == [
        ("RULE_UNIT_MISMATCH", (0, 10)),
        ("RULE_UNKNOWN_NAME", (15, 19)),
        ("RULE_TYPE_MISMATCH", (39, 44)),
    ]


def test_a_comparison_with_itself_is_a_warning_only() -> None:
    typed, (one,) = examine(parse("money == money"), WORDS)
    assert typed is not None
    assert (one.code, one.severity) == ("RULE_SELF_COMPARISON", "warning")


def test_a_bare_number_takes_the_unit_that_it_meets() -> None:
    typed = check(parse("5 < money"), WORDS)
    assert isinstance(typed, Compare)
    assert typed.left.type == MONEY


def test_what_is_expected_may_be_a_quantity() -> None:
    assert check(parse("money * 2"), WORDS, expects=MONEY).type == MONEY
    assert check(parse("money / money2"), WORDS, expects=None).type == RATIO
    with pytest.raises(ExpressionError, match="`money` is needed here, not `days`"):
        check(parse("days"), WORDS, expects=MONEY)


pieces = st.recursive(
    st.sampled_from([*TYPES, "person", "7%", "7", "0.5", "2026-01-01", '"x"', '["x"]', "true", "nobody"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", ">", "==", "in", "and", "or"]), inner).map(
            lambda x: f"({x[0]}) {x[1]} ({x[2]})"
        ),
        st.tuples(st.sampled_from(["min", "overlaps", "known", "abs", "size"]), inner, inner).map(
            lambda x: f"{x[0]}({x[1]}, {x[2]})"
        ),
        inner.map(lambda x: f"not ({x})"),
        inner.map(lambda x: f"-({x})"),
    ),
    max_leaves=8,
)


@given(pieces)
@settings(max_examples=400)
def test_a_tree_is_typed_whole_or_has_faults_inside_it(text: str) -> None:
    tree = parse(text)
    typed, found = examine(tree, WORDS)
    if typed is None:
        assert any(one.severity == "error" for one in found)
        assert all(0 <= one.span[0] <= one.span[1] <= len(text) and one.message for one in found)
    else:
        assert typed == tree
        assert all(node.type is not None and node.type.unit != "?" for node in _all(typed))
        assert examine(parse(show(typed)), WORDS)[0] == typed


@given(st.permutations(["ratio", "number", "ratio", "7%"]))
def test_the_order_of_values_never_decides_the_unit_of_the_greatest(values: list[str]) -> None:
    typed = check(parse(f"max({', '.join(values)})"), WORDS, expects=None)
    assert typed.type == NUMBER

"""What conditions mean, and how the parser says that a text is none."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aop_rules.limits import EXPRESSION_CHARACTERS_MAX, EXPRESSION_DEPTH_MAX, EXPRESSION_NODES_MAX
from aop_rules.rules.faults import ExpressionError, Fault
from aop_rules.rules.parser import parse
from aop_rules.rules.syntax import (
    All,
    Any,
    Arithmetic,
    Attribute,
    Call,
    Compare,
    In,
    Literal,
    Negate,
    Not,
    SetOf,
)


def name(path: str) -> Attribute:
    return Attribute(tuple(path.split(".")))


def fault(text: str) -> Fault:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    (one,) = caught.value.faults
    return one


a, b, c, d = map(name, "abcd")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("event.amount", name("event.amount")),
        ("7%", Literal(Fraction(7, 100), percent=True)),
        ("700%", Literal(7, percent=True)),
        ("20_000_000", Literal(20_000_000)),
        ("0.95", Literal(Fraction(19, 20))),
        ("-7", Literal(-7)),
        ("- 7", Literal(-7)),
        ("-(7)", Negate(Literal(7))),
        ("--a", Negate(Negate(a))),
        ("2026-05-31", Literal(date(2026, 5, 31))),
        ("true", Literal(True)),
        ('"EMEA"', Literal("EMEA")),
        (r"'it\'s \\ \"so\"'", Literal('it\'s \\ "so"')),
        ('["EMEA", "APAC",]', SetOf(("EMEA", "APAC"))),
        ("[]", SetOf(())),
        ("a and b and c", All((a, b, c))),
        ("a and (b and c)", All((a, b, c))),
        ("a or b and not c", Any((a, All((b, Not(c)))))),
        ("not a == b", Not(Compare("==", a, b))),
        ("a - b - c", Arithmetic("-", Arithmetic("-", a, b), c)),
        ("a - (b - c)", Arithmetic("-", a, Arithmetic("-", b, c))),
        ("a + b * c > d", Compare(">", Arithmetic("+", a, Arithmetic("*", b, c)), d)),
        ("-a * b", Arithmetic("*", Negate(a), b)),
        ("a * -7", Arithmetic("*", a, Literal(-7))),
        ("a in b", In(a, b)),
        ('a not in ["x"]', In(a, SetOf(("x",)), negated=True)),
        ("min(a, b + c)", Call("min", (a, Arithmetic("+", b, c)))),
        ("known(event.amount)", Call("known", (name("event.amount"),))),
        ("a\n  and b", All((a, b))),
        ("a\u00a0> 5", Compare(">", a, Literal(5))),
        ("kpis.not.in", name("kpis.not.in")),
    ],
)
def test_a_condition_means(text: str, tree: object) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("ytd(revenue)", "kpis.revenue.ytd"),
        ("actual(revenue)", "kpis.revenue.value"),
        ("target(revenue)", "kpis.revenue.target"),
        ("landing('revenue')", "kpis.revenue.landing"),
        ("available(ads)", "lines.ads.available"),
        ("contributes_to(growth)", '"growth" in event.serves'),
        ('contributes_to("growth")', '"growth" in event.serves'),
    ],
)
def test_a_lookup_word_is_another_spelling(short: str, long: str) -> None:
    assert parse(short) == parse(long)


def test_one_letter_written_in_two_ways_is_one_text() -> None:
    assert parse('"e\u0301"') == parse('"\u00e9"')


def test_a_span_covers_what_stands_there() -> None:
    tree = parse("  a > (b + 7%)")
    assert isinstance(tree, Compare) and isinstance(tree.right, Arithmetic)
    assert tree.span == (2, 13)
    assert tree.right.right.span == (11, 13)


@pytest.mark.parametrize(
    ("text", "code", "span", "said"),
    [
        ("", "RULE_SYNTAX", (0, 0), "write `true` for always"),
        ("1 < a < 5", "RULE_SYNTAX", (6, 7), "`1 < a and a < 5`"),
        ("a in b not in c", "RULE_SYNTAX", (7, 10), "`and`"),
        ("a = b", "RULE_SYNTAX", (2, 3), "write `==`"),
        ("a && b", "RULE_SYNTAX", (2, 4), "write `and`"),
        ("a || b", "RULE_SYNTAX", (2, 4), "write `or`"),
        ("!a", "RULE_SYNTAX", (0, 1), "write `not`"),
        ("a => b", "RULE_SYNTAX", (2, 4), "write `>=`"),
        ("a <> b", "RULE_SYNTAX", (2, 4), "write `!=`"),
        ("a ≤ b", "RULE_SYNTAX", (2, 3), "write `<=`"),
        ("a AND b", "RULE_SYNTAX", (2, 5), "write `and`"),
        ("a b", "RULE_SYNTAX", (2, 3), "`b` where"),
        ("a >", "RULE_SYNTAX", (3, 3), "ends where a value"),
        ("(a", "RULE_SYNTAX", (0, 1), "never closed"),
        ("min(a, b", "RULE_SYNTAX", (3, 4), "never closed"),
        ('["x"', "RULE_SYNTAX", (0, 1), "never closed"),
        ("[x]", "RULE_SYNTAX", (1, 2), 'put it in quotes: `"x"`'),
        ("{'x'}", "RULE_SYNTAX", (0, 1), "square brackets"),
        ("a == not b", "RULE_SYNTAX", (5, 8), "parentheses"),
        ("event.", "RULE_SYNTAX", (5, 6), "nothing after the dot"),
        ("doanh_số > 1", "RULE_SYNTAX", (7, 8), "letters a to z"),
        ("a > 7 %", "RULE_SYNTAX", (6, 7), "`7%`"),
        ("a > .5", "RULE_SYNTAX", (4, 5), "`0.5`"),
        ("a ** 2", "RULE_SYNTAX", (2, 4), "no powers"),
        ("a > 5₫", "RULE_SYNTAX", (5, 6), "money is a plain number"),
        ("“x” == a", "RULE_SYNTAX", (0, 1), "straight quotes"),
        ("a > 1.5e0", "RULE_NUMBER", (4, 9), "without an exponent"),
        ("a > 1.000.000", "RULE_NUMBER", (4, 13), "`1_000_000`"),
        ("a > 20m", "RULE_NUMBER", (4, 7), "`20_000_000`"),
        ("a > 1__0", "RULE_NUMBER", (4, 8), "is not a number"),
        ("a > " + "9" * 61, "RULE_NUMBER", (4, 65), "at most 60"),
        ("a > 2026-02-30", "RULE_DATE", (4, 14), "no day `2026-02-30`"),
        ('a == "x', "RULE_TEXT", (5, 7), "does not end"),
        (r'a == "\n"', "RULE_TEXT", (6, 8), "backslash"),
        ("maximum(a, b)", "RULE_UNKNOWN_FUNCTION", (0, 7), "did you mean `max`?"),
        ("overlap(a, b)", "RULE_UNKNOWN_FUNCTION", (0, 7), "did you mean `overlaps`?"),
        ("ytd(a.b)", "RULE_SYNTAX", (4, 7), "the id of a KPI"),
        ("available()", "RULE_SYNTAX", (10, 11), "the id of a budget line"),
    ],
)
def test_a_mistake_has_a_place_and_a_way_out(text: str, code: str, span: tuple[int, int], said: str) -> None:
    one = fault(text)
    assert (one.code, one.span) == (code, span)
    assert said in f"{one.message} ({one.hint})"


@pytest.mark.parametrize(
    "text", ["(" * 3999, "-" * 3999 + "a", "not " * 999 + "a", "min(" * 999, "a+" * 999 + "a", "[" * 3999]
)
def test_no_depth_kills_the_parser(text: str) -> None:
    assert fault(text).code in {"RULE_TOO_DEEP", "RULE_SYNTAX"}


def test_the_caps_are_where_limits_says() -> None:
    assert parse("(" * (EXPRESSION_DEPTH_MAX - 1) + "a" + ")" * (EXPRESSION_DEPTH_MAX - 1)) == a
    assert parse("a" + "+a" * (EXPRESSION_DEPTH_MAX - 1))
    assert fault("a" + "+a" * EXPRESSION_DEPTH_MAX).code == "RULE_TOO_DEEP"
    assert parse("a" * EXPRESSION_CHARACTERS_MAX)
    assert fault("a" * (EXPRESSION_CHARACTERS_MAX + 1)).code == "RULE_TOO_LONG"


def test_too_many_parts_are_told() -> None:
    assert fault(f"min({','.join('a' * (EXPRESSION_NODES_MAX + 1))})").code == "RULE_TOO_LONG"


WORDS = st.sampled_from(
    [*"()[],+-*/<>=!%.&\"'\\ a1", "and ", "or ", "not ", "in ", "==", "7%", "min(", "ytd(", "2026-01-01", "é"]
)


@given(st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=30).map("".join)))
def test_every_text_is_a_tree_or_one_fault_inside_it(text: str) -> None:
    try:
        parse(text)
    except ExpressionError as error:
        (one,) = error.faults
        assert 0 <= one.span[0] <= one.span[1] <= len(text)

"""Printing a tree and parsing it again gives the same tree, in as few signs as possible."""

from __future__ import annotations

import unicodedata
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aop_rules.rules.faults import ExpressionError
from aop_rules.rules.grammar import FUNCTIONS
from aop_rules.rules.parser import parse
from aop_rules.rules.printer import show
from aop_rules.rules.syntax import (
    All,
    Any,
    Arithmetic,
    Attribute,
    Call,
    Compare,
    Expression,
    In,
    Literal,
    Negate,
    Not,
    SetOf,
)

texts = st.text(max_size=8).map(lambda text: unicodedata.normalize("NFC", text))
exact = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=4).map(
    Fraction
)
numbers = exact.map(lambda n: n.numerator if n.denominator == 1 else n)
step = st.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True).filter(
    lambda word: word not in {"and", "or", "not", "in", "true", "false"}
)
literals = st.one_of(
    st.builds(Literal, st.one_of(st.booleans(), texts, st.dates(), numbers)),
    st.builds(lambda n: Literal(n, percent=True), numbers),
)
leaves = st.one_of(
    literals,
    st.lists(step, min_size=1, max_size=3).map(lambda path: Attribute(tuple(path))),
    st.lists(texts, max_size=3).map(lambda items: SetOf(tuple(items))),
)


def call(function: str, arguments: list[Expression]) -> Call:
    return Call(function, tuple(arguments))


def _joined(kind: type[All] | type[Any], parts: list[Expression]) -> Expression:
    flat: list[Expression] = []
    for part in parts:
        flat.extend(part.operands if isinstance(part, kind) else [part])
    return kind(tuple(flat))


def nodes(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        st.builds(Not, inner),
        st.builds(Negate, inner),
        st.builds(_joined, st.sampled_from([All, Any]), several),
        st.builds(Compare, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), inner, inner),
        st.builds(In, inner, inner, st.booleans()),
        st.builds(Arithmetic, st.sampled_from(["+", "-", "*", "/"]), inner, inner),
        st.builds(call, st.sampled_from(sorted(FUNCTIONS)), st.lists(inner, max_size=3)),
    )


trees: st.SearchStrategy[Expression] = st.recursive(leaves, nodes, max_leaves=12)


def _or_none(text: str) -> Expression | None:
    try:
        return parse(text)
    except ExpressionError:
        return None


@given(trees)
@settings(max_examples=400)
def test_parsing_what_was_shown_gives_the_tree_back(tree: Expression) -> None:
    assert parse(show(tree)) == tree


@given(trees)
@settings(max_examples=200)
def test_a_text_shown_once_is_shown_the_same_again(tree: Expression) -> None:
    loose = show(tree).replace(" ", "  ").replace("(", "((").replace(")", "))")
    try:
        read = parse(loose)
    except ExpressionError:
        return  # a call with doubled parentheses, or a text literal torn
    assert show(parse(show(read))) == show(read)


@given(trees)
@settings(max_examples=200)
def test_every_pair_of_parentheses_is_needed(tree: Expression) -> None:
    text = show(tree)
    if '"' in text:
        return
    stack: list[int] = []
    for at, sign in enumerate(text):
        if sign == "(":
            stack.append(at)
        elif sign == ")":
            opened = stack.pop()
            if opened and (text[opened - 1].isalnum() or text[opened - 1] == "_"):
                continue  # of a call
            without = text[:opened] + text[opened + 1 : at] + text[at + 1 :]
            assert _or_none(without) != tree


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        (Literal(Fraction(7, 100), percent=True), "7%"),
        (Literal(Fraction(7, 100)), "0.07"),
        (Literal(Fraction(125, 1000), percent=True), "12.5%"),
        (Literal(20_000_000), "20_000_000"),
        (Literal(2026), "2026"),
        (Literal(Fraction(-1, 2)), "-0.5"),
        (Literal(Fraction(1, 3)), "1 / 3"),
        (Arithmetic("/", Attribute(("a",)), Literal(Fraction(1, 3))), "a / (1 / 3)"),
        (Literal(date(2026, 5, 31)), "2026-05-31"),
        (Literal('say "yes"'), r'"say \"yes\""'),
        (Literal(frozenset({"b", "a"})), '["a", "b"]'),
    ],
)
def test_a_literal_is_written(tree: Expression, text: str) -> None:
    assert show(tree) == text

"""The vocabulary: what conditions may speak of, and the words for types."""

from __future__ import annotations

import pytest

from aop_rules.errors import RuleError
from aop_rules.rules.condition import check_condition
from aop_rules.rules.syntax import BOOLEAN, INTEGER, MONEY, NUMBER, TEXT, Type
from aop_rules.rules.vocabulary import TYPES, Term, Vocabulary, parse_type, type_word

SHOP = Vocabulary.of({"event.amount": "money", "event.region": "text", "budget.cap": "money"})


@pytest.mark.parametrize("word", [*TYPES, "unit:person"])
def test_a_type_word_reads_back(word: str) -> None:
    assert type_word(parse_type(word)) == word


@pytest.mark.parametrize(
    ("word", "hint"),
    [("mony", "did you mean `money`?"), ("person", "`unit:person`"), ("unit:money", "write `money` alone")],
)
def test_an_unknown_type_has_a_way_out(word: str, hint: str) -> None:
    with pytest.raises(RuleError, match="RULE_UNKNOWN_TYPE") as caught:
        parse_type(word)
    assert hint in str(caught.value)


def test_names_are_sorted_whatever_the_order() -> None:
    assert SHOP.names == ("budget.cap", "event.amount", "event.region")
    assert Vocabulary(tuple(reversed(SHOP.terms))) == SHOP


def test_a_rule_sees_its_scopes_only() -> None:
    assert SHOP.restricted(["budget"]).names == ("budget.cap",)


def test_terms_come_together() -> None:
    more = SHOP.with_terms([Term("event.channel", TEXT), Term("event.region", TEXT)])
    assert more.names == ("budget.cap", "event.amount", "event.channel", "event.region")


def test_one_name_has_one_type() -> None:
    with pytest.raises(RuleError, match=r"RULE_NAME_CONFLICT: `event\.amount` is declared twice"):
        SHOP.with_terms(Vocabulary.of({"event.amount": "ratio"}))


def test_every_bad_path_and_word_is_told() -> None:
    with pytest.raises(RuleError) as caught:
        Vocabulary.of({"a": "mony", "b": "texst", "c": "text"})
    assert len(caught.value.problems) == 2
    with pytest.raises(RuleError, match="RULE_BAD_NAME: `doanh thu`"):
        Vocabulary.of({"doanh thu": "money"})
    with pytest.raises(RuleError, match="RULE_BAD_NAME: `in`"):  # no condition could ever speak of it
        Vocabulary.of({"in": "text", "event.in": "text"})


def test_a_type_may_stand_for_its_word() -> None:
    assert Vocabulary.of({"n": Type("number", "person")}).type_of("n") == Type("number", "person")
    assert parse_type("integer").integral and not NUMBER.integral and INTEGER == NUMBER


def test_a_condition_is_checked_in_one_call() -> None:
    assert check_condition("event.amount > 0.2 * budget.cap", SHOP).type == BOOLEAN
    assert SHOP.type_of("event.amount") == MONEY


def test_problems_of_a_condition_are_placed_by_line_and_column() -> None:
    with pytest.raises(RuleError) as caught:
        check_condition("event.amount > budget.cap\n  and event.regoin == 'x'\n  and event.amount > 7%", SHOP)
    assert [str(problem.place) for problem in caught.value.problems] == ["<condition>:2:7", "<condition>:3:7"]

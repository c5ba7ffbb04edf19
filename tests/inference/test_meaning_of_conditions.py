"""What a condition means over a record: exact, three-valued, and never wrong in silence."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest

from aop_rules.inference.conditions import Matcher
from aop_rules.inference.judgement import Match, Undecided
from aop_rules.inference.record import Unknown
from aop_rules.inference.reference import evaluate, judge
from aop_rules.rules.condition import check_condition
from aop_rules.rules.vocabulary import Vocabulary

WORDS = Vocabulary.of(
    {
        "a": "boolean",
        "b": "boolean",
        "amount": "money",
        "cap": "money",
        "share": "ratio",
        "count": "integer",
        "kind": "text",
        "tags": "texts",
        "day": "date",
        "event.amount": "money",
    }
)


def value(text: str, **record: object) -> object:
    """What both the reference and the matcher make of a condition."""
    condition = check_condition(text, WORDS)
    result = evaluate(condition, record)
    conditions = [("c", condition)]
    assert Matcher(conditions).match(record) == judge(conditions, record)
    return result.value


def faults(text: str, **record: object) -> tuple[str, ...]:
    condition = check_condition(text, WORDS)
    assert Matcher([("c", condition)]).match(record) == judge([("c", condition)], record)
    return evaluate(condition, record).faults


@pytest.mark.parametrize(("left", "right"), list(product([True, False, None], repeat=2)))
def test_and_or_not_follow_kleene(left: bool | None, right: bool | None) -> None:
    both = False if False in (left, right) else None if None in (left, right) else True
    either = True if True in (left, right) else None if None in (left, right) else False
    assert value("a and b", a=left, b=right) is both
    assert value("a or b", a=left, b=right) is either
    assert value("not a", a=left) is (None if left is None else not left)


def test_a_tenth_more_of_100_000_is_exactly_110_000() -> None:
    assert value("amount >= 1.1 * cap", amount=110_000, cap=100_000) is True


def test_decimals_are_not_rounded_to_28_digits() -> None:
    tiny = Decimal("1e-30")
    assert value("amount + cap > 1", amount=Decimal(1), cap=tiny) is True
    assert value("amount > 1", amount=Decimal("1.000000000000000000000000000000001")) is True


def test_int_decimal_and_fraction_compare_by_value() -> None:
    for half in (Decimal("0.5"), Fraction(1, 2)):
        assert value("share == 50%", share=half) is True
        assert value("share < 1/3", share=half) is False
    assert value("share > 1/3", share=Fraction(1, 3)) is False


def test_division_by_zero_cannot_be_told() -> None:
    assert value("amount / cap > 10%", amount=5, cap=0) is None
    assert faults("amount / cap > 10%", amount=5, cap=0) == ("division by zero",)


def test_a_negative_divisor_keeps_its_sign() -> None:
    assert value("amount / cap > 10%", amount=5, cap=-2) is False
    assert value("amount / cap > 10%", amount=-5, cap=-2) is True


def test_false_and_a_division_by_zero_is_false() -> None:
    assert value("a and amount / cap > 10%", a=False, amount=5, cap=0) is False


def test_known_turns_unknown_into_an_answer() -> None:
    assert value("known(amount) and amount > 3", amount=None) is False
    assert value("known(amount)", amount=4) is True


@pytest.mark.parametrize("absent", [None, Unknown("not closed yet")])
def test_a_missing_value_cannot_be_told_and_is_named(absent: object) -> None:
    condition = check_condition("event.amount > cap", WORDS)
    for record in ({"event": {"amount": absent}}, {"event": absent}, {}):
        result = evaluate(condition, {**record, "cap": 1})
        assert (result.value, result.missing, result.faults) == (None, ("event.amount",), ())


def test_missing_names_do_not_depend_on_what_decided() -> None:
    result = evaluate(check_condition("amount > 1 or cap > 1 or a", WORDS), {"a": True})
    assert result == (True, ("amount", "cap"), ())


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("amount > 1", 2.0),
        ("amount > 1", True),
        ("amount > 1", "2"),
        ("amount > 1", Decimal("NaN")),
        ("amount > 1", Decimal("Infinity")),
        ("amount > 1", Decimal("1e999999")),
        ("amount > 1", {}),
        ("count > 1", Decimal("2.5")),
        ("a", 1),
        ('kind == "x"', 5),
        ('"x" in tags', "x"),
        ('"x" in tags', ["x", 1]),
        ("day > 2026-01-01", datetime(2026, 2, 1)),
    ],
)
def test_a_value_of_the_wrong_kind_is_a_fault_and_never_an_answer(text: str, wrong: object) -> None:
    name = next(name for name in ("amount", "count", "kind", "tags", "day", "a") if name in text)
    assert value(text, **{name: wrong}) is None
    [fault] = faults(text, **{name: wrong})
    assert fault.startswith(f"`{name}` is ")


def test_a_fault_does_not_show_the_value() -> None:
    assert "secret" not in faults("amount > 1", amount="secret")[0]


def test_texts_sets_and_dates() -> None:
    assert value('kind in ["x", "y"]', kind="y") is True
    assert value('kind not in ["x", "y"]', kind="y") is False
    for tags in (["x"], ("x", "x"), {"x"}, frozenset({"x"})):
        assert value('overlaps(tags, ["x", "z"]) and size(tags) == 1', tags=tags) is True
    assert value("day + 2 > 2026-01-02 and day - 2025-12-31 == 1", day=date(2026, 1, 1)) is True


def test_a_date_past_the_last_year_cannot_be_told() -> None:
    assert value("day + 2 > 2026-01-02", day=date.max) is None


def test_answers_come_in_the_order_of_the_conditions() -> None:
    texts = {"z": "amount > 1", "y": 'kind == "x"', "b": "amount / cap > 1", "a": "amount < 9", "0": "cap > 1"}
    matcher = Matcher.compile(texts, WORDS)
    assert matcher.match({"amount": 5, "cap": 2, "kind": "x"}) == Match(("z", "y", "b", "a", "0"))
    assert [u.id for u in matcher.match({}).unknown] == list(texts)
    assert matcher.match({"amount": 5, "kind": "x"}) == Match(
        ("z", "y", "a"), (Undecided("b", ("cap",)), Undecided("0", ("cap",)))
    )

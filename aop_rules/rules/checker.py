"""Types of a condition, told before it ever runs: adding money to a share is an error with a way out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from aop_rules.errors import did_you_mean
from aop_rules.rules.arithmetic import typed_arithmetic, typed_negation
from aop_rules.rules.faults import ExpressionError, Fault, Faults, in_short
from aop_rules.rules.functions import typed_call
from aop_rules.rules.grammar import FUNCTIONS
from aop_rules.rules.printer import show
from aop_rules.rules.syntax import (
    BOOLEAN,
    DATE,
    NUMBER,
    RATIO,
    TEXT,
    TEXTS,
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
    Type,
    attributes,
)
from aop_rules.rules.units import BARE, is_bare, meet, same_unit, settled, shown
from aop_rules.rules.vocabulary import Vocabulary

ORDERINGS: Final = ("<", "<=", ">", ">=")
OTHER_WORDS: Final = {"True": "true", "False": "false", "None": "not known(…)", "null": "not known(…)"}


def check(expression: Expression, vocabulary: Vocabulary, *, expects: Type | None = BOOLEAN) -> Expression:
    """The same tree with a type on every node. Raises ExpressionError with everything that is wrong.

    `expects` is the type that the whole must have (for a number: its unit); None takes any.
    """
    typed, faults = examine(expression, vocabulary, expects=expects)
    errors = [fault for fault in faults if fault.severity == "error"]
    if errors or typed is None:
        raise ExpressionError(errors)
    return typed


def examine(
    expression: Expression, vocabulary: Vocabulary, *, expects: Type | None = BOOLEAN
) -> tuple[Expression | None, tuple[Fault, ...]]:
    """The typed tree (None where there are errors) and all faults, warnings too, in the order of the text."""
    checker = _Checker(vocabulary)
    typed = checker.whole(expression, expects)
    faults = checker.faults.in_order()
    return (None if any(fault.severity == "error" for fault in faults) else typed), faults


class _Checker:
    """One walk over one tree. A node whose type stays None is wrong already: what is around it keeps silent."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self.faults = Faults()

    def whole(self, e: Expression, expects: Type | None) -> Expression:
        typed = self._expected(self._of(e), expects)
        always = isinstance(typed, Literal) and typed.value is True
        if expects == BOOLEAN and typed.type is not None and not always and not attributes(typed):
            said = "the condition speaks of no attribute"
            self.faults.add("RULE_CONSTANT", typed, said, "write `true` for always")
        return typed

    def _expected(self, e: Expression, expects: Type | None) -> Expression:
        if e.type is None or expects is None:
            return settled(e, NUMBER, self.faults)
        if expects.base == e.type.base == "number":
            if is_bare(e.type):
                return settled(e, expects, self.faults)
            if same_unit(e.type, expects):
                return e
        elif e.type.base == expects.base:
            return e
        if expects == BOOLEAN:
            wanted, hint = "a condition is a question: yes or no", _AS_A_QUESTION[e.type.base]
        else:
            wanted, hint = f"`{expects}` is needed here", f"write something that gives `{expects}`"
        self.faults.add("RULE_TYPE_MISMATCH", e, f"{wanted}, not `{shown(e.type)}`", hint)
        return e

    def _of(self, e: Expression) -> Expression:
        match e:
            case Literal():
                return _literal(e)
            case Attribute():
                return self._attribute(e)
            case SetOf():
                return replace(e, type=TEXTS)
            case Not(operand):
                return replace(e, operand=self._boolean(operand, "`not`"), type=BOOLEAN)
            case All() | Any():
                return self._joined(e)
            case Compare():
                return self._compare(e)
            case In():
                return self._in(e)
            case Negate(operand):
                return typed_negation(e, self._of(operand), self.faults)
            case Arithmetic(_, left, right):
                return typed_arithmetic(e, self._of(left), self._of(right), self.faults)
            case Call():
                return self._call(e)

    # ── names ──

    def _attribute(self, e: Attribute) -> Expression:
        kind = self._vocabulary.type_of(e.name)
        if kind is None:
            plain = OTHER_WORDS.get(e.name)
            hint = f"write `{plain}`" if plain else self._vocabulary.hint(e.name)
            self.faults.add("RULE_UNKNOWN_NAME", e, f"no attribute `{in_short(e.name)}`", hint)
        return replace(e, type=kind)

    def _call(self, e: Call) -> Expression:
        if e.function not in FUNCTIONS:  # a tree built by hand
            self.faults.add(
                "RULE_UNKNOWN_FUNCTION", e, f"no function `{e.function}`", did_you_mean(e.function, FUNCTIONS)
            )
            return e
        return typed_call(replace(e, arguments=tuple(map(self._of, e.arguments))), self.faults)

    # ── yes or no ──

    def _boolean(self, e: Expression, where: str) -> Expression:
        typed = self._of(e)
        if typed.type is not None and typed.type != BOOLEAN:
            said = f"{where} takes yes or no, not `{shown(typed.type)}`"
            self.faults.add("RULE_TYPE_MISMATCH", e, said, _AS_A_QUESTION[typed.type.base])
        return typed

    def _joined(self, e: All | Any) -> Expression:
        word = "`and`" if isinstance(e, All) else "`or`"
        return replace(e, operands=tuple(self._boolean(x, word) for x in e.operands), type=BOOLEAN)

    def _compare(self, e: Compare) -> Expression:
        left, right = self._of(e.left), self._of(e.right)
        if left.type is not None and right.type is not None:
            left, right = self._comparable(e, left, right, left.type, right.type)
            if e.left == e.right and attributes(e.left):
                said = f"`{in_short(show(e.left))}` is compared with itself"
                self.faults.add("RULE_SELF_COMPARISON", e, said, "compare it with another", "warning")
        return replace(e, left=left, right=right, type=BOOLEAN)

    def _comparable(
        self, e: Compare, left: Expression, right: Expression, one: Type, other: Type
    ) -> tuple[Expression, Expression]:
        if one.base == other.base == "number":
            return meet(e, "compare", left, right, self.faults) or (left, right)
        if one.base != other.base:
            said = f"cannot compare `{shown(one)}` and `{shown(other)}`"
            self.faults.add("RULE_TYPE_MISMATCH", e, said, _base_hint(left, right))
        elif e.operator in ORDERINGS and one != DATE:
            hint = _INSTEAD_OF_ORDER[one.base]
            self.faults.add("RULE_TYPE_MISMATCH", e, f"`{e.operator}` has no meaning for `{one}`", hint)
        return left, right

    def _in(self, e: In) -> Expression:
        item, container = self._of(e.item), self._of(e.container)
        if item.type is not None and item.type != TEXT:
            hint = "ask `overlaps(…, …)` for two sets" if item.type == TEXTS else "only texts stand in sets"
            said = f"`in` looks for a text, not `{shown(item.type)}`"
            self.faults.add("RULE_TYPE_MISMATCH", e.item, said, hint)
        if container.type is not None and container.type != TEXTS:
            hint = "compare two texts with `==`" if container.type == TEXT else 'a set is written `["a", "b"]`'
            said = f"`in` looks into a set, not `{shown(container.type)}`"
            self.faults.add("RULE_TYPE_MISMATCH", e.container, said, hint)
        return replace(e, item=item, container=container, type=BOOLEAN)


_AS_A_QUESTION: Final = {
    "number": "compare it with something, as in `… > 0`",
    "date": "compare it with something, as in `… > 2026-05-31`",
    "text": 'compare it with something, as in `… == "a"`',
    "texts": "ask `size(…) > 0`, or use `in`",
}
_INSTEAD_OF_ORDER: Final = {
    "text": "use `==`, `!=` or `in`",
    "texts": "use `overlaps` or `size`",
    "boolean": "use `and`, `or`, `not`",
}


def _literal(e: Literal) -> Expression:
    value = e.value
    if isinstance(value, bool):
        return replace(e, type=BOOLEAN)
    if isinstance(value, str):
        return replace(e, type=TEXT)
    if isinstance(value, date):
        return replace(e, type=DATE)
    if isinstance(value, frozenset):
        return replace(e, type=TEXTS)
    return replace(e, type=RATIO if e.percent else Type("number", BARE, integral=isinstance(value, int)))


def _base_hint(left: Expression, right: Expression) -> str:
    for side, other in ((left, right), (right, left)):
        assert side.type is not None
        if isinstance(side, Literal) and isinstance(side.value, str):
            if other.type == DATE:
                return f"drop the quotes: `{side.value}`" if _is_day(side.value) else "a date is written `2026-05-31`"
            if other.type == BOOLEAN and side.value.lower() in ("true", "false"):
                return f"drop the quotes: `{side.value.lower()}`"
            if other.type is not None and other.type.base == "number":
                return "a number stands without quotes"
        if side.type == TEXTS and other.type == TEXT:
            return "use `in`"
        if side.type == BOOLEAN and isinstance(side, Compare):
            return "parentheses are missing"
    return "both sides must be of one kind"


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 10

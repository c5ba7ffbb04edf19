"""Types and units of a condition, told before it ever runs: adding money to a share is an error with a way out.

    u + u = u    u - u = u    u * number = u    u / number = u    u / u = ratio
    date - date = days    date + days = date    days + date = date    date - days = date

A ratio and a plain number are both without dimension: they multiply anything, and may be added and compared. A literal
without a percent sign takes the unit of what it meets; only where that is a ratio must a whole number say `%`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from aop_rules.rules.faults import ExpressionError, Fault
from aop_rules.rules.parser import FUNCTIONS
from aop_rules.rules.printer import show
from aop_rules.rules.syntax import (
    BOOLEAN,
    DATE,
    DAYS,
    INTEGER,
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
)
from aop_rules.rules.vocabulary import Vocabulary

BARE: Final = "?"  # the unit of a literal that has not met one yet
DIMENSIONLESS: Final = ("", "ratio")
ORDERINGS: Final = ("<", "<=", ">", ">=")
VERBS: Final = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide"}


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
    typed = checker.of(expression)
    typed = checker.expected(typed, expects)
    if expects == BOOLEAN and typed.type is not None:
        checker.not_constant(typed)
    faults = tuple(sorted(set(checker.faults), key=lambda fault: (fault.span, fault.code, fault.message)))
    return (None if any(fault.severity == "error" for fault in faults) else typed), faults


def attributes(expression: Expression) -> tuple[Attribute, ...]:
    """Every attribute in a tree, in the order of the text, repeated as often as it stands there."""
    if isinstance(expression, Attribute):
        return (expression,)
    return tuple(found for part in parts(expression) for found in attributes(part))


def parts(expression: Expression) -> tuple[Expression, ...]:
    """The direct parts of a node."""
    match expression:
        case Not(operand) | Negate(operand):
            return (operand,)
        case All(operands) | Any(operands):
            return operands
        case Compare(_, left, right) | Arithmetic(_, left, right):
            return left, right
        case In(item, container):
            return item, container
        case Call(_, arguments):
            return arguments
        case _:
            return ()


def _is_bare(kind: Type) -> bool:
    return kind.base == "number" and kind.unit == BARE


def _name(kind: Type) -> str:
    return "number" if _is_bare(kind) else str(kind)


class _Checker:
    """One walk over one tree. A node whose type stays None is wrong already: what is around it keeps silent."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self.faults: list[Fault] = []

    def of(self, e: Expression) -> Expression:
        match e:
            case Literal():
                return self._literal(e)
            case Attribute():
                return self._attribute(e)
            case SetOf():
                return replace(e, type=TEXTS)
            case Not():
                return self._not(e)
            case Negate():
                return self._negate(e)
            case All() | Any():
                return self._joined(e)
            case Compare():
                return self._compare(e)
            case In():
                return self._in(e)
            case Arithmetic():
                return self._arithmetic(e)
            case Call():
                return self._call(e)

    def fault(self, code: str, e: Expression, message: str, hint: str = "") -> None:
        self.faults.append(Fault(code, e.span, message, hint))

    # ── leaves ──

    def _literal(self, e: Literal) -> Expression:
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

    def _attribute(self, e: Attribute) -> Expression:
        kind = self._vocabulary.type_of(e.name)
        if kind is None:
            plain = {"True": "true", "False": "false", "None": "not known(…)", "null": "not known(…)"}.get(e.name)
            hint = f"write `{plain}`" if plain else self._vocabulary.hint(e.name)
            self.fault("RULE_UNKNOWN_NAME", e, f"no attribute `{e.name}`", hint)
        return replace(e, type=kind)

    # ── yes or no ──

    def _boolean(self, e: Expression, where: str) -> Expression:
        typed = self.of(e)
        if typed.type is not None and typed.type != BOOLEAN:
            hint = "compare it with something" if typed.type.base != "texts" else "ask `size(…) > 0`, or use `in`"
            self.fault("RULE_TYPE_MISMATCH", e, f"{where} takes yes or no, not `{_name(typed.type)}`", hint)
        return typed

    def _not(self, e: Not) -> Expression:
        return replace(e, operand=self._boolean(e.operand, "`not`"), type=BOOLEAN)

    def _joined(self, e: All | Any) -> Expression:
        word = "`and`" if isinstance(e, All) else "`or`"
        return replace(e, operands=tuple(self._boolean(x, word) for x in e.operands), type=BOOLEAN)

    def _compare(self, e: Compare) -> Expression:
        left, right = self.of(e.left), self.of(e.right)
        if left.type is not None and right.type is not None:
            left, right = self._comparable(e, left, right, left.type, right.type)
            if e.left == e.right and attributes(e.left):
                said = f"`{show(e.left)}` is compared with itself"
                self.faults.append(Fault("RULE_SELF_COMPARISON", e.span, said, "compare it with another", "warning"))
        return replace(e, left=left, right=right, type=BOOLEAN)

    def _comparable(
        self, e: Compare, left: Expression, right: Expression, one: Type, other: Type
    ) -> tuple[Expression, Expression]:
        if one.base == other.base == "number":
            met = self._meet(e, "compare", left, right)
            return met or (left, right)
        if one.base != other.base:
            hint = _base_hint(left, right)
            self.fault("RULE_TYPE_MISMATCH", e, f"cannot compare `{_name(one)}` and `{_name(other)}`", hint)
        elif e.operator in ORDERINGS and one != DATE:
            hint = (
                "use `==`, `!=` or `in`"
                if one == TEXT
                else "use `overlaps` or `size`"
                if one == TEXTS
                else "use `and`, `or`, `not`"
            )
            self.fault("RULE_TYPE_MISMATCH", e, f"`{e.operator}` has no meaning for `{one}`", hint)
        return left, right

    def _in(self, e: In) -> Expression:
        item, container = self.of(e.item), self.of(e.container)
        if item.type is not None and item.type != TEXT:
            hint = "ask `overlaps(…, …)` for two sets" if item.type == TEXTS else "only texts stand in sets"
            self.fault("RULE_TYPE_MISMATCH", e.item, f"`in` looks for a text, not `{_name(item.type)}`", hint)
        if container.type is not None and container.type != TEXTS:
            hint = "compare two texts with `==`" if container.type == TEXT else 'a set is written `["a", "b"]`'
            self.fault("RULE_TYPE_MISMATCH", e.container, f"`in` looks into a set, not `{_name(container.type)}`", hint)
        return replace(e, item=item, container=container, type=BOOLEAN)

    # ── numbers and dates ──

    def _negate(self, e: Negate) -> Expression:
        operand = self.of(e.operand)
        return replace(e, operand=operand, type=self._numeric(operand, "`-`"))

    def _numeric(self, typed: Expression, where: str) -> Type | None:
        if typed.type is not None and typed.type.base != "number":
            self.fault("RULE_TYPE_MISMATCH", typed, f"{where} takes a number, not `{typed.type}`")
            return None
        return typed.type

    def _arithmetic(self, e: Arithmetic) -> Expression:
        left, right = self.of(e.left), self.of(e.right)
        kind: Type | None = None
        if left.type is not None and right.type is not None:
            operation = self._sum if e.operator in "+-" else self._product
            left, right, kind = operation(e, left, right, left.type, right.type)
        return replace(e, left=left, right=right, type=kind)

    def _sum(
        self, e: Arithmetic, left: Expression, right: Expression, one: Type, other: Type
    ) -> tuple[Expression, Expression, Type | None]:
        if one == other == DATE and e.operator == "-":
            return left, right, DAYS
        if one == DATE and other.base == "number" and (_is_bare(other) or other == DAYS):
            return left, self._whole_days(right), DATE
        if other == DATE and e.operator == "+" and one.base == "number" and (_is_bare(one) or one == DAYS):
            return self._whole_days(left), right, DATE
        if one.base == other.base == "number":
            met = self._meet(e, VERBS[e.operator], left, right)
            if met is None:
                return left, right, None
            return *met, self._joint(met[0], met[1])
        self._cannot(e, one, other, "RULE_TYPE_MISMATCH")
        return left, right, None

    def _whole_days(self, e: Expression) -> Expression:
        typed = self._settled(e, DAYS)
        if typed.type is not None and not typed.type.integral:
            self.fault("RULE_TYPE_MISMATCH", e, "a date moves by whole days")
        return typed

    def _product(
        self, e: Arithmetic, left: Expression, right: Expression, one: Type, other: Type
    ) -> tuple[Expression, Expression, Type | None]:
        if not one.base == other.base == "number":
            self._cannot(e, one, other, "RULE_TYPE_MISMATCH")
            return left, right, None
        whole = one.integral and other.integral and e.operator == "*"
        if _is_bare(one) and _is_bare(other):
            return left, right, Type("number", BARE, integral=whole)
        free = (BARE, *DIMENSIONLESS)
        if e.operator == "/" and one.unit == other.unit and one.unit != "":
            return left, right, RATIO
        if other.unit in free:  # u * 2, u / 2: the bare literal is a plain number
            kind = Type("number", _scaled(one.unit, other.unit), integral=whole)
        elif one.unit in free and e.operator == "*":
            kind = Type("number", _scaled(other.unit, one.unit), integral=whole)
        else:
            self._cannot(e, one, other, "RULE_UNIT_MISMATCH")
            return left, right, None
        if _is_bare(one) and not _is_bare(kind):
            left = self._settled(left, NUMBER)
        if _is_bare(other):
            right = self._settled(right, NUMBER)
        return left, right, kind

    def _cannot(self, e: Arithmetic, one: Type, other: Type, code: str) -> None:
        hint = "one of the two must be a plain number or a ratio" if code == "RULE_UNIT_MISMATCH" else ""
        if DATE in (one, other):
            hint = "a date moves by days: `event.date + 14`; two dates differ by days: `event.deadline - event.date`"
        elif e.operator == "/" and code == "RULE_UNIT_MISMATCH":
            hint = "divide by the same unit (a ratio comes out), a plain number or a ratio"
        self.fault(code, e, f"cannot {VERBS[e.operator]} `{_name(one)}` and `{_name(other)}`", hint)

    # ── literals find their unit ──

    def _meet(
        self, e: Expression, verb: str, left: Expression, right: Expression
    ) -> tuple[Expression, Expression] | None:
        """Two numbers that must be of one unit; a bare side takes the other's. None where they cannot meet."""
        one, other = left.type, right.type
        assert one is not None and other is not None
        if _is_bare(one) and not _is_bare(other):
            return self._settled(left, other), right
        if _is_bare(other) and not _is_bare(one):
            return left, self._settled(right, one)
        if one.unit == other.unit or (one.unit in DIMENSIONLESS and other.unit in DIMENSIONLESS):
            return left, right
        hint = _unit_hint(left, right)
        self.fault("RULE_UNIT_MISMATCH", e, f"cannot {verb} `{_name(one)}` and `{_name(other)}`", hint)
        return None

    def _joint(self, left: Expression, right: Expression) -> Type | None:
        one, other = left.type, right.type
        if one is None or other is None:
            return None
        unit = one.unit if one.unit == other.unit else ""
        return Type("number", unit, integral=one.integral and other.integral)

    def _settled(self, e: Expression, kind: Type) -> Expression:
        """The same tree with every bare literal in it given the unit of `kind`."""
        if e.type is None or not _is_bare(e.type):
            return e
        if kind.unit == "ratio" and isinstance(e, Literal) and isinstance(e.value, int) and abs(e.value) > 1:
            hint = f"write `{e.value}%` (or `{e.value * 100}%` if you mean {e.value} times)"
            self.fault("RULE_UNIT_MISMATCH", e, f"`{show(e)}` is not clear as a ratio", hint)
        settled = Type("number", kind.unit, integral=e.type.integral)
        match e:
            case Negate(operand):
                return replace(e, operand=self._settled(operand, kind), type=settled)
            case Arithmetic(operator, left, right) if operator in "*/":
                return replace(e, left=self._settled(left, kind), right=self._settled(right, NUMBER), type=settled)
            case Arithmetic(_, left, right):
                return replace(e, left=self._settled(left, kind), right=self._settled(right, kind), type=settled)
            case Call(_, arguments):
                return replace(e, arguments=tuple(self._settled(a, kind) for a in arguments), type=settled)
            case _:
                return replace(e, type=settled)

    # ── functions ──

    def _call(self, e: Call) -> Expression:
        if e.function not in FUNCTIONS:  # a tree built by hand
            self.fault("RULE_UNKNOWN_FUNCTION", e, f"no function `{e.function}`")
            return e
        least, most = FUNCTIONS[e.function]
        count = len(e.arguments)
        if count < least or (most is not None and count > most):
            takes = f"{least} or more" if most is None else str(least)
            self.fault("RULE_ARITY", e, f"`{e.function}` takes {takes} values, not {count}")
        typed = replace(e, arguments=tuple(self.of(a) for a in e.arguments))
        match e.function:
            case "known":
                return replace(self._known(typed), type=BOOLEAN)
            case "overlaps":
                return replace(self._sets(typed), type=BOOLEAN)
            case "size":
                return replace(self._sets(typed), type=INTEGER)
            case "abs":
                kinds = [self._numeric(a, "`abs`") for a in typed.arguments]
                return replace(typed, type=kinds[0] if kinds else None)
            case _:
                return self._extreme(typed)

    def _known(self, e: Call) -> Call:
        e = replace(e, arguments=tuple(self._settled(a, NUMBER) for a in e.arguments))
        if e.arguments and not any(map(attributes, e.arguments)):
            self.fault("RULE_CONSTANT", e, "`known` asks about no attribute", "name one: `known(event.amount)`")
        return e

    def _sets(self, e: Call) -> Call:
        for argument in e.arguments:
            if argument.type is not None and argument.type != TEXTS:
                said = f"`{e.function}` takes a set of text, not `{_name(argument.type)}`"
                self.fault("RULE_TYPE_MISMATCH", argument, said, 'a set is written `["a", "b"]`')
        return e

    def _extreme(self, e: Call) -> Expression:
        """`min` and `max`: numbers of one unit, or dates."""
        kinds = [argument.type for argument in e.arguments]
        if not kinds or any(kind is None for kind in kinds):
            return e
        if all(kind == DATE for kind in kinds):
            return replace(e, type=DATE)
        numeric = [self._numeric(argument, f"`{e.function}`") for argument in e.arguments]  # each one is told
        if None in numeric:
            return e
        arguments = list(e.arguments)
        lead = next((n for n, a in enumerate(arguments) if a.type and not _is_bare(a.type)), 0)
        kind = arguments[lead].type
        for n, argument in enumerate(arguments):
            if n == lead or kind is None:
                continue
            met = self._meet(e, "compare", arguments[lead], argument)
            arguments[n] = met[1] if met else argument
            kind = (
                self._joint(arguments[lead], arguments[n])
                if met and kind.unit in DIMENSIONLESS
                else kind
                if met
                else None
            )
        if kind is not None:
            kind = replace(kind, integral=all(a.type and a.type.integral for a in arguments))
        return replace(e, arguments=tuple(arguments), type=kind)

    # ── the whole ──

    def expected(self, e: Expression, expects: Type | None) -> Expression:
        if e.type is None or expects is None:
            return self._settled(e, NUMBER)
        if expects.base == e.type.base == "number":
            if _is_bare(e.type):
                return self._settled(e, expects)
            if e.type.unit == expects.unit or {e.type.unit, expects.unit} <= set(DIMENSIONLESS):
                return e
        elif e.type.base == expects.base:
            return e
        wanted = "a condition is a question: yes or no" if expects == BOOLEAN else f"`{expects}` is needed here"
        hint = "compare it with something, as in `… > 0`" if expects == BOOLEAN and e.type.base == "number" else ""
        self.fault("RULE_TYPE_MISMATCH", e, f"{wanted}, not `{_name(e.type)}`", hint)
        return e

    def not_constant(self, e: Expression) -> None:
        always = isinstance(e, Literal) and e.value is True
        if not always and not attributes(e):
            self.fault("RULE_CONSTANT", e, "the condition speaks of no attribute", "write `true` for always")


def _scaled(unit: str, by: str) -> str:
    """The unit of `unit` times `by`, which has no dimension: a ratio of a plain number is a plain number."""
    if unit == BARE:
        return by if by != BARE else BARE
    if unit == "ratio" and by == "":
        return ""
    return unit


def _unit_hint(left: Expression, right: Expression) -> str:
    for side, other in ((left, right), (right, left)):
        assert side.type is not None and other.type is not None
        if side.type.unit == "own":
            return "`own` is any KPI's unit: write `on: kpi ID` so that it is known, or compare with the KPI's target"
        if side.type.unit == "ratio" and other.type.unit != "own":
            said = show(side) if isinstance(side, Literal | Attribute) else "(…)"
            return f"a share of what? write `{said} * …`"
        if side.type.unit == "days" and other.type.unit == "":
            return f"`{show(other)}` is a plain number; write the days as a literal"
    return "both sides need one unit"


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
    return ""


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 10

"""One checked condition as Python code over local variables, exact, for records whose values are all known and fit.

Numbers in a record are int, Decimal or Fraction. A plain comparison is left to Python: between these three it is exact.
Arithmetic is done on int and Fraction alone (`number_code`): `a / b > c` becomes `a > c * b`, which needs `b > 0`. A
divisor that is not positive is the condition's *doubt*: then the reference is asked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from aop_rules.inference import python_code as py
from aop_rules.inference.lowered import Part, Slot
from aop_rules.inference.number_code import SIZE_MAX, NotLowered, Number, combined, spelled, times
from aop_rules.inference.python_code import Code
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
    Value,
)


@dataclass(slots=True)
class Lowering:
    """What the conditions of one matcher have in common: their attributes and the constants that code cannot spell."""

    slots: dict[tuple[str, ...], Slot] = field(default_factory=dict)
    exact: set[int] = field(default_factory=set)
    over: set[int] = field(default_factory=set)
    constants: dict[str, object] = field(default_factory=dict)
    _names: dict[object, str] = field(default_factory=dict)
    _variables: dict[tuple[str, ...], Code] = field(default_factory=dict)

    def slot(self, attribute: Attribute) -> Slot:
        found = self.slots.get(attribute.path)
        if found is None:
            found = self.slots[attribute.path] = Slot(len(self.slots), attribute)
        return found

    def variable(self, attribute: Attribute) -> Code:
        """The local variable of an attribute, as the record has it."""
        found = self._variables.get(attribute.path)
        if found is None:
            found = self._variables[attribute.path] = py.name(self.slot(attribute).raw)
        return found

    def is_read_raw(self, slot: Slot) -> bool:
        """Whether any condition uses an attribute as the record has it."""
        return slot.attribute.path in self._variables

    def keep(self, value: object) -> Code:
        """A value as code: spelled out, or under a name of its own where Python has no spelling for it."""
        if isinstance(value, bool | int | str):
            return py.constant(value)
        key = (type(value), value)
        found = self._names.get(key)
        if found is None:
            found = self._names[key] = f"c{len(self._names)}"
            self.constants[found] = value
        return py.name(found)

    def keep_table(self, title: str, table: dict[object, int]) -> Code:
        """A look-up table under a name of its own."""
        self.constants[title] = table
        return py.name(title)

    def part(self, expression: Expression) -> Part:
        """A part of a condition as code. Raises `NotLowered`."""
        doubts: list[Code] = []
        return Part(expression, self._truth(expression, doubts), tuple(doubts))

    def _truth(self, expression: Expression, doubts: list[Code]) -> Code:
        match expression:
            case Literal(bool() as value):
                return py.constant(value)
            case Attribute():
                return self.variable(expression)
            case Not(operand):
                return py.negation(self._truth(operand, doubts))
            case All(operands):
                return py.every([self._truth(operand, doubts) for operand in operands])
            case Any(operands):
                return py.some([self._truth(operand, doubts) for operand in operands])
            case Compare():
                return self._comparison(expression, doubts)
            case In(text, container, negated):
                return py.compare("not in" if negated else "in", self._plain(text), self._texts(container))
            case Call("known", (argument,)):
                # Over a record whose values are all there, only a division could make it false.
                if base(argument) == "number":
                    self._number(argument, doubts)
                elif isinstance(argument, Attribute):
                    self.slot(argument)
                else:
                    raise NotLowered
                return py.constant(True)
            case Call("overlaps", (left, right)):
                apart = py.member(self._set(left), "isdisjoint")
                return py.negation(py.call(apart, self._texts(right)))
            case _:
                raise NotLowered

    def _comparison(self, expression: Compare, doubts: list[Code]) -> Code:
        operator, left, right = expression.operator, expression.left, expression.right
        match base(left):
            case "number":
                plain = self._plain_comparison(operator, left, right)
                return plain or self._cross_multiplied(operator, left, right, doubts)
            case "boolean":
                return py.compare(operator, self._truth(left, doubts), self._truth(right, doubts))
            case "texts":
                return py.compare(operator, self._set(left), self._set(right))
            case _:
                return py.compare(operator, self._plain(left), self._plain(right))

    def _plain_comparison(self, operator: str, left: Expression, right: Expression) -> Code | None:
        """Two numbers compared as they stand, where each is an attribute or a number that a Decimal can hold."""
        sides = []
        for side in (left, right):
            if isinstance(side, Attribute):
                sides.append(self.variable(side))
                continue
            value = spelled(side.value) if isinstance(side, Literal) else None
            if value is None:
                return None
            sides.append(self.keep(value))
        return py.compare(operator, sides[0], sides[1])

    def _cross_multiplied(self, operator: str, left: Expression, right: Expression, doubts: list[Code]) -> Code:
        first, second = self._number(left, doubts), self._number(right, doubts)
        if first.size + second.size > SIZE_MAX:
            raise NotLowered
        return py.compare(operator, times(first.top, second.bottom), times(second.top, first.bottom))

    def _number(self, expression: Expression, doubts: list[Code]) -> Number:
        match expression:
            case Literal(int() | Fraction() as value):
                bottom = None if value.denominator == 1 else py.constant(value.denominator)
                return Number(py.constant(value.numerator), bottom)
            case Attribute():
                return self._exact(expression)
            case Negate(operand):
                number = self._number(operand, doubts)
                return Number(py.negative(number.top), number.bottom, number.size)
            case Arithmetic(operator, left, right):
                if base(left) == "date" and base(right) == "date":
                    return Number(py.member(py.arithmetic("-", self._plain(left), self._plain(right)), "days"))
                return combined(operator, self._number(left, doubts), self._number(right, doubts), doubts)
            case Call("size", (texts,)):
                return Number(py.call(py.name("len"), self._set(texts)))
            case Call("abs", (operand,)):
                number = self._number(operand, doubts)
                return Number(py.call(py.name("abs"), number.top), number.bottom, number.size)
            case Call("min" | "max" as which, operands):
                numbers = [self._number(operand, doubts) for operand in operands]
                if any(number.bottom for number in numbers):
                    raise NotLowered
                return Number(py.call(py.name(which), *(n.top for n in numbers)), None, sum(n.size for n in numbers))
            case _:
                raise NotLowered

    def _exact(self, attribute: Attribute) -> Number:
        slot = self.slot(attribute)
        kind = attribute.type
        if kind is not None and kind.integral:
            return Number(py.name(slot.raw))
        if kind is not None and kind.unit == "ratio":
            self.over.add(slot.number)
            top, bottom = slot.over
            return Number(py.name(top), py.name(bottom))
        self.exact.add(slot.number)
        return Number(py.name(slot.exact))

    def _plain(self, expression: Expression) -> Code:
        """A text or a date."""
        match expression:
            case Literal(str() | date() as value):
                return self.keep(value)
            case Attribute():
                return self.variable(expression)
            case _:
                raise NotLowered

    def _texts(self, expression: Expression) -> Code:
        """Texts to look in: a set, or the list that the record has."""
        match expression:
            case SetOf(items):
                return py.constant(frozenset(items))
            case Literal(frozenset() as value):
                return py.constant(value)
            case Attribute():
                return self.variable(expression)
            case _:
                raise NotLowered

    def _set(self, expression: Expression) -> Code:
        texts = self._texts(expression)
        return py.call(py.name("frozenset"), texts) if isinstance(expression, Attribute) else texts


def base(expression: Expression) -> str:
    """The base of an expression's type, from its form."""
    match expression:
        case Literal(value):
            return _base_of_value(value)
        case Attribute(type=kind):
            return kind.base if kind else "number"
        case SetOf():
            return "texts"
        case Arithmetic(_, left, right):
            dates = (base(left) == "date") + (base(right) == "date")
            return "date" if dates == 1 else "number"
        case Negate() | Call("size" | "abs"):
            return "number"
        case Call("min" | "max", arguments):
            return base(arguments[0])
        case _:
            return "boolean"


def _base_of_value(value: Value) -> str:
    match value:
        case bool():
            return "boolean"
        case str():
            return "text"
        case date():
            return "date"
        case frozenset():
            return "texts"
        case _:
            return "number"

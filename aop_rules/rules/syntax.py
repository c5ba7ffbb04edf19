"""The abstract syntax of conditions: what the parser builds, the checker types, the printer prints, the matcher compiles.

    expression = literal | attribute | not x | -x | x op y | x and y … | x or y … | x in set | name(argument, …)

Nodes are frozen and compare by meaning: the span (where it stood in the text) does not count.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Literal as OneOf

Base = OneOf["boolean", "text", "date", "texts", "number"]


@dataclass(frozen=True, slots=True)
class Type:
    """The type of a value: a base, and for numbers a unit.

    Units: `""` a plain number, `ratio` (a share, written `7%`), `money` (the plan's currency, in whole currency units),
    `days`, any other word a quantity of that (`person`, `order`), and `own` (the unit of the KPI that the rule looks at).
    `integral` promises that every value is a whole number.
    """

    base: Base
    unit: str = ""
    integral: bool = field(default=False, compare=False)

    def __str__(self) -> str:
        if self.base != "number":
            return {"texts": "set of text"}.get(self.base, self.base)
        return self.unit or ("integer" if self.integral else "number")


BOOLEAN = Type("boolean")
TEXT = Type("text")
DATE = Type("date")
TEXTS = Type("texts")
NUMBER = Type("number")
INTEGER = Type("number", integral=True)
RATIO = Type("number", "ratio")
MONEY = Type("number", "money")
DAYS = Type("number", "days", integral=True)
OWN = Type("number", "own")

Value = bool | str | int | Fraction | date | frozenset[str]
"""What a literal or a fact holds. Whole numbers are `int`, others `Fraction`; never a float."""

Span = tuple[int, int]
"""Half-open offsets into the text of the condition."""


@dataclass(frozen=True, slots=True)
class Node:
    """What every node has: where it stood in the text, and its type once it is checked."""

    span: Span = field(default=(0, 0), compare=False, kw_only=True)
    type: Type | None = field(default=None, compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A constant. `percent` keeps `7%` apart from `0.07` for printing."""

    value: Value
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Attribute(Node):
    """A dotted path of the vocabulary: `event.amount` is `("event", "amount")`."""

    path: tuple[str, ...]

    @property
    def name(self) -> str:
        """The path as it is written."""
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class Not(Node):
    """`not x`."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class Negate(Node):
    """`-x`, where x is no number written out: `-7` is a literal."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class All(Node):
    """`a and b and c`: at least two operands, none of them an `All`."""

    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Any(Node):
    """`a or b or c`: at least two operands, none of them an `Any`."""

    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """One comparison. `==` and `!=` take any two operands of one type; the others numbers or dates."""

    operator: OneOf["==", "!=", "<", "<=", ">", ">="]
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class In(Node):
    """Membership of a text in a set of text; `negated` is `not in`."""

    item: Expression
    container: Expression
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """A sum, difference, product or quotient of two."""

    operator: OneOf["+", "-", "*", "/"]
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class SetOf(Node):
    """A set written out: `["EMEA", "APAC"]`. Members are text literals."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function of the closed list: `known`, `overlaps`, `size`, `min`, `max`, `abs`."""

    function: str
    arguments: tuple[Expression, ...]


Expression = Literal | Attribute | Not | Negate | All | Any | Compare | In | Arithmetic | SetOf | Call


def parts(expression: Expression) -> tuple[Expression, ...]:
    """The direct parts of a node, in the order of the text."""
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


def attributes(expression: Expression) -> tuple[Attribute, ...]:
    """Every attribute in a tree, in the order of the text, repeated as often as it stands there.

    >>> one, other = Attribute(("event", "amount")), Attribute(("limit", "cap"))
    >>> [found.name for found in attributes(Compare("<", one, other))]
    ['event.amount', 'limit.cap']
    """
    if isinstance(expression, Attribute):
        return (expression,)
    return tuple(found for part in parts(expression) for found in attributes(part))

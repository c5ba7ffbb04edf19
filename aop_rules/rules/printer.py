"""From a tree back to its text, with no parenthesis that is not needed: `parse(show(e)) == e`."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from aop_rules.rules.grammar import AND, COMPARE, MINUS, NOT, OR, PRODUCT, SUM
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

ATOM = MINUS + 1


def show(expression: Expression) -> str:
    """The text of a condition.

    >>> from aop_rules.rules.parser import parse
    >>> show(parse("((ytd(cost)) / ytd(revenue)>7%) and not(event.hires>20000)"))
    'kpis.cost.ytd / kpis.revenue.ytd > 7% and not event.hires > 20_000'
    """
    return _show(expression)[0]


def _show(e: Expression) -> tuple[str, int]:
    """The text and how tightly it binds."""
    match e:
        case Literal():
            return _literal(e)
        case Attribute():
            return e.name, ATOM
        case SetOf(items):
            return "[" + ", ".join(map(quoted, items)) + "]", ATOM
        case Call(function, arguments):
            return f"{function}({', '.join(map(show, arguments))})", ATOM
        case Not(operand):
            return f"not {_within(operand, NOT)}", NOT
        case Negate(operand):
            inner = _within(operand, MINUS)
            # `-7` is one literal, so a minus before a number keeps its distance.
            joins = inner[0].isdigit() and not (isinstance(operand, Literal) and isinstance(operand.value, date))
            return f"-({inner})" if joins else f"-{inner}", MINUS
        case All(operands):
            return " and ".join(_within(x, NOT) for x in operands), AND
        case Any(operands):
            return " or ".join(_within(x, AND) for x in operands), OR
        case Compare(operator, left, right):
            return f"{_within(left, SUM)} {operator} {_within(right, SUM)}", COMPARE
        case In(item, container, negated):
            return f"{_within(item, SUM)} {'not in' if negated else 'in'} {_within(container, SUM)}", COMPARE
        case Arithmetic(operator, left, right):
            own = SUM if operator in "+-" else PRODUCT
            return f"{_within(left, own)} {operator} {_within(right, own + 1)}", own


def _within(e: Expression, needed: int) -> str:
    text, binding = _show(e)
    return text if binding >= needed else f"({text})"


def _literal(e: Literal) -> tuple[str, int]:
    value = e.value
    if isinstance(value, bool):
        return ("true" if value else "false"), ATOM
    if isinstance(value, str):
        return quoted(value), ATOM
    if isinstance(value, date):
        return value.isoformat(), ATOM
    if isinstance(value, frozenset):
        return "[" + ", ".join(map(quoted, sorted(value))) + "]", ATOM
    text = number(value)
    if e.percent and "/" not in text:
        return f"{number(value * 100)}%", ATOM if value >= 0 else MINUS
    return text, PRODUCT if "/" in text else ATOM if value >= 0 else MINUS


def quoted(text: str) -> str:
    r"""A text literal.

    >>> print(quoted('say "yes"'))
    "say \"yes\""
    """
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def number(value: int | Fraction) -> str:
    """A number written out exactly, digits grouped from 10_000 on; as a quotient where decimals cannot hold it.

    >>> number(20_000_000), number(Fraction(19, 20)), number(Fraction(-1, 3))
    ('20_000_000', '0.95', '-1 / 3')
    """
    exact = Fraction(value)
    places = 0
    rest = exact.denominator
    for prime in (2, 5):
        count = 0
        while rest % prime == 0:
            rest //= prime
            count += 1
        places = max(places, count)
    if rest != 1:
        return f"{number(exact.numerator)} / {number(exact.denominator)}"
    digits = str(abs(exact.numerator) * 10**places // exact.denominator).rjust(places + 1, "0")
    whole, part = (digits[:-places], digits[-places:]) if places else (digits, "")
    grouped = f"{int(whole):_}" if len(whole) > 4 else whole
    return ("-" if exact < 0 else "") + grouped + (f".{part}" if part else "")

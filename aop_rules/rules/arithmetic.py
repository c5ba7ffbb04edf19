"""What sums, products and differences give: money plus money is money, date minus date is days, money plus a share nothing.

u + u = u    u - u = u    u * number = u    u / number = u    u / u = ratio
date - date = days    date + days = date    days + date = date    date - days = date
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from aop_rules.rules.faults import Faults
from aop_rules.rules.syntax import DATE, DAYS, NUMBER, RATIO, Arithmetic, Expression, Negate, Type
from aop_rules.rules.units import BARE, DIMENSIONLESS, is_bare, joint, meet, numeric, settled, shown

VERBS: Final = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide"}

Typed = tuple[Expression, Expression, Type | None]
"""Both sides, their literals settled, and the type of the whole; None where it is wrong already."""


def typed_negation(e: Negate, operand: Expression, faults: Faults) -> Expression:
    """`-x`, its operand typed already."""
    return replace(e, operand=operand, type=numeric(operand, "`-`", faults))


def typed_arithmetic(e: Arithmetic, left: Expression, right: Expression, faults: Faults) -> Expression:
    """A sum, difference, product or quotient, both sides typed already. Where one side is wrong it keeps silent."""
    if left.type is None or right.type is None:
        return replace(e, left=left, right=right, type=None)
    of = _sum if e.operator in "+-" else _product
    left, right, kind = of(e, left, right, left.type, right.type, faults)
    return replace(e, left=left, right=right, type=kind)


def _sum(e: Arithmetic, left: Expression, right: Expression, one: Type, other: Type, faults: Faults) -> Typed:
    if one == other == DATE and e.operator == "-":
        return left, right, DAYS
    if one == DATE and _counts_days(other):
        return left, _whole_days(right, faults), DATE
    if other == DATE and e.operator == "+" and _counts_days(one):
        return _whole_days(left, faults), right, DATE
    if one.base == other.base == "number":
        met = meet(e, VERBS[e.operator], left, right, faults)
        if met is None:
            return left, right, None
        left, right = met
        return left, right, joint(left.type, right.type) if left.type and right.type else None
    _cannot(e, one, other, "RULE_TYPE_MISMATCH", faults)
    return left, right, None


def _counts_days(kind: Type) -> bool:
    return is_bare(kind) or kind == DAYS


def _whole_days(e: Expression, faults: Faults) -> Expression:
    typed = settled(e, DAYS, faults)
    if typed.type is not None and not typed.type.integral:
        faults.add("RULE_TYPE_MISMATCH", e, "a date moves by whole days", "write a whole number, as in `14`")
    return typed


def _product(e: Arithmetic, left: Expression, right: Expression, one: Type, other: Type, faults: Faults) -> Typed:
    if not one.base == other.base == "number":
        _cannot(e, one, other, "RULE_TYPE_MISMATCH", faults)
        return left, right, None
    whole = one.integral and other.integral and e.operator == "*"
    if is_bare(one) and is_bare(other):
        return left, right, Type("number", BARE, integral=whole)
    free = (BARE, *DIMENSIONLESS)
    if e.operator == "/" and one.unit == other.unit and one.unit != "":
        return left, right, RATIO
    if other.unit in free:  # u * 2, u / 2: the bare literal is a plain number
        kind = Type("number", _scaled(one.unit, other.unit), integral=whole)
    elif one.unit in free and e.operator == "*":
        kind = Type("number", _scaled(other.unit, one.unit), integral=whole)
    else:
        _cannot(e, one, other, "RULE_UNIT_MISMATCH", faults)
        return left, right, None
    if is_bare(one) and not is_bare(kind):
        left = settled(left, NUMBER, faults)
    if is_bare(other):
        right = settled(right, NUMBER, faults)
    return left, right, kind


def _scaled(unit: str, by: str) -> str:
    """The unit of `unit` times `by`, which has no dimension: a ratio of a plain number is a plain number."""
    if unit == BARE:
        return by
    if unit == "ratio" and by == "":
        return ""
    return unit


def _cannot(e: Arithmetic, one: Type, other: Type, code: str, faults: Faults) -> None:
    if DATE in (one, other):
        hint = "a date moves by days: `event.date + 14`; two dates differ by days: `event.deadline - event.date`"
    elif code == "RULE_TYPE_MISMATCH":
        hint = "only numbers and dates are counted with"
    elif e.operator == "/":
        hint = "divide by the same unit (a ratio comes out), a plain number or a ratio"
    else:
        hint = "one of the two must be a plain number or a ratio"
    faults.add(code, e, f"cannot {VERBS[e.operator]} `{shown(one)}` and `{shown(other)}`", hint)

"""Units of numbers: where two of them may meet, and which unit a literal without one takes.

A ratio and a plain number are both without dimension: they multiply anything, and may be added and compared. A literal
without a percent sign takes the unit of what it meets; only where that is a ratio must a whole number say `%`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from aop_rules.rules.faults import Faults
from aop_rules.rules.printer import show
from aop_rules.rules.syntax import NUMBER, Arithmetic, Attribute, Call, Expression, Literal, Negate, Type

BARE: Final = "?"
"""The unit of a literal that has not met one yet."""
DIMENSIONLESS: Final = ("", "ratio")


def is_bare(kind: Type) -> bool:
    """Whether it is the type of a literal, or of a sum of literals, that has not met a unit yet."""
    return kind.base == "number" and kind.unit == BARE


def shown(kind: Type) -> str:
    """The type, as messages name it.

    >>> shown(Type("number", "money")), shown(Type("number", BARE))
    ('money', 'number')
    """
    return "number" if is_bare(kind) else str(kind)


def same_unit(one: Type, other: Type) -> bool:
    """Whether numbers of the two types may be added and compared as they stand.

    >>> same_unit(Type("number", "ratio"), NUMBER), same_unit(Type("number", "ratio"), Type("number", "money"))
    (True, False)
    """
    return one.unit == other.unit or (one.unit in DIMENSIONLESS and other.unit in DIMENSIONLESS)


def joint(one: Type, other: Type) -> Type:
    """The type of the sum of two numbers that may meet."""
    unit = one.unit if one.unit == other.unit else ""
    return Type("number", unit, integral=one.integral and other.integral)


def numeric(typed: Expression, where: str, faults: Faults) -> Type | None:
    """The type of what must be a number; None, and a fault, where it is something else."""
    if typed.type is not None and typed.type.base != "number":
        hint = "name an attribute that counts or measures, or write a number"
        faults.add("RULE_TYPE_MISMATCH", typed, f"{where} takes a number, not `{typed.type}`", hint)
        return None
    return typed.type


def meet(
    e: Expression, verb: str, left: Expression, right: Expression, faults: Faults
) -> tuple[Expression, Expression] | None:
    """Two numbers that must be of one unit; a bare side takes the other's. None, and a fault, where they cannot meet."""
    one, other = left.type, right.type
    assert one is not None and other is not None
    if is_bare(one) and not is_bare(other):
        return settled(left, other, faults), right
    if is_bare(other) and not is_bare(one):
        return left, settled(right, one, faults)
    if same_unit(one, other):
        return left, right
    said = f"cannot {verb} `{shown(one)}` and `{shown(other)}`"
    faults.add("RULE_UNIT_MISMATCH", e, said, _unit_hint(left, right))
    return None


def settled(e: Expression, kind: Type, faults: Faults) -> Expression:
    """The same tree with every bare literal in it given the unit of `kind`."""
    if e.type is None or not is_bare(e.type):
        return e
    if kind.unit == "ratio" and isinstance(e, Literal) and isinstance(e.value, int) and abs(e.value) > 1:
        hint = f"write `{e.value}%` (or `{e.value * 100}%` if you mean {e.value} times)"
        faults.add("RULE_UNIT_MISMATCH", e, f"`{show(e)}` is not clear as a ratio", hint)
    own = Type("number", kind.unit, integral=e.type.integral)
    match e:
        case Negate(operand):
            return replace(e, operand=settled(operand, kind, faults), type=own)
        case Arithmetic(operator, left, right):
            factor = NUMBER if operator in "*/" else kind
            return replace(e, left=settled(left, kind, faults), right=settled(right, factor, faults), type=own)
        case Call(_, arguments):
            return replace(e, arguments=tuple(settled(a, kind, faults) for a in arguments), type=own)
        case _:
            return replace(e, type=own)


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

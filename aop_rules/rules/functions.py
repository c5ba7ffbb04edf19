"""What the functions of conditions take and give: `known`, `overlaps`, `size`, `min`, `max`, `abs`."""

from __future__ import annotations

from dataclasses import replace

from aop_rules.rules.faults import Faults
from aop_rules.rules.grammar import FUNCTIONS
from aop_rules.rules.syntax import BOOLEAN, DATE, INTEGER, NUMBER, TEXTS, Call, Expression, attributes
from aop_rules.rules.units import is_bare, joint, meet, numeric, settled, shown


def typed_call(e: Call, faults: Faults) -> Expression:
    """A call with its type, its arguments typed already."""
    least, most = FUNCTIONS[e.function]
    count = len(e.arguments)
    if count < least or (most is not None and count > most):
        takes = f"{least} or more values" if most is None else f"{least} value{'s' * (least > 1)}"
        said = f"`{e.function}` takes {takes}, not {count}"
        faults.add("RULE_ARITY", e, said, f"write `{e.function}({_FORM[e.function]})`")
    match e.function:
        case "known":
            return _known(e, faults)
        case "overlaps":
            return replace(_of_sets(e, faults), type=BOOLEAN)
        case "size":
            return replace(_of_sets(e, faults), type=INTEGER)
        case "abs":
            kinds = [numeric(argument, "`abs`", faults) for argument in e.arguments]
            return replace(e, type=kinds[0] if kinds else None)
        case _:
            return _extreme(e, faults)


_FORM = {"known": "x", "overlaps": "a, b", "size": "a", "min": "x, y", "max": "x, y", "abs": "x"}


def _known(e: Call, faults: Faults) -> Call:
    if e.arguments and not any(map(attributes, e.arguments)):
        faults.add("RULE_CONSTANT", e, "`known` asks about no attribute", "name one: `known(event.amount)`")
    return replace(e, arguments=tuple(settled(a, NUMBER, faults) for a in e.arguments), type=BOOLEAN)


def _of_sets(e: Call, faults: Faults) -> Call:
    for argument in e.arguments:
        if argument.type is not None and argument.type != TEXTS:
            said = f"`{e.function}` takes a set of text, not `{shown(argument.type)}`"
            faults.add("RULE_TYPE_MISMATCH", argument, said, 'a set is written `["a", "b"]`')
    return e


def _extreme(e: Call, faults: Faults) -> Call:
    """`min` and `max`: numbers of one unit, or dates."""
    kinds = [argument.type for argument in e.arguments]
    if not kinds or any(kind is None for kind in kinds):
        return e
    if all(kind == DATE for kind in kinds):
        return replace(e, type=DATE)
    numbers = [numeric(argument, f"`{e.function}`", faults) for argument in e.arguments]  # each one is told
    if None in numbers:
        return e
    lead = next((a for a in e.arguments if a.type and not is_bare(a.type)), e.arguments[0])
    arguments: list[Expression] = []
    kind = lead.type
    for argument in e.arguments:
        met = (lead, lead) if argument is lead else meet(e, "compare", lead, argument, faults)
        if met is None or kind is None or met[1].type is None:
            return e
        arguments.append(met[1])
        kind = joint(kind, met[1].type)
    return replace(e, arguments=tuple(arguments), type=kind)

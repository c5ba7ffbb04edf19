"""A condition with its numbers in place of its names, as a reader would check it by hand."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from aop_rules.decision.showing import show_evidence
from aop_rules.facts.sheet import Evidence
from aop_rules.plan.values import Words
from aop_rules.rules.printer import show
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
from aop_rules.wording.numbers import Language, show_figure, show_list


def with_figures(expression: Expression, evidence: Mapping[str, Evidence], currency: str) -> Words:
    """The condition in both languages, each name replaced by its value."""
    return Words(en=_shown(expression, evidence, currency, "en"), vi=_shown(expression, evidence, currency, "vi"))


def _shown(e: Expression, evidence: Mapping[str, Evidence], currency: str, language: Language) -> str:
    def part(x: Expression) -> str:
        text = _shown(x, evidence, currency, language)
        return f"({text})" if isinstance(x, (All, Any, Compare, In, Arithmetic)) else text

    words = {"en": (" and ", " or ", "not "), "vi": (" và ", " hoặc ", "không ")}[language]
    match e:
        case Attribute():
            found = evidence.get(e.name)
            return show_evidence(found, currency, language) if found else e.name
        case Literal(value=value) if isinstance(value, (int, Fraction)) and not isinstance(value, bool) and e.type:
            return show_figure(value, "ratio" if e.percent else e.type.unit, currency, language)
        case Literal():
            return show(e)
        case SetOf(items):
            return f"[{show_list(items, language, 'or')}]"
        case Not(operand):
            return f"{words[2]}{part(operand)}"
        case Negate(operand):
            return f"-{part(operand)}"
        case All(operands):
            return words[0].join(map(part, operands))
        case Any(operands):
            return words[1].join(map(part, operands))
        case Compare(operator, left, right) | Arithmetic(operator, left, right):
            return f"{part(left)} {operator} {part(right)}"
        case In(item, container, negated):
            return f"{part(item)} {'not in' if negated else 'in'} {part(container)}"
        case Call(function, arguments):
            return f"{function}({', '.join(_shown(x, evidence, currency, language) for x in arguments)})"

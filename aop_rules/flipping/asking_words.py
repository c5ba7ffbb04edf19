"""What to ask, in words and as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aop_rules.exact.number import number_text
from aop_rules.flipping.fields import Value
from aop_rules.flipping.flip_words import plainly, shown
from aop_rules.wording.messages import say
from aop_rules.wording.numbers import Language, show_date, show_list, show_money

if TYPE_CHECKING:
    from aop_rules.flipping.asking import Asked, Question


def asked_text(asked: Asked, language: Language) -> str:
    """One line a question; then what need not be asked."""
    decision = asked.decision
    head = f"{say(f'course.{decision.course}', language)} – {say(f'outcome.{decision.outcome}', language)}"
    lines = [head, ""]
    if asked.questions:
        told = dict.fromkeys(_told(asked, each, language) for each in asked.questions)
        lines += [say("asked.head", language), *(f"  • {each}" for each in told)]
    else:
        lines.append(say("asked.nothing", language))
    if asked.not_needed:
        told = dict.fromkeys(_what(asked, each, language) for each in asked.not_needed)
        lines += ["", say("asked.not_needed", language), *(f"  • {each}" for each in told)]
    return "\n".join(lines)


def _what(asked: Asked, question: Question, language: Language) -> str:
    name = question.name.in_language(language)
    if question.low is None or question.high is None:
        return name
    low, high = (_shown(asked, each, question.unit, language) for each in (question.low, question.high))
    return say("asked.between", language, name=name, low=low, high=high)


def _told(asked: Asked, question: Question, language: Language) -> str:
    said = _what(asked, question, language)
    if question.outcomes:
        outcomes = [say(f"outcome.{each}", language) for each in dict.fromkeys(question.outcomes)]
        said = say("asked.outcomes", language, what=said, outcomes=show_list(outcomes, language, "or"))
    if question.worth:
        amount = show_money(question.worth, asked.decision.plan.currency, language)
        said = say("asked.worth", language, said=said, amount=amount)
    if question.who:
        said = say("asked.of", language, said=said, who=question.who)
    return said if question.by is None else say("asked.by", language, said=said, date=show_date(question.by, language))


def _shown(asked: Asked, value: Value, unit: str, language: Language) -> str:
    return shown(asked.decision, value, unit, language)


def asked_data(asked: Asked) -> dict[str, Any]:
    """All of it for machines. `format` is raised when a key changes its meaning or goes."""
    return {
        "format": 1,
        "decision_id": asked.decision.decision_id,
        "event": asked.decision.event.event_id,
        "outcome": asked.decision.outcome.value,
        "questions": [_question(each) for each in asked.questions],
        "not_needed": [_question(each) for each in asked.not_needed],
        "text": {"en": asked_text(asked, "en"), "vi": asked_text(asked, "vi")},
    }


def _question(question: Question) -> dict[str, Any]:
    return {
        "field": question.field,
        "name": {"en": question.name.en, "vi": question.name.vi},
        "unit": question.unit,
        "low": plainly(question.low),
        "high": plainly(question.high),
        "outcomes": [each.value for each in question.outcomes],
        "stake": question.stake,
        "worth": None if question.worth is None else number_text(question.worth),
        "who": question.who,
        "by": question.by.isoformat() if question.by else None,
    }

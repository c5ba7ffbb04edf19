"""One condition on its own: parsed and typed in one call, for programs that match records without a plan."""

from __future__ import annotations

from aop_rules.errors import RuleError
from aop_rules.rules.checker import check
from aop_rules.rules.faults import ExpressionError, place_in_text
from aop_rules.rules.parser import parse
from aop_rules.rules.syntax import Expression
from aop_rules.rules.vocabulary import Vocabulary


def check_condition(text: str, vocabulary: Vocabulary) -> Expression:
    """A condition, parsed and typed. Raises RuleError with every problem, placed in the text as `<condition>:1:8`.

    >>> from aop_rules.rules.syntax import BOOLEAN
    >>> words = Vocabulary.of({"event.amount": "money"})
    >>> check_condition("event.amount > 20_000_000", words).type == BOOLEAN
    True
    >>> check_condition("event.amount > 7%", words)
    Traceback (most recent call last):
    ...
    aop_rules.errors.RuleError: <condition>:1:1: RULE_UNIT_MISMATCH: cannot compare `money` and `ratio` \
(a share of what? write `7% * …`)
    """
    try:
        return check(parse(text), vocabulary)
    except ExpressionError as error:
        raise RuleError(fault.at(place_in_text(text, fault.span[0])) for fault in error.faults) from None

"""An amount of money as a caller gives it."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from aop_rules.errors import ExactError, InputError, Place, Problem
from aop_rules.exact.money import Money
from aop_rules.exact.number import Exact, exact, parse_number
from aop_rules.plan.model import Plan

AmountLike = int | Fraction | Decimal | str | Money
"""In whole units of the plan's currency (12.50), or money in that currency."""


def amount_in(plan: Plan, given: AmountLike) -> Exact:
    """The amount in whole units of the plan's currency. Raises InputError (REPLAN_AMOUNT)."""
    try:
        if isinstance(given, Money):
            if given.currency != plan.currency:
                raise ExactError(f"the amount is in {given.currency}, the plan in {plan.currency}")
            return exact(given.major)
        return parse_number(given)
    except ExactError as error:
        hint = f"give it in whole units of {plan.currency}"
        raise InputError([Problem(Place("<amount>"), "REPLAN_AMOUNT", str(error), hint)]) from None

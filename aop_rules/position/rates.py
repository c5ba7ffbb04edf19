"""Amounts in another currency, at the plan's own dated rates: exact, or not known."""

from __future__ import annotations

from datetime import date

from aop_rules.events import EventBase
from aop_rules.exact.number import Exact, exact, number_text
from aop_rules.plan.model import Plan
from aop_rules.plan.year import Rate


def rate_on(plan: Plan, currency: str, day: date) -> Exact | None:
    """Units of the plan's currency for one of `currency`: the latest rate on or before the day, None without one."""
    if currency == plan.currency:
        return 1
    dated = _latest(plan, currency, day)
    return dated.rate if dated else None


def _latest(plan: Plan, currency: str, day: date) -> Rate | None:
    dated = [rate for rate in plan.rates if rate.currency == currency and rate.on <= day]
    return max(dated, key=lambda rate: rate.on, default=None)


def rate_source(plan: Plan, event: EventBase) -> tuple[str, ...]:
    """The rate that an event's amounts were taken at, as a source of every figure that rests on it."""
    rate = _latest(plan, event.currency or plan.currency, event.effective_date)
    return (
        ()
        if rate is None
        else (f"plan.rates: 1 {rate.currency} = {number_text(rate.rate)} {plan.currency} from {rate.on}",)
    )


def in_plan_currency(plan: Plan, event: EventBase, amount: Exact) -> Exact | None:
    """An event's amount in whole units of the plan's currency, at its effective date; None without a rate."""
    rate = rate_on(plan, event.currency or plan.currency, event.effective_date)
    return None if rate is None else exact(amount * rate)


def no_rate_detail(event: EventBase) -> str:
    return f"{event.currency} {event.effective_date.isoformat()}"

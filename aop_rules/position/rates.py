"""Amounts in another currency, at the plan's own dated rates: exact, or not known."""

from __future__ import annotations

from datetime import date

from aop_rules.events import EventBase
from aop_rules.exact.number import Exact, exact
from aop_rules.plan.model import Plan


def rate_on(plan: Plan, currency: str, day: date) -> Exact | None:
    """Units of the plan's currency for one of `currency`: the latest rate on or before the day, None without one."""
    if currency == plan.currency:
        return 1
    dated = [(rate.on, rate.rate) for rate in plan.rates if rate.currency == currency and rate.on <= day]
    return max(dated)[1] if dated else None


def in_plan_currency(plan: Plan, event: EventBase, amount: Exact) -> Exact | None:
    """An event's amount in whole units of the plan's currency, at its effective date; None without a rate."""
    rate = rate_on(plan, event.currency or plan.currency, event.effective_date)
    return None if rate is None else exact(amount * rate)


def no_rate_detail(event: EventBase) -> str:
    return f"{event.currency} {event.effective_date.isoformat()}"

"""The periods of a plan's year, for checks that count them."""

from __future__ import annotations

from aop_rules.errors import AopError
from aop_rules.exact.calendar import Calendar, calendar
from aop_rules.plan.draft import Draft
from aop_rules.plan.model import Plan


def year_of(draft: Draft, plan: Plan) -> Calendar | None:
    """The plan's year, or None where it could not be read (which is a problem of its own)."""
    if not draft.whole("year"):
        return None
    try:
        return calendar(plan.year.starts, plan.year.periods, plan.year.weeks)
    except AopError:
        return None


def periods_in(draft: Draft, plan: Plan) -> int | None:
    """How many periods the year has, where it could be read."""
    year = year_of(draft, plan)
    return None if year is None else len(year.periods)

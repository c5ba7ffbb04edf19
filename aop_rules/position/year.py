"""The plan's year as values: its calendar, its phasing, and how finely its money divides."""

from __future__ import annotations

from functools import lru_cache

from aop_rules.errors import ExactError
from aop_rules.exact.calendar import Calendar, calendar
from aop_rules.exact.currencies import minor_units
from aop_rules.exact.number import Exact
from aop_rules.exact.phasing import Phasing
from aop_rules.plan.model import Plan

_calendar = lru_cache(maxsize=16)(calendar)
"""Asked for many times in one decision, and always the same for one year."""


def calendar_of(plan: Plan) -> Calendar:
    """The periods of the plan's year, in order."""
    return _calendar(plan.year.starts, plan.year.periods, plan.year.weeks)


def phasing_of(plan: Plan, profile_id: str | None) -> Phasing:
    """How a year's amount falls on its periods: by a profile of the plan, evenly where none is named.

    Raises ExactError where the plan has no such profile, or its weights do not fit the year.
    """
    periods = len(calendar_of(plan).periods)
    if profile_id is None:
        return Phasing.even(periods)
    profile = plan.profiles.get(profile_id)
    if profile is None:
        raise ExactError(f"the plan has no profile `{profile_id}`")
    if len(profile.weights) != periods:
        raise ExactError(f"profile `{profile_id}` has {len(profile.weights)} weights, and the year {periods} periods")
    return Phasing(profile.weights)


def phased(plan: Plan, spread: Phasing, amount: Exact, unit: str = "money") -> tuple[Exact, ...]:
    """A year's amount cut into its periods: money to the minor unit, other things to one. The parts sum to the whole.

    An amount that is itself finer than that is cut exactly, to a fraction of the unit.
    """
    return spread.parts(amount, minor_units(plan.currency) if unit == "money" else 0)

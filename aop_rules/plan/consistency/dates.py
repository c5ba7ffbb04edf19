"""Dates and durations: inside the year, milestones inside their initiative, nothing before what it waits for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from aop_rules.errors import Problem
from aop_rules.exact.calendar import Calendar
from aop_rules.plan.actions import Initiative
from aop_rules.plan.consistency.periods import year_of
from aop_rules.plan.draft import Draft
from aop_rules.plan.model import Plan
from aop_rules.plan.scope import Exclusion
from aop_rules.source.tree import Path


def dates(draft: Draft, plan: Plan) -> Iterator[Problem]:
    """PLAN_OUTSIDE_YEAR, PLAN_MILESTONE_OUTSIDE, PLAN_DURATION, PLAN_STARTS_TOO_EARLY, PLAN_DATES_ORDER."""
    year = year_of(draft, plan)
    for initiative in plan.initiatives.values():
        if year is not None:
            yield from _in_year(draft, initiative, year)
        yield from _milestones(draft, initiative, year)
        yield from _duration(draft, initiative)
        yield from _after_what_it_requires(draft, plan, initiative)
    for exclusion in plan.not_this_year.values():
        yield from _exclusion(draft, exclusion, year)
    for n, rate in enumerate(plan.rates):
        if year is not None and rate.on > year.ends:
            message = f"`{rate.on}` comes after the year ends, on {year.ends}"
            yield draft.problem(("rates", n, "on"), "OUTSIDE_YEAR", message, "drop it, or check its date", "warning")


def _in_year(draft: Draft, initiative: Initiative, year: Calendar) -> Iterator[Problem]:
    path: Path = ("initiatives", initiative.id)
    over = [
        *([("starts", initiative.starts)] if initiative.starts and initiative.starts > year.ends else []),
        *([("ends", initiative.ends)] if initiative.ends and initiative.ends < year.starts else []),
    ]
    for field, day in over:
        message = f"`{initiative.id}` {field} on {day}, outside the year {year.starts} to {year.ends}"
        yield draft.problem((*path, field), "OUTSIDE_YEAR", message, "check the date, or leave it to that year's plan")
    reaches = [
        *([("starts", initiative.starts)] if initiative.starts and initiative.starts < year.starts else []),
        *([("ends", initiative.ends)] if initiative.ends and initiative.ends > year.ends else []),
    ]
    for field, day in [] if over else reaches:
        message = f"`{initiative.id}` {field} on {day}, outside the year {year.starts} to {year.ends}"
        hint = "only what falls in the year is planned here; check that the date is meant"
        yield draft.problem((*path, field), "OUTSIDE_YEAR", message, hint, "warning")


def _milestones(draft: Draft, initiative: Initiative, year: Calendar | None) -> Iterator[Problem]:
    first, last = initiative.starts, initiative.ends
    for name, milestone in initiative.milestones.items():
        path: Path = ("initiatives", initiative.id, "milestones", name, "due")
        if (first and milestone.due < first) or (last and milestone.due > last):
            span = f"{first or 'its start'} to {last or 'its end'}"
            message = f"`{name}` is due on {milestone.due}, outside `{initiative.id}`, which runs from {span}"
            yield draft.problem(path, "MILESTONE_OUTSIDE", message, "move the milestone, or the initiative around it")
        elif year is not None and not year.starts <= milestone.due <= year.ends:
            message = f"`{name}` is due on {milestone.due}, outside the year {year.starts} to {year.ends}"
            meant = _same_day(milestone.due, year)
            hint = f"was `{meant}` meant?" if meant else "check the date"
            yield draft.problem(path, "OUTSIDE_YEAR", message, hint)


def _same_day(day: date, year: Calendar) -> date | None:
    """The same day and month in the plan's year: the usual slip is last year's number."""
    for number in (year.starts.year, year.ends.year):
        if (day.month, day.day) != (2, 29) and year.starts <= day.replace(year=number) <= year.ends:
            return day.replace(year=number)
    return None


def _duration(draft: Draft, initiative: Initiative) -> Iterator[Problem]:
    if initiative.starts and initiative.ends and initiative.days is not None:
        counted = (initiative.ends - initiative.starts).days + 1
        if initiative.days != counted:
            message = f"{initiative.starts} to {initiative.ends} are {counted} days, not {initiative.days}"
            path: Path = ("initiatives", initiative.id, "days")
            yield draft.problem(path, "DURATION", message, "drop `days`: the two dates say it")


def _after_what_it_requires(draft: Draft, plan: Plan, initiative: Initiative) -> Iterator[Problem]:
    for n, name in enumerate(initiative.requires):
        before = plan.initiatives.get(name)
        if before and before.ends and initiative.starts and initiative.starts <= before.ends:
            message = f"`{initiative.id}` starts on {initiative.starts}, before `{name}` is finished on {before.ends}"
            path: Path = ("initiatives", initiative.id, "requires", n)
            yield draft.problem(path, "STARTS_TOO_EARLY", message, "move one of them, or drop the prerequisite")


def _exclusion(draft: Draft, exclusion: Exclusion, year: Calendar | None) -> Iterator[Problem]:
    path: Path = ("not_this_year", exclusion.id)
    if exclusion.starts and exclusion.until and exclusion.until < exclusion.starts:
        message = f"`{exclusion.id}` ends on {exclusion.until}, before it starts on {exclusion.starts}"
        yield draft.problem((*path, "until"), "DATES_ORDER", message, "exchange the two")
    elif year is not None:
        outside = [
            *([("from", exclusion.starts)] if exclusion.starts and exclusion.starts > year.ends else []),
            *([("until", exclusion.until)] if exclusion.until and exclusion.until < year.starts else []),
        ]
        for field, day in outside:
            message = f"`{exclusion.id}` holds outside the year only ({field} {day})"
            yield draft.problem((*path, field), "OUTSIDE_YEAR", message, "drop the date: it holds all year then")

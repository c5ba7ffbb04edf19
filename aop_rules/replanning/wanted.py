"""What may be wanted of an adjustment: lines, goals, amounts and dates that the plan and its year have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from aop_rules.adjusting.need import Need
from aop_rules.adjusting.rooms import open_periods
from aop_rules.errors import InputError, OutsideYearError, Place, Problem, did_you_mean
from aop_rules.exact.calendar import Period
from aop_rules.exact.number import Exact, number_text
from aop_rules.plan.model import Plan
from aop_rules.position.model import Position
from aop_rules.position.year import calendar_of


def check_needs(plan: Plan, position: Position, needs: Sequence[Need], goals: Iterable[str]) -> None:
    """Raises InputError with all that is wrong: REPLAN_UNKNOWN, REPLAN_AMOUNT, REPLAN_DATE."""
    place = Place("<replan>")
    problems: list[Problem] = []
    for need in needs:
        if need.line not in plan.budget.lines:
            problems.append(unknown(place, "budget line", need.line, plan.budget.lines))
        problems += amount_problems(place, need.amount)
        problems += _period_problems(place, plan, position, need.period)
    problems += [unknown(place, "goal", goal, plan.goals) for goal in sorted(set(goals)) if goal not in plan.goals]
    if not problems:
        problems += _period_problems(place, plan, position, "")
    if problems:
        raise InputError(problems)


def unknown(place: Place, what: str, name: str, known: Iterable[str]) -> Problem:
    """REPLAN_UNKNOWN: a name that the plan does not have."""
    return Problem(place, "REPLAN_UNKNOWN", f"the plan has no {what} `{name}`", did_you_mean(name, known))


def amount_problems(place: Place, amount: Exact) -> list[Problem]:
    """REPLAN_AMOUNT: money is asked for in an amount above 0."""
    if amount > 0:
        return []
    message = f"an amount of `{number_text(amount)}` asks for nothing"
    return [
        Problem(place, "REPLAN_AMOUNT", message, "ask for an amount above 0, in whole units of the plan's currency")
    ]


def day_by(place: Place, plan: Plan, by: date | str) -> date:
    """A day as a caller names it: of a period its last. Raises InputError (REPLAN_DATE)."""
    if isinstance(by, date):
        return by
    if by in calendar_of(plan).ids:
        return calendar_of(plan).period(by).end
    try:
        return date.fromisoformat(by)
    except ValueError:
        message = f"`{by[:40]}` is neither a day nor a period of the plan"
        raise InputError([_date_problem(place, message)]) from None


def period_by(place: Place, plan: Plan, position: Position, by: date) -> Period:
    """The period that holds the day by which money has to be there. Raises InputError (REPLAN_DATE)."""
    try:
        period = calendar_of(plan).period_of(by)
    except OutsideYearError as error:
        raise InputError([_date_problem(place, str(error))]) from error
    if by < position.as_of.date():
        raise InputError([_date_problem(place, f"`{by}` is before `{position.as_of.date()}`")])
    return period


def _period_problems(place: Place, plan: Plan, position: Position, period: str) -> list[Problem]:
    rest = open_periods(plan, position)
    if not rest:
        return [_date_problem(place, f"no period of the year is left on `{position.as_of.date()}`")]
    try:
        asked = calendar_of(plan).resolve(period) if period else rest[0]
    except OutsideYearError as error:
        return [_date_problem(place, str(error))]
    if asked.index < rest[0].index:
        return [_date_problem(place, f"period `{asked.id}` is over on `{position.as_of.date()}`")]
    return []


def _date_problem(place: Place, message: str) -> Problem:
    return Problem(place, "REPLAN_DATE", message, "name a day or period of the year that is still to come")

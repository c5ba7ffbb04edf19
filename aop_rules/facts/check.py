"""Whether an event fits the plan: every id that it names is the plan's, every period the year's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from aop_rules import events as e
from aop_rules.errors import EventError, OutsideYearError, Place, Problem, did_you_mean
from aop_rules.exact.calendar import Calendar
from aop_rules.facts.asks import starts
from aop_rules.plan.model import Plan
from aop_rules.position.year import calendar_of


def check_event(plan: Plan, event: e.EventBase) -> None:
    """Raises EventError with everything in the event that the plan does not know."""
    problems = list(event_problems(plan, event))
    if problems:
        raise EventError(problems)


def event_problems(plan: Plan, event: e.EventBase) -> Iterator[Problem]:
    """Names of goals, KPIs, initiatives and risks that the plan does not have, and periods outside its year.

    A budget line, role or prerequisite that the plan does not have is not a mistake of the event: rules answer it.
    """
    place = Place(f"<event {event.event_id}>")
    tables: dict[str, Mapping[str, object]] = {
        "goal": plan.goals,
        "initiative": plan.initiatives,
        "budget line": plan.budget.lines,
        "KPI": plan.kpis,
        "risk": plan.risks,
    }
    for what, names in _named(event):
        for name in names:
            if name not in tables[what]:
                hint = did_you_mean(name, tables[what])
                yield Problem(place, "EVENT_UNKNOWN_ID", f"the plan has no {what} `{name}`", hint)
    calendar = calendar_of(plan)
    yield from _outside(place, calendar, event)
    weighed = not isinstance(event, e.Proposal) or starts(event) <= calendar.ends  # later: deferred to its own year
    for said in filter(None, _periods(event)) if weighed else ():
        yield from _period_problem(place, calendar, said)
    for name in sorted(set(event.attributes) - set(plan.attributes)):
        hint = "declare it under `attributes:` in the plan, with its type"
        yield Problem(place, "EVENT_UNKNOWN_ATTRIBUTE", f"the plan declares no attribute `{name}`", hint)


def _outside(place: Place, calendar: Calendar, event: e.EventBase) -> Iterator[Problem]:
    """A proposal may be known before its year and reach past it, but what starts before it would be weighed for nothing."""
    year = f"the plan's year ({calendar.starts} to {calendar.ends})"
    if isinstance(event, e.Proposal):
        if starts(event) < calendar.starts:
            said, hint = f"it starts on {starts(event)}, before {year}", "say when it starts: `start`"
            yield Problem(place, "EVENT_OUTSIDE_YEAR", said, hint)
    elif not calendar.starts <= event.effective_date <= calendar.ends:
        hint = "evaluate it against the plan of its own year"
        yield Problem(place, "EVENT_OUTSIDE_YEAR", f"{event.effective_date} is outside {year}", hint)


def _period_problem(place: Place, calendar: Calendar, said: str) -> Iterator[Problem]:
    try:
        calendar.resolve(said)
    except OutsideYearError:
        hint = did_you_mean(said, calendar.ids)
        yield Problem(place, "EVENT_UNKNOWN_PERIOD", f"`{said}` is no period of the plan's year", hint)


def _named(event: e.EventBase) -> Iterator[tuple[str, Iterable[str]]]:
    links = event.links
    yield "goal", links.goals
    yield "initiative", links.initiatives
    yield "budget line", links.budgets
    yield "KPI", links.kpis
    yield "risk", links.risks
    match event:
        case e.Proposal():
            yield "KPI", [benefit.kpi for benefit in event.benefits]
        case e.KpiObservation() | e.KpiBreach():
            yield "KPI", [event.kpi]
        case e.RiskSignal():
            yield "risk", [event.risk]
        case e.MilestoneUpdate():
            yield "initiative", [event.initiative]
        case e.GoalChangeRequest():
            yield "goal", [event.goal]
        case e.CostChange():
            yield "budget line", [event.line]


def _periods(event: e.EventBase) -> Iterator[str | None]:
    match event:
        case e.Proposal():
            yield from (cost.period for cost in event.costs)
            yield from (benefit.period for benefit in event.benefits)
            yield from (said for need in event.needs for said in (need.start, need.end))
        case e.SpendRequest() | e.Spending() | e.KpiObservation() | e.KpiBreach() | e.PeriodClose():
            yield event.period

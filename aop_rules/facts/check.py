"""Whether an event fits the plan: every id that it names is the plan's, every period the year's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Protocol

from aop_rules import events as e
from aop_rules.errors import EventError, ExactError, OutsideYearError, Place, Problem, did_you_mean
from aop_rules.exact.calendar import Calendar
from aop_rules.facts.amounts import amount_problems
from aop_rules.facts.asks import starts
from aop_rules.facts.sense import sense_problems
from aop_rules.plan.model import Plan
from aop_rules.position.year import calendar_of
from aop_rules.rules.example import value_of
from aop_rules.rules.vocabulary import parse_type

Path = tuple[str | int, ...]
PlaceOf = Callable[[Path], Place]
"""Where a part of the event stands, for problems."""


def check_event(plan: Plan, event: e.EventBase, place_of: PlaceOf | None = None) -> None:
    """Raises EventError with everything in the event that the plan does not know."""
    problems = list(event_problems(plan, event, place_of))
    if problems:
        raise EventError(problems)


class Placed(Protocol):
    """Events that know where they stand."""

    @property
    def events(self) -> tuple[e.EventBase, ...]: ...
    def place(self, event: e.EventBase, path: Path = ()) -> Place: ...


def fit_the_plan(plan: Plan, files: Iterable[Placed]) -> None:
    """Raises EventError with everything in all files that the plan does not know, each at its place."""
    problems: list[Problem] = []
    for file in files:
        for event in file.events:
            problems += event_problems(plan, event, partial(file.place, event))
    if problems:
        raise EventError(problems)


def event_problems(plan: Plan, event: e.EventBase, place_of: PlaceOf | None = None) -> Iterator[Problem]:
    """Names of goals, KPIs, initiatives and risks that the plan does not have, periods outside its year, attributes.

    A budget line, role or prerequisite that the plan does not have is not a mistake of the event: rules answer it.
    """
    place = place_of or (lambda _: Place(f"<event {event.event_id}>"))
    tables: dict[str, Mapping[str, object]] = {
        "goal": plan.goals,
        "initiative": plan.initiatives,
        "budget line": plan.budget.lines,
        "KPI": plan.kpis,
        "risk": plan.risks,
        "role": plan.resources.roles,
        "milestone": _milestones(plan, event),
    }
    for what, path, name in (*_named(event), *_booked(plan, event)):
        if name not in tables[what]:
            hint = did_you_mean(name, tables[what])
            yield Problem(place(path), "EVENT_UNKNOWN_ID", f"the plan has no {what} `{name}`", hint)
    calendar = calendar_of(plan)
    yield from _outside(place, calendar, event)
    weighed = not isinstance(event, e.Proposal) or starts(event) <= calendar.ends  # later: deferred to its own year
    for path, said in _periods(event) if weighed else ():
        if said is not None:
            yield from _period_problem(place(path), calendar, said)
    yield from _attributes(place, plan, event)
    yield from amount_problems(plan, event, place)
    yield from sense_problems(plan, calendar, event, place)


def _outside(place: PlaceOf, calendar: Calendar, event: e.EventBase) -> Iterator[Problem]:
    """A proposal may be known before its year and reach past it, but what starts before it would be weighed for nothing."""
    year = f"the plan's year ({calendar.starts} to {calendar.ends})"
    if isinstance(event, e.Proposal):
        if starts(event) < calendar.starts:
            said, hint = f"it starts on {starts(event)}, before {year}", "say when it starts: `start`"
            key = "start" if event.start else "effective_date"
            yield Problem(place((key,)), "EVENT_OUTSIDE_YEAR", said, hint)
    elif not calendar.starts <= event.effective_date <= calendar.ends:
        hint = "evaluate it against the plan of its own year"
        said = f"{event.effective_date} is outside {year}"
        yield Problem(place(("effective_date",)), "EVENT_OUTSIDE_YEAR", said, hint)


def _period_problem(place: Place, calendar: Calendar, said: str) -> Iterator[Problem]:
    try:
        calendar.resolve(said)
    except OutsideYearError:
        hint = did_you_mean(said, calendar.ids)
        yield Problem(place, "EVENT_UNKNOWN_PERIOD", f"`{said}` is no period of the plan's year", hint)


def _attributes(place: PlaceOf, plan: Plan, event: e.EventBase) -> Iterator[Problem]:
    for name in sorted(event.attributes):
        at = place(("attributes", name))
        word = plan.attributes.get(name)
        if word is None:
            hint = "declare it under `attributes:` in the plan, with its type"
            yield Problem(at, "EVENT_UNKNOWN_ATTRIBUTE", f"the plan declares no attribute `{name}`", hint)
            continue
        try:
            value_of(event.attributes[name], parse_type(word))
        except (ExactError, ValueError) as error:
            hint = f"the plan declares it as `{word}`"
            yield Problem(at, "EVENT_WRONG_ATTRIBUTE", f"`{name}` cannot be read: {error}", hint)


def _named(event: e.EventBase) -> Iterator[tuple[str, Path, str]]:
    """What the event names: what it is, where, and its id."""
    links = event.links
    for what, key, names in (
        ("goal", "goals", links.goals),
        ("initiative", "initiatives", links.initiatives),
        ("budget line", "budgets", links.budgets),
        ("KPI", "kpis", links.kpis),
        ("risk", "risks", links.risks),
    ):
        yield from ((what, ("links", key, index), name) for index, name in enumerate(names))
    match event:
        case e.Proposal():
            yield from (("KPI", ("benefits", n, "kpi"), each.kpi) for n, each in enumerate(event.benefits))
        case e.KpiObservation() | e.KpiBreach() | e.Forecast():
            yield "KPI", ("kpi",), event.kpi
        case e.RiskSignal():
            yield "risk", ("risk",), event.risk
        case e.MilestoneUpdate():
            yield "initiative", ("initiative",), event.initiative
        case e.GoalChangeRequest():
            yield "goal", ("goal",), event.goal
        case e.CostChange() | e.CarryForward():
            yield "budget line", ("line",), event.line
        case e.ReservationRelease() if event.line is not None:
            yield "budget line", ("line",), event.line
        case e.BudgetTransfer():
            yield "budget line", ("from",), event.from_line
            yield "budget line", ("to",), event.to_line
        case e.BudgetFreeze():
            yield from (("budget line", ("lines", n), line) for n, line in enumerate(event.lines))


def _booked(plan: Plan, event: e.EventBase) -> Iterator[tuple[str, Path, str]]:
    """What nobody would look at again if it were not in the plan. Spending is free to have no line where the plan says so."""
    match event:
        case e.Spending() if plan.budget.lines and plan.budget.unbudgeted == "stop":
            yield "budget line", ("line",), event.line
        case e.CapacityChange():
            yield "role", ("role",), event.role
        case e.MilestoneUpdate() if event.milestone is not None and event.initiative in plan.initiatives:
            yield "milestone", ("milestone",), event.milestone


def _milestones(plan: Plan, event: e.EventBase) -> Mapping[str, object]:
    known = plan.initiatives.get(event.initiative) if isinstance(event, e.MilestoneUpdate) else None
    return known.milestones if known is not None else {}


def _periods(event: e.EventBase) -> Iterable[tuple[Path, str | None]]:
    """Every period that the event says, and where."""
    match event:
        case e.Proposal():
            yield from ((("costs", n, "period"), cost.period) for n, cost in enumerate(event.costs))
            yield from ((("benefits", n, "period"), benefit.period) for n, benefit in enumerate(event.benefits))
            for n, need in enumerate(event.needs):
                yield ("needs", n, "from"), need.start
                yield ("needs", n, "to"), need.end
        case e.BudgetTransfer():
            yield ("period",), event.period
            yield ("from_period",), event.from_period
            yield ("to_period",), event.to_period
        case e.SpendRequest() | e.Spending() | e.CarryForward() | e.KpiObservation() | e.KpiBreach() | e.PeriodClose():
            yield ("period",), event.period

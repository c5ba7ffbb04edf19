"""One event decided with one number set to other values, in the plan or in the event itself: the work of sweeps and break-evens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from aop_rules.errors import EventError, PlanError, Problem, RuleError
from aop_rules.events import Event, EventBase, plain
from aop_rules.exact.number import Exact, number_text, parse_number, ratio_text
from aop_rules.facts.host import Given, host_sheets
from aop_rules.ledger.reading import event_from
from aop_rules.ledger.record import moment
from aop_rules.plan.load import dump
from aop_rules.plan.model import Plan
from aop_rules.plan.threshold import Threshold
from aop_rules.what_if.path import found, steps, unknown, with_value
from aop_rules.what_if.standing import Standing
from aop_rules.what_if.world import World


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for each value."""

    path: str
    """A number of the plan (`budget.lines.ads.amount`) or of the event (`costs[0].amount`)."""
    event: EventBase
    landings: tuple[str, ...] = ()
    """KPIs whose landing is told too."""
    as_of: datetime | None = None
    """The day on which the event became known where missing."""
    given: Given = field(default_factory=dict)
    share: bool = False
    """Whether the values are shares, and are written with their percent sign (`said_as_shares`)."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What one value leads to."""

    value: Exact
    outcome: str
    """Empty where nothing is decided: the plan or the event could not be so."""
    course: str = ""
    hard: bool = False
    fit: Exact | None = None
    landings: Mapping[str, Exact | None] = field(default_factory=dict)
    """By KPI: where its year lands (by season), in its unit; None where that is unknown."""
    why: tuple[str, ...] = ()
    """Why nothing is decided."""
    bare: bool = False
    """Whether that is for want of a percent sign."""


class Trials:
    """Decides for one value after another. Not to be used from several threads at once."""

    def __init__(self, world: World, question: Question) -> None:
        """Raises PlanError or EventError where the path leads nowhere, or an attribute was given that nobody declared, and
        InputError for a KPI that the plan does not have.
        """
        host_sheets(world.attributes, question.given)
        self._world, self._question = world, question
        self._standing = Standing(world)
        self._in_plan, self._path = _root(question)
        self._data: Any = dump(world.plan) if self._in_plan else plain(question.event)
        shape, root = (Plan, "plan") if self._in_plan else (Event, "event")
        problem = unknown(self._path, self._data, shape, root, 0)
        if problem is not None:
            raise (PlanError if self._in_plan else EventError)([problem])
        where = self._standing.position(question.as_of or moment(question.event.known.date()))
        for kpi in question.landings:
            where.kpi(kpi)

    def at(self, value: Exact) -> Tried:
        """What comes out with this value. Raises ConflictError where the event has the id of another one that is known."""
        try:
            standing, event = self._with(value)
            decision = standing.plain_decision(event, self._question.as_of, self._question.given)
        except (PlanError, RuleError, EventError) as error:
            said = tuple(problem.message for problem in error.problems)
            return Tried(value, "", why=said, bare=any(map(_bare, error.problems)))
        landings: dict[str, Exact | None] = {}
        if self._question.landings:
            where = standing.position(decision.basis.as_of, event)
            landings = {kpi: where.kpi(kpi).landing.value for kpi in self._question.landings}
        return Tried(value, decision.outcome.value, decision.course, decision.hard, decision.fit, landings)

    def _with(self, value: Exact) -> tuple[Standing, EventBase]:
        written = _as_written(value, found(self._data, steps(self._path)), self._question.share)
        if self._in_plan:
            return Standing(self._world.overlaid({self._path: written})), self._question.event
        return self._standing, event_from(with_value(self._data, steps(self._path), written))


def _root(question: Question) -> tuple[bool, str]:
    """Whether the path is one of the plan, and the path in it. `plan.` and `event.` say so; else the event's keys come first."""
    first, _, rest = question.path.partition(".")
    if first in ("plan", "event") and rest:
        return first == "plan", rest
    fields = type(question.event).model_fields
    own = {name for key, info in fields.items() for name in (key, info.alias)}
    return first.partition("[")[0] not in own and first in Plan.model_fields, question.path


def said_as_shares(world: World, path: str, event: EventBase, values: Iterable[object]) -> bool:
    """Whether values for a path are shares: they have a percent sign, or what stands there now has one; and none that is
    past the whole lacks it.
    """
    said = [str(each) for each in values]
    in_plan, rest = _root(Question(path, event))
    now = found(dump(world.plan) if in_plan else plain(event), steps(rest))
    signed = any("%" in each for each in said) or (isinstance(now, str) and "%" in now)
    return signed and all("%" in each or -1 <= parse_number(each) <= 1 for each in said)


def _bare(problem: Problem) -> bool:
    return problem.code == "EVENT_BARE_SHARE" or "is not clear as a share" in problem.message


def _as_written(value: Exact, before: object, share: bool) -> object:
    """A threshold stays one: only its number is another one."""
    if isinstance(before, str) and before.lstrip()[:1] in ("<", ">"):
        try:
            return str(replace(Threshold.parse(before), amount=value))
        except ValueError:  # no threshold, or a number that cannot be written in one: the plan will say so
            return number_text(value)
    return ratio_text(value) if share else number_text(value)

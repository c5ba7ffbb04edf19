"""In which order initiatives and proposals are best done: what waits comes after what it waits for, then priority, then cost of delay.

In the order of the best goal that each serves, then by cost of delay per month over its length in months (known ones first),
then by id; each right after what it requires. What can no longer end within its window is deferred, with the value lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from graphlib import TopologicalSorter
from typing import Any, Literal

from aop_rules.errors import InputError
from aop_rules.events import Proposal
from aop_rules.exact.number import Exact, exact
from aop_rules.facts.asks import starts
from aop_rules.facts.changes import stated
from aop_rules.facts.serving import served
from aop_rules.plan.graph import PlanGraph
from aop_rules.plan.model import Plan
from aop_rules.plan.values import Words
from aop_rules.position.model import Position
from aop_rules.position.rates import in_plan_currency
from aop_rules.selecting.candidate import Candidate, candidate_problems
from aop_rules.selecting.months import months_between, months_of_days
from aop_rules.wording.numbers import Language

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Work:
    """Something to be done. `order` puts several in order."""

    id: str
    name: Words
    kind: Literal["initiative", "proposal"]
    rank: int | None
    """Of the best goal that it serves: 1 is the first; None where it serves none that the plan ranks."""
    cost_of_delay: Exact | None
    """Money a month; None where it is not known."""
    months: Exact | None
    """How long it takes; None where nobody says it."""
    days: int | None
    """The days that it takes, where they are said; else it takes what is left of its window."""
    opens: date | None
    """The first day on which it can be done."""
    closes: date | None
    """The last day on which it may end."""
    decide_by: date | None = None
    """The last day on which it can be decided on."""
    requires: tuple[str, ...] = ()
    running: bool = False

    @property
    def urgency(self) -> Exact | None:
        """Cost of delay a month over months; None where one of them is not known."""
        if self.cost_of_delay is None or not self.months:
            return None
        return exact(Fraction(self.cost_of_delay) / Fraction(self.months))


@dataclass(frozen=True, slots=True)
class Step:
    """One piece of work in its place."""

    work: Work
    starts: date
    """When it can start at the earliest: after all that it requires."""
    ends: date | None
    """When it would end then; None where nobody says."""
    ahead_of: tuple[str, ...] = ()
    """Where it stands earlier than it would by itself: the work, next in line, that requires it."""


@dataclass(frozen=True, slots=True)
class Deferred:
    """Work that cannot be done any more this year."""

    work: Work
    reason: Literal["past_window", "too_late", "requires"]
    others: tuple[str, ...]
    """Of `requires`: what will not be done."""
    ends: date | None
    """Of `too_late`: when it could end at the earliest."""

    @property
    def value_lost(self) -> Exact | None:
        """Cost of delay for as long as it would have taken; None where one of them is not known."""
        if self.work.cost_of_delay is None or self.work.months is None:
            return None
        return exact(Fraction(self.work.cost_of_delay) * Fraction(self.work.months))


@dataclass(frozen=True, slots=True)
class Sequence:
    """The order, and what falls out of it. `sequence` makes it."""

    plan: Plan = field(repr=False)
    as_of: date
    steps: tuple[Step, ...]
    deferred: tuple[Deferred, ...]
    """By id."""

    @property
    def order(self) -> tuple[str, ...]:
        """Ids, the first to be done first."""
        return tuple(step.work.id for step in self.steps)

    @property
    def without_cost(self) -> tuple[str, ...]:
        """Ids of what stands after others of its rank because nobody says what its delay costs, or how long it takes."""
        return tuple(step.work.id for step in self.steps if step.work.urgency is None)

    def to_dict(self) -> dict[str, Any]:
        """The order as plain data that JSON can hold. New keys may come; numbers are whole, or text (`12.5`, `9/5`)."""
        from aop_rules.selecting.sequence_text import sequence_data

        return sequence_data(self)

    def text(self, language: Language | None = None) -> str:
        """The order for reading, in `en` or `vi`; in the plan's language where missing."""
        from aop_rules.selecting.sequence_text import sequence_text

        return sequence_text(self, language or self.plan.language)


def sequence(
    plan: Plan, position: Position, proposals: Iterable[Proposal] = (), *, initiatives: bool = True
) -> Sequence:
    """The order of the plan's initiatives that are not done or stopped, and of proposals, as of the day of the position.

    `requires` of either names initiatives and proposals; what is done already holds nothing up. Raises InputError (SELECT_…):
    an id twice, work that waits for itself.
    """
    day = position.as_of.date()
    done = {name for name in plan.initiatives if _done(plan, position, name)}
    graph = PlanGraph.of(plan)
    works = [*_initiatives(plan, graph, position, done)] if initiatives else []
    works += [_proposal(plan, graph, each, done) for each in proposals]
    known = {work.id for work in works}
    inside = [Candidate(w.id, {}, {}, tuple(each for each in w.requires if each in known)) for w in works]
    problems = list(candidate_problems(inside, ()))
    if problems:
        raise InputError(problems)
    steps, deferred = order(works, day)
    return Sequence(plan, day, steps, deferred)


def order(works: Iterable[Work], day: date) -> tuple[tuple[Step, ...], tuple[Deferred, ...]]:
    """Work in its order from a day on, and what can no longer be done. Without circles."""
    by_id = {work.id: work for work in works}
    starts_on: dict[str, date] = {}
    deferred: dict[str, Deferred] = {}
    for work in _by_requirement(by_id):
        start, fault = _placed(by_id, work, day, starts_on, deferred)
        starts_on[work.id] = start
        if fault is not None:
            deferred[work.id] = fault
    placed: dict[str, Step] = {}
    for work in sorted(by_id.values(), key=_key):
        if work.id not in deferred:
            _place(by_id, work, starts_on, placed)
    return tuple(placed.values()), tuple(deferred[name] for name in sorted(deferred))


def _key(work: Work) -> tuple[bool, int, bool, Exact, str]:
    urgency = work.urgency
    return work.rank is None, work.rank or 0, urgency is None, -(urgency or 0), work.id


def _place(by_id: Mapping[str, Work], work: Work, starts_on: Mapping[str, date], placed: dict[str, Step]) -> None:
    """What it requires, in the same order, and then itself. A chain may be longer than calls can be deep."""
    open_ = [(work, _required(by_id, work))]
    while open_:
        one, rest = open_[-1]
        before = next((each for each in rest if each.id not in placed), None)
        if before is not None:
            open_.append((before, _required(by_id, before)))
            continue
        open_.pop()
        if one.id not in placed:
            ahead = tuple(after.id for after, _ in open_[-1:] if _key(after) < _key(one))
            start = starts_on[one.id]
            placed[one.id] = Step(one, start, _end(one, start), ahead)


def _required(by_id: Mapping[str, Work], work: Work) -> Iterator[Work]:
    """What it requires, the first to be done first."""
    return iter(sorted((by_id[name] for name in work.requires if name in by_id), key=_key))


def _by_requirement(by_id: Mapping[str, Work]) -> Iterator[Work]:
    """Each after what it requires."""
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for name in sorted(by_id):
        sorter.add(name, *(each for each in by_id[name].requires if each in by_id))
    yield from (by_id[name] for name in sorter.static_order())


def _placed(
    by_id: Mapping[str, Work],
    work: Work,
    day: date,
    starts_on: Mapping[str, date],
    deferred: Mapping[str, Deferred],
) -> tuple[date, Deferred | None]:
    """When it can start, and why it cannot be done."""
    start = (work.opens or day) if work.running else max(day, work.opens or day)
    missing = tuple(name for name in work.requires if name not in by_id or name in deferred)
    for name in work.requires:
        if name in starts_on and name not in deferred:
            before = _end(by_id[name], starts_on[name])
            start = max(start, before + _DAY) if before else start
    end = _end(work, start)
    if any(last is not None and last < day for last in (work.closes, work.decide_by)):
        return start, Deferred(work, "past_window", (), None)
    if missing and not work.running:
        return start, Deferred(work, "requires", missing, None)
    if work.closes is not None and (start > work.closes or (end is not None and end > work.closes)):
        return start, Deferred(work, "too_late", (), end or start)
    return start, None


def _end(work: Work, start: date) -> date | None:
    if work.days is None or (work.running and work.closes is not None):
        return None if work.closes is None else max(start, work.closes)
    return start + (work.days - 1) * _DAY


# ── the work of a plan ──────────────────────────────────────────────────────────────────────────────────────────────


def _done(plan: Plan, position: Position, name: str) -> bool:
    where = position.initiatives.get(name)
    return plan.initiatives[name].status == "done" or bool(where and where.done)


def _initiatives(plan: Plan, graph: PlanGraph, position: Position, done: set[str]) -> Iterator[Work]:
    for name, initiative in plan.initiatives.items():
        if name in done or initiative.status == "stopped":
            continue
        days = None if initiative.days is None else max(1, initiative.days)
        where = position.initiatives.get(name)
        expected = date.fromisoformat(where.expected_end) if where and where.expected_end else None
        running = initiative.status == "running"
        yield Work(
            id=name,
            name=initiative.name,
            kind="initiative",
            rank=_best(plan, graph.goals_served_by(name)),
            cost_of_delay=initiative.cost_of_delay,
            months=_months(initiative.starts, initiative.ends) if days is None else months_of_days(days),
            days=days,
            opens=initiative.starts,
            closes=max(expected, initiative.ends) if running and expected and initiative.ends else initiative.ends,
            requires=tuple(sorted(each for each in initiative.requires if each not in done)),
            running=running,
        )


def _months(first: date | None, last: date | None) -> Exact | None:
    return None if first is None or last is None or last < first else months_between(first, last)


def _proposal(plan: Plan, graph: PlanGraph, proposal: Proposal, done: set[str]) -> Work:
    serves = served(plan, graph, proposal, stated(plan, proposal))
    cost = proposal.cost_of_delay
    return Work(
        id=proposal.event_id,
        name=Words(en=proposal.title or proposal.event_id, vi=proposal.title or proposal.event_id),
        kind="proposal",
        rank=_best(plan, serves),
        cost_of_delay=None if cost is None else in_plan_currency(plan, proposal, cost),
        months=_months(starts(proposal), proposal.end),
        days=None,
        opens=starts(proposal),
        closes=proposal.end,
        decide_by=proposal.deadline,
        requires=tuple(sorted(each for each in proposal.requires if each not in done)),
    )


def _best(plan: Plan, goals: Iterable[str]) -> int | None:
    return min((rank for goal in goals if (rank := plan.rank(goal)) is not None), default=None)

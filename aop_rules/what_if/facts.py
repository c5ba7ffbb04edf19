"""Facts laid on top of those that are known: checked as `record` checks them, and kept nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from aop_rules.errors import EventError, OutsideYearError, Problem
from aop_rules.events import BudgetTransfer, EventBase, KpiObservation
from aop_rules.exact.calendar import Calendar
from aop_rules.facts.check import check_event
from aop_rules.facts.transfers import transfer_problems
from aop_rules.ledger.reading import event_from, identity, same_content
from aop_rules.plan.model import Plan
from aop_rules.position.allocation import Earlier
from aop_rules.position.tally import Tally
from aop_rules.position.year import calendar_of

EventLike = EventBase | Mapping[str, Any]
ALWAYS = datetime.max.replace(tzinfo=UTC)
"""As of which everything is known."""


def checked(plan: Plan, event: EventLike) -> EventBase:
    """The event. Raises EventError where it is none, or not one of this plan."""
    read = event if isinstance(event, EventBase) else event_from(event)
    check_event(plan, read)
    return read


def laid_on(plan: Plan, known: Sequence[EventBase], more: Iterable[EventLike]) -> tuple[EventBase, ...]:
    """The events as they count on top of those known: a reading of a KPI's period that is known is its next revision.

    Raises EventError with every problem of every event.
    """
    read: list[EventBase] = []
    problems: list[Problem] = []
    for event in more:
        try:
            read.append(checked(plan, event))
        except EventError as error:
            problems += error.problems
    if problems:
        raise EventError(problems)
    there = {identity(event): event for event in known}
    revisions = _revisions(calendar_of(plan), known)
    return tuple(_next(event, there, revisions, calendar_of(plan)) for event in read)


def check_transfers(
    plan: Plan,
    earlier: Iterable[Earlier],
    known: Sequence[EventBase],
    digests: Sequence[bytes],
    more: Sequence[EventBase],
) -> None:
    """Raises EventError for the first transfer of money that is not there, after what is known and what stands before it."""
    if not any(isinstance(event, BudgetTransfer) for event in more):
        return
    tally, there = Tally(plan, earlier), {identity(event) for event in known}
    tally.add(known, digests)
    for event in more:
        if isinstance(event, BudgetTransfer) and identity(event) not in there:
            problems = transfer_problems(plan, tally.position(ALWAYS), event)
            if problems:
                raise EventError(problems)
        tally.add([event])


_Key = tuple[str, int]
"""KPI and number of the period."""


def _key(calendar: Calendar, event: KpiObservation) -> _Key | None:
    try:
        return event.kpi, calendar.resolve(event.period).index
    except OutsideYearError:
        return None


def _revisions(calendar: Calendar, known: Iterable[EventBase]) -> Mapping[_Key, int]:
    """The last revision of each reading that is known."""
    last: dict[_Key, int] = {}
    for event in known:
        key = _key(calendar, event) if isinstance(event, KpiObservation) else None
        if key is not None and isinstance(event, KpiObservation):
            last[key] = max(last.get(key, 0), event.revision)
    return last


def _next(
    event: EventBase, there: Mapping[tuple[str, str], EventBase], revisions: Mapping[_Key, int], calendar: Calendar
) -> EventBase:
    known = there.get(identity(event))
    if not isinstance(event, KpiObservation) or (known is not None and same_content(known, event)):
        return event
    last = revisions.get(_key(calendar, event) or ("", 0))
    if last is None:
        return event
    revision, name = last + 1 + event.revision, event.event_id
    while (event.source, name) in there:  # an id stands for one content
        name = f"{event.event_id}:r{revision}" if name == event.event_id else f"{name}+"
    return event.model_copy(update={"event_id": name, "revision": revision})

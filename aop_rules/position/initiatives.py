"""Initiatives as milestone updates leave them: done, expected to end when, and how late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from aop_rules.events import MilestoneUpdate
from aop_rules.plan.actions import Initiative
from aop_rules.plan.model import Plan
from aop_rules.position.counted import Counted
from aop_rules.position.model import InitiativePosition


@dataclass(frozen=True, slots=True)
class Initiatives:
    positions: Mapping[str, InitiativePosition]
    unplaced: tuple[str, ...]
    """Event ids that name an initiative or milestone that the plan does not have."""


def initiatives(plan: Plan, facts: Counted, today: date) -> Initiatives:
    """The latest update of each initiative's end and of each milestone: the latest known, then by event id."""
    latest: dict[tuple[str, str], MilestoneUpdate] = {}
    sources: dict[str, list[str]] = {}
    unplaced = []
    for event in sorted(facts.of(MilestoneUpdate), key=lambda event: (event.known, event.event_id)):
        initiative = plan.initiatives.get(event.initiative)
        if initiative is None or (event.milestone is not None and event.milestone not in initiative.milestones):
            unplaced.append(event.event_id)
            continue
        latest[initiative.id, event.milestone or ""] = event
        sources.setdefault(initiative.id, []).append(event.event_id)
    positions = {
        one.id: _position(one, latest, tuple(sorted(sources.get(one.id, ()))), today)
        for one in plan.initiatives.values()
    }
    return Initiatives(MappingProxyType(positions), tuple(sorted(unplaced)))


def planned_start(initiative: Initiative) -> date | None:
    """Its first day, as written or as its end and length give it."""
    if initiative.starts is None and initiative.ends is not None and initiative.days:
        return initiative.ends - timedelta(days=initiative.days - 1)
    return initiative.starts


def planned_end(initiative: Initiative) -> date | None:
    """Its last day, as written or as its start and length give it."""
    if initiative.ends is None and initiative.starts is not None and initiative.days:
        return initiative.starts + timedelta(days=initiative.days - 1)
    return initiative.ends


def _position(
    initiative: Initiative,
    latest: Mapping[tuple[str, str], MilestoneUpdate],
    sources: tuple[str, ...],
    today: date,
) -> InitiativePosition:
    end = latest.get((initiative.id, ""))
    done = initiative.status == "done" or (end is not None and end.done)
    planned = planned_end(initiative)
    expected = (end.expected or (end.effective_date if end.done else planned)) if end is not None else planned
    dates = [(planned, expected)]
    reached, behind = [], []
    for milestone in initiative.milestones.values():
        update = latest.get((initiative.id, milestone.id))
        if update is not None and not update.done:
            dates.append((milestone.due, update.expected))
        if done or (update is not None and update.done):
            reached.append(milestone.id)
        elif milestone.due is not None and max(today, (update and update.expected) or today) > milestone.due:
            behind.append(milestone.id)
    late = [(moved - due).days for due, moved in dates if due is not None and moved is not None]
    return InitiativePosition(
        initiative=initiative.id,
        done=done,
        expected_end=expected.isoformat() if expected else "",
        late_days=max([0, *late]),
        sources=sources,
        reached=tuple(reached),
        late=tuple(behind),
    )

"""The dates of a plan's initiatives, and how far each may slip before a dated milestone is missed.

An initiative without dates starts on the day after what it requires is finished, or with the year. Where neither dates
nor `days` say when it ends, its dates are unknown, and so is what hangs on them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from graphlib import CycleError, TopologicalSorter

from aop_rules.plan.actions import Initiative
from aop_rules.plan.model import Plan

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Activity:
    """One initiative in time. `end` is its last day."""

    id: str
    start: date | None
    end: date | None
    slack: int | None
    """Days it may end later before a dated milestone moves; None where no dated milestone hangs on it."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """All initiatives in time, those that come first standing first."""

    plan: Plan
    activities: Mapping[str, Activity]

    @property
    def critical(self) -> tuple[str, ...]:
        """Initiatives that have the least slack of all: a day lost on one of them is lost on a milestone first."""
        known = [activity.slack for activity in self.activities.values() if activity.slack is not None]
        least = min(known, default=None)
        return tuple(
            name for name, activity in self.activities.items() if least is not None and activity.slack == least
        )

    def slack_to(self, initiative: str, milestone: str) -> int | None:
        """Days that `initiative` may end later before the milestone `owner.name` moves; None where it never does."""
        owner, _, name = milestone.partition(".")
        due = self.plan.initiatives[owner].milestones[name].due
        waiting = self._waiting(owner, due)
        if waiting is None:
            return None
        margins: dict[str, int | None] = {owner: waiting}
        for current in reversed(list(self.activities)):
            if current != owner:
                margins[current] = self._through_dependents(current, margins)
        return margins[initiative]

    def pushed(self, initiative: str, days: int) -> tuple[dict[str, int], dict[str, int], dict[str, date]]:
        """When an initiative ends `days` later: who moves by how much, what waiting took up, milestones' new dates."""
        moved = {initiative: days} if days else {}
        absorbed: dict[str, int] = {}
        for name in self.activities:
            for before in self.plan.initiatives[name].requires:
                gap = self._gap(before, name)
                if before in moved and gap is not None and name != initiative:
                    if min(gap, moved[before]) > 0:
                        absorbed[name] = max(absorbed.get(name, 0), min(gap, moved[before]))
                    if moved[before] > gap:
                        moved[name] = max(moved.get(name, 0), moved[before] - gap)
        late: dict[str, date] = {}
        for name, by in moved.items():
            for key, milestone in self.plan.initiatives[name].milestones.items():
                waiting = self._waiting(name, milestone.due)
                if waiting is not None and by > waiting:
                    late[f"{name}.{key}"] = milestone.due + _DAY * (by - waiting)
        return dict(sorted(moved.items())), dict(sorted(absorbed.items())), dict(sorted(late.items()))

    def _waiting(self, owner: str, due: date) -> int | None:
        """Days from the end of an initiative to its milestone; 0 for a milestone on its way, which moves with it."""
        end = self.activities[owner].end
        return None if end is None else max(0, (due - end).days)

    def _gap(self, before: str, after: str) -> int | None:
        """Free days between the end of the one and the start of the other."""
        if before not in self.activities:
            return None
        end, start = self.activities[before].end, self.activities[after].start
        return None if end is None or start is None else max(0, (start - end).days - 1)

    def _through_dependents(self, name: str, margins: Mapping[str, int | None]) -> int | None:
        found: list[int] = []
        for after, margin in margins.items():
            gap = self._gap(name, after) if name in self.plan.initiatives[after].requires else None
            if gap is not None and margin is not None:
                found.append(margin + gap)
        return min(found, default=None)


def schedule(plan: Plan) -> Schedule:
    """The schedule of a plan. Raises ValueError where initiatives wait for each other in a circle."""
    activities: dict[str, Activity] = {}
    for name in _order(plan):
        activities[name] = _placed(plan, plan.initiatives[name], activities)
    timed = Schedule(plan, activities)
    slacks: dict[str, int | None] = {}
    for name in reversed(list(activities)):
        own = [timed._waiting(name, milestone.due) for milestone in plan.initiatives[name].milestones.values()]
        margins = [*own, timed._through_dependents(name, slacks)]
        slacks[name] = min((margin for margin in margins if margin is not None), default=None)
    return Schedule(plan, {name: Activity(name, a.start, a.end, slacks[name]) for name, a in activities.items()})


def _order(plan: Plan) -> tuple[str, ...]:
    """Initiatives so that each comes after what it requires; by id where that leaves a choice."""
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for name in sorted(plan.initiatives):
        sorter.add(name, *sorted(other for other in plan.initiatives[name].requires if other in plan.initiatives))
    try:
        return tuple(sorter.static_order())
    except CycleError as found:
        raise ValueError(f"initiatives wait for each other: {' → '.join(found.args[1])}") from None


def _placed(plan: Plan, initiative: Initiative, before: Mapping[str, Activity]) -> Activity:
    start = initiative.starts or _earliest(plan, initiative, before)
    length = initiative.days
    if initiative.starts is None and initiative.ends is not None and length is not None:
        start = initiative.ends - _DAY * max(0, length - 1)
    end = initiative.ends
    if end is None and start is not None and length is not None:
        end = start + _DAY * max(0, length - 1)
    return Activity(initiative.id, start, end, None)


def _earliest(plan: Plan, initiative: Initiative, before: Mapping[str, Activity]) -> date | None:
    ends = [before[name].end for name in initiative.requires if name in before]
    known = [end for end in ends if end is not None]
    if len(known) != len(ends):
        return None
    return max(known) + _DAY if known else plan.year.starts

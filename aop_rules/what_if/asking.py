"""What if: one overlay, or several under names, asked of a world. Nothing is written anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from aop_rules.decision.decision import Decision
from aop_rules.errors import EventError
from aop_rules.events import EventBase
from aop_rules.facts.host import Given, host_sheets
from aop_rules.history.given import given_of
from aop_rules.history.kept import Kept
from aop_rules.ledger.reading import identity
from aop_rules.ledger.record import moment
from aop_rules.plan.changes import Change, changes
from aop_rules.plan.model import Plan
from aop_rules.what_if.difference import (
    AlertDifference,
    BeforeAfter,
    DecisionDifference,
    GoalDifference,
    KpiDifference,
    LineDifference,
    alert_differences,
    goals,
    kpis,
    lines,
)
from aop_rules.what_if.facts import EventLike, checked
from aop_rules.what_if.standing import Standing
from aop_rules.what_if.world import World
from aop_rules.wording.numbers import Language


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A world beside another one. All goals, KPIs and budget lines, whether they differ or not; of alerts those that do."""

    plan: Plan
    """As it is."""
    as_of: datetime
    changes: tuple[Change, ...]
    """What is another one in the plan."""
    events: tuple[EventBase, ...]
    """The facts that were laid on top, as they count, by when they became known; what is known already is left out."""
    unseen: tuple[str, ...]
    """Ids of those that are not known by `as_of`, and so count for nothing yet."""
    goals: tuple[GoalDifference, ...]
    kpis: tuple[KpiDifference, ...]
    lines: tuple[LineDifference, ...]
    alerts: tuple[AlertDifference, ...]
    decisions: tuple[DecisionDifference, ...]
    """Every event that was decided, whether that differs or not."""

    @property
    def differs(self) -> bool:
        """Whether any goal, KPI, budget line, alert or decision is another one."""
        from aop_rules.what_if.rows import rows

        return any(row.differs for row in rows(self))

    def text(self, language: Language | None = None) -> str:
        """What differs, in `en` or `vi`; in the plan's language where missing."""
        from aop_rules.what_if.text import what_if_text

        return what_if_text(self, language or self.plan.language)

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data that JSON can hold. New keys may come; money is in the plan's `currency`."""
        from aop_rules.what_if.data import what_if_data

        return what_if_data(self)


@dataclass(frozen=True, slots=True)
class Overlay:
    """What is laid on top: values of the plan by dotted path, and facts."""

    plan: Mapping[str, object] | None = None
    events: tuple[EventLike, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Several overlays of one world, by name."""

    scenarios: Mapping[str, WhatIf]

    def text(self, language: Language | None = None) -> str:
        """One table of what differs in any of them: a row each, as it is and under each name."""
        from aop_rules.what_if.text import comparison_text

        return comparison_text(self, language)

    def to_dict(self) -> dict[str, Any]:
        """Each scenario as `WhatIf.to_dict` gives it, by name."""
        return {name: found.to_dict() for name, found in self.scenarios.items()}


def what_if(
    world: World,
    *,
    plan: Mapping[str, object] | None = None,
    events: Iterable[EventLike] = (),
    decide: Iterable[EventLike] = (),
    redecide: Iterable[Kept] = (),
    as_of: date | datetime | str | None = None,
    now: datetime,
    given: Given | None = None,
) -> WhatIf:
    """What differs once `plan` and `events` are laid on top (`World.overlaid` says how).

    `decide` are events to decide in both worlds, `redecide` recorded decisions to make again in both: of each event the last
    one, as of its moment, with all that is known of that by today. `as_of` is what counts as known: `now` where missing,
    and of an event to decide the day on which it became known. `given` holds attributes of the embedding program.
    Raises PlanError, RuleError, EventError and ConflictError, as if it were not only asked.
    """
    asked = [checked(world.plan, event) for event in decide]
    host_sheets(world.attributes, given or {})  # what nobody declared is said here, and never taken for a misfit
    return _beside(Standing(world), Overlay(plan, tuple(events)), asked, tuple(redecide), as_of, now, given or {})


def compare(
    world: World,
    scenarios: Mapping[str, Overlay | Mapping[str, Any]],
    *,
    decide: Iterable[EventLike] = (),
    redecide: Iterable[Kept] = (),
    as_of: date | datetime | str | None = None,
    now: datetime,
    given: Given | None = None,
) -> Comparison:
    """Several overlays side by side, each asked as `what_if` does; one may be written `{"plan": {…}, "events": […]}`."""
    asked, again, base = [checked(world.plan, event) for event in decide], tuple(redecide), Standing(world)
    host_sheets(world.attributes, given or {})
    overlays = {name: each if isinstance(each, Overlay) else Overlay(**each) for name, each in scenarios.items()}
    return Comparison(
        {name: _beside(base, each, asked, again, as_of, now, given or {}) for name, each in overlays.items()}
    )


def _beside(
    base: Standing,
    overlay: Overlay,
    asked: Iterable[EventBase],
    again: Iterable[Kept],
    as_of: date | datetime | str | None,
    now: datetime,
    given: Given,
) -> WhatIf:
    world, exact = base.world, None if as_of is None else moment(as_of)
    when = exact or now
    then = Standing(world.overlaid(overlay.plan, overlay.events))
    known = {identity(event) for event in world.events}
    new = (event for event in then.world.events[len(world.events) :] if identity(event) not in known)
    laid = tuple(sorted(new, key=lambda event: (event.known, event.effective_date, *identity(event))))
    return WhatIf(
        plan=world.plan,
        as_of=when,
        changes=changes(world.plan, then.world.plan),
        events=laid,
        unseen=tuple(event.event_id for event in laid if event.known > when),
        goals=goals(base, then, when),
        kpis=kpis(base, then, when),
        lines=lines(base, then, when),
        alerts=alert_differences(base, then, when),
        decisions=(
            *(_decided(base, then, event, exact, given) for event in asked),
            *_redecided(base, then, again),
        ),
    )


def _decided(
    base: Standing, then: Standing, event: EventBase, as_of: datetime | None, given: Given
) -> DecisionDifference:
    why: list[str] = []

    def of(standing: Standing) -> Decision | None:
        try:
            return standing.decision(event, as_of, given)
        except EventError as error:
            why.extend(problem.message for problem in error.problems)
            return None

    both = BeforeAfter(of(base), of(then))
    return DecisionDifference(event.event_id, event.title, both, tuple(dict.fromkeys(why)))


def _redecided(base: Standing, then: Standing, again: Iterable[Kept]) -> Iterable[DecisionDifference]:
    declared = base.world.attributes
    last = {identity(kept.event): kept for kept in again}
    for kept in last.values():
        given = {name: value for name, value in given_of(kept.given).items() if declared.type_of(name)}
        yield _decided(base, then, kept.event, kept.as_of, given)

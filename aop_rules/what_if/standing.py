"""Where the year of a world stands, and what is decided in it: events are counted once, whatever is asked how often."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from aop_rules.alerts.alert import Alert
from aop_rules.alerts.standing import alerts
from aop_rules.decision.decide import decide
from aop_rules.decision.decision import Decision
from aop_rules.events import EventBase
from aop_rules.facts.check import check_event
from aop_rules.facts.host import Given, host_sheets
from aop_rules.facts.sheet import Sheet
from aop_rules.history.quiet import quiet
from aop_rules.inference.program import Program
from aop_rules.ledger.record import moment
from aop_rules.plan.graph import PlanGraph
from aop_rules.plan.load import digest
from aop_rules.plan.model import Plan
from aop_rules.position.model import Position
from aop_rules.position.tally import Tally
from aop_rules.replanning.decided import decided
from aop_rules.what_if.world import World

Decide = Callable[[Plan, str, PlanGraph, Program, Position, EventBase, tuple[Sheet, ...]], Decision]


class Standing:
    """Answers for one world. Not to be used from several threads at once."""

    def __init__(self, world: World) -> None:
        """Raises ConflictError where two of its events have one id."""
        self.world = world
        self._graph, self._digest = PlanGraph.of(world.plan), digest(world.plan)
        self._tally = Tally(world.plan, world.earlier)
        with quiet():
            self._tally.add(world.events, world.digests)

    def position(self, as_of: datetime, also: EventBase | None = None) -> Position:
        return self._tally.position(as_of, also)

    def alerts(self, as_of: datetime) -> tuple[Alert, ...]:
        """Every alert that the plan can raise, those that are `ok` among them."""
        world = self.world
        return alerts(world.plan, self._graph, self.position(as_of), world.said, world.earlier)

    def decision(self, event: EventBase, as_of: datetime | None, given: Given) -> Decision:
        """As `Engine.evaluate` decides: as of the day on which the event became known, where no moment is given."""
        return self._by(decided, event, as_of, given)

    def plain_decision(self, event: EventBase, as_of: datetime | None, given: Given) -> Decision:
        """The same without the ways to adjust, which take longer to find than the outcome."""
        return self._by(decide, event, as_of, given)

    def _by(self, made: Decide, event: EventBase, as_of: datetime | None, given: Given) -> Decision:
        world = self.world
        check_event(world.plan, event)
        where = self.position(as_of or moment(event.known.date()), event)
        host = host_sheets(world.attributes, given)
        return made(world.plan, self._digest, self._graph, world.program, where, event, host)


def moment_or_none(as_of: date | datetime | str | None) -> datetime | None:
    return None if as_of is None else moment(as_of)

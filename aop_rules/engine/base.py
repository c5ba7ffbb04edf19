"""What every room of the engine works with: one plan, its rules, a ledger, and the position that follows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from aop_rules.decision.decision import Decision
from aop_rules.events import EventBase
from aop_rules.facts.check import check_event
from aop_rules.facts.host import Given, host_sheets
from aop_rules.history.adoption import Adoption
from aop_rules.history.following import Entries, Following
from aop_rules.history.versions import KINDS
from aop_rules.inference.chainer import EngineName
from aop_rules.inference.program import Program
from aop_rules.ledger.ledger import Ledger
from aop_rules.ledger.pen import Pen
from aop_rules.ledger.reading import event_from
from aop_rules.ledger.record import moment
from aop_rules.plan.graph import PlanGraph
from aop_rules.plan.load import digest
from aop_rules.plan.model import Plan
from aop_rules.position.model import Position
from aop_rules.position.year import calendar_of
from aop_rules.replanning.decided import decided
from aop_rules.rules.ruleset import Ruleset
from aop_rules.rules.vocabulary import Vocabulary

EventLike = EventBase | Mapping[str, Any]
T = TypeVar("T")


class Base:
    """One plan, its rules and what has happened. What it holds follows from its ledger."""

    def __init__(
        self,
        plan: Plan,
        program: Program,
        ledger: Ledger | None = None,
        attributes: Vocabulary | None = None,
        rulesets: Iterable[Ruleset] = (),
        inference: EngineName = "auto",
    ) -> None:
        """Wire up the parts; `Engine.open` is the usual way. Raises LedgerError where the ledger is another plan's."""
        self.plan = plan
        self.program = program
        self.ledger = ledger if ledger is not None else Ledger()
        self.graph = PlanGraph.of(plan)
        self.plan_digest = digest(plan)
        self.attributes = attributes or Vocabulary(())
        self.rulesets = tuple(rulesets)
        self._inference: EngineName = inference
        self._adoption = Adoption.of(self.ledger.entries(0, KINDS), plan)
        self._following = Following(plan, self._adoption.earlier)

    @property
    def in_force_from(self) -> str:
        """Id of the first period in which this version of the plan holds."""
        periods = calendar_of(self.plan).ids
        earlier = self._adoption.earlier
        return periods[min(earlier[-1].through, len(periods) - 1)] if earlier else periods[0]

    def position(self, as_of: date | datetime | str, *, also: EventBase | None = None) -> Position:
        """Where the year stands, from what was known by `as_of` (a date means the end of that day, UTC)."""
        return self._following.position(self.ledger.entries, moment(as_of), also)

    def _when(self, as_of: date | datetime | str | None) -> datetime:
        return moment(as_of) if as_of is not None else self.ledger.now()

    def _decided(self, entries: Entries, event: EventBase, as_of: datetime, given: Given) -> Decision:
        where = self._following.position(entries, as_of, event)
        host = host_sheets(self.attributes, given)
        return decided(self.plan, self.plan_digest, self.graph, self.program, where, event, host)

    def _write(self, work: Callable[[Pen], T]) -> T:
        """Does a piece of work in a ledger that is this plan's, or becomes it with this work."""

        def owned(pen: Pen) -> tuple[Adoption, T]:
            adoption = self._adoption.on(pen, self.plan)
            if adoption.earlier != self._following.earlier:  # others kept and amended it since this engine was opened
                self._following = Following(self.plan, adoption.earlier)
            return adoption, work(pen)

        # Taken over only once it is kept: work that fails makes no plan the ledger's.
        self._adoption, result = self.ledger.write(owned)
        return result

    def _event(self, event: EventLike) -> EventBase:
        checked = event if isinstance(event, EventBase) else event_from(event)
        check_event(self.plan, checked)
        return checked


def moment_of(event: EventBase, as_of: date | datetime | str | None) -> datetime:
    return moment(as_of if as_of is not None else event.known.date())

"""What would change an answer: what would have to be different, and what to ask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import cache
from hashlib import sha256

from aop_rules.decision.decide import decide
from aop_rules.decision.decision import Decision
from aop_rules.engine.base import Base, EventLike, moment_of
from aop_rules.events import EventBase, KpiObservation
from aop_rules.facts.check import check_event
from aop_rules.facts.host import Given, host_sheets
from aop_rules.flipping.asking import Asked, asking
from aop_rules.flipping.boundary import Deciding
from aop_rules.flipping.flip import Flips
from aop_rules.flipping.flips import flips
from aop_rules.ledger.ledger import event_of
from aop_rules.position.tally import Tally


class Flipping(Base):
    """Says what would change an answer. Nothing is recorded."""

    def flips(
        self,
        event: EventLike,
        *,
        as_of: date | datetime | str | None = None,
        given: Given | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Flips:
        """What would have to be different for a better answer: the smallest change of each field, and of several together.

        `as_of` and `given` are those of `evaluate`. `progress` is told how many fields are done, and of how many.
        Raises what `evaluate` raises.
        """
        checked, deciding = self._variants(event, as_of, given)
        return flips(checked, deciding, self.plan, progress=progress)

    def ask(self, event: EventLike, *, as_of: date | datetime | str | None = None, given: Given | None = None) -> Asked:
        """What is worth asking: of all that is not known, what would change the answer; and what would not.

        `as_of` and `given` are those of `evaluate`. Raises what `evaluate` raises.
        """
        checked, deciding = self._variants(event, as_of, given)
        when, host = moment_of(checked, as_of), host_sheets(self.attributes, given or {})

        @cache
        def held() -> tuple[tuple[EventBase, ...], tuple[bytes, ...]]:
            entries = tuple(self.ledger.entries(0, ("event",)))
            return tuple(map(event_of, entries)), tuple(sha256(entry.body.encode()).digest() for entry in entries)

        def observed(each: EventBase, readings: Sequence[KpiObservation]) -> Decision:
            tally, (known, digests) = Tally(self.plan, self._following.earlier), held()
            tally.add(known, digests)
            tally.add(readings)
            where = tally.position(when, each)
            return decide(self.plan, self.plan_digest, self.graph, self.program, where, each, host)

        return asking(checked, deciding, self.plan, observed=observed)

    def _variants(
        self, event: EventLike, as_of: date | datetime | str | None, given: Given | None
    ) -> tuple[EventBase, Deciding]:
        """The event, and what decides on variants of it, all as of its own moment."""
        checked = self._event(event)
        self._adoption.hold(self.ledger.entries, self.plan)
        when, host = moment_of(checked, as_of), host_sheets(self.attributes, given or {})

        def deciding(each: EventBase) -> Decision:
            check_event(self.plan, each)
            where = self._following.position(self.ledger.entries, when, each)
            return decide(self.plan, self.plan_digest, self.graph, self.program, where, each, host)

        return checked, deciding

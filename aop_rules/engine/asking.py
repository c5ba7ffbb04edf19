"""What if: the plan or the facts a little different, decided and compared, and nothing kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from aop_rules.engine.answering import Answering
from aop_rules.engine.base import EventLike
from aop_rules.facts.host import Given
from aop_rules.what_if.asking import Comparison, Overlay, WhatIf, compare, what_if
from aop_rules.what_if.break_even import BreakEven, break_even
from aop_rules.what_if.sweep import Number, Sweep, sweep
from aop_rules.what_if.world import World


class Asking(Answering):
    """Asks what if."""

    def what_if(
        self,
        *,
        plan: Mapping[str, object] | None = None,
        events: Iterable[EventLike] = (),
        decide: Iterable[EventLike] = (),
        redecide: bool = False,
        as_of: date | datetime | str | None = None,
        given: Given | None = None,
    ) -> WhatIf:
        """What would differ with other values in the plan (by dotted path), and with more facts. Nothing is kept.

        `decide` are events to decide in both; `redecide` makes the recorded decisions again. `as_of` is now where missing.
        `found.text("vi")` says it to people, `found.to_dict()` to machines. Raises PlanError, RuleError, EventError,
        ConflictError and LedgerError, as if it were not only asked.
        """
        again = [story.kept for story in self.decisions()] if redecide else ()
        return what_if(
            self._world(),
            plan=plan,
            events=events,
            decide=decide,
            redecide=again,
            as_of=as_of,
            given=given,
            now=self.ledger.now(),
        )

    def compare(
        self,
        scenarios: Mapping[str, Overlay | Mapping[str, Any]],
        *,
        decide: Iterable[EventLike] = (),
        as_of: date | datetime | str | None = None,
        given: Given | None = None,
    ) -> Comparison:
        """Several what-ifs by name, side by side: `{"bad May": {"plan": {…}, "events": […]}}`."""
        return compare(self._world(), scenarios, decide=decide, as_of=as_of, given=given, now=self.ledger.now())

    def sweep(
        self,
        path: str,
        values: Iterable[Number] | tuple[Number, Number, Number],
        *,
        event: EventLike,
        landings: Iterable[str] = (),
        plan: Mapping[str, object] | None = None,
        events: Iterable[EventLike] = (),
        as_of: date | datetime | str | None = None,
        given: Given | None = None,
        processes: int | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> Sweep:
        """The decision on an event for each value of one number, of the plan or of the event: `what_if.sweep`.

        `plan` and `events` are laid on top first, as in `what_if`.
        """
        return sweep(
            self._world().overlaid(plan, events),
            path=path,
            values=values,
            event=event,
            landings=landings,
            as_of=as_of,
            given=given,
            processes=processes,
            progress=progress,
        )

    def break_even(
        self,
        path: str,
        low: Number,
        high: Number,
        *,
        event: EventLike,
        outcome: str | None = None,
        unit: Number | None = None,
        plan: Mapping[str, object] | None = None,
        events: Iterable[EventLike] = (),
        as_of: date | datetime | str | None = None,
        given: Given | None = None,
        processes: int | None = 1,
    ) -> BreakEven:
        """Where the outcome of an event switches as one number grows, to the smallest unit: `what_if.break_even`."""
        return break_even(
            self._world().overlaid(plan, events),
            path=path,
            low=low,
            high=high,
            event=event,
            outcome=outcome,
            unit=unit,
            as_of=as_of,
            given=given,
            processes=processes,
        )

    def _world(self) -> World:
        return World.of(self.plan, self.program, self.rulesets, self.attributes, self.ledger, self._inference)

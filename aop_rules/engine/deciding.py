"""Decisions out: on an event, only asked or also kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from aop_rules.decision.decision import Decision
from aop_rules.engine.base import Base, EventLike, moment_of
from aop_rules.events import BudgetTransfer, EventBase
from aop_rules.facts.host import Given
from aop_rules.history.given import given_plainly
from aop_rules.history.kept import about, decision_draft
from aop_rules.history.snapshot import rules_draft
from aop_rules.ledger.entry import Draft
from aop_rules.ledger.ledger import draft_of, event_of
from aop_rules.ledger.pen import Pen
from aop_rules.ledger.redacted import same_content
from aop_rules.version import __version__ as VERSION  # noqa: N812


class Deciding(Base):
    """Decides."""

    def evaluate(
        self,
        event: EventLike,
        *,
        as_of: date | datetime | str | None = None,
        given: Given | None = None,
    ) -> Decision:
        """The decision on an event. Nothing is recorded, so the same call gives the same decision.

        `as_of` is what counts as known: the end of the day on which the event became known, where missing. `given` holds
        the values of attributes declared to `open`: `{"vendor.rating": 4}`.
        Raises EventError where the event is no event, or not one of this plan, and LedgerError where the plan was amended since.
        """
        checked = self._event(event)
        self._adoption.hold(self.ledger.entries, self.plan)
        return self._decided(self.ledger.entries, checked, moment_of(checked, as_of), given or {})

    def submit(
        self,
        event: EventLike,
        *,
        as_of: date | datetime | str | None = None,
        given: Given | None = None,
    ) -> Decision:
        """Like `evaluate`, and keeps the event and the decision, both or neither, with all that it takes to replay it.

        The same event on the same facts is the same decision, kept once. On newer facts it is a new decision, which
        names the one before. Money that a transfer asks for is not moved: `record` does that.
        Raises what `evaluate` and `record` raise.
        """
        checked, held = self._event(event), given_plainly(given or {})
        when = moment_of(checked, as_of)
        self.position(when)  # what is there by now is folded in before anybody else has to wait

        def work(pen: Pen) -> Decision:
            seen, event = pen.head().sequence, _as_kept(pen, checked)
            decision = self._decided(pen.entries, event, when, given or {})
            drafts = [] if isinstance(event, BudgetTransfer) else [draft_of(event)]
            pen.keep([*drafts, *self._told(pen, decision, seen, held)])
            return decision

        return self._write(work)

    def _told(self, pen: Pen, decision: Decision, seen: int, given: Mapping[str, Any]) -> list[Draft]:
        """A decision, and the rules that it was made with, to be kept; nothing where it is there already."""
        before = pen.about("decision", source=about(decision.event))
        if any(entry.id == decision.decision_id for entry in before):
            return []
        rules = rules_draft(self.program, self.rulesets, self.attributes)
        said = {"follows": before[-1].id if before else "", "made_by": VERSION, "rules": rules.source}
        return [rules, decision_draft(decision, seen=seen, given=given, **said)]


def _as_kept(pen: Pen, event: EventBase) -> EventBase:
    """The event; without a name that was erased from it, which a decision would bring back."""
    draft = draft_of(event)
    known = pen.find(draft.kind, draft.id, draft.source)
    if known is None or known.body == draft.body or not same_content(known, draft.body):
        return event
    return event_of(known)

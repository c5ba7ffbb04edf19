"""Money, before it is ordered: asked about, held, freed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from aop_rules.decision.decision import Decision
from aop_rules.engine.base import moment_of
from aop_rules.engine.deciding import Deciding
from aop_rules.errors import ConflictError
from aop_rules.events import SpendRequest
from aop_rules.facts.host import Given
from aop_rules.history.given import given_plainly
from aop_rules.history.kept import about
from aop_rules.history.replay import decided_before
from aop_rules.history.reserving import (
    RESERVATION,
    RESERVES,
    Amount,
    not_reserved,
    release_of,
    request_of,
    reservation_of,
    taken,
)
from aop_rules.ledger.ledger import draft_of, event_of
from aop_rules.ledger.pen import Pen
from aop_rules.ledger.reading import event_from
from aop_rules.ledger.record import Record


class Spending(Deciding):
    """Checks, holds and frees money of a line."""

    def check_spend(
        self,
        *,
        line: str,
        amount: Amount,
        date: date | str,
        ref: str = "",
        period: str | None = None,
        as_of: date | datetime | str | None = None,
        given: Given | None = None,
        **more: Any,
    ) -> Decision:
        """The decision on spending an amount from a line on a day. Nothing is recorded.

        `amount` is in whole units of the plan's currency, or `Money`. Under `ref` (an order, a request) money may be held
        already: what is asked is what goes beyond it. `period` is that of the date where missing; `more` are other keys of
        a spend request (`asked_by`, `links`, `category`). It sees every reservation, also one that is dated later.
        Raises EventError.
        """
        request = self._event(request_of(line, amount, date, ref, period, more))
        at, _ = self._following.reserving(self.ledger.entries, moment_of(request, as_of), ref)
        return self._decided(self.ledger.entries, request, at, given or {})

    def reserve(
        self,
        *,
        line: str,
        amount: Amount,
        date: date | str,
        ref: str,
        period: str | None = None,
        as_of: date | datetime | str | None = None,
        given: Given | None = None,
        **more: Any,
    ) -> Decision:
        """Like `check_spend`, and keeps the decision; where it is a yes, with or without conditions, it holds the money.

        Nobody else decides meanwhile, so a line is never promised twice. The same `ref` and request again is the same
        decision and holds nothing more; where it was no, try again under another `ref`. An order or invoice that names
        `ref` uses the money up, `release` frees it. Raises ConflictError (`ref` is taken by another request) and EventError.
        """
        request = self._event({**request_of(line, amount, date, ref, period, more), "event_id": ref})
        assert isinstance(request, SpendRequest)
        when, held = moment_of(request, as_of), given_plainly(given or {})
        self.position(when)

        def work(pen: Pen) -> Decision | str:
            draft = draft_of(request)
            if pen.find(draft.kind, draft.id, draft.source) is not None:
                try:
                    pen.keep([draft])
                except ConflictError as error:
                    hint = "give each request a reference of its own"
                    raise ConflictError([replace(each, hint=hint) for each in error.problems]) from None
                return pen.about("decision", source=about(request))[0].id
            seen = pen.head().sequence
            at, named = self._following.reserving(pen.entries, when, ref)
            if named:
                raise taken(ref)
            decision = self._decided(pen.entries, request, at, given or {})
            drafts = [draft, *self._told(pen, decision, seen, held)]
            if decision.outcome in RESERVES:
                drafts.append(draft_of(event_from(reservation_of(request, at))))
            pen.keep(drafts)
            return decision

        done = self._write(work)
        if isinstance(done, Decision):
            return done
        again = decided_before(self.ledger.entries, done, self._inference)
        assert again is not None
        return again

    def release(self, ref: str, *, date: date | str) -> Record:
        """Frees what is left of a reservation. The same again changes nothing.

        Raises EventError (nothing was reserved as `ref`) and ConflictError (it was released on another day).
        """

        def work(pen: Pen) -> Record:
            found = pen.find("event", ref, RESERVATION)
            if found is None:
                raise not_reserved(ref)
            event = self._event(release_of(event_of(found), date))
            (kept,) = pen.keep([draft_of(event)])
            return Record(kept.sequence, event)

        return self._write(work)

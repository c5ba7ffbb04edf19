"""Facts in: events and files of them, kept whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from os import PathLike
from pathlib import Path

from aop_rules.engine.base import Base, EventLike
from aop_rules.errors import EventError, Problem
from aop_rules.events import BudgetTransfer, EventBase
from aop_rules.facts.check import event_problems, fit_the_plan
from aop_rules.facts.transfers import transfer_problems
from aop_rules.history.following import Following
from aop_rules.importing.arriving import Arriving, arriving
from aop_rules.importing.reading import read_file
from aop_rules.ledger.entry import Entry
from aop_rules.ledger.ledger import draft_of
from aop_rules.ledger.pen import Pen
from aop_rules.ledger.record import Record
from aop_rules.plan.imports import Import

ALWAYS = datetime.max.replace(tzinfo=UTC)
"""As of which everything is known."""


class Recording(Base):
    """Keeps what happened."""

    def record(self, event: EventLike) -> Record:
        """Keep an event: a reading, a commitment, an invoice. The same event again changes nothing.

        Raises EventError (not an event, or not one of this plan; a transfer of money that is not there), ConflictError
        (its id is taken by another) or LedgerError.
        """
        return self.record_all([event])[0]

    def record_all(self, events: Iterable[EventLike]) -> tuple[Record, ...]:
        """Keep all of the events, or none."""
        checked: list[EventBase] = []
        problems: list[Problem] = []
        for event in events:
            try:
                checked.append(self._event(event))
            except EventError as error:
                problems += error.problems
        if problems:
            raise EventError(problems)

        def work(pen: Pen) -> tuple[Entry, ...]:
            if any(isinstance(event, BudgetTransfer) for event in checked):
                return self._booked(pen, checked)
            return pen.keep([draft_of(event) for event in checked])

        kept = self._write(work)
        return tuple(Record(entry.sequence, event) for entry, event in zip(kept, checked, strict=True))

    def record_file(
        self,
        path: str | PathLike[str],
        mapping: str | PathLike[str] | Import | None = None,
        *,
        dry_run: bool = False,
        restate: bool = False,
    ) -> Arriving:
        """Keep all events of a file, or none; a table (CSV, XLSX) is read by a mapping: the name of one of the plan's
        `imports`, a file that holds one, or an `Import`.

        Gives what was new (with `dry_run`: what would be; nothing is kept). With `restate` a reading that is known with
        another figure becomes its next revision. Raises EventError with every problem of every row, or LedgerError.
        """
        files = [read_file(Path(path), mapping, self.plan, partial(event_problems, self.plan)).file]
        fit_the_plan(self.plan, files)
        found = arriving(files, self.ledger, restate=restate)
        if not dry_run:
            self.record_all(found.events)
        return found

    def _booked(self, pen: Pen, events: Sequence[EventBase]) -> tuple[Entry, ...]:
        """Keeps events of which some move money: each only where, after those before it, the money is there."""
        # What this work has kept so far may still be undone, so it is counted apart.
        where = self._following if len(events) == 1 else Following(self.plan, self._following.earlier)
        kept: list[Entry] = []
        for event in events:
            draft = draft_of(event)
            if isinstance(event, BudgetTransfer) and pen.find(draft.kind, draft.id, draft.source) is None:
                position = where.position(pen.entries, ALWAYS)
                problems = transfer_problems(self.plan, position, event)
                if problems:
                    raise EventError(problems)
            kept += pen.keep([draft])
        return tuple(kept)

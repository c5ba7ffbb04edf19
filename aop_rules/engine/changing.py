"""The plan changed knowingly, names erased, and decisions looked back on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from os import PathLike
from typing import Any, Self

from aop_rules.alerts.said import said_of
from aop_rules.engine.base import Base
from aop_rules.engine.opening import Opening, plan_of
from aop_rules.history.amending import Asking, amended, first_open, standing
from aop_rules.history.changed import amendments
from aop_rules.history.policy import Redecided, policy_diff
from aop_rules.history.readable import read_back
from aop_rules.history.replay import Replay, replay
from aop_rules.inference.program import Program
from aop_rules.ledger.entry import Entry
from aop_rules.ledger.pen import Pen
from aop_rules.ledger.record import moment
from aop_rules.plan.amendment import Amendment
from aop_rules.plan.model import Plan
from aop_rules.rules.collection import collect
from aop_rules.version import __version__ as VERSION  # noqa: N812


class Changing(Opening):
    """Changes the plan, and looks back."""

    def replay(self, progress: Callable[[int], None] | None = None) -> Replay:
        """Every recorded decision again, from what it saw. `progress` is told how many are done."""
        return replay(self.ledger.entries, VERSION, self._inference, progress)

    def amend(
        self,
        plan: Plan | Mapping[str, Any] | str | PathLike[str],
        *,
        reason: str,
        trade_off: str,
        by: str,
        approved_by: str = "",
        effective_from: str = "",
        as_of: date | datetime | str | None = None,
    ) -> Self:
        """Puts the next version of the plan in force, knowingly, and gives the engine for it.

        `effective_from` is a period id, the first open period where missing: closed ones keep their targets and
        thresholds. `as_of` is the moment that the year is looked at, now where missing, and never one before the last
        fact: what is closed by then stays closed. The rules stay those of this engine.
        Raises PlanError with everything that stands against it, and LedgerError.
        """
        loaded, _ = plan_of(plan)
        collection = collect(loaded, self.rulesets, extra=self.attributes)
        when = moment(as_of) if as_of is not None else self.ledger.now()

        def work(pen: Pen) -> None:
            # Looked at no earlier than the last fact: a period that is closed by now stays closed.
            latest = self._following.latest(pen.entries, max(when, self.ledger.now())) or when
            where = self._following.position(pen.entries, max(when, latest))
            start = effective_from or first_open(self.plan, where)
            said = Asking(reason, trade_off, by, approved_by, start)
            pen.keep(amended(self.plan, loaded, standing(self.plan, where, pen), said))

        self._write(work)
        return type(self)(
            loaded, Program(collection, self._inference), self.ledger, self.attributes, self.rulesets, self._inference
        )

    def amendments(self) -> tuple[Amendment, ...]:
        """How the plan was changed, in the order in which that was done: each with reason, trade-off, who, and from when."""
        return amendments(self.ledger.entries(0, ("amendment",)))

    def erase(self, name: str, *, reason: str, by: str = "") -> Entry | None:
        """Erases a person's name wherever it stands in the ledger: `Ledger.erase`, which then makes sure that plans, rules
        and decisions can still be read. Raises LedgerError, with nothing erased, where they could not.
        """
        return self.ledger.erase(name, reason=reason, by=by, read_back=_read_back)

    def policy_diff(self, other: Base) -> tuple[Redecided, ...]:
        """Every recorded decision beside what it would have been under another engine's plan and rules."""
        return policy_diff(self.ledger.entries(), other.plan, other.plan_digest, other.program, other.attributes)


def _read_back(entry: Entry) -> None:
    read_back(entry)
    said_of((entry,))

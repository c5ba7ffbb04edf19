"""The versions of a plan in a ledger: which is in force, and from which period on each one was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from aop_rules.exact.calendar import Period
from aop_rules.history.snapshot import plan_of
from aop_rules.ledger.entry import Entry
from aop_rules.plan.model import Plan
from aop_rules.position.allocation import Earlier
from aop_rules.position.year import calendar_of

KINDS = ("amendment", "plan")
"""The entries that tell of versions."""


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions so far, the first one first."""

    plans: tuple[Plan, ...] = ()
    starts: tuple[str, ...] = ()
    """Of each plan: the period that it holds from; empty for the one that the year began with."""

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Self:
        """The versions that these entries tell of."""
        found = cls()
        starts: dict[str, str] = {}
        for entry in entries:
            if entry.kind == "amendment":
                starts[entry.id] = str(entry.data()["effective_from"])
            elif entry.kind == "plan":
                found = found.then(entry, starts.get(entry.id, ""))
        return found

    def then(self, entry: Entry, start: str) -> Self:
        """These, and the plan in an entry."""
        return type(self)((*self.plans, plan_of(entry)), (*self.starts, start))

    @property
    def current(self) -> Plan | None:
        return self.plans[-1] if self.plans else None

    def in_force(self, period: Period) -> Self:
        """Those up to the one that was in force in a period, which is the current one of what this gives."""
        starts = (
            calendar_of(plan).resolve(start).index if start else 1
            for plan, start in zip(self.plans, self.starts, strict=True)
        )
        count = max((n for n, start in enumerate(starts, 1) if start <= period.index), default=0)
        return type(self)(self.plans[:count], self.starts[:count])

    @property
    def earlier(self) -> tuple[Earlier, ...]:
        """All but the current one, with the last period in which each held."""
        return tuple(
            Earlier(plan, calendar_of(plan).resolve(start).index - 1)
            for plan, start in zip(self.plans, self.starts[1:], strict=False)
        )

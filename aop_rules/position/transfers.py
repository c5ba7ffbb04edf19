"""Money that moved between budget lines, periods and years, as double entry: what one account gives, another gets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from aop_rules.errors import OutsideYearError
from aop_rules.events import BudgetFreeze, BudgetTransfer, CarryForward, EventBase
from aop_rules.exact.calendar import Calendar
from aop_rules.exact.number import Exact, exact
from aop_rules.plan.model import Plan

LAST_YEAR = "last year"
"""The account that money carried forward comes from. No budget line can have this id: ids have no spaces."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One side of a movement: an account gets an amount in a period, or gives one (negative)."""

    account: str
    """Budget line id, or LAST_YEAR."""
    period: int
    """Index from 1."""
    amount: Exact
    """In whole units of the plan's currency."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement. Its legs sum to zero: nothing is made, nothing is lost.

    >>> entry = Entry("t-1", "Mara", (Leg("reserve", 6, -500), Leg("ads", 6, 500)))
    >>> entry.giver.account, entry.taker.account, sum(leg.amount for leg in entry.legs)
    ('reserve', 'ads', 0)
    """

    event_id: str
    asked_by: str
    """Who asked for it; empty where nobody said."""
    legs: tuple[Leg, Leg]
    """The one that gives, then the one that gets."""

    @property
    def giver(self) -> Leg:
        return self.legs[0]

    @property
    def taker(self) -> Leg:
        return self.legs[1]

    @property
    def rephases(self) -> bool:
        """Whether it only moves money between periods of one line."""
        return self.giver.account == self.taker.account


@dataclass(frozen=True, slots=True)
class Freeze:
    """Days on which nothing new is spent on some lines without approval."""

    event_id: str
    lines: tuple[str, ...]
    """All lines where empty, but for what is owed by contract."""
    start: date
    until: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Moves:
    """Every movement and freeze of the year, and the event ids that fit no line, period or currency of the plan."""

    entries: tuple[Entry, ...] = ()
    freezes: tuple[Freeze, ...] = ()
    unplaced: tuple[str, ...] = ()


@dataclass(slots=True)
class Moved:
    """What came to one line and left it, by period (index 0 is the first of the year)."""

    transferred_in: list[Exact]
    transferred_out: list[Exact]
    carried_in: list[Exact]
    sources: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, periods: int) -> Moved:
        return cls([0] * periods, [0] * periods, [0] * periods)


def moves(plan: Plan, year: Calendar, facts: Iterable[EventBase]) -> Moves:
    """The movements and freezes among the facts, in the order of their event ids."""
    entries, freezes, unplaced = [], [], []
    for event in sorted(facts, key=lambda event: (event.event_id, event.source)):
        if isinstance(event, BudgetTransfer | CarryForward):
            entry = entry_of(plan, year, event)
            if entry is None:
                unplaced.append(event.event_id)
            else:
                entries.append(entry)
        elif isinstance(event, BudgetFreeze):
            known = tuple(sorted({line for line in event.lines if line in plan.budget.lines}))
            if len(known) < len(set(event.lines)):
                unplaced.append(event.event_id)
            if known or not event.lines:
                until = year.ends if event.until is None else event.until
                freezes.append(Freeze(event.event_id, known, event.effective_date, until, event.reason))
    return Moves(tuple(entries), tuple(freezes), tuple(unplaced))


def entry_of(plan: Plan, year: Calendar, event: BudgetTransfer | CarryForward) -> Entry | None:
    """The two legs of an event; None where it names a line or period that the plan lacks, or no sum of its currency."""
    if event.amount <= 0 or event.currency not in (None, plan.currency):
        return None
    try:
        if isinstance(event, CarryForward):
            giver, taker = LAST_YEAR, event.line
            first = last = year.resolve(event.period).index if event.period else 1
        else:
            giver, taker = event.from_line, event.to_line
            both = event.period or event.effective_date
            first = year.resolve(event.from_period or both).index
            last = year.resolve(event.to_period or both).index
    except OutsideYearError:
        return None
    if not {giver, taker} <= {LAST_YEAR, *plan.budget.lines}:
        return None
    amount = exact(event.amount)
    return Entry(event.event_id, event.asked_by, (Leg(giver, first, exact(-amount)), Leg(taker, last, amount)))


def moved(plan: Plan, year: Calendar, entries: Sequence[Entry]) -> Mapping[str, Moved]:
    """What each line gave and got. A group gives and gets with its parts; between two of its own parts, nothing."""
    by_line: defaultdict[str, Moved] = defaultdict(lambda: Moved.of(len(year.periods)))
    for entry in entries:
        touched = {line for leg in entry.legs for line in plan.budget.with_groups(leg.account)}
        for line in sorted(touched):
            _add(by_line[line], entry, changes_of(plan, line, entry))
    return by_line


def changes_of(plan: Plan, line: str, entry: Entry) -> Mapping[int, Exact]:
    """By period: what a movement adds to the limit of a line or group (negative: takes). Zeros are left out."""
    net: defaultdict[int, Exact] = defaultdict(int)
    for leg in entry.legs:
        if line in plan.budget.with_groups(leg.account):
            net[leg.period] = exact(net[leg.period] + leg.amount)
    return {period: amount for period, amount in net.items() if amount}


def _add(line: Moved, entry: Entry, changes: Mapping[int, Exact]) -> None:
    for period, amount in changes.items():
        line.sources.add(entry.event_id)
        carried = entry.giver.account == LAST_YEAR
        into = line.carried_in if carried else line.transferred_in if amount > 0 else line.transferred_out
        into[period - 1] = exact(into[period - 1] + max(amount, -amount))

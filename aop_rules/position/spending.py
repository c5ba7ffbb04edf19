"""What was ordered and spent, by line and period, kept as sums: one fact more or less costs the same among thousands."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import TypeVar

from aop_rules.errors import OutsideYearError
from aop_rules.events import Actual, Commitment, CommitmentRelease, Reservation, ReservationRelease, Spending
from aop_rules.exact.calendar import Calendar
from aop_rules.exact.number import Exact, exact
from aop_rules.plan.model import Plan
from aop_rules.position.commitments import Order, Posting, Spot
from aop_rules.position.counted import Fact, Sign
from aop_rules.position.rates import rate_on
from aop_rules.position.reservations import Held, counted, held_by

_REMEMBERED = 4096
"""So many periods, and so many rates, are remembered: more than a year has days."""
Kept = TypeVar("Kept", Fact, str)


@dataclass(slots=True)
class LineUse:
    """What one line has used, without its parts, by period (index 0 is the first). Facts stand as they became known."""

    reserved: list[Exact]
    committed: list[Exact]
    actual: list[Exact]
    unclear: list[int]
    """How many amounts had no rate."""
    facts: list[Fact] = field(default_factory=list)
    unconverted: list[Fact] = field(default_factory=list)


class Apart:
    """Facts that have no place in the sums. All of them are named, which costs only where one came or went."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        """As they became known."""
        self._ids: list[str] = []
        self._named: tuple[str, ...] | None = ()

    def count(self, fact: Fact, sign: Sign) -> None:
        """Counts a fact in (1), or out again (-1)."""
        _keep(self.facts, fact, sign)
        _keep(self._ids, fact.event_id, sign)
        self._named = None

    @property
    def ids(self) -> tuple[str, ...]:
        """Their event ids, in order."""
        if self._named is None:
            self._named = tuple(self._ids)
        return self._named


class Spent:
    """The spending that counts. Orders are worked out when `lines` is asked for, each only if something touched its family."""

    def __init__(self, plan: Plan, year: Calendar) -> None:
        self._year = year
        self._period = lru_cache(_REMEMBERED)(self._index)
        self._rate = lru_cache(_REMEMBERED)(lambda currency, day: rate_on(plan, currency, day))
        periods = len(year.periods)
        self._lines = {
            line: LineUse([0] * periods, [0] * periods, [0] * periods, [0] * periods) for line in plan.budget.lines
        }
        self._orders: dict[str, Order] = {}
        self._under: defaultdict[str, set[str]] = defaultdict(set)
        """By document: the orders that use up its reservation."""
        self._held: dict[str, Held] = {}
        """By document: what of it stands in the sums."""
        self._touched: set[str] = set()
        self.unbudgeted = Apart()
        self.unconverted = Apart()
        self.unplaced = Apart()

    def count(self, fact: Fact, event: Spending, sign: Sign) -> None:
        """Counts a fact in (1), or out again (-1)."""
        use = self._lines.get(event.line)
        if use is None:
            self.unbudgeted.count(fact, sign)
            return
        period = self._period(event.period or event.effective_date)
        if period is None:
            self.unplaced.count(fact, sign)
            return
        _keep(use.facts, fact, sign)
        rate = 1 if event.currency is None else self._rate(event.currency, event.effective_date)
        if rate is None:
            self.unconverted.count(fact, sign)
            _keep(use.unconverted, fact, sign)
            use.unclear[period - 1] += sign
            return
        one = _posting(event, period, exact(event.amount * rate))
        if one.kind == "actual":
            use.actual[period - 1] = exact(use.actual[period - 1] + sign * one.amount)
        if one.doc:
            self._post(one, sign)

    def count_release(self, fact: Fact, event: ReservationRelease, sign: Sign) -> None:
        """Counts the release of a reservation in, or out again. An amount without a rate frees nothing."""
        if event.line is not None:
            use = self._lines.get(event.line)
            if use is None:
                self.unbudgeted.count(fact, sign)
                return
            _keep(use.facts, fact, sign)
        rate = 1 if event.currency is None else self._rate(event.currency, event.effective_date)
        line, doc = event.line or "", event.doc or event.consumes
        if event.amount is None:
            self._post(Posting("ended", line, 0, 0, doc), sign)
        elif rate is None:
            self.unconverted.count(fact, sign)
        else:
            self._post(Posting("freed", line, 0, max(0, exact(event.amount * rate)), doc), sign)

    def lines(self) -> dict[str, LineUse]:
        """Each line of the plan, without its parts. To be read at once: the next fact changes it."""
        while self._touched:
            family = self._family(self._touched.pop())
            self._touched -= family
            for doc in family & self._held.keys():
                self._weigh(self._held.pop(doc), -1)
            orders = {doc: self._orders[doc] for doc in family if doc in self._orders}
            for doc, held in held_by(orders).items():
                self._held[doc] = held
                self._weigh(held, 1)
        return self._lines

    def held(self, doc: str) -> Mapping[Spot, Exact]:
        """What already counts under a document, by line and period: reserved, ordered and invoiced.

        Of the orders that use up its reservation those that use up no other as well.
        """
        self.lines()
        own = [other for other in self._under.get(doc, ()) if self._orders[other].all_under(doc)]
        docs = [each for each in (doc, *own) if each in self._orders]
        return counted(
            part
            for each in docs
            for part in (self._held[each].committed, self._held[each].reserved, self._orders[each].invoiced)
        )

    def reserves(self, doc: str) -> bool:
        """Whether anything reserves or releases money under a document."""
        order = self._orders.get(doc)
        return order is not None and bool(order.reserved or order.freed or order.ended)

    def _family(self, doc: str) -> set[str]:
        """The documents that orders tie to one, with it."""
        family, ahead = {doc}, [doc]
        while ahead:
            each = ahead.pop()
            order = self._orders.get(each)
            tied = {*self._under.get(each, ()), *(order.roots if order else ())} - family
            if order is not None or each == doc:
                family |= tied
                ahead += tied
        return family

    def _post(self, one: Posting, sign: Sign) -> None:
        order = self._orders.get(one.doc)
        if order is None:
            order = self._orders[one.doc] = Order()
        order.post(one, sign)
        self._touched.add(one.doc)
        if one.under:
            self._touched.add(one.under)
            if one.under in order.roots:
                self._under[one.under].add(one.doc)
            else:
                self._under[one.under].discard(one.doc)
        if not order.postings:
            del self._orders[one.doc]

    def _weigh(self, held: Held, sign: Sign) -> None:
        for (line, period), amount in held.committed.items():
            committed = self._lines[line].committed
            committed[period - 1] = exact(committed[period - 1] + sign * amount)
        for (line, period), amount in held.reserved.items():
            reserved = self._lines[line].reserved
            reserved[period - 1] = exact(reserved[period - 1] + sign * amount)

    def _index(self, when: str | date) -> int | None:
        try:
            return self._year.resolve(when).index
        except OutsideYearError:
            return None


def _posting(event: Spending, period: int, amount: Exact) -> Posting:
    """A commitment without a document stands under its own id; a release names its commitment in either field."""
    if isinstance(event, Reservation):
        return Posting("reservation", event.line, period, max(0, amount), event.doc)
    if isinstance(event, Commitment):
        doc = event.doc or event.event_id
        return Posting("commitment", event.line, period, amount, doc, event.consumes if event.consumes != doc else "")
    if isinstance(event, CommitmentRelease):
        return Posting("release", event.line, period, amount, event.consumes or event.doc)
    assert isinstance(event, Actual)
    return Posting("actual", event.line, period, amount, event.consumes)


def _keep(kept: list[Kept], one: Kept, sign: Sign) -> None:
    """Puts one in its place in the order, or takes it out."""
    if sign > 0:
        insort(kept, one)
    else:
        del kept[bisect_left(kept, one)]

"""The facts of one plan, counted as they come: the position at any moment costs what changed since the last one."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable
from datetime import date, datetime
from itertools import repeat

from aop_rules.events import (
    BudgetTransfer,
    EventBase,
    KpiObservation,
    Reservation,
    ReservationRelease,
    Spending,
    SpendRequest,
)
from aop_rules.plan.model import Plan
from aop_rules.position.allocation import Earlier, in_turn
from aop_rules.position.assembly import Basis, assembled, kpis_at
from aop_rules.position.counted import FACTS, Counted, Fact, Identity, Sign, conflict, fact, moment
from aop_rules.position.digest import FactsDigest
from aop_rules.position.model import Position
from aop_rules.position.readings import Observed
from aop_rules.position.spending import Spent
from aop_rules.position.year import calendar_of


class Tally:
    """Gives the positions that `position` gives, without folding all events each time.

    Facts are kept in the order in which they became known. Those up to a boundary are counted into sums; asking for
    another moment moves the boundary, and counts what lies between in, or out again. Not to be used from several
    threads at once.

    >>> from datetime import UTC, date
    >>> from aop_rules.events import parse_event
    >>> head = {"aop": 1, "id": "shop", "name": "Shop", "currency": "USD", "year": {"starts": date(2026, 1, 1)}}
    >>> tally = Tally(Plan.model_validate({**head, "budget": {"lines": {"ads": {"name": "Ads", "amount": 1200}}}}))
    >>> bill = {"kind": "actual", "line": "ads", "amount": 30}
    >>> tally.add(parse_event({**bill, "event_id": f"b{n}", "effective_date": date(2026, n, 9)}) for n in (2, 1))
    >>> for day in (31, 1):
    ...     seen = tally.position(datetime(2026, 1, day, tzinfo=UTC))
    ...     print(seen.lines["ads"]["2026-01"].horizons[2].used)
    30
    0
    """

    def __init__(self, plan: Plan, earlier: Iterable[Earlier] = ()) -> None:
        """`earlier` holds the versions of the plan that this one amends: what they said of closed periods stands."""
        self._plan = plan
        self._earlier = in_turn(earlier)
        self._year = calendar_of(plan)
        self._facts: dict[Identity, Fact] = {}
        self._sorted: list[Fact] = []
        self._as_of: datetime | None = None
        self._until = 0
        """So many of the sorted facts were known by `_as_of`: they are counted in."""
        self._kpis = kpis_at(plan, self._year, self._earlier)
        self._digest = FactsDigest()
        self._spent = Spent(plan, self._year)
        self._observed = Observed(plan, self._year)
        self._others: dict[Identity, EventBase] = {}
        self._reserved_until: datetime | None = None

    @property
    def reserved_until(self) -> datetime | None:
        """When the last of the reservations became known; None where there is none."""
        return self._reserved_until

    def add(self, events: Iterable[EventBase], digests: Iterable[bytes] | None = None) -> None:
        """Takes in the facts among the events, in any order; one that is already there changes nothing.

        `digests` holds `sha256(canonical(event).encode()).digest()` of each event, from who keeps these: to work them
        out again takes most of the time. Raises ConflictError (one event id, two contents), and then adds nothing.
        """
        new = self._new(events, digests)
        self._facts.update(new)
        for each in new.values():
            if isinstance(each.event, Reservation):
                self._reserved_until = max(self._reserved_until or each.known, each.known)
            if self._as_of is not None and each.known <= self._as_of:
                self._count(each, 1)
                self._until += 1
        self._put_in_order(sorted(new.values()))

    def _put_in_order(self, new: list[Fact]) -> None:
        """Few facts are put in their places: sorting all of them at each batch would make a year cost its square."""
        if not new or not self._sorted or self._sorted[-1] < new[0]:
            self._sorted.extend(new)
        elif len(new) * 20 < len(self._sorted):
            for each in new:
                insort(self._sorted, each)
        else:
            self._sorted = sorted([*self._sorted, *new])

    def latest(self, until: datetime) -> datetime | None:
        """When the last of the facts known by a moment became known; None where there is none."""
        count = bisect_right(self._sorted, until, key=lambda each: each.known)
        return self._sorted[count - 1].known if count else None

    def position(self, as_of: datetime, also: EventBase | None = None, today: date | None = None) -> Position:
        """Where the year stands at a moment; see `position.compute.position`. `also` counts for this call only.

        Raises ConflictError where `also` has the id of a fact known by then, and other content.
        """
        as_of = moment(as_of)
        change = self._change(also, as_of)
        self._move(as_of)
        for one, sign in change:
            self._count(one, sign)
        try:
            return self._position(as_of, also, today)
        finally:
            for one, sign in change:
                self._count(one, -sign)

    def reserves(self, as_of: datetime, doc: str) -> bool:
        """Whether what is known at a moment reserves or releases money under a document."""
        self._move(moment(as_of))
        return self._spent.reserves(doc)

    def _position(self, as_of: datetime, also: EventBase | None, today: date | None) -> Position:
        others = tuple(self._others[each] for each in sorted(self._others))
        deciding = also if isinstance(also, FACTS) and not isinstance(also, BudgetTransfer) else None
        basis = Basis(
            plan=self._plan,
            year=self._year,
            earlier=self._earlier,
            as_of=as_of,
            facts=Counted(others, deciding),
            read=self._observed.readings(),
            kpis=self._kpis,
            spent=self._spent,
            asked_under=also.doc if isinstance(also, SpendRequest) else "",
            digest=self._digest.hexdigest(),
            today=today,
        )
        return assembled(basis)

    def _new(self, events: Iterable[EventBase], digests: Iterable[bytes] | None) -> dict[Identity, Fact]:
        new: dict[Identity, Fact] = {}
        clashes: set[str] = set()
        paired = zip(events, digests, strict=True) if digests is not None else zip(events, repeat(None))
        for event, digest in paired:
            if not isinstance(event, FACTS):
                continue
            identity = event.source, event.event_id
            there = self._facts.get(identity) or new.get(identity)
            if there is None:
                new[identity] = fact(event, digest)
            elif there.event is not event and there.digest != fact(event, digest).digest:
                clashes.add(event.event_id)
        if clashes:
            raise conflict(clashes)
        return new

    def _change(self, also: EventBase | None, as_of: datetime) -> list[tuple[Fact, Sign]]:
        """What is counted in or out for what is being decided on: a fact counts in, a transfer asked for counts out."""
        if not isinstance(also, FACTS):
            return []
        there = self._facts.get((also.source, also.event_id))
        counts = there is not None and there.known <= as_of
        if there is None or not counts:
            return [] if isinstance(also, BudgetTransfer) else [(fact(also), 1)]
        if there.event is not also and there.digest != fact(also).digest:
            raise conflict([also.event_id])
        return [(there, -1)] if isinstance(also, BudgetTransfer) else []

    def _move(self, as_of: datetime) -> None:
        until = bisect_right(self._sorted, as_of, key=lambda each: each.known)
        for each in self._sorted[self._until : until]:
            self._count(each, 1)
        for each in self._sorted[until : self._until]:
            self._count(each, -1)
        self._until, self._as_of = until, as_of

    def _count(self, one: Fact, sign: Sign) -> None:
        event, identity = one.event, (one.source, one.event_id)
        self._digest.count(one.digest, sign)
        if isinstance(event, Spending):
            self._spent.count(one, event, sign)
        elif isinstance(event, ReservationRelease):
            self._spent.count_release(one, event, sign)
        elif isinstance(event, KpiObservation):
            self._observed.count(event, sign)
        elif sign > 0:
            self._others[identity] = event
        else:
            del self._others[identity]

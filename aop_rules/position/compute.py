"""The one entry: plan, events and a moment in, the position out. Pure; the order of events never matters."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from aop_rules.events import EventBase
from aop_rules.plan.model import Plan
from aop_rules.position.allocation import Earlier
from aop_rules.position.counted import moment
from aop_rules.position.model import Position
from aop_rules.position.tally import Tally


def position(
    plan: Plan,
    events: Iterable[EventBase],
    as_of: datetime,
    *,
    also: EventBase | None = None,
    earlier: tuple[Earlier, ...] = (),
    today: date | None = None,
) -> Position:
    """Where the plan's year stands at a moment, from what was known by then.

    `also` is the event being decided on: where it is a fact (a reading, spending, an update), it counts as known.
    `earlier` holds the versions of the plan that this one amends: what they said of closed periods stands.
    `today` is the day by which periods are closed, where a look back is made with what is known by a later `as_of`.
    Events that are no facts change nothing. A naive `as_of` is UTC. Raises ConflictError (one event id, two contents).

    >>> from datetime import UTC, date
    >>> from aop_rules.events import parse_event
    >>> head = {"aop": 1, "id": "shop", "name": "Shop", "currency": "USD", "year": {"starts": date(2026, 1, 1)}}
    >>> plan = Plan.model_validate({**head, "budget": {"lines": {"ads": {"name": "Ads", "amount": 1200}}}})
    >>> bill = {"kind": "actual", "event_id": "bill", "line": "ads", "amount": 130, "effective_date": date(2026, 1, 9)}
    >>> seen = position(plan, [parse_event(bill)], datetime(2026, 1, 31, tzinfo=UTC))
    >>> [(horizon.name, horizon.available) for horizon in seen.lines["ads"]["2026-01"].horizons]
    [('period', -30), ('to_date', -30), ('year', 1070)]
    """
    as_of = moment(as_of)
    tally = Tally(plan, earlier)
    tally.add(event for event in events if event.known <= as_of)
    return tally.position(as_of, also, today)

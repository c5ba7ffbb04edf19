"""The outbox: a notification is kept in the ledger, delivered, and kept as taken, one after the other.

Whatever dies in between: what was kept and not taken is delivered again, under the same key, also where figures have changed
since. So nothing is lost, and nothing is told twice under two keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from aop_rules.alerts.alert import Alert
from aop_rules.alerts.due import notifications
from aop_rules.alerts.notifying import Notification
from aop_rules.alerts.said import KINDS, Said, said_of, told_draft
from aop_rules.alerts.sinks import Sink
from aop_rules.errors import AlertError, ConflictError, Place, Problem
from aop_rules.ledger.ledger import Ledger


def delivered(
    ledger: Ledger, sink: Sink, as_of: datetime, standing: Callable[[Said], Iterable[Alert]]
) -> tuple[Notification, ...]:
    """Tells a sink what it has not been told yet, and gives that.

    Raises AlertError where it was told of a later moment already, and whatever the sink raises: what it took before stands
    as told, the rest is told the next time.
    """
    said = said_of(ledger.entries(0, KINDS))
    latest = said.told_by.get(sink.name)
    if latest is not None and as_of < latest:
        message = f"it was told how things stood on {latest.date().isoformat()}, and this is {as_of.date().isoformat()}"
        raise AlertError([Problem(Place("<alerts>"), "ALERT_LOOKS_BACK", message, "leave `as_of` out: now is meant")])
    done = []
    for each in notifications(standing(said), said, sink.name):
        try:
            ledger.keep(told_draft(one.told, sink.name, as_of, taken=False) for one in each.each)
        except ConflictError:
            if each.alert.policy.group_by:
                continue  # meanwhile another process has begun to tell part of it in another group; the rest comes next time
            raise
        sink.deliver(each)
        ledger.keep(told_draft(one.told, sink.name, as_of, taken=True) for one in each.each)
        done.append(each)
    return tuple(done)

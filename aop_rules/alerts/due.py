"""What a sink is still to be told: what it may not have taken, what changed, what still fires, and what nobody acknowledges.

A change is told when an alert begins to fire, when it is pending again after it fired, and when that is over. What is muted
by a cause or silenced waits, and on a quiet day everything does. What a sink has taken stands in the ledger; all else is told
again, under the same key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256

from aop_rules.alerts.alert import Alert
from aop_rules.alerts.notifying import Notification
from aop_rules.alerts.said import Change, Said, Told, Why


def notifications(alerts: Iterable[Alert], said: Said, sink: str) -> tuple[Notification, ...]:
    """What a sink is to be told now. What it may not have taken comes first, then the rest, the oldest first."""
    awake = [alert for alert in alerts if not alert.policy.quiet(_day(alert))]
    again = [each for alert in awake for each in _again(alert, said, sink)]
    new = [_notification(alert, each) for alert in awake if alert.silence is None for each in _new(alert, said, sink)]
    return (*_batches(again), *_groups(sorted(new, key=lambda each: each.period)))


def _again(alert: Alert, said: Said, sink: str) -> Iterator[Notification]:
    every = said.told.get((sink, alert.id), ())
    nagging = _since_it_changed(every) if _nags(alert) else ()
    for each in every:
        if (sink, each.key) not in said.taken and (each.why == "change" or each in nagging):
            yield _notification(alert, each)


def _batches(again: Iterable[Notification]) -> Iterator[Notification]:
    """As they were told before: what went together goes together, unless all of it is silenced."""
    batches: dict[str, list[Notification]] = {}
    for each in again:
        batches.setdefault(each.key, []).append(each)
    for first, *others in batches.values():
        if any(each.alert.silence is None for each in (first, *others)):
            yield replace(first, others=tuple(others))


def _groups(new: Sequence[Notification]) -> Iterator[Notification]:
    """By goal, owner or both, as the plan says, and by whom they are for: one for each group."""
    groups: dict[tuple[str, ...], list[Notification]] = {}
    for each in new:
        groups.setdefault(_group(each), []).append(each)
    for items in groups.values():
        keys = "\n".join(sorted(each.told.key for each in items))
        batch = sha256(keys.encode()).hexdigest()[:32] if len(items) > 1 else ""
        first, *others = (replace(each, told=replace(each.told, batch=batch)) for each in items)
        yield replace(first, others=tuple(others))


def _group(each: Notification) -> tuple[str, ...]:
    by = each.alert.policy.group_by
    if not by:
        return ("", each.told.key)
    goal, owner = each.alert.group
    return ("together", goal if "goal" in by else "", owner if "owner" in by else "", each.told.to)


# ── one alert ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _new(alert: Alert, said: Said, sink: str) -> Iterator[Told]:
    every = said.told.get((sink, alert.id), ())
    told = [each for each in every if each.why == "change"]
    changed = list(_untold(alert, told))
    yield from changed
    if not changed and told and told[-1].change == "firing" and _nags(alert):
        since = _since_it_changed(every)
        days = [said.taken[sink, each.key].date() for each in since if (sink, each.key) in said.taken]
        if len(days) == len(since):
            yield from _nagging(alert, since, days, every)


def _since_it_changed(every: Sequence[Told]) -> Sequence[Told]:
    """The last change that was told, and what was told of it again."""
    changes = [n for n, each in enumerate(every) if each.why == "change"]
    return every[changes[-1] :] if changes else ()


def _nagging(alert: Alert, since: Sequence[Told], days: Sequence[date], every: Sequence[Told]) -> Iterator[Told]:
    """A repetition, counted from when it was last told, and one escalation, from when it was first told to fire."""
    policy, day, change = alert.policy, _day(alert), since[0]
    if policy.repeat_after is not None and day >= max(days) + timedelta(days=policy.repeat_after):
        yield _more(change, "repeat", every)
    told_further = any(each.why == "escalation" for each in since)
    after = None if policy.escalate_to == alert.group[1] else policy.escalate_after  # its owner has been told
    if after is not None and not told_further and day >= days[0] + timedelta(days=after):
        yield replace(_more(change, "escalation", every), to=policy.escalate_to)


def _more(change: Told, why: Why, every: Sequence[Told]) -> Told:
    times = sum((each.why, each.period) == (why, change.period) for each in every)
    return Told(change.alert, change.period, "firing", times, why=why)


def _untold(alert: Alert, told: Sequence[Told]) -> Iterator[Told]:
    """Changes after the last one that was told; then, where what was told is not so, how it really is."""
    order = {step.period: n for n, step in enumerate(alert.steps)}
    last = max((order.get(each.period, -1) for each in told), default=-1)
    known: Change = told[-1].change if told else "resolved"
    for each in alert.changes:
        if order[each.period] > last:
            if _waits(alert, each.closed):
                return
            yield Told(alert.id, each.period, each.change)
            known = each.change
    end = alert.changes[-1] if alert.changes else None
    now: Change = end.change if end else "resolved"
    if known != now:
        period = end.period if end else told[-1].period
        times = sum((each.period, each.change) == (period, now) for each in told)
        yield Told(alert.id, period, now, times, corrected=True)


def _waits(alert: Alert, closed: date) -> bool:
    """Whether others of its group are still waited for."""
    wait = alert.policy.wait
    return wait > 0 and _day(alert) < closed + timedelta(days=wait)


def _nags(alert: Alert) -> bool:
    """Whether it fires and nobody has said or seen why it should not be told again."""
    return alert.state == "firing" and alert.acknowledgement is None and not alert.muted_by


def _day(alert: Alert) -> date:
    return alert.as_of.date()


def _notification(alert: Alert, told: Told) -> Notification:
    """A change says what was the matter then, where that is still known; all else how it is now."""
    then = [each.sentence for each in alert.changes if (each.period, each.change) == (told.period, told.change)]
    now = told.corrected or told.why != "change" or not then
    return Notification(told, alert.sentence if now else then[0], alert)

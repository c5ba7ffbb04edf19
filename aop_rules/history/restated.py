"""What restated figures change: compared as of one day, with what was restated and without it, so that nothing else moves them.

A past decision is never changed, and replays as it was made; beside it stands what it would have been with today's figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from aop_rules.errors import OutsideYearError
from aop_rules.events import EventBase, KpiObservation
from aop_rules.history.following import Entries
from aop_rules.history.kept import kept_of
from aop_rules.history.old_figures import Today, Told, View, decided_anew
from aop_rules.history.restatement import Change, Restated, Value, What
from aop_rules.inference.chainer import EngineName
from aop_rules.ledger.ledger import event_of
from aop_rules.plan.model import Plan
from aop_rules.position.allocation import Earlier
from aop_rules.position.counted import Identity, moment
from aop_rules.position.model import KpiPosition, Position
from aop_rules.position.readings import Key, Observed, takes_readings
from aop_rules.position.tally import Tally
from aop_rules.position.year import calendar_of


def restated(
    entries: Entries,
    plan: Plan,
    as_of: datetime,
    *,
    since: datetime | None = None,
    earlier: Sequence[Earlier] = (),
    inference: EngineName = "auto",
) -> Restated:
    """What was restated among the readings known by `as_of`. `entries` reads the chain; `earlier` are the versions before `plan`.

    With `since`, a reading is held against what was known of it by then. Without, against what the last decision that saw it
    saw, or against its first revision where no decision did: what a later decision has taken in is told no more. A first
    reading restates nothing, and neither does one that repeats what was known.
    """
    as_of = moment(as_of)
    said_by = ((entry.sequence, event_of(entry)) for entry in entries(0, ("event",)))
    known = [(sequence, event) for sequence, event in said_by if event.known <= as_of]
    told = _told(plan, known)
    views = [View.of(kept_of(entry)) for entry in entries(0, ("decision",))] if since is None else []
    views = [view for view in views if view.as_of <= as_of]
    new: dict[Identity, Told] = {}
    for said in told.values():
        old = _seen_last(said, views) if since is None else _known_by(said, moment(since))
        new |= {each.identity: each for each in said if each not in old}
    readings = tuple(_readings(plan, told, new))
    if not readings:
        return Restated(as_of.date().isoformat())
    without, with_it = _positions(plan, earlier, as_of, [event for _, event in known], new)
    changes = (*readings, *_moved(without, with_it, {(each.about, each.periods) for each in readings}))
    decisions = tuple(decided_anew(entries, Today(told, new), as_of, inference))
    return Restated(as_of.date().isoformat(), changes, decisions)


# ── what was said of a reading ──────────────────────────────────────────────────────────────────────────────────────


def _told(plan: Plan, known: Iterable[tuple[int, EventBase]]) -> dict[Key, list[Told]]:
    """What was said of each KPI in each period of the year, in the order of arrival."""
    year = calendar_of(plan)
    told: dict[Key, list[Told]] = {}
    for sequence, event in known:
        if isinstance(event, KpiObservation) and event.kpi in plan.kpis:
            try:
                index = year.resolve(event.period).index
            except OutsideYearError:
                continue
            for kpi, fields in _said_of(plan, event):
                told.setdefault((kpi, index), []).append(Told(sequence, event, fields))
    return told


def _said_of(plan: Plan, event: KpiObservation) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The KPIs that an observation speaks of, each with the fields that say it."""
    if event.value is not None:
        yield event.kpi, ("value",)
        return
    parts = {"numerator": plan.kpis[event.kpi].numerator, "denominator": plan.kpis[event.kpi].denominator}
    yield event.kpi, tuple(parts)
    for field, part in parts.items():
        if part is not None and takes_readings(plan.kpis.get(part)):
            yield part, (field,)


def _known_by(said: Sequence[Told], since: datetime) -> list[Told]:
    """What was known of it by then; all of it, where that was nothing."""
    return [each for each in said if each.event.known <= since] or list(said)


def _seen_last(said: Sequence[Told], views: Sequence[View]) -> list[Told]:
    """What the last decision that saw any of it saw of it; its first revision, where none did."""
    for view in reversed(views):
        seen = [each for each in said if view.saw(each)]
        if seen:
            return seen
    first = min(each.event.revision for each in said)
    return [each for each in said if each.event.revision == first]


def _readings(plan: Plan, told: Mapping[Key, Sequence[Told]], new: Mapping[Identity, Told]) -> Iterator[Change]:
    """What was read before and is read now, where the two differ."""
    year = calendar_of(plan)
    before, after = Observed(plan, year), Observed(plan, year)
    for each in {each.identity: each for said in told.values() for each in said}.values():
        after.count(each.event, 1)
        if each.identity not in new:
            before.count(each.event, 1)
    now = after.readings().read
    for key, was in sorted(before.readings().read.items(), key=lambda item: item[0]):
        kpi, index = key
        read = now[key]
        if (was.value, was.parts) != (read.value, read.parts):
            period, unit = year.periods[index - 1].id, plan.kpis[kpi].unit
            day = read.known.date().isoformat()
            yield Change("reading", kpi, period, unit, was.value, read.value, read.sources, day)


# ── what follows for the figures ────────────────────────────────────────────────────────────────────────────────────


def _positions(
    plan: Plan, earlier: Sequence[Earlier], as_of: datetime, known: Sequence[EventBase], new: Mapping[Identity, Told]
) -> tuple[Position, Position]:
    """Where the year stands without what was restated, and with it."""
    tally = Tally(plan, earlier)
    tally.add(event for event in known if (event.source, event.event_id) not in new)
    without = tally.position(as_of)
    tally.add(each.event for each in new.values())
    return without, tally.position(as_of)


def _moved(without: Position, with_it: Position, revised: set[tuple[str, str]]) -> Iterator[Change]:
    for name in sorted(with_it.kpis):
        yield from _kpi_moved(without.kpis[name], with_it.kpis[name], revised)
    for name in sorted(with_it.goals):
        was, now = without.goals[name], with_it.goals[name]
        yield from _change("score", name, "", "ratio", was.score, now.score)
        yield from _change("course", name, "", "", was.course, now.course)


def _kpi_moved(was: KpiPosition, now: KpiPosition, revised: set[tuple[str, str]]) -> Iterator[Change]:
    """`revised` holds the KPI and period of each reading that was restated."""
    periods = {period for _, period in revised}
    before = {reading.period.id: reading for reading in was.readings}
    for reading in now.readings:
        period = reading.period.id
        if period not in before:
            continue
        then = before[period]
        if period in periods and (now.kpi, period) not in revised:
            yield from _change("figure", now.kpi, period, now.unit, then.actual.value, reading.actual.value)
        yield from _change("breached", now.kpi, period, "", then.breached, reading.breached)
    yield from _change("ytd", now.kpi, now.ytd.periods, now.unit, was.ytd.value, now.ytd.value)
    yield from _change("landing", now.kpi, "", now.unit, was.landing.value, now.landing.value)
    if was.signal is not None and now.signal is not None:
        yield from _change("verdict", now.kpi, "", "", was.signal.verdict, now.signal.verdict)


def _change(what: What, about: str, periods: str, unit: str, before: Value, after: Value) -> Iterator[Change]:
    if before != after:
        yield Change(what, about, periods, unit, before, after)

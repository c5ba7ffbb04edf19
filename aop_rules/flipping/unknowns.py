"""What an event and its decision leave open: estimates with a range, what nobody has said, readings that have not come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from aop_rules.decision.decision import Decision
from aop_rules.decision.finding import Finding
from aop_rules.errors import OutsideYearError
from aop_rules.events import Benefit, EventBase, Evidence, KpiObservation, Proposal
from aop_rules.exact.number import exact
from aop_rules.facts.names import name_of
from aop_rules.flipping.benefit_fields import moved, named, unsaid
from aop_rules.flipping.fields import Value
from aop_rules.plan.kpis import Kpi
from aop_rules.plan.model import Plan
from aop_rules.plan.values import Words
from aop_rules.position.year import calendar_of
from aop_rules.rules.effect import Effect
from aop_rules.wording.messages import say
from aop_rules.wording.numbers import show_period

_READINGS = ("no_reading", "late")


@dataclass(frozen=True, slots=True)
class Unknown:
    """One thing that is not known, with the worst and the best that it could turn out to be."""

    field: str
    name: Words
    unit: str
    ends: tuple[Value, ...]
    """The lowest and the highest."""
    likely: Value | None
    put: Callable[[EventBase, Value], EventBase]
    reading: Callable[[Value], KpiObservation] | None = None
    """For a reading: the observation that would tell it."""
    kpi: str = ""
    covers: tuple[tuple[str, str], ...] = ()
    """Reasons why figures are missing that it would lift: what, and of which KPI."""
    beside: frozenset[str] = frozenset()
    """For a reading: the KPIs, its own among them, whose readings the same figures wait for."""

    @property
    def values(self) -> tuple[Value, ...]:
        """All that it is tried at, in order."""
        return self.ends if self.likely is None else (self.ends[0], self.likely, *self.ends[1:])


def unknowns(plan: Plan, decision: Decision, observed: bool) -> tuple[Unknown, ...]:
    """All that could be asked and tried. Readings only where a decision with one more can be made (`observed`)."""
    event, found = decision.event, []
    if isinstance(event, Proposal):
        found += [*_ranges(plan, event), *_nobody_said(plan, event)]
        lacking = {name for f in lacking_findings(decision) for name in f.missing}
        if "event.evidence" in lacking:
            found.append(_evidence())
    if observed:
        found += _readings(plan, decision)
    return tuple(found)


def lacking_findings(decision: Decision) -> tuple[Finding, ...]:
    """The findings that wait for something: they cannot be told, or say that data is needed."""
    return tuple(f for f in decision.findings if f.open or (f.holds and f.effect is Effect.NEED_DATA))


def _ranges(plan: Plan, event: Proposal) -> Iterator[Unknown]:
    for n, benefit in enumerate(event.benefits):
        said = [each for each in (benefit.low, benefit.likely, benefit.high) if each is not None]
        low, high = (min(said), max(said)) if said else (0, 0)
        if low == high:
            continue

        def put(each: EventBase, to: Value, n: int = n) -> EventBase:
            assert isinstance(each, Proposal) and isinstance(to, (int, Fraction))
            known = moved(Benefit(kpi=each.benefits[n].kpi, likely=to), to)
            row = each.benefits[n].model_copy(update={"low": None, "likely": known.likely, "high": None})
            return each.model_copy(update={"benefits": (*each.benefits[:n], row, *each.benefits[n + 1 :])})

        kpi = plan.kpis[benefit.kpi]
        yield Unknown(f"benefits[{n}]", named(kpi), kpi.unit, (low, high), benefit.likely, put, kpi=kpi.id)


def _nobody_said(plan: Plan, event: Proposal) -> Iterator[Unknown]:
    for field in unsaid(plan, event) if event.benefits else ():
        name = field.id.partition(".")[2]
        kpi = plan.kpis[name]
        ends: tuple[Value, ...] = (0, field.ways[0].at(len(field.ways[0]) - 1))
        covers = tuple(("not_stated", each) for each in (kpi.id, kpi.numerator) if each)
        yield Unknown(field.id, field.name, field.unit, ends, None, field.put, kpi=name, covers=covers)


def _evidence() -> Unknown:
    def put(each: EventBase, to: Value) -> EventBase:
        return each.model_copy(update={"evidence": Evidence.model_validate({"kind": to})})

    name = Words(en=say("flip.evidence", "en"), vi=say("flip.evidence", "vi"))
    return Unknown("evidence", name, "word", ("none", "measured"), None, put)


def _readings(plan: Plan, decision: Decision) -> Iterator[Unknown]:
    """The readings that a finding which cannot be told waits for."""
    wanted = {
        (each.about, each.period): each
        for f in lacking_findings(decision)
        for fact in f.facts
        for each in fact.missing
        if each.reason in _READINGS and each.about in plan.kpis
    }
    figures = [
        {each.about for fact in f.facts for each in fact.missing if each.reason in _READINGS}
        for f in lacking_findings(decision)
    ]
    for (about, period), missing in sorted(wanted.items()):
        kpi = plan.kpis[about]
        day = _last_day(plan, period)
        if day is None:
            continue

        def reading(to: Value, about: str = about, period: str = period, day: date = day) -> KpiObservation:
            assert isinstance(to, (int, Fraction))
            known = f"asked:{about}:{period}"
            return KpiObservation(
                kind="kpi_observation", event_id=known, effective_date=day, kpi=about, period=period, value=to
            )

        told = name_of(plan, "kpi", about)
        name = Words(
            en=say("asked.reading", "en", kpi=told.en, period=show_period(period, "en")),
            vi=say("asked.reading", "vi", kpi=told.vi, period=show_period(period, "vi")),
        )
        covers = tuple((reason, about) for reason in _READINGS)
        planned = Fraction(1, 2) if kpi.unit == "ratio" else _planned(plan, kpi, period)
        ends: tuple[Value, ...] = (0, 1 if kpi.direction == "boolean" else exact(2 * planned))
        field = f"readings.{missing.about}.{missing.period}"
        beside = frozenset[str]().union(*(figure for figure in figures if about in figure))
        yield Unknown(
            field, name, kpi.unit, ends, exact(planned), lambda each, to: each, reading, about, covers, beside
        )


def _last_day(plan: Plan, period: str) -> date | None:
    try:
        return calendar_of(plan).resolve(period).end
    except OutsideYearError:
        return None


def _planned(plan: Plan, kpi: Kpi, period: str) -> Fraction:
    """About what the plan expects of a reading: its period's value, an even part of its year, or of all the money."""
    calendar, target = calendar_of(plan), kpi.target
    if target and target.path:
        return Fraction(target.path[calendar.resolve(period).index - 1])
    if target and target.constant is not None:
        return Fraction(target.constant)
    if target and target.year is not None:
        return Fraction(target.year) / len(calendar.ids)
    money = sum((Fraction(line.amount or 0) for line in plan.budget.lines.values()), Fraction(0))
    return (money if kpi.unit == "money" else Fraction(0)) / len(calendar.ids) or Fraction(1_000)

"""What a proposal would do to the KPIs: each without and with it, over the periods by which it is judged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from aop_rules.events import EventBase
from aop_rules.exact.calendar import span_label
from aop_rules.exact.number import Exact, exact
from aop_rules.facts.asks import no_rate
from aop_rules.facts.changes import ESTIMATES, Changes, changes, plus, rated
from aop_rules.plan.kpis import Kpi
from aop_rules.plan.model import Plan
from aop_rules.position.figures import because, total
from aop_rules.position.model import Figure, KpiPosition, Missing, Position
from aop_rules.position.rates import rate_source


@dataclass(frozen=True, slots=True)
class Effect:
    """One KPI without and with the event, over the same periods."""

    kpi: str
    before: Figure
    after: Figure


def effects(plan: Plan, position: Position, event: EventBase) -> tuple[Effect, ...]:
    """Every KPI that the event touches, without and with it, in the plan's order."""
    low, likely, high = (changes(plan, event, estimate) for estimate in ESTIMATES)
    on_rate = rated(plan, event)
    found = []
    for kpi in plan.kpis.values():
        touched = {part for part in (kpi.id, kpi.numerator, kpi.denominator) if part and part in likely}
        if touched:
            effect = _between(plan, *(_effect(plan, kpi, position, changed) for changed in (low, likely, high)))
            if touched & on_rate:
                unstated = any(likely[part] is None for part in touched - on_rate)
                effect = replace(effect, after=_at_rate(plan, event, effect.after, unstated))
            found.append(effect)
    return tuple(found)


def _at_rate(plan: Plan, event: EventBase, after: Figure, unstated: bool) -> Figure:
    """A figure that rests on an exchange rate, with the rate, or with the want of one. `unstated`: not on that alone."""
    rate = rate_source(plan, event)
    if rate:
        return replace(after, sources=tuple(dict.fromkeys((*after.sources, *rate))))
    others = (each for each in after.missing if unstated or each.reason != "not_stated")
    return replace(after, missing=(no_rate(event), *others))


def _between(plan: Plan, low: Effect, likely: Effect, high: Effect) -> Effect:
    """The likely one, where all estimates lie on one side of each limit. If they do not, it must be asked.

    Where no likely one is stated, the one nearer to the limits stands for it.
    """
    if low.after.value is None or high.after.value is None:
        return likely
    known = [each.after.value for each in (low, likely, high) if each.after.value is not None]
    least, most = min(known), max(known)
    goals = [goal for goal in plan.goals.values() if goal.kpi == likely.kpi]
    apart = [g for g in goals if g.floor is not None and least < g.floor <= most]
    apart += [g for g in goals if g.ceiling is not None and least <= g.ceiling < most]
    if apart:
        why = Missing("estimates_differ", likely.kpi)
        return replace(likely, after=replace(likely.after, value=None, missing=(why,)))
    if likely.after.value is not None:
        return likely
    cautious = most if any(g.ceiling is not None for g in goals) else least
    return replace(likely, after=replace(low.after, value=cautious))


def _effect(plan: Plan, kpi: Kpi, position: Position, changed: Changes) -> Effect:
    where = position.kpis[kpi.id]
    if kpi.kind != "ratio":
        before = _basis(where, kpi, kpi)
        return Effect(kpi.id, before, _estimate(before, changed[kpi.id], kpi.id))
    above, below = str(kpi.numerator), str(kpi.denominator)
    over = _basis(position.kpis[above], plan.kpis[above], kpi)
    under = _basis(position.kpis[below], plan.kpis[below], kpi)
    before = where.value if over.quality != "planned" else _planned_ratio(over, under)
    top, bottom = plus(over.value, changed.get(above, 0)), plus(under.value, changed.get(below, 0))
    if top is None or bottom is None or bottom == 0:
        missing = over.missing + under.missing or (Missing("not_stated", kpi.id),)
        return Effect(kpi.id, before, Figure(None, kpi.unit, under.periods, "estimated", missing=missing))
    after = Figure(exact(Fraction(top) / Fraction(bottom)), kpi.unit, under.periods, "estimated", before.sources)
    return Effect(kpi.id, before, after)


def _estimate(before: Figure, change: Exact | None, kpi: str) -> Figure:
    after = plus(before.value, change)
    missing = () if after is not None else before.missing or (Missing("not_stated", kpi),)
    return Figure(after, before.unit, before.periods, "estimated", before.sources, missing)


def _planned_ratio(over: Figure, under: Figure) -> Figure:
    if over.value is None or not under.value:
        return Figure(None, "ratio", under.periods, "planned", missing=over.missing + under.missing)
    return Figure(exact(Fraction(over.value) / Fraction(under.value)), "ratio", under.periods, "planned")


def _basis(where: KpiPosition, kpi: Kpi, judged: Kpi) -> Figure:
    """A KPI over the periods by which another is judged. Before a period is closed, the year as planned stands in."""
    by_basis = {"period": where.last, "exit": where.last, "ytd": where.ytd, "full_year_forecast": where.landing}
    figure = by_basis.get(judged.effective_basis) or _rolling(where, kpi, judged)
    if figure.value is None and any(m.reason == "nothing_closed" for m in figure.missing):
        planned = where.year_target
        return Figure(planned.value, planned.unit, planned.periods, "planned", planned.sources, planned.missing)
    return figure


def _rolling(where: KpiPosition, kpi: Kpi, judged: Kpi) -> Figure:
    """The last periods together, as `position/kpis.py` takes them: too few are none, and a stock is its last value."""
    periods = judged.rolling or 1
    last = where.readings[-periods:]
    if not last:
        return where.last
    span = span_label(last[0].period, last[-1].period)
    if len(last) < periods:
        return because("few_periods", judged.id, where.unit, span)
    if kpi.kind == "rate":
        return where.value  # its periods are never added up: it is known on its own basis only
    return where.last if kpi.kind == "stock" else total((each.actual for each in last), where.unit, span)

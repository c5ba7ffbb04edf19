"""What a proposal would do to the KPIs: stated benefits carried through sums and ratios, exactly.

A benefit on a flow adds to it and to every sum that it is part of. A benefit on a ratio is the ratio *of what is added*:
400 m more revenue `at 28 %` adds 112 m to the numerator. What a ratio needs and nobody stated stays unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from aop_rules.events import Benefit, EventBase, Proposal
from aop_rules.exact.number import Exact, exact
from aop_rules.plan.kpis import Kpi
from aop_rules.plan.model import Plan
from aop_rules.position.model import Figure, KpiPosition, Missing, Position
from aop_rules.position.rates import in_plan_currency

Estimate = Literal["low", "likely", "high"]
Changes = Mapping[str, Exact | None]
"""By KPI: the change of a flow or stock; None where something is changed and by how much is not known."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One KPI without and with the event, over the same periods."""

    kpi: str
    before: Figure
    after: Figure


def changes(plan: Plan, event: EventBase, estimate: Estimate = "likely") -> Changes:
    """The change of every flow and stock that the event's benefits touch, by one of the three estimates."""
    if not isinstance(event, Proposal):
        return {}
    said: dict[str, Exact | None] = {}
    for benefit in event.benefits:
        kpi = plan.kpis[benefit.kpi]
        if kpi.kind != "ratio":
            value = _estimated(benefit, estimate)
            if value is not None and kpi.unit == "money":
                value = in_plan_currency(plan, event, value)
            said[kpi.id] = _plus(said.get(kpi.id, 0), value)
    _carry_into_sums(plan, said)
    for benefit in event.benefits:
        ratio = plan.kpis[benefit.kpi]
        if ratio.kind == "ratio" and ratio.numerator and ratio.denominator and ratio.numerator not in said:
            share, base = _estimated(benefit, estimate), said.get(ratio.denominator)
            said[ratio.numerator] = None if share is None or base is None else exact(Fraction(share * base))
    _carry_into_sums(plan, said)
    for kpi in plan.kpis.values():
        numerator, denominator = kpi.numerator, kpi.denominator
        if numerator and denominator and denominator in said and numerator not in said:
            # Part of a sum whose other parts moved: it did not. Anything else that lives off the sum is unknown.
            said[numerator] = 0 if numerator in _parts(plan, denominator) else None
    return said


def stated(plan: Plan, event: EventBase) -> Changes:
    """The likely change of every KPI that is touched; where only a low and a high estimate of one sign are, the low."""
    likely, low, high = (changes(plan, event, estimate) for estimate in ("likely", "low", "high"))
    return {kpi: _of_one_sign(low[kpi], high[kpi]) if change is None else change for kpi, change in likely.items()}


def _of_one_sign(low: Exact | None, high: Exact | None) -> Exact | None:
    return low if low is not None and high is not None and (low < 0) == (high < 0) else None


def _estimated(benefit: Benefit, estimate: Estimate) -> Exact | None:
    return {
        "low": benefit.low if benefit.low is not None else benefit.likely,
        "likely": benefit.likely,
        "high": benefit.high if benefit.high is not None else benefit.likely,
    }[estimate]


def _plus(a: Exact | None, b: Exact | None) -> Exact | None:
    return None if a is None or b is None else exact(Fraction(a + b))


def _parts(plan: Plan, kpi: str) -> frozenset[str]:
    direct = plan.kpis[kpi].sum_of
    return frozenset(direct).union(*(_parts(plan, part) for part in direct))


def _carry_into_sums(plan: Plan, stated: dict[str, Exact | None]) -> None:
    """Adds what is stated of parts to their sums, unless a sum states its own. Plans hold no cycles of sums."""
    pending = [kpi for kpi in plan.kpis.values() if kpi.sum_of and kpi.id not in stated]
    for kpi in sorted(pending, key=lambda kpi: len(_parts(plan, kpi.id))):
        touched = [stated[part] for part in kpi.sum_of if part in stated]
        if touched:
            stated[kpi.id] = (
                None if None in touched else exact(Fraction(sum(part for part in touched if part is not None)))
            )


def effects(plan: Plan, position: Position, event: EventBase) -> tuple[Effect, ...]:
    """Every KPI that the event touches, without and with it, in the plan's order."""
    likely, low, high = (changes(plan, event, estimate) for estimate in ("likely", "low", "high"))
    found = []
    for kpi in plan.kpis.values():
        touched = [part for part in (kpi.numerator, kpi.denominator) if part in likely] if kpi.kind == "ratio" else []
        if touched or kpi.id in likely:
            effect = _effect(kpi, position, likely)
            if effect.after.value is None:
                effect = _between(plan, effect, _effect(kpi, position, low), _effect(kpi, position, high))
            found.append(effect)
    return tuple(found)


def _between(plan: Plan, effect: Effect, low: Effect, high: Effect) -> Effect:
    """Where only a low and a high estimate are stated: the one nearer to the limits, if both lie on one side of each.

    If they do not, it must be asked: the answer hangs on it.
    """
    ends = [end.after.value for end in (low, high)]
    if ends[0] is None or ends[1] is None:
        return effect
    worse, better = sorted((ends[0], ends[1]))
    goals = [goal for goal in plan.goals.values() if goal.kpi == effect.kpi]
    apart = [g for g in goals if g.floor is not None and worse < g.floor <= better]
    apart += [g for g in goals if g.ceiling is not None and worse <= g.ceiling < better]
    if apart:
        return replace(effect, after=replace(effect.after, missing=(Missing("estimates_differ", effect.kpi),)))
    cautious = better if any(g.ceiling is not None for g in goals) else worse
    return replace(effect, after=replace(low.after, value=cautious))


def _effect(kpi: Kpi, position: Position, changed: Changes) -> Effect:
    where = position.kpis[kpi.id]
    if kpi.kind != "ratio":
        before = _basis(where, kpi)
        return Effect(kpi.id, before, _estimate(before, before.value, changed[kpi.id], kpi.id))
    over = _basis(position.kpis[str(kpi.numerator)], kpi)
    under = _basis(position.kpis[str(kpi.denominator)], kpi)
    before = where.value if over.quality != "planned" else _planned_ratio(over, under)
    more = changed.get(str(kpi.numerator), 0), changed.get(str(kpi.denominator), 0)
    top, bottom = _plus(over.value, more[0]), _plus(under.value, more[1])
    if top is None or bottom is None or bottom == 0:
        missing = over.missing + under.missing or (Missing("not_stated", kpi.id),)
        return Effect(kpi.id, before, Figure(None, kpi.unit, under.periods, "estimated", missing=missing))
    after = Figure(exact(Fraction(top) / Fraction(bottom)), kpi.unit, under.periods, "estimated", before.sources)
    return Effect(kpi.id, before, after)


def _estimate(before: Figure, value: Exact | None, change: Exact | None, kpi: str) -> Figure:
    after = _plus(value, change)
    missing = () if after is not None else before.missing or (Missing("not_stated", kpi),)
    return Figure(after, before.unit, before.periods, "estimated", before.sources, missing)


def _planned_ratio(over: Figure, under: Figure) -> Figure:
    if over.value is None or not under.value:
        return Figure(None, "ratio", under.periods, "planned", missing=over.missing + under.missing)
    return Figure(exact(Fraction(over.value) / Fraction(under.value)), "ratio", under.periods, "planned")


def _basis(where: KpiPosition, judged: Kpi) -> Figure:
    """A KPI over the periods by which another is judged. Before a period is closed, the year as planned stands in."""
    by_basis = {"period": where.last, "exit": where.last, "ytd": where.ytd, "full_year_forecast": where.landing}
    figure = by_basis.get(judged.effective_basis) or _rolling(where, judged.rolling or 1)
    if figure.value is None and any(m.reason == "nothing_closed" for m in figure.missing):
        planned = where.year_target
        return Figure(planned.value, planned.unit, planned.periods, "planned", planned.sources, planned.missing)
    return figure


def _rolling(where: KpiPosition, periods: int) -> Figure:
    actuals = [reading.actual for reading in where.readings[-periods:]]
    if not actuals:
        return where.last
    missing = tuple(m for actual in actuals for m in actual.missing)
    value = None if missing else exact(Fraction(sum(actual.value or 0 for actual in actuals)))
    sources = tuple(source for actual in actuals for source in actual.sources)
    return Figure(value, where.unit, f"{actuals[0].periods}..{actuals[-1].periods}", "final", sources, missing)

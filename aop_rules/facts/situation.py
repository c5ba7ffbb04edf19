"""The subjects of a situation: the KPIs, lines, roles, initiatives and risks that an event is about, or all of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from aop_rules import events as e
from aop_rules.exact.calendar import Period
from aop_rules.facts.common import put_line, sources_of, unconverted
from aop_rules.facts.limits import put_limits
from aop_rules.facts.names import name_of
from aop_rules.facts.sheet import Sheet
from aop_rules.facts.signals import put_signal
from aop_rules.plan.graph import PlanGraph
from aop_rules.plan.model import Plan
from aop_rules.position.model import KpiPosition, Position
from aop_rules.position.year import calendar_of

Rows = Iterator[tuple[str, str, Sheet]]
"""Subject id, the plan entry it is about, its facts."""


def about(plan: Plan, event: e.EventBase) -> dict[str, frozenset[str]] | None:
    """What an event is about, by kind of subject; None for a review, which is about everything."""
    if isinstance(event, e.PeriodClose):
        return None
    found: dict[str, set[str]] = {
        "kpi": set(event.links.kpis),
        "line": set(event.links.budgets),
        "initiative": set(event.links.initiatives),
        "risk": set(event.links.risks),
        "role": set(),
    }
    if isinstance(event, e.KpiBreach):
        found["kpi"].add(event.kpi)
    if isinstance(event, (e.KpiObservation, e.Forecast)):
        found["kpi"] |= _with_wholes(plan, event.kpi)
    if isinstance(event, e.BudgetFreeze):
        found["line"] |= set(event.lines)
    if isinstance(event, (e.Spending, e.CostChange, e.CarryForward, e.ReservationRelease)) and event.line:
        found["line"] |= {event.line, *plan.budget.with_groups(event.line)}
    if isinstance(event, e.MilestoneUpdate):
        found["initiative"].add(event.initiative)
    if isinstance(event, e.RiskSignal):
        found["risk"].add(event.risk)
    if isinstance(event, e.CapacityChange):
        found["role"].add(event.role)
    return {kind: frozenset(ids) for kind, ids in found.items()}


def _with_wholes(plan: Plan, kpi: str) -> set[str]:
    """A KPI, the parts that it is read by, and all that are computed from them."""
    found = {kpi, *(part for part in (plan.kpis[kpi].numerator, plan.kpis[kpi].denominator) if part)}
    while True:
        more = {
            each.id
            for each in plan.kpis.values()
            if each.id not in found and found.intersection((*each.sum_of, each.numerator or "", each.denominator or ""))
        }
        if not more:
            return found
        found |= more


def kpis(plan: Plan, position: Position, only: frozenset[str] | None) -> Rows:
    for kpi in plan.kpis.values():
        if only is not None and kpi.id not in only:
            continue
        where = position.kpis[kpi.id]
        sheet = Sheet("kpi")
        sheet.put("id", kpi.id, label=kpi.name)
        for name in ("value", "target", "last", "last_target", "ytd", "ytd_target", "landing", "year_target"):
            sheet.figure(name, getattr(where, name))
        _put_landings(sheet, where)
        sheet.put("periods", where.value.periods)
        put_limits(sheet, plan, kpi)
        sheet.put("direction", kpi.direction)
        goals = [goal for goal in plan.goals.values() if goal.kpi == kpi.id]
        limited = any(goal.floor is not None or goal.ceiling is not None for goal in goals)
        sheet.put("judged", limited or kpi.breach is not None or kpi.warn is not None)
        sheet.put("measures_goal", bool(goals))
        sheet.put("breach_run", where.breach_run, "number", periods=where.last.periods, missing=where.value.missing)
        sheet.put("persistent", where.persistent, periods=where.last.periods, missing=where.value.missing)
        sheet.put("persistence", kpi.periods_to_act, "number", sources=(f"plan.kpis.{kpi.id}.for",))
        put_signal(sheet, kpi, where)
        yield kpi.id, kpi.id, sheet


def _put_landings(sheet: Sheet, where: KpiPosition) -> None:
    """The other methods beside `kpi.landing`, where they say something of this KPI."""
    at = where.landings
    said = {
        "landing_naive": at and at.naive.landing,
        "landing_shrunk": at and at.shrunk.landing,
        "landing_own": at and at.own and at.own.landing,
        "required_pace": at and at.required_pace,
    }
    for name, figure in said.items():
        if figure:
            sheet.figure(name, figure)
        else:
            sheet.put(name, None, "ratio" if name == "required_pace" else where.unit)


def lines(plan: Plan, position: Position, event: e.EventBase, only: frozenset[str] | None) -> Rows:
    """One row a line and horizon at which the plan checks it: now, or where the event's money counts."""
    single, to_date = _seen_at(plan, position, event, only)
    for line in plan.budget.lines.values():
        if only is not None and line.id not in only:
            continue
        for name in line.horizons:
            where = position.lines[line.id][(single if name == "period" else to_date).id]
            at = next(each for each in where.horizons if each.name == name)
            unclear = unconverted(line.id, where)
            named = ("allocated", "moved", "used", "actual", "committed", "reserved", "available")
            sheet = Sheet("line")
            sheet.put("id", line.id, label=line.name)
            sheet.put("horizon", at.name)
            put_line(sheet, "", where, at, named, unclear)
            over, missing = (at.used - at.limit, ()) if at.complete else (None, unclear)
            sheet.put("over", over, "money", periods=at.periods, sources=sources_of(where), missing=missing)
            sheet.put("period", at.periods)
            yield f"{line.id}:{at.name}", line.id, sheet


def _seen_at(plan: Plan, position: Position, event: e.EventBase, only: frozenset[str] | None) -> tuple[Period, Period]:
    """The single period that is looked at, and the one up to which is counted; before the year, its first.

    A review looks at what is closed. Money that is ordered for September counts in September, and to date from then on.
    """
    calendar = calendar_of(plan)
    closed = position.closed[-1] if position.closed else None
    now = closed or position.current if only is None else position.current or closed
    now = now or calendar.periods[0]
    if not isinstance(event, e.Spending):
        return now, now
    own = calendar.resolve(event.period or event.effective_date)
    return own, max(own, now)


def roles(plan: Plan, position: Position, only: frozenset[str] | None) -> Rows:
    """Every role in every period that is not yet over."""
    for role in plan.resources.roles.values():
        if only is not None and role.id not in only:
            continue
        for where in position.roles[role.id].values():
            if position.current and where.period < position.current.id:
                continue
            sheet = Sheet("role")
            sheet.put("id", role.id, label=role.name)
            sheet.put("period", where.period)
            sheet.put("capacity", where.capacity, where.unit, periods=where.period)
            sheet.put("used", where.used, where.unit, periods=where.period, sources=where.users)
            yield f"{role.id}:{where.period}", role.id, sheet


def initiatives(plan: Plan, position: Position, graph: PlanGraph, only: frozenset[str] | None) -> Rows:
    activities = graph.schedule().activities
    for initiative in plan.initiatives.values():
        if initiative.status == "stopped" or (only is not None and initiative.id not in only):
            continue
        where = position.initiatives.get(initiative.id)
        done = initiative.status == "done" or bool(where and where.done)
        ends = date.fromisoformat(where.expected_end) if where and where.expected_end else None
        sheet = Sheet("initiative")
        sheet.put("id", initiative.id, label=initiative.name)
        sheet.put("done", done)
        sheet.put("ends", ends)
        sheet.put("overdue", not done and ends is not None and ends < position.as_of.date())
        sheet.put("late_days", where.late_days if where else 0, "days", sources=where.sources if where else ())
        sheet.put("slack_days", activities[initiative.id].slack, "days", quality="planned")
        yield initiative.id, initiative.id, sheet


def risks(plan: Plan, position: Position, event: e.EventBase, only: frozenset[str] | None) -> Rows:
    """Every risk: those that the event is not about can still be reached by what follows from a KPI."""
    for risk in plan.risks.values():
        where = position.risks.get(risk.id)
        counts = only is None or risk.id in only
        sheet = Sheet("risk")
        sheet.put("id", risk.id, label=risk.name)
        sheet.put("occurred", bool(counts and where and where.occurred), sources=where.sources if where else ())
        sheet.put("signalled", bool(counts and where and where.signalled), sources=where.sources if where else ())
        sheet.put("named", isinstance(event, e.MarketSignal | e.CostChange) and risk.id in event.links.risks)
        sheet.put("expected", risk.expected, "money", quality="planned", sources=(f"plan.risks.{risk.id}",))
        response = risk.response
        sheet.put("has_response", response is not None)
        sheet.put("response", response.do.en if response else None, label=response.do if response else None)
        yield risk.id, risk.id, sheet


def goals(plan: Plan) -> Rows:
    for goal in plan.goals.values():
        sheet = Sheet("goal")
        sheet.put("id", goal.id, label=name_of(plan, "goal", goal.id))
        sheet.put("rank", plan.rank(goal.id), "number")
        yield goal.id, goal.id, sheet

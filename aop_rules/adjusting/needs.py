"""What a decision needs: the money and the goals that its findings say are short."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction

from aop_rules.adjusting.landing_effects import Scales
from aop_rules.adjusting.need import Need
from aop_rules.decision.finding import Finding
from aop_rules.decision.value import Decided
from aop_rules.events import BudgetTransfer, EventBase
from aop_rules.exact.number import Exact, exact
from aop_rules.plan.goals import Goal
from aop_rules.plan.graph import PlanGraph
from aop_rules.rules.effect import Effect

_MOVES = frozenset({Effect.ADJUST_ACTIONS, Effect.REALLOCATE, Effect.TRIGGER_CONTINGENCY, Effect.ESCALATE_GOAL_REVIEW})
"""What calls for an adjustment of the year as it goes."""


def needs_of(decision: Decided, graph: PlanGraph, scales: Scales) -> tuple[Need, ...]:
    """Money first, by line; then goals, by priority. Each once: what meets all findings about one line."""
    holding = [finding for finding in decision.findings if finding.holds]
    lines: dict[str, Need] = {}
    for need in (*_asked(holding, decision.event), *_over(holding)):
        known = lines.get(need.line)
        lines[need.line] = need if known is None else _both(known, need)
    goals = dict.fromkeys(goal for finding in holding for goal in _goals(finding, decision, graph, scales))
    risks = triggered_by(decision)
    short = [_short(scales, goal.id, risks) for goal in scales.goals if goal.id in goals]
    needed = [*(lines[line] for line in sorted(lines)), *(need for need in short if need is not None)]
    told = {need.risk for need in needed}
    return (*needed, *(Need(risk=risk) for risk in risks if risk not in told))


def _both(one: Need, other: Need) -> Need:
    """What meets two limits of a line: the larger amount, in the earlier period; and of other money where the year is short."""
    larger = max(one, other, key=lambda need: need.amount)
    periods = [need.period for need in (one, other) if need.period]
    horizon = "year" if "year" in (one.horizon, other.horizon) else larger.horizon
    return replace(larger, period=min(periods, default=""), horizon=horizon)


def triggered_by(decision: Decided) -> tuple[str, ...]:
    """The risks whose contingency a decision calls for, by id."""
    found = {f.subject for f in decision.findings if f.holds and f.kind == "risk" and f.effect in _MOVES}
    return tuple(sorted(found & set(decision.plan.risks)))


def _asked(findings: Iterable[Finding], event: EventBase) -> Iterator[Need]:
    """Money that something asks for, beyond what a limit leaves."""
    for finding in findings:
        if finding.kind not in ("limit", "donor") or finding.effect is not Effect.FIT or finding.room is None:
            continue
        asked = _number(finding, f"{finding.kind}.asked")
        lacks = None if asked is None else exact(asked - finding.room)
        if lacks is None or lacks <= 0:
            continue
        if finding.kind == "limit":
            yield _need(finding, "limit", lacks)
        elif isinstance(event, BudgetTransfer):
            yield Need(line=event.to_line, amount=lacks)


def _over(findings: Iterable[Finding]) -> Iterator[Need]:
    """Money that a line has used beyond its limit."""
    for finding in findings:
        if finding.kind != "line":
            continue
        over, left = _number(finding, "line.over"), _number(finding, "line.year_available")
        if finding.effect is Effect.REALLOCATE and left is not None and left < 0:
            yield Need(line=_line(finding, "line"), amount=exact(-left), horizon="year")
        elif over is not None and over > 0:
            yield Need(line=_line(finding, "line"), amount=over, horizon="to_date")


def _need(finding: Finding, kind: str, amount: Exact) -> Need:
    periods = next((fact.value for fact in finding.facts if fact.name == f"{kind}.period"), "")
    horizon = finding.subject.split(":")[1] if finding.subject.count(":") else ""
    last = str(periods).rpartition("..")[2] if horizon != "year" else ""
    return Need(line=_line(finding, kind), amount=amount, period=last, horizon=horizon)


def _goals(finding: Finding, decision: Decided, graph: PlanGraph, scales: Scales) -> Iterable[str]:
    """The goals that a finding says are in danger; of what touches none by itself, all that are short."""
    if finding.effect not in _MOVES:
        return ()
    plan = decision.plan
    if finding.kind == "kpi":
        served = graph.goals_served_by(_text(finding, "kpi.id") or finding.subject, ("kpi",))
        return tuple(served)
    if finding.kind == "risk":
        risk = plan.risks.get(_text(finding, "risk.id") or finding.subject)
        return risk.threatens if risk is not None else ()
    if finding.kind == "initiative":
        return tuple(graph.goals_served_by(_text(finding, "initiative.id") or finding.subject, ("initiative",)))
    if finding.kind == "goal":
        return (finding.subject,)
    return () if finding.kind == "line" else tuple(goal.id for goal in scales.goals)


def _short(scales: Scales, goal: str, risks: Iterable[str]) -> Need | None:
    plan = scales.plan
    lacks = scales.lacks(plan.goals[goal]) or _so_far(scales, plan.goals[goal])
    if not lacks:
        return None
    risk = next((name for name in sorted(risks) if name in plan.risks and goal in plan.risks[name].threatens), "")
    return Need(goal=goal, short=lacks, risk=risk)


def _so_far(scales: Scales, goal: Goal) -> Exact | None:
    """What a goal is short of so far, where it lands well and is off track all the same."""
    at, kpi = scales.position.kpis.get(goal.kpi or ""), scales.plan.kpis.get(goal.kpi or "")
    if at is None or kpi is None or at.value.value is None or not kpi.one_way:
        return None
    sign = 1 if kpi.direction == "higher" else -1
    bound = goal.floor if sign > 0 else goal.ceiling
    wanted = [value for value in (bound, at.target.value) if value is not None]
    off = max((sign * (value - at.value.value) for value in wanted), default=0)
    if off <= 0:
        return None
    below = scales.position.kpis.get(kpi.denominator or "")
    if kpi.kind == "ratio":
        return None if below is None or below.ytd.value is None else exact(Fraction(off) * below.ytd.value)
    return exact(off)


def _line(finding: Finding, kind: str) -> str:
    return _text(finding, f"{kind}.{'id' if kind == 'line' else 'line'}") or finding.subject.split(":")[0]


def _text(finding: Finding, name: str) -> str:
    return next((str(fact.value) for fact in finding.facts if fact.name == name and fact.value is not None), "")


def _number(finding: Finding, name: str) -> Exact | None:
    value = next((fact.value for fact in finding.facts if fact.name == name), None)
    return value if isinstance(value, (int, Fraction)) and not isinstance(value, bool) else None

"""Which goals an event serves, and along which path of the plan: by what it is part of, what it moves, what it says."""

from __future__ import annotations

from collections.abc import Mapping

from aop_rules.events import EventBase, NewRisk, Proposal, SpendRequest
from aop_rules.exact.number import Exact
from aop_rules.facts.effects import Changes, Effect
from aop_rules.plan.graph import PlanGraph
from aop_rules.plan.kpis import Kpi
from aop_rules.plan.model import Plan

Paths = Mapping[str, tuple[str, ...]]
"""By goal: the plan entries from the event to it, the goal last."""


def served(plan: Plan, graph: PlanGraph, event: EventBase, changed: Changes, effects: tuple[Effect, ...] = ()) -> Paths:
    """The goals that an event serves, each with its shortest path, in the plan's priority order.

    A goal whose own KPI the stated benefits do not improve is not served by them, whatever they do to its parts: profit
    at a thin margin does not serve the margin.
    """
    worse = {effect.kpi for effect in effects if not _improves(plan.kpis[effect.kpi], effect)}
    found: dict[str, tuple[str, ...]] = {goal: (goal,) for goal in event.links.goals}
    starts = [*event.links.initiatives, *event.links.budgets]
    if isinstance(event, SpendRequest) and event.line in plan.budget.lines:
        starts.append(event.line)
    if isinstance(event, Proposal):
        starts += [kpi for kpi in changed if _gains(plan.kpis[kpi], changed.get(kpi))]
        # What is stated in a currency without a rate is still a gain, of an unknown amount.
        starts += [each.kpi for each in event.benefits if _gains(plan.kpis[each.kpi], each.likely)]
        # Buying goods is what its line is for; money for anything else has to say what it is good for.
        starts += [cost.line for cost in event.costs if cost.line in stock_lines(plan)]
    for start in starts:
        for goal, path in graph.goals_served_by(start).items():
            if start in changed and plan.goals[goal].kpi in worse:
                continue
            known = found.get(goal)
            if known is None or (len(path), path) < (len(known), known):
                found[goal] = tuple(path)
    if isinstance(event, NewRisk):
        found = {goal: (goal,) for goal in event.links.goals}
    return {goal: found[goal] for goal in sorted(found, key=lambda goal: (plan.rank(goal) or 99, goal))}


def stock_lines(plan: Plan) -> frozenset[str]:
    """The budget lines that buy stock."""
    return frozenset(line.id for line in plan.budget.lines.values() if line.inventory)


def _gains(kpi: Kpi, change: Exact | None) -> bool:
    """Whether a change is for the good of the KPI. A ratio that is stated is none: it is that of what is added."""
    if change is None or kpi.direction == "band" or kpi.kind == "ratio":
        return False
    return change > 0 if kpi.direction == "higher" else change < 0


def _improves(kpi: Kpi, effect: Effect) -> bool:
    """Whether the KPI gets better; where that is not known, the plan's path is believed."""
    before, after = effect.before.value, effect.after.value
    if before is None or after is None or kpi.direction == "band":
        return True
    return after > before if kpi.direction == "higher" else after < before

"""Which goals an event serves, and along which path of the plan: by what it is part of, what it moves, what it says."""

from __future__ import annotations

from collections.abc import Mapping

from aop_rules.events import EventBase, NewRisk, Proposal, SpendRequest
from aop_rules.exact.number import Exact
from aop_rules.facts.changes import Changes, certain
from aop_rules.facts.effects import Effect
from aop_rules.plan.graph import PlanGraph
from aop_rules.plan.kpis import Kpi
from aop_rules.plan.model import Plan

Paths = Mapping[str, tuple[str, ...]]
"""By goal: the plan entries from the event to it, the goal last."""


def served(plan: Plan, graph: PlanGraph, event: EventBase, changed: Changes, effects: tuple[Effect, ...] = ()) -> Paths:
    """The goals that an event serves, each with its shortest path, in the plan's priority order.

    A goal whose own KPI the stated benefits do not improve is not served by them, whatever they do to its parts and
    whatever the event claims: profit at a thin margin does not serve the margin.
    """
    worse = {effect.kpi for effect in effects if not improves(plan.kpis[effect.kpi], effect)}
    found: dict[str, tuple[str, ...]] = {
        goal: (goal,) for goal in event.links.goals if plan.goals[goal].kpi not in worse
    }
    if not isinstance(event, NewRisk):  # what is spent on a risk serves what the risk threatens
        threatened = [(goal, risk) for risk in event.links.risks for goal in plan.risks[risk].threatens]
        found = {**{goal: (risk, goal) for goal, risk in sorted(threatened, reverse=True)}, **found}
    ways = _going_on(plan, graph)
    for start in () if isinstance(event, NewRisk) else _starts(plan, event, changed):
        for goal, path in ways.goals_served_by(start).items():
            if start in changed and plan.goals[goal].kpi in worse:
                continue
            known = found.get(goal)
            if known is None or (len(path), path) < (len(known), known):
                found[goal] = tuple(path)
    return {goal: found[goal] for goal in sorted(found, key=lambda goal: _by_priority(plan, goal))}


def _starts(plan: Plan, event: EventBase, changed: Changes) -> list[str]:
    """The initiatives, budget lines and KPIs from which a goal may be reached."""
    starts = [*event.links.initiatives, *event.links.budgets]
    if isinstance(event, SpendRequest) and event.line in plan.budget.lines:
        starts.append(event.line)
    if isinstance(event, Proposal):
        starts += [kpi for kpi, change in changed.items() if _gains(plan.kpis[kpi], change)]
        # What is stated in a currency without a rate is still a gain, of an unknown amount.
        unknown = [benefit for benefit in event.benefits if changed.get(benefit.kpi) is None]
        starts += [b.kpi for b in unknown if _gains(plan.kpis[b.kpi], certain(b.low, b.likely, b.high))]
        # Buying goods is what its line is for; money for anything else has to say what it is good for.
        spent_on = {cost.line for cost in event.costs if cost.amount > 0}
        starts += spent_on if spent_on <= plan.budget.stock_lines else ()
    return starts


def _going_on(plan: Plan, graph: PlanGraph) -> PlanGraph:
    """The graph without initiatives that were stopped: nothing is reached by way of them."""
    kept = {name: each for name, each in plan.initiatives.items() if each.status != "stopped"}
    return graph if len(kept) == len(plan.initiatives) else PlanGraph.of(plan.model_copy(update={"initiatives": kept}))


def _by_priority(plan: Plan, goal: str) -> tuple[bool, int, str]:
    """Sorts goals by rank, those without one last, and by id among equals."""
    rank = plan.rank(goal)
    return rank is None, rank or 0, goal


def _gains(kpi: Kpi, change: Exact | None) -> bool:
    """Whether a change is for the good of the KPI. A ratio that is stated is none: it is that of what is added."""
    if change is None or not kpi.one_way or kpi.kind == "ratio":
        return False
    return change > 0 if kpi.direction == "higher" else change < 0


def improves(kpi: Kpi, effect: Effect) -> bool:
    """Whether the KPI gets better; where that is not known, the plan's path is believed."""
    before, after = effect.before.value, effect.after.value
    if before is None or after is None or not kpi.one_way:
        return True
    return after > before if kpi.direction == "higher" else after < before

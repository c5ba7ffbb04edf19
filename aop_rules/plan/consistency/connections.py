"""Whether the components are connected: goals measured and served, work and money with a purpose, risks watched."""

from __future__ import annotations

from collections.abc import Iterator

from aop_rules.errors import Problem
from aop_rules.plan.draft import Draft
from aop_rules.plan.graph import PlanGraph
from aop_rules.plan.model import Plan
from aop_rules.plan.risks import Risk
from aop_rules.source.tree import Path


def connections(draft: Draft, plan: Plan) -> Iterator[Problem]:
    """PLAN_GOAL_WITHOUT_KPI, PLAN_KPI_WITHOUT_GOAL, PLAN_UNSERVED_GOAL, PLAN_ORPHAN_INITIATIVE, PLAN_WITHOUT_OWNER,
    PLAN_RISK_UNWATCHED, PLAN_RISK_WITHOUT_RESPONSE, PLAN_EFFECT_UNUSED. All are warnings: a plan may grow over time.
    """
    yield from _measured(draft, plan)
    yield from _served(draft, plan)
    yield from _effects(draft, plan)
    for name, line in plan.budget.lines.items():
        if not line.owner and not plan.governance.owner and draft.whole("budget", "lines", name):
            hint = "add `owner`, or one for the whole plan under `governance`"
            path: Path = ("budget", "lines", name)
            yield draft.problem(path, "WITHOUT_OWNER", f"`{name}` has no owner", hint, "warning", key=True)
    for risk in plan.risks.values():
        if draft.whole("risks", risk.id):
            yield from _risk(draft, risk)


def _measured(draft: Draft, plan: Plan) -> Iterator[Problem]:
    for name, goal in plan.goals.items():
        if goal.kpi is None and goal.initiative is None and draft.whole("goals", name):
            message = f"`{name}` has no KPI, so nobody can tell whether it is reached"
            hint = "add `kpi`, naming one of `kpis`"
            yield draft.problem(("goals", name), "GOAL_WITHOUT_KPI", message, hint, "warning", key=True)
    if draft.set_aside:
        return  # what used the KPI may be among what could not be read
    used = used_kpis(plan)
    for name in plan.kpis:
        if name not in used:
            message = f"nothing in the plan uses `{name}`"
            hint = "name it in a goal, a risk or a policy, or drop it"
            yield draft.problem(("kpis", name), "KPI_WITHOUT_GOAL", message, hint, "warning", key=True)


def used_kpis(plan: Plan) -> frozenset[str]:
    """KPIs that something else in the plan speaks of, or that alert on their own."""
    policies = plan.policies
    named: set[str | None] = {goal.kpi for goal in plan.goals.values()} | {policies.contribution}
    named |= {policies.minimum_cash.kpi} if policies.minimum_cash else set()
    named |= {kpi for cover in policies.stock_cover.values() for kpi in (cover.stock, cover.daily_cost_of_sales)}
    named |= {kpi for risk in plan.risks.values() for kpi in risk.watches}
    named |= {serves.to for initiative in plan.initiatives.values() for serves in initiative.serves}
    named |= {effect.kpi for lever in plan.levers.values() for effect in lever.effects or ()}
    for kpi in plan.kpis.values():
        named |= {kpi.numerator, kpi.denominator, *kpi.sum_of}
        if kpi.breach is not None:
            named.add(kpi.id)
    spoken = " ".join([*(risk.trigger or "" for risk in plan.risks.values()), repr(plan.rules)])
    named |= {name for name in plan.kpis if name in spoken}
    return frozenset(name for name in named if name is not None)


def _served(draft: Draft, plan: Plan) -> Iterator[Problem]:
    graph = PlanGraph.of(plan)
    if plan.initiatives and draft.whole("initiatives") and draft.whole("kpis") and draft.whole("budget"):
        for goal in graph.unserved_goals:
            message = f"no initiative and no budget line serves `{goal}`"
            hint = "let an initiative serve it or its KPI"
            yield draft.problem(("goals", goal), "UNSERVED_GOAL", message, hint, "warning", key=True)
    for name in graph.orphans:
        if draft.whole("initiatives", name) and draft.whole("kpis") and draft.whole("goals"):
            message = f"`{name}` serves no goal, neither directly nor through a KPI"
            hint = "add `serves`, or leave it out of the plan"
            yield draft.problem(("initiatives", name), "ORPHAN_INITIATIVE", message, hint, "warning", key=True)


def _effects(draft: Draft, plan: Plan) -> Iterator[Problem]:
    for name, initiative in plan.initiatives.items():
        for n, serves in enumerate(initiative.serves):
            kpi = plan.kpis.get(serves.to)
            if serves.effect is None or (kpi is not None and kpi.kind != "ratio"):
                continue
            is_what = "a ratio, which follows from its parts" if kpi else "a goal"
            if kpi or serves.to in plan.goals:
                message = f"an effect is a figure on a flow or stock; `{serves.to}` is {is_what}"
                path: Path = ("initiatives", name, "serves", n, "effect")
                hint = "say it on the KPI behind it, and serve this one without a figure"
                yield draft.problem(path, "EFFECT_UNUSED", message, hint, "warning", key=True)


def _risk(draft: Draft, risk: Risk) -> Iterator[Problem]:
    path: Path = ("risks", risk.id)
    if not risk.watches and risk.trigger is None:
        message = f"nothing shows when `{risk.id}` occurs"
        hint = "add `watches` with a KPI, or a `trigger`"
        yield draft.problem(path, "RISK_UNWATCHED", message, hint, "warning", key=True)
    if risk.response is None:
        message = f"nothing is decided for when `{risk.id}` occurs"
        hint = "add `response` with what to `do`"
        yield draft.problem(path, "RISK_WITHOUT_RESPONSE", message, hint, "warning", key=True)

"""The hard limits of a KPI: the strictest floor and ceiling that goals set on it, minimum cash among them."""

from __future__ import annotations

from aop_rules.facts.sheet import Sheet
from aop_rules.plan.kpis import Kpi
from aop_rules.plan.model import Plan


def put_limits(sheet: Sheet, plan: Plan, kpi: Kpi) -> None:
    """`floor` and `ceiling`, in the KPI's unit; unknown where no goal sets one."""
    goals = [goal for goal in plan.goals.values() if goal.kpi == kpi.id]
    floors = [(goal.floor, f"goals.{goal.id}") for goal in goals if goal.floor is not None]
    ceilings = [(goal.ceiling, f"goals.{goal.id}") for goal in goals if goal.ceiling is not None]
    cash = plan.policies.minimum_cash
    if cash is not None and cash.kpi == kpi.id:
        floors.append((cash.minimum, "policies.minimum_cash"))
    for name, (limit, clause) in (
        ("floor", max(floors, default=(None, ""))),
        ("ceiling", min(ceilings, default=(None, ""))),
    ):
        sheet.put(name, limit, kpi.unit, quality="planned", sources=(f"plan.{clause}",) if clause else ())

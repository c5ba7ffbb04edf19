"""A diagnosis as plain data: what `aop diagnose --json` prints. New keys may come; numbers are whole, or text."""

from __future__ import annotations

from typing import Any

from aop_rules.exact.number import number_text
from aop_rules.position.model import Figure
from aop_rules.replanning.diagnosis import Branch, Diagnosis, Feeding, Step
from aop_rules.replanning.replan_data import FORMAT, landing_data, number_data, words_data


def diagnosis_data(one: Diagnosis) -> dict[str, Any]:
    """A diagnosis as plain data that JSON can hold."""
    signal = one.signal
    return {
        "format": FORMAT,
        "plan": one.plan.id,
        "currency": one.plan.currency,
        "as_of": one.as_of.isoformat(),
        "goal": one.goal.goal,
        "kpi": one.at.kpi,
        "unit": one.at.unit,
        "course": one.goal.course,
        "value": _figure(one.at.value),
        "target": _figure(one.at.target),
        "landing": landing_data(one.landing),
        "tree": _branch(one.tree),
        "required": _figure(one.required),
        "planned_rest": _figure(one.planned_rest),
        "required_pace": _figure(one.required_pace),
        "signal": None if signal is None else {"verdict": signal.verdict, "reason": words_data(signal.reason)},
        "feeding": [_feeding(each) for each in one.feeding],
        "ladder": [_step(step) for step in one.ladder],
    }


def _figure(at: Figure | None) -> dict[str, Any] | None:
    if at is None:
        return None
    missing = [{"reason": each.reason, "about": each.about, "period": each.period or None} for each in at.missing]
    return {"value": number_data(at.value), "unit": at.unit, "periods": at.periods, "missing": missing}


def _branch(branch: Branch) -> dict[str, Any]:
    return {
        "kpi": branch.kpi,
        "role": branch.role,
        "change": _figure(branch.change),
        "effect": number_data(branch.effect),
        "by_period": [{"period": period, "change": number_data(at.value)} for period, at in branch.by_period],
        "parts": [_branch(part) for part in branch.parts],
    }


def _feeding(each: Feeding) -> dict[str, Any]:
    return {
        "initiative": each.initiative,
        "name": words_data(each.name),
        "path": list(each.path),
        "status": each.status,
        "done": each.done,
        "expected_end": each.expected_end or None,
        "late_days": each.late_days,
        "owner": each.owner or None,
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "rung": step.rung,
        "levers": list(step.levers),
        "brings": number_text(step.brings),
        "short": number_text(step.short),
    }

"""Re-plannings and cost cuts as plain data: what `--json` prints. New keys may come; numbers are whole, or text."""

from __future__ import annotations

from typing import Any

from aop_rules.decision.option import GoalLanding
from aop_rules.exact.number import Exact, number_text
from aop_rules.plan.values import Words
from aop_rules.replanning.adjustment import Adjustment, Edit, Shortfall
from aop_rules.replanning.binding import Binding
from aop_rules.replanning.case import LeftOut
from aop_rules.replanning.certificate import Certificate
from aop_rules.replanning.cut import CostCut
from aop_rules.replanning.replan import Replan
from aop_rules.solving.solve import Reached

FORMAT = 1
"""Raised when a key changes its meaning or goes."""


def replan_data(one: Replan) -> dict[str, Any]:
    """A re-planning as plain data that JSON can hold."""
    return {
        "format": FORMAT,
        "plan": one.plan.id,
        "currency": one.plan.currency,
        "as_of": one.as_of.isoformat(),
        "needs": [
            {"line": need.line, "amount": number_text(need.amount), "period": need.period or None} for need in one.needs
        ],
        "goals": list(one.asked),
        "found": one.found,
        "short": list(one.short),
        "best": _adjustment(one.best),
        "low": _adjustment(one.low),
        "high": _adjustment(one.high),
        "robust": _adjustment(one.robust),
        "robust_by": {estimate: [_short(each) for each in short] for estimate, short in one.robust_by.items()},
        "ranges": one.ranges,
        "certificate": None if one.certificate is None else certificate_data(one.certificate),
        "conflicts": [_binding(each) for each in one.conflicts],
        "most": number_text(one.most),
        "band": number_text(one.band),
        "left_out": [_left_out(each) for each in one.left_out],
        "unknown": list(one.unknown),
    }


def cut_data(one: CostCut) -> dict[str, Any]:
    """A cost cut as plain data that JSON can hold."""
    return {
        "format": FORMAT,
        "plan": one.plan.id,
        "currency": one.plan.currency,
        "as_of": one.as_of.isoformat(),
        "amount": number_text(one.amount),
        "by": one.by.isoformat(),
        "protect": list(one.protect),
        "enough": one.enough,
        "met": number_text(one.met),
        "most": number_text(one.most),
        "best": _adjustment(one.best),
        "certificate": certificate_data(one.certificate),
        "conflicts": [_binding(each) for each in one.conflicts],
        "ranked": [
            {
                "lever": each.lever,
                "name": words_data(each.name),
                "amount": number_text(each.amount),
                "landings": [landing_data(landing) for landing in each.landings],
            }
            for each in one.ranked
        ],
        "left_out": [_left_out(each) for each in one.left_out],
        "contracts": list(one.contracts),
        "unknown": list(one.unknown),
    }


def number_data(value: Exact | None) -> int | str | None:
    return None if value is None else number_text(value)


def words_data(words: Words) -> dict[str, str]:
    return {"en": words.en, "vi": words.vi}


def landing_data(landing: GoalLanding) -> dict[str, Any]:
    """One goal before and after."""
    figures = ("before", "after", "planned", "compared_before", "compared_after")
    return {
        "goal": landing.goal,
        "kpi": landing.kpi,
        "unit": landing.unit,
        "compared": landing.compared,
        **{name: number_data(getattr(landing, name)) for name in figures},
    }


def certificate_data(one: Certificate) -> dict[str, Any]:
    """The certificate as plain data."""
    return {
        "locked": one.locked,
        "rung": one.rung,
        "below": [
            {
                "rung": each.rung,
                "levers": each.levers,
                "stage": each.stage,
                "reached": number_text(each.reached),
                "enough": number_text(each.enough),
            }
            for each in one.below
        ],
        "trade_off": words_data(one.trade_off),
        "objective": [_reached(each) for each in one.objective],
        "proved": one.proved,
        "method": one.method,
    }


def _adjustment(one: Adjustment | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "estimates": list(one.estimates),
        "rung": one.rung,
        "edits": [_edit(edit) for edit in one.edits],
        "moved": number_text(one.moved),
        "landings": [landing_data(landing) for landing in one.landings],
        "short": [_short(each) for each in one.short],
        "objective": [_reached(each) for each in one.objective],
        "proved": one.proved,
        "method": one.method,
    }


def _edit(edit: Edit) -> dict[str, Any]:
    return {
        "lever": edit.lever,
        "kind": edit.kind,
        "name": words_data(edit.name),
        "rung": edit.rung,
        "share": number_text(edit.share),
        "amount": number_text(edit.amount),
        "line": edit.line or None,
        "to": [{"line": line or None, "amount": number_text(amount)} for line, amount in edit.to],
        "period": edit.period or None,
        "left": number_data(edit.left),
        "risks": number_data(edit.risks),
        "reversible": edit.reversible,
        "approval": edit.approval or None,
        "dependents": list(edit.dependents),
    }


def _short(each: Shortfall) -> dict[str, Any]:
    figures = {name: number_text(getattr(each, name)) for name in ("wanted", "before", "after")}
    return {"goal": each.goal, "what": each.what, "kpi": each.kpi, **figures}


def _reached(each: Reached) -> dict[str, Any]:
    figures = {"value": number_text(each.value), "bound": number_data(each.bound), "gap": number_data(each.gap)}
    return {"stage": each.id, **figures}


def _binding(each: Binding) -> dict[str, Any]:
    return {"id": each.id, "words": words_data(each.words)}


def _left_out(each: LeftOut) -> dict[str, str]:
    return {"lever": each.lever, "why": each.why}

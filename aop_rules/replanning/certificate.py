"""The certificate of an adjustment: goals untouched, no lower rung is enough (with its numbers), and what it costs."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from aop_rules.exact.number import Exact, exact
from aop_rules.plan.load import dump
from aop_rules.plan.model import Plan
from aop_rules.plan.values import Words
from aop_rules.replanning.adjustment import Adjustment
from aop_rules.replanning.case import Case
from aop_rules.replanning.rungs import RUNGS, Rung, height
from aop_rules.replanning.search import Search, up_to
from aop_rules.replanning.trade_off import trade_off
from aop_rules.solving.solve import Conflict, Reached


@dataclass(frozen=True, slots=True)
class Below:
    """A rung under the one that was chosen, and why it is not enough."""

    rung: Rung
    levers: int
    """How many may be pulled up to this rung."""
    stage: str
    """Where it fails: `money`, or the first stage of goals that it leaves further behind."""
    reached: Exact
    """`money`: the most that it finds, in whole units of the currency. Goals: the least that it misses, as a share of what
    is aimed at."""
    enough: Exact
    """`money`: what is needed. Goals: what may be missed at most: what the adjustment reaches, and the band."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What anybody can check again: `replanning.verifying.verify`."""

    locked: str
    """`sha256:…` of the plan's locked goals: an adjustment moves actions and money, never goals."""
    rung: Rung
    below: tuple[Below, ...]
    """Every lower rung, from the lowest."""
    trade_off: Words
    objective: tuple[Reached, ...]
    proved: bool
    method: str
    """How it was solved."""


def locked_goals(plan: Plan) -> str:
    """The digest of the goals that only an amendment may change, whatever their order.

    >>> from aop_rules.plan.load import plan_from
    >>> shop = {"aop": 1, "id": "shop", "name": "Shop", "currency": "USD", "year": {"starts": "2026-01-01"}}
    >>> locked_goals(plan_from(shop))[:15]
    'sha256:44136fa3'
    """
    goals = dump(plan).get("goals", {})
    locked = {name: goals[name] for name, goal in plan.goals.items() if goal.lock == "locked"}
    text = json.dumps(locked, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def certify(case: Case, best: Adjustment, search: Search) -> Certificate:
    """The certificate of the best adjustment of a case."""
    lower = RUNGS[: height(best.rung)]
    return Certificate(
        locked=locked_goals(case.plan),
        rung=best.rung,
        below=tuple(below(case, rung, best.objective, search) for rung in lower),
        trade_off=trade_off(case, best.shares),
        objective=best.objective,
        proved=best.proved,
        method=best.method,
    )


def below(case: Case, rung: Rung, objective: tuple[Reached, ...], search: Search) -> Below:
    """What the levers up to a rung reach, and where that is not enough for what all levers reach."""
    lower = case.with_levers(up_to(case, rung))
    values = {stage.id: stage.value for stage in objective}
    missed = search.first_miss(lower, values)
    if isinstance(missed, Conflict):
        needed = exact(sum(need.amount for need in case.needs))
        return Below(rung, len(lower.levers), "money", search.most(lower), needed)
    stage, reached = missed or ("", 0)
    return Below(rung, len(lower.levers), stage, reached, exact(values[stage] + case.band) if stage else 0)

"""Which goals, budget lines and initiatives stay as they are. A goal that is in trouble, or that nobody can tell of, does not."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from aop_rules.decision.showing import reasons
from aop_rules.plan.goals import Goal
from aop_rules.plan.model import Plan
from aop_rules.plan.values import Words
from aop_rules.position.model import Position
from aop_rules.review.ahead import Kept, NotKept, ToAdjust
from aop_rules.wording.messages import say


def kept_and_not(
    plan: Plan, position: Position, rows: Collection[ToAdjust], watched: Collection[tuple[str, str]]
) -> tuple[tuple[Kept, ...], tuple[NotKept, ...]]:
    """What stays as it is, and the goals that do not.

    A goal is kept only where it is on course and nothing to adjust or look into is about it; a line or an initiative where
    nothing is said of it: `watched` holds kind and id of all of which a rule says something.
    """
    trouble = [_not_kept(plan, position, goal, rows) for goal in plan.goals.values()]
    not_kept = tuple(each for each in trouble if each.course != "on_course" or each.touched_by)
    away = {each.id for each in not_kept}
    goals = (Kept("goal", goal.id, goal.name) for goal in plan.goals.values() if goal.id not in away)
    others = (each for each in _others(plan, position) if (each.kind, each.id) not in watched)
    return (*goals, *others), not_kept


def _not_kept(plan: Plan, position: Position, goal: Goal, rows: Collection[ToAdjust]) -> NotKept:
    at = position.goals.get(goal.id)
    course = at.course if at is not None else "unknown"
    about = [row for row in rows if not row.lacks and _about(plan, goal, row)]
    why = _why(plan, position, goal) if course == "unknown" else None
    return NotKept(goal.id, goal.name, course, why, tuple(dict.fromkeys(row.name for row in about)))


def _about(plan: Plan, goal: Goal, row: ToAdjust) -> bool:
    if row.kind == "risk":
        risk = plan.risks.get(row.id)
        return risk is not None and goal.id in risk.threatens
    if row.kind == "initiative":
        return row.id == goal.initiative
    return row.id == goal.id if row.kind == "goal" else row.kind == "kpi" and row.id in _parts(plan, goal.kpi or "")


def _parts(plan: Plan, top: str) -> frozenset[str]:
    """A KPI and all that it is computed from, at any distance."""
    found: set[str] = set()
    left = [top]
    while left:
        kpi = plan.kpis.get(left.pop())
        if kpi is not None and kpi.id not in found:
            found.add(kpi.id)
            left += [*kpi.sum_of, kpi.numerator or "", kpi.denominator or ""]
    return frozenset(found)


def _why(plan: Plan, position: Position, goal: Goal) -> Words:
    kpi = position.kpis.get(goal.kpi or "")
    if kpi is None:
        return Words(en=say("standing.no_kpi", "en"), vi=say("standing.no_kpi", "vi"))
    missing = kpi.value.missing or kpi.target.missing
    en, vi = reasons(missing, plan, "en"), reasons(missing, plan, "vi")
    return Words(en=en or say("course.unknown", "en"), vi=vi or say("course.unknown", "vi"))


def _unrecorded(position: Position, line: str) -> str:
    """The last closed period, where it has money and no spending of a line on which money was spent."""
    if not position.closed:
        return ""
    last = position.closed[-1].id
    at = position.lines[line][last]
    own = at.horizons[0]
    silent = at.documents > 0 and own.allocated > 0 and not (own.actual or own.committed or own.reserved)
    return last if silent else ""


def _others(plan: Plan, position: Position) -> Iterator[Kept]:
    """Lines whose spending is known, and what is still being done."""
    for line in plan.budget.lines.values():
        seen = position.lines[line.id].values()
        if all(limit.complete for each in seen for limit in each.horizons):
            yield Kept("line", line.id, line.name, _unrecorded(position, line.id))
    for initiative in plan.initiatives.values():
        if initiative.status not in ("done", "stopped"):
            yield Kept("initiative", initiative.id, initiative.name)

"""Goals: where each shall end, what bounds it, how many there are and in what order, and how it could be gamed."""

from __future__ import annotations

from collections.abc import Iterator

from aop_rules.errors import Problem, did_you_mean
from aop_rules.exact.number import Exact, number_text
from aop_rules.plan.consistency.periods import periods_in
from aop_rules.plan.draft import Draft
from aop_rules.plan.goals import Goal
from aop_rules.plan.kpis import Kpi
from aop_rules.plan.model import Plan
from aop_rules.source.tree import Path


def goals(draft: Draft, plan: Plan) -> Iterator[Problem]:
    """PLAN_GOAL_*, PLAN_UNKNOWN_ID, PLAN_FLOOR, PLAN_MANY_GOALS, PLAN_UNRANKED_GOAL, PLAN_RATIO_GAMING."""
    for name, goal in plan.goals.items():
        yield from _end(draft, goal)
        yield from _milestones(draft, plan, goal)
        yield from _bounds(draft, plan, goal)
        yield from _agreement(draft, plan, goal, ("goals", name))
    yield from _order(draft, plan)
    yield from _gaming(draft, plan)


def _end(draft: Draft, goal: Goal) -> Iterator[Problem]:
    path: Path = ("goals", goal.id)
    if goal.to is not None and goal.grow is not None:
        message = f"`{goal.id}` has both `to` and `grow`"
        yield draft.problem((*path, "grow"), "GOAL_END", message, "keep the one that was agreed", key=True)
    elif goal.grow is not None and goal.start is None and draft.whole(*path):
        message = f"`{goal.id}` grows by a share of an unknown `from`"
        yield draft.problem((*path, "grow"), "GOAL_END", message, "add `from`, where last year ended", key=True)
    bounded = goal.floor is not None or goal.ceiling is not None
    if goal.to is None and goal.grow is None and not bounded and goal.initiative is None and draft.whole(*path):
        message = f"`{goal.id}` does not say where it shall end"
        yield draft.problem(path, "GOAL_END", message, "add `to`, `from` and `grow`, or a `floor`", "warning", key=True)


def _milestones(draft: Draft, plan: Plan, goal: Goal) -> Iterator[Problem]:
    initiative = plan.initiatives.get(goal.initiative or "")
    if initiative is None or not draft.whole("initiatives", initiative.id):
        return
    for n, name in enumerate(goal.milestones):
        if name not in initiative.milestones:
            message = f"`{initiative.id}` has no milestone `{name}`"
            path: Path = ("goals", goal.id, "milestones", n)
            yield draft.problem(path, "UNKNOWN_ID", message, did_you_mean(name, initiative.milestones))


def _bounds(draft: Draft, plan: Plan, goal: Goal) -> Iterator[Problem]:
    path: Path = ("goals", goal.id)
    end, floor, ceiling = goal.end, goal.floor, goal.ceiling
    if floor is not None and ceiling is not None and floor > ceiling:
        message = f"the floor {_n(floor)} lies above the ceiling {_n(ceiling)}"
        yield draft.problem((*path, "floor"), "FLOOR", message, "exchange the two, or drop one")
    if floor is not None and end is not None and end < floor:
        message = f"the goal ends at {_n(end)}, below its own floor {_n(floor)}"
        yield draft.problem((*path, "floor"), "FLOOR", message, "lower the floor or raise the goal")
    if ceiling is not None and end is not None and end > ceiling:
        message = f"the goal ends at {_n(end)}, above its own ceiling {_n(ceiling)}"
        yield draft.problem((*path, "ceiling"), "FLOOR", message, "raise the ceiling or lower the goal")
    kpi = plan.kpis.get(goal.kpi or "")
    if kpi is None or not kpi.one_way:
        return
    against, right = ("ceiling", "floor") if kpi.direction == "higher" else ("floor", "ceiling")
    if getattr(goal, against) is not None and getattr(goal, right) is None:
        message = f"`{kpi.id}` is better when {kpi.direction}, so a {against} would hold back what is good"
        yield draft.problem((*path, against), "FLOOR_DIRECTION", message, f"was `{right}` meant?", key=True)
    if goal.start is not None and end is not None:
        wrong = end < goal.start if kpi.direction == "higher" else end > goal.start
        if wrong:
            message = f"the goal goes from {_n(goal.start)} to {_n(end)}, but `{kpi.id}` is better when {kpi.direction}"
            at = "to" if goal.to is not None else "grow"
            yield draft.problem(
                (*path, at),
                "GOAL_DIRECTION",
                message,
                f"check `from` and `{at}`, or the direction of `{kpi.id}`",
                "warning",
            )


def _agreement(draft: Draft, plan: Plan, goal: Goal, path: Path) -> Iterator[Problem]:
    """A goal and the target of its KPI are two ways to say one thing; where both are said they must agree."""
    kpi = plan.kpis.get(goal.kpi or "")
    if kpi is None or kpi.target is None or not draft.whole("kpis", kpi.id):
        return
    wanted, planned = goal.end, year_end(kpi, periods_in(draft, plan))
    if wanted is not None and planned is not None and wanted != planned:
        part = next(name for name in ("year", "path", "constant") if getattr(kpi.target, name) is not None)
        message = f"the target of `{kpi.id}` ends at {_n(planned)}, the goal `{goal.id}` at {_n(wanted)}"
        hint = "make them one figure, or drop the target"
        yield draft.problem(("kpis", kpi.id, "target", part), "GOAL_TARGET", message, hint)


def year_end(kpi: Kpi, periods: int | None) -> Exact | None:
    """Where the target of a KPI ends the year, as its goal would say it; None where the two cannot be compared."""
    target = kpi.target
    if target is None:
        return None
    if kpi.kind != "flow":
        # A path of single periods may end anywhere above the year's own ratio.
        by_period = kpi.kind == "ratio" and kpi.effective_basis in ("period", "rolling")
        return target.path[-1] if target.path and not by_period else target.constant
    if target.path is not None:
        return sum(target.path) if len(target.path) == periods else None
    if target.constant is not None:
        return target.constant * periods if periods else None
    return target.year


def _order(draft: Draft, plan: Plan) -> Iterator[Problem]:
    most = plan.governance.goals_max
    if len(plan.goals) > most:
        message = f"{len(plan.goals)} goals are more than {most}: few goals decide, many do not"
        yield draft.problem(("goals",), "MANY_GOALS", message, "keep the ones that decide", "warning", key=True)
    if not draft.whole("priorities"):
        return
    for goal in plan.goals:
        if plan.rank(goal) is None and len(plan.goals) > 1:
            message = f"`{goal}` has no place in `priorities`, so it loses to every goal that has"
            yield draft.problem(
                ("goals", goal), "UNRANKED_GOAL", message, "add it to `priorities`", "warning", key=True
            )


def _gaming(draft: Draft, plan: Plan) -> Iterator[Problem]:
    """A share can be bettered by starving what it is a share of; a goal on an absolute amount stands against that."""
    pursued = {goal.kpi for goal in plan.goals.values()}
    for name, goal in plan.goals.items():
        kpi = plan.kpis.get(goal.kpi or "")
        if kpi is None or kpi.kind != "ratio" or kpi.direction != "higher" or not draft.whole("goals"):
            continue
        if not pursued & {kpi.numerator, kpi.denominator}:
            message = f"`{name}` is a share only: it improves also when `{kpi.denominator}` shrinks"
            hint = f"pair it with a goal on `{kpi.denominator}` or `{kpi.numerator}`"
            yield draft.problem(("goals", name), "RATIO_GAMING", message, hint, "warning", key=True)


def _n(value: Exact) -> str:
    return f"`{number_text(value)}`"

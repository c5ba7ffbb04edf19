"""Diagnosing a missed goal: which part and month, which initiatives, what the rest has to bring, what each rung could do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from aop_rules.adjusting.lever import Lever
from aop_rules.adjusting.rooms import open_periods
from aop_rules.errors import InputError, Place
from aop_rules.exact.number import Exact, exact
from aop_rules.plan.graph import PlanGraph
from aop_rules.plan.model import Plan
from aop_rules.position.figures import total
from aop_rules.position.model import Figure, KpiPosition, Position
from aop_rules.position.variance import RatioChange, contributions, ratio_against_plan
from aop_rules.replanning.case import Case
from aop_rules.replanning.diagnosis import Branch, Diagnosis, Feeding, Step
from aop_rules.replanning.rungs import RUNGS, rung_of
from aop_rules.replanning.search import Method, Search, up_to
from aop_rules.replanning.wanted import unknown
from aop_rules.solving.solve import Conflict


def diagnose(
    plan: Plan, position: Position, levers: Iterable[Lever], graph: PlanGraph, goal: str, *, method: Method = "auto"
) -> Diagnosis:
    """Why a goal stands where it stands, and what could still be done. It says where, never who or what caused it.

    Raises InputError: no such goal, or one without a KPI (REPLAN_UNKNOWN).
    """
    declared = plan.goals.get(goal)
    if declared is None or declared.kpi not in plan.kpis:
        known = (name for name, each in plan.goals.items() if each.kpi in plan.kpis)
        raise InputError([unknown(Place("<diagnose>"), "goal with a KPI", goal, known)])
    case, at = Case.of(plan, position, levers, (), (goal,), 0), position.kpi(declared.kpi or "")
    landing = next(each for each in case.scales.landings({}) if each.goal == goal)
    left = at.landings
    return Diagnosis(
        plan=plan,
        as_of=position.as_of,
        goal=position.goal(goal),
        at=at,
        landing=landing,
        tree=_tree(plan, position, at),
        required=left.required if left else None,
        planned_rest=left.planned_rest if left else None,
        required_pace=left.required_pace if left else None,
        signal=at.signal,
        feeding=_feeding(plan, position, graph, goal),
        ladder=tuple(_ladder(case, goal, method)),
    )


# ── where the difference comes from ─────────────────────────────────────────────────────────────────────────────────


def _tree(plan: Plan, position: Position, at: KpiPosition) -> Branch:
    kpi = plan.kpis[at.kpi]
    if kpi.kind != "ratio":
        return _flow(plan, position, at.kpi, "whole")
    found = ratio_against_plan(plan, position, at.kpi, "shapley")
    split = found if isinstance(found, RatioChange) else None
    change = found if isinstance(found, Figure) else Figure(found.change, at.unit, at.ytd.periods)
    above = _flow(plan, position, kpi.numerator or "", "numerator", split)
    below = _flow(plan, position, kpi.denominator or "", "denominator", split)
    return Branch(at.kpi, "whole", change, None, (), (above, below))


def _flow(plan: Plan, position: Position, kpi: str, role: str, split: RatioChange | None = None) -> Branch:
    effect = None if split is None else split.numerator if role == "numerator" else split.denominator
    if plan.kpis[kpi].kind != "flow":
        at = position.kpi(kpi)
        return Branch(kpi, role, _less(at.value, at.target), effect, ())  # type: ignore[arg-type]
    found = contributions(plan, position, kpi)
    parts = tuple(_flow(plan, position, part, "part") for part in plan.kpis[kpi].sum_of)
    return Branch(kpi, role, found.change, effect, found.by_period, parts)  # type: ignore[arg-type]


def _less(actual: Figure, planned: Figure) -> Figure:
    unit = "number" if actual.unit == "boolean" else actual.unit  # what lies between yes and no is neither
    both = total((actual, planned), unit, actual.periods)
    if actual.value is None or planned.value is None:
        return both
    return Figure(exact(actual.value - planned.value), unit, actual.periods, both.quality, both.sources)


# ── what feeds it, and what could be done ───────────────────────────────────────────────────────────────────────────


def _feeding(plan: Plan, position: Position, graph: PlanGraph, goal: str) -> tuple[Feeding, ...]:
    found = []
    for one in plan.initiatives.values():
        path = graph.goals_served_by(one.id, ("initiative",)).get(goal)
        at = position.initiatives.get(one.id)
        if path is not None and at is not None:
            found.append(Feeding(one.id, one.name, path, one.status, at.done, at.expected_end, at.late_days, one.owner))
    return tuple(sorted(found, key=lambda each: (-each.late_days, each.initiative)))


def _ladder(case: Case, goal: str, method: Method) -> Iterator[Step]:
    aims = [aim for aim in case.aims.aims if aim.goal == goal]
    if not aims or goal in case.aims.unknown or not open_periods(case.plan, case.position):
        return
    aim, search = aims[-1], Search(("likely",), method)
    before = aim.short(case.scales.base) or 0
    short_with: dict[frozenset[str], Exact] = {}
    for rung in RUNGS[:-1]:
        names = up_to(case, rung)
        if names not in short_with:  # a rung without levers of its own brings what the one below brings
            found = search.best(case.with_levers(names))
            short_with[names] = before if isinstance(found, Conflict) else found.short[aim.id]
        short = short_with[names]
        own = tuple(lever.id for lever in case.levers if rung_of(case.plan, lever) == rung)
        yield Step(rung, own, exact(before - short), short)

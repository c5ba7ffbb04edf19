"""Every lever there is: those that the plan declares, and those that follow from the plan and where the year stands."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from aop_rules.adjusting.lever import Lever, LeverKind, Pull
from aop_rules.exact.number import Exact, exact
from aop_rules.plan.actions import Initiative
from aop_rules.plan.budget import BudgetLine
from aop_rules.plan.graph import PlanGraph
from aop_rules.plan.levers import DeclaredLever, LeverEffect
from aop_rules.plan.model import Plan
from aop_rules.plan.risks import Risk
from aop_rules.plan.values import Words
from aop_rules.position.model import Horizon, Position
from aop_rules.position.year import calendar_of
from aop_rules.wording.messages import say
from aop_rules.wording.numbers import Language


def levers(plan: Plan, position: Position, graph: PlanGraph, triggered: Collection[str] = ()) -> tuple[Lever, ...]:
    """All levers, by id. What is owed by contract is never among them, nor what has no money left to free.

    Followed from the plan: `rephase.LINE` (money of a later period of the line), `transfer.LINE`, `reserve.LINE`,
    `defer.INITIATIVE` (one that has not begun, out of the year), `stop.INITIATIVE` (one that runs), `response.RISK` (of a
    risk that showed, occurred or was `triggered`). What the plan does not say of their effects is unknown, not nothing.
    """
    found = [_declared(plan, position, graph, lever) for lever in plan.levers.values()]
    found += _of_lines(plan, position, graph)
    found += _of_initiatives(plan, position, graph)
    found += _of_risks(plan, position, triggered)
    return tuple(sorted((lever for lever in found if not lever.contract), key=lambda lever: lever.id))


def left_in_year(position: Position, line: str) -> Exact | None:
    """What a line has left for the year, never negative; None where that is not known."""
    year = _year(position, line)
    return max(0, year.available) if year is not None and year.complete else None


def serves_nothing(graph: PlanGraph, line: str) -> bool:
    """Whether no goal is served by a line, so that what it loses hurts none."""
    return not graph.goals_served_by(line, ("line",))


# ── declared ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _declared(plan: Plan, position: Position, graph: PlanGraph, lever: DeclaredLever) -> Lever:
    effects, declared, dependents = _effects(plan, graph, lever)
    lines = (plan.budget.lines.get(name) for name in (lever.line, lever.takes_from) if name)
    return Lever(
        id=lever.id,
        kind=lever.kind,
        name=lever.name,
        frees=_at_most(position, lever),
        line=lever.line or "",
        takes=lever.takes,
        takes_from=lever.takes_from or "",
        initiative=lever.initiative or "",
        whole=lever.whole,
        least=lever.least,
        period=calendar_of(plan).resolve(lever.start).id if lever.start else "",
        effects=effects,
        declared=declared,
        reversible=lever.reversible,
        approval=lever.approval,
        dependents=dependents,
        contract=any(line is not None and line.contract for line in lines),
    )


def _at_most(position: Position, lever: DeclaredLever) -> Exact:
    """What is spent already cannot be freed: a part can be as large as what is left, a whole is all or nothing."""
    left = left_in_year(position, lever.line) if lever.line else None
    if left is None or left >= lever.frees:
        return lever.frees
    return 0 if lever.whole or left < lever.least else left


def _effects(plan: Plan, graph: PlanGraph, lever: DeclaredLever) -> tuple[Mapping[str, Pull], bool, tuple[str, ...]]:
    """By KPI, whether anybody said them, and what goes with it. Stopping an initiative loses what the plan says of it."""
    stopped = lever.initiative if lever.kind == "stop" and lever.initiative in plan.initiatives else None
    cut = graph.breaks_if_cut(stopped) if stopped else None
    dependents = cut.dependents if cut else ()
    if lever.effects is None:
        if cut is None:
            return {}, False, dependents
        return _lost(cut.effects), bool(cut.effects) and not cut.unquantified, dependents
    money = lever.frees or lever.takes
    found: dict[str, Pull] = {}
    for each in lever.effects:
        pull = _pull(plan, each, 1 if each.amount is not None else money)
        known = found.get(each.kpi)
        found[each.kpi] = pull if known is None else known.plus(pull)
    return found, True, dependents


def _pull(plan: Plan, effect: LeverEffect, times: Exact) -> Pull:
    low, high = effect.ends
    kpi = plan.kpis.get(effect.kpi)
    worst, best = (high, low) if kpi is not None and kpi.direction == "lower" else (low, high)
    return Pull(exact(worst * times), exact(effect.likely * times), exact(best * times))


def _lost(effects: Mapping[str, Exact]) -> Mapping[str, Pull]:
    return {kpi: Pull(-effect, -effect, -effect) for kpi, effect in effects.items()}


# ── followed from the plan ──────────────────────────────────────────────────────────────────────────────────────────


def _of_lines(plan: Plan, position: Position, graph: PlanGraph) -> Iterator[Lever]:
    groups = {line.group for line in plan.budget.lines.values()}
    for line in plan.budget.lines.values():
        left = left_in_year(position, line.id)
        if line.contract or line.id in groups or not left:
            continue
        if line.reserve:
            yield _derived("reserve", line.id, line.name, frees=left, line=line.id, reversible=True)
            continue
        none = serves_nothing(graph, line.id)
        yield _derived("transfer", line.id, line.name, frees=left, line=line.id, declared=none, reversible=True)
        yield from _rephase(position, line, left, none)


def _rephase(position: Position, line: BudgetLine, left: Exact, none: bool) -> Iterator[Lever]:
    """Money of the later period that has most of it left. A line that is checked by the year alone needs none of that."""
    first = _first_open(position)
    later = list(position.lines[line.id].values())[first:]
    if set(line.horizons) == {"year"} or not later:
        return
    giving = max(enumerate(later), key=lambda each: (each[1].horizons[0].available, each[0]))[1]
    if not giving.horizons[0].complete:
        return
    frees = min(left, giving.horizons[0].available)
    if frees > 0:
        yield _derived(
            "rephase",
            line.id,
            line.name,
            frees=frees,
            line=line.id,
            from_period=giving.period,
            declared=none,
            reversible=True,
        )


def _of_initiatives(plan: Plan, position: Position, graph: PlanGraph) -> Iterator[Lever]:
    """Only where the plan says what the initiative brings: else nobody could tell what is given up."""
    for initiative in plan.initiatives.values():
        at = position.initiatives.get(initiative.id)
        if initiative.status in ("done", "stopped") or (at is not None and at.done):
            continue
        cut = graph.breaks_if_cut(initiative.id)
        if not cut.effects:
            continue
        begun = _begun(initiative, position)
        gone = {initiative.id, *cut.dependents}
        lines = _only_for(plan, gone)
        frees = [left for line in lines if (left := left_in_year(position, line)) is not None]
        yield _derived(
            "stop" if begun else "defer",
            initiative.id,
            initiative.name,
            frees=exact(sum(frees)) if len(lines) == 1 else 0,
            line=lines[0] if len(lines) == 1 else "",
            initiative=initiative.id,
            whole=True,
            effects=_lost(cut.effects),
            declared=not cut.unquantified,
            reversible=not begun,
            dependents=cut.dependents,
        )


def _begun(initiative: Initiative, position: Position) -> bool:
    started = initiative.starts is not None and initiative.starts <= position.as_of.date()
    return initiative.status == "running" or started


def _only_for(plan: Plan, gone: set[str]) -> list[str]:
    """Lines that nothing but these initiatives draws on: their money is freed with them."""
    drawn: dict[str, set[str]] = {}
    for initiative in plan.initiatives.values():
        for line in initiative.budget:
            drawn.setdefault(line, set()).add(initiative.id)
    lines = plan.budget.lines
    return sorted(
        line
        for line, by in drawn.items()
        if by <= gone and line in lines and not (lines[line].contract or lines[line].reserve or lines[line].serves)
    )


def _of_risks(plan: Plan, position: Position, triggered: Collection[str]) -> Iterator[Lever]:
    for risk in plan.risks.values():
        at, response = position.risks.get(risk.id), risk.response
        if at is None or response is None or not (at.signalled or at.occurred or risk.id in triggered):
            continue
        name = Words(en=response.do.en, vi=response.do.vi)
        yield Lever(
            id=f"response.{risk.id}",
            kind="response",
            name=name,
            frees=0,
            takes=response.amount or 0 if response.budget else 0,
            takes_from=response.budget or "",
            declared=False,
            approval=_asks(plan, risk, at.occurred or risk.id in triggered),
        )


def _asks(plan: Plan, risk: Risk, occurred: bool) -> str:
    """What was decided for when the risk occurs is decided; before it does, the one who answers for it is asked."""
    return "" if occurred else risk.owner or plan.governance.owner


_NAMES: Mapping[str, str] = {
    "rephase": "lever.rephase",
    "transfer": "lever.transfer",
    "reserve": "lever.reserve",
    "defer": "lever.defer",
    "stop": "lever.stop",
}


def _derived(
    kind: LeverKind,
    about: str,
    name: Words,
    *,
    frees: Exact,
    line: str,
    initiative: str = "",
    whole: bool = False,
    from_period: str = "",
    effects: Mapping[str, Pull] | None = None,
    declared: bool = True,
    reversible: bool | None = None,
    dependents: tuple[str, ...] = (),
) -> Lever:
    key = _NAMES[kind]
    languages: tuple[Language, Language] = ("en", "vi")
    en, vi = (say(key, language, name=name.in_language(language)) for language in languages)
    return Lever(
        id=f"{kind}.{about}",
        kind=kind,
        name=Words(en=en, vi=vi),
        frees=frees,
        line=line,
        initiative=initiative,
        whole=whole,
        from_period=from_period,
        effects=effects or {},
        declared=declared,
        reversible=reversible,
        dependents=dependents,
    )


def _first_open(position: Position) -> int:
    """How many periods are over: those that are closed, and the one that runs."""
    return max(len(position.closed), position.current.index if position.current is not None else 0)


def _year(position: Position, line: str) -> Horizon | None:
    periods = position.lines.get(line)
    return next(iter(periods.values())).horizons[2] if periods else None

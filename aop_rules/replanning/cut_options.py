"""Cuts as the options of a decision: the cheapest set of them first, then each thing that could be cut alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from aop_rules.adjusting.levers import levers
from aop_rules.decision.option import Flag, GoalLanding, Option
from aop_rules.errors import InputError
from aop_rules.events import CostCutRequest
from aop_rules.exact.frozen import FrozenMapping
from aop_rules.exact.number import Exact, exact
from aop_rules.facts.asks import amount_of
from aop_rules.plan.graph import PlanGraph
from aop_rules.plan.model import Plan
from aop_rules.plan.values import Words
from aop_rules.position.model import Position
from aop_rules.replanning.adjustment import Edit
from aop_rules.replanning.cut import CostCut, OneCut, cut
from aop_rules.wording.numbers import show_list


def cut_options(plan: Plan, position: Position, graph: PlanGraph, asked: CostCutRequest) -> tuple[Option, ...]:
    """None where nothing can be cut, or what is asked makes no sense as a cut (a day that is over, an amount of 0)."""
    amount = amount_of(plan, asked, ())
    if amount is None:
        return ()
    try:
        found = cut(plan, position, levers(plan, position, graph), amount, asked.by, asked.protect)
    except InputError:  # `Engine.cut` says what is wrong; the decision on the request stands without
        return ()
    return tuple(_options(found))


def _options(found: CostCut) -> Iterator[Option]:
    best = found.best
    if best.edits:
        names = [edit.name for edit in best.edits]
        ways = {edit.reversible for edit in best.edits}
        yield Option(
            id="+".join(edit.lever for edit in best.edits),
            kind="cut" if len(best.edits) == 1 else "together",
            name=Words(en=show_list([n.en for n in names], "en"), vi=show_list([n.vi for n in names], "vi")),
            frees=found.met,
            enough=found.enough,
            period=max(edit.period for edit in best.edits),
            reversible=False if False in ways else None if None in ways else True,
            approval=", ".join(dict.fromkeys(edit.approval for edit in best.edits if edit.approval)),
            landings=best.landings,
            dependents=tuple(sorted({each for edit in best.edits for each in edit.dependents})),
            recommended=True,
            needed=found.amount,
            draws=_drawn(best.edits),
            flags=tuple(_flags(best.landings)),
            trade_off=found.certificate.trade_off,
        )
    taken = {edit.lever for edit in best.edits}
    for one in found.ranked:
        if taken != {one.lever}:
            yield _alone(found, one)


def _alone(found: CostCut, one: OneCut) -> Option:
    return Option(
        id=one.lever,
        kind="cut",
        name=one.name,
        frees=one.amount,
        enough=one.amount >= found.amount,
        period=one.period,
        reversible=one.reversible,
        approval=one.approval,
        landings=one.landings,
        dependents=one.dependents,
        needed=found.amount,
        flags=tuple(_flags(one.landings)),
        trade_off=one.trade_off,
    )


def _drawn(edits: Iterable[Edit]) -> Mapping[str, Exact]:
    """By line: what all cuts together take there."""
    found: dict[str, Exact] = {}
    for edit in edits:
        if edit.line:
            found[edit.line] = exact(found.get(edit.line, 0) + edit.amount)
    return FrozenMapping(found)


def _flags(landings: tuple[GoalLanding, ...]) -> Iterator[Flag]:
    """A share that is short and rises while what it is compared through does not."""
    for at in landings:
        if at.compared == at.kpi or at.before is None or at.after is None or at.planned is None:
            continue
        if at.before < at.planned and at.after > at.before and at.compared_after == at.compared_before:
            yield "ratio_gaming"
            return

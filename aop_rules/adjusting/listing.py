"""Ways as options: ranked, with what each leaves, what is wrong with it and which other is nowhere worse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from aop_rules.adjusting.landing_effects import Scales, summed
from aop_rules.adjusting.lever import Lever
from aop_rules.adjusting.levers import left_in_year
from aop_rules.adjusting.need import Need
from aop_rules.adjusting.option_words import trade_off_of
from aop_rules.adjusting.ranking import ranked
from aop_rules.adjusting.ways import Way
from aop_rules.adjusting.weighing import bands, breaks, contender, dominates, games, panic
from aop_rules.decision.option import Flag, Option
from aop_rules.exact.frozen import FrozenMapping
from aop_rules.exact.number import Exact, exact
from aop_rules.plan.graph import PlanGraph
from aop_rules.plan.model import Plan
from aop_rules.plan.values import Words
from aop_rules.wording.numbers import show_list


def ranked_options(need: Need, ways: Sequence[Way], graph: PlanGraph, scales: Scales) -> tuple[Option, ...]:
    """The ways as options, the best first, with what is to be said of each."""
    weighed = {way.id: contender(way, scales, need.risk) for way in ways}
    order = ranked(weighed.values(), bands(scales))
    by_id = {way.id: way for way in ways}
    found: list[Option] = []
    for name in order:
        way = by_id[name]
        option = _option(need, way, scales)
        flags = (*option.flags, *panic(way, weighed, graph, scales))
        by = next((other for other in order if other != name and dominates(by_id[other], way, weighed)), "")
        option = replace(option, flags=flags, dominated_by=by, recommended=not found)
        found.append(replace(option, trade_off=trade_off_of(scales.plan, need, option)))
    return tuple(found)


def _option(need: Need, way: Way, scales: Scales) -> Option:
    landings = scales.landings(way.changed if way.declared else None)
    flags: list[Flag] = []
    if games(scales, way):
        flags.append("ratio_gaming")
    if not way.declared:
        flags.append("undeclared")
    if _reserve_short(way, scales):
        flags.append("reserve_short")
    left = _left(need, way, scales)
    if any(breaks(scales, goal, at) for goal, at in zip(scales.goals, landings, strict=True)):
        flags.append("breaks_bound")
    first = way.levers[0]
    several = len(way.levers) > 1
    reversible = {lever.reversible for lever in way.levers}
    return Option(
        id=way.id,
        kind="together" if several else first.kind,
        name=_names(way.levers),
        frees=way.frees,
        enough=way.enough,
        period=max((lever.period for lever in way.levers), default=""),
        reversible=False if False in reversible else None if None in reversible else True,
        approval=way.approval,
        landings=landings,
        dependents=tuple(sorted({each for lever in way.levers for each in lever.dependents})),
        flags=tuple(flags),
        needed=need.amount,
        draws=FrozenMapping(dict(sorted(way.drawn.items()))),
        left=next(iter(left.values())) if len(left) == 1 else None,
        left_by_line=FrozenMapping(left),
        by_itself=scales.landings(summed([way.effects])) if way.effects and way.brings and way.declared else (),
    )


def _names(levers: Sequence[Lever]) -> Words:
    return Words(
        en=show_list([lever.name.en for lever in levers], "en"),
        vi=show_list([lever.name.vi for lever in levers], "vi"),
    )


def _reserve(way: Way, plan: Plan) -> Exact:
    """What it takes of the reserve."""
    lines = plan.budget.lines
    return exact(sum(amount for line, amount in way.drawn.items() if line in lines and lines[line].reserve))


def _coming(way: Way, scales: Scales) -> Exact | None:
    """What the risks that may still come are expected to cost; the one that is being answered is no longer among them."""
    exposure, risks = scales.position.exposure, scales.position.risks
    answered = [lever.id.removeprefix("response.") for lever in way.levers if lever.kind == "response"]
    less = sum(risks[risk].expected or 0 for risk in answered if risks[risk].may_come)
    return None if exposure is None else exact(exposure.remaining - less)


def _reserve_short(way: Way, scales: Scales) -> bool:
    """Whether it leaves less in reserve than the risks that may still come are expected to cost. What is not known is not."""
    taken, exposure, coming = _reserve(way, scales.plan), scales.position.exposure, _coming(way, scales)
    return bool(taken) and exposure is not None and coming is not None and exposure.left - taken < coming


def _left(need: Need, way: Way, scales: Scales) -> dict[str, Exact]:
    """By line that gives: what it has left to give after it. Of the line that is short nothing is given."""
    found: dict[str, Exact] = {}
    for line, amount in sorted(way.drawn.items()):
        left = left_in_year(scales.position, line) if line != need.line else None
        if left is not None:
            found[line] = exact(left - amount)
    return found

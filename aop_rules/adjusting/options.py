"""The ways to meet a need: one option a lever that helps, with what it does to every goal, the best first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from aop_rules.adjusting.funding import Check, Given, Refused, given_to
from aop_rules.adjusting.landing_effects import Scales, summed
from aop_rules.adjusting.lever import Lever
from aop_rules.adjusting.levers import left_in_year
from aop_rules.adjusting.levers import levers as levers_of
from aop_rules.adjusting.listing import ranked_options
from aop_rules.adjusting.need import Need
from aop_rules.adjusting.together import together
from aop_rules.adjusting.ways import Brought, Way, plus
from aop_rules.adjusting.weighing import harmless, wins
from aop_rules.decision.option import Option
from aop_rules.exact.number import exact
from aop_rules.plan.graph import PlanGraph
from aop_rules.plan.model import Plan
from aop_rules.position.model import Position


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be done about a need."""

    need: Need
    options: tuple[Option, ...]
    """Those that help and are possible, the best first; the first one is recommended."""
    dropped: Mapping[str, str]
    """By lever: why it is no way here (`no_room`, `donor_declines`, `as_important`, `too_late`, …)."""

    @property
    def enough(self) -> bool:
        """Whether one of them is all that is needed."""
        return any(option.enough for option in self.options)


def options_for(
    need: Need,
    plan: Plan,
    position: Position,
    graph: PlanGraph,
    check: Check | None = None,
    levers: Iterable[Lever] | None = None,
    brings: Brought | None = None,
    more: Sequence[Way] = (),
) -> Offer:
    """Every possible way to meet a need, the best first.

    Each part of a lever is scaled to what is needed, a whole one stands as it is. Where none alone is enough the best ones
    together are an option of their own. `check` decides the transfer that a lever means (the donor's own check): one that
    is declined is no option. `levers` are those of the plan where missing; `brings` is what the thing does for which money is
    short (a way that does not fund it does not bring that), and `more` are ways besides levers.
    """
    scales = Scales(plan, position)
    found = tuple(levers) if levers is not None else levers_of(plan, position, graph)
    ways, dropped = [], {}
    for lever in sorted(found, key=lambda lever: lever.id):
        way = _way(need, lever, plan, position, graph, check, scales, found)
        if isinstance(way, Refused):
            dropped[lever.id] = way.why
        else:
            ways.append(way)
    alone = [way for way in ways if way.enough]
    if not any(harmless(way, scales) for way in alone):
        ways += [way for way in together(need, ways, scales) if not alone or wins(way, alone, scales)]
    if brings is not None:
        ways = [replace(way, brings=brings.by(need, way)) for way in ways]
    ways += more
    return Offer(need, ranked_options(need, ways, graph, scales), dropped)


def _way(
    need: Need,
    lever: Lever,
    plan: Plan,
    position: Position,
    graph: PlanGraph,
    check: Check | None,
    scales: Scales,
    others: Sequence[Lever],
) -> Way | Refused:
    if need.line:
        given = given_to(need, lever, plan, position, graph, check)
        return given if isinstance(given, Refused) else _funds(need, lever, given)
    return _lifts(need, lever, plan, position, graph, check, scales, others)


def _funds(need: Need, lever: Lever, given: Given) -> Way:
    share = Fraction(given.amount) / lever.frees
    effects = {kpi: pull.of(share) for kpi, pull in lever.effects.items()}
    return Way((lever,), given.amount, given.amount >= need.amount, effects, given.approval, given.drawn)


def _lifts(
    need: Need,
    lever: Lever,
    plan: Plan,
    position: Position,
    graph: PlanGraph,
    check: Check | None,
    scales: Scales,
    others: Sequence[Lever],
) -> Way | Refused:
    """A lever that brings a landing up, as far as it is needed, with the money that it takes."""
    goal = plan.goals.get(need.goal)
    gain = scales.gain(goal, summed([lever.effects])) if goal is not None else 0
    if lever.kind == "response" and not lever.effects:
        risk = plan.risks[lever.id.removeprefix("response.")]
        if need.goal not in risk.threatens and need.risk != risk.id:
            return Refused("does_not_help")
        share, enough = Fraction(1), goal is None
    elif gain <= 0:
        return Refused("does_not_help" if lever.declared else "not_known")
    else:
        share = Fraction(1) if lever.whole else min(Fraction(1), Fraction(need.short) / gain)
        enough = gain * share >= need.short
    effects = {kpi: pull.of(share) for kpi, pull in lever.effects.items()}
    takes = exact(lever.takes * share)
    if not takes:
        return Way((lever,), 0, enough, effects, lever.approval, {})
    left = left_in_year(position, lever.takes_from)
    if left is not None and left >= takes:
        return Way((lever,), 0, enough, effects, lever.approval, {lever.takes_from: takes})
    lacks = Need(line=lever.takes_from, amount=exact(takes - (left or 0)), period=need.period)
    money = [other for other in others if other.frees > 0 and other.id != lever.id]
    funded = options_for(lacks, plan, position, graph, check, money)
    if not funded.options or not funded.options[0].enough or "+" in funded.options[0].id:
        return Refused("no_money")
    by = next(other for other in others if other.id == funded.options[0].id)
    given = given_to(lacks, by, plan, position, graph, check)
    assert isinstance(given, Given)
    paid = _funds(lacks, by, given)
    both = plus(effects, paid.effects)
    if goal is not None and gain > 0:
        gain = scales.gain(goal, summed([both]))
        enough = gain >= need.short
        if gain <= 0:
            return Refused("does_not_help")
    approval = ", ".join(dict.fromkeys(each for each in (lever.approval, given.approval) if each))
    return Way((lever, by), 0, enough, both, approval, given.drawn)

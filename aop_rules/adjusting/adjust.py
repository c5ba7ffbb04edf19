"""The options of a decision that adjusts: what it needs, and the ways to meet that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

from aop_rules.adjusting.funding import Check
from aop_rules.adjusting.landing_effects import Scales
from aop_rules.adjusting.levers import levers
from aop_rules.adjusting.listing import ranked_options
from aop_rules.adjusting.need import Need
from aop_rules.adjusting.needs import needs_of, triggered_by
from aop_rules.adjusting.options import Offer, options_for
from aop_rules.adjusting.reshape import bound_elsewhere, funded_by, moved_by, reshaped
from aop_rules.adjusting.ways import Way
from aop_rules.decision.finding import Finding
from aop_rules.decision.option import Option
from aop_rules.decision.outcome import Outcome
from aop_rules.decision.value import Decided
from aop_rules.plan.graph import PlanGraph
from aop_rules.plan.model import Plan
from aop_rules.position.model import Position
from aop_rules.rules.effect import Effect
from aop_rules.rules.standard import REQUESTS

D = TypeVar("D", bound=Decided)


def adjusted(decision: D, plan: Plan, graph: PlanGraph, position: Position, check: Check | None = None) -> D:
    """The decision with its options: for one that adjusts, and for spending over a limit that goes to the owner.

    The best of each need is marked. A pure function: `check` decides a transfer as the engine would, without options.
    """
    over = decision.outcome is Outcome.ESCALATE and any(_over_limit(finding) for finding in decision.findings)
    if decision.course != "adjust" and not over:
        return decision
    return replace(decision, options=_told_apart(offers(decision, plan, graph, position, check)))


def offers(
    decision: Decided, plan: Plan, graph: PlanGraph, position: Position, check: Check | None = None
) -> tuple[Offer, ...]:
    """What can be done about each need of a decision, and why the rest cannot: money first, then goals by priority.

    Where a contingency is called for, what the risk threatens stands before the rest.
    """
    scales = Scales(plan, position)
    found = levers(plan, position, graph, triggered_by(decision))
    needs = () if bound_elsewhere(decision) else needs_of(decision, graph, scales)
    if decision.outcome is Outcome.TRIGGER_CONTINGENCY:
        needs = tuple(sorted(needs, key=lambda need: not need.risk))
    asks = decision.event.kind in REQUESTS
    ways = list(reshaped(decision, plan, position)) if asks else list(_slips(decision, plan, graph))
    brings = funded_by(plan, decision.event) if asks else None
    lines = [need.line for need in needs if need.line]
    offered: list[Offer] = []
    for need in needs:
        more = ways if not offered else []
        brought = (
            brings if lines in ([], [need.line]) else None
        )  # what funds one line of several does not fund the thing
        offered.append(options_for(need, plan, position, graph, check, found, brought, more))
    if not needs and ways:
        offered.append(Offer(Need(), ranked_options(Need(), ways, graph, scales), {}))
    return tuple(offered)


def _over_limit(finding: Finding) -> bool:
    return finding.holds and finding.kind in ("limit", "donor") and finding.effect is Effect.FIT


def _slips(decision: Decided, plan: Plan, graph: PlanGraph) -> Iterator[Way]:
    """What waits for an initiative that is late beyond its slack is put in another order."""
    for finding in decision.findings:
        if finding.holds and finding.kind == "initiative" and finding.effect is Effect.ADJUST_ACTIONS:
            late = next((fact.value for fact in finding.facts if fact.name == "initiative.late_days"), None)
            if finding.subject in plan.initiatives and isinstance(late, int) and late > 0:
                yield moved_by(plan, graph.slips(finding.subject, late))


def _told_apart(offered: tuple[Offer, ...]) -> tuple[Option, ...]:
    """All of them, need by need. One that gives a later need another amount has that need behind its id."""
    found: dict[str, Option] = {}
    for offer in offered:
        for option in offer.options:
            known = found.get(option.id)
            if known is not None and (known.frees, known.landings) == (option.frees, option.landings):
                continue
            name = option.id if known is None else f"{option.id}@{offer.need.id}"
            found[name] = replace(option, id=name) if name != option.id else option
    return tuple(found.values())

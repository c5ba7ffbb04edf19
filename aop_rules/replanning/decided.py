"""The decision on one event with its ways to adjust: what the engine gives, and what replaying makes again."""

from __future__ import annotations

from dataclasses import replace

from aop_rules.adjusting.adjust import adjusted
from aop_rules.decision.decide import decide
from aop_rules.decision.decision import Decision
from aop_rules.events import CostCutRequest, EventBase
from aop_rules.facts.sheet import Sheet
from aop_rules.inference.program import Program
from aop_rules.plan.graph import PlanGraph
from aop_rules.plan.model import Plan
from aop_rules.position.model import Position
from aop_rules.replanning.cut_options import cut_options


def decided(
    plan: Plan,
    plan_digest: str,
    graph: PlanGraph,
    program: Program,
    position: Position,
    event: EventBase,
    host: tuple[Sheet, ...] = (),
) -> Decision:
    """Like `decide`, with options where the course is adjusted, or costs are to be cut.

    The money that they move is decided on too, as a transfer.
    """

    def check(transfer: EventBase) -> Decision:
        return decide(plan, plan_digest, graph, program, position, transfer, host)

    decision = check(event)
    if isinstance(event, CostCutRequest):
        return replace(decision, options=cut_options(plan, position, graph, event))
    return adjusted(decision, plan, graph, position, check)

"""What hangs on what in a plan: typed nodes and edges, read off the plan in one pass."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from aop_rules.exact.number import Exact
from aop_rules.plan.actions import Initiative
from aop_rules.plan.kpis import Kpi
from aop_rules.plan.model import Plan

Kind = Literal["goal", "kpi", "initiative", "milestone", "line", "role", "risk"]
Relation = Literal[
    "serves",
    "feeds",
    "measures",
    "part_of",
    "divides",
    "requires",
    "reaches",
    "draws_on",
    "in_group",
    "uses",
    "threatens",
    "watches",
]
Part = Literal["", "sum", "numerator"]


class Node(NamedTuple):
    """One entry of the plan. A milestone's id is `initiative.milestone`."""

    kind: Kind
    id: str

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


@dataclass(frozen=True, slots=True)
class Edge:
    """`source` stands in `relation` to `target`, as in: initiative *feeds* KPI, KPI *measures* goal."""

    relation: Relation
    source: Node
    target: Node
    part: Part = ""
    """For `part_of`: how the one KPI goes into the other."""
    effect: Exact | None = None
    """For `feeds`: the declared effect over the year, in the KPI's unit. An estimate, never a measurement."""
    confidence: str = ""


def nodes_of(plan: Plan) -> tuple[Node, ...]:
    """Every node, in the order of the plan."""
    named: list[Node] = [Node("goal", name) for name in plan.goals]
    named += [Node("kpi", name) for name in plan.kpis]
    for name, initiative in plan.initiatives.items():
        named.append(Node("initiative", name))
        named += [Node("milestone", f"{name}.{milestone}") for milestone in initiative.milestones]
    named += [Node("line", name) for name in plan.budget.lines]
    named += [Node("role", name) for name in plan.resources.roles]
    named += [Node("risk", name) for name in plan.risks]
    return tuple(named)


def edges_of(plan: Plan) -> tuple[Edge, ...]:
    """Every edge between nodes that are declared, in the order of the plan, each once."""
    known = frozenset(nodes_of(plan))
    found = (edge for edge in _edges(plan) if edge.source in known and edge.target in known)
    return tuple(dict.fromkeys(found))


def _edges(plan: Plan) -> Iterator[Edge]:
    for name, goal in plan.goals.items():
        if goal.kpi is not None:
            yield Edge("measures", Node("kpi", goal.kpi), Node("goal", name))
        if goal.initiative is not None:  # what is done in it is done for the goal, whether or not it says so itself
            yield Edge("serves", Node("initiative", goal.initiative), Node("goal", name))
    for kpi in plan.kpis.values():
        yield from _of_kpi(kpi)
    for initiative in plan.initiatives.values():
        yield from _of_initiative(plan, initiative)
    for name, line in plan.budget.lines.items():
        yield from (Edge("serves", Node("line", name), Node("goal", goal)) for goal in line.serves)
        if line.group is not None:
            yield Edge("in_group", Node("line", name), Node("line", line.group))
    for name, risk in plan.risks.items():
        yield from (Edge("threatens", Node("risk", name), Node("goal", goal)) for goal in risk.threatens)
        yield from (Edge("watches", Node("risk", name), Node("kpi", watched)) for watched in risk.watches)


def _of_kpi(kpi: Kpi) -> Iterator[Edge]:
    whole = Node("kpi", kpi.id)
    for part in kpi.sum_of:
        yield Edge("part_of", Node("kpi", part), whole, "sum")
    if kpi.numerator is not None:
        yield Edge("part_of", Node("kpi", kpi.numerator), whole, "numerator")
    if kpi.denominator is not None:
        yield Edge("divides", Node("kpi", kpi.denominator), whole)


def _of_initiative(plan: Plan, initiative: Initiative) -> Iterator[Edge]:
    here = Node("initiative", initiative.id)
    for serves in initiative.serves:
        # A goal and the KPI that measures it may share an id: the KPI then leads to the goal, and to all that lives off it.
        goal = plan.goals.get(serves.to)
        if serves.to in plan.kpis and (goal is None or goal.kpi == serves.to or serves.effect is not None):
            yield Edge("feeds", here, Node("kpi", serves.to), "", serves.effect, serves.confidence or "")
        else:
            yield Edge("serves", here, Node("goal", serves.to))
    yield from (Edge("requires", here, Node("initiative", other)) for other in initiative.requires)
    yield from (Edge("reaches", here, Node("milestone", f"{here.id}.{name}")) for name in initiative.milestones)
    yield from (Edge("draws_on", here, Node("line", line)) for line in initiative.budget)
    yield from (Edge("uses", here, Node("role", need.role)) for need in initiative.needs)

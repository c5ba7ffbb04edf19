"""The plan as a graph: which goals something serves and along which path, what breaks when it is cut, what moves.

This module alone uses networkx, and imports it when a query first needs it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from aop_rules.errors import did_you_mean
from aop_rules.exact.calendar import calendar
from aop_rules.exact.number import Exact
from aop_rules.plan.edges import Edge, Kind, Node, Relation, edges_of, nodes_of
from aop_rules.plan.model import Plan
from aop_rules.plan.schedule import Schedule, schedule
from aop_rules.plan.workload import Load, heaviest, workload

if TYPE_CHECKING:
    import networkx

SERVING: tuple[Kind, ...] = ("initiative", "kpi", "line")
Link = tuple[Relation, str, str]


@dataclass(frozen=True, slots=True)
class Cut:
    """What goes with an initiative when it is cut."""

    initiative: str
    dependents: tuple[str, ...]
    """Initiatives that wait for it, however far down: they cannot start."""
    goals: Mapping[str, tuple[str, ...]]
    """Goals that lose something, each with the path along which it did serve them."""
    left_unserved: tuple[str, ...]
    """Of these, the goals that no other initiative or budget line serves."""
    effects: Mapping[str, Exact]
    """KPI to the declared effect that is lost over the year, in its unit. Estimates of the plan."""
    unquantified: tuple[str, ...]
    """KPIs that are fed without a declared effect."""


@dataclass(frozen=True, slots=True)
class Slip:
    """What moves when an initiative ends later than planned. All figures in days."""

    initiative: str
    days: int
    moved: Mapping[str, int]
    """Every initiative that moves, itself among them."""
    slack_used: Mapping[str, int]
    """Dependents for which waiting days took up some or all of the slip."""
    milestones: Mapping[str, date]
    """`initiative.milestone` of each dated milestone that will be missed, and its new date."""
    goals: tuple[str, ...]
    """Goals that what moves serves."""
    undated: tuple[str, ...]
    """Dependents whose dates the plan does not say: whether they move cannot be told."""


@dataclass(frozen=True, slots=True)
class PlanGraph:
    """Queries over what hangs on what. Build one with `PlanGraph.of(plan)`; it never changes.

    Results are sorted, so that the order in which a file lists things never shows.

    >>> from aop_rules.plan.load import plan_from
    >>> plan = plan_from({
    ...     "aop": 1, "id": "shop", "name": "Shop", "currency": "USD", "year": {"starts": "2026-01-01"},
    ...     "kpis": {"revenue": {"name": "revenue", "kind": "flow"}},
    ...     "goals": {"growth": {"name": "growth", "kpi": "revenue", "to": 5000}},
    ...     "initiatives": {"web_shop": {"name": "a web shop", "serves": ["revenue"]}},
    ... })
    >>> PlanGraph.of(plan).goals_served_by("web_shop")["growth"]
    ('web_shop', 'revenue', 'growth')
    """

    plan: Plan
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    _upward: Mapping[Node, tuple[Node, ...]] = field(repr=False, compare=False)

    @classmethod
    def of(cls, plan: Plan) -> PlanGraph:
        """The graph of a plan. References to what is not declared are left out."""
        edges = edges_of(plan)
        return cls(plan, nodes_of(plan), edges, _upward(edges))

    def network(self) -> networkx.MultiDiGraph[Any]:
        """The same as a networkx graph: nodes are `Node`, edges have `relation`, `part`, `effect`, `confidence`."""
        import networkx

        network: networkx.MultiDiGraph[Any] = networkx.MultiDiGraph(name=self.plan.id)
        network.add_nodes_from(self.nodes)
        for edge in self.edges:
            network.add_edge(
                edge.source,
                edge.target,
                key=f"{edge.relation} {edge.part}".strip(),
                relation=edge.relation,
                part=edge.part,
                effect=edge.effect,
                confidence=edge.confidence,
            )
        return network

    # ── service ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def goals_served_by(
        self, ids: str | Iterable[str], kinds: Iterable[Kind] = SERVING
    ) -> Mapping[str, tuple[str, ...]]:
        """Goals that initiatives, KPIs or budget lines serve, each with the path to it (ids, the goal last).

        The shortest path; among equal ones the first by id. Being the denominator of a share serves it not: the share
        would fall. Ids that the plan does not have serve nothing.
        """
        wanted = {ids} if isinstance(ids, str) else set(ids)
        allowed = frozenset(kinds)
        return self._served_from(node for node in self.nodes if node.kind in allowed and node.id in wanted)

    def _served_from(self, starts: Iterable[Node]) -> Mapping[str, tuple[str, ...]]:
        queue: deque[tuple[Node, tuple[str, ...]]] = deque((node, (node.id,)) for node in sorted(set(starts)))
        seen = {node for node, _ in queue}
        found: dict[str, tuple[str, ...]] = {}
        while queue:
            node, path = queue.popleft()
            if node.kind == "goal":
                found[node.id] = path
            for following in self._upward.get(node, ()):
                if following not in seen:
                    seen.add(following)
                    queue.append((following, path if following.id == path[-1] else (*path, following.id)))
        return MappingProxyType(dict(sorted(found.items())))

    @property
    def unserved_goals(self) -> tuple[str, ...]:
        """Goals that no initiative and no budget line serves."""
        seen = {node for node in self.nodes if node.kind in ("initiative", "line")}
        queue = deque(seen)
        while queue:
            for following in self._upward.get(queue.popleft(), ()):
                if following not in seen:
                    seen.add(following)
                    queue.append(following)
        return tuple(sorted(name for name in self.plan.goals if Node("goal", name) not in seen))

    @property
    def orphans(self) -> tuple[str, ...]:
        """Initiatives that serve no goal."""
        serving = self._serving
        return tuple(sorted(name for name in self.plan.initiatives if Node("initiative", name) not in serving))

    @property
    def _serving(self) -> frozenset[Node]:
        """Every node from which a way leads to a goal, found from the goals down in one walk."""
        below: dict[Node, list[Node]] = {}
        for node, following in self._upward.items():
            for upper in following:
                below.setdefault(upper, []).append(node)
        queue = deque(node for node in self.nodes if node.kind == "goal")
        seen = set(queue)
        while queue:
            for node in below.get(queue.popleft(), ()):
                if node not in seen:
                    seen.add(node)
                    queue.append(node)
        return frozenset(seen)

    # ── order and time ──────────────────────────────────────────────────────────────────────────────────────────────

    def prerequisites(self, initiative: str) -> tuple[str, ...]:
        """Everything that must be finished before it starts, what comes first standing first."""
        import networkx

        waits = self._waits()
        needed = networkx.descendants(waits, self._initiative(initiative))
        order = networkx.lexicographical_topological_sort(waits.subgraph(needed).reverse(), key=str)
        return tuple(order)

    def dependents(self, initiative: str) -> tuple[str, ...]:
        """Every initiative that waits for it, directly or through others, by id."""
        import networkx

        return tuple(sorted(networkx.ancestors(self._waits(), self._initiative(initiative))))

    def breaks_if_cut(self, initiative: str) -> Cut:
        """What goes with an initiative: who waits for it, which goals lose, and the declared effects that are lost."""
        gone = {self._initiative(initiative), *self.dependents(initiative)}
        served = self._served_from(Node("initiative", name) for name in gone)
        others = (
            node for node in self.nodes if (node.kind == "initiative" and node.id not in gone) or node.kind == "line"
        )
        still = self._served_without(gone, others)
        effects: dict[str, Exact] = {}
        unknown: set[str] = set()
        for edge in self.edges:
            if edge.relation == "feeds" and edge.source.id in gone:
                if edge.effect is None:
                    unknown.add(edge.target.id)
                else:
                    effects[edge.target.id] = effects.get(edge.target.id, 0) + edge.effect
        return Cut(
            initiative,
            tuple(sorted(gone - {initiative})),
            served,
            tuple(name for name in served if name not in still),
            MappingProxyType(dict(sorted(effects.items()))),
            tuple(sorted(unknown)),
        )

    def _served_without(self, gone: set[str], starts: Iterable[Node]) -> frozenset[str]:
        """Goals still served when the initiatives `gone` are out of the graph."""
        rest = {
            node: tuple(n for n in following if not (n.kind == "initiative" and n.id in gone))
            for node, following in self._upward.items()
            if not (node.kind == "initiative" and node.id in gone)
        }
        return frozenset(PlanGraph(self.plan, self.nodes, self.edges, rest)._served_from(starts))

    def schedule(self) -> Schedule:
        """The dates of every initiative, and how far each may slip before a dated milestone does."""
        return schedule(self.plan)

    def slips(self, initiative: str, days: int) -> Slip:
        """What moves when an initiative ends `days` later than planned. Raises ValueError for a negative number."""
        if days < 0:
            raise ValueError(f"an initiative slips by 0 days or more, not by {days}")
        moved, absorbed, milestones = self.schedule().pushed(self._initiative(initiative), days)
        dates = self.schedule().activities
        return Slip(
            initiative,
            days,
            MappingProxyType(moved),
            MappingProxyType(absorbed),
            MappingProxyType(milestones),
            tuple(self._served_from(Node("initiative", name) for name in moved)),
            tuple(name for name in self.dependents(initiative) if dates[name].start is None),
        )

    # ── resources, and everything at once ───────────────────────────────────────────────────────────────────────────

    @property
    def bottlenecks(self) -> tuple[Load, ...]:
        """Roles that are needed for all there is of them or more, each at its heaviest period, the tightest first."""
        year = calendar(self.plan.year.starts, self.plan.year.periods, self.plan.year.weeks)
        tight = [load for load in heaviest(workload(self.plan, year)).values() if load.needed >= load.capacity]
        return tuple(sorted(tight, key=lambda load: (load.capacity - load.needed, load.role)))

    def links(self) -> tuple[Link, ...]:
        """Links as (relation, from, to), sorted: what inference chains over.

        Each relation joins the same two kinds everywhere, so that ids alone tell who is meant: goals that a budget line
        serves by itself, milestones and roles are left out.
        """
        told = (e for e in self.edges if e.relation not in ("reaches", "uses"))
        joined = [e for e in told if (e.relation, e.source.kind) != ("serves", "line")]
        links: set[Link] = {(e.relation, e.source.id, e.target.id) for e in joined}
        return tuple(sorted(links))

    def _initiative(self, name: str) -> str:
        if name not in self.plan.initiatives:
            raise LookupError(f"there is no initiative `{name[:80]}`: {did_you_mean(name[:80], self.plan.initiatives)}")
        return name

    def _waits(self) -> networkx.DiGraph[str]:
        """Initiatives only, each pointing to what it requires."""
        import networkx

        waits: networkx.DiGraph[str] = networkx.DiGraph()
        waits.add_nodes_from(self.plan.initiatives)
        waits.add_edges_from((e.source.id, e.target.id) for e in self.edges if e.relation == "requires")
        return waits


def _upward(edges: Iterable[Edge]) -> Mapping[Node, tuple[Node, ...]]:
    """For each node the next ones on the way to a goal, sorted."""
    found: dict[Node, set[Node]] = {}
    for edge in edges:
        if edge.relation in ("serves", "feeds", "measures", "part_of", "in_group"):
            found.setdefault(edge.source, set()).add(edge.target)
        elif edge.relation == "draws_on":  # money serves what the work that it pays for serves
            found.setdefault(edge.target, set()).add(edge.source)
    return MappingProxyType({node: tuple(sorted(following)) for node, following in found.items()})

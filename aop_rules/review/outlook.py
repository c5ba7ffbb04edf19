"""What a review leads to: what to adjust or look into, each with at most three ways, what to keep, and who does what by when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from aop_rules.adjusting.adjust import offers
from aop_rules.adjusting.options import Offer
from aop_rules.decision.decide import decide
from aop_rules.decision.decision import Decision
from aop_rules.decision.finding import Finding
from aop_rules.decision.option import Option
from aop_rules.decision.outcome import Outcome, calls_for, ladder
from aop_rules.decision.value import Decided
from aop_rules.events import EventBase, PeriodClose
from aop_rules.exact.calendar import Period
from aop_rules.inference.program import Program
from aop_rules.plan.graph import PlanGraph
from aop_rules.plan.model import Plan
from aop_rules.plan.values import Words
from aop_rules.position.model import Position
from aop_rules.position.year import calendar_of

WAYS = 3
"""A review offers as many ways for one thing; all of them: `Engine.options`."""


@dataclass(frozen=True, slots=True)
class ToAdjust:
    """One thing of the plan that does not stay as it is, or has to be looked into."""

    kind: str
    """`kpi`, `line`, `role`, `initiative`, `risk` or `goal`."""
    id: str
    name: Words
    outcome: Outcome
    """The highest rung that is called for."""
    because: tuple[Words, ...]
    """What calls for it, the highest first."""
    needs: Words | None
    """What would end it."""
    owner: str
    """Who answers for it: the plan's owner where it has none of its own; empty where the plan names nobody."""
    by: date | None
    """The next review."""
    options: tuple[Option, ...]
    """The best ways first; empty where only looking is called for, or no lever of the plan helps."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One thing of the plan that stays as it is."""

    kind: str
    id: str
    name: Words


@dataclass(frozen=True, slots=True)
class Outlook:
    """The part of a review that looks ahead."""

    adjust: tuple[ToAdjust, ...]
    """The highest rung first, then in the order of the plan."""
    keep: tuple[Kept, ...]


def looked_ahead(
    plan: Plan, plan_digest: str, graph: PlanGraph, program: Program, position: Position, period: Period
) -> Outlook:
    """What follows from where the year stands, for the review of a period. Nothing of it is kept."""
    day = min(max(position.as_of.date(), plan.year.starts), calendar_of(plan).ends)
    due = PeriodClose(kind="review_due", event_id=f"review {period.id}", effective_date=day, period=period.id)

    def judged(event: EventBase) -> Decision:
        return decide(plan, plan_digest, graph, program, position, event)

    decision = judged(due)
    return outlook(decision, offers(decision, plan, graph, position, judged), graph)


def outlook(decision: Decided, offered: Iterable[Offer], graph: PlanGraph) -> Outlook:
    """From the decision on the year as it stands (of a `review_due` event), and what can be done about each of its needs."""
    plan = decision.plan
    found_ways = tuple(offered)
    calling: dict[tuple[str, str], list[Finding]] = {}
    for finding in decision.findings:
        if finding.kind in _TABLES and _rung(finding) >= _LOOK:
            calling.setdefault((finding.kind, finding.subject.split(":")[0]), []).append(finding)
    rows = [_row(plan, kind, entry, found, decision, found_ways, graph) for (kind, entry), found in calling.items()]
    watched = {(f.kind, f.subject.split(":")[0]) for f in decision.findings if _rung(f) > 0}
    return Outlook(
        adjust=tuple(sorted(rows, key=lambda row: (-_LADDER.index(row.outcome), _KINDS.index(row.kind), row.id))),
        keep=tuple(Kept(kind, entry, name) for kind, entry, name in _standing(plan) if (kind, entry) not in watched),
    )


_LADDER = ladder(asks=False)
_LOOK = _LADDER.index(Outcome.INVESTIGATE)
_KINDS = ("goal", "kpi", "line", "role", "initiative", "risk")


def _tables(plan: Plan) -> Mapping[str, Mapping[str, object]]:
    return {
        "goal": plan.goals,
        "kpi": plan.kpis,
        "line": plan.budget.lines,
        "role": plan.resources.roles,
        "initiative": plan.initiatives,
        "risk": plan.risks,
    }


_TABLES = frozenset(_KINDS)


def _rung(finding: Finding) -> int:
    outcome = calls_for(finding, asks=False)
    return _LADDER.index(outcome) if outcome is not None else 0


def _row(
    plan: Plan,
    kind: str,
    entry: str,
    found: list[Finding],
    decision: Decided,
    offers: tuple[Offer, ...],
    graph: PlanGraph,
) -> ToAdjust:
    found = sorted(found, key=lambda finding: (-_rung(finding), finding.rule, finding.subject))
    thing = _tables(plan)[kind].get(entry)
    return ToAdjust(
        kind=kind,
        id=entry,
        name=found[0].label,
        outcome=_LADDER[_rung(found[0])],
        because=tuple(dict.fromkeys(finding.message for finding in found)),
        needs=found[0].needs,
        owner=getattr(thing, "owner", "") or plan.governance.owner,
        by=decision.next_review,
        options=_ways(kind, entry, offers, plan, graph),
    )


def _ways(kind: str, entry: str, offers: tuple[Offer, ...], plan: Plan, graph: PlanGraph) -> tuple[Option, ...]:
    """Those of the first need that is about it: its line, or a goal that it feeds or threatens."""
    about = {entry} if kind in ("line", "goal") else _goals(kind, entry, plan, graph)
    offer = next((offer for offer in offers if offer.need.id in about), None)
    return () if offer is None else offer.options[:WAYS]


def _goals(kind: str, entry: str, plan: Plan, graph: PlanGraph) -> set[str]:
    if kind == "risk":
        return set(plan.risks[entry].threatens) if entry in plan.risks else set()
    if kind == "kpi":
        return set(graph.goals_served_by(entry, ("kpi",)))
    return set(graph.goals_served_by(entry, ("initiative",))) if kind == "initiative" else set()


def _standing(plan: Plan) -> Iterator[tuple[str, str, Words]]:
    for kind in ("goal", "line", "initiative"):
        for entry, thing in _tables(plan)[kind].items():
            if getattr(thing, "status", "") not in ("done", "stopped"):
                yield kind, entry, getattr(thing, "name", Words(en=entry, vi=entry))

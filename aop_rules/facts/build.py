"""From plan, position and event to the subjects that rules look at, each with its facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from aop_rules.events import EventBase
from aop_rules.exact.number import Exact
from aop_rules.facts import approvals, proposal, situation, transfers
from aop_rules.facts.asks import Ask, amount_of, asks
from aop_rules.facts.changes import stated
from aop_rules.facts.common import event_sheet, kpi_sheet, line_sheet, plan_sheet
from aop_rules.facts.effects import effects
from aop_rules.facts.host import evidence_of, merged
from aop_rules.facts.names import name_of
from aop_rules.facts.serving import Paths, served
from aop_rules.facts.sheet import Evidence, Sheet, Subject
from aop_rules.plan.graph import PlanGraph
from aop_rules.plan.model import Plan
from aop_rules.plan.values import Words
from aop_rules.position.model import Position
from aop_rules.position.year import calendar_of
from aop_rules.rules.standard import REQUESTS


@dataclass(frozen=True, slots=True)
class Facts:
    """All that rules may look at for one event."""

    subjects: tuple[Subject, ...]
    """The event first, then by kind and id."""
    asked: tuple[Ask, ...]
    serves: Paths
    """The goals that the event serves, each with its path."""
    amount: Exact | None
    """All that is asked or moved, in the plan's currency; None where it is not known."""


def facts_of(
    plan: Plan,
    graph: PlanGraph,
    position: Position,
    event: EventBase,
    host: tuple[Sheet, ...] = (),
) -> Facts:
    """The facts of one event. `host` holds what the embedding program gave, visible to all rules."""
    calendar = calendar_of(plan)
    asked, changed = asks(plan, calendar, event), stated(plan, event)
    moved = effects(plan, position, event)
    serves = served(plan, graph, event, changed, moved)
    shared = [
        event_sheet(plan, position, calendar, event, asked, serves, changed),
        plan_sheet(plan, calendar),
        kpi_sheet(plan, position),
        line_sheet(plan, position),
    ]
    transfers.put_transfer(shared[0], plan, position, event)
    approvals.put_totals(shared[0], plan, position, asked)
    kind = event.kind
    if kind in REQUESTS:
        rows: Iterable[tuple[str, str, Sheet]] = chain(
            proposal.spends(plan, position, event, asked),
            transfers.donors(plan, position, event),
            proposal.limits(plan, position, event, asked),
            proposal.needs(plan, position, calendar, event),
            proposal.effect_rows(plan, moved),
            proposal.cash(plan, position, asked),
            proposal.covers(plan, position, event, asked),
            proposal.prerequisites(plan, position, event),
        )
    else:
        only = situation.about(plan, event)
        of = (lambda kind: None) if only is None else only.__getitem__
        rows = chain(
            situation.kpis(plan, position, of("kpi")),
            situation.lines(plan, position, event, of("line")),
            situation.roles(plan, position, of("role")),
            situation.initiatives(plan, position, graph, of("initiative")),
            situation.risks(plan, position, event, of("risk")),
            situation.goals(plan),
        )
    base = merged(host, {sheet.scope: sheet.values for sheet in shared})
    common = {name: evidence for sheet in shared for name, evidence in sheet.evidence.items()}
    common = _dated({**evidence_of(host), **common}, position)
    label = Words(en=event.title or "the event", vi=event.title or "sự việc")
    first = Subject("event", event.event_id, "", label, base, common)
    others = [
        Subject(
            sheet.scope,
            each,
            target,
            name_of(plan, _NAMED_BY.get(sheet.scope, sheet.scope), target),
            {**base, sheet.scope: {**base.get(sheet.scope, {}), **sheet.values}},
            {**common, **_dated(sheet.evidence, position)},
        )
        for each, target, sheet in rows
    ]
    return Facts((first, *sorted(others, key=lambda s: (s.kind, s.id))), asked, serves, amount_of(plan, event, asked))


def _dated(evidence: Mapping[str, Evidence], position: Position) -> dict[str, Evidence]:
    """The same, each fact with the moment at which the last of its records became known."""
    known = {
        name: max((position.known[source] for source in fact.sources if source in position.known), default=None)
        for name, fact in evidence.items()
        if fact.sources
    }
    return {name: replace(fact, known_at=known[name]) if known.get(name) else fact for name, fact in evidence.items()}


_NAMED_BY = {
    "spend": "line",
    "donor": "line",
    "limit": "line",
    "need": "role",
    "effect": "kpi",
    "cash": "kpi",
    "prerequisite": "initiative",
}

"""What a review leads to: what to adjust or look into, each with at most three ways, what to keep, and who does what by when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from aop_rules.adjusting.adjust import offers
from aop_rules.adjusting.options import Offer
from aop_rules.decision.decide import decide
from aop_rules.decision.decision import Decision
from aop_rules.decision.finding import Finding
from aop_rules.decision.option import Option
from aop_rules.decision.outcome import Outcome, calls_for, ladder
from aop_rules.decision.showing import reasons
from aop_rules.decision.value import Decided
from aop_rules.events import EventBase, PeriodClose
from aop_rules.exact.calendar import Period
from aop_rules.inference.program import Program
from aop_rules.plan.graph import PlanGraph
from aop_rules.plan.model import Plan
from aop_rules.plan.values import Words
from aop_rules.position.model import Missing, Position
from aop_rules.position.year import calendar_of
from aop_rules.review.ahead import Outlook, Showed, ToAdjust
from aop_rules.review.keeping import kept_and_not

WAYS = 3
"""A review offers as many ways for one thing; all of them: `Engine.options`."""


def looked_ahead(
    plan: Plan, plan_digest: str, graph: PlanGraph, program: Program, position: Position, period: Period
) -> Outlook:
    """What follows from where the year stands, for the review of a period. Nothing of it is kept."""

    def judged(event: EventBase) -> Decision:
        return decide(plan, plan_digest, graph, program, position, event)

    decision = judged(_due(plan, position, period))
    return outlook(decision, offers(decision, plan, graph, position, judged), graph, position)


def risks_that_showed(
    plan: Plan, plan_digest: str, graph: PlanGraph, program: Program, position: Position, period: Period
) -> tuple[Showed, ...]:
    """The risks that have occurred, are suspected, or cannot be told, as the rules see them where the year stands, by id."""
    return _showed(decide(plan, plan_digest, graph, program, position, _due(plan, position, period)))


def outlook(decision: Decided, offered: Iterable[Offer], graph: PlanGraph, position: Position) -> Outlook:
    """From the decision on the year as it stands (of a `review_due` event), and what can be done about each of its needs."""
    plan = decision.plan
    found_ways = tuple(offered)
    calling: dict[tuple[str, str], list[Finding]] = {}
    for finding in decision.findings:
        if finding.kind in _TABLES and (_rung(finding) >= _LOOK or _no_word(finding)):
            calling.setdefault((finding.kind, finding.subject.split(":")[0]), []).append(finding)
    rows = [_row(plan, kind, entry, found, decision, found_ways, graph) for (kind, entry), found in calling.items()]
    rows += _unread(decision, position)
    watched = {(f.kind, f.subject.split(":")[0]) for f in decision.findings if _rung(f) > 0}
    keep, not_kept = kept_and_not(plan, position, rows, watched)
    return Outlook(
        adjust=tuple(sorted(rows, key=lambda row: (-_LADDER.index(row.outcome), _KINDS.index(row.kind), row.id))),
        keep=keep,
        not_kept=not_kept,
        showed=_showed(decision),
    )


_LADDER = ladder(asks=False)
_LOOK = _LADDER.index(Outcome.INVESTIGATE)
_KINDS = ("goal", "kpi", "line", "role", "initiative", "risk")
_TABLES = frozenset(_KINDS)


def _due(plan: Plan, position: Position, period: Period) -> PeriodClose:
    day = min(max(position.as_of.date(), plan.year.starts), calendar_of(plan).ends)
    return PeriodClose(kind="review_due", event_id=f"review {period.id}", effective_date=day, period=period.id)


def _tables(plan: Plan) -> Mapping[str, Mapping[str, object]]:
    return {
        "goal": plan.goals,
        "kpi": plan.kpis,
        "line": plan.budget.lines,
        "role": plan.resources.roles,
        "initiative": plan.initiatives,
        "risk": plan.risks,
    }


def _rung(finding: Finding) -> int:
    outcome = calls_for(finding, asks=False)
    return _LADDER.index(outcome) if outcome is not None else 0


def _no_word(finding: Finding) -> bool:
    """Whether somebody has to tell of something; of KPIs that is asked by the readings that lack."""
    return finding.kind != "kpi" and calls_for(finding, asks=False) is Outcome.NEED_DATA


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
    return ToAdjust(
        kind=kind,
        id=entry,
        name=found[0].label,
        outcome=_LADDER[_rung(found[0])],
        because=tuple(dict.fromkeys(finding.message for finding in found)),
        needs=found[0].needs,
        owner=owner_of(plan, kind, entry),
        by=decision.next_review,
        options=_ways(kind, entry, offers, plan, graph),
        overdue=_no_word(found[0]) and any(fact.name == f"{kind}.overdue" and fact.value for fact in found[0].facts),
    )


def owner_of(plan: Plan, kind: str, entry: str) -> str:
    """Who answers for a thing of the plan: the plan's owner where it has none of its own."""
    return getattr(_tables(plan)[kind].get(entry), "owner", "") or plan.governance.owner


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


# ── what lacks, and what showed ─────────────────────────────────────────────────────────────────────────────────────


def _unread(decision: Decided, position: Position) -> Iterator[ToAdjust]:
    """The readings because of which a KPI cannot be told: each once, however many others are computed from it."""
    plan = decision.plan
    lacking: dict[str, list[Missing]] = {}
    needs: dict[str, Words | None] = {}
    for finding in decision.findings:
        if finding.kind != "kpi" or calls_for(finding, asks=False) is not Outcome.NEED_DATA:
            continue
        for each in position.kpis[finding.subject].value.missing if finding.subject in position.kpis else ():
            if each.reason in _TO_BE_READ and each.about in plan.kpis:
                lacking.setdefault(each.about, []).append(each)
                needs.setdefault(each.about, finding.needs)
    for kpi, missing in lacking.items():
        why = dict.fromkeys(missing)
        yield ToAdjust(
            kind="kpi",
            id=kpi,
            name=plan.kpis[kpi].name,
            outcome=Outcome.NEED_DATA,
            because=(Words(en=reasons(why, plan, "en"), vi=reasons(why, plan, "vi")),),
            needs=needs[kpi],
            owner=owner_of(plan, "kpi", kpi),
            by=_by(why, decision.next_review),
            options=(),
            overdue=any(each.reason == "late" for each in why),
        )


_TO_BE_READ = frozenset({"no_reading", "late", "conflict", "cannot_sum", "no_rate", "zero_denominator"})
"""What a reading, or a corrected one, would end."""


def _by(missing: Iterable[Missing], review: date | None) -> date | None:
    """The day on which the first of them is due, where all are still to come; the next review otherwise."""
    found = tuple(missing)
    if all(each.reason == "no_reading" and each.detail for each in found):
        return min(date.fromisoformat(each.detail) for each in found)
    return review


def _showed(decision: Decided) -> tuple[Showed, ...]:
    """By the chain of what follows from what: a risk is triggered or suspected through a KPI, or because an event says so."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for finding in decision.findings:
        seen: list[str] = []
        for step in finding.steps:
            if step.kind == "kpi":
                seen.append(step.id)
            elif step.kind == "risk" and step.conclusion in ("triggered", "suspected"):
                state = step.conclusion if finding.holds else "unsure"
                found.setdefault((step.id, state), {}).update(dict.fromkeys(seen))
    return tuple(_strongest(risk, found) for risk in sorted({risk for risk, _ in found}))


def _strongest(risk: str, found: Mapping[tuple[str, str], Iterable[str]]) -> Showed:
    state = next(each for each in ("triggered", "suspected", "unsure") if (risk, each) in found)
    return Showed(risk, state == "triggered", tuple(found[risk, state]), state == "unsure")

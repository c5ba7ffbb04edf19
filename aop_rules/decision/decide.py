"""The decision on one event: a pure function of plan, program, position and event."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from math import floor

from aop_rules.decision.decision import Decision
from aop_rules.decision.finding import Finding, findings_of
from aop_rules.decision.outcome import Outcome, Verdict, calls_for, combine, ladder
from aop_rules.decision.value import Basis, Confidence, Needed, WhyNot, decision_id
from aop_rules.events import EventBase, Proposal, canonical
from aop_rules.exact.currencies import minor_units
from aop_rules.exact.number import Exact, exact
from aop_rules.facts.build import Facts, facts_of
from aop_rules.facts.sheet import Sheet
from aop_rules.inference.program import Program
from aop_rules.plan.graph import PlanGraph
from aop_rules.plan.model import Plan
from aop_rules.plan.values import Words
from aop_rules.position.model import Position
from aop_rules.position.year import calendar_of
from aop_rules.rules.effect import Effect
from aop_rules.rules.standard import COMMON, REQUESTS
from aop_rules.wording.messages import say


def decide(
    plan: Plan,
    plan_digest: str,
    graph: PlanGraph,
    program: Program,
    position: Position,
    event: EventBase,
    host: tuple[Sheet, ...] = (),
) -> Decision:
    """Judge an event that fits the plan (`facts.check`), as of the position's moment."""
    facts = facts_of(plan, graph, position, event, host)
    kind: str = event.kind
    asks = kind in REQUESTS
    judgements = program.judge(facts.subjects, graph.links(), kind, event.effective_date)
    findings = findings_of(plan, program.vocabulary, judgements, facts.subjects)
    verdict = combine(findings, asks)
    basis = Basis(plan.id, plan.version, plan_digest, program.digest, f"sha256:{position.digest}", position.as_of)
    review = _next_review(plan, position.as_of.date())
    deadline = event.deadline if isinstance(event, Proposal) else None
    return Decision(
        decision_id=decision_id(basis, canonical(event) + _hosted(host)),
        basis=basis,
        event=event,
        outcome=verdict.outcome,
        hard=verdict.hard,
        findings=findings,
        deciding=verdict.deciding,
        why_not=_why_not(findings, verdict, asks),
        needed=_needed(findings, verdict, asks),
        fit=_fit(plan, findings, verdict, facts, getattr(event, "divisible", None) is False),
        serves=facts.serves,
        confidence=_confidence(findings),
        valid_until=min((day for day in (review, deadline) if day), default=None),
        next_review=review,
        plan=plan,
    )


def _hosted(host: tuple[Sheet, ...]) -> str:
    """What the host gave is part of what a decision is a function of."""
    said = {name: fact.value for sheet in host for name, fact in sheet.evidence.items()}
    spoilt = {sheet.scope: sorted(map(repr, sheet.spoilt)) for sheet in host if sheet.spoilt}
    return json.dumps([said, spoilt], sort_keys=True, default=_plainly) if host else ""


def _plainly(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else str(value)


def _next_review(plan: Plan, today: date) -> date | None:
    """The first day after today on which a period is closed and reviewed."""
    days = (period.end + timedelta(days=plan.year.review_day) for period in calendar_of(plan).periods)
    return next((day for day in days if day > today), None)


def _why_not(findings: Sequence[Finding], verdict: Verdict, asks: bool) -> tuple[WhyNot, ...]:
    """Every other outcome of the ladder; for a better one, the findings that call for something worse."""
    steps = ladder(asks)
    calls = [(steps.index(outcome), f.rule) for f in findings if (outcome := calls_for(f, asks)) is not None]
    return tuple(
        WhyNot(
            outcome,
            tuple(sorted({rule for at, rule in calls if at > level})) if level < steps.index(verdict.outcome) else (),
        )
        for level, outcome in enumerate(steps)
        if outcome is not verdict.outcome
    )


def _needed(findings: Sequence[Finding], verdict: Verdict, asks: bool) -> Needed | None:
    """What would lift the findings that decided, and the outcome that it would then be. None at the best outcome."""
    if verdict.outcome is ladder(asks)[0]:
        return None
    if not verdict.deciding:
        lacking = [f for f in findings if f.effect is Effect.SUPPORT]
        then = combine([*[f for f in findings if f not in lacking], *_supported(findings)], asks).outcome
        return Needed(
            then, (Words(en=say("default.no_support.needs", "en"), vi=say("default.no_support.needs", "vi")),)
        )
    rest = [f for f in findings if f not in verdict.deciding]
    if asks and any(f.effect is Effect.FORBID or f.open for f in verdict.deciding):
        rest += _supported(verdict.deciding)
    by = tuple(dict.fromkeys(f.needs for f in verdict.deciding if f.needs)) or tuple(
        dict.fromkeys(f.message for f in verdict.deciding)
    )
    return Needed(combine(rest, asks).outcome, by)


def _supported(findings: Iterable[Finding]) -> list[Finding]:
    """A stand-in for the support that would come with what is needed."""
    first = next(iter(findings), None)
    return [replace(first, effect=Effect.SUPPORT, judgement="holds", hard=False)] if first else []


def _fit(plan: Plan, findings: Iterable[Finding], verdict: Verdict, facts: Facts, whole: bool) -> Exact | None:
    """How much of what is asked would fit: the smallest share that a limit leaves, down to the minor unit.

    Nothing is said of what comes as a `whole` or not at all.
    """
    asked = facts.amount
    if verdict.outcome not in (Outcome.ADJUST_TO_FIT, Outcome.ESCALATE) or not asked or whole:
        return None
    held = {each.id: each.evidence["limit.held"].value for each in facts.subjects if each.kind == "limit"}
    tight = [f for f in findings if f.holds and f.effect is Effect.FIT]
    shares = [share for f in tight for share in _shares(f, asked, held.get(f.subject))]
    if not shares:
        return None
    units = 10 ** minor_units(plan.currency)
    return exact(Fraction(floor(max(Fraction(0), min(shares)) * asked * units), units))


def _shares(finding: Finding, asked: Exact, held: object) -> list[Fraction]:
    """The share of what is asked that one limit leaves: its room, with what counts already, to what is asked of it."""
    if finding.room is None:
        return []
    of_it = next((f.value for f in finding.facts if f.name == f"{finding.kind}.asked"), asked)
    base = of_it if isinstance(of_it, (int, Fraction)) and of_it > 0 else asked
    there = Fraction(held) if isinstance(held, (int, Fraction)) and finding.kind == "limit" else Fraction(0)
    return [(max(Fraction(0), Fraction(finding.room)) + there) / (Fraction(base) + there)]


def _confidence(findings: Iterable[Finding]) -> Confidence:
    facts = {_identity(f, fact.name): fact for f in findings for fact in f.facts}.values()
    return Confidence(
        facts=len(facts),
        unknown=sum(fact.value is None for fact in facts),
        provisional=sum(fact.quality == "provisional" for fact in facts),
        estimated=sum(fact.quality == "estimated" for fact in facts),
    )


def _identity(finding: Finding, fact: str) -> tuple[str, ...]:
    """What the event, the plan and other entries say is one fact for all subjects."""
    return (fact,) if fact.split(".")[0] in COMMON else (finding.kind, finding.subject, fact)

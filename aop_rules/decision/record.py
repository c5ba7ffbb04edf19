"""A decision as plain data: what `--json` prints and a ledger keeps. Described by `aop schema decision`."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction

from pydantic import TypeAdapter

from aop_rules.decision.explain import explain, why_not_words
from aop_rules.decision.finding import Finding
from aop_rules.decision.option import GoalLanding, Option
from aop_rules.decision.outcome import Outcome
from aop_rules.decision.shape import (
    DecisionShape,
    FactShape,
    FindingShape,
    GoalLandingShape,
    InBoth,
    OptionShape,
    Plain,
    SubjectRef,
)
from aop_rules.decision.value import Decided
from aop_rules.events import canonical
from aop_rules.exact.number import Exact, number_text
from aop_rules.facts.sheet import Evidence
from aop_rules.plan.values import Words
from aop_rules.rules.effect import Effect

FORMAT = 1
"""Raised when a key changes its meaning or goes; new keys may come at any time."""


def to_dict(decision: Decided) -> DecisionShape:
    """The decision as plain data. Numbers are whole, or text (`12.5`, `9/5`): exact for every reader."""
    basis, confidence = decision.basis, decision.confidence
    return {
        "format": FORMAT,
        "decision_id": decision.decision_id,
        "plan": {"id": basis.plan_id, "version": basis.plan_version, "digest": basis.plan_digest},
        "program_digest": basis.program_digest,
        "position_digest": basis.position_digest,
        "event": json.loads(canonical(decision.event)),
        "as_of": basis.as_of.isoformat(),
        "course": decision.course,
        "outcome": decision.outcome.value,
        "hard": decision.hard,
        "deciding": [{"rule": f.rule, "subject": _subject(f)} for f in decision.deciding],
        "findings": [_finding(f) for f in decision.findings],
        "serves": [{"goal": goal, "path": list(path)} for goal, path in decision.serves.items()],
        "why_not": [
            {"outcome": each.outcome.value, "rules": list(each.rules), "because": _words(why_not_words(decision, each))}
            for each in decision.why_not
        ],
        "needed": None
        if decision.needed is None
        else {"outcome": decision.needed.outcome.value, "by": [_words(words) for words in decision.needed.by]},
        "fit": None if decision.fit is None else {"amount": number_text(decision.fit), "unit": decision.plan.currency},
        "options": [option_data(option) for option in decision.options],
        "confidence": {
            "facts": confidence.facts,
            "unknown": confidence.unknown,
            "provisional": confidence.provisional,
            "estimated": confidence.estimated,
        },
        "valid_until": _day(decision.valid_until),
        "next_review": _day(decision.next_review),
        "explanation": {"en": explain(decision, "en", "standard"), "vi": explain(decision, "vi", "standard")},
    }


def _finding(f: Finding) -> FindingShape:
    return {
        "rule": f.rule,
        "version": f.version,
        "effect": f.effect.value,
        "hard": f.hard,
        "judgement": f.judgement,
        "code": "RULE_ERROR" if f.judgement == "error" else None,
        "subject": _subject(f),
        "message": _words(f.message),
        "needs": None if f.needs is None else _words(f.needs),
        "facts": [_fact(fact) for fact in f.facts],
        "missing": list(f.missing),
        "faults": list(f.faults),
        "steps": [
            {"rule": step.rule, "conclusion": step.conclusion, "kind": step.kind, "id": step.id} for step in f.steps
        ],
        "condition": f.condition,
        "room": None if f.room is None else number_text(f.room),
        "clause": f.clause,
    }


def option_data(option: Option) -> OptionShape:
    """One way to adjust, as plain data."""
    return {
        "id": option.id,
        "kind": option.kind,
        "name": _words(option.name),
        "recommended": option.recommended,
        "frees": number_text(option.frees),
        "enough": option.enough,
        "period": option.period,
        "reversible": option.reversible,
        "approval": option.approval,
        "landings": [_landing(landing) for landing in option.landings],
        "dependents": list(option.dependents),
        "flags": list(option.flags),
        "dominated_by": option.dominated_by,
        "needed": number_text(option.needed),
        "draws": {line: number_text(amount) for line, amount in option.draws.items()},
        "left": _number(option.left),
        "left_by_line": {line: number_text(amount) for line, amount in option.left_by_line.items()},
        "by_itself": [_landing(landing) for landing in option.by_itself],
        "trade_off": None if option.trade_off is None else _words(option.trade_off),
    }


def _landing(at: GoalLanding) -> GoalLandingShape:
    return {
        "goal": at.goal,
        "kpi": at.kpi,
        "unit": at.unit,
        "before": _number(at.before),
        "after": _number(at.after),
        "planned": _number(at.planned),
        "compared": at.compared,
        "compared_before": _number(at.compared_before),
        "compared_after": _number(at.compared_after),
    }


def _number(value: Exact | None) -> int | str | None:
    return None if value is None else number_text(value)


def _subject(f: Finding) -> SubjectRef:
    return {"kind": f.kind, "id": f.subject}


def _fact(fact: Evidence) -> FactShape:
    return {
        "name": fact.name,
        "value": _value(fact.value),
        "unit": fact.unit,
        "periods": fact.periods,
        "quality": fact.quality,
        "sources": list(fact.sources),
        "known_at": fact.known_at.isoformat() if fact.known_at else None,
    }


def _value(value: object) -> Plain:
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, (int, Fraction)):
        return number_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(f"no plain form for {type(value).__name__}")


def _words(words: Words) -> InBoth:
    return {"en": words.en, "vi": words.vi}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def decision_schema() -> dict[str, object]:
    """JSON Schema (2020-12) of a decision, with every course, outcome, effect and judgement that there is."""
    schema = TypeAdapter(DecisionShape).json_schema()
    for shape in (schema, *schema["$defs"].values()):
        for name, known in _KNOWN.items():
            if name in shape.get("properties", {}):
                shape["properties"][name]["enum"] = known
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


_KNOWN = {
    "course": ["keep", "adjust"],
    "outcome": [outcome.value for outcome in Outcome],
    "effect": [effect.value for effect in Effect],
    "judgement": ["holds", "unknown", "error"],
}

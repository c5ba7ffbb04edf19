"""A finding: one rule, about one subject, with what it says, the facts that it rests on, and what would lift it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from aop_rules.decision.arithmetic import with_figures
from aop_rules.decision.showing import Saying, fill, show_missing
from aop_rules.exact.number import Exact
from aop_rules.facts.sheet import Evidence, Subject
from aop_rules.inference.program import Judgement, Step
from aop_rules.inference.reference import left_open_by
from aop_rules.plan.model import Plan
from aop_rules.plan.values import Words
from aop_rules.rules.effect import GATES, Effect
from aop_rules.rules.printer import show
from aop_rules.rules.vocabulary import Vocabulary
from aop_rules.wording.messages import say


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule found. Findings are the only thing that a decision is made of.

    >>> from aop_rules import Engine
    >>> engine = Engine.open({
    ...     "aop": 1, "id": "cafe", "name": "Café", "currency": "USD", "year": {"starts": "2026-01-01"},
    ...     "not_this_year": {"second_shop": {"name": "a second shop", "reason": "first make this one pay"}},
    ... })
    >>> asked = {"event_id": "e1", "kind": "proposal", "effective_date": "2026-03-02", "category": "second shop"}
    >>> finding = engine.evaluate(asked).deciding[0]
    >>> finding.rule, finding.effect.value, finding.hard, finding.judgement, finding.clause
    ('plan.not_this_year.second_shop', 'FORBID', True, 'holds', 'not_this_year.second_shop')
    >>> [fact.name for fact in finding.facts]
    ['event.categories']
    """

    rule: str
    version: int
    effect: Effect
    hard: bool
    judgement: Literal["holds", "unknown", "error"]
    """`unknown`: its condition cannot be told; `error`: a value that it needs is of the wrong kind (RULE_ERROR)."""
    blocks: bool
    """Where it cannot be told: whether that stands in the way of a yes."""
    kind: str
    subject: str
    label: Words
    message: Words
    needs: Words | None
    """What would lift it."""
    facts: tuple[Evidence, ...]
    """Every figure that its condition and its sentence speak of, sorted by name."""
    missing: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    """How it follows from other findings."""
    condition: str = ""
    figures: Words | None = None
    """The condition with its numbers in place."""
    room: Exact | None = None
    """How much would be possible."""
    clause: str = ""
    """The clause of the plan that it comes from."""
    priority: int = 100

    @property
    def holds(self) -> bool:
        return self.judgement == "holds"

    @property
    def open(self) -> bool:
        """Whether it cannot be told and that matters."""
        return not self.holds and self.blocks


def findings_of(
    plan: Plan, vocabulary: Vocabulary, judgements: Iterable[Judgement], subjects: Iterable[Subject]
) -> tuple[Finding, ...]:
    """The findings of judgements, in the order of importance within each effect: priority, rule, subject.

    Rules that say `unknown: ignore` are silent about what they cannot tell.
    """
    looked = tuple(subjects)
    by_subject = {(subject.kind, subject.id): subject for subject in looked}
    by_target = {(subject.kind, subject.target): subject for subject in looked}
    found = [
        _finding(plan, vocabulary, each, by_subject[each.kind, each.subject], by_target)
        for each in judgements
        if each.verdict != "unknown" or each.rule.rule.undecided != "ignore"
    ]
    return tuple(sorted(found, key=lambda f: (f.priority, f.rule, f.kind, f.subject)))


def _finding(
    plan: Plan,
    vocabulary: Vocabulary,
    judged: Judgement,
    subject: Subject,
    others: Mapping[tuple[str, str], Subject],
) -> Finding:
    rule, checked = judged.rule.rule, judged.rule.checked
    because = rule.because or subject.label
    behind = [others[step.kind, step.id].evidence for step in judged.steps if (step.kind, step.id) in others]
    evidence = {name: fact for each in (*behind, subject.evidence) for name, fact in each.items()}
    message = fill(because, subject.evidence, plan)
    needs = fill(rule.needs, subject.evidence, plan) if rule.needs else None
    if judged.verdict != "holds":
        message, needs = _undecided(plan, vocabulary, judged, subject, evidence, message)
    names = {*checked.attributes, *checked.placeholders}
    assert rule.effect is not None
    return Finding(
        rule=judged.rule.id,
        version=rule.version,
        effect=rule.effect,
        hard=rule.hard,
        judgement=judged.verdict,
        blocks=rule.undecided == "block" or (judged.verdict == "error" and rule.effect in GATES),
        kind=subject.kind,
        subject=subject.id,
        label=subject.label,
        message=message,
        needs=needs,
        facts=tuple(subject.evidence.get(name) or Evidence(name, None) for name in sorted(names)),
        missing=judged.missing,
        faults=judged.faults,
        steps=judged.steps,
        condition=show(checked.expression) if checked.expression is not None else "",
        figures=with_figures(checked.expression, subject.evidence, plan.currency) if checked.expression else None,
        room=_room(checked.room.name if checked.room else None, subject.evidence),
        clause=rule.component,
        priority=rule.priority,
    )


def _room(name: str | None, evidence: Mapping[str, Evidence]) -> Exact | None:
    value = evidence[name].value if name is not None and name in evidence else None
    return value if isinstance(value, (int, Fraction)) and not isinstance(value, bool) else None


def _undecided(
    plan: Plan,
    vocabulary: Vocabulary,
    judged: Judgement,
    subject: Subject,
    evidence: Mapping[str, Evidence],
    message: Words,
) -> tuple[Words, Words | None]:
    """What a finding says that cannot be told: what is missing, which is also what would lift it."""
    if judged.faults:
        what = "; ".join(judged.faults)
        said = {lang: say("error", lang, rule=judged.rule.id, what=what) for lang in ("en", "vi")}
        return Words(**said), Words(en=say("error.needs", "en"), vi=say("error.needs", "vi"))
    why, ask = (_together(plan, vocabulary, judged, subject, evidence, saying) for saying in _SAYINGS)
    if judged.steps:
        maybe = (say("unknown.possible", "en", message=message.en), say("unknown.possible", "vi", message=message.vi))
        return Words(en=f"{maybe[0]} ({why.en})", vi=f"{maybe[1]} ({why.vi})"), ask
    about = ("", "") if subject.kind == "event" else (f"{subject.label.en}: ", f"{subject.label.vi}: ")
    en, vi = say("unknown", "en", what=f"{about[0]}{why.en}"), say("unknown", "vi", what=f"{about[1]}{why.vi}")
    return Words(en=en, vi=vi), ask


_SAYINGS: tuple[Saying, ...] = ("missing", "ask")


def _together(
    plan: Plan,
    vocabulary: Vocabulary,
    judged: Judgement,
    subject: Subject,
    evidence: Mapping[str, Evidence],
    saying: Saying,
) -> Words:
    """What all missing attributes of a condition have to say, once."""
    expression = judged.rule.checked.expression
    open_by = left_open_by(expression, subject.record) if expression is not None else frozenset()
    names = [name for name in judged.missing if name in open_by] or judged.missing
    each = [show_missing(name, evidence, plan, vocabulary, saying) for name in names]
    return Words(en="; ".join(dict.fromkeys(w.en for w in each)), vi="; ".join(dict.fromkeys(w.vi for w in each)))

"""Each decision with what people made of it and what came of it; and the rules that people override again and again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from aop_rules.history.answers import Answer, Came, answer_of, came_of
from aop_rules.history.kept import Kept, kept_of
from aop_rules.ledger.entry import Entry
from aop_rules.plan.model import Plan
from aop_rules.rules.standard import vocabulary_of
from aop_rules.wording.numbers import Language

KINDS = ("answer", "decision", "outcome")
"""The entries that stories are made of."""
REPEATED = 3
"""Overrides of one rule that call for a look at the rule itself (E12)."""


@dataclass(frozen=True, slots=True)
class Story:
    """One decision from the recommendation to what came of it."""

    kept: Kept
    answers: tuple[Answer, ...] = ()
    """In order; the last one counts."""
    came: tuple[Came, ...] = ()
    followed_by: str = ""
    """The next decision on the same event, made on newer facts."""

    @property
    def answer(self) -> Answer | None:
        return self.answers[-1] if self.answers else None

    def markdown(self, language: Language = "en", *, plan: Plan | None = None, mask: Collection[str] = ()) -> str:
        """The decision record: `plan` gives the names of what it speaks of, `mask` takes fields out (`amount`, `spend.*`).

        Raises ValueError for a field that nothing has.
        """
        from aop_rules.history.markdown import decision_record
        from aop_rules.history.masking import masked_story

        known = vocabulary_of(plan).names if plan else ()
        return decision_record(masked_story(self, mask, known=known), language, plan=plan)

    def done(self, on: date) -> str:
        """The outcome that holds on a day: the recommendation, unless an override holds that has not ended."""
        said = self.answer
        if said is None or said.answer == "accepted" or date.fromisoformat(said.until) < on:
            return self.kept.outcome
        return said.outcome


@dataclass(frozen=True, slots=True)
class Overridden:
    """A rule that was overridden, and the decisions in which it was."""

    rule: str
    decisions: tuple[str, ...]

    @property
    def repeated(self) -> bool:
        """Whether the rule itself should be looked at."""
        return len(self.decisions) >= REPEATED


def stories(entries: Iterable[Entry]) -> tuple[Story, ...]:
    """All decisions, in the order in which they were made."""
    found: dict[str, Story] = {}
    for entry in entries:
        if entry.kind == "decision":
            kept = kept_of(entry)
            found[kept.decision_id] = Story(kept)
            if kept.follows in found:
                found[kept.follows] = replace(found[kept.follows], followed_by=kept.decision_id)
        elif entry.kind == "answer" and entry.source in found:
            story = found[entry.source]
            found[entry.source] = replace(story, answers=(*story.answers, answer_of(entry)))
        elif entry.kind == "outcome" and entry.source in found:
            story = found[entry.source]
            found[entry.source] = replace(story, came=(*story.came, came_of(entry)))
    return tuple(found.values())


def overrides(told: Iterable[Story]) -> tuple[Overridden, ...]:
    """Rules by how often they were overridden, the most often first; a decision overridden twice counts once."""
    by_rule: defaultdict[str, list[str]] = defaultdict(list)
    for story in told:
        rules = {rule for answer in story.answers if answer.answer == "overridden" for rule in answer.rules}
        for rule in rules:
            by_rule[rule].append(story.kept.decision_id)
    counted = (Overridden(rule, tuple(decisions)) for rule, decisions in by_rule.items())
    return tuple(sorted(counted, key=lambda each: (-len(each.decisions), each.rule)))

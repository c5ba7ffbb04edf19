"""The recorded events decided again under another plan or other rules: what would have come out, and by which rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from aop_rules.decision.decide import decide
from aop_rules.errors import EventError
from aop_rules.facts.check import check_event
from aop_rules.facts.host import host_sheets
from aop_rules.history.adoption import same_plan
from aop_rules.history.given import given_of
from aop_rules.history.past import past
from aop_rules.inference.program import Program
from aop_rules.ledger.entry import Entry
from aop_rules.plan.graph import PlanGraph
from aop_rules.plan.model import Plan
from aop_rules.rules.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Redecided:
    """One recorded decision, and what it would have been."""

    decision_id: str
    source: str
    event_id: str
    kind: str
    title: str
    as_of: str
    was: str
    """The recorded outcome."""
    now: str
    """The outcome under the other plan; empty where the event does not fit that plan."""
    hard: tuple[bool, bool]
    no_longer: tuple[str, ...]
    """Rules that decided then, and would not now."""
    newly: tuple[str, ...]
    """Rules that would decide now, and did not then."""
    why: tuple[str, ...] = ()
    """What the other plan does not know of the event."""

    @property
    def changed(self) -> bool:
        """Whether another outcome would have come out, or the same one would (no longer) be open to approval."""
        return self.was != self.now or self.hard[0] != self.hard[1]


def policy_diff(
    entries: Iterable[Entry], plan: Plan, plan_digest: str, program: Program, attributes: Vocabulary
) -> tuple[Redecided, ...]:
    """Each recorded decision, in order, beside what it would have been, on what it saw then, had this plan held all year.

    A re-decided event stands once for each time it was decided. Raises LedgerError where the ledger is another plan's.
    """
    graph = PlanGraph.of(plan)
    found = []
    for seen in past(entries):
        if seen.versions.current is not None:
            same_plan(seen.versions.current, plan)
        kept, event = seen.kept, seen.kept.event
        was = tuple(sorted({str(each["rule"]) for each in kept.said["deciding"]}))
        now, hard = "", False
        rules: tuple[str, ...] = ()
        why: tuple[str, ...] = ()
        try:
            check_event(plan, event)
            given = {name: value for name, value in given_of(kept.given).items() if attributes.type_of(name)}
            position = seen.position("other", plan, (), event)
            decided = decide(plan, plan_digest, graph, program, position, event, host_sheets(attributes, given))
            now, hard = decided.outcome.value, decided.hard
            rules = tuple(sorted({each.rule for each in decided.deciding}))
        except EventError as error:
            why = tuple(problem.message for problem in error.problems)
        found.append(
            Redecided(
                decision_id=kept.decision_id,
                source=event.source,
                event_id=event.event_id,
                kind=event.kind,
                title=event.title,
                as_of=kept.as_of.date().isoformat(),
                was=kept.outcome,
                now=now,
                hard=(bool(kept.said["hard"]), hard),
                no_longer=tuple(rule for rule in was if rule not in rules),
                newly=tuple(rule for rule in rules if rule not in was),
                why=why,
            )
        )
    return tuple(found)

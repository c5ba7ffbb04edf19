"""The engine: one plan, its rules and what has happened, and the decision on what comes in. The façade of the library."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from os import PathLike
from pathlib import Path
from typing import Any, Literal, Self

from aop_rules.decision.decide import decide
from aop_rules.decision.decision import Decision
from aop_rules.errors import EventError, Problem
from aop_rules.events import EventBase
from aop_rules.facts.check import check_event
from aop_rules.facts.host import Given, host_sheets
from aop_rules.inference.program import Program
from aop_rules.ledger.ledger import Ledger
from aop_rules.ledger.reading import event_from
from aop_rules.ledger.record import Record, moment
from aop_rules.plan.draft import draft_of
from aop_rules.plan.graph import PlanGraph
from aop_rules.plan.load import digest, plan_from, read_plan, sound
from aop_rules.plan.model import Plan
from aop_rules.position.compute import position
from aop_rules.position.model import Position
from aop_rules.rules.collection import collect, own_problems, read_rulesets, standard_rulesets
from aop_rules.rules.ruleset import Ruleset
from aop_rules.rules.vocabulary import Vocabulary
from aop_rules.source.plain import Located

Rules = Iterable[Ruleset | str | PathLike[str]] | Ruleset | str | PathLike[str]
EventLike = EventBase | Mapping[str, Any]


class Engine:
    """Decides on events against one plan. May be used from several threads; it holds nothing but its ledger.

    >>> engine = Engine.open({
    ...     "aop": 1, "id": "cafe", "name": "Café", "currency": "USD", "year": {"starts": "2026-01-01"},
    ...     "not_this_year": {"second_shop": {"name": "a second shop", "reason": "first make this one pay"}},
    ... })
    >>> decision = engine.evaluate({
    ...     "event_id": "e1", "kind": "proposal", "effective_date": "2026-03-02", "category": "second shop",
    ... })
    >>> decision.course, decision.outcome.value, decision.hard
    ('keep', 'DECLINE', True)
    """

    def __init__(self, plan: Plan, program: Program, ledger: Ledger, attributes: Vocabulary | None = None) -> None:
        """Wire up the parts; `Engine.open` is the usual way."""
        self.plan = plan
        self.program = program
        self.ledger = ledger
        self.graph = PlanGraph.of(plan)
        self._plan_digest = digest(plan)
        self._attributes = attributes or Vocabulary(())

    @classmethod
    def open(
        cls,
        plan: Plan | Mapping[str, Any] | str | PathLike[str],
        rules: Rules = (),
        *,
        standard: bool = True,
        attributes: Mapping[str, str] | None = None,
        ledger: Ledger | None = None,
        inference: Literal["auto", "durable", "reference"] = "auto",
    ) -> Self:
        """An engine for a plan: a file, plain data, or a `Plan`.

        `rules` are rulesets (files or values) besides the standard ones, which `standard=False` leaves out.
        `attributes` declares typed attributes of the embedding program (`{"vendor.rating": "number"}`); their values
        come with each call of `evaluate`. `inference` picks what does the chaining; every choice gives the same findings.
        Raises PlanError or RuleError with every problem.
        """
        loaded, document = _plan(plan)
        given = [rules] if isinstance(rules, (str, PathLike, Ruleset)) else list(rules)
        own = [each for each in given if isinstance(each, Ruleset)]
        files = [Path(each) for each in given if not isinstance(each, Ruleset)]
        rulesets = [*(standard_rulesets() if standard else ()), *own, *read_rulesets(files)]
        extra = Vocabulary.of(attributes) if attributes else None
        collection = collect(loaded, rulesets, extra=extra, document=document)
        return cls(loaded, Program(collection, inference), ledger if ledger is not None else Ledger(), extra)

    def record(self, event: EventLike) -> Record:
        """Keep an event: a reading, a commitment, an invoice. The same event again changes nothing.

        Raises EventError (not an event, or not one of this plan) or ConflictError (its id is taken by another).
        """
        checked = self._event(event)
        return self.ledger.append(checked)

    def record_all(self, events: Iterable[EventLike]) -> tuple[Record, ...]:
        """Keep all of the events, or none."""
        checked: list[EventBase] = []
        problems: list[Problem] = []
        for event in events:
            try:
                checked.append(self._event(event))
            except EventError as error:
                problems += error.problems
        if problems:
            raise EventError(problems)
        return self.ledger.extend(checked)

    def position(self, as_of: date | datetime | str, *, also: EventBase | None = None) -> Position:
        """Where the year stands, from what was known by `as_of` (a date means the end of that day, UTC)."""
        when = moment(as_of)
        return position(self.plan, (record.event for record in self.ledger.records(when)), when, also=also)

    def evaluate(
        self,
        event: EventLike,
        *,
        as_of: date | datetime | str | None = None,
        given: Given | None = None,
    ) -> Decision:
        """The decision on an event. Nothing is recorded, so the same call gives the same decision.

        `as_of` is what counts as known: the end of the day on which the event became known, where missing. `given` holds
        the values of attributes declared to `open`: `{"vendor.rating": 4}`.
        Raises EventError where the event is no event, or not one of this plan.
        """
        checked = self._event(event)
        where = self.position(as_of if as_of is not None else checked.known.date(), also=checked)
        return decide(
            self.plan,
            self._plan_digest,
            self.graph,
            self.program,
            where,
            checked,
            host_sheets(self._attributes, given or {}),
        )

    def _event(self, event: EventLike) -> EventBase:
        checked = event if isinstance(event, EventBase) else event_from(event)
        check_event(self.plan, checked)
        return checked


def _plan(plan: Plan | Mapping[str, Any] | str | PathLike[str]) -> tuple[Plan, Located | None]:
    if isinstance(plan, Plan):
        return plan, None
    if isinstance(plan, Mapping):
        return plan_from(plan), None
    loaded, problems, document = read_plan(plan)
    if loaded is None:
        problems = (*problems, *own_problems(draft_of(document)))
    return sound(loaded, problems), document

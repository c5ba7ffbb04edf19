"""One plan with its rules and what is known of its year, apart from any ledger: what a question of what-if is asked of."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from aop_rules.alerts.said import KINDS as ALERT_KINDS
from aop_rules.alerts.said import Said, said_of
from aop_rules.errors import PlanError, Problem
from aop_rules.events import EventBase, canonical, parse_event
from aop_rules.history.adoption import Adoption
from aop_rules.history.quiet import quiet
from aop_rules.history.versions import KINDS as PLAN_KINDS
from aop_rules.inference.chainer import EngineName
from aop_rules.inference.program import Program
from aop_rules.ledger.ledger import Ledger, event_of
from aop_rules.plan.draft import draft_of
from aop_rules.plan.load import dump, plan_from, read_plan, sound
from aop_rules.plan.model import Plan
from aop_rules.position.allocation import Earlier
from aop_rules.position.year import calendar_of
from aop_rules.rules.collection import collect, own_problems
from aop_rules.rules.ruleset import Ruleset
from aop_rules.rules.vocabulary import Vocabulary, type_word
from aop_rules.source.plain import PlainData
from aop_rules.what_if.facts import EventLike, check_transfers, laid_on
from aop_rules.what_if.path import steps, unknown, with_value


@dataclass(frozen=True, slots=True)
class World:
    """A plan, its rules, and the events of its year. A value: what is laid on top gives another world."""

    plan: Plan
    program: Program
    rulesets: tuple[Ruleset, ...]
    attributes: Vocabulary
    """Attributes that the embedding program declares."""
    inference: EngineName
    earlier: tuple[Earlier, ...] = ()
    """The versions of the plan before this one, with the last period in which each held."""
    events: tuple[EventBase, ...] = ()
    digests: tuple[bytes, ...] = field(default=(), repr=False)
    """Of each event: SHA-256 of its canonical text."""
    said: Said = field(default_factory=Said, repr=False)
    """What people said of alerts."""

    @classmethod
    def of(
        cls,
        plan: Plan,
        program: Program,
        rulesets: Iterable[Ruleset],
        attributes: Vocabulary,
        ledger: Ledger,
        inference: EngineName = "auto",
    ) -> World:
        """The world as a ledger holds it by now. Raises LedgerError where another state of the plan is in force in it."""
        with quiet():
            held = [(event_of(each), sha256(each.body.encode()).digest()) for each in ledger.entries(0, ("event",))]
        return cls(
            plan,
            program,
            tuple(rulesets),
            attributes,
            inference,
            Adoption.of(ledger.entries(0, PLAN_KINDS), plan).earlier,
            tuple(event for event, _ in held),
            tuple(digest for _, digest in held),
            said_of(ledger.entries(0, ALERT_KINDS)),
        )

    def overlaid(self, plan: Mapping[str, object] | None = None, events: Iterable[EventLike] = ()) -> World:
        """The world with other values in its plan, and with more facts; what comes is checked as if it really came.

        `plan` maps dotted paths to new values, as in `{"kpis.churn.breach": "> 8%"}`; None takes an optional value out, and
        a mapping may be a whole new entry (`{"risks.strike": {…}}`). A reading of a KPI's period that is known already
        counts as its next revision.
        Raises PlanError or RuleError with everything that keeps this from being a plan, and EventError with every problem
        of every event.
        """
        changed, events = self._with_plan(plan) if plan else self, tuple(events)
        if not events:
            return changed
        more = laid_on(changed.plan, changed.events, events)
        check_transfers(changed.plan, changed.earlier, changed.events, changed.digests, more)
        digests = (sha256(canonical(event).encode()).digest() for event in more)
        return replace(changed, events=(*changed.events, *more), digests=(*changed.digests, *digests))

    def _with_plan(self, changes: Mapping[str, object]) -> World:
        document = PlainData(_changed(dump(self.plan), changes)).within_caps(PlanError)
        loaded, said, _ = read_plan(document)
        if loaded is None:
            said = tuple({*said, *own_problems(draft_of(document))})
        plan = sound(loaded, said)
        self._same_year(plan, document)
        collection = collect(plan, self.rulesets, extra=self.attributes, document=document)
        return replace(self, plan=plan, program=Program(collection, self.inference))

    def _same_year(self, plan: Plan, document: PlainData) -> None:
        """Closed periods keep what earlier versions said of them, in their periods and their currency."""
        kept = {
            "year": calendar_of(plan).ids == calendar_of(self.plan).ids,
            "currency": plan.currency == self.plan.currency,
        }
        hint = "ask it of a plan that was not amended yet"
        problems = [
            Problem(
                document.place((key,)), "PLAN_WRONG_VALUE", f"`{key}` stays what earlier versions of the plan say", hint
            )
            for key, same in kept.items()
            if self.earlier and not same
        ]
        if problems:
            raise PlanError(problems)


def _changed(data: dict[str, Any], changes: Mapping[str, object]) -> Any:
    """Raises PlanError with every path that leads nowhere."""
    changed: Any = data
    problems = []
    for path in sorted(changes):  # a whole entry before what is in it
        problem = unknown(path, changed, Plan, "plan", changes[path])
        if problem is None:
            changed = with_value(changed, steps(path), changes[path])
        else:
            problems.append(problem)
    if problems:
        raise PlanError(problems)
    return changed


def as_text(world: World) -> str:
    """The world as text, for another process: plain data only. What was said of alerts is left out: no decision sees it."""
    return json.dumps(
        {
            "plan": dump(world.plan),
            "earlier": [[dump(each.plan), each.through] for each in world.earlier],
            "rulesets": [each.model_dump(mode="json", by_alias=True, exclude_defaults=True) for each in world.rulesets],
            "attributes": {term.path: type_word(term.type) for term in world.attributes.terms},
            "inference": world.inference,
            "events": [canonical(event) for event in world.events],
        }
    )


def from_text(text: str) -> World:
    """The world that `as_text` wrote down."""
    data = json.loads(text)
    plan, attributes = plan_from(data["plan"]), Vocabulary.of(data["attributes"])
    rulesets = tuple(Ruleset.model_validate(each) for each in data["rulesets"])
    return World(
        plan,
        Program(collect(plan, rulesets, extra=attributes), data["inference"]),
        rulesets,
        attributes,
        data["inference"],
        tuple(Earlier(plan_from(each), through) for each, through in data["earlier"]),
        tuple(parse_event(json.loads(each)) for each in data["events"]),
        tuple(sha256(each.encode()).digest() for each in data["events"]),
    )

"""How an engine comes to be: from a plan, from a ledger, or beside another ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from os import PathLike
from pathlib import Path
from typing import Any, Self

from aop_rules.engine.base import Base
from aop_rules.errors import LedgerError, Place, Problem
from aop_rules.history.past import last_rules
from aop_rules.history.snapshot import attributes_of, rulesets_of
from aop_rules.history.versions import KINDS, Versions
from aop_rules.inference.chainer import EngineName
from aop_rules.inference.program import Program
from aop_rules.ledger.ledger import Ledger
from aop_rules.plan.draft import draft_of as draft_of_plan
from aop_rules.plan.load import plan_from, read_plan, sound
from aop_rules.plan.model import Plan
from aop_rules.rules.collection import collect, own_problems, read_rulesets, standard_rulesets
from aop_rules.rules.ruleset import Ruleset
from aop_rules.rules.vocabulary import Vocabulary
from aop_rules.source.plain import Located

Rules = Iterable[Ruleset | str | PathLike[str]] | Ruleset | str | PathLike[str]


class Opening(Base):
    """Ways to an engine."""

    @classmethod
    def open(
        cls,
        plan: Plan | Mapping[str, Any] | str | PathLike[str],
        rules: Rules = (),
        *,
        standard: bool = True,
        attributes: Mapping[str, str] | None = None,
        ledger: Ledger | str | PathLike[str] | None = None,
        inference: EngineName = "auto",
    ) -> Self:
        """An engine for a plan: a file, plain data, or a `Plan`.

        `rules` are rulesets (files or values) besides the standard ones, which `standard=False` leaves out.
        `attributes` declares typed attributes of the embedding program (`{"vendor.rating": "number"}`); their values
        come with each call of `evaluate`. `inference` picks what does the chaining; every choice gives the same findings.
        `ledger` is a SQLite file (made where there is none), a `postgresql://` address, or a `Ledger`; in memory where
        missing. The plan becomes the ledger's with the first thing that is kept; from then on it is changed by `amend`.
        Raises PlanError or RuleError with every problem, and LedgerError (no ledger, or one of another plan).
        """
        loaded, document = plan_of(plan)
        given = [rules] if isinstance(rules, (str, PathLike, Ruleset)) else list(rules)
        own = [each for each in given if isinstance(each, Ruleset)]
        files = [Path(each) for each in given if not isinstance(each, Ruleset)]
        rulesets = [*(standard_rulesets() if standard else ()), *own, *read_rulesets(files)]
        extra = Vocabulary.of(attributes) if attributes else None
        program = Program(collect(loaded, rulesets, extra=extra, document=document), inference)
        kept = None if ledger is None else ledger_of(ledger, create=True)
        return cls(loaded, program, kept, extra, rulesets, inference)

    def on(self, ledger: Ledger) -> Self:
        """The same plan and rules with another ledger. Raises LedgerError where that is another plan's."""
        return type(self)(self.plan, self.program, ledger, self.attributes, self.rulesets, self._inference)

    @classmethod
    def resume(cls, ledger: Ledger | str | PathLike[str], *, inference: EngineName = "auto") -> Self:
        """The engine that a ledger was last written by: the plan in force in it, and the rules last decided with.

        Raises LedgerError (no ledger there, or no plan in it).
        """
        kept = ledger_of(ledger, create=False)
        plan = Versions.of(kept.entries(0, KINDS)).current
        if plan is None:
            hint = "record or decide something first: `aop record`"
            raise LedgerError([Problem(Place("<ledger>"), "LEDGER_NO_PLAN", "the ledger holds no plan yet", hint)])
        rules = last_rules(kept.entries, kept.head().sequence)
        rulesets = rulesets_of(rules) if rules else standard_rulesets()
        extra = attributes_of(rules) if rules else Vocabulary(())
        program = Program(collect(plan, rulesets, extra=extra), inference)
        return cls(plan, program, kept, extra, rulesets, inference)


def ledger_of(ledger: Ledger | str | PathLike[str], create: bool) -> Ledger:
    if isinstance(ledger, Ledger):
        return ledger
    if not isinstance(ledger, (str, PathLike)):
        raise TypeError("`ledger` is a `Ledger`, the name of a file, or a `postgresql://` address")
    return Ledger.open(str(ledger), create=create)


def plan_of(plan: Plan | Mapping[str, Any] | str | PathLike[str]) -> tuple[Plan, Located | None]:
    if isinstance(plan, Plan):
        return plan, None
    if isinstance(plan, Mapping):
        return plan_from(plan), None
    loaded, problems, document = read_plan(plan)
    if loaded is None:
        problems = (*problems, *own_problems(draft_of_plan(document)))
    return sound(loaded, problems), document

"""Holds a small business to its own year: an Annual Operating Plan as rules that say keep course, or adjust, and why.

from aop_rules import Engine

engine = Engine.open("plan.yaml")
decision = engine.evaluate(event)
print(decision.course, decision.outcome, decision.explain("vi"))
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from aop_rules.version import __version__ as __version__

if TYPE_CHECKING:
    from aop_rules.decision.decision import Decision as Decision
    from aop_rules.decision.finding import Finding as Finding
    from aop_rules.decision.outcome import Outcome as Outcome
    from aop_rules.engine import Engine as Engine
    from aop_rules.errors import AopError as AopError
    from aop_rules.errors import ConflictError as ConflictError
    from aop_rules.errors import EngineError as EngineError
    from aop_rules.errors import EventError as EventError
    from aop_rules.errors import ExactError as ExactError
    from aop_rules.errors import InputError as InputError
    from aop_rules.errors import LedgerError as LedgerError
    from aop_rules.errors import OutsideYearError as OutsideYearError
    from aop_rules.errors import Place as Place
    from aop_rules.errors import PlanError as PlanError
    from aop_rules.errors import Problem as Problem
    from aop_rules.errors import RuleError as RuleError
    from aop_rules.exact.calendar import Calendar as Calendar
    from aop_rules.exact.calendar import Period as Period
    from aop_rules.exact.calendar import calendar as calendar
    from aop_rules.exact.calendar import year_of_weeks as year_of_weeks
    from aop_rules.exact.money import Money as Money
    from aop_rules.exact.phasing import Phasing as Phasing
    from aop_rules.facts.sheet import Evidence as Evidence
    from aop_rules.importing.reading import read_events as read_events
    from aop_rules.inference.conditions import Matcher as Matcher
    from aop_rules.inference.judgement import Match as Match
    from aop_rules.inference.record import Unknown as Unknown
    from aop_rules.ledger.cloudevents import to_cloudevent as to_cloudevent
    from aop_rules.ledger.ledger import Ledger as Ledger
    from aop_rules.ledger.reading import event_from as event_from
    from aop_rules.plan.capability import capabilities as capabilities
    from aop_rules.plan.critical_path import critical_path as critical_path
    from aop_rules.plan.graph import PlanGraph as PlanGraph
    from aop_rules.plan.load import load_plan as load_plan
    from aop_rules.plan.model import Plan as Plan
    from aop_rules.position.model import Position as Position
    from aop_rules.rules.rule import Rule as Rule
    from aop_rules.rules.ruleset import Ruleset as Ruleset
    from aop_rules.rules.ruleset import load_ruleset as load_ruleset
    from aop_rules.rules.vocabulary import Vocabulary as Vocabulary


_HOME = {
    "AopError": "errors",
    "Calendar": "exact.calendar",
    "ConflictError": "errors",
    "Decision": "decision.decision",
    "Engine": "engine",
    "EngineError": "errors",
    "EventError": "errors",
    "Evidence": "facts.sheet",
    "ExactError": "errors",
    "Finding": "decision.finding",
    "InputError": "errors",
    "Ledger": "ledger.ledger",
    "LedgerError": "errors",
    "Match": "inference.judgement",
    "Matcher": "inference.conditions",
    "Money": "exact.money",
    "Outcome": "decision.outcome",
    "OutsideYearError": "errors",
    "Period": "exact.calendar",
    "Phasing": "exact.phasing",
    "Place": "errors",
    "Plan": "plan.model",
    "PlanError": "errors",
    "PlanGraph": "plan.graph",
    "Position": "position.model",
    "Problem": "errors",
    "Rule": "rules.rule",
    "RuleError": "errors",
    "Ruleset": "rules.ruleset",
    "Unknown": "inference.record",
    "Vocabulary": "rules.vocabulary",
    "calendar": "exact.calendar",
    "capabilities": "plan.capability",
    "critical_path": "plan.critical_path",
    "event_from": "ledger.reading",
    "load_plan": "plan.load",
    "load_ruleset": "rules.ruleset",
    "read_events": "importing.reading",
    "to_cloudevent": "ledger.cloudevents",
    "year_of_weeks": "exact.calendar",
}
"""Each public name and the module that holds it, imported when first asked for."""

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module `aop_rules` has no attribute `{name}`")
    return getattr(import_module(f"aop_rules.{home}"), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])

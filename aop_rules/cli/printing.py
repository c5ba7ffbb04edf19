"""What the commands print: reports, lists, schemas, as text for people and JSON for machines."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import click

from aop_rules.decision.record import decision_schema
from aop_rules.decision.value import Detail as Detail
from aop_rules.engine import Engine
from aop_rules.errors import PlanError, Problem, RuleError
from aop_rules.events import adapter
from aop_rules.ledger.record import moment
from aop_rules.plan.capability import capabilities
from aop_rules.plan.diagrams import dot, graph_data, mermaid
from aop_rules.plan.draft import draft_of
from aop_rules.plan.load import load_plan, read_plan
from aop_rules.plan.model import Plan
from aop_rules.plan.schema import plan_schema
from aop_rules.rules.collection import collect, own_problems, read_rulesets, standard_rulesets
from aop_rules.rules.ruleset import Ruleset
from aop_rules.rules.standard import standard_terms, vocabulary_of
from aop_rules.rules.vocabulary import Vocabulary, type_word
from aop_rules.wording.numbers import Language


def as_json(data: object) -> str:
    """JSON for machines, as people can read it too."""
    return escaped(json.dumps(data, ensure_ascii=False, indent=2))


def escaped(text: str) -> str:
    """The same JSON; signs that would steer a terminal are escaped as JSON does it."""
    return _in_each(text, lambda sign: json.dumps(sign)[1:-1])


def echo(text: str, *, err: bool = False) -> None:
    """Prints a text from wherever it comes: signs that steer a terminal are spelt out."""
    click.echo(visible(text), err=err)


def visible(text: str) -> str:
    """A text that does nothing to a terminal: signs that steer one are spelt out."""
    return _in_each(text, lambda sign: f"U+{ord(sign):04X}")


def _in_each(text: str, spelt: Callable[[str], str]) -> str:
    return "".join(sign if sign.isprintable() or sign in "\n\t" else spelt(sign) for sign in text)


def parsed_moment(as_of: str | None) -> datetime | None:
    """`--as-of`, or a usage error."""
    if as_of is None:
        return None
    try:
        return moment(as_of)
    except ValueError:
        raise click.BadParameter(f"`{visible(as_of)}` is not a date, as in 2026-06-05", param_hint="--as-of") from None


# ── check ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class CheckReport:
    """All that is worth saying about a plan and its rules."""

    plan: Plan | None
    problems: tuple[Problem, ...]

    def problems_count(self, strict: bool) -> int:
        worth = ("error", "warning") if strict else ("error",)
        return sum(problem.severity in worth for problem in self.problems)

    def text(self, lang: Language | None) -> str:
        language = lang or (self.plan.language if self.plan else "en")
        lines = [str(problem) for problem in self.problems]
        if self.plan is None:
            errors = sum(problem.severity == "error" for problem in self.problems)
            return "\n".join([*lines, "", f"{errors} problem{'s' * (errors != 1)}: the plan was not loaded"])
        head = f"{self.plan.name.in_language(language)} ({self.plan.id}, version {self.plan.version})"
        marks = [f"  {'✓' if each.available else '–'} {each.sentence(language)}" for each in capabilities(self.plan)]
        return "\n".join([*lines, *([""] if lines else []), head, *marks])

    def data(self) -> dict[str, object]:
        return {
            "loaded": self.plan is not None,
            "problems": [
                {
                    "file": p.place.file,
                    "line": p.place.line,
                    "column": p.place.column,
                    "code": p.code,
                    "severity": p.severity,
                    "message": p.message,
                    "hint": p.hint,
                }
                for p in self.problems
            ],
            "capabilities": [
                {
                    "id": each.id,
                    "available": each.available,
                    "needs": list(each.needs),
                    "sentence": {"en": each.sentence("en"), "vi": each.sentence("vi")},
                }
                for each in (capabilities(self.plan) if self.plan else ())
            ],
        }


def check_report(plan_file: str, rules: Sequence[str]) -> CheckReport:
    """Everything that is wrong with a plan and the rules that hold for it, in one go."""
    try:
        plan, problems, document = read_plan(plan_file)
    except PlanError as error:
        return CheckReport(None, error.problems)
    rulesets, more = _rulesets(rules)
    if plan is None:
        said = {problem.place for problem in problems}
        more += tuple(problem for problem in own_problems(draft_of(document)) if problem.place not in said)
        return CheckReport(None, tuple(sorted({*problems, *more})))
    try:
        more += collect(plan, [*standard_rulesets(), *rulesets], document=document).warnings
    except RuleError as error:
        more += error.problems
    broken = any(problem.severity == "error" for problem in more)
    return CheckReport(None if broken else plan, tuple(sorted({*problems, *more})))


def _rulesets(files: Sequence[str]) -> tuple[tuple[Ruleset, ...], tuple[Problem, ...]]:
    try:
        return read_rulesets(files), ()
    except RuleError as error:
        return (), error.problems


# ── lists ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def graph_text(plan_file: str, form: str, lang: Language | None) -> str:
    plan = load_plan(plan_file)
    language = lang or plan.language
    if form == "json":
        return as_json(graph_data(plan))
    return (mermaid if form == "mermaid" else dot)(plan, language).rstrip("\n")


def rules_text(engine: Engine, language: Language) -> str:
    """One paragraph a rule: what it looks at, when, what it wants, and why."""
    paragraphs = []
    for each in engine.program.rules:
        rule = each.rule
        lines = [each.id, f"  on     {rule.on or rule.focus}{_kinds(rule.events)}"]
        lines += [f"  when   {rule.when}"] if rule.when else []
        lines += [f"  given  {', '.join(rule.given)}"] if rule.given else []
        lines += [f"  then   {rule.effect}{' (hard)' * rule.hard}" if rule.effect else f"  then   conclude {rule.head}"]
        lines += [f"  why    {rule.because.in_language(language)}"] if rule.because else []
        paragraphs.append("\n".join(lines))
    count = len(paragraphs)
    return "\n\n".join([*paragraphs, f"{count} rules, {engine.program.digest}"])


def _kinds(events: Sequence[str]) -> str:
    return f", for {', '.join(events)}" if events else ""


def rules_json(engine: Engine) -> str:
    return as_json(
        {
            "digest": engine.program.digest,
            "inference": engine.program.engine,
            "rules": [
                {**each.rule.model_dump(mode="json", exclude_defaults=True), "id": each.id}
                for each in engine.program.rules
            ],
        }
    )


def _vocabulary(plan_file: str | None) -> Vocabulary:
    return vocabulary_of(load_plan(plan_file)) if plan_file else Vocabulary(standard_terms())


def vocabulary_text(plan_file: str | None, language: Language) -> str:
    """Attributes by first name, aligned."""
    terms = _vocabulary(plan_file).terms
    wide = max(len(term.path) for term in terms)
    words = max(len(type_word(term.type)) for term in terms)
    blocks = []
    for _, group in groupby(terms, key=lambda term: term.path.split(".")[0]):
        blocks.append(
            "\n".join(
                f"{t.path:<{wide}}  {type_word(t.type):<{words}}  {t.doc.in_language(language) if t.doc else ''}".rstrip()
                for t in group
            )
        )
    return "\n\n".join(blocks)


def vocabulary_json(plan_file: str | None) -> str:
    return as_json(
        [
            {"name": t.path, "type": type_word(t.type), "doc": {"en": t.doc.en, "vi": t.doc.vi} if t.doc else None}
            for t in _vocabulary(plan_file).terms
        ]
    )


def schema_of(what: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of what people and programs write and read."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    if what == "plan":
        return plan_schema()
    if what == "event":
        return {**head, **adapter().json_schema()}
    if what == "ruleset":
        return {**head, **Ruleset.model_json_schema()}
    return dict(decision_schema())

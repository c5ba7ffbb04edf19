"""Rules that belong together, read from YAML, JSON or TOML: everything wrong in a file is told at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path as FilePath
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from aop_rules.errors import Problem, RuleError
from aop_rules.exact.frozen import Frozen
from aop_rules.plan.values import Whole, Words
from aop_rules.rules.faults import ExpressionError
from aop_rules.rules.forms import RuleId
from aop_rules.rules.parser import parse
from aop_rules.rules.rule import Rule, contradictions
from aop_rules.source.read import read
from aop_rules.source.tree import Document, Path
from aop_rules.source.validate import capped, validate


class _Head(Frozen):
    """A ruleset file, its rules not yet looked at."""

    ruleset: RuleId
    version: Annotated[Whole, Field(ge=1)] = 1
    about: Words | None = None
    rules: tuple[Any, ...] = ()


class Ruleset(Frozen):
    """Rules that belong together, under one id. Usually a file, read by `load_ruleset`.

    >>> red = Rule(id="red", on="kpi marketing_ratio", when="kpi.value > 7%", conclude="off_track")
    >>> house = Ruleset(ruleset="house", about="Rules of the house", rules=[red])
    >>> [rule.id for rule in house.rules]
    ['red']
    """

    ruleset: RuleId
    """Its id."""
    version: Annotated[Whole, Field(ge=1)] = 1
    """Counted up by its owner where its rules change."""
    about: Words | None = None
    """What the rules are about."""
    rules: tuple[Rule, ...] = ()
    """In the order of the file, which never matters."""


def load_ruleset(source: FilePath | str | Document) -> Ruleset:
    """The ruleset in a file (`.yaml`, `.json` or `.toml`) or in a located tree.

    Conditions are parsed, not yet held against a vocabulary: that needs a plan, and `Engine` does it. Raises RuleError
    with every problem found, each at its line and column. Nothing is half loaded.

    >>> from aop_rules.source.read import read_text
    >>> text = '''
    ... ruleset: house
    ... rules:
    ...   - {id: red, on: kpi, when: kpi.value > kpi.target, conclude: off_track}
    ... '''
    >>> load_ruleset(read_text(text, "house.yaml")).rules[0].when
    'kpi.value > kpi.target'
    >>> load_ruleset(read_text(text.replace("> kpi", "= kpi"), "house.yaml"))
    Traceback (most recent call last):
    ...
    aop_rules.errors.RuleError: house.yaml:4:40: RULE_SYNTAX: `=` is not an operator here (to compare, write `==`)
    """
    document = source if isinstance(source, Document) else read(source, error=RuleError, recover=True)
    head, rules, problems = _scanned(document)
    problems += [problem for rule in rules for problem in syntax_problems(rule)]
    if problems or head is None:
        raise RuleError(capped(problems, "RULE"))
    return _whole(head, rules)


def scan_ruleset(document: Document) -> tuple[Ruleset | None, list[Problem]]:
    """The ruleset with those of its rules that have the right shape (None where its head is wrong), and all problems.

    Conditions are not parsed yet: `check_rule` does that, so that a loader can report everything at once.
    """
    head, rules, problems = _scanned(document)
    return (_whole(head, rules) if head else None), problems


def _scanned(document: Document) -> tuple[_Head | None, tuple[Rule, ...], list[Problem]]:
    head, problems = validate(_Head, document, (), prefix="RULE")
    raw = document.data.get("rules") if isinstance(document.data, Mapping) else None
    rules, more = scan_rules(raw if isinstance(raw, list) else (), document, ("rules",))
    return head, rules, [*problems, *more]


def _whole(head: _Head, rules: tuple[Rule, ...]) -> Ruleset:
    return Ruleset(ruleset=head.ruleset, version=head.version, about=head.about, rules=rules)


def scan_rules(raw: Sequence[Any], document: Document, path: Path) -> tuple[tuple[Rule, ...], list[Problem]]:
    """Those rules that have the right shape, and what is wrong with the others. Conditions are not parsed yet."""
    adapter: TypeAdapter[Rule] = TypeAdapter(Rule)
    rules: list[Rule] = []
    problems: list[Problem] = []
    first: dict[str, Rule] = {}
    for index in range(len(raw)):
        at = (*path, index)
        rule, wrong = validate(adapter, document, at, prefix="RULE", context={"located": True}, shape=Rule)
        problems.extend(wrong)
        if rule is None:
            continue
        rule = rule.read_at(document, at)
        wrong = list(_located(rule))
        before = first.setdefault(rule.id, rule)
        if before is not rule and before == rule:
            continue  # the same rule once more says nothing new
        if before is not rule:
            said, hint = f"two different rules here are `{rule.id}`", f"the first stands on line {before.place().line}"
            wrong.append(Problem(rule.place(("id",)), "RULE_DUPLICATE_ID", said, hint))
        problems.extend(wrong)
        if not wrong:
            rules.append(rule)
    return tuple(rules), problems


def _located(rule: Rule) -> Iterator[Problem]:
    for key, message, hint in contradictions(rule):
        yield Problem(rule.place((key,)), "RULE_CONTRADICTION", message, hint)


def syntax_problems(rule: Rule) -> list[Problem]:
    """What keeps its condition from being parsed, at the column inside it."""
    try:
        parse(rule.when if rule.when is not None else "true")
    except ExpressionError as error:
        return [fault.at(rule.place(("when",), fault.span[0])) for fault in error.faults]
    return []

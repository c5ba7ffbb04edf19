"""Every block of docs/rule-language.md is what it claims to be."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from aop_rules.errors import RuleError
from aop_rules.rules.checked import check_rule
from aop_rules.rules.condition import check_condition
from aop_rules.rules.effect import Effect
from aop_rules.rules.given import signatures
from aop_rules.rules.grammar import FUNCTIONS, LOOKUPS
from aop_rules.rules.rule import Rule
from aop_rules.rules.ruleset import load_ruleset
from aop_rules.rules.standard import RELATIONS, SUBJECTS, standard_terms
from aop_rules.rules.syntax import RATIO
from aop_rules.rules.vocabulary import TYPES, Term, Vocabulary
from aop_rules.source.read import read_text

PAGE = (Path(__file__).parents[2] / "docs" / "rule-language.md").read_text(encoding="utf-8")
PLAN = Vocabulary.of(
    {f"kpis.{kpi}.{word}": "money" for kpi in ("marketing_cost", "revenue") for word in ("ytd", "landing", "target")}
    | {"lines.ads.available": "money"}
)
WORDS = Vocabulary(standard_terms()).with_terms(PLAN)


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)


def lines(kind: str) -> list[str]:
    return [line for block in blocks(kind) for line in block.splitlines()]


@pytest.mark.parametrize("condition", lines("condition"))
def test_a_condition_on_the_page_is_one(condition: str) -> None:
    assert check_condition(condition, WORDS)


@pytest.mark.parametrize("condition", lines("refused"))
def test_what_the_page_calls_refused_is_refused_with_a_way_out(condition: str) -> None:
    with pytest.raises(RuleError) as caught:
        check_condition(condition, WORDS)
    assert all(problem.hint for problem in caught.value.problems)


@pytest.mark.parametrize("text", blocks("yaml"))
def test_a_ruleset_on_the_page_checks(text: str) -> None:
    ratio = Vocabulary(
        tuple(Term(t.path, RATIO) if t.path.startswith("kpi.") and str(t.type) == "own" else t for t in WORDS.terms)
    )
    kinds = [subject.kind for subject in SUBJECTS]
    chains = []
    for rule in load_ruleset(read_text(text, "page.yaml", error=RuleError)).rules:
        checked, problems = check_rule(rule, ratio if rule.subject_id else WORDS, subjects=kinds)
        assert problems == () and checked is not None
        chains.append(checked.chain())
    assert signatures(chains, RELATIONS)[1] == {}


@pytest.mark.parametrize("text", blocks("python"))
def test_the_python_on_the_page_runs(text: str) -> None:
    exec(compile(text, "page", "exec"), {})  # noqa: S102 - our own page


@pytest.mark.parametrize("word", [*TYPES, *FUNCTIONS, *LOOKUPS, *RELATIONS, *Effect, *Rule.model_fields])
def test_the_page_names(word: str) -> None:
    assert f"`{word}" in PAGE


@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_page_names_the_subject(subject: object) -> None:
    assert f"`{getattr(subject, 'kind', '')}`" in PAGE

"""The page from which people write plans: its examples load without a word, and it names every code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from aop_rules.plan.load import read_plan
from aop_rules.plan.model import Plan

PAGE = (Path(__file__).parents[2] / "docs" / "plan-file.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_its_examples_load(number: int, tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(EXAMPLES[number], encoding="utf-8")
    plan, problems, _ = read_plan(file)
    assert plan is not None
    assert [str(p) for p in problems if p.severity != "note"] == []


def test_it_names_every_code() -> None:
    codes = {path.stem for path in (Path(__file__).parent / "broken").glob("PLAN_*.yaml")}
    top = {code for code in codes if not re.search(r"_(of_\w+|[a-z]+)$", code)}
    assert [code for code in sorted(top) if f"`{code}`" not in PAGE] == []


def test_it_names_every_part_of_a_plan() -> None:
    assert [name for name in Plan.model_fields if f"`{name}`" not in PAGE] == []

"""Each file in `broken/` has one mistake; its first line says where and which."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from aop_rules.errors import PlanError, Problem
from aop_rules.plan.load import load_plan, read_plan

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.yaml"))
CONSISTENCY = Path(__file__).parents[2] / "aop_rules" / "plan" / "consistency"


def expected(path: Path) -> tuple[int, int, str]:
    found = re.match(r"# expect (\d+):(\d+) (\w+)", path.read_text(encoding="utf-8"))
    assert found is not None
    return int(found[1]), int(found[2]), found[3]


def where(problem: Problem) -> tuple[int, int, str]:
    return problem.place.line, problem.place.column, problem.code


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_is_reported_where_it_stands_with_a_way_out(path: Path) -> None:
    _, problems, _ = read_plan(path)
    at = [problem for problem in problems if where(problem) == expected(path)]
    assert at, "\n".join(map(str, problems))
    assert all(problem.hint for problem in at)
    assert all(problem.message == problem.message.strip(". ") for problem in problems)


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_is_the_only_error(path: Path) -> None:
    _, problems, _ = read_plan(path)
    errors = [problem for problem in problems if problem.severity == "error"]
    assert [where(problem) for problem in errors] in ([], [expected(path)])


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_only_errors_keep_a_plan_from_loading(path: Path) -> None:
    plan, problems, _ = read_plan(path)
    if any(problem.severity == "error" for problem in problems):
        assert plan is None
        with pytest.raises(PlanError):
            load_plan(path)
    else:
        assert load_plan(path) == plan


def test_every_code_has_its_broken_plan() -> None:
    calls = (
        node
        for path in CONSISTENCY.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "problem"
    )
    codes = {f"PLAN_{call.args[1].value}" for call in calls if isinstance(call.args[1], ast.Constant)}
    assert len(codes) > 45
    assert codes <= {expected(path)[2] for path in BROKEN}

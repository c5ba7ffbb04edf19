"""Mistakes of shape, reference, sum, time and sense in one file are all reported in one run."""

from __future__ import annotations

from pathlib import Path

import pytest

from aop_rules.errors import PlanError
from aop_rules.plan.load import load_plan

PLAN = Path(__file__).parent / "twelve_mistakes.yaml"

MISTAKES = [
    ("[6, 5, 8", "PLAN_PROFILE_LENGTH"),
    ("less_wast]", "PLAN_UNKNOWN_ID"),
    ("flor:", "PLAN_UNKNOWN_KEY"),
    ("bread_waste]}", "PLAN_CYCLE"),
    ('"< 9%"', "PLAN_THRESHOLD_DIRECTION"),
    ("500_000", "PLAN_LINES_OVER_TOTAL"),
    ("sales]}", "PLAN_WRONG_KIND"),
    ("2o0_000", "PLAN_WRONG_VALUE"),
    ("250_000.001", "PLAN_MINOR_UNIT"),
    ("2026-02-01\n    budget", "PLAN_WRONG_VALUE"),
    ("2025-10-01", "PLAN_OUTSIDE_YEAR"),
    ("soon", "PLAN_WRONG_TYPE"),
]


def stands(text: str) -> tuple[int, int]:
    before = PLAN.read_text(encoding="utf-8").split(text)[0]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def test_twelve_mistakes_are_twelve_problems_each_where_it_stands() -> None:
    with pytest.raises(PlanError) as refused:
        load_plan(PLAN)
    found = {(p.place.line, p.place.column, p.code) for p in refused.value.problems}
    assert found == {(*stands(text), code) for text, code in MISTAKES}
    assert all(problem.hint for problem in refused.value.problems)


def test_every_hint_says_what_to_write() -> None:
    with pytest.raises(PlanError) as refused:
        load_plan(PLAN)
    said = str(refused.value)
    for hint in ("`less_waste`", "`floor`", "`> 9%`", "`2026-10-01`", "one weight a period"):
        assert hint in said

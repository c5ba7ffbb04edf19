"""Every case of every example comes out as its file says, and can be told in both languages."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from aop_rules import Decision
from strategies import CASES, case_of, engine_at, history_of


def decided(case: Path) -> Decision:
    (event,) = case_of(case).events
    return engine_at(case.parents[1], history_of(case)).evaluate(event)


each_case = pytest.mark.parametrize("case", CASES, ids=[f"{case.parents[1].name}/{case.stem}" for case in CASES])


def test_there_are_cases() -> None:
    assert len(CASES) >= 22


@each_case
def test_it_is_decided_as_expected(case: Path) -> None:
    expect, decision = case_of(case).expect, decided(case)
    expect = expect | {"fit": Fraction(expect["fit"])} if "fit" in expect else expect
    seen = {
        "course": decision.course,
        "outcome": decision.outcome.value,
        "hard": decision.hard,
        "fit": decision.fit,
        "recommended": next((option.id for option in decision.options if option.recommended), None),
    }
    assert {"course", "outcome", "reasons"} <= expect.keys() <= {*seen, "reasons", "history"}
    assert seen == seen | {key: expect[key] for key in seen if key in expect}, decision.explain("en")


@each_case
def test_its_reasons_hold_and_decide(case: Path) -> None:
    reasons, decision = set(case_of(case).expect["reasons"]), decided(case)
    found = {f.rule for f in decision.findings if f.holds}
    assert reasons <= found
    if decision.deciding:
        assert reasons & {f.rule for f in decision.deciding}
    else:
        assert reasons <= {f.rule for f in decision.findings if f.effect.value in ("SUPPORT", "INFORM")}


@each_case
@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("detail", ["short", "standard", "full"])
def test_it_is_explained(case: Path, language: str, detail: str) -> None:
    text = decided(case).explain(language, detail)  # type: ignore[arg-type]
    course = {"keep": ("KEEP COURSE", "GIỮ HƯỚNG"), "adjust": ("ADJUST", "ĐIỀU CHỈNH")}[decided(case).course]
    assert text.startswith(course[language == "vi"])
    assert "{" not in text and "None" not in text and "Fraction" not in text

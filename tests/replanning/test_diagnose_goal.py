"""Why a goal is missed: the tree sums, what feeds it is told with its lateness, and the ladder says what could be done."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from may import BABYCARE, MILLION, may

from aop_rules import InputError
from aop_rules.adjusting.levers import levers as levers_of
from aop_rules.engine import Engine
from aop_rules.replanning.diagnose import diagnose
from aop_rules.replanning.diagnosis import Branch, Diagnosis
from aop_rules.replanning.rungs import RUNGS


def of(goal: str) -> Diagnosis:
    engine, where, levers = may()
    return diagnose(engine.plan, where, levers, engine.graph, goal)


def sums(branch: Branch) -> None:
    """Periods sum to the change, the parts of a sum too, and the two effects of a ratio to its own."""
    if branch.by_period:
        assert sum(at.value or 0 for _, at in branch.by_period) == branch.change.value
    effects = [part.effect for part in branch.parts if part.effect is not None]
    if effects:
        assert sum(effects) == branch.change.value
    elif branch.parts:
        assert sum(part.change.value or 0 for part in branch.parts) == branch.change.value
    for part in branch.parts:
        sums(part)


@pytest.mark.parametrize("goal", ["online_share", "gross_margin", "total_revenue"])
def test_every_branch_of_the_tree_sums(goal: str) -> None:
    sums(of(goal).tree)


def test_the_worked_miss_of_total_revenue() -> None:
    found = of("total_revenue")
    assert found.tree.change.value == -246 * MILLION
    assert [(part.kpi, part.change.value) for part in found.tree.parts] == [
        ("online_revenue", Fraction("-521.2") * MILLION),
        ("store_revenue", Fraction("275.2") * MILLION),
    ]
    assert found.required is not None and found.required.value == 9750 * MILLION
    assert found.required_pace is not None and found.required_pace.value == Fraction(9750, 9504) - 1


def test_the_ladder_never_brings_less_on_a_higher_rung() -> None:
    found = of("online_share")
    assert tuple(step.rung for step in found.ladder) == RUNGS[:-1]
    short = [step.short for step in found.ladder]
    assert short == sorted(short, reverse=True)
    missed = Fraction(45, 100) * (of("total_revenue").landing.before or 0) - 6100 * MILLION
    assert all(step.brings + step.short == missed for step in found.ladder)


def test_what_feeds_the_goal_is_told_the_latest_first() -> None:
    engine = Engine.open(BABYCARE / "plan.yaml")
    slip = {"kind": "milestone_update", "effective_date": "2026-06-10", "initiative": "season_campaigns"}
    engine.record({"event_id": "m", **slip, "expected": "2027-01-10"})
    where = engine.position("2026-06-12")
    found = diagnose(engine.plan, where, levers_of(engine.plan, where, engine.graph), engine.graph, "online_share")
    assert (found.feeding[0].initiative, found.feeding[0].late_days) == ("season_campaigns", 21)
    assert found.feeding[0].path == ("season_campaigns", "online_revenue", "online_share")
    assert "peak-season marketing campaigns: 21 days late" in found.text("en")


def test_before_anything_is_read_nothing_is_claimed() -> None:
    engine = Engine.open(BABYCARE / "plan.yaml")
    where = engine.position("2026-01-10")
    found = diagnose(engine.plan, where, (), engine.graph, "total_revenue")
    assert found.ladder == () and found.landing.before is None
    assert "unknown" in found.text("en")


def test_when_the_year_is_over_no_rung_brings_anything() -> None:
    engine, _, levers = may()
    found = diagnose(engine.plan, engine.position("2027-01-20"), levers, engine.graph, "total_revenue")
    assert found.ladder == ()


def test_an_unknown_goal_is_an_error_with_the_name_that_was_meant() -> None:
    with pytest.raises(InputError) as raised:
        of("online_shar")
    (problem,) = raised.value.problems
    assert (problem.code, problem.hint) == ("REPLAN_UNKNOWN", "did you mean `online_share`?")


def test_both_languages_fit_a_screen_and_the_data_is_plain() -> None:
    found = of("online_share")
    assert all(len(line) <= 100 for text in (found.text("en"), found.text("vi")) for line in text.splitlines())
    assert json.loads(json.dumps(found.to_dict()))["tree"]["parts"][0]["kpi"] == "online_revenue"

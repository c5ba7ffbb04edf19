"""A partial plan says what it cannot decide, in both languages; the implied growth is exact."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from aop_rules.plan.capability import capabilities
from aop_rules.plan.consistency.implied import implied_growth
from aop_rules.plan.load import load_plan, plan_from

HEAD = {"aop": 1, "id": "firm", "name": "Firm", "currency": "USD", "year": {"starts": "2026-01-01"}}
BABYCARE = load_plan(Path(__file__).parents[2] / "examples" / "babycare_house" / "plan.yaml")


def test_five_lines_decide_nothing_and_say_so() -> None:
    found = capabilities(plan_from(HEAD))
    assert not any(capability.available for capability in found)
    for capability in found:
        assert capability.needs
        assert capability.sentence("en") != capability.sentence("vi")


def test_the_whole_example_decides_everything() -> None:
    assert all(capability.available for capability in capabilities(BABYCARE))


def test_no_hires_is_a_decision_and_silence_is_none() -> None:
    said = {c.id: c.available for c in capabilities(plan_from({**HEAD, "resources": {"hires": 0}}))}
    assert said["hiring"]
    assert not said["capacity"]


def test_the_goals_of_babycare_house_imply_the_published_fractions() -> None:
    # cases/published.json, plan_identities
    (found,) = implied_growth(BABYCARE)
    assert found.part_factor == Fraction(9, 5)
    assert found.rest_factor == Fraction(33, 35)
    assert found.share_if_rest_flat == Fraction(5, 12)
    assert found.total_growth_if_rest_flat == Fraction(3, 11)

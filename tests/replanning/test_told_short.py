"""What options, re-planning and diagnosis say of one goal agrees, and nothing is called well that is short."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from may import MILLION, may

from aop_rules import Engine
from aop_rules.adjusting.landing_effects import Scales
from aop_rules.wording.numbers import Language
from strategies import babycare_history, babycare_plan, opened

TODAY = "2026-06-10"


def rates(**goal: Any) -> Engine:
    """A share of waste that is measured as such: 7 % is planned, every month so far had 9.6 %."""
    plan = {
        "aop": 1,
        "id": "bakery",
        "name": "Bakery",
        "currency": "EUR",
        "year": {"starts": "2026-01-01"},
        "priorities": ["waste"],
        "goals": {"waste": {"name": "little waste", "kpi": "share", **goal}},
        "kpis": {"share": {"name": "waste", "kind": "rate", "unit": "ratio", "direction": "lower", "target": "7%"}},
    }
    readings = [
        {
            "event_id": f"r{month}",
            "kind": "kpi_observation",
            "effective_date": f"2026-{month:02}-28",
            "kpi": "share",
            "period": f"2026-{month:02}",
            "value": "9.6%",
        }
        for month in range(1, 6)
    ]
    return opened(plan, readings)


# ── what is missing ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("goal", "missing"), [({"ceiling": "9%"}, "0.6"), ({}, "2.6"), ({"ceiling": "10%"}, "0")])
def test_a_goal_with_a_bound_only_is_short_of_the_bound_and_of_nothing_else(goal: dict[str, Any], missing: str) -> None:
    engine, short = rates(**goal), Fraction(missing) / 100
    scales = Scales(engine.plan, engine.position(TODAY))
    declared = engine.plan.goals["waste"]
    assert scales.lacks(declared) == short and scales.short(declared) == (short > 0)
    assert [offer.need.short for offer in engine.options(goal="waste", as_of=TODAY).offers] == (
        [short] if short else []
    )
    assert {step.short for step in engine.diagnose("waste", as_of=TODAY).ladder} == {short}
    assert engine.replan(goals=["waste"], as_of=TODAY).short == (("waste",) if short else ())


def test_a_margin_over_its_floor_lacks_nothing_whatever_the_plan_of_its_profit_is() -> None:
    engine = opened(babycare_plan(), babycare_history())
    assert engine.options(goal="gross_margin", as_of=TODAY).offers == ()
    assert engine.replan(goals=["gross_margin"], as_of=TODAY).short == ()


def test_a_share_is_short_of_its_target_at_the_denominator_it_lands_on() -> None:
    engine, where, _ = may()
    scales = Scales(engine.plan, where)
    missed = Fraction(45, 100) * (scales.base["revenue"] or 0) - 6100 * MILLION
    (offer,) = engine.options(goal="online_share", as_of=where.as_of).offers
    assert offer.need.short == scales.lacks(engine.plan.goals["online_share"]) == missed
    ladder = engine.diagnose("online_share", as_of=where.as_of).ladder
    assert ladder[0].short == missed


# ── in words ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_goal_that_stays_short_is_never_told_that_nothing_has_to_change() -> None:
    for goal in ({"ceiling": "9%"}, {}):
        told = rates(**goal).replan(as_of=TODAY).text("en")
        assert "No lever of the plan helps" in told and "Nothing has to change" not in told
        assert "Still short" in told
    assert "Nothing has to change" in rates(ceiling="10%").replan(goals=["waste"], as_of=TODAY).text("en")


def test_what_cannot_be_compared_one_way_is_not_called_unknown() -> None:
    plan = babycare_plan()
    plan["kpis"]["online_share"] = {
        **plan["kpis"]["online_share"],
        "direction": "exact",
        "breach": "off target by more than 2%",
    }
    plan["kpis"]["online_share"].pop("recover")
    engine = opened(plan, babycare_history())
    told = engine.replan(goals=["online_share"], as_of=TODAY).text("en")
    assert "Cannot be compared one way" in told and "landing is not known" not in told
    assert "Nothing has to change" not in told


def test_differences_of_shares_are_points_and_a_turn_is_said() -> None:
    told = opened(babycare_plan(), babycare_history()).diagnose("online_share", as_of=TODAY).text("en")
    assert "online share of revenue: -8.83 percentage points" in told
    assert "36.17 % against 45 % by the plans of numerator and denominator" in told
    assert "ahead of its path so far, yet it lands short of its target" in told
    assert "49.32 % against 45 % planned: +4.32 percentage points" in told


def test_a_rate_is_not_told_that_the_year_is_over() -> None:
    told = rates(ceiling="9%").diagnose("waste", as_of=TODAY).text("en")
    assert "no period of the year is open" not in told and "each has to reach its own target" in told
    assert "0.6 percentage points still missing" in told


def test_a_side_of_a_trade_off_that_is_nothing_reads_as_a_sentence() -> None:
    engine = opened(babycare_plan(), babycare_history())
    languages: tuple[Language, ...] = ("en", "vi")
    texts = [
        text
        for language in languages
        for text in (
            engine.options(line="online_marketing", amount=200 * MILLION, as_of=TODAY).text(language),
            engine.replan(as_of=TODAY).text(language),
            engine.cut(60 * MILLION, "2026-09", as_of=TODAY).text(language),
        )
    ]
    assert not any(wrong in text for text in texts for wrong in ("mất không gì", "được không gì", "lại không gì"))


# ── protections ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_protections_that_bind_are_named_and_no_other() -> None:
    engine = opened(babycare_plan(), babycare_history())
    protect = ("online_marketing", "purchasing", "contingency_reserve")
    found = engine.cut(60 * MILLION, "2026-09", protect, as_of=TODAY)
    assert [each.id for each in found.conflicts if each.id.startswith("protect:")] == ["protect:purchasing"]
    assert "purchasing of core product groups is protected" in found.text("en")
    free = engine.cut(60 * MILLION, "2026-09", ("online_marketing", "contingency_reserve"), as_of=TODAY)
    assert free.enough and free.conflicts == ()


def test_a_value_shows_itself_without_its_plan() -> None:
    engine = opened(babycare_plan(), babycare_history())
    shown = (
        engine.options(goal="online_share", as_of=TODAY),
        engine.replan(as_of=TODAY),
        engine.cut(60 * MILLION, "2026-09", as_of=TODAY),
        engine.diagnose("online_share", as_of=TODAY),
    )
    assert all("Plan(" not in repr(each) for each in shown)

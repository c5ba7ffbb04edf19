"""Flips of the worked examples and of every kind of field, and how they are said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from small_flips import deciding_of

from aop_rules import event_from
from aop_rules.decision.outcome import Outcome, ladder
from aop_rules.flipping.fields import SHARE_STEP, Way, grid
from aop_rules.flipping.flip import Flip, Flips
from aop_rules.flipping.flip_words import clause_words
from aop_rules.flipping.flips import flips
from aop_rules.rules.standard import REQUESTS
from strategies import CASES, Data, babycare, case_of, engine_at, history_of, opened, proposal

ACCEPT, DECLINE = Outcome.ACCEPT, Outcome.DECLINE
CAFE: Data = {"aop": 1, "id": "cafe", "name": "Café", "currency": "USD", "year": {"starts": "2026-01-01"}}


@cache
def flips_at(name: str) -> Flips:
    (case,) = (case for case in CASES if case.stem == name)
    (event,) = case_of(case).events
    engine = engine_at(case.parents[1], history_of(case))
    return flips(event, deciding_of(engine, event), engine.plan)


def flips_of(data: Data, plan: Data | None = None, past: tuple[Data, ...] = ()) -> Flips:
    engine = babycare() if plan is None else opened(plan, past)
    event = event_from(data)
    return flips(event, deciding_of(engine, event), engine.plan)


def by_field(found: Flips) -> dict[str, Flip]:
    return {flip.field: flip for flip in found.single}


def promotion(**parts: Any) -> Data:
    costs = [{"line": "online_marketing", "amount": 120_000_000, "period": "2026-12"}]
    gains = [{"kpi": "online_revenue", "likely": 400_000_000}, {"kpi": "gross_margin", "likely": "28%"}]
    return proposal(
        category="core_products", costs=parts.pop("costs", costs), benefits=parts.pop("benefits", gains), **parts
    )


# ── the worked examples ─────────────────────────────────────────────────────────────────────────────────────────────


def test_the_promotion_flips_at_112_million_30_percent_or_428_6_million() -> None:
    found = flips_at("d06_big_promotion")
    told = {name: (flip.to, flip.bound, flip.outcome) for name, flip in by_field(found).items()}
    assert told == {
        "costs[0].amount": (112_000_000, "at_most", ACCEPT),
        "benefits[0]": (428_571_429, "at_least", ACCEPT),
        "benefits[1]": (Fraction(3, 10), "at_least", ACCEPT),
    }


def test_each_flip_was_decided_on_at_just_inside_and_just_outside() -> None:
    cost = by_field(flips_at("d06_big_promotion"))["costs[0].amount"]
    assert cost.inside is not None and (cost.inside.value, cost.inside.outcome) == (112_000_001, DECLINE)
    assert cost.outside is not None and (cost.outside.value, cost.outside.outcome) == (111_999_999, ACCEPT)


def test_several_fields_together_need_less_of_each() -> None:
    found = flips_at("d06_big_promotion")
    assert found.joint is not None and found.joint.outcome is ACCEPT
    assert found.joint.largest < min(flip.change or 1 for flip in found.single) / 2
    assert {part.field for part in found.joint.parts} == {"costs[0].amount", "benefits[0]", "benefits[1]"}
    assert {less.outcome for less in found.joint.inside} == {DECLINE}


def test_more_revenue_helps_up_to_where_the_margin_breaks_its_floor() -> None:
    assert by_field(flips_at("d06_big_promotion"))["benefits[0]"].until == 531_428_571


def test_a_new_store_only_an_amendment_can_flip() -> None:
    found = flips_at("d01_new_store")
    assert not found.single and found.joint is None
    assert found.only_amendment and "not_this_year.new_store" in found.clauses
    assert "only an amendment of the plan can (Not this year: a new store" in found.text("en")
    assert "chỉ khi sửa kế hoạch" in found.sentence("vi")


def test_the_hot_product_fits_at_120_million() -> None:
    found = flips_at("d02_hot_product")
    assert [(flip.field, flip.to) for flip in found.single] == [("costs[0].amount", 120_000_000)]


def test_a_thin_order_flips_by_its_price_or_by_its_size() -> None:
    found = by_field(flips_at("d31_large_order_thin_margin"))
    assert found["benefits[0]"].to == 248_000_000
    assert found["benefits[1]"].to == Fraction(2756, 10_000)


SHOWN = (
    "d06_big_promotion",
    "d12_over_the_line",
    "d15_margin_under_the_floor",
    "d31_large_order_thin_margin",
    "d32_milestone_slips",
)


@pytest.mark.parametrize("name", SHOWN)
def test_a_flip_is_better_and_the_step_before_it_is_not(name: str) -> None:
    for found in (flips_at(name),):
        rungs = ladder(found.decision.event.kind in REQUESTS)
        now = rungs.index(found.decision.outcome)
        for flip in found.single:
            assert flip.outcome is not None and rungs.index(flip.outcome) < now
            assert flip.inside is not None
            assert flip.inside.outcome is None or rungs.index(flip.inside.outcome) >= now
        assert found.decided < 400
        assert json.loads(json.dumps(found.to_dict()))["outcome"] == found.decision.outcome


# ── kinds of fields ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_stated_profit_flips_as_a_margin_too() -> None:
    gains = [{"kpi": "online_revenue", "likely": 400_000_000}, {"kpi": "gross_profit", "likely": 112_000_000}]
    found = by_field(flips_of(promotion(benefits=gains)))
    assert found["benefits[1]"].to == 120_000_000
    assert found["benefits.gross_margin"].to == Fraction(3, 10)
    assert found["benefits"].to == 428_571_429  # at the same 28 %


def test_all_costs_together_keep_their_proportion() -> None:
    costs = [{"line": "online_marketing", "amount": amount, "period": "2026-12"} for amount in (80_000_000, 40_000_000)]
    found = by_field(flips_of(promotion(costs=costs)))
    assert found["costs"].to == 112_000_000
    assert (found["costs[0].amount"].to, found["costs[1].amount"].to) == (72_000_000, 32_000_000)


def test_a_range_of_estimates_moves_as_one() -> None:
    gains = [
        {"kpi": "online_revenue", "likely": 400_000_000},
        {"kpi": "gross_margin", "low": "26%", "likely": "28%", "high": "29%"},
    ]
    found = by_field(flips_of(promotion(benefits=gains)))["benefits[1]"]
    assert (found.to, found.outcome) == (Fraction(29, 100), Outcome.NEED_DATA)  # its high is at 30 % then


def test_what_nobody_said_is_told_from_nothing_on() -> None:
    found = by_field(flips_at("d05_competitor_promotion"))
    assert found["benefits.gross_profit"].now is None
    assert found["benefits.gross_profit"].to == 40_000_000


def test_money_and_time_flip_to_a_later_period_and_day() -> None:
    found = by_field(flips_at("d22_no_budget_left"))
    assert (found["start"].to, found["start"].bound) == (date(2026, 10, 1), "from")
    assert found["costs[0].period"].to == "2026-10"
    assert by_field(flips_at("portal_too_early"))["start"].to == date(2026, 12, 1)


def test_people_flip() -> None:
    assert by_field(flips_at("d09_hire"))["hires"].to == 0
    assert by_field(flips_at("d07_new_channel"))["needs[0].amount"].to == 0


def test_requests_transfers_and_readings_flip() -> None:
    assert by_field(flips_at("d12_over_the_line"))["amount"].to == 53_520_000
    assert by_field(flips_at("e08_past_the_delegation"))["amount"].to == 30_000_000
    assert by_field(flips_at("d15_margin_under_the_floor"))["value"].to == 396_800_000
    assert by_field(flips_at("d32_milestone_slips"))["expected"].to == date(2026, 6, 30)


def test_cents_are_the_smallest_step_of_dollars() -> None:
    found = by_field(flips_at("fair_over_its_line"))["amount"]
    assert found.to == Fraction(263_160, 100)
    assert found.inside is not None and found.inside.value == Fraction(263_161, 100)


def test_evidence_and_requirements_flip() -> None:
    plan = {
        **CAFE,
        "goals": {"sales": {"name": "Sales", "kpi": "sales"}},
        "kpis": {"sales": {"name": "Sales", "kind": "flow"}},
    }
    gains = [{"kpi": "sales", "likely": 50}]
    weak = by_field(flips_of(proposal(benefits=gains, evidence={"kind": "none"}), plan))
    assert (weak["evidence"].to, weak["evidence"].outcome) == ("estimate", ACCEPT)
    waits = by_field(flips_of(proposal(benefits=gains, requires=["something"]), plan))
    assert (waits["requires.something"].to, waits["requires.something"].outcome) == ("no", ACCEPT)
    both = flips_of(proposal(benefits=gains, requires=["one", "two"]), plan)
    assert not both.single and both.joint is not None
    assert [part.field for part in both.joint.parts] == ["requires.one", "requires.two"]
    assert "has to be done first: no" in both.text("en")


# ── what is said ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_flips_are_said_in_both_languages() -> None:
    found = flips_at("d06_big_promotion")
    assert "cost on online marketing at most 112,000,000 ₫ (now 120,000,000 ₫)" in found.text("en")
    assert "chi phí marketing online tối đa 112.000.000 ₫ (hiện 120.000.000 ₫)" in found.text()
    assert found.sentence("en").startswith("would be: accept, if cost on online marketing at most 112,000,000 ₫")


def test_an_event_without_a_title_is_told_by_what_it_is_about() -> None:
    title = flips_at("d15_margin_under_the_floor").text("en").splitlines()[1]
    assert title.startswith("new reading: gross profit · 30 June 2026 · ")


@pytest.mark.parametrize(
    ("clause", "said"),
    [
        ("not_this_year.new_store", "Not this year: a new store"),
        ("scope", "Scope"),
        ("priorities.gross_margin", "Priorities: gross margin"),
        ("kpis.online_share.breach", "KPIs: online share of revenue"),
        ("budget.lines.online_marketing.tolerances", "Budget: online marketing"),
        ("budget.tolerances", "Budget: steps near a limit"),
        ("policies.minimum_cash", "Policies: minimum cash"),
        ("house_rules.sundays", "house_rules.sundays"),
    ],
)
def test_a_clause_is_told_by_the_names_of_the_plan(clause: str, said: str) -> None:
    assert clause_words(babycare().plan, clause, "en") == said


def test_the_best_answer_has_no_flip() -> None:
    found = flips_at("d21_serves_priority_one")
    assert not found.single and found.joint is None and found.decided == 0
    assert "there is no better answer" in found.text("en")


def test_the_same_question_has_the_same_answer() -> None:
    again = flips_at.__wrapped__("d12_over_the_line")
    assert again.to_dict() == flips_at("d12_over_the_line").to_dict()


def test_progress_is_told_field_by_field() -> None:
    told: list[tuple[int, int]] = []
    engine = babycare()
    event = event_from(promotion())
    flips(event, deciding_of(engine, event), engine.plan, progress=lambda done, of: told.append((done, of)))
    assert [done for done, _ in told] == list(range(1, told[0][1] + 1))


# ── ways ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _values(way: Way) -> Iterator[Any]:
    return (way.at(place) for place in range(len(way)))


def test_a_way_starts_beside_what_is_and_ends_where_it_is_told() -> None:
    assert list(_values(grid(3, 0, 1))) == [2, 1, 0]
    assert list(_values(grid(3, 6, 1))) == [4, 5, 6]
    assert list(_values(grid(Fraction(5, 2), 0, 1))) == [2, 1, 0]
    assert list(_values(grid(Fraction(1, 3), Fraction(3335, 10_000), SHARE_STEP))) == [
        Fraction(3334, 10_000),
        Fraction(3335, 10_000),
    ]
    assert not len(grid(0, 0, 1))

"""Cutting costs: the cheapest cuts in reverse priority, what is never offered, and what cannot be met."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from may import MILLION, may
from replans import Year, check_no_cut_is_cheaper, lever, year_of, years

from aop_rules import InputError
from aop_rules.replanning.cut import CostCut, cut
from aop_rules.replanning.verifying import verify
from aop_rules.wording.numbers import Language, show_ratio
from strategies import opened

SEPTEMBER = date(2026, 9, 30)
ONLINE_AT_THE_END = "online_marketing:2026-10..2026-12"


def worked(amount: int, *protect: str, by: date = SEPTEMBER) -> CostCut:
    engine, where, levers = may()
    return cut(engine.plan, where, levers, amount * MILLION, by, protect)


def of(year: Year, amount: int, *protect: str, **more: Any) -> CostCut:
    return cut(year.plan, year.position, year.levers, amount, more.pop("by", SEPTEMBER), protect, **more)


def test_sixty_million_by_september_come_from_purchasing_and_the_share_is_not_hurt() -> None:
    found = worked(60, ONLINE_AT_THE_END)
    assert found.enough and found.best.proved
    assert [(edit.lever, edit.amount) for edit in found.best.edits] == [("non_core_purchasing", 60 * MILLION)]
    share, margin, total = found.best.landings
    assert share.compared_after == share.compared_before
    assert margin.compared_after == margin.compared_before
    assert total.after is not None and total.before is not None and total.planned is not None
    assert total.after - total.before == -99 * MILLION
    assert show_ratio(Fraction(total.after - total.before) / total.planned, "en") == "-0.69 %"


def test_the_july_campaign_ranks_after_it_and_what_is_owed_is_not_offered() -> None:
    found = worked(60, ONLINE_AT_THE_END)
    assert [each.lever for each in found.ranked] == [
        "non_core_purchasing",
        "defer_july_low_season_campaign",
        "cut_online_ads_now",
    ]
    july = found.ranked[1].landings[0]
    assert july.compared_after is not None and july.compared_before is not None
    assert july.compared_after - july.compared_before == -150 * MILLION
    assert found.contracts == ("fixed_costs",)
    assert "fixed operating cost (store and staff): owed by contract" in found.text("en")
    assert all(edit.lever != "reserve.contingency_reserve" for edit in found.best.edits)


def test_what_cannot_be_met_is_said_with_the_most_that_can_and_what_binds() -> None:
    found = worked(200)
    assert (found.enough, found.most, found.met) == (False, 118_880_000, 118_880_000)
    assert len(found.best.edits) == 3
    assert "200,000,000 ₫ is to be saved by September 2026" in [each.words.en for each in found.conflicts]
    assert "At most 118,880,000 ₫ can be saved; 81,120,000 ₫ cannot be met." in found.text("en")


@pytest.mark.parametrize(
    ("protect", "gone"),
    [
        ("purchasing", {"non_core_purchasing"}),
        ("online_share", {"defer_july_low_season_campaign", "cut_online_ads_now"}),
        ("online_marketing:2026-06..2026-12", {"defer_july_low_season_campaign", "cut_online_ads_now"}),
        ("cut_online_ads_now", {"cut_online_ads_now"}),
        ("total_revenue", {"non_core_purchasing", "defer_july_low_season_campaign", "cut_online_ads_now"}),
    ],
)
def test_what_is_protected_stays(protect: str, gone: set[str]) -> None:
    found = worked(20, protect)
    protected = {each.lever for each in found.left_out if each.why == "protected"}
    assert gone <= protected
    assert gone.isdisjoint(each.lever for each in found.ranked)


def test_money_that_comes_too_late_is_no_cut() -> None:
    late, early = lever("late", "cut", 9, period="2026-10"), lever("early", "cut", 9, period="2026-09")
    found = of(year_of((late, early)), 5)
    assert [edit.lever for edit in found.best.edits] == ["early"]
    assert [(each.lever, each.why) for each in found.left_out] == [("late", "later")]


def test_a_whole_is_cut_whole_and_a_part_is_no_smaller_than_it_may_be() -> None:
    whole = of(year_of((lever("all", "cut", 9, whole=True),)), 5)
    part = of(year_of((lever("some", "cut", 9, least=7),)), 5)
    assert [(edit.share, edit.amount, edit.to) for edit in whole.best.edits] == [(1, 9, (("", 5),))]
    assert [edit.amount for edit in part.best.edits] == [7]


def test_what_is_spent_or_ordered_is_not_there_to_cut() -> None:
    found = of(year_of((lever("stock", "cut", 30),), amounts=(0, 24, 0)), 30)
    assert found.most == 24
    assert "room:stock.year.2026-12" in {each.id for each in found.conflicts}


def test_stopping_an_initiative_and_what_depends_on_it_are_not_counted_twice() -> None:
    ways = (
        lever("stop_shop", "stop", 6, whole=True, initiative="shop", dependents=("fair",)),
        lever("late_fair", "defer", 6, whole=True, initiative="fair"),
    )
    assert of(year_of(ways), 12).most == 6


def test_nothing_to_cut_is_an_answer() -> None:
    year = year_of(())
    found = of(year, 5)
    assert (found.best.edits, found.most, found.enough) == ((), 0, False)
    assert verify(found, year.plan, year.position, year.levers) == ()
    assert "At most 0 ₫ can be saved" in found.text("en")


@pytest.mark.parametrize(
    ("amount", "by", "protect", "code"),
    [
        (0, SEPTEMBER, (), "REPLAN_AMOUNT"),
        (-5, SEPTEMBER, (), "REPLAN_AMOUNT"),
        (5, date(2026, 6, 11), (), "REPLAN_DATE"),
        (5, date(2027, 1, 1), (), "REPLAN_DATE"),
        (5, SEPTEMBER, ("ads",), "REPLAN_UNKNOWN"),
        (5, SEPTEMBER, ("online_marketing:2026-13",), "REPLAN_DATE"),
    ],
)
def test_an_amount_of_nothing_a_past_day_and_an_unknown_name_are_errors(
    amount: int, by: date, protect: tuple[str, ...], code: str
) -> None:
    with pytest.raises(InputError) as raised:
        worked(amount, *protect, by=by)
    assert [problem.code for problem in raised.value.problems] == [code]


def test_both_languages_fit_a_screen_and_the_data_is_plain() -> None:
    found = worked(200, ONLINE_AT_THE_END)
    assert all(len(line) <= 100 for text in (found.text("en"), found.text("vi")) for line in text.splitlines())
    assert json.loads(json.dumps(found.to_dict()))["most"] == 118_880_000


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(years(), st.integers(1, 12))
def test_no_subset_and_no_size_of_cuts_is_cheaper(year: Year, amount: int) -> None:
    check_no_cut_is_cheaper(year, amount)


@pytest.mark.parametrize("language", ["en", "vi"])
def test_who_has_to_approve_an_edit_is_said(language: Language) -> None:
    year = year_of((lever("stock", frees=10, approval="Dana"), lever("other", frees=2, approval="Dana")))
    assert "Dana" in of(year, 5).text(language)
    assert "Dana" in year_of((lever("stock", frees=10, approval="Dana"),), need=5).replan().text(language)


def test_cuts_of_one_line_and_who_approves_them_stand_in_the_options_of_a_request() -> None:
    cuts = {
        name: {"name": name, "kind": "cut", "line": "stock", "frees": 20, "effects": [], "approval": "Dana"}
        for name in ("one", "two")
    }
    plan = {
        "aop": 1,
        "id": "shop",
        "name": "Shop",
        "currency": "USD",
        "year": {"starts": "2026-01-01"},
        "goals": {"sales": {"name": "sales", "kpi": "web"}},
        "kpis": {"web": {"name": "web", "kind": "flow", "target": {"year": 100}}},
        "initiatives": {"fair": {"name": "fair", "serves": ["sales"], "budget": ["stock"]}},
        "budget": {"lines": {"stock": {"name": "stock", "amount": 120}}},
        "levers": cuts,
    }
    request = {"event_id": "c", "kind": "cost_cut_request", "effective_date": "2026-06-10"}
    options = opened(plan).evaluate({**request, "amount": 40, "by": "2026-09-30"}).options
    assert [(option.id, dict(option.draws), option.approval) for option in options] == [
        ("one+two", {"stock": 40}, "Dana"),
        ("one", {}, "Dana"),
        ("two", {}, "Dana"),
    ]

"""The worked May review, to the digit: 24.24 million for online marketing, by one edit."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from may import MILLION, may

from aop_rules import InputError
from aop_rules.adjusting.need import Need
from aop_rules.replanning.replan import Replan, replan
from aop_rules.wording.numbers import show_ratio

NEED = Need(line="online_marketing", amount=24_240_000)


def worked(*needs: Need, goals: tuple[str, ...] | None = None) -> Replan:
    engine, where, levers = may()
    return replan(engine.plan, where, levers, needs=needs, goals=goals)


def test_one_edit_from_the_reserve_beats_the_three_alternatives() -> None:
    best = worked(NEED).best
    assert best is not None and best.proved
    (edit,) = best.edits
    assert (edit.lever, edit.amount, edit.to) == (
        "reserve.contingency_reserve",
        24_240_000,
        (("online_marketing", 24_240_000),),
    )
    assert edit.left == Fraction("119.76") * MILLION
    share, _, total = best.landings
    assert share.after is not None and total.after is not None and total.planned is not None
    assert show_ratio(share.after, "en") == "44.1 %"
    assert show_ratio(Fraction(total.after) / total.planned - 1, "en") == "-3.93 %"


def test_lower_rungs_are_shown_insufficient_with_their_numbers() -> None:
    certificate = worked(NEED).certificate
    assert certificate is not None
    told = {each.rung: each for each in certificate.below}
    assert (told["investigate"].stage, told["investigate"].reached, told["investigate"].enough) == (
        "money",
        0,
        24_240_000,
    )
    lost = Fraction("1.65") * Fraction("24.24") / 14_400
    assert (told["adjust_actions"].stage, told["adjust_actions"].reached) == ("total_revenue.target", lost)


def test_more_than_there_is_names_what_binds() -> None:
    found = worked(Need(line="online_marketing", amount=600 * MILLION))
    assert not found.found and found.certificate is None
    assert found.most == Fraction("262.88") * MILLION
    said = [each.words.en for each in found.conflicts]
    assert "600,000,000 ₫ is needed for online marketing" in said
    assert "contingency reserve: 144,000,000 ₫ left, January–December 2026" in said
    assert "At most" not in found.text("en") and "at most 262,880,000 ₫ can be found" in found.text("en")


def test_without_a_need_every_goal_that_is_short_is_brought_back_as_far_as_levers_reach() -> None:
    found = worked()
    assert found.asked == ("online_share", "total_revenue")
    assert found.short == ("online_share", "total_revenue")
    assert found.best is not None and found.best.edits


def test_both_languages_tell_the_same_figures_and_the_data_is_plain() -> None:
    found = worked(NEED)
    assert found.text() == found.text("vi") != found.text("en")
    assert all(len(line) <= 100 for language in ("en", "vi") for line in found.text(language).splitlines())
    assert "24.240.000 ₫ → marketing online" in found.text("vi")
    data = json.loads(json.dumps(found.to_dict()))
    assert data["best"]["edits"][0]["amount"] == 24_240_000


@pytest.mark.parametrize(
    ("needs", "goals", "codes"),
    [
        ((Need(line="ads", amount=5),), None, ["REPLAN_UNKNOWN"]),
        ((Need(line="online_marketing", amount=0),), None, ["REPLAN_AMOUNT"]),
        ((Need(line="online_marketing", amount=5, period="2026-02"),), None, ["REPLAN_DATE"]),
        ((Need(line="online_marketing", amount=5, period="2027-02"),), None, ["REPLAN_DATE"]),
        ((Need(line="ads", amount=-5),), ("profit",), ["REPLAN_AMOUNT", "REPLAN_UNKNOWN", "REPLAN_UNKNOWN"]),
    ],
)
def test_what_the_plan_or_its_year_lacks_is_an_error(
    needs: tuple[Need, ...], goals: tuple[str, ...] | None, codes: list[str]
) -> None:
    with pytest.raises(InputError) as raised:
        worked(*needs, goals=goals)
    assert sorted(problem.code for problem in raised.value.problems) == codes

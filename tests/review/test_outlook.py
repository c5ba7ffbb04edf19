"""What a review leads to: nothing in trouble or unknown is kept silently, what lacks has a name and a day, what has no way says so."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aop_rules import Engine, read_events
from aop_rules.review.ahead import Outlook
from aop_rules.review.review import Review
from aop_rules.review.text import review_text
from strategies import BABYCARE, babycare_history, babycare_plan, opened

WEAK = BABYCARE / "history" / "2026_weak_half_year.jsonl"


def ahead(review: Review) -> Outlook:
    assert review.outlook is not None
    return review.outlook


def kept(review: Review, kind: str = "goal") -> list[str]:
    return [each.id for each in ahead(review).keep if each.kind == kind]


def courses(review: Review) -> dict[str, str]:
    return {each.id: each.course for each in ahead(review).not_kept}


@pytest.fixture(scope="module")
def engine() -> Engine:
    return opened(babycare_plan(), babycare_history())


@pytest.fixture(scope="module")
def weak() -> Review:
    shop = opened(babycare_plan())
    shop.record_all(read_events(WEAK))
    return shop.review("2026-06", as_of="2026-07-06")


# ── what is kept ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_goal_that_will_be_missed_is_not_kept(engine: Engine) -> None:
    may = engine.review("2026-05", as_of="2026-06-05")
    assert kept(may) == ["online_share", "gross_margin"] and courses(may) == {"total_revenue": "at_risk"}
    assert "- total revenue: at risk, as it stands it will be missed\n" in may.text("en")
    assert "- mục tiêu: tỷ trọng doanh thu online và biên lợi nhuận gộp\n" in may.text("vi")


def test_a_goal_past_its_threshold_for_months_is_not_kept(weak: Review) -> None:
    assert kept(weak) == []
    assert "total revenue: at risk, as it stands it will be missed; see above: total revenue and weak demand" in (
        weak.text("en")
    )


def test_a_goal_on_course_is_not_kept_where_a_risk_that_threatens_it_has_occurred(weak: Review) -> None:
    share = next(each for each in ahead(weak).not_kept if each.id == "online_share")
    assert share.course == "on_course" and "weak demand in some periods" in [name.en for name in share.touched_by]


def test_of_what_is_unknown_nothing_is_kept_silently(engine: Engine) -> None:
    june = engine.review("2026-06", as_of="2026-07-06")
    assert kept(june) == [] and set(courses(june).values()) == {"unknown"}
    text = june.text("en")
    assert (
        "- total revenue: not known (no reading of online revenue and store revenue for June 2026; it was due" in text
    )
    assert "no spending is recorded for June 2026: online marketing and fixed operating cost" in text


def test_a_broken_floor_is_never_kept() -> None:
    history = [
        {**each, "value": 100_000_000} if each["event_id"].startswith("reading-gross_profit") else each
        for each in babycare_history()
    ]
    may = opened(babycare_plan(), history).review("2026-05", as_of="2026-06-05")
    assert "gross_margin" not in kept(may) and courses(may)["gross_margin"] == "broken"


def test_before_a_period_is_closed_the_goals_are_not_known() -> None:
    new = opened(babycare_plan()).review("2026-01", as_of="2026-01-10")
    assert kept(new) == [] and not ahead(new).adjust and not new.risks_unsure
    assert "gross margin: not known (no period of the year is closed yet)" in new.text("en")


@pytest.mark.parametrize("as_of", ["2026-01-10", "2026-06-05", "2026-07-06"])
def test_a_goal_is_either_kept_or_not(engine: Engine, as_of: str) -> None:
    seen = engine.review(as_of, as_of=as_of)
    assert sorted([*kept(seen), *courses(seen)]) == sorted(engine.plan.goals)


# ── who has to tell what, and what has no way ───────────────────────────────────────────────────────────────────────


def test_what_lacks_is_asked_of_its_owner_by_a_day(engine: Engine) -> None:
    june = engine.review("2026-06", as_of="2026-07-06")
    asked = {row.id: row for row in ahead(june).adjust if row.lacks}
    assert asked["online_revenue"].owner == "nhân viên online" and asked["store_revenue"].owner == "quản lý cửa hàng"
    assert all(row.by is not None and row.by.isoformat() == "2026-08-05" for row in asked.values())
    assert all(row.overdue for row in asked.values())
    row = "| no reading of store revenue for June 2026; it was due on 5 July 2026 | quản lý cửa hàng | overdue, at the latest 5 August 2026 |"
    assert row in june.text("en") and "## What to adjust or look into\n\nnone" not in june.text("en")


def test_a_reading_is_asked_for_once_however_many_are_computed_from_it(engine: Engine) -> None:
    asked = [row.id for row in ahead(engine.review("2026-06", as_of="2026-07-06")).adjust if row.kind == "kpi"]
    assert len(asked) == len(set(asked)) and not {"revenue", "online_share", "gross_margin"} & set(asked)


def test_a_reading_that_is_still_to_come_is_asked_for_by_the_day_on_which_it_is_due() -> None:
    plan = babycare_plan()
    plan["kpis"]["store_revenue"]["expected_within"] = 9
    june = opened(plan, babycare_history()).review("2026-06", as_of="2026-07-06")
    asked = {row.id: row for row in ahead(june).adjust}
    assert str(asked["store_revenue"].by) == "2026-07-09" and not asked["store_revenue"].overdue


def test_an_initiative_without_word_is_asked_for(engine: Engine) -> None:
    (row,) = (row for row in ahead(engine.review("2026-06", as_of="2026-07-06")).adjust if row.kind == "initiative")
    assert (row.id, row.outcome.value, row.owner) == ("marketplace_shop", "NEED_DATA", "nhân viên online")


def test_what_no_lever_helps_says_so() -> None:
    plan = babycare_plan()
    plan["kpis"]["marketing_ratio"]["for"] = 1
    text = opened(plan, babycare_history()).review("2026-05", as_of="2026-06-05").text("en")
    part = text.partition("### marketing cost to revenue: adjust actions")[2].partition("###")[0]
    assert "- no lever of the plan helps; add one (levers), or amend the plan\n" in part


def test_what_is_only_looked_into_needs_no_way(engine: Engine) -> None:
    text = engine.review("2026-05", as_of="2026-06-05").text("en")
    assert "### marketing cost to revenue: investigate" in text and "no lever of the plan" not in text


def test_as_data_it_says_the_same(engine: Engine) -> None:
    told = engine.review("2026-06", as_of="2026-07-06").to_dict()
    assert json.loads(json.dumps(told)) == told
    assert {each["id"]: each["course"] for each in told["not_kept"]}["total_revenue"] == "unknown"
    row = next(each for each in told["adjust"] if each["id"] == "store_revenue")
    assert row["outcome"] == "NEED_DATA" and row["overdue"] is True and row["no_way"] is False
    assert {each["kpi"]: each["owner"] for each in told["gaps"]["readings"]}["store_revenue"] == "quản lý cửa hàng"


# ── risks, and how goals go ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_risk_that_occurred_by_what_it_watches_showed(weak: Review) -> None:
    assert [(row.id, row.occurred, row.kpis) for row in weak.risks] == [("weak_demand", True, ("revenue",))]
    assert "## 3. Which risks showed?\n\n- weak demand in some periods: has occurred, by total revenue" in (
        review_text(weak)
    )


def test_a_risk_that_nobody_can_tell_of_is_not_said_to_be_none(engine: Engine) -> None:
    june = engine.review("2026-06", as_of="2026-07-06")
    assert not june.risks and [each.risk for each in june.risks_unsure] == ["ad_effectiveness", "weak_demand"]
    assert "online ads work less well: cannot be told yet, by marketing cost to revenue" in june.text("en")
    assert "weak demand in some periods: cannot be told yet" in engine.status("2026-07-06").text("en")


def test_the_status_names_the_risks_of_the_review() -> None:
    shop = opened(babycare_plan())
    shop.record_all(read_events(WEAK))
    at = shop.status("2026-07-06")
    assert [(risk.id, risk.occurred) for risk in at.risks] == [("weak_demand", True)]
    assert "weak demand in some periods: has occurred, by total revenue" in at.text("en")
    assert at.to_dict()["risks"][0]["kpis"] == ["revenue"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "its threshold is held; as it stands, the goal will be missed"),
        ("vi", "còn trong ngưỡng; theo đà này sẽ không đạt mục tiêu"),
    ],
)
def test_a_goal_within_its_threshold_that_will_be_missed_is_not_on_track(
    engine: Engine, language: Any, said: str
) -> None:
    may = engine.review("2026-05", as_of="2026-06-05")
    assert [row.held_but_missed for row in may.goals] == [False, False, True]
    assert may.text(language).count(said) == 1


def test_a_corrected_reading_that_turns_a_goal_is_told_in_one_voice() -> None:
    shop = opened(babycare_plan(), babycare_history())
    told = {"kind": "kpi_observation", "effective_date": "2026-05-31", "known_at": "2026-06-20", "period": "2026-05"}
    shop.record_all(
        {**told, "event_id": f"r-{kpi}", "kpi": kpi, "value": value, "revision": 1}
        for kpi, value in (("online_revenue", 405_000_000), ("store_revenue", 695_000_000))
    )
    may = shop.review("2026-05", as_of="2026-06-25")
    assert kept(may) == ["gross_margin"] and may.goals[0].held_but_missed
    assert may.restated and may.restated.lines("en", shop.plan)[0] == (
        "restated: no threshold crossed, verdict unchanged; how goals go has changed"
    )


def test_that_a_risk_is_suspected_is_not_told_beside_that_it_has_occurred() -> None:
    shop = opened(babycare_plan())
    shop.record_all(read_events(WEAK))
    due = {"event_id": "r", "kind": "review_due", "effective_date": "2026-07-06", "period": "2026-06"}
    decided = shop.evaluate(due, as_of="2026-07-06")
    assert {"risk.contingency", "risk.suspected"} <= {each.rule for each in decided.findings}
    said = decided.explain("en")
    assert "“weak demand in some periods” has occurred" in said and "it has not lasted" not in said

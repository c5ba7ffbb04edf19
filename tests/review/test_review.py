"""The review of a period: the three questions in their order, with the figures of the ledger."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from typing import Any

import pytest

from aop_rules import Engine
from aop_rules.errors import OutsideYearError
from aop_rules.ledger.ledger import draft_of
from aop_rules.ledger.reading import event_from
from aop_rules.review.data import review_data
from aop_rules.review.review import Review, review
from aop_rules.review.text import review_text
from strategies import Data, babycare, babycare_history, babycare_plan, opened, proposal

OWNER = "chủ cửa hàng"


def cut(n: int) -> Data:
    """A proposal that costs more than it earns."""
    gains = [{"kpi": "online_revenue", "likely": 10_000_000}, {"kpi": "gross_margin", "likely": "30%"}]
    costs = [{"line": "online_marketing", "amount": 20_000_000, "period": "2026-12"}]
    return proposal(event_id=f"p{n}", title=f"Ý tưởng {n}", category="online", costs=costs, benefits=gains)


def stray(engine: Engine, event_id: str) -> None:
    """Spending on a line that the plan does not have, as a ledger of an earlier version of the plan may hold it."""
    spent = {"event_id": event_id, "kind": "actual", "effective_date": "2026-06-03", "line": "sponsoring", "amount": 5}
    engine.ledger.keep([draft_of(event_from(spent))])


def looked_back(engine: Engine, period: str = "2026-05", as_of: str = "2026-06-20") -> Review:
    return review(engine.plan, engine.position(as_of), engine.decisions(), period)


@pytest.fixture(scope="module")
def engine() -> Engine:
    """BabyCare House in June: money moved, a risk signalled, three overrides of one rule."""
    engine = opened(babycare_plan(), babycare_history())
    moved = {"from": "contingency_reserve", "to": "online_marketing", "amount": 24_240_000, "asked_by": OWNER}
    engine.record({"event_id": "t1", "kind": "budget_transfer", "effective_date": "2026-06-02", **moved})
    engine.record({"event_id": "s1", "kind": "risk_signal", "effective_date": "2026-06-03", "risk": "weak_demand"})
    stray(engine, "x1")
    for n, until in enumerate(("2026-06-15", "2026-07-15", "2026-08-01"), 1):
        decided = engine.submit(cut(n), as_of="2026-06-12")
        engine.override(decided.decision_id, "ACCEPT", by=OWNER, reason="xả hàng", until=until)
    engine.report(decided.decision_id, "worse", on="2026-06-18")
    return engine


# ── what it says ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_goals_stand_in_their_priority_with_the_figures_of_the_year(engine: Engine) -> None:
    share, margin, total = looked_back(engine).goals
    assert [share.id, margin.id, total.id] == ["online_share", "gross_margin", "total_revenue"]
    assert [row.rank for row in (share, margin, total)] == [1, 2, 3]
    assert total.actual and total.ytd and total.ytd_target and total.landing and total.year_target
    assert (total.actual.value, total.ytd.value, total.ytd_target.value) == (
        1_100_000_000,
        4_650_000_000,
        4_896_000_000,
    )
    assert total.landing.value == Fraction(4_650_000_000 * 100, 34) and total.year_target.value == 14_400_000_000
    assert share.ytd and share.ytd.value == Fraction(841, 2325)


def test_a_kpi_besides_the_goals_is_told_when_it_is_off_track(engine: Engine) -> None:
    (ratio,) = looked_back(engine).others
    assert (ratio.kpi, ratio.standing, ratio.rank) == ("marketing_ratio", "off_track", None)
    assert not looked_back(engine, "2026-04").others


def test_a_line_is_past_its_limit_to_date_and_within_that_of_the_year(engine: Engine) -> None:
    rows = {row.id: row for row in looked_back(engine).lines}
    assert rows["online_marketing"].over == (24_240_000, 0)
    assert rows["purchasing"].over == (0, 0) and rows["purchasing"].year.committed == 842_400_000


def test_the_limit_counts_what_was_moved(engine: Engine) -> None:
    rows = {row.id: row for row in looked_back(engine, "2026-06").lines}
    assert rows["online_marketing"].year.limit == 864_000_000 + 24_240_000
    assert rows["contingency_reserve"].year.limit == 144_000_000 - 24_240_000
    (entry,) = looked_back(engine, "2026-06").transfers
    assert entry.event_id == "t1" and not looked_back(engine).transfers


def test_a_role_that_is_needed_more_than_it_has_is_told() -> None:
    plan = babycare_plan()
    plan["resources"]["roles"]["online_staff"]["capacity"] = "0.5"
    engine = opened(plan, babycare_history())
    (row,) = looked_back(engine).roles
    assert row.id == "online_staff" and row.position.used == Fraction(9, 10)
    assert "person in charge of online: 0.9 people needed, 0.5 people there" in review_text(looked_back(engine))


def test_risks_that_were_signalled_or_came_are_told(engine: Engine) -> None:
    (risk,) = looked_back(engine).risks
    assert (risk.id, risk.occurred, risk.sources) == ("weak_demand", False, ("s1",))


def test_decisions_belong_to_the_period_in_which_they_were_made(engine: Engine) -> None:
    assert not looked_back(engine, "2026-05").decisions
    told = looked_back(engine, "2026-06").decisions
    assert [each.kept.event.event_id for each in told] == ["p1", "p2", "p3"]


def test_overrides_that_still_hold_are_told_whenever_they_were_made(engine: Engine) -> None:
    held = looked_back(engine, "2026-05", "2026-06-20").still_open
    assert [each.kept.event.event_id for each in held] == ["p2", "p3"]
    assert len(looked_back(engine, "2026-05", "2026-06-15").still_open) == 3


def test_a_rule_that_was_overridden_again_and_again_is_to_be_looked_at(engine: Engine) -> None:
    (rule,) = looked_back(engine).look_at
    assert rule.rule == "goal-link.costs-more-than-it-earns" and len(rule.decisions) == 3


def test_what_is_not_known_is_told() -> None:
    history = [each for each in babycare_history() if each["event_id"] != "reading-online_revenue-2026-05"]
    engine = opened(babycare_plan(), history)
    stray(engine, "x1")
    found = looked_back(engine)
    assert {"online_revenue", "revenue", "online_share"} <= {kpi for kpi, _, _ in found.gaps.readings}
    assert found.gaps.unbudgeted == ("x1",) and found.gaps
    assert {row.standing for row in found.goals} == {"unknown"}
    told = review_text(found)
    assert "total revenue: no reading of online revenue for May 2026; it was due on 5 June 2026" in told
    assert "spending on a line that the plan does not have: x1" in told


def test_a_goal_below_its_floor_says_so() -> None:
    history = [
        {**each, "value": 100_000_000} if each["event_id"].startswith("reading-gross_profit") else each
        for each in babycare_history()
    ]
    margin = looked_back(opened(babycare_plan(), history)).goals[1]
    assert (margin.id, margin.standing) == ("gross_margin", "below_floor")


def test_a_kpi_past_its_warning_is_watched_and_past_its_breach_it_lasts() -> None:
    plan = babycare_plan()
    plan["kpis"]["marketing_ratio"] |= {"breach": "> 8%", "warn": "> 7%", "for": 1}
    engine = opened(plan, babycare_history())
    assert [(row.kpi, row.standing) for row in looked_back(engine).others] == [("marketing_ratio", "lasting")]
    plan["kpis"]["marketing_ratio"] |= {"breach": "> 9%"}
    engine = opened(plan, babycare_history())
    assert [(row.kpi, row.standing) for row in looked_back(engine).others] == [("marketing_ratio", "watch")]


def test_a_goal_without_a_kpi_or_a_threshold_is_not_judged() -> None:
    plan = babycare_plan()
    plan["goals"]["fame"] = {"name": "fame"}
    plan["goals"]["cash"] = {"name": "cash", "kpi": "cash"}
    engine = opened(plan, babycare_history())
    standing = {row.id: row.standing for row in looked_back(engine).goals}
    assert standing["fame"] == "no_kpi" and standing["cash"] == "no_threshold"
    assert [row.id for row in looked_back(engine).goals][3:] == [
        "fame",
        "cash",
    ]  # unranked come last, as the plan has them


def test_a_period_that_is_not_closed_yet_says_so(engine: Engine) -> None:
    assert not looked_back(engine, "2026-06").closed
    assert "as of 20 June 2026; the period is not closed yet" in review_text(looked_back(engine, "2026-06"))


def test_a_freeze_in_the_period_is_told() -> None:
    engine = opened(babycare_plan(), babycare_history())
    frozen = {"lines": ["purchasing"], "until": "2026-05-31", "reason": "tiền mặt thấp"}
    engine.record({"event_id": "f1", "kind": "budget_freeze", "effective_date": "2026-05-10", **frozen})
    told = review_text(looked_back(engine))
    assert "purchasing of core product groups from 10 May 2026 until 31 May 2026, because: tiền mặt thấp" in told
    assert "frozen" not in review_text(looked_back(engine, "2026-04")).lower()


def test_a_period_that_the_year_does_not_have_is_refused(engine: Engine) -> None:
    with pytest.raises(OutsideYearError):
        looked_back(engine, "2027-01")


def test_landings_stand_side_by_side(engine: Engine) -> None:
    seen = looked_back(engine)
    told = {row["id"]: row for row in seen.to_dict()["goals"]}["total_revenue"]
    landings = {method: each["value"]["value"] for method, each in told["landings"].items()}

    assert landings["naive"] == 11_160_000_000 and told["required_rest"]["value"] == 9_750_000_000
    assert "11,160,000,000 ₫ (-22.5 %) | 13,676,470,588 ₫ (-5 %) | 13,833,552,632 ₫ (-3.9 %) | +2.6 %" in seen.text(
        "en"
    )
    assert "13.833.552.632 ₫ (-3,9 %)" in seen.text("vi")


def test_progress_says_what_its_mean_hides(engine: Engine) -> None:
    seen = looked_back(engine)
    assert "Progress: 73 % of the way, known for 100 % of the goals: at risk (total revenue)" in seen.text("en")
    told = seen.to_dict()
    assert told["progress"]["course"] == "at_risk" and told["progress"]["at_risk"] == ["total_revenue"]
    assert [row["course"] for row in told["goals"]] == ["on_course", "on_course", "at_risk"]


def test_what_may_still_come_stands_beside_the_reserve(engine: Engine) -> None:
    seen = looked_back(engine)  # 24.24 m were moved out of the reserve
    assert "expected to cost 144,000,000 ₫; the reserve has only 119,760,000 ₫ left" in seen.text("en")
    assert seen.to_dict()["exposure"]["short"] is True


# ── as text and data ────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_three_questions_come_first_and_in_order(engine: Engine) -> None:
    headings = re.findall(r"^#+ (.*)", review_text(looked_back(engine)), re.MULTILINE)
    assert headings == [
        "Review: May 2026, BabyCare House 2026, version 1",
        "1. Where do the goals stand?",
        "Where the year may land",
        "Other KPIs that are not on track",
        "2. Where do money and people deviate?",
        "Over capacity in the period",
        "3. Which risks showed?",
        "Alerts",
        "Decided in the period",
        "Overrides that still hold",
        "Rules to look at",
        "Money moved in the period",
        "What is not known",
    ]


@pytest.mark.parametrize(("language", "none"), [("en", "none"), ("vi", "không có")])
def test_an_empty_part_says_none(language: Any, none: str) -> None:
    empty = opened({"aop": 1, "id": "cafe", "name": "Café", "currency": "USD", "year": {"starts": "2026-01-01"}})
    told = review_text(looked_back(empty), language)
    sections = re.split(r"^#+ .*\n", told, flags=re.MULTILINE)[2:]
    assert [section.strip() for section in sections if section.strip()] == [none] * 12


def test_it_reads_in_vietnamese(engine: Engine) -> None:
    told = review_text(looked_back(engine, "2026-06"), "vi")
    for said in (
        "# Rà soát: tháng 6/2026, BabyCare House 2026, phiên bản 1",
        "24.240.000 ₫ từ quỹ dự phòng (tháng 6/2026) sang marketing online (tháng 6/2026), chủ cửa hàng đề nghị",
        "sức mua yếu ở một số thời điểm: có dấu hiệu (nguồn s1)",
        "nên xem lại chính quy tắc: goal-link.costs-more-than-it-earns",
        "kém hơn dự kiến (18/06/2026)",
    ):
        assert said in told, said


def test_equal_inputs_give_equal_reviews(engine: Engine) -> None:
    one, other = looked_back(engine), looked_back(engine)
    assert one == other and review_text(one) == review_text(other) and review_data(one) == review_data(other)


def test_the_review_as_data_is_json_and_says_the_same(engine: Engine) -> None:
    data = review_data(looked_back(engine, "2026-06"))
    assert json.loads(json.dumps(data)) == data
    assert data["period"] == "2026-06" and data["currency"] == "VND" and data["closed"] is False
    assert [row["id"] for row in data["goals"]] == ["online_share", "gross_margin", "total_revenue"]
    marketing = next(row for row in data["lines"] if row["id"] == "online_marketing")
    assert marketing["year"]["limit"] == 888_240_000
    assert [leg["amount"] for leg in data["transfers"][0]["legs"]] == [-24_240_000, 24_240_000]
    assert len(data["decisions"]) == 3 and data["decisions"][2]["came"][0]["result"] == "worse"
    assert data["gaps"]["unbudgeted"] == ["x1"] and data["rules_to_look_at"][0]["repeated"] is True


def test_text_of_people_does_nothing_in_a_review() -> None:
    engine = opened(babycare_plan(), babycare_history())
    decided = engine.submit({**cut(1), "title": "a|b `c` <b> [x](http://y.z)"}, as_of="2026-06-12")
    engine.override(decided.decision_id, "ACCEPT", by=OWNER, reason="# no | <i>", until="2026-07-15")
    told = review_text(looked_back(engine, "2026-06"))
    assert "<b>" not in told and "<i>" not in told and "http://" not in told
    rows = [line for line in told.splitlines() if "Ý" in line or "a\\|b" in line]
    assert rows and all(len(re.findall(r"(?<!\\)\|", row)) in (0, 7) for row in rows)


def test_it_lists_the_alerts_of_the_day() -> None:
    found = babycare().review("2026-05", as_of="2026-06-10")

    assert [each["state"] for each in found.to_dict()["alerts"]] == ["firing", "pending"]
    assert "- pending: marketing cost to revenue is 8.91 % in May 2026, above the limit of 7 %" in found.text("en")
    assert "## Cảnh báo" in found.text("vi")

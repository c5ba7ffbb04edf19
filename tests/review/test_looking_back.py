"""The review of a period that is not the last closed one: its own figures, with what is known by now; and what is as of today."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aop_rules import Engine
from aop_rules.position.year import calendar_of
from aop_rules.review.review import Review
from strategies import Data, babycare_history, babycare_plan, histories, opened, plans


def read(kpi: str, value: int, period: str = "2026-06", **more: Any) -> Data:
    day = f"{period}-28"
    said = {"kind": "kpi_observation", "effective_date": day, "known_at": f"{day}T12:00:00Z", "period": period}
    return {**said, "event_id": f"{kpi}-{period}", "kpi": kpi, "value": value, **more}


def june() -> list[Data]:
    """Everything that June had to say."""
    values = {"online_revenue": 560_000_000, "store_revenue": 680_000_000, "gross_profit": 443_000_000}
    return [read(kpi, value) for kpi, value in {**values, "marketing_spend": 96_000_000}.items()]


@pytest.fixture(scope="module")
def engine() -> Engine:
    return opened(babycare_plan(), [*babycare_history(), *june()])


def figures(review: Review) -> list[Any]:
    """What a review says of the period: not what lies ahead of it."""
    return [review.goals, review.others, review.roles, review.progress, review.gaps.readings, review.to_date]


# ── the figures are those of the period's end ───────────────────────────────────────────────────────────────────────


def test_year_to_date_ends_with_the_period(engine: Engine) -> None:
    may = engine.review("2026-05", as_of="2026-07-10")
    total = may.goals[2]
    assert (
        total.ytd
        and total.ytd_target
        and (total.ytd.value, total.ytd_target.value)
        == (
            4_650_000_000,
            4_896_000_000,
        )
    )
    assert may.to_date == total.ytd.periods == "2026-01..2026-05"
    assert "| year to date (January–May 2026) |" in may.text("en") and "lũy kế (tháng 1–5/2026)" in may.text("vi")


def test_year_to_date_and_budget_to_date_cover_the_same_months(engine: Engine) -> None:
    march = engine.review("2026-03", as_of="2026-06-05")
    assert march.goals[2].ytd and march.goals[2].ytd.value == 2_610_000_000
    assert march.to_date == march.lines[0].to_date.periods == "2026-01..2026-03"


@pytest.mark.parametrize(("period", "reviewed"), [("2026-01", "2026-02-05"), ("2026-05", "2026-06-05")])
def test_the_review_of_a_period_stays_what_it_was(engine: Engine, period: str, reviewed: str) -> None:
    assert figures(engine.review(period, as_of="2026-07-10")) == figures(engine.review(period, as_of=reviewed))


def test_what_was_restated_since_counts() -> None:
    shop = opened(babycare_plan(), [*babycare_history(), *june()])
    told = {"revision": 1, "known_at": "2026-07-08T12:00:00Z"}
    shop.record(read("online_revenue", 405_000_000, "2026-05", event_id="r-1", **told))
    before, after = (shop.review("2026-05", as_of=day).goals[2].actual for day in ("2026-07-07", "2026-07-10"))
    assert before and after and (before.value, after.value) == (1_100_000_000, 1_067_000_000)
    march = shop.review("2026-03", as_of="2026-07-10").goals[2].ytd
    assert march and march.value == 2_610_000_000


def test_what_happened_later_is_left_out(engine: Engine) -> None:
    shop = opened(babycare_plan(), [*babycare_history(), *june()])
    shop.record({"event_id": "s1", "kind": "risk_signal", "effective_date": "2026-06-20", "risk": "weak_demand"})
    spent = {"kind": "actual", "line": "online_marketing", "amount": 7_000_000}
    shop.record({**spent, "event_id": "a1", "effective_date": "2026-06-20"})
    shop.record({**spent, "event_id": "a2", "effective_date": "2026-06-20", "period": "2026-05"})
    may = shop.review("2026-05", as_of="2026-07-10")
    assert "weak_demand" not in {row.id for row in may.risks}
    used = {row.id: (row.to_date.used, row.year.used) for row in may.lines}["online_marketing"]
    assert used == (325_000_000, 325_000_000)  # what was booked into May later on is May's


def test_an_open_period_and_the_last_closed_one_are_as_of_the_review(engine: Engine) -> None:
    for period in ("2026-06", "2026-07"):
        seen = engine.review(period, as_of="2026-07-10")
        assert not seen.closed_by_now and seen.to_date == "2026-01..2026-06"
        assert "(closed: " not in seen.text("en")


def test_by_december_a_missing_reading_of_may_is_late() -> None:
    history = [each for each in babycare_history() if each["event_id"] != "reading-online_revenue-2026-05"]
    may = opened(babycare_plan(), [*history, *june()]).review("2026-05", as_of="2026-07-10")
    assert may.goals[2].standing == "unknown"
    assert "it was due on 5 June 2026; from nhân viên online" in may.text("en")


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_the_values_of_a_period_stay_what_they_were_when_it_was_the_last_closed(data: st.DataObject) -> None:
    plan = data.draw(plans())
    shop = opened(plan, data.draw(histories(plan)))
    first = calendar_of(shop.plan).periods[0]
    closed_on = first.end + timedelta(days=shop.plan.year.review_day)
    then, later = (shop.review(first.id, as_of=day) for day in (closed_on, date(2027, 4, 20)))
    assert later.closed_by_now and not then.closed_by_now
    for one, other in zip(then.goals, later.goals, strict=True):
        for key in ("actual", "ytd", "ytd_target", "landing"):
            was, now = getattr(one, key), getattr(other, key)
            assert (was and (was.value, was.periods)) == (now and (now.value, now.periods))
        assert one.standing == other.standing
    assert [row.to_date.used for row in then.lines] == [row.to_date.used for row in later.lines]


# ── what lies ahead is as of the review, and says so ────────────────────────────────────────────────────────────────


def test_what_lies_ahead_names_its_day_and_its_periods(engine: Engine) -> None:
    text = engine.review("2026-05", as_of="2026-07-10").text("en")
    now = " as of 10 July 2026 (closed: January–June 2026)"
    for heading in ("## Alerts", "## What to adjust or look into", "## Keep course"):
        assert f"\n{heading}{now}\n" in text
    assert text.splitlines()[2].startswith("figures as May 2026 left them, with what is known on 10 July 2026")
    assert "tính đến 10/07/2026 (đã chốt: tháng 1–6/2026)" in engine.review("2026-05", as_of="2026-07-10").text("vi")


def test_a_risk_is_told_as_the_period_left_it(engine: Engine) -> None:
    risks = {period: engine.review(period, as_of="2026-07-10").risks for period in ("2026-04", "2026-05", "2026-06")}
    assert not risks["2026-04"]
    assert [(row.id, row.occurred, row.kpis) for period in ("2026-05", "2026-06") for row in risks[period]] == [
        ("ad_effectiveness", False, ("marketing_ratio",)),
        ("ad_effectiveness", True, ("marketing_ratio",)),
    ]


def test_as_data_it_says_so_too(engine: Engine) -> None:
    told = engine.review("2026-05", as_of="2026-07-10").to_dict()
    assert told["to_date"] == "2026-01..2026-05" and told["closed_by_now"] == [f"2026-0{n}" for n in range(1, 7)]
    assert told["risks"] == [
        {
            "id": "ad_effectiveness",
            "name": {"en": "online ads work less well", "vi": "hiệu quả quảng cáo online giảm"},
            "occurred": False,
            "sources": [],
            "kpis": ["marketing_ratio"],
        }
    ]


def test_equal_inputs_give_equal_reviews_whatever_the_order() -> None:
    events = [*babycare_history(), *june()]
    one, other = (
        opened(babycare_plan(), each).review("2026-03", as_of="2026-07-10") for each in (events, events[::-1])
    )
    assert replace(one, decisions=()) == replace(other, decisions=())

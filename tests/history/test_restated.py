"""A figure that is restated is told: before and after, what it changes, and what was decided on the old one. Never silently."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aop_rules import Decision, Engine
from aop_rules.history.restated import restated
from aop_rules.history.restatement import Change, Restated
from aop_rules.history.versions import KINDS, Versions
from aop_rules.ledger.record import moment
from strategies import babycare_history, babycare_plan, opened

BREACH = {"event_id": "ratio", "kind": "kpi_breach", "effective_date": "2026-06-12", "kpi": "marketing_ratio"}
SHOP = {
    "aop": 1,
    "id": "shop",
    "name": "Shop",
    "currency": "USD",
    "year": {"starts": "2026-01-01"},
    "kpis": {"sales": {"name": "Sales", "kind": "flow", "target": {"year": 1200}, "breach": "< 90"}},
    "goals": {"sales": {"name": "sales", "kpi": "sales", "from": 900, "to": 1200}},
}


def said(
    kpi: str, value: int | None, known: str, revision: int = 1, period: str = "2026-05", **more: Any
) -> dict[str, Any]:
    told = {"kind": "kpi_observation", "event_id": f"{kpi}-{period}-{revision}", "effective_date": f"{period}-28"}
    return {**told, "known_at": known, "kpi": kpi, "period": period, "value": value, "revision": revision, **more}


def of(engine: Engine, as_of: str, since: str = "") -> Restated:
    when = moment(since) if since else None
    return restated(engine.ledger.entries, engine.plan, moment(as_of), since=when)


def moved(found: Restated, what: str, about: str) -> Change:
    (change,) = (each for each in found.changes if (each.what, each.about) == (what, about))
    return change


@pytest.fixture
def may() -> tuple[Engine, Decision]:
    """On 12 June it was decided on 438 m; on 20 June 33 m of that are re-classed to the store."""
    engine = Engine.open(babycare_plan())
    engine.record_all(babycare_history())
    decided = engine.submit(BREACH)
    engine.record_all(
        [said("online_revenue", 405_000_000, "2026-06-20"), said("store_revenue", 695_000_000, "2026-06-20")]
    )
    return engine, decided


# ── the worked example ──────────────────────────────────────────────────────────────────────────────────────────────


def test_the_verdict_of_may_is_unchanged_and_the_share_is_not(may: tuple[Engine, Decision]) -> None:
    found = of(may[0], "2026-06-20")
    assert [(each.about, each.before, each.after) for each in found.readings] == [
        ("online_revenue", 438_000_000, 405_000_000),
        ("store_revenue", 662_000_000, 695_000_000),
    ]
    share = moved(found, "ytd", "online_share")
    assert (round(share.before * 10_000), round(share.after * 10_000)) == (3617, 3546)  # type: ignore[operator]
    assert found.verdict_unchanged and not found.crossed
    assert not [each for each in found.changes if each.about in ("revenue", "total_revenue")], (
        "the total is what it was"
    )
    (decision,) = found.decisions
    assert (decision.decision_id, decision.was, decision.now) == (may[1].decision_id, "INVESTIGATE", "INVESTIGATE")


def test_the_past_decision_still_stands_on_the_old_figure(may: tuple[Engine, Decision]) -> None:
    engine, decided = may
    head = engine.ledger.head()
    of(engine, "2026-06-20")
    assert engine.ledger.head() == head and engine.replay().same
    assert engine.evaluate(BREACH, as_of="2026-06-12").to_json() == decided.to_json()


def test_it_is_told_in_both_languages(may: tuple[Engine, Decision]) -> None:
    engine, _ = may
    found = of(engine, "2026-06-20")
    en, vi = found.text("en", engine.plan), found.text("vi", engine.plan)
    assert en.startswith("restated: no threshold crossed, verdict unchanged; how goals go has changed\n")
    assert "online share of revenue, year to date (January–May 2026): 36.17 % → 35.46 %" in en
    assert vi.startswith("số liệu được điều chỉnh: không vượt ngưỡng nào, kết luận không đổi; nhưng triển vọng")
    assert "tỷ trọng doanh thu online, lũy kế (tháng 1–5/2026): 36,17 % → 35,46 %" in vi
    assert "{" not in en + vi and "None" not in en + vi


def test_as_data_it_is_json(may: tuple[Engine, Decision]) -> None:
    data = json.loads(json.dumps(of(may[0], "2026-06-20").to_dict()))
    assert data["verdict_unchanged"] is True
    assert data["changes"][0] == {
        "what": "reading",
        "about": "online_revenue",
        "periods": "2026-05",
        "unit": "money",
        "before": 438_000_000,
        "after": 405_000_000,
        "sources": ["online_revenue-2026-05-1"],
        "known": "2026-06-20",
    }
    assert data["decisions"][0]["was"] == data["decisions"][0]["now"] == "INVESTIGATE"


# ── since when ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_before_it_is_known_nothing_was_restated(may: tuple[Engine, Decision]) -> None:
    found = of(may[0], "2026-06-19")
    assert not found and found.text("en", may[0].plan) == ""


def test_what_a_later_decision_has_taken_in_is_told_no_more(may: tuple[Engine, Decision]) -> None:
    engine, _ = may
    engine.submit({"event_id": "june", "kind": "review_due", "effective_date": "2026-06-22", "period": "2026-05"})
    assert not of(engine, "2026-06-22")
    since = of(engine, "2026-06-22", since="2026-06-15")
    assert len(since.readings) == 2 and len(since.decisions) == 1, "the new decision saw today's figures"
    assert not of(engine, "2026-06-22", since="2026-06-20")


def test_a_first_reading_and_one_that_says_the_same_again_restate_nothing() -> None:
    first = said("sales", 100, "2026-02-03", 0, "2026-01", status="provisional")
    engine = opened(SHOP, [first, said("sales", 100, "2026-02-09", 1, "2026-01")])
    assert not of(engine, "2026-02-10")


def test_without_any_decision_it_is_held_against_the_first_revision() -> None:
    revisions = [said("sales", 100 + n, f"2026-02-0{n + 3}", n, "2026-01") for n in range(3)]
    found = of(opened(SHOP, revisions), "2026-02-10")
    assert [(each.before, each.after, each.known) for each in found.readings] == [(100, 102, "2026-02-05")]
    assert found.decisions == ()


# ── over a threshold ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_crossed_threshold_is_told_with_the_decision_that_would_be_another() -> None:
    engine = opened(SHOP, [said("sales", 95, "2026-02-03", 0, "2026-01")])
    decided = engine.submit(
        {"event_id": "jan", "kind": "review_due", "effective_date": "2026-02-06", "period": "2026-01"}
    )
    engine.record(said("sales", 80, "2026-02-20", 1, "2026-01"))
    found = of(engine, "2026-02-20")
    assert [(each.about, each.periods, each.before, each.after) for each in found.crossed] == [
        ("sales", "2026-01", False, True)
    ]
    assert not found.verdict_unchanged
    (decision,) = found.decisions
    assert (decision.was, decision.now, decision.changed) == ("KEEP_COURSE", "WATCH", True)
    assert decision.newly == ("kpi.first-miss",)
    text = found.text("en", engine.plan)
    assert "Sales, January 2026, past its threshold: no → yes" in text
    assert (
        f"decision {decided.decision_id} (review, 6 February 2026): nothing to change; with today's figures watch"
        in text
    )
    assert engine.replay().same


def test_a_decision_on_the_reading_itself_is_made_again_on_todays() -> None:
    engine = opened(SHOP)
    engine.submit(said("sales", 80, "2026-02-03", 0, "2026-01"))
    engine.record(said("sales", 101, "2026-02-20", 1, "2026-01"))
    (decision,) = of(engine, "2026-02-20").decisions
    assert (decision.was, decision.now) == ("WATCH", "KEEP_COURSE")


def test_a_title_stays_on_its_line() -> None:
    engine = opened(SHOP)
    engine.submit(said("sales", 80, "2026-02-03", 0, "2026-01", title="January\n\x1b[31mred"))
    engine.record(said("sales", 101, "2026-02-20", 1, "2026-01"))
    found = of(engine, "2026-02-20")
    text = found.text("en", engine.plan)
    assert len(text.splitlines()) == 1 + len(found.changes) + len(found.decisions) and "\x1b" not in text


def test_a_reading_that_is_contradicted_is_unknown_today() -> None:
    engine = opened(SHOP, [said("sales", 100, "2026-02-03", 0, "2026-01")])
    engine.submit({"event_id": "jan", "kind": "review_due", "effective_date": "2026-02-06", "period": "2026-01"})
    engine.record(said("sales", 101, "2026-02-20", 0, "2026-01", event_id="other"))
    found = of(engine, "2026-02-20")
    assert [(each.before, each.after) for each in found.readings] == [(100, None)]
    (decision,) = found.decisions
    assert (decision.was, decision.now) == ("KEEP_COURSE", "NEED_DATA")


def test_a_part_is_restated_by_its_ratio_and_decided_anew(may: tuple[Engine, Decision]) -> None:
    engine, _ = may
    parts = {"numerator": 60_000_000, "denominator": 1_100_000_000}
    told = said("marketing_ratio", None, "2026-06-21", 2, **parts)
    engine.record({key: value for key, value in told.items() if value is not None})
    found = of(engine, "2026-06-21")
    spent = moved(found, "reading", "marketing_spend")
    assert (spent.before, spent.after) == (98_000_000, 60_000_000)
    assert moved(found, "breached", "marketing_ratio").after is False
    (decision,) = found.decisions
    assert (decision.was, decision.now) == ("INVESTIGATE", "KEEP_COURSE")


def test_a_ratio_read_with_its_parts_is_restated_by_one_of_them() -> None:
    kpis = {
        "spend": {"name": "Spend", "kind": "flow", "direction": "lower"},
        "sales": {"name": "Sales", "kind": "flow"},
        "cost": {"name": "Cost", "kind": "ratio", "unit": "ratio", "numerator": "spend", "denominator": "sales",
                 "direction": "lower", "basis": "period", "breach": "> 7%"},
    }  # fmt: skip
    engine = opened({**SHOP, "kpis": kpis, "goals": {}})
    first = said("cost", None, "2026-02-03", 0, "2026-01", numerator=6, denominator=100)
    engine.submit({key: value for key, value in first.items() if value is not None})
    engine.record(said("spend", 9, "2026-02-20", 1, "2026-01"))
    found = of(engine, "2026-02-20")
    assert [(each.about, each.before, each.after) for each in found.readings] == [("spend", 6, 9)]
    assert moved(found, "breached", "cost").after is True
    (decision,) = found.decisions
    assert (decision.was, decision.now) == ("KEEP_COURSE", "INVESTIGATE")


def test_a_decision_is_made_again_under_the_plan_that_it_was_made_under(may: tuple[Engine, Decision]) -> None:
    engine, decided = may
    lax = {**babycare_plan(), "version": 2}
    lax["kpis"]["marketing_ratio"]["breach"] = "> 12%"
    said_why = {"reason": "a new market", "trade_off": "margin", "by": "chủ cửa hàng", "approved_by": "chủ cửa hàng"}
    after = engine.amend(lax, **said_why, as_of="2026-06-25")
    earlier = Versions.of(after.ledger.entries(0, KINDS)).earlier
    found = restated(after.ledger.entries, after.plan, moment("2026-06-26"), earlier=earlier)
    (decision,) = found.decisions
    assert earlier and (decision.decision_id, decision.was, decision.now) == (
        decided.decision_id,
        "INVESTIGATE",
        "INVESTIGATE",
    )
    assert after.replay().same


# ── always ──────────────────────────────────────────────────────────────────────────────────────────────────────────

VALUES = st.lists(st.integers(60, 120), min_size=1, max_size=4)


@settings(max_examples=25, deadline=None)
@given(VALUES, st.randoms(use_true_random=False))
def test_order_of_arrival_changes_no_word_of_it(values: list[int], chance: Any) -> None:
    readings = [said("sales", value, f"2026-02-{n + 3:02}", n, "2026-01") for n, value in enumerate(values)]
    shuffled = list(readings)
    chance.shuffle(shuffled)
    one, other = (of(opened(SHOP, each), "2026-03-06") for each in (readings, shuffled))
    assert one == other
    assert bool(one) == (values[0] != values[-1])


@settings(max_examples=25, deadline=None)
@given(VALUES, st.integers(0, 3))
def test_what_is_told_since_a_day_leads_from_what_was_known_then_to_today(values: list[int], then: int) -> None:
    readings = [said("sales", value, f"2026-02-{n + 3:02}", n, "2026-01") for n, value in enumerate(values)]
    engine = opened(SHOP, readings)
    day = f"2026-02-{min(then, len(values) - 1) + 3:02}"
    was, now = (engine.position(when).kpi("sales") for when in (day, "2026-03-06"))
    found = of(engine, "2026-03-06", since=day)
    known = values[min(then, len(values) - 1)]
    assert [(each.before, each.after) for each in found.readings] == [(known, values[-1])] * (known != values[-1])
    assert was is not now and now.readings[0].actual.value == values[-1]

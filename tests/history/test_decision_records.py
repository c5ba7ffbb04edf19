"""A recorded decision as Markdown: a whole record in both languages, and text of people that does nothing but read."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aop_rules import Engine, events
from aop_rules.exact.frozen import Frozen
from aop_rules.history.event_words import EVENT_FIELDS
from aop_rules.history.markdown import decision_record
from aop_rules.history.stories import Story
from aop_rules.wording.markdown import code, escaped, plain
from strategies import BABYCARE, babycare_history, babycare_plan, case_of, opened

LANGUAGES = ("en", "vi")
CASES = sorted(BABYCARE.glob("cases/*.yaml"))


@pytest.fixture(scope="module")
def engine() -> Engine:
    """BabyCare House with every case decided on one day."""
    engine = opened(babycare_plan(), babycare_history())
    for case in CASES:
        engine.submit(case_of(case).events[0], as_of="2026-06-10")
    promotion = next(each for each in engine.decisions() if each.kept.event.event_id == "case-d06").kept.decision_id
    owner = "chủ cửa hàng"
    engine.override(promotion, "ACCEPT", by=owner, reason="xả hàng trước hạn", until="2026-07-15")
    engine.report(promotion, "worse", on="2026-07-20", note="bán chậm", measured={"online_revenue": 350_000_000})
    return engine


def story(engine: Engine, event_id: str) -> Story:
    return next(each for each in engine.decisions() if each.kept.said["event"]["event_id"] == event_id)


def test_a_record_tells_its_whole_story_in_english(engine: Engine) -> None:
    told = decision_record(story(engine, "case-d06"), "en", plan=engine.plan)
    assert re.match(r"# D-[0-9a-f]{16}: KEEP COURSE – decline \(10 June 2026\)\n", told)
    assert re.findall(r"^## (.*)", told, re.MULTILINE) == [
        "Status",
        "Context",
        "Why",
        "Considered and rejected",
        "What would change it",
        "Consequences",
        "What this rests on",
    ]
    for said in (
        "overridden by chủ cửa hàng until 15 July 2026: accept, because: xả hàng trước hạn",
        "| costs | online marketing, 120,000,000 ₫, in December 2026 |",
        "| brings | online revenue, likely 400,000,000 ₫; gross margin, likely 28 % |",
        "serves online share of revenue (priority 1)",
        "### it costs more than it earns: -8,000,000 ₫ net in the year, as estimated",
        "rule `goal-link.costs-more-than-it-earns`, version 1",
        "(`event.net_contribution`) | -8,000,000 ₫ | January–December 2026 | estimated |",
        "then: accept",
        "done until 15 July 2026: accept; after that the recommendation holds again: decline",
        "seen on 20 July 2026: worse than expected; bán chậm; online revenue 350,000,000 ₫",
        "| format | 1 |",
    ):
        assert said in told, said


def test_a_record_tells_its_story_in_vietnamese(engine: Engine) -> None:
    told = decision_record(story(engine, "case-d06"), "vi", plan=engine.plan)
    for said in (
        "GIỮ HƯỚNG – từ chối (10/06/2026)",
        "| chi phí | marketing online, 120.000.000 ₫, vào tháng 12/2026 |",
        "tốn nhiều hơn phần mang lại: ròng -8.000.000 ₫",
        "kém hơn dự kiến",
    ):
        assert said in told, said


def test_a_record_names_what_it_rests_on(engine: Engine) -> None:
    kept = story(engine, "case-d06").kept
    told = decision_record(story(engine, "case-d06"), "en")
    for digest in (kept.said["plan"]["digest"], kept.said["program_digest"], kept.said["position_digest"]):
        assert f"`{digest}`" in told
    assert kept.said["as_of"] in told and kept.made_by in told and kept.recorded_at.isoformat() in told
    assert f"| entry | {kept.sequence} |" in told


@pytest.mark.parametrize("case", CASES, ids=[case.stem for case in CASES])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_case_has_a_record_with_the_reasons_that_decided(engine: Engine, case: Any, language: Any) -> None:
    found = story(engine, case_of(case).events[0].event_id)
    for plan in (engine.plan, None):
        told = decision_record(found, language, plan=plan)
        assert told == decision_record(found, language, plan=plan)
        for each in found.kept.said["deciding"]:
            assert f"`{each['rule']}`" in told
        assert "{" not in told and "None" not in told and "Fraction" not in told and "aop_rules.0" not in told


def test_money_without_a_currency_stands_as_a_plain_number(engine: Engine) -> None:
    assert "| costs | online_marketing, 120,000,000, in December 2026 |" in decision_record(story(engine, "case-d06"))


def test_nobody_has_answered_yet(engine: Engine) -> None:
    assert "recommended on 10 June 2026; nobody has answered yet" in decision_record(story(engine, "case-d07"))


def test_a_decision_made_anew_points_both_ways() -> None:
    engine = opened(babycare_plan(), babycare_history())
    (event,) = case_of(BABYCARE / "cases/d06_big_promotion.yaml").events
    first, second = (engine.submit(event, as_of=day).decision_id for day in ("2026-06-10", "2026-07-20"))
    told = {each.kept.decision_id: each for each in engine.decisions()}
    assert f"superseded by {second}" in decision_record(told[first], "en")
    assert f"follows {first}" in decision_record(told[second], "en")


def test_every_key_of_an_event_has_a_name_in_both_languages() -> None:
    models = [each for each in vars(events).values() if isinstance(each, type) and issubclass(each, Frozen)]
    keys = {field.alias or name for model in models for name, field in model.model_fields.items()}
    assert keys == EVENT_FIELDS.keys()


# ── text of people ──────────────────────────────────────────────────────────────────────────────────────────────────

NASTY = "a|b `c` *d*\n# e <script>alert(1)</script> [f](http://x.y) ![g](h) \x1b[31m\u202e"


def test_text_of_people_is_shown_and_does_nothing(engine: Engine) -> None:
    found = story(engine, "case-d06")
    event = {**found.kept.said["event"], "title": NASTY, "asked_by": NASTY}
    answers = tuple(replace(each, by=NASTY, reason=NASTY) for each in found.answers)
    told = decision_record(
        replace(found, kept=replace(found.kept, said={**found.kept.said, "event": event}), answers=answers)
    )
    assert "<script" not in told and "\x1b" not in told and "\u202e" not in told
    assert not re.search(r"(?<!\\)\]\(|http://|(?<!\\)\*d", told)
    for row in re.findall(r"^\|.*", told, re.MULTILINE):
        assert len(re.findall(r"(?<!\\)\|", row)) in (3, *range(4, 8)), row
    asked = next(line for line in told.splitlines() if line.startswith("| asked by"))
    assert len(re.findall(r"(?<!\\)\|", asked)) == 3


def test_a_title_that_looks_like_a_date_is_no_date(engine: Engine) -> None:
    found = story(engine, "case-d06")
    event = {**found.kept.said["event"], "title": "2026-13-45", "currency": "ZZZ"}
    told = decision_record(replace(found, kept=replace(found.kept, said={**found.kept.said, "event": event})))
    assert "**2026-13-45** (proposal)" in told and "120000000" in told


signs = st.text(st.sampled_from("ab1 .-+=#*_`~[]()!<>&|\\:/@\n\té\x1b\u202e"), min_size=1, max_size=20)


@given(signs)
def test_escaping_loses_no_letter_and_leaves_no_markup(text: str) -> None:
    safe = escaped(text)
    back = re.sub(r"\\(.)", r"\1", safe).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert back == plain(text)
    assert not re.search(r"[<>\n]", safe)
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*|\[\]]", safe)


@given(signs)
def test_code_stays_in_its_letters(text: str) -> None:
    shown = code(text)
    assert "\n" not in shown and (shown == escaped(text) or shown == f"`{plain(text)}`")
    assert not set("`|") & set(shown.strip("`")) or shown == escaped(text)


def test_a_record_needs_no_plan_and_names_entries_with_one(engine: Engine) -> None:
    bare, named = (decision_record(story(engine, "case-d25"), "vi", plan=plan) for plan in (None, engine.plan))
    assert "| KPI (`kpi.id`) | marketing_ratio |" in bare
    assert "chi phí marketing trên doanh thu" in named

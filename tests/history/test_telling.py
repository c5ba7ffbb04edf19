"""The log of decisions and decisions under another plan, as text and as data."""

from __future__ import annotations

import json
from datetime import date

import pytest

from aop_rules import Engine
from aop_rules.history.policy import Redecided
from aop_rules.history.telling import log_data, log_text, policy_data, policy_text
from strategies import BABYCARE, babycare_history, babycare_plan, case_of, opened, proposal

OWNER = "chủ cửa hàng"
TODAY = date(2026, 7, 10)


def cut(n: int) -> dict[str, object]:
    """A proposal that costs more than it earns."""
    gains = [{"kpi": "online_revenue", "likely": 10_000_000}, {"kpi": "gross_margin", "likely": "30%"}]
    costs = [{"line": "online_marketing", "amount": 20_000_000, "period": "2026-12"}]
    return proposal(event_id=f"p{n}", title=f"Ý tưởng {n}", category="online", costs=costs, benefits=gains)


@pytest.fixture(scope="module")
def engine() -> Engine:
    """Three overrides of one rule, an accepted decision, and one that nobody answered."""
    engine = opened(babycare_plan(), babycare_history())
    for n, until in enumerate(("2026-07-01", "2026-07-15", "2026-08-01"), 1):
        decided = engine.submit(cut(n))
        engine.override(decided.decision_id, "ACCEPT", by=OWNER, reason="xả hàng", until=until)
    engine.report(decided.decision_id, "as_expected", on="2026-07-20", by=OWNER)
    for stem in ("d01_new_store", "d07_new_channel"):
        decided = engine.submit(case_of(BABYCARE / f"cases/{stem}.yaml").events[0], as_of="2026-06-10")
        if stem.startswith("d01"):
            engine.accept(decided.decision_id, by=OWNER)
    engine.submit({"event_id": "m", "kind": "review_due", "effective_date": "2026-06-10", "period": "2026-05"})
    return engine


def test_the_log_has_one_aligned_line_a_decision(engine: Engine) -> None:
    lines = log_text(engine.decisions(), "en", TODAY).split("\n\n")[0].splitlines()
    assert len(lines) == 6
    starts = (
        {line.index("D-") for line in lines},
        {line.index(each) for line, each in zip(lines, ["Ý"] * 3, strict=False)},
    )
    assert all(len(found) == 1 for found in starts)
    assert lines[0].split("  ")[0] == "10 June 2026"


def test_the_log_says_what_people_did_and_what_came_of_it(engine: Engine) -> None:
    ended, holds, reported, accepted, opened_, review = log_text(engine.decisions(), "en", TODAY).splitlines()[:6]
    assert ended.endswith("chủ cửa hàng: accept, ended 1 July 2026")
    assert holds.endswith("chủ cửa hàng: accept until 15 July 2026")
    assert reported.endswith("as expected (20 July 2026)")
    assert accepted.endswith("accepted by chủ cửa hàng")
    assert opened_.endswith("open") and review.split("  ")[-1] == "open"


def test_a_rule_that_is_overridden_again_and_again_is_named_below_the_log(engine: Engine) -> None:
    told = engine.decisions()
    ids = ", ".join(each.kept.decision_id for each in told[:3])
    rule = "goal-link.costs-more-than-it-earns"
    assert log_text(told, "en", TODAY).endswith(
        f"\n\nlook at the rule itself: {rule} was overridden in 3 decisions ({ids})"
    )
    assert "nên xem lại chính quy tắc" in log_text(told, "vi", TODAY)
    assert "look at the rule" not in log_text(told[:2], "en", TODAY)


def test_the_log_reads_in_vietnamese(engine: Engine) -> None:
    first = log_text(engine.decisions(), "vi", TODAY).splitlines()[0]
    assert first.startswith("10/06/2026  D-") and "đề xuất" in first and "từ chối" in first
    assert first.endswith("chủ cửa hàng: chấp nhận, hết hạn 01/07/2026")


def test_an_empty_log_says_so() -> None:
    assert log_text((), "en", TODAY) == "no decisions yet"
    assert log_data(()) == []


def test_a_title_cannot_steer_a_terminal_or_break_a_line() -> None:
    engine = opened(babycare_plan(), babycare_history())
    engine.submit({**cut(1), "title": "red \x1b[31m\nsecond line " + "x" * 100})
    (line,) = log_text(engine.decisions(), "en", TODAY).splitlines()
    assert "\x1b" not in line and "U+001B" in line and "…" in line


def test_what_has_no_title_is_named_by_what_it_is_about() -> None:
    engine = opened(babycare_plan(), babycare_history())
    engine.submit({"event_id": "b", "kind": "kpi_breach", "effective_date": "2026-06-10", "kpi": "marketing_ratio"})
    assert "threshold passed: marketing_ratio" in log_text(engine.decisions(), "en", TODAY)
    named = log_text(engine.decisions(), "en", TODAY, plan=engine.plan)
    assert "threshold passed: marketing cost to revenue" in named


def test_the_log_as_data_is_json_and_whole(engine: Engine) -> None:
    data = log_data(engine.decisions())
    assert json.loads(json.dumps(data)) == data
    first, _, third, *_ = data
    assert first["outcome"] == "DECLINE" and first["event"]["event_id"] == "p1" and first["followed_by"] is None
    assert first["answers"] == [
        {
            "answer": "overridden",
            "outcome": "ACCEPT",
            "by": OWNER,
            "reason": "xả hàng",
            "until": "2026-07-01",
            "rules": ["goal-link.costs-more-than-it-earns"],
        }
    ]
    assert third["came"] == [{"result": "as_expected", "on": "2026-07-20", "note": "", "by": OWNER, "measured": {}}]


# ── under another plan ──────────────────────────────────────────────────────────────────────────────────────────────


def redecided(**parts: object) -> Redecided:
    usual = {
        "decision_id": "D-1", "source": "", "event_id": "e1", "kind": "proposal", "title": "Kênh mới",
        "as_of": "2026-06-10", "was": "DEFER", "now": "ACCEPT", "hard": (False, False),
        "no_longer": ("capacity.not-enough",), "newly": (),
    }  # fmt: skip
    return Redecided(**{**usual, **parts})  # type: ignore[arg-type]


def test_what_changes_under_another_plan_is_told_with_the_rule_that_makes_the_change() -> None:
    same = redecided(now="DEFER", no_longer=())
    told = policy_text([redecided(), same, redecided(was="ACCEPT", now="DECLINE", no_longer=(), newly=("a.b",))], "en")
    head, first, second, _, count = told.splitlines()
    assert head.split() == ["event", "outcome", "rules"]
    assert first.split("  ")[-1] == "no longer: capacity.not-enough" and "defer → accept" in first
    assert second.endswith("now: a.b") and count == "2 of 3 decisions change"


def test_what_no_longer_fits_the_plan_or_becomes_hard_is_told() -> None:
    told = policy_text([redecided(now="", why=("no line `x`",)), redecided(now="DEFER", hard=(False, True))], "vi")
    assert "hoãn → không khớp kế hoạch này" in told and "no line `x`" in told
    assert "hoãn → hoãn (bắt buộc)" in told


def test_nothing_that_changes_is_told_in_one_line() -> None:
    assert policy_text([redecided(now="DEFER")], "en") == "0 of 1 decisions change"


def test_the_changes_as_data_are_json() -> None:
    data = policy_data([redecided(), redecided(now="DEFER")])
    assert json.loads(json.dumps(data)) == data
    assert (data["decisions"], data["changed"], len(data["changes"])) == (2, 1, 1)
    assert data["changes"][0]["was"] == "DEFER" and data["changes"][0]["no_longer"] == ["capacity.not-enough"]


def test_a_real_change_of_the_plan_is_told(engine: Engine) -> None:
    plan = babycare_plan()
    plan["resources"]["roles"]["online_staff"]["capacity"] = 3
    told = policy_text(engine.policy_diff(opened(plan)), "en")
    assert "Thử bán trên TikTok Shop  defer → accept  no longer: capacity.not-enough" in told
    assert told.endswith("1 of 6 decisions change")

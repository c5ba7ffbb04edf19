"""What was changed of the plan can be read again: in the log, as a record, in the review; and so can erasures."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aop_rules import Engine, LedgerError
from aop_rules.history.changed import amendment_record, amendments, erasures
from aop_rules.history.telling import log_text
from aop_rules.ledger.entry import Draft
from strategies import babycare_history, babycare_plan

OWNER = "chủ cửa hàng"
SAID = {"reason": "ads went past their cap", "trade_off": "less is left for risks", "by": "Lan", "approved_by": OWNER}
REQUEST = {"event_id": "order", "kind": "spend_request", "effective_date": "2026-01-20", "line": "online_marketing"}


def amended(version: int = 2, amount: int = 24_240_000) -> dict[str, Any]:
    plan = {**babycare_plan(), "version": version}
    plan["budget"]["lines"]["online_marketing"]["amount"] += amount
    plan["budget"]["lines"]["contingency_reserve"]["amount"] -= amount
    return plan


@pytest.fixture
def old() -> Engine:
    engine = Engine.open(babycare_plan())
    engine.record_all(babycare_history())
    engine.submit({**REQUEST, "amount": 1_000_000})
    return engine


@pytest.fixture
def new(old: Engine) -> Engine:
    return old.amend(amended(), as_of="2026-06-08", **SAID)


def test_an_amendment_is_told_with_all_that_was_said(new: Engine) -> None:
    (found,) = new.amendments()
    assert (found.to_version, found.effective_from, found.requester, found.approver) == (2, "2026-06", "Lan", OWNER)
    assert (found.reason, found.trade_off) == (SAID["reason"], SAID["trade_off"])
    assert {change.path for change in found.changes} >= {"budget.lines.online_marketing.amount"}


def test_the_log_tells_it_below_the_decisions(new: Engine) -> None:
    told = log_text(new.decisions(), "en", new.ledger.now().date(), amendments=new.amendments())
    assert told.split("\n\n")[1] == (
        "The plan was changed\n  v2 from June 2026, asked by Lan, approved by chủ cửa hàng, "
        "because: ads went past their cap; given up for it: less is left for risks"
    )
    assert "v2 từ tháng 6/2026" in log_text((), "vi", new.ledger.now().date(), amendments=new.amendments())


def test_the_log_tells_what_was_erased_and_why(new: Engine) -> None:
    new.erase("Lan", reason="she left", by=OWNER)
    (gone,) = erasures(new.ledger.entries())
    assert (gone.label, gone.reason, gone.by, gone.entries) == ("[erased-1]", "she left", OWNER, 1)
    told = log_text((), "en", new.ledger.now().date(), amendments=new.amendments(), erasures=[gone])
    assert told.endswith(
        "Names were erased\n  [erased-1] in place of a name (entries: 1), erased by chủ cửa hàng, because: she left"
    )
    assert "asked by [erased-1]" in told


@pytest.mark.parametrize("language", ["en", "vi"])
def test_its_record_tells_what_changed(new: Engine, language: Any) -> None:
    told = amendment_record(new.amendments()[0], language, plan=new.plan)
    for said in ("v2", "Lan", OWNER, SAID["reason"], SAID["trade_off"]):
        assert said in told
    assert ("864,000,000" if language == "en" else "864.000.000") in told


def test_what_people_wrote_does_nothing_in_its_record(old: Engine) -> None:
    words = {**SAID, "reason": "# no <i>\n```\n| [x](http://y.z)", "trade_off": "<b>"}
    new = old.amend({**amended(), "name": "A <b>\n# B"}, as_of="2026-06-08", **words)
    told = amendment_record(new.amendments()[0], "en", plan=new.plan)
    outside = [line for line in told.splitlines() if not line.startswith("    ")]
    assert not [line for line in outside if "<" in line or "http://" in line or line.startswith(("# B", "# no"))]


def test_the_review_of_the_period_from_which_it_holds_tells_it(new: Engine) -> None:
    june = new.review("2026-06", as_of="2026-06-20")
    assert "## The plan was changed\n\n- v2 from June 2026, asked by Lan" in june.text("en")
    assert [each["to_version"] for each in june.to_dict()["amendments"]] == [2]
    may = new.review("2026-05", as_of="2026-06-20")
    assert may.amendments == () and "was changed" not in may.text("en")


def test_an_amendment_that_somebody_changed_is_named(new: Engine) -> None:
    new.ledger.write(lambda pen: pen.keep([Draft("amendment", "v9", "{}")]))
    with pytest.raises(LedgerError, match="LEDGER_UNREADABLE"):
        amendments(new.ledger.entries())


# ── the version that was in force ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("period", ["2026-01", "2026-05"])
def test_the_review_of_a_period_before_an_amendment_stays_what_it_was(old: Engine, period: str) -> None:
    then = [old.review(period, as_of=as_of) for as_of in ("2026-02-10", "2026-06-08")]
    new = old.amend(amended(), as_of="2026-06-08", **SAID)
    again = [new.review(period, as_of=as_of) for as_of in ("2026-02-10", "2026-06-08")]
    assert [each.text("en") for each in again] == [each.text("en") for each in then]
    assert [json.dumps(each.to_dict()) for each in again] == [json.dumps(each.to_dict()) for each in then]
    assert "version 1" in again[0].text("en").splitlines()[0]


def test_each_period_is_reviewed_by_the_version_that_was_in_force(new: Engine) -> None:
    newest = new.amend(amended(3, 30_000_000), as_of="2026-06-08", effective_from="2026-08", **SAID)
    versions = {period: newest.review(period, as_of="2026-09-10").plan.version for period in newest_periods(newest)}
    assert list(versions.values()) == [1] * 5 + [2] * 2 + [3] * 5
    assert (
        newest.review("2026-07-15", as_of="2026-09-10").to_dict() == new.review("2026-07", as_of="2026-09-10").to_dict()
    )


def newest_periods(engine: Engine) -> list[str]:
    return [f"{engine.plan.year.starts.year}-{month:02}" for month in range(1, 13)]

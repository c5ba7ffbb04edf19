"""What a review of kept decisions found stays found."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from click.testing import CliRunner

from aop_rules import Engine, EventError, Ledger, LedgerError
from aop_rules.cli.main import main
from aop_rules.history.following import Following
from aop_rules.history.readable import read_back
from aop_rules.ledger.entry import Entry
from aop_rules.ledger.pen import Pen
from aop_rules.plan.load import plan_from
from aop_rules.rules.collection import standard_rulesets
from recorded_year import played
from strategies import babycare_history, babycare_plan

OWNER = "chủ cửa hàng"
REQUEST = {
    "event_id": "order",
    "kind": "spend_request",
    "effective_date": "2026-06-08",
    "line": "online_marketing",
    "amount": 60_000_000,
}
SAID = {"reason": "the season", "trade_off": "less for risks", "by": "Lan", "approved_by": OWNER, "as_of": "2026-06-12"}


def version_two() -> dict[str, Any]:
    plan = deepcopy(babycare_plan())
    plan["version"] = 2
    plan["budget"]["lines"]["online_marketing"]["amount"] += 20_000_000
    plan["budget"]["lines"]["contingency_reserve"]["amount"] -= 20_000_000
    return plan


def test_engines_that_declare_other_attributes_share_a_ledger() -> None:
    ledger = Ledger()
    Engine.open(babycare_plan(), ledger=ledger).submit(REQUEST)
    rated = Engine.open(babycare_plan(), ledger=ledger, attributes={"vendor.rating": "number"})
    rated.submit({**REQUEST, "event_id": "rated"}, given={"vendor.rating": 4})
    assert (rated.replay().decisions, rated.replay().differences) == (2, ())


def test_what_a_ruleset_says_of_itself_may_change_where_its_rules_stay() -> None:
    ledger, standard = Ledger(), standard_rulesets()
    Engine.open(babycare_plan(), standard, standard=False, ledger=ledger).submit(REQUEST)
    newer = [each.model_copy(update={"version": each.version + 1}) for each in standard]
    engine = Engine.open(babycare_plan(), newer, standard=False, ledger=ledger)
    engine.submit({**REQUEST, "event_id": "later"})
    assert engine.replay().same


def test_an_engine_resumes_with_the_rules_that_were_last_decided_with() -> None:
    ledger = Ledger()
    engine = Engine.open(babycare_plan(), ledger=ledger)
    engine.submit(REQUEST)
    Engine.open(babycare_plan(), ledger=ledger, standard=False).submit({**REQUEST, "event_id": "second"})
    engine.submit({**REQUEST, "event_id": "third"})
    assert Engine.resume(ledger).program.digest == engine.program.digest


def test_an_engine_opened_before_the_plan_was_amended_by_another_knows_what_held_before() -> None:
    ledger = Ledger()
    first, early = (Engine.open(plan, ledger=ledger) for plan in (babycare_plan(), version_two()))
    first.record_all(babycare_history())
    after = first.amend(version_two(), **SAID)
    decided = early.submit(REQUEST)
    assert decided.decision_id == after.evaluate(REQUEST).decision_id
    assert (early.in_force_from, early.replay().differences) == (after.in_force_from, ())


def test_who_comes_back_to_a_recommendation_has_accepted_it() -> None:
    engine = Engine.open(babycare_plan())
    engine.record_all(babycare_history())
    decided = engine.submit(REQUEST).decision_id
    engine.accept(decided, by=OWNER)
    engine.accept(decided, by=OWNER)
    engine.override(decided, "ACCEPT", by=OWNER, reason="the season", until="2026-12-31")
    engine.accept(decided, by=OWNER)
    assert [each.answer for each in engine.decision(decided).answers] == ["accepted", "overridden", "accepted"]


def test_what_came_of_it_may_turn_back() -> None:
    engine = Engine.open(babycare_plan())
    decided = engine.submit(REQUEST).decision_id
    for result in ("worse", "worse", "better", "worse"):
        engine.report(decided, result, on="2026-07-05")  # type: ignore[arg-type]
    assert [each.result for each in engine.decision(decided).came] == ["worse", "better", "worse"]


@pytest.mark.parametrize("value", [datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 12), 10**60], ids=str)
def test_what_could_not_be_read_back_is_not_kept(value: object) -> None:
    engine = Engine.open(babycare_plan(), attributes={"vendor.since": "date"})
    with pytest.raises(EventError, match="cannot be kept"):
        engine.submit(REQUEST, given={"vendor.since": value})
    assert engine.ledger.head().sequence == 0
    engine.submit(REQUEST, given={"vendor.since": date(2026, 1, 1)})
    assert engine.replay().same


def test_a_position_is_whole_though_a_name_was_erased_while_others_read() -> None:
    engine = Engine.open(babycare_plan())
    engine.record_all(babycare_history())
    engine.submit({**REQUEST, "asked_by": "Lan"})
    ledger, following = engine.ledger, Following(plan_from(babycare_plan()))
    now = datetime(2026, 6, 30, tzinfo=UTC)
    following.position(ledger.entries, now)
    has_read, may_go_on = Event(), Event()

    def slowly(*asked: Any) -> list[Entry]:
        read = list(ledger.entries(*asked))
        if not has_read.is_set():
            has_read.set()
            may_go_on.wait(10)
        return read

    def forgotten(*asked: Any) -> list[Entry]:
        """Reads the erasure; and lets the slow one go on before all is read anew."""
        if asked[0] == 0:
            may_go_on.set()
            slow.join(10)
        return list(ledger.entries(*asked))

    engine.record({**REQUEST, "event_id": "spent", "kind": "actual"})
    answers = []
    slow = Thread(target=lambda: answers.append(following.position(slowly, now)))
    slow.start()
    assert has_read.wait(10)
    ledger.erase("Lan", reason="she asked for it")
    found = following.position(forgotten, now)
    slow.join(10)
    fresh = Following(plan_from(babycare_plan())).position(ledger.entries, now)
    assert [found.digest, answers[0].digest] == [fresh.digest] * 2


@pytest.mark.parametrize("name", ["5", "2026", "target", "VND"])
def test_what_the_plan_could_not_be_read_without_is_not_erased(name: str) -> None:
    ledger = Ledger()
    engine = Engine.open(babycare_plan(), ledger=ledger)
    engine.submit(REQUEST)
    head = ledger.head()
    with pytest.raises(LedgerError, match="LEDGER_NAME_IN_USE"):
        ledger.erase(name, reason="x", read_back=read_back)
    assert (ledger.head(), ledger.verify().sound) == (head, True)
    assert engine.replay().same


def test_every_kind_of_entry_can_be_read_back() -> None:
    ledger = played(None, 1).ledger
    kinds = {entry.kind for entry in ledger.entries()}
    assert kinds == {"amendment", "answer", "decision", "erasure", "event", "outcome", "plan", "rules"}
    for entry in ledger.entries():
        read_back(entry)


def test_a_name_in_the_plan_and_in_what_was_decided_is_erased_and_all_is_read_as_before() -> None:
    ledger = played(None, 1).ledger
    assert ledger.erase(OWNER, reason="he asked for it", read_back=read_back) is not None
    engine = Engine.resume(ledger)
    assert (ledger.verify().sound, engine.replay().differences) == (True, ())
    assert not any(OWNER in entry.body for entry in ledger.entries())
    engine.submit({**REQUEST, "event_id": "after"})
    assert engine.replay().same


def test_work_that_is_undone_leaves_nothing_in_an_engine_that_took_part_in_it() -> None:
    ledger = Ledger()
    engine = Engine.open(babycare_plan(), ledger=ledger)

    def work(pen: Pen) -> None:
        engine.record({**REQUEST, "event_id": "spent", "kind": "actual"})
        engine.submit(REQUEST)
        raise KeyError("undone")

    with pytest.raises(KeyError):
        ledger.write(work)
    assert ledger.head().sequence == 0
    engine.submit({**REQUEST, "event_id": "later"})
    assert [entry.kind for entry in ledger.entries()] == ["plan", "event", "rules", "decision"]
    assert engine.replay().differences == ()


@pytest.mark.parametrize(("name", "reason"), [("", "she asked"), ("Lan", " ")])
def test_an_erasure_without_a_name_or_reason_is_wrong_usage(tmp_path: Path, name: str, reason: str) -> None:
    where = str(tmp_path / "aop.db")
    with Ledger.open(where) as ledger:
        Engine.open(babycare_plan(), ledger=ledger).record(REQUEST)
    assert CliRunner().invoke(main, ["erase", name, "--reason", reason, "--ledger", where]).exit_code == 2


def test_an_old_look_does_not_open_a_closed_period() -> None:
    engine = Engine.open(babycare_plan())
    engine.record_all(babycare_history())
    before = [horizon.limit for horizon in engine.position("2026-06-08").lines["online_marketing"]["2026-03"].horizons]
    after = engine.amend(version_two(), **{**SAID, "as_of": "2026-01-10"})
    assert after.in_force_from == "2026-05", "the last fact became known on 3 June, before May was closed"
    held = [horizon.limit for horizon in after.position("2026-06-08").lines["online_marketing"]["2026-03"].horizons]
    assert held[:2] == before[:2]


def test_what_was_measured_is_a_number_of_a_kpi_of_the_plan() -> None:
    engine = Engine.open(babycare_plan())
    decided = engine.submit(REQUEST).decision_id
    with pytest.raises(LedgerError) as error:
        engine.report(decided, "better", on="2026-07-05", measured={"sales": 5, "revenue": "much"})
    assert [problem.code for problem in error.value.problems] == ["ANSWER_MEASURED"] * 2


def test_what_came_of_a_decision_is_not_seen_before_it() -> None:
    engine = Engine.open(babycare_plan())
    decided = engine.submit(REQUEST).decision_id
    with pytest.raises(LedgerError, match="ANSWER_DATE: 2026-06-07 is before the decision"):
        engine.report(decided, "better", on="2026-06-07")
    assert engine.report(decided, "better", on=date(2026, 6, 8)).on == "2026-06-08"


def test_an_owner_erased_from_the_plan_is_named_as_the_reason_why_the_file_differs() -> None:
    engine = Engine.open(babycare_plan())
    engine.submit(REQUEST)
    engine.erase(OWNER, reason="he asked for it")
    with pytest.raises(LedgerError, match="a name was erased from the ledger's plan: `aop plan` prints"):
        Engine.open(babycare_plan(), ledger=engine.ledger)


@pytest.mark.parametrize("use", [Engine.resume, lambda ledger: Engine.open(babycare_plan(), ledger=ledger)])
def test_what_is_no_ledger_is_wrong_usage(use: Callable[[Any], object]) -> None:
    with pytest.raises(TypeError, match="`ledger` is a `Ledger`, the name of a file"):
        use(5)


def test_a_policy_is_compared_on_the_plan_s_own_ledger() -> None:
    engine = Engine.open(babycare_plan())
    engine.submit(REQUEST)
    with pytest.raises(LedgerError, match="LEDGER_OTHER_PLAN"):
        engine.policy_diff(Engine.open({**babycare_plan(), "id": "other"}))


def test_a_chain_tells_its_erasures() -> None:
    engine = Engine.open(babycare_plan())
    engine.submit({**REQUEST, "asked_by": "Lan"})
    entry = engine.erase("Lan", reason="she asked for it")
    assert entry is not None
    assert engine.ledger.verify().erasures == ((entry.sequence, "[erased-1]", 2),)
    with pytest.raises(LedgerError, match="LEDGER_NAME_IN_USE"):
        engine.erase("5", reason="x")


def test_a_number_without_end_is_refused() -> None:
    engine = Engine.open(babycare_plan(), attributes={"vendor.rating": "number"})
    with pytest.raises(EventError, match="more than 60 digits"):
        engine.evaluate(REQUEST, given={"vendor.rating": 10**5000})

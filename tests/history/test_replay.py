"""What was decided is decided again: byte for byte, whatever came later, on any machine."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest

from aop_rules import Engine, Ledger
from aop_rules.history import replay as replaying
from aop_rules.ledger.entry import canonical
from aop_rules.ledger.memory import MemoryStore
from aop_rules.version import __version__
from recorded_year import played, said
from strategies import ROOT, babycare_history, babycare_plan

REQUEST = {
    "event_id": "order",
    "kind": "spend_request",
    "effective_date": "2026-06-08",
    "line": "online_marketing",
    "amount": 60_000_000,
}


@pytest.fixture
def engine() -> Engine:
    made = Engine.open(babycare_plan())
    made.record_all(babycare_history())
    return made


def restated(**more: object) -> dict[str, object]:
    told = {"kind": "kpi_observation", "event_id": "cash-late", "effective_date": "2026-05-31", "kpi": "cash"}
    return {**told, "period": "2026-05", "value": 100_000_000, "revision": 1, **more}


def test_a_year_replays_byte_for_byte() -> None:
    year = played(None, 1)
    found = year.replay()
    assert (found.same, found.decisions) == (True, len(year.decisions()))
    assert found.decisions >= 20
    assert 0 < found.without_digests < found.decisions, "a name was erased from some, and not from what came after"


def test_what_is_dated_back_changes_nothing_of_what_was_seen(engine: Engine) -> None:
    first = engine.submit(REQUEST)
    engine.record(restated(known_at="2026-06-01"))
    assert engine.replay().same
    again = engine.submit(REQUEST)
    assert again.decision_id != first.decision_id
    assert engine.decision(again.decision_id).kept.follows == first.decision_id
    assert engine.decision(first.decision_id).followed_by == again.decision_id
    assert engine.replay().same


def test_the_same_question_on_the_same_facts_is_kept_once(engine: Engine) -> None:
    first = engine.submit(REQUEST)
    head = engine.ledger.head()
    assert engine.submit(REQUEST).to_json() == first.to_json()
    assert engine.ledger.head() == head


def test_evaluate_and_submit_say_the_same(engine: Engine) -> None:
    asked = engine.evaluate(REQUEST)
    assert engine.submit(REQUEST).to_json() == asked.to_json() == engine.evaluate(REQUEST).to_json()


def test_what_the_host_gave_is_replayed_too() -> None:
    engine = Engine.open(babycare_plan(), attributes={"vendor.rating": "number", "vendor.since": "date"})
    engine.submit(REQUEST, given={"vendor.rating": Decimal("4.5"), "vendor.since": date(2020, 1, 1)})
    assert engine.replay().same


def test_a_tampered_decision_shows_its_first_difference(engine: Engine) -> None:
    decision = engine.submit(REQUEST)
    entries = list(engine.ledger.entries())
    told = entries[-1].data()
    told["decision"]["outcome"] = "ACCEPT"
    entries[-1] = replace(entries[-1], body=canonical(told))
    found = replaying.replay(
        lambda after=0, kinds=(): [e for e in entries if not kinds or e.kind in kinds], __version__
    )
    (difference,) = found.differences
    assert (difference.decision_id, difference.path) == (decision.decision_id, "outcome")
    assert (difference.recorded, difference.now) == ('"ACCEPT"', '"ADJUST_TO_FIT"')


def test_a_decision_of_another_version_is_compared_without_its_wording(engine: Engine) -> None:
    engine.submit(REQUEST)
    found = replaying.replay(engine.ledger.entries, "99.0")
    assert (found.same, found.without_words) == (True, 1)


def test_without_its_rules_a_decision_cannot_be_replayed(engine: Engine) -> None:
    engine.submit(REQUEST)
    entries = [entry for entry in engine.ledger.entries() if entry.kind != "rules"]
    found = replaying.replay(
        lambda after=0, kinds=(): [e for e in entries if not kinds or e.kind in kinds], __version__
    )
    assert found.differences[0].path == "all of it"


def test_a_resumed_engine_decides_alike(tmp_path: Path) -> None:
    where = str(tmp_path / "aop.db")
    with Ledger.open(where) as ledger:
        engine = Engine.open(babycare_plan(), attributes={"vendor.rating": "number"}, ledger=ledger)
        engine.record_all(babycare_history())
        decision = engine.submit(REQUEST, given={"vendor.rating": 3})
    with Ledger.open(where) as ledger:
        assert Engine.resume(ledger).evaluate(REQUEST, given={"vendor.rating": 3}).to_json() == decision.to_json()


@pytest.mark.parametrize(
    ("seed", "zone", "words"), [(1, "UTC", "C"), (2, "Asia/Ho_Chi_Minh", "C.utf8"), (3, "America/Los_Angeles", "C")]
)
def test_seed_zone_locale_and_order_never_matter(seed: int, zone: str, words: str) -> None:
    where = {**os.environ, "PYTHONHASHSEED": str(seed), "TZ": zone, "LC_ALL": words, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(ROOT / "tests" / "recorded_year.py"), str(seed)]
    shown = subprocess.run(command, env=where, capture_output=True, text=True, check=True).stdout
    here = played(None, 0)
    assert shown.split() == [str(len(here.decisions())), "True", sha256("\n".join(said(here)).encode()).hexdigest()]


def test_two_stores_played_alike_hold_the_same_chain() -> None:
    one, other = played(MemoryStore(), 5), played(MemoryStore(), 5)
    assert one.ledger.head() == other.ledger.head()

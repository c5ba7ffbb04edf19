"""Figures of the plan stay in the plan: not in logs, not in errors of a store, not in what an object shows of itself."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from aop_rules import ConflictError, Engine, Ledger, LedgerError
from recorded_year import CLERK, played
from strategies import babycare_plan

FIGURE = 987_654_321
SPENT = {
    "event_id": "bill",
    "kind": "actual",
    "effective_date": "2026-02-03",
    "line": "online_marketing",
    "amount": FIGURE,
    "title": "secret supplier",
}


def test_nothing_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), Ledger.open(str(tmp_path / "aop.db")) as ledger:
        engine = Engine.open(babycare_plan(), ledger=ledger)
        engine.record(SPENT)
        engine.submit({**SPENT, "kind": "spend_request", "event_id": "ask"})
        engine.replay()
    assert caplog.records == []


def test_no_object_shows_figures_of_itself() -> None:
    engine = Engine.open(babycare_plan())
    engine.record(SPENT)
    assert str(FIGURE) not in f"{engine!r} {engine.ledger!r} {engine.ledger.head()!r} {engine.ledger.verify()!r}"


def test_a_conflict_names_the_event_and_none_of_its_content(tmp_path: Path) -> None:
    with Ledger.open(str(tmp_path / "aop.db")) as ledger:
        engine = Engine.open(babycare_plan(), ledger=ledger)
        engine.record(SPENT)
        with pytest.raises(ConflictError) as error:
            engine.record({**SPENT, "amount": FIGURE + 1})
    assert "bill" in str(error.value)
    assert not any(word in str(error.value) for word in (str(FIGURE), str(FIGURE + 1), "secret"))


def test_an_erased_name_is_gone_from_every_entry() -> None:
    engine = played(None, 1)
    assert any(entry.kind == "erasure" for entry in engine.ledger.entries())
    assert not any(CLERK in entry.body for entry in engine.ledger.entries())
    assert (engine.ledger.verify().sound, engine.replay().same) == (True, True)


@pytest.mark.parametrize("name", ["online_marketing", "amount", "actual", "bill", "kpis", "PO.*"])
def test_what_is_an_id_or_a_key_is_not_erased(name: str) -> None:
    engine = Engine.open(babycare_plan())
    engine.record({**SPENT, "doc": "PO.*"})
    head = engine.ledger.head()
    with pytest.raises(LedgerError, match="LEDGER_NAME_IN_USE"):
        engine.ledger.erase(name, reason="x")
    assert engine.ledger.head() == head
    assert SPENT["title"] in "".join(entry.body for entry in engine.ledger.entries())


def test_a_name_is_erased_as_it_stands_and_not_as_a_pattern() -> None:
    engine = Engine.open(babycare_plan())
    engine.record({**SPENT, "title": "a. b, a.b, aXb, Lan, Lanh, LAN, \\1"})
    for name in ("a.b", "Lan", "\\1"):
        engine.ledger.erase(name, reason="x")
    (event,) = engine.ledger.events()
    assert event.title == "a. b, [erased-1], aXb, [erased-2], Lanh, LAN, [erased-3]"
    assert engine.ledger.verify().sound

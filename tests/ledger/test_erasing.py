"""A name is erased from what people write; ids stay, replay and a second import go on as before."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aop_rules import ConflictError, Engine, Ledger, LedgerError, event_from
from aop_rules.importing.arriving import arriving
from aop_rules.ledger.entry import canonical
from aop_rules.ledger.erasing import standing
from aop_rules.ledger.reading import EventFile, events_from
from aop_rules.ledger.redacted import same_text
from strategies import babycare_plan

BILL = {
    "event_id": "bill Ann Doe",
    "kind": "actual",
    "effective_date": "2026-02-03",
    "line": "online_marketing",
    "amount": 300_000_000,
    "title": "for Ann Doe",
    "source": "Kim Otto's shop",
    "doc": "Bill Ann Doe",
}
ASK = {**BILL, "event_id": "ask Ann Doe", "kind": "spend_request", "asked_by": "Ann Doe"}


def decided() -> Engine:
    engine = Engine.open(babycare_plan())
    engine.record(BILL)
    engine.submit(ASK)
    return engine


def read(**changes: str) -> EventFile:
    return events_from(json.dumps({**BILL, **changes}))


def test_a_name_inside_an_id_stays_there_and_all_else_is_erased() -> None:
    engine = decided()
    entry = engine.erase("Ann Doe", reason="she asked for it")
    assert entry is not None
    events = engine.ledger.events()
    assert [(event.event_id, event.title) for event in events] == [
        ("ask Ann Doe", "for [erased-1]"),
        ("bill Ann Doe", "for [erased-1]"),
    ]
    assert {event.doc for event in events} == {"Bill Ann Doe"}  # type: ignore[attr-defined]
    assert {event.asked_by for event in events} == {"", "[erased-1]"}
    assert entry.data()["stays_in"] == [2, 3, 5]
    assert (engine.ledger.verify().sound, engine.replay().differences) == (True, ())


def test_what_a_decision_rests_on_is_still_named_by_its_id() -> None:
    engine = decided()
    engine.erase("Ann Doe", reason="she asked for it")
    (decision,) = engine.ledger.entries(0, ("decision",))
    assert '"sources":["bill Ann Doe"]' in decision.body
    assert '"doc":"Bill Ann Doe"' in decision.body and "for Ann Doe" not in decision.body


def test_a_decision_whose_outcome_was_changed_is_still_found_after_an_erasure() -> None:
    engine = decided()
    engine.erase("Ann Doe", reason="she asked for it")
    (decision,) = engine.ledger.entries(0, ("decision",))
    changed = replace(decision, body=decision.body.replace('"NEED_DATA"', '"ACCEPT"'))
    engine.ledger.write(lambda pen: pen.store.redact(changed))
    assert not engine.replay().same


@pytest.mark.parametrize("name", ["bill Ann Doe", "Bill Ann Doe", "Kim Otto's shop", "title", "online_marketing"])
def test_what_is_itself_an_id_or_a_key_is_refused(name: str) -> None:
    engine = decided()
    with pytest.raises(LedgerError, match="LEDGER_NAME_IN_USE"):
        engine.erase(name, reason="x")
    assert engine.ledger.verify().erasures == ()


def test_a_name_only_inside_ids_is_not_erased_and_told_where() -> None:
    engine = decided()
    assert engine.erase("Kim Otto", reason="x") is None
    assert standing(engine.ledger.entries(), "Kim Otto").in_ids == (2, 3, 5)


def test_other_spellings_are_counted() -> None:
    ledger = Ledger()
    ledger.append(event_from({**BILL, "title": "ann  DOE", "event_id": "a", "doc": ""}))
    ledger.append(event_from({**BILL, "title": "Joann Doe, Ann Doer", "event_id": "b", "doc": ""}))
    assert ledger.erase("Ann Doe", reason="x") is None
    assert standing(ledger.entries(), "Ann Doe").otherwise == (1,)


def test_a_name_with_quotes_is_found() -> None:
    ledger = Ledger()
    ledger.append(event_from({**BILL, "title": 'for Ann "B" Doe', "event_id": "a"}))
    ledger.erase('Ann "B" Doe', reason="x")
    assert ledger.events()[0].title == "for [erased-1]"


# ── once more ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_import_after_an_erasure_is_known() -> None:
    engine = decided()
    engine.erase("Ann Doe", reason="she asked for it")
    head = engine.ledger.head()
    assert arriving([read()], engine.ledger).known == 1
    engine.record(BILL)
    assert engine.ledger.head() == head


def test_other_content_after_an_erasure_is_still_a_conflict() -> None:
    engine = decided()
    engine.erase("Ann Doe", reason="she asked for it")
    for changes in ({"amount": 5}, {"title": "of Ann Doe"}, {"title": "for "}):
        with pytest.raises(ConflictError):
            engine.record({**BILL, **changes})
    with pytest.raises(Exception, match="EVENT_CONFLICT"):
        arriving([read(title="of Ann Doe")], engine.ledger)


def test_a_label_that_somebody_wrote_is_no_wildcard() -> None:
    ledger = Ledger()
    ledger.append(event_from({**BILL, "title": "[erased-1]"}))
    with pytest.raises(ConflictError):
        ledger.append(event_from(BILL))


def test_a_request_asked_once_more_does_not_bring_the_name_back() -> None:
    engine = decided()
    engine.erase("Ann Doe", reason="she asked for it")
    engine.submit(ASK)
    assert not any("for Ann Doe" in entry.body for entry in engine.ledger.entries())
    assert engine.replay().same


@given(st.lists(st.text(max_size=5), min_size=1, max_size=6), st.text(min_size=1, max_size=5))
def test_a_text_is_the_same_whatever_stood_in_the_place_of_a_label(parts: list[str], name: str) -> None:
    left, whole = canonical({"a": ["[erased-1]".join(parts)]}), canonical({"a": [name.join(parts)]})
    assert same_text(left, whole) is (len(parts) > 1)


def test_many_labels_are_compared_in_little_time() -> None:
    left, whole = canonical({"a": "[erased-1]x" * 20_000 + "y"}), canonical({"a": "xx" * 60_000})
    assert not same_text(left, whole)

"""What a review of the chain found stays found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aop_rules import Ledger, LedgerError, event_from
from aop_rules.ledger.memory import MemoryStore

SPENT = {"event_id": "bill", "kind": "actual", "effective_date": "2026-03-01", "line": "ads", "amount": 500}


def kept(*titles: str) -> tuple[MemoryStore, Ledger]:
    store = MemoryStore()
    ledger = Ledger(store)
    ledger.extend(event_from({**SPENT, "event_id": f"bill-{n}", "title": title}) for n, title in enumerate(titles))
    return store, ledger


def put(store: MemoryStore, place: int, **changes: str) -> None:
    store._entries[place] = replace(store._entries[place], **changes)  # type: ignore[arg-type]


def test_an_erasure_does_not_vouch_for_what_somebody_changed() -> None:
    store, ledger = kept("for Lan", "for Mai")
    put(store, 0, body=store._entries[0].body.replace("500", "5"))
    before = ledger.head()
    with pytest.raises(LedgerError, match="LEDGER_UNREADABLE"):
        ledger.erase("Lan", reason="she asked for it")
    assert ledger.head() == before
    assert [each.sequence for each in ledger.verify().breaks] == [1]


def test_what_was_erased_and_stands_there_again_is_told() -> None:
    store, ledger = kept("for Lan", "for Mai")
    was = store._entries[0]
    ledger.erase("Lan", reason="she asked for it")
    assert ledger.verify().sound
    put(store, 0, body=was.body, salt=was.salt)
    assert [each.says for each in ledger.verify().breaks] == ["what was erased from it stands there again"]


def test_of_two_erasures_the_last_one_counts() -> None:
    store, ledger = kept("for Lan and Mai")
    ledger.erase("Lan", reason="she asked for it")
    between = store._entries[0]
    ledger.erase("Mai", reason="she asked for it")
    assert ledger.verify().sound
    put(store, 0, body=between.body, salt=between.salt)
    assert [each.says for each in ledger.verify().breaks] == ["its content was changed"]


@pytest.mark.parametrize("kinds", [(), ("event",), ("event", "erasure"), ("erasure", "event", "event"), ("none",)])
@pytest.mark.parametrize("after", [0, 1, 2, 3, 9])
def test_entries_of_some_kinds_come_in_order(after: int, kinds: tuple[str, ...]) -> None:
    store, ledger = kept("for Lan", "for Mai")
    ledger.erase("Lan", reason="x")
    ledger.append(event_from({**SPENT, "event_id": "last"}))
    asked = [each for each in store._entries if each.sequence > after and (not kinds or each.kind in kinds)]
    assert list(ledger.entries(after, kinds)) == asked

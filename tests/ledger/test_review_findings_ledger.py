"""What a review of the chain found stays found."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

import pytest

from aop_rules import Ledger, LedgerError, event_from
from aop_rules.ledger.entry import Entry, Head, damaged
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


class Torn(MemoryStore):
    """A store of which some entries cannot be read."""

    def __init__(self, *torn: int, told: bool) -> None:
        super().__init__()
        self._torn, self._told = torn, told

    def entries(self, after: int = 0, kinds: Collection[str] = ()) -> Iterator[Entry]:
        for entry in super().entries(after, kinds):
            if entry.sequence in self._torn:
                raise damaged(entry.sequence) if self._told else LedgerError(damaged(entry.sequence).problems)
            yield entry


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("torn", [(1,), (2,), (5,), (2, 4)])
def test_what_cannot_be_read_is_told_and_the_rest_is_read(torn: tuple[int, ...], told: bool) -> None:
    ledger = Ledger(Torn(*torn, told=told))
    ledger.extend(event_from({**SPENT, "event_id": f"bill-{n}"}) for n in range(5))
    found = ledger.verify()
    assert [(each.sequence, each.says) for each in found.breaks] == [(n, "it cannot be read") for n in torn]
    assert (found.entries, found.head.sequence) == (5, 5)
    assert ledger.verify(Head(torn[0], "")).breaks == found.breaks


def test_where_nothing_more_can_be_read_that_is_told() -> None:
    ledger = Ledger(Torn(2, 3, told=False))
    ledger.extend(event_from({**SPENT, "event_id": f"bill-{n}"}) for n in range(5))
    assert [(each.sequence, each.says) for each in ledger.verify().breaks] == [
        (2, "it cannot be read"),
        (3, "neither it nor what follows could be read"),
    ]


def test_an_entry_of_which_nothing_is_left_hides_no_gap() -> None:
    store, _ = kept("a", "b", "c", "d")
    del store._entries[1]
    torn = Torn(3, told=True)
    torn._entries = store._entries
    said = {each.says for each in Ledger(torn).verify().breaks}
    assert said == {"entries 2 to 2 are missing before it", "it cannot be read"}

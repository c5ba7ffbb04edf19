"""What every store promises, on each kind of store."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aop_rules.errors import ConflictError, LedgerError
from aop_rules.ledger import postgres, sqlite
from aop_rules.ledger.entry import Draft, Entry, Head
from aop_rules.ledger.ledger import Ledger
from aop_rules.ledger.pen import Pen
from aop_rules.ledger.rows import entry_of
from aop_rules.ledger.store import Store, Writing

Another = Callable[[], Store]

every = pytest.mark.parametrize("another", ["memory", "sqlite", "postgres"], indirect=True)
on_disk = pytest.mark.parametrize("another", ["sqlite", "postgres"], indirect=True)

ODD = "a\0b\x1a\ud800\udfff'\"\\%s?\n"


def drafts(*names: str, kind: str = "event") -> list[Draft]:
    return [Draft(kind, name, f'{{"name":"{name}"}}') for name in names]


@every
def test_what_is_kept_is_read_back_the_same(another: Another) -> None:
    ledger, again = Ledger(another()), Ledger(another())
    moments = [
        None,
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(2026, 6, 5, 12, tzinfo=timezone(timedelta(hours=7))),
    ]
    texts = ["", "x", ODD, "Tiếng Việt 🙂", "x" * 3_000]
    kept = ledger.keep([Draft(f"k{ODD}", t, f"{{{t}}}", source=t, known_at=m) for t in texts for m in moments[:1]])
    kept += ledger.keep([Draft("event", str(n), "{}", known_at=m) for n, m in enumerate(moments)])
    assert tuple(again.entries()) == kept
    assert again.head() == Head(kept[-1].sequence, kept[-1].hash)
    assert again.verify(again.head()).sound


@every
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(), max_size=20))
def test_any_text_is_kept(another: Another, text: str) -> None:
    ledger = Ledger(another())
    (kept,) = ledger.keep([Draft("event", text, text, text)])
    assert ledger.find("event", text, text) == kept
    assert kept in ledger.about("event", id=text)
    assert (kept.id, kept.body, kept.source) == (text, text, text)


@every
def test_entries_are_found_by_identity_source_and_id(another: Another) -> None:
    ledger = Ledger(another())
    long = "x" * 300
    names = [("", "a"), ("erp", "a"), ("erp", "b"), (long + "1", long + "1"), (long + "1", long + "2")]
    kept = ledger.keep([Draft("event", name, "{}", source) for source, name in names])
    ledger.keep(drafts("a", kind="plan"))
    assert ledger.find("event", "a", "erp") == kept[1]
    assert ledger.find("event", "b") is None
    assert ledger.about("event", source="erp") == kept[1:3]
    assert ledger.about("event", id="a") == kept[:2]
    assert ledger.about("event", source="erp", id="a") == kept[1:2]
    assert ledger.about("event", source=long + "1") == kept[3:]
    assert ledger.about("event", id=long + "2") == kept[4:]
    assert ledger.about("event", id="nobody") == ()


@every
def test_reading_starts_after_a_sequence_and_keeps_to_kinds(another: Another) -> None:
    store = another()
    ledger = Ledger(store)
    kept = ledger.keep(drafts("a", "b") + drafts("p", kind="plan") + drafts("c"))
    assert list(store.entries(1)) == list(kept[1:])
    assert list(store.entries(1, ("event",))) == [kept[1], kept[3]]
    assert list(store.entries(0, ("plan", "event"))) == list(kept)
    assert list(store.entries(0, ("decision",))) == list(store.entries(10**30)) == []


@every
def test_the_same_is_kept_once_and_of_a_conflict_nothing(another: Another) -> None:
    ledger, again = Ledger(another()), Ledger(another())
    kept = ledger.keep(drafts("a", "b"))
    assert again.keep(drafts("b", "a")) == kept[::-1]
    with pytest.raises(ConflictError) as caught:
        again.keep([*drafts("c"), Draft("event", "a", "{}"), Draft("event", "b", "{}")])
    assert len(caught.value.problems) == 2
    assert list(ledger.entries()) == list(kept)


@every
def test_work_that_raises_leaves_nothing(another: Another) -> None:
    ledger = Ledger(another())
    (kept,) = ledger.keep(drafts("a"))

    def work(pen: Pen) -> None:
        pen.keep(drafts("b"))
        pen.store.redact(Entry(1, *kept.identity, None, kept.recorded_at, "{}", "0", "", "", ""))
        assert next(entry.body for entry in pen.entries()) == "{}"
        raise KeyError("b")

    with pytest.raises(KeyError):
        ledger.write(work)
    assert list(ledger.entries()) == [kept]


@every
def test_work_reads_what_it_has_added_itself(another: Another) -> None:
    ledger = Ledger(another())

    def work(pen: Pen) -> tuple[int, int, int]:
        pen.keep(drafts("a", "b"))
        reading = pen.entries()
        first = next(reading)
        pen.keep(drafts("c"))
        return first.sequence, len(list(reading)), sum(1 for _ in ledger.entries())

    assert ledger.write(work) == (1, 1, 3)  # the one reading began before `c`


@every
def test_work_within_work_is_undone_alone(another: Another) -> None:
    ledger = Ledger(another())

    def inner(pen: Pen) -> None:
        pen.keep(drafts("b"))
        raise KeyError("b")

    def outer(pen: Pen) -> None:
        pen.keep(drafts("a"))
        with pytest.raises(KeyError):
            ledger.write(inner)
        ledger.keep(drafts("c"))

    ledger.write(outer)
    assert [entry.id for entry in ledger.entries()] == ["a", "c"]


@every
def test_a_reading_sees_one_state_and_holds_nobody_up(another: Another) -> None:
    ledger, again = Ledger(another()), Ledger(another())
    ledger.keep(drafts("a", "b", "c"))
    reading = ledger.entries()
    untouched = ledger.entries()
    first = next(reading)
    again.keep(drafts("d"))
    ledger.keep(drafts("e"))
    assert [first.id, *(entry.id for entry in reading)] == [entry.id for entry in untouched] == ["a", "b", "c"]
    dropped = ledger.entries()
    del dropped
    assert len(list(again.entries())) == 5


@every
def test_an_erased_name_is_gone_and_the_chain_holds(another: Another) -> None:
    ledger, again = Ledger(another()), Ledger(another())
    ledger.keep([Draft("note", "a", '{"by":"Lan"}'), Draft("note", "b", '{"by":"Minh"}')])
    again.erase("Lan", reason="asked for it")
    assert [entry.body for entry in ledger.entries(0, ("note",))] == ['{"by":"[erased-1]"}', '{"by":"Minh"}']
    assert ledger.verify().sound
    assert ledger.erase("Lan", reason="once more") is None


@on_disk
def test_a_row_that_cannot_be_read_is_told_and_the_rest_is_read(
    another: Another, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = Ledger(another())
    ledger.keep(drafts("a", "b", "c", "d"))

    def torn(row: tuple[Any, ...]) -> Entry:
        return entry_of((*row[:5], "yesterday", *row[6:]) if row[0] in (2, 3) else row)

    for module in (sqlite, postgres):
        monkeypatch.setattr(module, "entry_of", torn)
    found = ledger.verify()
    assert [(each.sequence, each.says) for each in found.breaks] == [(n, "it cannot be read") for n in (2, 3)]
    assert (found.entries, found.head) == (4, ledger.head())


@on_disk
def test_a_closed_store_says_so(another: Another) -> None:
    store = another()
    store.close()
    store.close()
    uses: list[Callable[[], object]] = [
        store.head,
        store.entries,
        store.scrub,
        lambda: store.found([]),
        lambda: store.about("event", id="a"),
        lambda: store.write(lambda _: None),
    ]
    for use in uses:
        with pytest.raises(LedgerError, match="LEDGER_UNAVAILABLE: the ledger is closed"):
            use()


@on_disk
def test_work_that_is_over_writes_no_more(another: Another) -> None:
    store = another()
    held: list[Writing] = []
    store.write(held.append)
    with pytest.raises(LedgerError, match="this piece of work is over"):
        held[0].head()
    with pytest.raises(LedgerError, match="this piece of work is over"):
        held[0].add([])


@on_disk
def test_a_store_is_not_closed_in_the_middle_of_a_write(another: Another) -> None:
    store = another()
    with pytest.raises(LedgerError, match="LEDGER_UNAVAILABLE: the ledger is being written"):
        store.write(lambda _: store.close())
    assert store.head() == Head()


@on_disk
def test_what_went_wrong_before_is_not_mended_by_work_within_work(another: Another) -> None:
    ledger = Ledger(another())
    (kept,) = ledger.keep(drafts("a"))

    def broken(pen: Pen) -> None:
        with pytest.raises(LedgerError):
            pen.store.add([replace(kept, sequence=2, id="b"), kept])
        with pytest.raises(LedgerError):
            ledger.keep(drafts("c"))

    with pytest.raises(LedgerError):
        ledger.write(broken)

    def mended(pen: Pen) -> None:
        with pytest.raises(LedgerError):
            ledger.write(lambda inner: inner.store.add([replace(kept, sequence=2, id="b"), kept]))
        pen.keep(drafts("d"))

    ledger.write(mended)
    assert [entry.id for entry in ledger.entries()] == ["a", "d"]


@on_disk
def test_a_chain_that_does_not_go_on_is_refused(another: Another) -> None:
    store = another()
    (kept,) = Ledger(store).keep(drafts("a"))

    with pytest.raises(LedgerError, match=r"LEDGER_UNREADABLE: the chain in the \w+ has another end"):
        store.write(lambda writing: writing.add([kept]))
    assert list(store.entries()) == [kept]


@every
def test_threads_on_one_handle_lose_nothing(another: Another) -> None:
    ledger = Ledger(another())
    names = [f"e{n}" for n in range(60)]

    def keep(name: str) -> int:
        (entry,) = ledger.keep(drafts(name))
        assert ledger.find("event", name) == entry
        return sum(1 for _ in ledger.entries(entry.sequence - 1)) and entry.sequence

    with ThreadPoolExecutor(8) as pool:
        sequences = list(pool.map(keep, names * 2))
    assert sequences[:60] == sequences[60:]
    assert sorted(sequences[:60]) == list(range(1, 61))
    assert ledger.verify().sound


@on_disk
def test_a_fork_opens_anew(another: Another) -> None:
    store = another()
    ledger = Ledger(store)
    ledger.keep(drafts("a"))
    reading = ledger.entries()
    child = os.fork()
    if child == 0:
        try:
            ledger.keep(drafts("child"))
            os._exit(0 if ledger.verify().entries == 2 else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert [entry.id for entry in reading] == ["a"]
    ledger.keep(drafts("parent"))
    assert [entry.id for entry in ledger.entries()] == ["a", "child", "parent"]
    assert ledger.verify().sound

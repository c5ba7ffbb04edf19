"""A ledger keeps what happened: once, in no order of arrival, with both clocks."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aop_rules.errors import ConflictError
from aop_rules.events import EventBase, parse_event
from aop_rules.ledger.ledger import Ledger
from aop_rules.ledger.record import moment


def reading(
    event_id: str, *, known: str | None = None, value: int = 1, day: str = "2026-05-31", source: str = ""
) -> EventBase:
    data = {"kind": "kpi_observation", "event_id": event_id, "effective_date": day, "kpi": "k", "period": "2026-05"}
    return parse_event({**data, "value": value, "known_at": known, "source": source})


EVENTS = st.builds(
    reading,
    st.sampled_from("abcdefgh"),
    known=st.sampled_from([None, "2026-06-01", "2026-06-02T08:00:00Z", "2026-06-02T08:00:00+07:00"]),
    day=st.sampled_from(["2026-05-30", "2026-05-31"]),
    source=st.sampled_from(["", "erp"]),
)
UNIQUE = st.lists(EVENTS, max_size=8, unique_by=lambda event: (event.source, event.event_id))


def of(*events: EventBase) -> Ledger:
    ledger = Ledger()
    ledger.extend(events)
    return ledger


def test_a_new_ledger_is_empty() -> None:
    ledger = Ledger()
    assert (ledger.records(), ledger.head().sequence, ledger.verify().sound) == ((), 0, True)


def test_the_same_event_is_recorded_once() -> None:
    ledger = Ledger()
    first = ledger.append(reading("a"))
    assert ledger.append(reading("a")) == first
    assert (len(ledger), first.sequence) == (1, 1)


def test_the_same_id_from_another_source_is_another_event() -> None:
    assert len(of(reading("a"), reading("a", source="erp", value=2))) == 2


def test_other_content_under_a_known_id_is_a_conflict() -> None:
    ledger = of(reading("a"))
    with pytest.raises(ConflictError, match="EVENT_CONFLICT: event `a`"):
        ledger.append(reading("a", value=2))
    assert ledger.events() == (reading("a"),)


def test_of_many_events_all_are_recorded_or_none() -> None:
    ledger = of(reading("a"))
    with pytest.raises(ConflictError) as caught:
        ledger.extend([reading("b"), reading("a", value=2), reading("c"), reading("c", value=3)])
    assert len(caught.value.problems) == 2
    assert len(ledger) == 1
    assert [record.sequence for record in ledger.extend([reading("b"), reading("a"), reading("b")])] == [2, 1, 2]


def test_what_was_not_known_yet_is_not_seen() -> None:
    ledger = of(reading("may", known="2026-06-12T09:00:00Z"), reading("restated", known="2026-06-20"))
    assert [e.event_id for e in ledger.events("2026-06-11")] == []
    assert [e.event_id for e in ledger.events("2026-06-12T08:59:59Z")] == []
    assert [e.event_id for e in ledger.events(date(2026, 6, 12))] == ["may"]
    assert [e.event_id for e in ledger.events(datetime(2026, 6, 20, tzinfo=UTC))] == ["may", "restated"]


@given(UNIQUE, st.randoms(use_true_random=False))
def test_the_order_of_arrival_never_matters(events: list[EventBase], chance: random.Random) -> None:
    shuffled = chance.sample(events, len(events))
    one_by_one = Ledger()
    for event in shuffled:
        one_by_one.append(event)
    assert one_by_one.events() == of(*events).events()


@given(UNIQUE, st.sampled_from(["2026-05-30", "2026-06-01", "2026-06-02T02:00:00Z", "2026-06-02"]))
def test_as_of_is_what_was_known_by_then(events: list[EventBase], as_of: str) -> None:
    known = of(*events).events(as_of)
    assert set(known) == {event for event in events if event.known <= moment(as_of)}
    assert list(known) == sorted(known, key=lambda e: (e.known, e.effective_date, e.source, e.event_id))


def test_one_ledger_serves_several_threads() -> None:
    ledger = Ledger()
    events = [reading(f"e{n}") for n in range(100)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ledger.append, events * 3))
    assert sorted(record.sequence for record in ledger.records()) == list(range(1, 101))


@pytest.mark.parametrize(
    ("said", "means"),
    [
        (date(2026, 5, 31), "2026-05-31T23:59:59.999999+00:00"),
        ("2026-05-31", "2026-05-31T23:59:59.999999+00:00"),
        ("2026-05-31T17:00:00Z", "2026-05-31T17:00:00+00:00"),
        (datetime(2026, 5, 31, 17), "2026-05-31T17:00:00+00:00"),
    ],
)
def test_a_date_means_the_end_of_that_day(said: date | str, means: str) -> None:
    assert moment(said).isoformat() == means


def test_a_text_that_is_no_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="neither a day nor a moment"):
        moment("noon")


def test_a_moment_outside_the_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="outside the years 1 to 9999"):
        moment("0001-01-01T00:00:00+14:00")

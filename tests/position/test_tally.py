"""A tally gives the position that a fresh fold gives, however it came there, and at a cost that does not grow."""

from __future__ import annotations

import random
import sys
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from hashlib import sha256
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aop_rules.errors import ConflictError
from aop_rules.events import EventBase, canonical, parse_event, plain
from aop_rules.plan.model import Plan
from aop_rules.position.compute import position
from aop_rules.position.digest import FactsDigest
from aop_rules.position.model import SOURCES_MAX, Position
from aop_rules.position.tally import Tally

PLAN = Plan.model_validate(
    {
        "aop": 1,
        "id": "shop",
        "name": "Shop",
        "currency": "VND",
        "year": {"starts": "2026-01-01"},
        "rates": [{"currency": "USD", "on": "2026-03-01", "rate": 25_000}],
        "kpis": {
            "online": {"name": "Online", "kind": "flow", "unit": "money", "target": {"year": 1201}},
            "store": {"name": "Store", "kind": "flow", "unit": "money"},
            "total": {"name": "Total", "kind": "flow", "unit": "money", "sum_of": ["online", "store"]},
            "share": {"name": "Share", "kind": "ratio", "unit": "ratio", "numerator": "online", "denominator": "total"},
        },
        "budget": {
            "lines": {
                "all": {"name": "All", "amount": 150},
                "ads": {"name": "Ads", "amount": 100, "group": "all"},
                "print": {"name": "Print", "amount": 47, "group": "all"},
            }
        },
        "resources": {"roles": {"clerk": {"name": "Clerk", "capacity": 2}}},
        "initiatives": {"web": {"name": "Web", "ends": "2026-06-30"}},
        "risks": {"flood": {"name": "Flood"}},
    }
)
START = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2026, 12, 31, tzinfo=UTC)
moments = st.integers(0, 330).map(lambda n: START + timedelta(days=n))


@st.composite
def facts(draw: st.DrawFn) -> list[EventBase]:
    """Facts of every kind, some of another currency, of lines and periods that the plan does not have, not yet known."""
    money = ["commitment", "actual", "actual", "commitment_release", "budget_transfer", "spend_request"]
    rest = ["kpi_observation", "kpi_observation", "capacity_change", "milestone_update", "risk_signal", "period_close"]
    kinds = st.sampled_from([*money, *rest])
    return [parse_event(draw(events(f"e{n}", kind))) for n, kind in enumerate(draw(st.lists(kinds, max_size=14)))]


@st.composite
def events(draw: st.DrawFn, event_id: str, kind: str) -> dict[str, Any]:
    def one_of(*values: Any) -> Any:
        return draw(st.sampled_from(values))

    event = {"event_id": event_id, "kind": kind, "source": one_of("", "", "till")}
    event |= {"effective_date": (START + timedelta(days=draw(st.integers(-9, 300)))).date()}
    event |= {"known_at": draw(moments)} if draw(st.booleans()) else {}
    lines, amount = ("all", "ads", "print", "yacht"), one_of(0, 1, 7, 7, 30, Fraction(5, 2))
    if kind == "kpi_observation":
        event |= {
            "period": f"2026-{one_of(1, 1, 2, 3, 13):02}",
            "revision": one_of(0, 1),
            "currency": one_of(None, "EUR"),
        }
        said = {"kpi": one_of("online", "store", "total", "?"), "value": one_of(3, 3, 5)}
        return event | one_of(said, said, {"kpi": "share", "numerator": one_of(1, 2), "denominator": one_of(0, 4)})
    if kind == "budget_transfer":
        return event | {"from_line": one_of(*lines), "to_line": one_of(*lines), "amount": 3, "reason": "so"}
    if kind in ("commitment", "actual", "commitment_release", "spend_request"):
        doc = one_of("", "PO-1", "PO-2")
        names = {"consumes": doc} if kind == "actual" else {"doc": doc}
        amount = one_of(amount, -amount)
        return event | {"line": one_of(*lines), "amount": amount, "currency": one_of(None, None, "USD", "EUR"), **names}
    rest: dict[str, dict[str, Any]] = {
        "capacity_change": {"role": one_of("clerk", "?"), "capacity": one_of(1, 3)},
        "milestone_update": {"initiative": one_of("web", "?"), "expected": date(2026, 8, 1)},
        "risk_signal": {"risk": one_of("flood", "?")},
        "period_close": {"period": one_of("2026-02", "2026-04", "2030-01")},
    }
    return event | rest[kind]


def again(events: list[EventBase]) -> list[EventBase]:
    """The same events, read anew."""
    return [parse_event(plain(event)) for event in events]


def tally_of(events: list[EventBase]) -> Tally:
    tally = Tally(PLAN)
    tally.add(events)
    return tally


def bill(n: int, **more: Any) -> EventBase:
    told = {"kind": "actual", "event_id": f"b{n:04}", "effective_date": date(2026, 1, 2), "line": "ads", "amount": 1}
    return parse_event({**told, "known_at": START + timedelta(minutes=n), **more})


# ── theorems ────────────────────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=80, deadline=None)
@given(facts(), st.lists(st.tuples(st.booleans(), moments, st.integers(0, 20)), max_size=8), st.data())
def test_the_position_forgets_the_way_it_was_reached(
    events: list[EventBase], steps: list[tuple[bool, datetime, int]], data: st.DataObject
) -> None:
    tally, waiting, added = Tally(PLAN), data.draw(st.permutations(events)), list[EventBase]()
    for adds, as_of, n in [*steps, (True, END, len(events)), (False, END, 0)]:
        if adds:
            tally.add(waiting[:n])
            added, waiting = [*added, *waiting[:n]], waiting[n:]
        also = events[n] if n < len(events) else None

        assert tally.position(as_of, also) == position(PLAN, added, as_of, also=also)


@settings(max_examples=60, deadline=None)
@given(facts(), moments, st.randoms(use_true_random=False))
def test_an_event_added_twice_counts_once(events: list[EventBase], as_of: datetime, rng: random.Random) -> None:
    once, tally = tally_of(events).position(as_of), tally_of(events[::2])
    tally.position(as_of)
    tally.add(rng.sample([*events, *again(events), *events], 3 * len(events)))

    assert tally.position(as_of) == once


@settings(max_examples=60, deadline=None)
@given(facts(), facts(), moments)
def test_also_leaves_no_trace(events: list[EventBase], others: list[EventBase], as_of: datetime) -> None:
    tally = tally_of(events)
    before, fresh = tally.position(as_of), {(event.source, event.event_id): event for event in events}
    for also in others:
        known = fresh.get((also.source, also.event_id))
        if known is None or known.known > as_of or known == also:
            tally.position(as_of, also)

        assert tally.position(as_of) == before


@given(st.sets(st.binary(min_size=1, max_size=4)), st.sets(st.binary(min_size=5, max_size=8)), st.randoms())
def test_the_digest_is_of_the_facts_and_not_of_their_order(
    facts: set[bytes], gone: set[bytes], rng: random.Random
) -> None:
    one, other = FactsDigest(), FactsDigest()
    for fact in sorted(facts):
        one.count(fact, 1)
    for fact in rng.sample(sorted(facts | gone), len(facts | gone)):
        other.count(fact, 1)
    for fact in sorted(gone):
        assert one.hexdigest() != other.hexdigest()
        other.count(fact, -1)

    assert one.hexdigest() == other.hexdigest()


@settings(max_examples=60, deadline=None)
@given(facts(), moments)
def test_every_source_has_the_moment_at_which_it_became_known(events: list[EventBase], as_of: datetime) -> None:
    seen = tally_of(events).position(as_of)
    named = {source for periods in seen.lines.values() for line in periods.values() for source in line.sources}
    named |= {source for where in (*seen.risks.values(), *seen.initiatives.values()) for source in where.sources}
    named |= {source for kpi in seen.kpis.values() for each in kpi.readings for source in each.actual.sources}

    assert named <= set(seen.known)
    assert all(when in {event.known for event in events if event.event_id == name} for name, when in seen.known.items())


# ── what is refused ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_two_contents_of_one_id_are_refused_and_nothing_is_added() -> None:
    tally = tally_of([bill(1), bill(2)])
    before = tally.position(END)

    with pytest.raises(ConflictError) as raised:
        tally.add([bill(3), bill(2, amount=9), bill(1, amount=9), bill(4), bill(4, amount=9)])

    assert [problem.code for problem in raised.value.problems] == ["POSITION_CONFLICT"] * 3
    assert tally.position(END) == before


def test_what_is_decided_on_must_be_what_is_known_under_its_id() -> None:
    tally, early = tally_of([bill(5)]), START + timedelta(minutes=4)

    with pytest.raises(ConflictError, match="b0005"):
        tally.position(END, bill(5, amount=9))

    assert tally.position(early, bill(5, amount=9)).lines["ads"]["2026-01"].horizons[0].used == 9
    assert tally.position(END) == position(PLAN, [bill(5)], END)


def test_a_transfer_that_is_decided_on_does_not_count_recorded_or_not() -> None:
    told = {"kind": "budget_transfer", "event_id": "t", "effective_date": date(2026, 2, 1), "amount": 3}
    move = parse_event({**told, "from_line": "print", "to_line": "ads"})
    tally, empty = tally_of([move]), Tally(PLAN).position(END)

    assert tally.position(END) != empty
    assert tally.position(END, move) == Tally(PLAN).position(END, move) == empty


def test_every_event_has_its_digest_or_none_has() -> None:
    with pytest.raises(ValueError, match="shorter"):
        Tally(PLAN).add([bill(1), bill(2)], [b"1"])


# ── what it costs ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_digest_at_hand_is_not_worked_out_again() -> None:
    events, tally = [bill(n) for n in range(9)], Tally(PLAN)
    tally.add(events, [sha256(canonical(event).encode()).digest() for event in events])

    assert tally.position(END) == position(PLAN, events, END)


def test_a_line_names_the_records_known_last_and_tells_how_many_there_are() -> None:
    unclear = [bill(n, currency="EUR", line="print") for n in range(100, 130)]
    lines = tally_of([*(bill(n) for n in range(50)), *unclear]).position(END).lines

    assert lines["ads"]["2026-05"].sources == tuple(f"b{n:04}" for n in range(30, 50))
    assert lines["all"]["2026-05"].sources == tuple(f"b{n:04}" for n in range(110, 130))
    assert lines["all"]["2026-05"].unconverted == lines["print"]["2026-05"].unconverted
    assert [lines[line]["2026-05"].documents for line in ("all", "ads", "print")] == [80, 50, 30]
    assert len(lines["print"]["2026-05"].unconverted) == SOURCES_MAX


def test_a_position_costs_the_same_among_many_facts_as_among_few() -> None:
    def calls(count: int) -> tuple[int, Position]:
        docs = [
            {"doc": f"PO-{n // 2}", "kind": "commitment"} if n % 2 else {"consumes": f"PO-{n // 2}"}
            for n in range(count)
        ]
        tally = tally_of([bill(n, **docs[n]) for n in range(count)])
        tally.position(END)
        made = 0

        def called(frame: FrameType, what: str, arg: object) -> None:
            nonlocal made
            made += what in ("call", "c_call")

        sys.setprofile(called)
        try:
            tally.position(END, bill(9999, consumes="PO-1"))
            seen = tally.position(END)
        finally:
            sys.setprofile(None)
        return made, seen

    few, _ = calls(40)
    many, seen = calls(1500)

    assert seen.lines["ads"]["2026-01"].documents == 1500
    assert many <= few + 20

"""Money that moves: every entry sums to zero, no transfer changes the whole, and groups move with their parts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aop_rules.events import EventBase, parse_event
from aop_rules.plan.model import Plan
from aop_rules.position.compute import position
from aop_rules.position.model import Horizon, Position
from aop_rules.position.tally import Tally
from aop_rules.position.transfers import LAST_YEAR

YEAR_END = datetime(2027, 1, 31, tzinfo=UTC)
LINES: dict[str, dict[str, Any]] = {
    "marketing": {"amount": 2400},
    "ads": {"amount": 1200, "group": "marketing"},
    "fairs": {"amount": 600, "group": "marketing"},
    "rent": {"amount": 2400, "contract": True},
    "spare": {"amount": 480, "reserve": True},
}
HEAD = {"aop": 1, "id": "shop", "name": "Shop", "currency": "VND", "year": {"starts": "2026-01-01"}}
PLAN = Plan.model_validate(
    {**HEAD, "budget": {"lines": {line: {"name": line, **parts} for line, parts in LINES.items()}}}
)


def transfer(giver: str, taker: str, amount: int, month: int = 6, **more: Any) -> EventBase:
    base = {"kind": "budget_transfer", "from": giver, "to": taker, "amount": amount}
    name = f"{giver} {taker} {amount} {month} {sorted(more.items())}"
    return parse_event({"event_id": name, "effective_date": date(2026, month, 10), **base, **more})


def carried(line: str, amount: int, **more: Any) -> EventBase:
    base = {"kind": "carry_forward", "line": line, "amount": amount, "effective_date": date(2026, 1, 5)}
    return parse_event({"event_id": f"carried {line} {amount} {sorted(more.items())}", **base, **more})


def at(*events: EventBase, also: EventBase | None = None) -> Position:
    return position(PLAN, events, YEAR_END, also=also)


def horizon(seen: Position, line: str, name: str = "year", month: int = 12) -> Horizon:
    return next(one for one in seen.lines[line][f"2026-{month:02}"].horizons if one.name == name)


def limits(seen: Position, name: str = "year", month: int = 12) -> dict[str, Any]:
    return {line: horizon(seen, line, name, month).limit for line in LINES}


UNMOVED = limits(at())

MOVES = st.builds(
    transfer,
    st.sampled_from(sorted(LINES)),
    st.sampled_from(sorted(LINES)),
    st.integers(1, 900),
    st.integers(1, 12),
    to_period=st.none() | st.integers(1, 12).map(lambda n: f"2026-{n:02}"),
) | st.builds(carried, st.sampled_from(sorted(LINES)), st.integers(1, 900))
SOME = st.lists(MOVES, max_size=6, unique_by=lambda event: event.event_id)


@settings(max_examples=60, deadline=None)
@given(SOME)
def test_every_transfer_sums_to_zero(events: list[EventBase]) -> None:
    entries = at(*events).moves.entries
    assert len(entries) == len(events)
    for entry in entries:
        assert sum(leg.amount for leg in entry.legs) == 0
        assert entry.giver.amount < 0 < entry.taker.amount


@settings(max_examples=60, deadline=None)
@given(SOME)
def test_a_transfer_never_changes_the_total(events: list[EventBase]) -> None:
    """What is carried forward comes from outside the year, and adds itself."""
    seen = at(*events)
    brought = sum(entry.taker.amount for entry in seen.moves.entries if entry.giver.account == LAST_YEAR)
    tops = ("marketing", "rent", "spare")
    assert sum(horizon(seen, line).limit for line in tops) == 5280 + brought


@settings(max_examples=40, deadline=None)
@given(SOME, st.integers(1, 12))
def test_to_date_is_the_sum_of_the_periods(events: list[EventBase], month: int) -> None:
    seen = at(*events)
    for line in LINES:
        periods = [horizon(seen, line, "period", n).limit for n in range(1, month + 1)]
        assert horizon(seen, line, "to_date", month).limit == sum(periods)


@settings(max_examples=40, deadline=None)
@given(SOME, st.randoms())
def test_the_order_of_transfers_never_matters(events: list[EventBase], random: Any) -> None:
    mixed = list(events)
    random.shuffle(mixed)
    assert at(*events) == at(*mixed)
    tally = Tally(PLAN)
    tally.add(mixed)
    assert tally.position(YEAR_END) == at(*events)


def test_a_transfer_moves_the_limits_of_both_lines_from_its_period_on() -> None:
    seen = at(transfer("spare", "ads", 240, 6))
    assert limits(seen) == {**UNMOVED, "spare": 240, "ads": 1440, "marketing": 2640}
    assert horizon(seen, "ads", "to_date", 5).limit == 500
    assert horizon(seen, "ads", "to_date", 6).limit == 840
    one = horizon(seen, "ads")
    assert (one.allocated, one.transferred_in, one.transferred_out, one.moved) == (1200, 240, 0, 240)
    assert seen.lines["ads"]["2026-06"].moved_by == seen.lines["marketing"]["2026-06"].moved_by != ()
    assert seen.lines["rent"]["2026-06"].moved_by == ()


def test_between_two_parts_of_a_group_the_group_keeps_its_limit() -> None:
    seen = at(transfer("ads", "fairs", 100))
    assert limits(seen) == {**UNMOVED, "ads": 1100, "fairs": 700}
    assert all(horizon(seen, "marketing", "to_date", n).moved == 0 for n in range(1, 13))


def test_between_two_periods_of_a_line_only_the_year_to_date_changes() -> None:
    seen = at(transfer("ads", "ads", 60, from_period="2026-06", to_period="2026-12"))
    assert limits(seen) == UNMOVED
    assert [horizon(seen, "ads", "to_date", n).limit for n in (5, 6, 11, 12)] == [500, 540, 1040, 1200]
    assert horizon(seen, "marketing", "to_date", 6).limit == 1140


def test_what_is_carried_forward_comes_from_last_year() -> None:
    seen = at(carried("ads", 90, what="commitment"), carried("rent", 10, period="2026-03"))
    assert limits(seen) == {**UNMOVED, "ads": 1290, "marketing": 2490, "rent": 2410}
    assert horizon(seen, "ads", "to_date", 1).carried_in == 90
    assert horizon(seen, "rent", "to_date", 2).carried_in == 0
    assert {entry.giver.account for entry in seen.moves.entries} == {LAST_YEAR}


def test_what_is_used_counts_against_the_moved_limit() -> None:
    bill = {"kind": "actual", "event_id": "bill", "line": "ads", "amount": 1300, "effective_date": date(2026, 6, 1)}
    assert horizon(at(parse_event(bill), transfer("spare", "ads", 240)), "ads").available == 140


def test_a_transfer_that_is_being_decided_on_does_not_count_recorded_or_not() -> None:
    asked, other = transfer("spare", "ads", 240), transfer("spare", "ads", 10)
    assert limits(at(other, also=asked)) == limits(at(other)) == limits(at(other, asked, also=asked))
    assert at(other, asked, also=asked).digest == at(other).digest


@pytest.mark.parametrize(
    "event",
    [
        transfer("spare", "ad", 5),
        transfer("sapre", "ads", 5),
        transfer("spare", "ads", 5, period="2027-01"),
        transfer("spare", "ads", 5, currency="USD"),
        transfer("spare", "ads", -5),
        transfer("spare", "ads", 0),
        carried("ad", 5),
        carried("ads", 5, period="2025-12"),
    ],
)
def test_what_names_no_line_period_or_sum_of_the_plan_is_named_and_moves_nothing(event: EventBase) -> None:
    seen = at(event)
    assert seen.unplaced == (event.event_id,)
    assert limits(seen) == UNMOVED and seen.moves.entries == ()


def test_a_freeze_holds_from_its_day_to_its_last_or_the_end_of_the_year() -> None:
    base = {"kind": "budget_freeze", "effective_date": date(2026, 11, 1)}
    known = parse_event({**base, "event_id": "a", "lines": ["ads", "adds"], "until": date(2026, 11, 30)})
    general = parse_event({**base, "event_id": "b"})
    nowhere = parse_event({**base, "event_id": "c", "lines": ["adds"]})
    seen = at(known, general, nowhere)
    assert [(each.lines, each.until) for each in seen.moves.freezes] == [
        (("ads",), date(2026, 11, 30)),
        ((), date(2026, 12, 31)),
    ]
    assert seen.unplaced == ("a", "c")

"""Who is free when, what initiatives have come to, which risks have shown."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from aop_rules.errors import ConflictError
from aop_rules.events import EventBase, parse_event
from aop_rules.plan.model import Plan
from aop_rules.position.compute import position
from aop_rules.position.model import Position

JULY = datetime(2026, 7, 1, tzinfo=UTC)
INITIATIVES: dict[str, Any] = {
    "shop": {
        "name": "Shop",
        "starts": "2026-02-10",
        "ends": "2026-04-05",
        "needs": [{"role": "online", "amount": "0.3"}],
    },
    "ads": {"name": "Ads", "needs": [{"role": "online", "amount": "0.5", "from": "2026-04", "to": "2026-06-15"}]},
    "old": {"name": "Old", "status": "stopped", "needs": [{"role": "online", "amount": 9}]},
    "mail": {
        "name": "Mail",
        "starts": "2026-08-01",
        "days": 31,
        "milestones": {"list": {"name": "List", "due": "2026-08-10"}},
    },
}


def at(*events: EventBase, as_of: datetime = JULY, **more: Any) -> Position:
    plan = {
        "aop": 1,
        "id": "shop",
        "name": "Shop",
        "currency": "USD",
        "year": {"starts": "2026-01-01"},
        "resources": {"roles": {"online": {"name": "Online", "capacity": 1}}},
        "risks": {"prices": {"name": "Prices"}, "demand": {"name": "Demand"}},
        "initiatives": INITIATIVES,
    }
    return position(Plan.model_validate(plan | more), events, as_of)


def event(kind: str, day: str, **fields: Any) -> EventBase:
    return parse_event({"event_id": f"{kind} {day}", **fields, "kind": kind, "effective_date": day})


def tenths(seen: Position, figure: str) -> list[int]:
    return [int(getattr(role, figure) * 10) for role in seen.roles["online"].values()]


def test_needs_fall_on_the_periods_of_the_need_or_else_of_the_initiative() -> None:
    seen = at()

    assert tenths(seen, "used") == [0, 3, 3, 8, 5, 5, 0, 0, 0, 0, 0, 0]
    assert seen.roles["online"]["2026-04"].users == ("ads", "shop")
    assert tenths(seen, "free")[3] == 2


def test_a_need_without_dates_lasts_the_whole_year() -> None:
    always = {"always": {"name": "Always", "needs": [{"role": "online", "amount": "0.1"}]}}

    assert tenths(at(initiatives=always), "used") == [1] * 12


def test_what_is_done_takes_nothing_and_what_slips_takes_longer() -> None:
    done = event("milestone_update", "2026-03-31", initiative="shop", done=True)
    slips = event("milestone_update", "2026-03-31", initiative="shop", expected="2026-06-02")

    assert tenths(at(done), "used") == [0, 0, 0, 5, 5, 5, 0, 0, 0, 0, 0, 0]
    assert tenths(at(slips), "used") == [0, 3, 3, 8, 8, 8, 0, 0, 0, 0, 0, 0]


def test_a_change_inside_a_period_leaves_it_the_least() -> None:
    fewer = event("capacity_change", "2026-03-15", role="online", capacity="0.5")
    more = event("capacity_change", "2026-06-15", role="online", capacity=2)

    assert tenths(at(fewer, more), "capacity") == [10, 10, 5, 5, 5, 5, 20, 20, 20, 20, 20, 20]


def test_of_two_changes_of_one_day_the_later_known_holds() -> None:
    first = event("capacity_change", "2026-03-01", event_id="z", role="online", capacity=5, known_at="2026-03-01")
    second = event("capacity_change", "2026-03-01", event_id="a", role="online", capacity=3, known_at="2026-03-02")

    assert tenths(at(first, second), "capacity")[2] == 30


def test_an_initiative_is_as_late_as_its_end_or_latest_milestone() -> None:
    milestone = event("milestone_update", "2026-06-01", initiative="mail", milestone="list", expected="2026-08-20")
    end = event("milestone_update", "2026-06-02", initiative="mail", expected="2026-09-03")

    assert (at(milestone).initiatives["mail"].late_days, at(milestone).initiatives["mail"].expected_end) == (
        10,
        "2026-08-31",
    )
    assert (at(milestone, end).initiatives["mail"].late_days, at(milestone, end).initiatives["mail"].expected_end) == (
        10,
        "2026-09-03",
    )


def test_a_later_update_takes_the_place_of_an_earlier_one() -> None:
    slips = event("milestone_update", "2026-06-01", initiative="mail", expected="2026-10-01")
    back = event("milestone_update", "2026-06-02", initiative="mail", expected="2026-08-31")
    seen = at(back, slips).initiatives["mail"]

    assert (seen.late_days, seen.done, len(seen.sources)) == (0, False, 2)


def test_without_updates_the_plan_stands() -> None:
    seen = at().initiatives

    assert (seen["shop"].expected_end, seen["ads"].expected_end, seen["mail"].late_days) == ("2026-04-05", "", 0)


def test_a_signal_is_not_yet_an_occurrence() -> None:
    seen = at(
        event("risk_signal", "2026-03-01", risk="prices"),
        event("risk_occurred", "2026-04-01", risk="demand"),
    ).risks

    assert (seen["prices"].signalled, seen["prices"].occurred) == (True, False)
    assert (seen["demand"].occurred, seen["demand"].sources) == (True, ("risk_occurred 2026-04-01",))


def test_facts_about_what_the_plan_does_not_have_are_named() -> None:
    seen = at(
        event("risk_signal", "2026-03-01", event_id="r", risk="war"),
        event("capacity_change", "2026-03-01", event_id="c", role="pilot", capacity=1),
        event("milestone_update", "2026-03-01", event_id="m", initiative="mail", milestone="nope"),
        event("period_close", "2026-03-01", event_id="p", period="2031-01"),
    )

    assert seen.unplaced == ("c", "m", "p", "r")


def test_the_current_period_is_that_of_the_day_and_none_outside_the_year() -> None:
    assert str(at().current) == "2026-07"
    assert at(as_of=datetime(2027, 3, 1, tzinfo=UTC)).current is None
    assert at(as_of=datetime(2026, 7, 1)).as_of == JULY


def test_the_same_event_again_is_the_same_event() -> None:
    signal = event("risk_signal", "2026-03-01", risk="prices")

    assert at(signal, signal) == at(signal)


def test_one_event_id_with_two_contents_is_refused() -> None:
    with pytest.raises(ConflictError, match="event `x` stands here with two contents"):
        at(
            event("risk_signal", "2026-03-01", event_id="x", risk="prices"),
            event("risk_signal", "2026-03-01", event_id="x", risk="demand"),
        )


def test_a_milestone_once_reached_is_no_longer_late() -> None:
    slips = event("milestone_update", "2026-06-01", initiative="mail", milestone="list", expected="2026-08-20")
    reached = event(
        "milestone_update", "2026-06-30", initiative="mail", milestone="list", expected="2026-08-20", done=True
    )

    assert at(slips, reached).initiatives["mail"].late_days == 0

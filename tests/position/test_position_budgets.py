"""What a budget line has left: an order and its invoice never count twice, a refund never widens the limit."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest

from aop_rules.events import EventBase, parse_event
from aop_rules.plan.model import Plan
from aop_rules.position.compute import position
from aop_rules.position.model import Horizon, Position

YEAR_END = datetime(2027, 1, 31, tzinfo=UTC)


def plan(lines: dict[str, Any], **more: Any) -> Plan:
    named = {line: {"name": line, **fields} for line, fields in lines.items()}
    base = {"aop": 1, "id": "shop", "name": "Shop", "currency": "VND", "year": {"starts": "2026-01-01"}}
    return Plan.model_validate(base | {"budget": {"lines": named}} | more)


def spend(kind: str, amount: object, month: int = 1, line: str = "ads", **more: Any) -> EventBase:
    told = {"event_id": f"{kind} {amount} {month} {line} {sorted(more.items())}", **more}
    return parse_event({"kind": kind, "line": line, "amount": amount, "effective_date": date(2026, month, 10), **told})


def horizon(seen: Position, name: str = "year", period: str = "2026-01", line: str = "ads") -> Horizon:
    return next(one for one in seen.lines[line][period].horizons if one.name == name)


def left(budget: int, *events: EventBase) -> int | Fraction:
    return horizon(position(plan({"ads": {"amount": budget}}), events, YEAR_END)).available


def test_the_published_budget_case() -> None:
    assert left(80000, spend("actual", 50000), spend("commitment", 25000)) == 5000


def test_an_order_and_its_part_invoices_leave_what_neither_took() -> None:
    assert left(20, spend("actual", 11), spend("actual", 5)) == 4
    order = spend("commitment", 16, doc="PO-1")
    assert left(20, order, spend("actual", 11, consumes="PO-1")) == 4
    assert left(20, order, spend("actual", 11, consumes="PO-1"), spend("actual", 5, consumes="PO-1")) == 4


def test_an_invoice_above_its_order_counts_in_full_and_once() -> None:
    assert left(20, spend("commitment", 10, doc="PO-1"), spend("actual", 13, consumes="PO-1")) == 7


def test_an_invoice_of_another_order_takes_nothing_from_this_one() -> None:
    assert left(20, spend("commitment", 10, doc="PO-1"), spend("actual", 3, consumes="PO-2")) == 7


def test_a_release_frees_what_is_still_open_and_no_more() -> None:
    order, invoice = spend("commitment", 10, doc="PO-1"), spend("actual", 4, consumes="PO-1")

    assert left(20, order, invoice, spend("commitment_release", 6, doc="PO-1")) == 16
    assert left(20, order, invoice, spend("commitment_release", 60, consumes="PO-1")) == 16


def test_an_order_without_a_document_stays_open() -> None:
    assert left(20, spend("commitment", 10), spend("actual", 4)) == 6


def test_the_open_rest_stays_in_the_period_of_its_order() -> None:
    events = [spend("commitment", 10, month=2, doc="PO-1"), spend("actual", 4, month=3, consumes="PO-1")]
    seen = position(plan({"ads": {"amount": 1200}}), events, YEAR_END)

    assert (horizon(seen, "period", "2026-02").committed, horizon(seen, "period", "2026-02").actual) == (6, 0)
    assert (horizon(seen, "period", "2026-03").committed, horizon(seen, "period", "2026-03").actual) == (0, 4)
    assert horizon(seen, "to_date", "2026-03").used == 10


def test_an_invoice_eats_its_own_lines_share_of_an_order_first() -> None:
    events = [
        spend("commitment", 10, line="ads", doc="PO-1"),
        spend("commitment", 10, line="rent", doc="PO-1"),
        spend("actual", 13, line="rent", consumes="PO-1"),
    ]
    seen = position(plan({"ads": {"amount": 100}, "rent": {"amount": 100}}), events, YEAR_END)

    assert horizon(seen, line="ads").committed == 7
    assert horizon(seen, line="rent").used == 13


def test_a_refund_gives_back_and_never_widens_the_limit() -> None:
    assert left(20, spend("actual", 8), spend("actual", -3)) == 15
    assert left(20, spend("actual", -3)) == 20


def test_a_refund_does_not_lift_an_order_above_what_was_ordered() -> None:
    order = spend("commitment", 10, doc="PO-1")

    assert left(20, order, spend("actual", -3, consumes="PO-1")) == 13
    assert left(20, order, spend("actual", 8, consumes="PO-1"), spend("actual", -8, consumes="PO-1")) == 10


def test_nothing_is_allowed_on_a_line_of_zero() -> None:
    assert left(0) == 0
    assert left(0, spend("actual", 1)) == -1


def test_the_limit_is_phased_to_the_last_dong() -> None:
    profile = {"weights": [6, 5, 8, 7, 8, 9, 8, 8, 9, 9, 10, 13]}
    seen = position(
        plan({"ads": {"amount": 1_000_000_001, "profile": "seasons"}}, profiles={"seasons": profile}), [], YEAR_END
    )
    months = [horizon(seen, "period", period).allocated for period in seen.lines["ads"]]

    assert months[-1] == 130_000_001
    assert sum(months) == 1_000_000_001 == horizon(seen, "to_date", "2026-12").allocated


def test_a_group_holds_its_parts_and_its_own_spending() -> None:
    lines = {"all": {"amount": 50}, "ads": {"amount": 30, "group": "all"}, "print": {"amount": 30, "group": "all"}}
    events = [spend("actual", 10, line="all"), spend("actual", 20, line="ads"), spend("commitment", 15, line="print")]
    seen = position(plan(lines), events, YEAR_END)

    assert (horizon(seen, line="all").actual, horizon(seen, line="all").committed) == (30, 15)
    assert [horizon(seen, line=line).available for line in lines] == [5, 10, 15]
    assert len(seen.lines["all"]["2026-01"].sources) == 3


def test_spending_outside_the_plan_is_kept_aside_and_named() -> None:
    events = [spend("actual", 5, line="yacht", event_id="y"), spend("actual", 5, period="2031-01", event_id="late")]
    seen = position(plan({"ads": {"amount": 10}}), events, YEAR_END)

    assert (seen.unbudgeted, seen.unplaced) == (("y",), ("late",))
    assert horizon(seen).available == 10


def test_a_period_named_by_the_event_comes_before_its_date() -> None:
    seen = position(plan({"ads": {"amount": 12}}), [spend("actual", 5, month=1, period="2026-03")], YEAR_END)

    assert [horizon(seen, "period", period).actual for period in ("2026-01", "2026-03")] == [0, 5]


def test_another_currency_is_converted_at_the_latest_rate_of_the_day() -> None:
    rates = [{"currency": "USD", "on": f"2026-0{n}-01", "rate": 25_000 + n} for n in (3, 2)]
    events = [spend("actual", 2, month=2, currency="USD"), spend("actual", 1, month=4, currency="USD")]
    seen = position(plan({"ads": {"amount": 1_000_000}}, rates=rates), events, YEAR_END)

    assert horizon(seen).actual == 2 * 25_002 + 25_003


def test_an_amount_without_a_rate_leaves_its_line_incomplete_from_then_on() -> None:
    seen = position(
        plan({"ads": {"amount": 12}}), [spend("actual", 2, month=2, currency="EUR", event_id="e")], YEAR_END
    )

    assert seen.unconverted == ("e",)
    assert [horizon(seen, "to_date", period).complete for period in ("2026-01", "2026-02", "2026-03")] == [
        True,
        False,
        False,
    ]
    assert not horizon(seen, "year").complete


@pytest.mark.parametrize(("day", "counted"), [(9, 0), (10, 7)])
def test_only_what_was_known_counts(day: int, counted: int) -> None:
    events = [spend("actual", 7, month=2, known_at="2026-03-10")]
    seen = position(plan({"ads": {"amount": 12}}), events, datetime(2026, 3, day, tzinfo=UTC))

    assert horizon(seen).actual == counted


def test_the_spending_being_decided_on_counts_whenever_it_was_known() -> None:
    also = spend("commitment", 7, month=2, known_at="2026-09-01")
    seen = position(plan({"ads": {"amount": 12}}), [], datetime(2026, 3, 1, tzinfo=UTC), also=also)

    assert horizon(seen).committed == 7


def test_a_request_changes_nothing() -> None:
    request = spend("spend_request", 7)
    empty = position(plan({"ads": {"amount": 12}}), [], YEAR_END)

    assert position(plan({"ads": {"amount": 12}}), [request], YEAR_END, also=request) == empty


def test_an_invoice_eats_the_earliest_period_of_its_order_first() -> None:
    events = [
        spend("commitment", 10, month=4, doc="PO-1"),
        spend("commitment", 10, month=2, doc="PO-1"),
        spend("actual", 12, month=6, consumes="PO-1"),
    ]
    seen = position(plan({"ads": {"amount": 1200}}), events, YEAR_END)

    assert [horizon(seen, "period", period).committed for period in ("2026-02", "2026-04")] == [0, 8]


def test_a_negative_order_line_lowers_the_rest_of_its_order() -> None:
    assert left(20, spend("commitment", 10, doc="PO-1"), spend("commitment", -4, month=2, doc="PO-1")) == 14


def test_a_rate_holds_from_its_own_day_on() -> None:
    rates = [{"currency": "USD", "on": "2026-02-10", "rate": 25_000}]
    events = [
        spend("actual", 1, month=2, currency="USD"),
        spend("actual", 1, month=1, currency="USD", event_id="early"),
    ]
    seen = position(plan({"ads": {"amount": 100_000}}, rates=rates), events, YEAR_END)

    assert (horizon(seen).actual, seen.unconverted) == (25_000, ("early",))

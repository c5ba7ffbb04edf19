"""Money held before there is an order: a request, its order and its invoice count once, and never less than once."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from aop_rules.events import EventBase, parse_event
from aop_rules.plan.model import Plan
from aop_rules.position.compute import position
from aop_rules.position.model import Horizon, Position
from aop_rules.position.tally import Tally

END = datetime(2027, 1, 31, tzinfo=UTC)
PLAN = Plan.model_validate(
    {
        "aop": 1,
        "id": "shop",
        "name": "Shop",
        "currency": "USD",
        "year": {"starts": "2026-01-01"},
        "budget": {
            "lines": {
                "all": {"name": "All", "amount": 1200},
                "ads": {"name": "Ads", "amount": 600, "group": "all"},
                "print": {"name": "Print", "amount": 240, "group": "all"},
            }
        },
    }
)


def told(kind: str, amount: object = None, month: int = 1, line: str | None = "ads", **more: Any) -> EventBase:
    said: dict[str, Any] = {"kind": kind, "effective_date": date(2026, month, 10), **more}
    said |= {"amount": amount} if amount is not None else {}
    said |= {"line": line} if line is not None else {}
    said.setdefault("event_id", " ".join(map(str, (kind, amount, month, line, *sorted(more.items())))))
    return parse_event(said)


def year(events: Sequence[EventBase], line: str = "ads") -> Horizon:
    return position(PLAN, events, END).lines[line]["2026-01"].horizons[2]


def parts(events: Sequence[EventBase], line: str = "ads") -> tuple[Any, Any, Any]:
    at = year(events, line)
    return at.reserved, at.committed, at.actual


HOLD = told("reservation", 20, doc="PR-1")


# ── one document after the other ────────────────────────────────────────────────────────────────────────────────────


def test_a_reservation_holds_its_money() -> None:
    assert parts([HOLD]) == (20, 0, 0)
    assert year([HOLD], "all").available == 1180


@pytest.mark.parametrize("named", [{"doc": "PR-1"}, {"doc": "PO-1", "consumes": "PR-1"}, {"consumes": "PR-1"}])
def test_an_order_uses_up_the_reservation_that_it_names(named: dict[str, str]) -> None:
    assert parts([HOLD, told("commitment", 16, **named)]) == (4, 16, 0)


def test_the_published_order_with_two_invoices_has_four_left() -> None:
    order = told("commitment", 20, doc="PO-1", consumes="PR-1")
    invoices = [told("actual", 11, consumes="PO-1"), told("actual", 5, month=2, consumes="PO-1")]

    assert parts([HOLD, order, *invoices]) == (0, 4, 16)
    assert parts([order, *invoices]) == (0, 4, 16)


def test_an_invoice_without_an_order_uses_up_the_reservation() -> None:
    assert parts([HOLD, told("actual", 13, consumes="PR-1")]) == (7, 0, 13)
    assert parts([HOLD, told("actual", 33, consumes="PR-1")]) == (0, 0, 33)


def test_an_invoice_that_names_the_request_is_for_the_order_under_it() -> None:
    order = told("commitment", 20, doc="PO-1", consumes="PR-1")

    assert parts([HOLD, order, told("actual", 20, consumes="PR-1")]) == (0, 0, 20)
    assert parts([HOLD, order, told("actual", 25, consumes="PR-1")]) == (0, 0, 25)


def test_an_invoice_above_its_order_takes_the_rest_of_the_request() -> None:
    order = told("commitment", 16, doc="PO-1", consumes="PR-1")

    assert parts([HOLD, order, told("actual", 18, consumes="PO-1")]) == (2, 0, 18)


def test_two_orders_share_a_request() -> None:
    orders = [told("commitment", 8, doc=f"PO-{n}", consumes="PR-1") for n in (1, 2)]

    assert parts([HOLD, *orders]) == (4, 16, 0)
    assert parts([HOLD, *orders, told("actual", 10, consumes="PO-1")]) == (2, 8, 10)


def test_one_order_serves_two_requests() -> None:
    holds = [HOLD, told("reservation", 10, doc="PR-2")]
    orders = [told("commitment", 20, doc="PO-1", consumes="PR-1"), told("commitment", 6, doc="PO-1", consumes="PR-2")]

    assert parts([*holds, *orders]) == (4, 26, 0)


def test_the_rest_of_an_order_that_is_released_is_free() -> None:
    order = told("commitment", 20, doc="PO-1", consumes="PR-1")

    assert parts([HOLD, order, told("commitment_release", 8, doc="PO-1")]) == (0, 12, 0)


def test_a_refund_gives_back_to_the_order_and_the_request_what_it_took() -> None:
    paid, back = told("actual", 18, consumes="PR-1"), told("actual", -18, month=3, consumes="PR-1")

    assert parts([HOLD, paid, back]) == (20, 0, 0)


def test_an_order_uses_up_its_own_line_and_period_first() -> None:
    holds = [told("reservation", 10, month, line, doc="PR-1") for month in (2, 3) for line in ("ads", "print")]
    seen = position(PLAN, [*holds, told("commitment", 14, 3, "print", doc="PR-1")], END).lines

    assert [seen["print"][f"2026-0{n}"].horizons[0].reserved for n in (2, 3)] == [0, 6]
    assert [seen["ads"][f"2026-0{n}"].horizons[0].reserved for n in (2, 3)] == [10, 10]


def test_a_release_frees_an_amount_or_all_that_is_left() -> None:
    used = [HOLD, told("actual", 5, consumes="PR-1")]

    assert parts([*used, told("reservation_release", 6, line=None, doc="PR-1")]) == (9, 0, 5)
    assert parts([*used, told("reservation_release", 60, line=None, consumes="PR-1")]) == (0, 0, 5)
    assert parts([*used, told("reservation_release", line=None, doc="PR-1")]) == (0, 0, 5)


def test_a_release_of_one_line_leaves_the_others() -> None:
    events = [HOLD, told("reservation", 7, line="print", doc="PR-1"), told("reservation_release", doc="PR-1")]

    assert parts(events) == (0, 0, 0)
    assert parts(events, "print") == (7, 0, 0)


def test_what_cannot_be_a_reservation_is_refused() -> None:
    with pytest.raises(ValidationError, match="doc"):
        told("reservation", 20)
    with pytest.raises(ValidationError, match="names what it releases"):
        told("reservation_release", 20)


def test_what_has_no_place_is_named() -> None:
    lost = [
        told("reservation", 3, line="yacht", doc="A", event_id="a"),
        told("reservation", 3, doc="B", period="2031-01", event_id="b"),
        told("reservation", 3, doc="C", currency="EUR", event_id="c"),
        told("reservation_release", 3, doc="C", currency="EUR", event_id="d"),
        told("reservation_release", line="yacht", doc="A", event_id="e"),
    ]
    seen = position(PLAN, lost, END)

    assert (seen.unbudgeted, seen.unplaced, seen.unconverted) == (("a", "e"), ("b",), ("c", "d"))
    assert not seen.lines["ads"]["2026-01"].horizons[2].complete


def test_a_request_sees_what_is_held_under_its_document() -> None:
    events = [
        told("reservation", 30, doc="PR-1"),
        told("commitment", 12, 2, doc="PO-1", consumes="PR-1"),
        told("actual", 5, 3, consumes="PO-1"),
        told("reservation", 9, doc="PR-2"),
    ]
    asked = told("spend_request", 20, doc="PR-1")
    seen = position(PLAN, events, END, also=asked)

    assert sum(seen.held.values()) == 30
    assert {spot: amount for spot, amount in seen.held.items() if amount} == {
        ("ads", 1): 18,
        ("ads", 2): 7,
        ("ads", 3): 5,
    }
    assert position(PLAN, events, END).held == {}


# ── theorems ────────────────────────────────────────────────────────────────────────────────────────────────────────

amounts = st.integers(0, 9).map(lambda n: Fraction(n, 2) if n % 2 else n // 2)
lines = st.sampled_from(["ads", "print"])
months = st.integers(1, 3)


@st.composite
def documents(draw: st.DrawFn, requests: tuple[str, ...] = ("PR-1", "PR-2")) -> list[EventBase]:
    """Requests, orders under them (or under none, or several), invoices of either, and releases."""
    orders, events = ("PO-1", "PO-2", "PO-3"), []
    for n in range(draw(st.integers(0, 10))):
        kind = draw(
            st.sampled_from(
                ["reservation", "reservation", "commitment", "commitment", "actual", "actual", "free", "release"]
            )
        )
        amount, month, line = draw(amounts), draw(months), draw(lines)
        request, order = draw(st.sampled_from(requests)), draw(st.sampled_from(orders))
        any_doc = draw(st.sampled_from([request, order]))
        head: dict[str, Any] = {"event_id": f"e{n}"}
        if kind == "reservation":
            events.append(told(kind, amount, month, line, doc=request, **head))
        elif kind == "commitment":
            under = draw(st.sampled_from([{"doc": request}, {"doc": order}, {"doc": order, "consumes": request}]))
            events.append(told(kind, amount, month, line, **under, **head))
        elif kind == "actual":
            amount = draw(st.sampled_from([amount, amount, amount, -amount]))
            events.append(told(kind, amount, month, line, consumes=any_doc, **head))
        elif kind == "release":
            events.append(told("commitment_release", amount, month, line, doc=any_doc, **head))
        else:
            some = draw(st.sampled_from([None, amount]))
            where = draw(st.sampled_from([None, line]))
            events.append(told("reservation_release", some, month, where, doc=request, **head))
    return events


def used(seen: Position, line: str = "all") -> Fraction:
    at = seen.lines[line]["2026-01"].horizons[2]
    return Fraction(at.reserved + at.committed + at.actual)


class Reference:
    """Half unit by half unit: each that is held stands for itself, and is struck out once."""

    def __init__(self, events: Sequence[EventBase]) -> None:
        self.events: list[Any] = list(events)
        self.docs = sorted({doc for e in self.events for doc in (e.doc, e.consumes) if doc})
        self.roots = {
            doc: sorted({e.consumes for e in self.of("commitment", doc=doc) if e.consumes not in ("", doc)})
            for doc in self.docs
        }

    def of(self, kind: str, **named: str) -> list[Any]:
        return [e for e in self.events if e.kind == kind and all(getattr(e, k) == v for k, v in named.items())]

    def halves(self, events: Sequence[Any]) -> list[tuple[int, str]]:
        return sorted((e.effective_date.month, e.line) for e in events for _ in range(int(2 * e.amount)))

    def invoiced(self, doc: str) -> Counter[str]:
        sums: defaultdict[str, Fraction] = defaultdict(Fraction)
        for e in self.of("actual", consumes=doc):
            sums[e.line] += e.amount
        return Counter({line: int(2 * max(amount, 0)) for line, amount in sums.items()})

    def strike(self, halves: list[tuple[int, str]], by: Counter[str]) -> tuple[list[tuple[int, str]], Counter[str]]:
        left, over = list(halves), Counter[str]()
        for line in sorted(by):
            for _ in range(by[line]):
                own = next((each for each in left if each[1] == line), None)
                if own is None:
                    over[line] += 1
                else:
                    left.remove(own)
        rest = Counter[str]()
        for line in sorted(over):
            gone = min(over[line], len(left))
            left, rest[line] = left[gone:], over[line] - gone
        return left, +rest

    def open(self) -> dict[str, list[tuple[int, str]]]:
        left, self.beyond = {}, {}
        for doc in self.docs:
            halves = self.halves(self.of("commitment", doc=doc))
            gone = Counter[str]()
            for e in self.of("commitment_release", doc=doc):
                gone[e.line] += int(2 * e.amount)
            left[doc], _ = self.strike(halves, gone + self.invoiced(doc))
            _, self.beyond[doc] = self.strike(halves, self.invoiced(doc))
        for doc in self.docs:
            for order in self.docs:
                if doc in self.roots[order]:
                    under = Counter(self.halves(self.of("commitment", doc=order, consumes=doc)))
                    part = sorted((under & Counter(left[order])).elements())
                    kept, self.beyond[doc] = self.strike(part, self.beyond[doc])
                    left[order] = sorted((Counter(left[order]) - Counter(part) + Counter(kept)).elements())
        return left

    def reserved(self, doc: str) -> list[tuple[int, str]]:
        """To be asked after `open`."""
        eaten, ended = Counter[str](), set()
        for e in self.of("reservation_release", doc=doc):
            if e.amount is None:
                ended.add(e.line or "")
            else:
                eaten[e.line or ""] += int(2 * e.amount)
        for e in self.of("commitment"):
            if doc in (e.doc, e.consumes):
                eaten[e.line] += int(2 * e.amount)
        eaten += self.beyond[doc]
        for order in self.docs:
            if self.roots[order] and self.roots[order][0] == doc:
                eaten += self.beyond[order]
        left, _ = self.strike(self.halves(self.of("reservation", doc=doc)), eaten)
        return [each for each in left if "" not in ended and each[1] not in ended]


@settings(max_examples=200, deadline=None)
@given(documents())
def test_what_is_held_is_what_a_slow_count_of_every_unit_finds(events: list[EventBase]) -> None:
    slow, seen = Reference(events), position(PLAN, events, END).lines
    committed = [half for halves in slow.open().values() for half in halves]
    reserved = [half for doc in slow.docs for half in slow.reserved(doc)]

    for line in ("ads", "print"):
        for month in (1, 2, 3):
            at = seen[line][f"2026-0{month}"].horizons[0]
            assert 2 * at.committed == committed.count((month, line))
            assert 2 * at.reserved == reserved.count((month, line))


@settings(max_examples=100, deadline=None)
@given(amounts, amounts, amounts, lines, lines, st.booleans())
def test_an_order_and_its_invoice_never_count_twice(
    held: Fraction, ordered: Fraction, invoiced: Fraction, line: str, other: str, names_request: bool
) -> None:
    events = [
        told("reservation", held, 1, line, doc="PR-1"),
        told("commitment", ordered, 2, other, doc="PO-1", consumes="PR-1"),
        told("actual", invoiced, 3, line, consumes="PR-1" if names_request else "PO-1"),
    ]
    for count in (1, 2, 3):
        asked = (held, ordered, invoiced)[:count]
        assert used(position(PLAN, events[:count], END)) == max(asked)


@settings(max_examples=150, deadline=None)
@given(documents(("PR-1",)), st.integers(0, 9))
def test_a_reservation_is_never_worth_less_than_once(events: list[EventBase], n: int) -> None:
    slow = Reference(events)
    kept: list[Any] = [e for e in events if e.kind not in ("reservation_release", "commitment_release")]
    kept = [e for e in kept if e.kind != "actual" or e.amount > 0]  # what was given back is free again
    reserved = len(slow.halves([e for e in kept if e.kind == "reservation"]))
    spent = len(slow.halves([e for e in kept if e.kind == "actual"]))

    assert 2 * used(position(PLAN, kept, END)) >= max(reserved, spent)
    if n < len(kept) and kept[n].kind != "commitment":  # which can tell that two others belong together
        assert used(position(PLAN, kept[:n] + kept[n + 1 :], END)) <= used(position(PLAN, kept, END))


@settings(max_examples=100, deadline=None)
@given(documents(), amounts, amounts, months, lines)
def test_splitting_a_reservation_gains_nothing(
    events: list[EventBase], one: Fraction, other: Fraction, month: int, line: str
) -> None:
    whole = told("reservation", one + other, month, line, doc="PR-1")
    split = [
        told("reservation", part, month, line, doc="PR-1", event_id=f"s{n}") for n, part in enumerate((one, other))
    ]
    apart = [told("reservation", part, month, line, doc=f"X{n}") for n, part in enumerate((one, other))]

    def horizons(*more: EventBase) -> list[tuple[Horizon, ...]]:
        seen = position(PLAN, [*events, *more], END).lines
        return [where.horizons for periods in seen.values() for where in periods.values()]

    assert horizons(*split) == horizons(whole)
    assert used(position(PLAN, [*events, *apart], END)) == used(position(PLAN, events, END)) + one + other


@settings(max_examples=150, deadline=None)
@given(documents(), st.randoms(use_true_random=False), st.data())
def test_the_order_of_arrival_never_matters(events: list[EventBase], rng: random.Random, data: st.DataObject) -> None:
    shuffled, tally = rng.sample(events, len(events)), Tally(PLAN)
    asked = told("spend_request", 5, doc=data.draw(st.sampled_from(["PR-1", "PO-1"])))
    for n, event in enumerate(shuffled):
        tally.add([event])
        tally.position(datetime(2026, rng.randint(1, 4), 15, tzinfo=UTC), asked)
        if n % 2 and n + 1 < len(shuffled):
            tally.position(END, shuffled[n + 1])

    assert tally.position(END, asked) == position(PLAN, events, END, also=asked)
    assert tally.position(END) == position(PLAN, shuffled, END)

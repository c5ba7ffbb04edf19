"""A slow obvious reading of the same events judges the position: year to date, ratios, what budget lines have left."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from aop_rules.events import Actual, Commitment, CommitmentRelease, EventBase, KpiObservation
from aop_rules.plan.model import Plan
from aop_rules.position.compute import position
from aop_rules.position.model import Position

AS_OF = datetime(2026, 9, 20, 12, tzinfo=UTC)
CLOSED = 8
WEIGHTS = [6, 5, 8, 7, 8, 9, 8, 8, 9, 9, 10, 13]
PLAN = Plan.model_validate(
    {
        "aop": 1,
        "id": "shop",
        "name": "Shop",
        "currency": "VND",
        "year": {"starts": "2026-01-01"},
        "profiles": {"seasons": {"weights": WEIGHTS}},
        "kpis": {
            "online": {"name": "Online", "kind": "flow", "target": {"year": 1201, "profile": "seasons"}},
            "store": {"name": "Store", "kind": "flow", "target": {"year": 999}},
            "total": {"name": "Total", "kind": "flow", "sum_of": ["online", "store"]},
            "share": {
                "name": "Share",
                "kind": "ratio",
                "unit": "ratio",
                "numerator": "online",
                "denominator": "total",
                "breach": "< 40%",
            },
        },
        "budget": {
            "lines": {
                "all": {"name": "All", "amount": 150, "profile": "seasons"},
                "ads": {"name": "Ads", "amount": 100, "group": "all"},
                "print": {"name": "Print", "amount": 47, "group": "all", "profile": "seasons"},
            }
        },
    }
)

days = st.integers(0, 250).map(lambda n: date(2026, 1, 15) + timedelta(days=n))
moments = st.integers(0, 300).map(lambda n: datetime(2026, 1, 15, tzinfo=UTC) + timedelta(days=n))
amounts = st.integers(-3, 30).map(lambda n: Fraction(n, 2) if n % 2 else n // 2)


@st.composite
def readings(draw: st.DrawFn) -> list[KpiObservation]:
    """Several readings a cell, some of them contradicting, restated or not yet known."""
    cells = draw(
        st.lists(
            st.tuples(
                st.sampled_from(["online", "store"]),
                st.integers(1, 9),
                st.integers(0, 2),
                st.sampled_from([0, 1, 1, 4, Fraction(5, 2)]),
                moments,
            ),
            max_size=40,
        )
    )
    return [
        KpiObservation(
            event_id=f"r{n}",
            kind="kpi_observation",
            effective_date=date(2026, 1, 1),
            known_at=known,
            kpi=kpi,
            period=f"2026-{month:02}",
            value=value,
            revision=revision,
        )
        for n, (kpi, month, revision, value, known) in enumerate(cells)
    ]


@st.composite
def full_years(draw: st.DrawFn) -> list[KpiObservation]:
    """A reading of both channels in every closed month."""
    values = draw(st.lists(st.integers(0, 9), min_size=2 * CLOSED, max_size=2 * CLOSED))
    return [
        KpiObservation(
            event_id=f"f{n}",
            kind="kpi_observation",
            effective_date=date(2026, 1, 1),
            kpi=("online", "store")[n % 2],
            period=f"2026-{n // 2 + 1:02}",
            value=value,
        )
        for n, value in enumerate(values)
    ]


@st.composite
def spending(draw: st.DrawFn) -> list[EventBase]:
    docs = st.sampled_from(["", "PO-1", "PO-2", "PO-3"])
    kinds = st.sampled_from([Commitment, Actual, Actual, CommitmentRelease])
    rows = draw(
        st.lists(
            st.tuples(kinds, st.sampled_from(["all", "ads", "print", "?"]), amounts, days, moments, docs), max_size=25
        )
    )
    events: list[EventBase] = []
    for n, (kind, line, amount, day, known, doc) in enumerate(rows):
        names: dict[str, Any] = {"consumes": doc} if kind is Actual else {"doc": doc}
        word = {Commitment: "commitment", Actual: "actual", CommitmentRelease: "commitment_release"}[kind]
        if kind is not Actual:
            amount = abs(amount)
        events.append(
            kind(event_id=f"s{n}", kind=word, line=line, amount=amount, effective_date=day, known_at=known, **names)
        )
    return events


# ── the reference ───────────────────────────────────────────────────────────────────────────────────────────────────


def cell(events: Sequence[EventBase], kpi: str, month: int) -> Fraction | None:
    """What one channel read in one month: the one value of the highest revision, if there is just one."""
    told = [
        (event.revision, event.value)
        for event in events
        if isinstance(event, KpiObservation)
        and (event.kpi, event.period) == (kpi, f"2026-{month:02}")
        and event.known <= AS_OF
    ]
    values = {value for revision, value in told if revision == max(told)[0]}
    return Fraction(values.pop()) if len(values) == 1 else None


def summed(events: Sequence[EventBase], kpi: str) -> Fraction | None:
    cells = [cell(events, kpi, month) for month in range(1, CLOSED + 1)]
    return None if None in cells else sum((one for one in cells if one is not None), Fraction(0))


def used(events: Sequence[EventBase], lines: set[str], months: range) -> Fraction:
    """Actual and open orders of these lines in these months; an order is matched in its line first, by month."""
    known = [event for event in events if event.known <= AS_OF]
    actual = sum(
        e.amount for e in known if isinstance(e, Actual) and e.line in lines and e.effective_date.month in months
    )
    return max(Fraction(0), Fraction(actual) + sum(open_rest(known, doc, lines, months) for doc in order_ids(known)))


def order_ids(known: Sequence[EventBase]) -> list[str]:
    return sorted({event.doc or event.event_id for event in known if isinstance(event, Commitment)})


def open_rest(known: Sequence[EventBase], doc: str, lines: set[str], months: range) -> Fraction:
    """Dong by half dong: every half that an order holds stands for itself, and is struck out once."""
    halves = sorted(
        (e.effective_date.month, e.line)
        for e in known
        if isinstance(e, Commitment) and (e.doc or e.event_id) == doc and e.line != "?"
        for _ in range(int(2 * e.amount))
    )
    over = 0
    for line in ("all", "ads", "print"):
        invoiced = sum(e.amount for e in known if isinstance(e, Actual) and (e.consumes, e.line) == (doc, line))
        released = sum(e.amount for e in known if isinstance(e, CommitmentRelease) and (e.doc, e.line) == (doc, line))
        for _ in range(int(2 * (max(0, invoiced) + released))):
            own = next((half for half in halves if half[1] == line), None)
            if own is None:
                over += 1
            else:
                halves.remove(own)
    return Fraction(sum(month in months and line in lines for month, line in halves[over:]), 2)


# ── the theorems ────────────────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=150, deadline=None)
@given(readings())
def test_the_year_to_date_is_the_sum_of_what_each_month_read(events: list[KpiObservation]) -> None:
    seen = position(PLAN, events, AS_OF)
    online, store = summed(events, "online"), summed(events, "store")

    assert len(seen.closed) == CLOSED
    assert seen.kpis["online"].ytd.value == online
    assert seen.kpis["total"].ytd.value == (None if online is None or store is None else online + store)


@settings(max_examples=100, deadline=None)
@given(full_years(), readings())
def test_a_ratio_is_the_ratio_of_sums_or_unknown(full: list[KpiObservation], more: list[KpiObservation]) -> None:
    events = full + more
    seen = position(PLAN, events, AS_OF).kpis["share"].ytd
    online, store = summed(events, "online"), summed(events, "store")

    if online is None or store is None or online + store == 0:
        assert seen.value is None
        assert seen.missing
    else:
        assert seen.value == online / (online + store)


@settings(max_examples=100, deadline=None)
@given(full_years())
def test_a_flow_lands_on_its_year_to_date_over_its_share_of_the_year(events: list[KpiObservation]) -> None:
    seen = position(PLAN, events, AS_OF).kpis
    online, store = summed(events, "online"), summed(events, "store")
    assert online is not None
    assert store is not None

    assert seen["online"].landing.value == online * 100 / sum(WEIGHTS[:CLOSED])
    assert seen["total"].landing.value == online * 100 / sum(WEIGHTS[:CLOSED]) + store * 12 / CLOSED


@settings(max_examples=150, deadline=None)
@given(spending())
def test_what_a_line_has_left_is_its_limit_less_spent_less_still_ordered(events: list[EventBase]) -> None:
    seen = position(PLAN, events, AS_OF)

    for line, parts in {"all": {"all", "ads", "print"}, "ads": {"ads"}, "print": {"print"}}.items():
        for month in (1, 5, 12):
            period, to_date, year = seen.lines[line][f"2026-{month:02}"].horizons
            for one, months in (
                (period, range(month, month + 1)),
                (to_date, range(1, month + 1)),
                (year, range(1, 13)),
            ):
                assert one.available == one.allocated - used(events, parts, months)


@settings(max_examples=100, deadline=None)
@given(spending())
def test_nothing_is_available_above_the_limit(events: list[EventBase]) -> None:
    seen = position(PLAN, events, AS_OF)

    assert all(
        one.available <= one.allocated and one.committed >= 0
        for periods in seen.lines.values()
        for line in periods.values()
        for one in line.horizons
    )


@settings(max_examples=100, deadline=None)
@given(readings(), full_years(), spending(), st.randoms(use_true_random=False))
def test_the_order_of_events_never_matters(
    some: list[KpiObservation], full: list[KpiObservation], spent: list[EventBase], rng: random.Random
) -> None:
    events = [*some, *full, *spent]
    shuffled = rng.sample(events, len(events))

    assert position(PLAN, shuffled, AS_OF) == position(PLAN, events, AS_OF)
    assert position(PLAN, shuffled + shuffled, AS_OF).digest == position(PLAN, events, AS_OF).digest


@settings(max_examples=100, deadline=None)
@given(readings(), spending())
def test_what_is_known_later_changes_nothing_before(some: list[KpiObservation], spent: list[EventBase]) -> None:
    known = [event for event in [*some, *spent] if event.known <= AS_OF]

    assert position(PLAN, [*some, *spent], AS_OF) == position(PLAN, known, AS_OF)


@settings(max_examples=100, deadline=None)
@given(readings(), spending())
def test_a_fact_being_decided_on_counts_as_if_known(some: list[KpiObservation], spent: list[EventBase]) -> None:
    events: list[EventBase] = [*some, *spent]
    also = next((event for event in spent if event.known <= AS_OF), None)

    assert position(PLAN, [event for event in events if event is not also], AS_OF, also=also) == position(
        PLAN, events, AS_OF
    )


@settings(max_examples=50, deadline=None)
@given(readings(), full_years())
def test_every_unknown_figure_says_why(some: list[KpiObservation], full: list[KpiObservation]) -> None:
    def figures(seen: Position) -> list[Any]:
        named = ("value", "target", "last", "last_target", "ytd", "ytd_target", "landing", "year_target")
        return [getattr(kpi, name) for kpi in seen.kpis.values() for name in named]

    for figure in figures(position(PLAN, [*some, *full], AS_OF)):
        assert (figure.value is None) == bool(figure.missing)

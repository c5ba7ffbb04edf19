"""Each change is told once, whatever fails in between; what restated figures take back is told as a correction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aop_rules import Engine
from aop_rules.alerts.notifying import Notification
from aop_rules.alerts.sinks import Call
from aop_rules.errors import AlertError
from aop_rules.ledger.ledger import Ledger
from one_kpi import RULE, after, plan, reading, readings, watched
from strategies import babycare_plan

LINES: dict[str, Any] = {"breach": "> 7", "recover": "<= 5", "for": 2, "keep": 1}


def told(engine: Engine, as_of: str, name: str = "phone") -> list[tuple[str, str]]:
    return [(each.change, each.period) for each in engine.notify(Call(name, lambda _: None), as_of)]


def test_one_notification_when_it_fires_and_one_when_it_is_over() -> None:
    engine = watched(["6.1", "8.9", "7.4", "6.8", "4", "4"], **LINES)

    assert [told(engine, after(month)) for month in range(1, 7)] == [
        [], [], [("firing", "2026-03")], [], [], [("resolved", "2026-06")],
    ]  # fmt: skip
    assert told(engine, after(6)) == []


def test_who_is_asked_late_is_told_everything_in_order() -> None:
    engine = watched(["8", "8", "4", "4", "8", "8"], **LINES)

    assert told(engine, after(6)) == [("firing", "2026-02"), ("resolved", "2026-04"), ("firing", "2026-06")]


def test_each_sink_is_told_by_itself() -> None:
    engine = watched(["8", "8"], **LINES)

    assert told(engine, after(2), "phone") == told(engine, after(2), "mail") == [("firing", "2026-02")]


def test_what_restated_figures_take_back_is_corrected_and_told_anew_where_they_come_back() -> None:
    engine = watched(["8", "8"], **LINES)
    first = engine.notify(Call("phone", lambda _: None), after(2))
    engine.record(reading(2, "4", 1, known="2026-03-10"))
    second = engine.notify(Call("phone", lambda _: None), "2026-03-10")
    engine.record(reading(2, "8", 2, known="2026-03-12"))
    third = engine.notify(Call("phone", lambda _: None), "2026-03-12")

    assert [(each.change, each.corrected) for each in (*first, *second, *third)] == [
        ("firing", False), ("resolved", True), ("firing", True),
    ]  # fmt: skip
    assert len({each.key for each in (*first, *second, *third)}) == 3
    assert second[0].text("en").endswith("(on corrected figures)")
    assert told(engine, "2026-03-12") == []


def test_a_silence_holds_back_and_what_it_held_back_is_told_after() -> None:
    engine = watched(["8", "8", "8"], **LINES)
    engine.silence(RULE, by="Mara", reason="we know", until="2026-03-31", as_of=after(1))

    assert told(engine, after(2)) == []
    assert told(engine, after(3)) == [("firing", "2026-02")]


def test_a_muted_alert_is_told_once_its_cause_is_over() -> None:
    flow = {"kind": "flow", "unit": "order", "basis": "period", "for": 1, "keep": 0}
    kpis = {
        "a": {**flow, "name": "A", "breach": "< 10"},
        "b": {**flow, "name": "B"},
        "whole": {**flow, "name": "Whole", "sum_of": ["a", "b"], "breach": "< 30"},
    }
    engine = Engine.open({**plan(), "kpis": kpis}, standard=False)
    engine.record_all([*readings([5, 20, 20], "a"), *readings([5, 5, 50], "b")])
    found = [
        [(each.alert.kpi, each.change) for each in engine.notify(Call("phone", lambda _: None), after(month))]
        for month in (1, 2, 3)
    ]

    assert found == [[("a", "firing")], [("whole", "firing"), ("a", "resolved")], [("whole", "resolved")]]


def test_pending_again_after_it_fired_is_told() -> None:
    engine = watched(["8", "8"], breach="> 7", **{"for": 2})
    told(engine, after(2))
    longer = plan(breach="> 7", **{"for": 4}) | {"version": 2}
    amended = engine.amend(longer, reason="x", trade_off="y", by="Mara", as_of=after(2))
    amended.record_all([reading(3, "8"), reading(4, "4")])

    assert told(amended, after(3)) == [("pending", "2026-03")]
    assert told(amended, after(4)) == [("resolved", "2026-04")]


def test_nobody_is_told_of_the_past_after_the_present() -> None:
    engine = watched(["8", "8", "8"], **LINES)
    told(engine, after(3))
    with pytest.raises(AlertError, match="ALERT_LOOKS_BACK"):
        told(engine, after(1))


# ── the theorem ─────────────────────────────────────────────────────────────────────────────────────────────────────


class SinkError(Exception):
    """The sink, or the process, fails."""


class Unsteady:
    """Fails as it is told to: before it has taken a notification, or after, when nobody can know that it did."""

    name = "unsteady"

    def __init__(self, fates: Iterator[str]) -> None:
        self.fates = fates
        self.taken: list[Notification] = []

    def deliver(self, notification: Notification) -> None:
        fate = next(self.fates, "fine")
        if fate == "refused":
            raise SinkError
        self.taken.append(notification)
        if fate == "lost":
            raise SinkError


events = st.lists(st.tuples(st.integers(1, 5), st.sampled_from(["4", "6", "8"])), max_size=4)
rows = st.lists(st.sampled_from(["4", "6", "8", None]), min_size=5, max_size=5)


def run(row: list[str | None], restated: list[tuple[int, str]], sink: Unsteady) -> Engine:
    """A year told month by month, with restated rows in between; each day is tried until it goes through."""
    engine = Engine.open(plan(**LINES), standard=False, ledger=Ledger())
    waiting = readings(row)
    for month in range(1, 6):
        engine.record_all(each for each in waiting if each["period"] == f"2026-{month:02}")
        for n, (at, value) in enumerate(restated, 1):
            if n == month and at <= month:
                engine.record(reading(at, value, n, known=after(month)))
        _insist(engine, sink, after(month))
    _insist(engine, sink, after(5))
    return engine


def _insist(engine: Engine, sink: Unsteady, as_of: str) -> None:
    for _ in range(60):
        try:
            engine.notify(sink, as_of)
        except SinkError:
            continue
        return


@given(rows, events, st.lists(st.sampled_from(["fine", "refused", "lost"]), max_size=12))
@settings(max_examples=60)
def test_a_failing_sink_loses_and_doubles_nothing(
    row: list[str | None], restated: list[tuple[int, str]], fates: list[str]
) -> None:
    failing, steady = Unsteady(iter(fates)), Unsteady(iter(()))
    engine = run(row, restated, failing)
    run(row, restated, steady)
    once = {each.key: (each.change, each.period) for each in failing.taken}

    assert list(once.items()) == [(each.key, (each.change, each.period)) for each in steady.taken]
    assert len({each.key for each in steady.taken}) == len(steady.taken)
    for alert in engine.alerts(after(5)):
        about = [each for each in steady.taken if each.alert.id == alert.id]
        true = alert.changes[-1].change if alert.changes else "resolved"
        assert (about[-1].change if about else "resolved") == true


@given(rows, events, st.lists(st.sampled_from(["fine", "refused", "lost"]), max_size=12))
@settings(max_examples=60)
def test_what_was_taken_before_a_crash_is_put_right_after_it(
    row: list[str | None], restated: list[tuple[int, str]], fates: list[str]
) -> None:
    """Each day is tried once, so that figures change between a delivery and the next try."""
    sink = Unsteady(iter(fates))
    engine = Engine.open(plan(**LINES), standard=False)
    waiting = readings(row)
    for month in range(1, 6):
        engine.record_all(each for each in waiting if each["period"] == f"2026-{month:02}")
        if month <= len(restated) and restated[month - 1][0] <= month:
            at, value = restated[month - 1]
            engine.record(reading(at, value, month, known=after(month)))
        with suppress(SinkError):
            engine.notify(sink, after(month))
    _insist(engine, sink, after(5))
    once = list({each.key: each for each in sink.taken}.values())

    true = {each.id: each.changes[-1].change for each in engine.alerts(after(5)) if each.changes}
    for alert in {*true, *(each.alert.id for each in once)}:
        about = [(each.change, each.period) for each in once if each.alert.id == alert]
        assert (about[-1][0] if about else "resolved") == true.get(alert, "resolved")
        assert all(one != next_one for one, next_one in pairwise(about))


def test_an_alert_without_periods_is_told_when_it_begins_and_when_it_is_over() -> None:
    engine = Engine.open(babycare_plan())
    drawn = {"kind": "actual", "effective_date": "2026-06-01", "line": "contingency_reserve", "amount": 5}
    engine.record({**drawn, "event_id": "d"})
    assert ("firing", "2026-01..2026-12") in told(engine, "2026-06-10")
    engine.record({**drawn, "event_id": "r", "amount": -5, "known_at": "2026-06-11"})
    assert ("resolved", "2026-01..2026-12") in told(engine, "2026-06-12")
    engine.record({**drawn, "event_id": "e", "known_at": "2026-06-13"})
    assert ("firing", "2026-01..2026-12") in told(engine, "2026-06-14")

"""How the plan says that alerts are told: together, again, further up, and never on a quiet day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aop_rules import Engine
from aop_rules.alerts.notifying import Notification, headline
from aop_rules.alerts.sinks import Call
from aop_rules.errors import AlertError, PlanError
from aop_rules.ledger.ledger import Ledger
from aop_rules.plan.load import dump, plan_from
from one_kpi import RULE, after, plan, reading, readings

FIRES: dict[str, Any] = {"breach": "> 7", "for": 1, "keep": 0, "owner": "Lan"}


def shop(ledger: Ledger | None = None, **policy: Any) -> Engine:
    """Two KPIs of Lan and one of Jonas; all three fire from January on."""
    kpis = {
        name: {"name": name.upper(), "kind": "stock", "unit": "number", "direction": "lower", **FIRES, "owner": owner}
        for name, owner in (("a", "Lan"), ("b", "Lan"), ("c", "Jonas"))
    }
    engine = Engine.open({**plan(), "kpis": kpis, "notifications": policy}, standard=False, ledger=ledger)
    engine.record_all(reading(1, "8", kpi=name) for name in kpis)
    return engine


def told(engine: Engine, as_of: str | date) -> tuple[Notification, ...]:
    return engine.notify(Call("phone", lambda _: None), as_of)


def plainly(found: tuple[Notification, ...]) -> list[list[tuple[str, str]]]:
    return [[(one.alert.kpi, one.head("en")) for one in each.each] for each in found]


def one(**policy: Any) -> Engine:
    engine = Engine.open({**plan(**FIRES), "notifications": policy}, standard=False)
    engine.record_all(readings(["8"]))
    return engine


# ── together ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_alerts_of_one_goal_and_owner_are_told_together() -> None:
    together, single = told(shop(group_by=["goal", "owner"]), after(1))

    assert plainly((together, single)) == [[("a", "firing"), ("b", "firing")], [("c", "firing")]]
    assert together.text("en").splitlines() == [
        "Firing: A is 8 in January 2026, above the limit of 7",
        "Firing: B is 8 in January 2026, above the limit of 7",
    ]
    assert headline(together).vi == "cảnh báo: A, và 1 mục khác"
    assert [each["alert"]["kpi"] for each in together.to_dict()["others"]] == ["b"]
    assert together.to_cloudevent()["id"] == together.key != single.key


def test_without_a_policy_each_is_told_alone() -> None:
    assert [len(each) for each in plainly(told(shop(), after(1)))] == [1, 1, 1]


def test_a_group_that_was_not_taken_comes_again_as_it_was_and_what_is_new_comes_beside_it() -> None:
    engine, taken = shop(group_by="owner"), list[Notification]()

    def refuse(_: Notification) -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        engine.notify(Call("phone", refuse), after(1))
    engine.record_all([reading(2, "3", kpi="a"), reading(2, "8", kpi="b"), reading(2, "8", kpi="c")])
    engine.notify(Call("phone", taken.append), after(2))

    assert plainly(tuple(taken)) == [[("b", "firing"), ("a", "firing")], [("c", "firing")], [("a", "resolved")]]
    assert len({each.key for each in taken}) == 3
    assert told(engine, after(2)) == ()


def test_a_group_waits_for_its_others() -> None:
    engine = shop(group_by="owner", wait=3)  # January is closed on 5 February
    assert told(engine, "2026-02-06") == told(engine, "2026-02-07") == ()

    assert [len(each.each) for each in told(engine, "2026-02-08")] == [2, 1]


# ── again, and further up ───────────────────────────────────────────────────────────────────────────────────────────


def days_told(engine: Engine, first: str, days: int) -> list[tuple[str, str]]:
    """On which days who is told what, asked day by day, twice a day."""
    found: list[tuple[str, str]] = []
    for n in range(days):
        day = date.fromisoformat(first) + timedelta(days=n)
        found += [(day.isoformat(), f"{each.head('en')} → {each.to}") for each in told(engine, day)]
        assert told(engine, day) == ()
    return found


def test_what_still_fires_is_told_again() -> None:
    assert days_told(one(repeat_after=7), "2026-02-06", 20) == [
        ("2026-02-06", "firing → Lan"), ("2026-02-13", "still firing → Lan"), ("2026-02-20", "still firing → Lan"),
    ]  # fmt: skip


def test_who_is_asked_late_is_told_again_once() -> None:
    engine = one(repeat_after=1)
    told(engine, "2026-02-06")

    assert plainly(told(engine, "2026-02-28")) == [[("ratio", "still firing")]]


def test_what_somebody_acknowledged_or_silenced_is_not_told_again() -> None:
    known, quiet = one(repeat_after=2, escalate_after=3, escalate_to="Mara"), one(repeat_after=2)
    for engine in (known, quiet):
        told(engine, "2026-02-06")
    known.acknowledge(RULE, by="Lan", as_of="2026-02-07")
    quiet.silence(RULE, by="Lan", reason="we know", until="2026-02-12", as_of="2026-02-07")

    assert days_told(known, "2026-02-07", 10) == []
    assert days_told(quiet, "2026-02-07", 8) == [("2026-02-13", "still firing → Lan")]


def test_what_its_cause_mutes_is_not_told_again() -> None:
    flow = {"kind": "flow", "unit": "order", "basis": "period", "for": 1, "keep": 0}
    kpis = {
        "a": {**flow, "name": "A", "breach": "< 10"},
        "b": {**flow, "name": "B"},
        "whole": {**flow, "name": "Whole", "sum_of": ["a", "b"], "breach": "< 30"},
    }
    engine = Engine.open({**plan(), "kpis": kpis, "notifications": {"repeat_after": 5}}, standard=False)
    engine.record_all([*readings([20, 5], "a"), *readings([5, 5], "b")])
    assert plainly(told(engine, after(1))) == [[("whole", "firing")]]

    found = [plainly(told(engine, f"2026-03-{day:02}")) for day in range(6, 20)]
    assert [each for each in found if each] == [
        [[("a", "firing")]],
        [[("a", "still firing")]],
        [[("a", "still firing")]],
    ]


def test_what_its_owner_was_told_is_not_told_up_to_its_owner() -> None:
    engine = one(escalate_after=5, escalate_to="Lan")

    assert days_told(engine, "2026-02-06", 20) == [("2026-02-06", "firing → Lan")]


def test_what_nobody_acknowledges_is_told_further_up_once() -> None:
    engine = one(escalate_after=5, escalate_to="Mara")

    assert days_told(engine, "2026-02-06", 20) == [
        ("2026-02-06", "firing → Lan"), ("2026-02-11", "still firing → Mara"),
    ]  # fmt: skip
    engine.record(reading(2, "3"))
    engine.record(reading(3, "8"))
    assert days_told(engine, "2026-03-06", 40) == [
        ("2026-03-06", "resolved → Lan"), ("2026-04-05", "firing → Lan"), ("2026-04-10", "still firing → Mara"),
    ]  # fmt: skip


def test_an_escalation_says_whom_it_is_for() -> None:
    engine = one(escalate_after=5, escalate_to="Mara")
    told(engine, after(1))
    (found,) = told(engine, "2026-02-20")

    assert found.text("en") == (
        "Still firing: Ratio is 8 in January 2026, above the limit of 7 (to Mara: nobody has acknowledged it)"
    )
    assert (found.to_dict()["why"], found.to_dict()["to"]) == ("escalation", "Mara")


def test_an_escalation_counts_from_when_somebody_took_the_news() -> None:
    engine = one(escalate_after=5, escalate_to="Mara")

    def refuse(_: Notification) -> None:
        raise ConnectionError

    for day in (6, 13):
        with pytest.raises(ConnectionError):
            engine.notify(Call("phone", refuse), f"2026-02-{day:02}")
    assert days_told(engine, "2026-02-14", 10) == [
        ("2026-02-14", "firing → Lan"), ("2026-02-19", "still firing → Mara"),
    ]  # fmt: skip


def test_a_repetition_that_came_too_late_is_dropped() -> None:
    engine = one(repeat_after=3)
    told(engine, after(1))

    def refuse(_: Notification) -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        engine.notify(Call("phone", refuse), "2026-02-10")
    engine.record(reading(2, "3"))
    assert plainly(told(engine, after(2))) == [[("ratio", "resolved")]]


# ── quiet days ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_nobody_is_told_on_a_quiet_day_and_everything_is_told_on_the_first_day_after() -> None:
    engine = one(quiet_days=["sunday", "2026-02-06..2026-02-14"], repeat_after=4)  # the 15th is a Sunday

    assert days_told(engine, "2026-02-05", 18) == [
        ("2026-02-05", "firing → Lan"), ("2026-02-16", "still firing → Lan"), ("2026-02-20", "still firing → Lan"),
    ]  # fmt: skip


def test_a_quiet_day_is_a_weekday_a_date_or_a_range() -> None:
    days = ["sunday", "2026-04-30", date(2026, 5, 1), "2026-02-14..2026-02-22"]
    loaded = plan_from({**plan(), "notifications": {"quiet_days": days}})
    quiet = loaded.notifications.quiet

    assert [quiet(date(2026, *day)) for day in ((4, 30), (5, 1), (5, 2), (5, 3), (2, 13), (2, 14), (2, 22), (2, 23))] == [
        True, True, False, True, False, True, True, False,
    ]  # fmt: skip
    assert plan_from(dump(loaded)) == loaded


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ({"quiet_days": ["sundy"]}, "no quiet day"),
        ({"quiet_days": ["2026-02-22..2026-02-14"]}, "exchange the two"),
        ({"quiet_days": ["2026-02-30"]}, "not a date"),
        (
            {"quiet_days": [f"{day}day" for day in ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun")]},
            "leave one",
        ),
        ({"escalate_after": 3}, "escalate_to"),
        ({"escalate_to": "Mara"}, "escalate_after"),
        ({"repeat_after": 0}, "at least 1"),
        ({"group_by": ["team"]}, "group_by"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(policy: dict[str, Any], said: str) -> None:
    with pytest.raises(PlanError, match=said):
        plan_from({**plan(), "notifications": policy})


# ── theorems ────────────────────────────────────────────────────────────────────────────────────────────────────────


class SinkError(Exception):
    """The sink, or the process, fails."""


policies = st.fixed_dictionaries(
    {},
    optional={
        "group_by": st.sampled_from([["goal"], ["owner"], ["goal", "owner"]]),
        "wait": st.integers(0, 4),
        "repeat_after": st.integers(1, 20),
        "quiet_days": st.lists(st.sampled_from(["sunday", "monday", "2026-03-01..2026-03-12"]), max_size=3),
    },
)
months = st.lists(st.tuples(*[st.sampled_from(["4", "8", None])] * 3), min_size=2, max_size=4)


def fed(policy: dict[str, Any], rows: list[tuple[str | None, ...]], deliver: Any, every: int = 7) -> Engine:
    """Three KPIs month by month; who is told is asked every few days."""
    engine = shop(**policy)
    for month, row in enumerate(rows, 2):
        values = dict(zip("abc", row, strict=True))
        engine.record_all(reading(month, value, kpi=kpi) for kpi, value in values.items() if value)
        for n in range(0, 28, every):
            with suppress(SinkError):
                engine.notify(Call("phone", deliver), date.fromisoformat(after(month)) + timedelta(days=n))
    return engine


@given(policies, months, st.lists(st.sampled_from(["fine", "refused", "lost"]), max_size=15))
@settings(max_examples=20)
def test_under_any_policy_a_failing_sink_loses_and_doubles_nothing(
    policy: dict[str, Any], rows: list[tuple[str | None, ...]], fates: list[str]
) -> None:
    taken: list[Notification] = []
    left: Iterator[str] = iter(fates)

    def deliver(each: Notification) -> None:
        fate = next(left, "fine")
        if fate != "refused":
            taken.append(each)
        if fate != "fine":
            raise SinkError

    engine = fed(policy, rows, deliver)
    for n in range(40):  # quiet days end, and what waited comes
        with suppress(SinkError):
            engine.notify(Call("phone", deliver), date(2026, 8, 1) + timedelta(days=n))
    once = list({each.key: each for each in taken}.values())
    changes = [each for batch in once for each in batch.each if each.told.why == "change"]

    assert len({each.told.key for each in changes}) == len(changes)
    for alert in engine.alerts(date(2026, 9, 9)):
        about = [each.change for each in changes if each.alert.id == alert.id]
        assert (about[-1] if about else "resolved") == (alert.changes[-1].change if alert.changes else "resolved")


@given(policies, months)
@settings(max_examples=10)
def test_the_policy_changes_when_and_with_what_a_change_is_told_and_never_whether(
    policy: dict[str, Any], rows: list[tuple[str | None, ...]]
) -> None:
    def changes(policy: dict[str, Any]) -> set[str]:
        heard: list[Notification] = []
        engine = fed(policy, rows, heard.append)
        for n in range(20):
            engine.notify(Call("phone", heard.append), date(2026, 8, 1) + timedelta(days=n))
        return {one.told.key for each in heard for one in each.each if one.told.why == "change"}

    assert changes(policy) == changes({})


def test_a_ledger_from_before_there_was_a_policy_is_told_nothing_twice() -> None:
    ledger = Ledger()
    engine = shop(ledger)
    told(engine, after(1))
    body = next(iter(ledger.entries(0, ("notification",)))).data()
    kpis = dump(engine.plan)["kpis"]
    policy = {"group_by": "owner", "wait": 2, "repeat_after": 10}
    amended = engine.amend(
        {**plan(), "kpis": kpis, "notifications": policy, "version": 2},
        reason="x", trade_off="y", by="Mara", approved_by="Mara", as_of=after(1),
    )  # fmt: skip

    assert sorted(body) == ["alert", "change", "corrected", "period", "times"]
    assert told(amended, "2026-02-10") == ()
    assert plainly(told(amended, "2026-02-16")) == [
        [("a", "still firing"), ("b", "still firing")],
        [("c", "still firing")],
    ]


def test_nobody_is_told_of_the_past_after_the_present_under_a_policy() -> None:
    engine = one(repeat_after=5)
    told(engine, "2026-02-20")
    with pytest.raises(AlertError, match="ALERT_LOOKS_BACK"):
        told(engine, "2026-02-10")

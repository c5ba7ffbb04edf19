"""Alerts as of a moment: a pure function of what was known by then, and of what was said of them."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aop_rules import Engine
from aop_rules.alerts.alert import Alert, grouped
from aop_rules.alerts.identity import Identity, distinct
from aop_rules.errors import AlertError
from one_kpi import READING, RULE, after, alert, plan, reading, readings, states, watched
from strategies import babycare, babycare_plan

values = st.lists(st.sampled_from(["4", "6", "8", None]), min_size=3, max_size=7)
LINES: dict[str, Any] = {"breach": "> 7", "recover": "<= 5", "for": 2, "keep": 1}


def plainly(found: tuple[Alert, ...]) -> list[dict[str, Any]]:
    return [each.to_dict() for each in found]


# ── the founding example ────────────────────────────────────────────────────────────────────────────────────────────


def test_after_may_one_line_is_over_and_one_ratio_waits() -> None:
    found = babycare().alerts("2026-06-10")

    assert [(each.rule, each.state, each.since) for each in found] == [
        ("plan.budget.lines.online_marketing.to_date", "firing", "2026-05"),
        ("plan.kpis.marketing_ratio.breach", "pending", "2026-05"),
    ]
    assert found[0].sentence.en == (
        "online marketing: 318,000,000 ₫ used in January–May 2026, 24,240,000 ₫ over the limit of 293,760,000 ₫"
    )
    assert found[1].sentence.vi == (
        "chi phí marketing trên doanh thu tháng 5/2026 là 8,91 %, trên ngưỡng 7 %; 1 trên 2 kỳ liên tiếp"
    )
    assert found[1].owner == "nhân viên online"


def test_alerts_are_grouped_by_goal_and_owner() -> None:
    found = grouped(babycare().alerts("2026-06-10"))

    assert [group for group, _ in found] == [("online_share", "nhân viên online"), ("", "nhân viên online")]


# ── theorems ────────────────────────────────────────────────────────────────────────────────────────────────────────


@given(values)
@settings(max_examples=25)
def test_feeding_the_same_period_twice_changes_nothing(row: list[str | None]) -> None:
    engine, months = watched(row, **LINES), range(1, len(row) + 1)
    before = [plainly(engine.alerts(after(month))) for month in months]
    engine.record_all(readings(row))
    engine.record_all({**each, "event_id": f"again-{each['event_id']}"} for each in readings(row))

    assert [plainly(engine.alerts(after(month))) for month in months] == before


@given(values, st.data())
@settings(max_examples=25)
def test_the_order_of_arrival_never_matters(row: list[str | None], data: st.DataObject) -> None:
    restated = [reading(n, "9", 1, known=after(len(row))) for n, value in enumerate(row, 1) if value == "6"]
    events = [*readings(row), *restated]
    engine = Engine.open(plan(**LINES), standard=False)
    for event in data.draw(st.permutations(events)):
        engine.record(event)
    other = Engine.open(plan(**LINES), standard=False)
    other.record_all(events)

    for month in range(1, len(row) + 1):
        assert plainly(engine.alerts(after(month))) == plainly(other.alerts(after(month)))


@given(values, st.integers(0, 6), st.sampled_from(["4", "6", "8"]))
@settings(max_examples=40)
def test_a_late_or_restated_row_gives_what_it_would_have_given_in_time(
    row: list[str | None], at: int, value: str
) -> None:
    at %= len(row)
    came = watched(row, **LINES)
    came.alerts(after(len(row)))
    came.record(reading(at + 1, value, 1, known=after(len(row))))
    in_time = watched([*row[:at], value, *row[at + 1 :]], **LINES)

    late, timely = alert(came, after(len(row))), alert(in_time, after(len(row)))
    assert (late and late.steps) == (timely and timely.steps)
    assert (late and late.sentence) == (timely and timely.sentence)


@given(values)
@settings(max_examples=25)
def test_a_silenced_alert_still_advances(row: list[str | None]) -> None:
    engine, loud = watched(row, **LINES), watched(row, **LINES)
    engine.silence(RULE, by="Mara", reason="we know", until="2026-12-31", as_of="2026-01-01")

    assert states(engine, len(row)) == states(loud, len(row))


# ── data that is missing or wrong ───────────────────────────────────────────────────────────────────────────────────


def test_a_late_figure_alerts_its_owner_and_leaves_the_alert_of_its_kpi_alone() -> None:
    engine = watched(["8", "8"], breach="> 7", owner="Lan", expected_within=7, warn_after=2)
    late = alert(engine, "2026-04-10", READING)

    assert alert(engine, "2026-04-09", READING) is None
    assert late is not None and (late.state, late.since, late.owner) == ("firing", "2026-03", "Lan")
    assert late.sentence.en == "no reading of Ratio for March 2026; it was due on 7 April 2026"
    held = alert(engine, "2026-04-10")
    assert held is not None and (held.state, held.known) == ("firing", False)


def test_a_late_figure_that_comes_ends_its_alert() -> None:
    engine = watched(["8", None, "8"], breach="> 7")
    assert alert(engine, after(3), READING) is not None
    engine.record(reading(2, "8", known=after(3)))

    assert alert(engine, after(3), READING) is None


def test_figures_that_contradict_each_other_leave_the_state_and_are_told() -> None:
    engine = watched(["8", "8", "8"], breach="> 7")
    engine.record({**reading(3, "2"), "event_id": "other"})
    seen, fault = alert(engine, after(3)), alert(engine, after(3), READING)

    assert seen is not None and (seen.state, seen.known, seen.steps[-1].known) == ("firing", False, "error")
    assert fault is not None and {each.reason for each in fault.missing} == {"conflict"}


def test_a_share_of_nothing_is_told_as_a_fault_of_the_share() -> None:
    ratio = {
        "name": "Share",
        "kind": "ratio",
        "numerator": "a",
        "denominator": "b",
        "breach": "< 7%",
        "basis": "period",
    }
    flows = {name: {"name": name.upper(), "kind": "flow", "unit": "order"} for name in "ab"}
    engine = Engine.open({**plan(), "kpis": {**flows, "share": ratio}}, standard=False)
    engine.record_all([reading(1, 1, kpi="a"), reading(1, 0, kpi="b")])
    fault = alert(engine, after(1), "plan.kpis.share.reading")

    assert fault is not None and fault.sentence.en == "Share divides by zero"
    seen = alert(engine, after(1), "plan.kpis.share.breach")
    assert seen is not None and seen.state == "error"


# ── amendments ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_closed_period_is_judged_by_the_version_in_force_then_and_a_new_threshold_waits_again() -> None:
    engine = watched(["8", "8"], breach="> 7", **{"for": 2})
    stricter = deepcopy(plan(breach="> 6", **{"for": 2})) | {"version": 2}
    amended = engine.amend(stricter, reason="x", trade_off="y", by="Mara", as_of=after(2))

    amended.record_all([reading(3, "8"), reading(4, "8")])

    assert amended.in_force_from == "2026-03"
    assert states(amended, 4) == ["pending", "firing", "pending", "firing"]


def test_recovery_is_judged_by_the_version_in_force_then() -> None:
    engine = watched(["8", "6"], breach="> 7", recover="<= 5", **{"for": 1, "keep": 0})
    easier = plan(breach="> 7", recover="<= 6", **{"for": 1, "keep": 0}) | {"version": 2}
    amended = engine.amend(easier, reason="x", trade_off="y", by="Mara", as_of=after(2))

    amended.record(reading(3, "6"))

    assert states(amended, 3) == ["firing", "firing", "resolved"]


def test_a_threshold_that_an_amendment_drops_ends_its_alert() -> None:
    engine = watched(["8", "8"], breach="> 7", **{"for": 1, "keep": 0})
    amended = engine.amend(plan() | {"version": 2}, reason="x", trade_off="y", by="Mara", as_of=after(2))
    amended.record(reading(3, "9"))
    over = alert(amended, after(3))

    assert states(amended, 3) == ["firing", "firing", "resolved"]
    assert over is not None and (over.limit, over.sentence.en) == (None, "Ratio is 9 in March 2026")


# ── causes, floors, the reserve ─────────────────────────────────────────────────────────────────────────────────────


def shop(a: list[int], b: list[int]) -> Engine:
    flow = {"kind": "flow", "unit": "order", "basis": "period", "for": 1, "keep": 0}
    kpis = {
        "a": {**flow, "name": "A", "breach": "< 10"},
        "b": {**flow, "name": "B"},
        "whole": {**flow, "name": "Whole", "sum_of": ["a", "b"], "breach": "< 30"},
    }
    goals = {"sales": {"name": "Sales", "kpi": "whole", "to": 400, "floor": 5, "owner": "Jonas"}}
    engine = Engine.open({**plan(), "kpis": kpis, "goals": goals}, standard=False)
    engine.record_all([*readings(a, "a"), *readings(b, "b")])
    return engine


def test_a_cause_mutes_its_symptom_in_the_same_period_only() -> None:
    engine = shop([5, 20, 5], [15, 5, 40])
    first, second = (alert(engine, after(month), "plan.kpis.whole.breach") for month in (1, 2))

    assert first is not None and second is not None
    assert first.muted_by == (Identity.of("shop", "plan.kpis.a.breach", {"kpi": "a"}).fingerprint,)
    assert (first.state, second.state, second.muted_by) == ("firing", "firing", ())


def test_a_floor_does_not_wait_and_no_cause_mutes_it() -> None:
    found = alert(shop([1], [1]), after(1), "plan.goals.sales.floor")

    assert found is not None and (found.state, found.owner, found.muted_by) == ("firing", "Jonas", ())
    assert found.sentence.en == "Sales is 2 orders in January 2026, below the limit of 5 orders"


def test_minimum_cash_does_not_wait() -> None:
    poor = {**plan(unit="money"), "policies": {"minimum_cash": {"kpi": "ratio", "minimum": 5}}}
    engine = Engine.open(poor, standard=False)
    engine.record_all(readings([4]))

    assert alert(engine, after(1), "plan.policies.minimum_cash") is not None


def test_a_reserve_that_no_longer_covers_the_risks_is_told() -> None:
    engine = Engine.open(babycare_plan())
    rule = "plan.budget.reserve"
    assert alert(engine, "2026-06-10", rule) is None
    drawn = {"event_id": "d", "kind": "actual", "effective_date": "2026-06-01", "line": "contingency_reserve"}
    engine.record({**drawn, "amount": 1})
    found = alert(engine, "2026-06-10", rule)

    assert found is not None and (found.state, found.limit) == ("firing", 144_000_000)
    assert (
        found.sentence.en
        == "contingency reserve has 143,999,999 ₫ left, less than the 144,000,000 ₫ of risk that remains"
    )


# ── identity, and what people say ───────────────────────────────────────────────────────────────────────────────────


def test_an_identity_that_is_there_twice_is_an_error() -> None:
    one = Identity.of("shop", RULE, {"kpi": "ratio"})
    with pytest.raises(AlertError, match="ALERT_DUPLICATE"):
        distinct([one, replace(one, rule="other"), one])


def test_every_alert_of_an_example_has_a_fingerprint_of_its_own() -> None:
    found = babycare().alerts("2026-08-10")

    assert len({each.id for each in found}) == len(found) > 10


def test_an_acknowledgement_holds_as_long_as_the_alert_lasts() -> None:
    engine = watched(["8", "8", "4", "8"], breach="> 7", **{"for": 1, "keep": 0})
    said = engine.acknowledge(RULE, by="Lan", as_of=after(1))
    engine.acknowledge(said.alert, by="Lan", as_of=after(1))
    seen = [alert(engine, after(month)) for month in (1, 2, 3, 4)]

    assert [each.acknowledgement is not None for each in seen if each] == [True, True, False, False]
    assert len(list(engine.ledger.entries(0, ("acknowledgement",)))) == 1


def test_what_was_said_later_is_not_known_before() -> None:
    engine = watched(["8", "8"], breach="> 7", **{"for": 1})
    engine.acknowledge(RULE, by="Lan", as_of=after(2))
    engine.silence(RULE, by="Lan", reason="x", until="2026-12-01", as_of=after(2))
    before, now = alert(engine, after(1)), alert(engine, after(2))

    assert before is not None and (before.acknowledgement, before.silence) == (None, None)
    assert now is not None and now.acknowledgement and now.silence


def test_the_last_silence_counts() -> None:
    engine = watched(["8"], breach="> 7", **{"for": 1})
    engine.silence(RULE, by="Lan", reason="x", until="2026-12-01", as_of=after(1))
    engine.silence(RULE, by="Lan", reason="enough", until="2026-02-10", as_of="2026-02-10")
    on_the_last, the_day_after = alert(engine, "2026-02-10"), alert(engine, "2026-02-11")

    assert on_the_last is not None and on_the_last.silence is not None
    assert the_day_after is not None and the_day_after.silence is None


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"alert": "A-0", "by": "Lan"}, "ALERT_UNKNOWN"),
        ({"alert": READING, "by": "Lan"}, "ALERT_NOT_ACTIVE"),
        ({"alert": RULE, "by": " "}, "ALERT_WHO"),
    ],
)
def test_what_stands_against_an_acknowledgement(how: dict[str, str], code: str) -> None:
    with pytest.raises(AlertError) as error:
        watched(["8"], breach="> 7").acknowledge(**how, as_of=after(1))
    assert [problem.code for problem in error.value.problems] == [code]


def test_a_silence_has_a_name_a_reason_and_an_end() -> None:
    with pytest.raises(AlertError) as error:
        watched(["8"], breach="> 7").silence(RULE, by="", reason=" ", until="2026-01-01", as_of=after(1))
    assert {problem.code for problem in error.value.problems} == {"ALERT_WHO", "ALERT_REASON", "ALERT_EXPIRY"}


def test_a_plan_without_closed_periods_has_no_alerts() -> None:
    assert watched([], breach="> 7").alerts("2026-01-20") == ()


def test_a_floor_of_a_closed_period_is_the_one_in_force_then() -> None:
    goals = {"sales": {"name": "Sales", "kpi": "ratio", "floor": 0, "lock": "open"}}
    engine = Engine.open({**plan(direction="higher"), "goals": goals}, standard=False)
    engine.record(reading(1, "4"))
    higher = {**plan(direction="higher"), "goals": {"sales": {**goals["sales"], "floor": 5}}, "version": 2}
    amended = engine.amend(higher, reason="x", trade_off="y", by="Mara", as_of=after(1))
    amended.record(reading(2, "4"))

    assert states(amended, 2, "plan.goals.sales.floor") == ["ok", "firing"]

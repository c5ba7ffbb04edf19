"""Figures that are late: the last known state is kept, the owner is told, and what is stale is neither red nor green."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from aop_rules import Engine
from aop_rules.alerts.lifecycle import Judged, Result, Terms, followed
from aop_rules.alerts.sinks import Call
from aop_rules.alerts.telling import alerts_text
from aop_rules.position.model import Figure
from one_kpi import READING, RULE, after, alert, plan, reading, readings, watched
from strategies import babycare_history, babycare_plan, opened

LATE: dict[str, Any] = {"breach": "> 7", "for": 1, "keep": 0, "expected_within": 7, "warn_after": 2, "stale_after": 20}


def told(engine: Engine, as_of: str) -> list[tuple[str, str, str]]:
    found = engine.notify(Call("phone", lambda _: None), as_of)
    return [(each.alert.rule, each.change, each.period) for each in found]


# ── the worked timeline of May ──────────────────────────────────────────────────────────────────────────────────────

MAY = "reading-online_revenue-2026-05"
UNREAD = "plan.kpis.online_revenue.reading"


def may() -> tuple[Engine, list[dict[str, Any]]]:
    """BabyCare House without the online revenue of May, which is due on 7 June and told as late from 10 June on."""
    late = babycare_plan()
    late["kpis"]["online_revenue"] |= {"expected_within": 7, "warn_after": 2, "stale_after": 20}
    history = babycare_history()
    return opened(late, [each for each in history if each["event_id"] != MAY]), history


def figure(engine: Engine, as_of: str) -> Figure:
    return engine.position(as_of).kpis["online_share"].value


def test_may_online_revenue_is_late_then_provisional_then_restated() -> None:
    engine, history = may()
    (online,) = [each for each in history if each["event_id"] == MAY]
    (store,) = [each for each in history if each["event_id"] == "reading-store_revenue-2026-05"]
    before = engine.alerts("2026-06-05")
    told(engine, "2026-06-05")

    # 5 to 9 June: nothing to tell, and nothing is judged on figures that are not there
    assert [told(engine, f"2026-06-0{day}") for day in (5, 7, 8, 9)] == [[], [], [], []]
    assert figure(engine, "2026-06-05").value is None
    assert all(each.kind != "data" for each in before)

    # 10 June: a data alert, to the owner of the figure
    assert told(engine, "2026-06-10") == [(UNREAD, "firing", "2026-05")]
    (data,) = [each for each in engine.alerts("2026-06-10") if each.kind == "data"]
    assert (data.owner, data.sentence.vi) == (
        "nhân viên online", "thiếu số liệu doanh thu online của tháng 5/2026; hạn là 07/06/2026",
    )  # fmt: skip

    # 12 June: 438 million, provisional
    engine.record({**online, "known_at": "2026-06-12", "status": "provisional"})
    assert ("resolved", "2026-05") in {each[1:] for each in told(engine, "2026-06-12")}
    seen = figure(engine, "2026-06-12")
    assert (round(seen.value * 10_000), seen.quality) == (3617, "provisional")
    then = {each.rule: each.state for each in engine.alerts("2026-06-12")}

    # 20 June: 33 million of it belong to the store
    for each, value in ((online, 405_000_000), (store, store["value"] + 33_000_000)):
        restated = {**each, "event_id": f"{each['event_id']}-1", "revision": 1, "known_at": "2026-06-20"}
        engine.record({**restated, "value": value})
    assert round(figure(engine, "2026-06-20").value * 10_000) == 3546
    assert {each.rule: each.state for each in engine.alerts("2026-06-20")} == then
    assert told(engine, "2026-06-20") == []

    # what was seen on a day is seen of it for ever
    assert round(figure(engine, "2026-06-12").value * 10_000) == 3617
    assert [each.to_dict() for each in engine.alerts("2026-06-05")] == [each.to_dict() for each in before]


# ── stale ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_firing_alert_is_kept_while_its_figure_is_late_and_is_no_data_once_it_is_stale() -> None:
    engine = watched(["8", "8"], **LATE)
    # March is due on 7 April, told as late from the 10th on, and stale from the 28th on
    days = {day: alert(engine, f"2026-04-{day:02}") for day in (6, 10, 27, 28)}

    assert [(each.state, each.known) for each in days.values() if each] == [
        ("firing", False), ("firing", False), ("firing", False), ("no_data", False),
    ]  # fmt: skip
    stale = days[28]
    assert stale is not None and not stale.active and (stale.since, stale.fired) == ("2026-01", "2026-01")
    assert stale.sentence.en == (
        "Ratio cannot be judged for March 2026: no reading of Ratio for March 2026; it was due on 7 April 2026; "
        "before that firing since January 2026"
    )


def test_a_stale_alert_is_listed_with_what_it_was() -> None:
    engine = watched(["8", "8"], **LATE)
    lines = alerts_text(engine.alerts("2026-04-28"), engine.plan, "en").splitlines()

    assert [line.split()[0] for line in lines if line.startswith("  ") and not line.startswith("   ")] == [
        "firing",
        "no",
    ]
    assert not any(line.startswith("not judged") for line in lines)


def test_an_alert_that_is_stale_is_never_told_as_over() -> None:
    engine = watched(["8", "8"], **LATE)

    assert told(engine, after(2)) == [(RULE, "firing", "2026-01")]
    assert told(engine, "2026-04-10") == [(READING, "firing", "2026-03")]
    assert told(engine, "2026-04-28") == told(engine, "2026-05-30") == []


def test_a_stale_alert_goes_on_where_it_was_once_a_figure_comes() -> None:
    engine = watched(["8", "8", None, "9", "4"], **LATE)
    assert [each.state for each in (alert(engine, "2026-04-28"), alert(engine, after(4))) if each] == [
        "no_data", "firing",
    ]  # fmt: skip
    found = alert(engine, after(5))
    assert found is not None and [step.state for step in found.steps] == [
        "firing", "firing", "no_data", "firing", "resolved",
    ]  # fmt: skip


def test_a_new_period_without_a_figure_does_not_bring_a_stale_alert_back() -> None:
    engine = watched(["8", "8"], **LATE)  # at the end of April's closing March is stale, and April not even late
    found = alert(engine, after(4))

    assert found is not None and found.state == "no_data"


def test_what_is_computed_from_a_stale_figure_is_stale_and_a_floor_as_well() -> None:
    flow = {"kind": "flow", "unit": "order", "basis": "period"}
    kpis = {
        "a": {**flow, "name": "A", "stale_after": 10},
        "b": {**flow, "name": "B"},
        "whole": {**flow, "name": "Whole", "sum_of": ["a", "b"], "breach": "< 30", "for": 1, "keep": 0},
    }
    goals = {"sales": {"name": "Sales", "kpi": "whole", "to": 400, "floor": 25}}
    engine = Engine.open({**plan(), "kpis": kpis, "goals": goals}, standard=False)
    engine.record_all([*readings([5], "a"), *readings([5, 50], "b")])
    rules = ("plan.kpis.whole.breach", "plan.goals.sales.floor")

    for day, state in (("2026-03-15", "firing"), ("2026-03-16", "no_data")):
        assert [each.state for each in (alert(engine, day, rule) for rule in rules) if each] == [state, state]


def test_without_stale_after_the_last_known_state_is_kept_for_good() -> None:
    engine = watched(["8"], **{**LATE, "stale_after": None})
    found = alert(engine, "2026-12-31")

    assert found is not None and (found.state, found.known) == ("firing", False)


RESULTS: tuple[Result, ...] = ("breached", "between", "recovered", "unknown", "stale", "error")


@given(st.lists(st.sampled_from(RESULTS), max_size=12), st.integers(1, 3), st.integers(0, 2))
def test_stale_figures_hide_a_state_and_change_none(seen: Sequence[Result], needed: int, keep: int) -> None:
    def steps(row: Sequence[Result]) -> list[Any]:
        return list(followed(Judged(f"p{n}", each, Terms(needed, keep)) for n, each in enumerate(row)))

    late: list[Result] = ["unknown" if each == "stale" else each for each in seen]
    hidden = False
    for result, shown, kept in zip(seen, steps(seen), steps(late), strict=True):
        hidden = hidden and result in ("unknown", "error")
        hidden = (hidden or result == "stale") and kept.active
        assert shown.state == ("no_data" if hidden else kept.state)
        assert (shown.since, shown.fired, shown.run) == (kept.since, kept.fired, kept.run)


@given(
    st.lists(st.sampled_from(["4", "8", None]), min_size=3, max_size=6),
    st.integers(0, 5),
    st.sampled_from(["4", "8"]),
    st.randoms(use_true_random=False),
)
@settings(max_examples=30)
def test_the_same_months_in_another_order_and_twice_with_a_restated_row_between_give_the_same_alerts(
    row: list[str | None], at: int, value: str, random: Any
) -> None:
    """And nothing is told twice: who heard all of it as it came has heard each thing once, under one key."""
    at %= len(row)
    end = after(len(row))
    restated = reading(at + 1, value, 1, known=end)
    events = [*readings(row), restated, *readings(row)]
    random.shuffle(events)
    one, other = (Engine.open(plan(**LATE), standard=False) for _ in range(2))
    heard: list[str] = []
    for event in events:
        one.record(event)
        heard += [each.key for each in one.notify(Call("phone", lambda _: None), end)]
    other.record_all([*readings(row), restated])

    assert [each.to_dict() for each in one.alerts(end)] == [each.to_dict() for each in other.alerts(end)]
    assert len(heard) == len(set(heard))
    assert one.notify(Call("phone", lambda _: None), end) == ()

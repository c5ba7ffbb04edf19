"""What cannot be judged leaves the state as it was, and somebody is told what to mend."""

from __future__ import annotations

from typing import Any

import pytest

from aop_rules import Engine
from aop_rules.alerts.sinks import Call
from one_kpi import RULE, after, alert, plan, reading, readings

SPENT = {"kind": "actual", "line": "ads", "source": "books"}
RATES = "plan.budget.lines.ads.rates"


def shop(**more: Any) -> Engine:
    return Engine.open({**plan(), "kpis": {}, "budget": {"lines": {"ads": {"name": "Ads", "amount": 120}}}, **more})


def test_a_budget_line_with_an_amount_without_a_rate_is_told_and_its_state_stays() -> None:
    engine = shop()
    engine.record({**SPENT, "event_id": "a", "effective_date": "2026-01-10", "amount": 15})
    engine.record({**SPENT, "event_id": "b", "effective_date": "2026-02-10", "amount": -9, "known_at": "2026-02-10"})
    engine.record({**SPENT, "event_id": "c", "effective_date": "2026-02-11", "amount": 5, "currency": "EUR"})
    line, health = (alert(engine, after(2), rule) for rule in ("plan.budget.lines.ads.to_date", RATES))

    assert line is not None and (line.state, line.known, line.steps[-1].known) == ("firing", False, "error")
    assert health is not None and (health.state, health.kind, health.owner) == ("firing", "data", "Mara")
    assert health.sentence.en == "Ads cannot be judged for February 2026: there is no exchange rate for c"


def test_an_amount_with_a_rate_is_none() -> None:
    engine = shop(rates=[{"currency": "EUR", "on": "2026-01-01", "rate": "1.1"}])
    engine.record({**SPENT, "event_id": "c", "effective_date": "2026-02-11", "amount": 5, "currency": "EUR"})

    assert alert(engine, after(2), RATES) is None


FAULTS: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    "a share of nothing": (
        {"kind": "ratio", "unit": "ratio", "numerator": "a", "denominator": "b", "breach": "< 7%"},
        [*readings([1], "a"), *readings([0], "b")],
    ),
    "a landing of a share of nothing": (
        {
            "kind": "ratio", "unit": "ratio", "numerator": "a", "denominator": "b", "breach": "< 7%",
            "basis": "full_year_forecast",
        },
        [*readings([1], "a"), *readings([0], "b")],
    ),
    "two readings that differ": (
        {"kind": "stock", "unit": "order", "breach": "< 7"},
        [{**reading(1, n, kpi="share"), "event_id": f"e{n}"} for n in (1, 2)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", sorted(FAULTS))
def test_whatever_leaves_a_kpi_without_judgement_is_told(case: str) -> None:
    share, events = FAULTS[case]
    flows = {name: {"name": name.upper(), "kind": "flow", "unit": "order"} for name in "ab"}
    engine = Engine.open({**plan(), "kpis": {**flows, "share": {"name": "Share", **share}}}, standard=False)
    engine.record_all(events)
    found = {each.rule: each.state for each in engine.alerts(after(1))}

    assert (found["plan.kpis.share.breach"], found["plan.kpis.share.reading"]) == ("error", "firing")


def test_what_cannot_be_judged_is_told_by_its_health_alone() -> None:
    engine = Engine.open(plan(breach="> 7", **{"for": 1}), standard=False)
    engine.record_all(readings(["8", "8"]))
    engine.notify(Call("phone", lambda _: None), after(1))
    (second,) = readings([None, "4"])
    engine.record({**second, "event_id": "other"})
    told = engine.notify(Call("phone", lambda _: None), after(2))

    assert [(each.alert.kind, each.change) for each in told] == [("data", "firing")]
    seen = alert(engine, after(2), RULE)
    assert seen is not None and (seen.state, seen.known) == ("firing", False)

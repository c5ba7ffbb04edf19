"""What an amended plan no longer watches is over with the first period of the new version, and that is told once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aop_rules import Engine
from aop_rules.alerts.alert import Alert
from aop_rules.alerts.outbox import delivered
from aop_rules.alerts.said import KINDS, Said, said_of
from aop_rules.alerts.sinks import Call
from aop_rules.alerts.standing import alerts
from aop_rules.history.following import Following
from aop_rules.history.versions import KINDS as VERSIONS
from aop_rules.history.versions import Versions
from aop_rules.ledger.record import moment
from aop_rules.plan.model import Plan
from aop_rules.position.allocation import Earlier
from aop_rules.position.model import Position
from one_kpi import after, plan, reading

FIRES: dict[str, Any] = {"kind": "stock", "unit": "number", "direction": "lower", "breach": "> 7", "for": 1, "keep": 0}
OLD = "plan.kpis.old.breach"


def standing(engine: Engine, as_of: str, said: Said | None = None) -> tuple[Alert, ...]:
    """The alerts, with those of earlier versions."""
    heard = said or said_of(engine.ledger.entries(0, KINDS))
    earlier = Versions.of(engine.ledger.entries(0, VERSIONS)).earlier

    def past(version: Plan, before: Sequence[Earlier]) -> Position:
        return Following(version, before).position(engine.ledger.entries, moment(as_of))

    return alerts(engine.plan, engine.graph, engine.position(as_of), heard, earlier, past)


def told(engine: Engine, as_of: str) -> list[tuple[str, str, str, str]]:
    sink = Call("phone", lambda _: None)
    found = delivered(engine.ledger, sink, moment(as_of), lambda said: standing(engine, as_of, said))
    return [(each.alert.rule, each.change, each.period, each.text("en")) for each in found]


def state(engine: Engine, as_of: str, rule: str = OLD) -> str:
    return next((each.state for each in standing(engine, as_of) if each.rule == rule), "")


def dropped(new: dict[str, Any], old: dict[str, Any]) -> Engine:
    """An engine whose plan watched more until February."""
    engine = Engine.open(old, standard=False)
    engine.record_all(reading(month, "8", kpi=kpi) for month in (1, 2) for kpi in old["kpis"])
    told(engine, after(2))
    return engine.amend({**new, "version": 2}, reason="x", trade_off="y", by="Mara", approved_by="Mara", as_of=after(2))


KEPT = {"kept": {"name": "Kept", **FIRES}}
BOTH = {**plan(), "kpis": {**KEPT, "old": {"name": "Old", **FIRES, "owner": "Lan"}}}
ONE = {**plan(), "kpis": KEPT}


def test_the_alert_of_a_kpi_that_is_gone_is_told_as_over_once_and_why() -> None:
    engine = dropped(ONE, BOTH)
    assert (told(engine, "2026-03-20"), state(engine, "2026-03-20")) == ([], "firing")  # by the last closed period
    engine.record_all(reading(month, "8", kpi="kept") for month in (3, 4))

    said = "Resolved: the plan no longer watches Old in this way"
    assert told(engine, after(3)) == [(OLD, "resolved", "2026-03", said)]
    assert [state(engine, after(month)) for month in (2, 3, 4)] == ["firing", "resolved", "ok"]
    assert told(engine, after(3)) == told(engine, after(4)) == []


def test_what_was_only_pending_or_ok_vanishes_without_a_word() -> None:
    old = {**BOTH, "kpis": {**KEPT, "old": {"name": "Old", **FIRES, "for": 5}}}
    engine = dropped(ONE, old)
    engine.record(reading(3, "8", kpi="kept"))

    assert (told(engine, after(3)), state(engine, after(2)), state(engine, after(3))) == ([], "pending", "ok")


def test_who_is_asked_late_is_told_all_of_it_in_order() -> None:
    engine = dropped(ONE, BOTH)
    engine.record(reading(3, "8", kpi="kept"))
    sink = Call("mail", lambda _: None)
    late = delivered(engine.ledger, sink, moment(after(3)), lambda said: standing(engine, after(3), said))

    assert [(each.change, each.period) for each in late if each.alert.rule == OLD] == [
        ("firing", "2026-01"), ("resolved", "2026-03"),
    ]  # fmt: skip


def test_a_floor_a_horizon_and_the_minimum_of_cash_that_are_gone_are_over_too() -> None:
    cash = {"name": "Cash", "kind": "stock"}
    line = {"name": "Ads", "amount": 12}
    goal = {"name": "Low", "kpi": "kept", "ceiling": 5, "lock": "open"}
    old = {
        **plan(), "kpis": {**KEPT, "cash": cash}, "goals": {"low": goal}, "budget": {"lines": {"ads": line}},
        "policies": {"minimum_cash": {"kpi": "cash", "minimum": 9}},
    }  # fmt: skip
    new = {
        **old, "policies": {}, "goals": {"low": {**goal, "ceiling": None}},
        "budget": {"lines": {"ads": {**line, "horizons": ["year"]}}},
    }  # fmt: skip
    engine = Engine.open(old, standard=False)
    engine.record_all(reading(month, "8", kpi=kpi) for month in (1, 2) for kpi in ("kept", "cash"))
    engine.record({"event_id": "b", "kind": "actual", "effective_date": "2026-01-20", "line": "ads", "amount": 5})
    rules = ("plan.goals.low.ceiling", "plan.budget.lines.ads.to_date", "plan.policies.minimum_cash")
    assert [state(engine, after(2), rule) for rule in rules] == ["firing"] * 3
    how = {"reason": "x", "trade_off": "y", "by": "Mara", "approved_by": "Mara"}
    amended = engine.amend({**new, "version": 2}, **how, as_of=after(2))
    amended.record_all(reading(3, "8", kpi=kpi) for kpi in ("kept", "cash"))

    assert [state(amended, after(2), rule) for rule in rules] == ["firing"] * 3
    assert [state(amended, after(3), rule) for rule in rules] == ["resolved"] * 3


def test_what_comes_back_under_its_name_is_not_gone() -> None:
    engine = dropped(ONE, BOTH)
    engine.record(reading(3, "8", kpi="kept"))
    how = {"reason": "x", "trade_off": "y", "by": "Mara", "approved_by": "Mara"}
    again = engine.amend({**BOTH, "version": 3}, **how, as_of=after(3))

    assert [each.rule for each in standing(again, after(3))].count(OLD) == 1

"""The options of a decision: which needs its findings state, and that only decisions that adjust carry options."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import pytest

from aop_rules import Decision, Engine
from aop_rules.adjusting.adjust import adjusted, offers
from aop_rules.adjusting.landing_effects import Scales
from aop_rules.adjusting.needs import needs_of
from aop_rules.decision.decide import decide
from aop_rules.events import EventBase, parse_event
from aop_rules.plan.graph import PlanGraph
from strategies import CASES, Data, babycare_history, babycare_plan, case_of, engine_at, history_of, opened, proposal

TODAY = "2026-06-10"


class World:
    """An engine at one moment, with decisions that have no options yet."""

    def __init__(self, engine: Engine, event: EventBase, as_of: str | None = None) -> None:
        self.engine, self.graph = engine, PlanGraph.of(engine.plan)
        self.decision = engine.evaluate(event, as_of=as_of)
        self.position = engine.position(self.decision.basis.as_of)

    def check(self, event: EventBase) -> Decision:
        engine = self.engine
        return decide(engine.plan, engine.plan_digest, self.graph, engine.program, self.position, event)

    def adjusted(self) -> Decision:
        return adjusted(self.decision, self.engine.plan, self.graph, self.position, self.check)

    def needs(self) -> Any:
        return needs_of(self.decision, self.graph, Scales(self.engine.plan, self.position))


@cache
def may() -> Engine:
    return opened(babycare_plan(), babycare_history())


def asked(event: Data) -> World:
    return World(may(), parse_event(event), TODAY)


def spend(amount: int, **parts: Any) -> World:
    return asked(
        {
            "event_id": "s",
            "kind": "spend_request",
            "effective_date": TODAY,
            "line": "online_marketing",
            "amount": amount,
            **parts,
        }
    )


def ids(decision: Decision) -> list[str]:
    return [option.id for option in decision.options]


def test_what_fits_needs_no_options() -> None:
    within = spend(10_000_000)
    assert within.decision.course == "keep" and within.adjusted() == within.decision


def test_spending_over_its_line_says_how_much_is_short_and_how_to_meet_it() -> None:
    over = spend(80_000_000)
    (need,) = over.needs()
    assert (need.line, need.amount, need.period, need.horizon) == ("online_marketing", 26_480_000, "2026-06", "to_date")
    decision = over.adjusted()
    assert ids(decision)[0] == "reserve.contingency_reserve" and decision.options[0].recommended
    assert {"shrink", "delay", "non_core_purchasing", "rephase.online_marketing"} <= set(ids(decision))
    later = next(option for option in decision.options if option.id == "delay")
    smaller = next(option for option in decision.options if option.id == "shrink")
    assert later.period == "2026-07" and smaller.frees == 80_000_000 - (over.decision.fit or 0)


def test_a_delay_is_the_first_period_in_which_a_request_fits() -> None:
    later = next(option for option in spend(300_000_000).adjusted().options if option.id == "delay")
    assert later.period == "2026-10"
    assert spend(300_000_000, period="2026-10").decision.outcome != "ADJUST_TO_FIT"
    assert spend(300_000_000, period="2026-09").decision.outcome == "ADJUST_TO_FIT"
    assert "delay" not in ids(spend(2_000_000_000).adjusted())


def test_several_at_once_stand_behind_one_that_is_enough() -> None:
    decision = spend(300_000_000).adjusted()
    joined = [option for option in decision.options if option.kind == "together"]
    assert len(joined) == 1 and joined[0].enough
    assert ids(decision).index(joined[0].id) > ids(decision).index("shrink")


def test_where_stock_or_cash_binds_money_is_no_way() -> None:
    (case,) = [each for each in CASES if each.stem == "d02_hot_product"]
    engine = engine_at(case.parents[1], history_of(case))
    world = World(engine, case_of(case).events[0])
    assert ids(world.adjusted()) == ["shrink"]


def test_a_transfer_that_its_donor_cannot_give_in_full_asks_others_for_the_rest() -> None:
    data = {
        "event_id": "t",
        "kind": "budget_transfer",
        "effective_date": TODAY,
        "from": "contingency_reserve",
        "to": "online_marketing",
        "amount": 200_000_000,
    }
    moved = asked(data)
    assert [(need.line, need.amount) for need in moved.needs()] == [("online_marketing", 56_000_000)]
    assert "non_core_purchasing" in ids(moved.adjusted())


def test_a_proposal_brings_its_own_benefits_to_every_way_and_less_of_them_when_it_is_smaller() -> None:
    benefits = [{"kpi": "online_revenue", "likely": 300_000_000}, {"kpi": "gross_profit", "likely": 110_000_000}]
    costs = [{"line": "online_marketing", "amount": 80_000_000}]
    world = asked(
        proposal(category=["online"], costs=costs, benefits=benefits, divisible=True, links={"goals": ["online_share"]})
    )
    decision = world.adjusted()
    gains = {
        option.id: at.compared_after - at.compared_before
        for option in decision.options
        for at in option.landings
        if at.goal == "online_share" and at.compared_after is not None and at.compared_before is not None
    }
    assert world.decision.fit is not None
    assert gains["reserve.contingency_reserve"] == 300_000_000
    assert gains["shrink"] == 300_000_000 * world.decision.fit / 80_000_000
    assert next(option for option in decision.options if option.id == "delay").flags == ("undeclared",)


def test_a_risk_that_came_offers_what_was_decided_for_it() -> None:
    came = asked({"event_id": "r", "kind": "risk_occurred", "effective_date": TODAY, "risk": "ad_effectiveness"})
    assert came.decision.outcome == "TRIGGER_CONTINGENCY"
    assert "response.ad_effectiveness" in ids(came.adjusted())


def test_a_milestone_that_slips_moves_what_waits_for_it() -> None:
    late = asked(
        {
            "event_id": "m",
            "kind": "milestone_update",
            "effective_date": TODAY,
            "initiative": "marketplace_shop",
            "expected": "2026-08-15",
        }
    )
    assert late.decision.outcome == "ADJUST_ACTIONS"
    option = next(option for option in late.adjusted().options if option.id == "delay.marketplace_shop")
    assert option.dependents == ("season_campaigns",) and option.flags == ("undeclared",)


@pytest.mark.parametrize("case", CASES, ids=[f"{case.parents[1].name}/{case.stem}" for case in CASES])
def test_options_of_the_cases_hold_together(case: Any) -> None:
    engine = engine_at(case.parents[1], history_of(case))
    for event in case_of(case).events:
        world = World(engine, event, (case_of(case).expect or {}).get("as_of"))
        decision = world.adjusted()
        if decision.course == "keep" and decision.outcome != "ESCALATE":
            assert decision.options == world.decision.options
        _hold_together(decision.options, engine)
        for offer in offers(world.decision, engine.plan, world.graph, world.position, world.check):
            assert [option.recommended for option in offer.options] == [n == 0 for n in range(len(offer.options))]
            assert set(offer.dropped).isdisjoint(option.id for option in offer.options)


def _hold_together(options: Iterable[Any], engine: Engine) -> None:
    named = [option.id for option in options]
    assert len(named) == len(set(named))
    for option in options:
        ranked = [goal for tied in engine.plan.priorities for goal in sorted(tied)]
        assert [at.goal for at in option.landings][: len(ranked)] == ranked
        assert option.trade_off is not None and option.trade_off.en.startswith("you gain ")
        assert ("undeclared" in option.flags) == all(at.after is None for at in option.landings) or any(
            at.before is None for at in option.landings
        )
        assert option.dominated_by != option.id

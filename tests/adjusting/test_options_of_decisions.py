"""The options of a decision: which needs its findings state, and that only decisions that adjust carry options."""

from __future__ import annotations

import pickle
from collections.abc import Iterable
from copy import deepcopy
from fractions import Fraction
from functools import cache
from typing import Any

import pytest

from aop_rules import Decision, Engine, InputError
from aop_rules.adjusting.adjust import adjusted, offers
from aop_rules.adjusting.landing_effects import Scales
from aop_rules.adjusting.needs import needs_of
from aop_rules.decision.decide import decide
from aop_rules.decision.option import Option
from aop_rules.events import EventBase, parse_event
from aop_rules.plan.graph import PlanGraph
from aop_rules.rules.effect import Effect
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


def test_several_at_once_stand_before_each_that_is_not_enough_and_what_nobody_can_tell_of() -> None:
    decision = spend(300_000_000).adjusted()
    (joined,) = [option for option in decision.options if option.kind == "together"]
    assert joined.enough and decision.options[0] is joined
    assert all(not option.enough or "undeclared" in option.flags for option in decision.options[1:])


def test_each_line_that_gives_says_what_it_has_left() -> None:
    joined = next(option for option in spend(300_000_000).adjusted().options if option.kind == "together")
    assert joined.left is None
    assert joined.left_by_line == {"contingency_reserve": 0, "purchasing": 5_741_600_000}
    assert (
        joined.trade_off is not None
        and "43,600,000 ₫ of purchasing of core product groups, with 5,741,600,000 ₫ left" in joined.trade_off.en
    )
    for option in may().options(line="online_marketing", amount=200_000_000, as_of=TODAY).offers[0].options:
        assert list(option.left_by_line.values()) == [option.left] or len(option.left_by_line) != 1
        assert set(option.left_by_line) == set(option.draws) - {"online_marketing"}


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


BENEFITS: Data = {
    "benefits": [{"kpi": "online_revenue", "likely": 1_200_000_000}, {"kpi": "gross_profit", "likely": 444_000_000}],
    "costs": [{"line": "online_marketing", "amount": 300_000_000}],
    "category": ["online"],
    "links": {"goals": ["online_share"]},
}


def online(option: Option) -> tuple[Any, Any]:
    """What an option changes online: with what it makes room for, and by itself."""
    (at,) = [each for each in option.landings if each.goal == "online_share"]
    (own,) = [each for each in option.by_itself or option.landings if each.goal == "online_share"]
    assert at.compared_before is not None and at.compared_after is not None and own.compared_after is not None
    return at.compared_after - at.compared_before, own.compared_after - at.compared_before


def test_a_way_that_does_not_fund_a_thing_does_not_bring_its_benefit() -> None:
    options = {option.id: option for option in asked(proposal(**BENEFITS, divisible=False)).adjusted().options}
    assert online(options["reserve.contingency_reserve"]) == (0, 0)
    assert online(options["defer_july_low_season_campaign"]) == (-150_000_000, -150_000_000)
    joined = next(option for option in options.values() if option.kind == "together")
    assert online(joined) == (842_000_000, -358_000_000)


def test_of_what_can_be_parted_the_share_that_is_funded_brings_its_share() -> None:
    options = {option.id: option for option in asked(proposal(**BENEFITS, divisible=True)).adjusted().options}
    fits, given = 53_520_000, 144_000_000
    share = Fraction(fits + given, 300_000_000)
    assert online(options["reserve.contingency_reserve"]) == (1_200_000_000 * share, 1_200_000_000 * share)
    assert online(options["defer_july_low_season_campaign"])[1] == -150_000_000


def test_the_loss_of_a_way_and_the_gain_of_the_thing_are_told_apart() -> None:
    options = {option.id: option for option in asked(proposal(**BENEFITS, divisible=True)).adjusted().options}
    said = options["defer_july_low_season_campaign"].trade_off
    assert said is not None
    gained, given = said.en.split("; you give up ")
    assert "online revenue by what is asked (5,129,868,421 ₫ → " in gained
    assert "online revenue (5,279,868,421 ₫ → 5,129,868,421 ₫)" in given


def test_what_was_decided_for_a_risk_that_came_is_recommended() -> None:
    came = asked({"event_id": "r", "kind": "risk_occurred", "effective_date": TODAY, "risk": "ad_effectiveness"})
    assert came.decision.outcome == "TRIGGER_CONTINGENCY"
    options = came.adjusted().options
    assert options[0].id == "response.ad_effectiveness" and options[0].recommended
    assert "more_for_what_works" in ids(came.adjusted())
    assert all("response." not in option.id for option in options if option.kind == "together")
    told = came.adjusted().explain("en", "short")
    assert told.count("move ad money to the campaigns and seasons that work, never to zero") == 2


def test_where_what_was_decided_cannot_be_paid_levers_are_left() -> None:
    plan = deepcopy(babycare_plan())
    plan["risks"]["ad_effectiveness"]["response"]["amount"] = 900_000_000
    event = {"event_id": "r", "kind": "risk_occurred", "effective_date": TODAY, "risk": "ad_effectiveness"}
    decision = World(opened(plan, babycare_history()), parse_event(event), TODAY).adjusted()
    assert ids(decision)[0] == "more_for_what_works"


def test_a_decision_that_adjusts_and_has_no_way_says_so() -> None:
    (case,) = [each for each in CASES if each.stem == "retainers_fall_behind_again"]
    (event,) = case_of(case).events
    told = engine_at(case.parents[1], history_of(case)).evaluate(event)
    assert told.course == "adjust" and not told.options
    assert "no lever of the plan helps" in told.explain("en", "standard")


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


TINY: Data = {
    "aop": 1,
    "id": "shop",
    "name": "Shop",
    "currency": "USD",
    "year": {"starts": "2026-01-01"},
    "priorities": ["sales"],
    "goals": {"sales": {"name": "sales", "kpi": "web"}},
    "kpis": {"web": {"name": "web", "kind": "flow", "target": {"year": 1200}}},
    "budget": {
        "lines": {
            "ads": {"name": "ads", "amount": 1200, "serves": ["sales"]},
            "rest": {"name": "rest", "amount": 1200, "horizons": ["year"]},
        }
    },
}


def test_a_way_that_is_enough_meets_every_limit_of_a_line() -> None:
    """The year is short of 100, the months to date of 800: 100 would leave the request as short as before."""
    request = proposal(kind="spend_request", line="ads", amount=1300)
    engine = opened(TINY)
    way = next(option for option in engine.evaluate(request).options if option.id == "transfer.rest")
    assert (way.needed, way.frees, way.enough) == (700, 700, True)
    paid = {"event_id": "t", "kind": "budget_transfer", "from": "rest", "to": "ads", "effective_date": TODAY}
    engine.record({**paid, "amount": 700})
    assert not any(finding.effect is Effect.FIT for finding in engine.evaluate(request).findings if finding.holds)


def test_two_levers_of_one_initiative_are_not_pulled_together() -> None:
    fair = {"name": "fair", "serves": ["sales"], "starts": "2026-08-01", "ends": "2026-10-01", "budget": ["rest"]}
    lever = {"initiative": "fair", "frees": 60, "effects": []}
    levers = {
        "later": {"name": "later", "kind": "defer", "line": "rest", **lever},
        "smaller": {"name": "smaller", "kind": "scale", "line": "more", **lever},
    }
    lines = {
        "ads": {**TINY["budget"]["lines"]["ads"], "horizons": ["year"]},
        **{name: {"name": name, "amount": 1200, "contract": False} for name in ("rest", "more")},
    }
    lines["more"]["serves"] = ["sales"]
    plan = {**TINY, "initiatives": {"fair": fair}, "levers": levers, "budget": {"lines": lines}}
    (offer,) = opened(plan).options(line="ads", amount=100, as_of=TODAY).offers
    assert {"later", "smaller"} <= {option.id for option in offer.options}
    assert not offer.enough and all("+" not in option.id for option in offer.options)


def test_a_period_is_named_by_a_date_too_and_something_has_to_be_named() -> None:
    engine = may()
    need: Data = {"line": "online_marketing", "amount": 24_240_000, "as_of": TODAY}
    by_day, by_period = (engine.options(**need, period=period).offers[0] for period in ("2026-07-15", "2026-07"))
    assert by_day.options == by_period.options and by_day.dropped == by_period.dropped
    with pytest.raises(ValueError, match="a `goal`"):
        engine.options(as_of=TODAY)
    with pytest.raises(InputError, match="REPLAN_UNKNOWN"):
        engine.options(amount=5, as_of=TODAY)


def test_a_decision_with_its_options_can_be_copied_and_sent_to_another_process() -> None:
    decision = spend(60_000_000).adjusted()
    assert decision.options
    assert pickle.dumps(decision) and deepcopy(decision) == decision

"""Options: the worked table to its digits, what is dropped and why, and what can never matter."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_options import amounts, check_no_set_is_better, cuts, lever

from aop_rules import Engine
from aop_rules.adjusting.lever import Lever, Pull
from aop_rules.adjusting.levers import levers
from aop_rules.adjusting.need import Need
from aop_rules.adjusting.options import Offer, options_for
from aop_rules.decision.option import Option
from aop_rules.events import EventBase
from aop_rules.plan.graph import PlanGraph
from strategies import Data, babycare_history, babycare_plan, everywhere, opened

WORKED = json.loads((Path(__file__).parents[1] / "position" / "babycare_worked.json").read_text(encoding="utf-8"))
TABLE = WORKED["options_for_24_24"]["expected"]
NEED = Need(line="online_marketing", amount=24_240_000)
TODAY = "2026-06-05"
KNOWN: list[Data] = [
    {"event_id": "own", "kind": "forecast", "effective_date": TODAY, "kpi": "online_revenue", "value": 6_100_000_000},
    {"event_id": "came", "kind": "risk_occurred", "effective_date": TODAY, "risk": "ad_effectiveness"},
]
few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def asked(engine: Engine) -> Callable[[EventBase], Any]:
    return lambda event: engine.evaluate(event, as_of=TODAY)


def offer(engine: Engine, need: Need = NEED, **how: Any) -> Offer:
    graph = PlanGraph.of(engine.plan)
    return options_for(need, engine.plan, engine.position(TODAY), graph, **{"check": asked(engine), **how})


@pytest.fixture(scope="module")
def may() -> Engine:
    return opened(babycare_plan(), [*babycare_history(), *KNOWN])


@pytest.fixture(scope="module")
def offered(may: Engine) -> Offer:
    return offer(may)


def named(offered: Offer, name: str) -> Option:
    return next(option for option in offered.options if option.id.removeprefix("reserve.") == name)


def landing(option: Option, goal: str) -> Any:
    return next(at for at in option.landings if at.goal == goal)


# ── the worked table ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["id"])
def test_the_worked_table_comes_out_to_its_digits(offered: Offer, row: dict[str, Any]) -> None:
    option = named(offered, row["id"])
    share, total = landing(option, "online_share"), landing(option, "total_revenue")
    assert f"{float(share.after):.2%}" == f"{row['online_share_percent']}%"
    assert f"{float(Fraction(total.after) / total.planned - 1):.2%}" == f"{row['total_vs_plan_percent']}%"
    assert option.recommended == row.get("recommended", False)
    assert option.enough and option.approval == ""


def test_the_reserve_is_recommended_and_still_covers_the_risks_that_may_come(may: Engine, offered: Offer) -> None:
    best = offered.options[0]
    assert best.id == "reserve.contingency_reserve" and best.recommended
    assert best.left == 119_760_000 >= may.position(TODAY).exposure.remaining == 114_000_000  # type: ignore[union-attr]
    assert best.flags == ()


def test_the_rest_stands_in_the_order_of_the_priorities_with_what_is_wrong_with_it(offered: Offer) -> None:
    assert [(option.id, option.flags, option.dominated_by) for option in offered.options[1:]] == [
        ("non_core_purchasing", ("ratio_gaming",), ""),
        ("defer_july_low_season_campaign", (), ""),
        ("cut_online_ads_now", ("panic_cut",), "defer_july_low_season_campaign"),
        ("rephase.online_marketing", ("undeclared",), ""),
    ]


def test_a_share_is_compared_through_its_numerator(offered: Offer) -> None:
    reserve, buying = (
        landing(named(offered, name), "online_share") for name in ("contingency_reserve", "non_core_purchasing")
    )
    assert buying.after > reserve.after and buying.compared == "online_revenue"
    assert buying.compared_after == reserve.compared_after == 6_100_000_000


def test_only_what_is_needed_is_taken_and_a_whole_is_all_or_nothing(offered: Offer) -> None:
    assert named(offered, "non_core_purchasing").frees == 24_240_000
    assert named(offered, "defer_july_low_season_campaign").frees == 30_000_000


def test_the_trade_off_says_both_sides_in_both_languages(offered: Offer) -> None:
    said = offered.options[0].trade_off
    assert said is not None
    assert said.en == (
        "you gain 24,240,000 ₫ for online marketing, all that is needed; "
        "you give up 24,240,000 ₫ of contingency reserve, with 119,760,000 ₫ left"
    )
    assert said.vi == (
        "được 24.240.000 ₫ cho marketing online, đủ mức cần; đổi lại mất 24.240.000 ₫ của quỹ dự phòng, còn lại 119.760.000 ₫"
    )
    for option in offered.options:
        assert option.trade_off is not None
        assert "you give up" in option.trade_off.en and "đổi lại" in option.trade_off.vi


def test_without_a_forecast_or_a_risk_the_reserve_is_still_best_and_said_to_be_short() -> None:
    best = offer(opened(babycare_plan(), babycare_history())).options[0]
    assert (best.id, best.flags) == ("reserve.contingency_reserve", ("reserve_short",))


# ── what is no way, and who is asked ────────────────────────────────────────────────────────────────────────────────


def test_what_is_dropped_says_why(offered: Offer) -> None:
    assert offered.dropped["transfer.purchasing"] == "as_important"
    assert offered.dropped["transfer.online_marketing"] == "line_itself"
    assert offered.dropped["stop.marketplace_shop"] == "frees_nothing"
    assert offered.dropped["rephase.purchasing"] == "another_line"


def test_what_the_donor_declines_is_no_option_and_what_it_may_not_give_alone_asks_the_owner(may: Engine) -> None:
    frozen = opened(
        babycare_plan(),
        [
            *babycare_history(),
            {"event_id": "f", "kind": "budget_freeze", "effective_date": "2026-06-01", "lines": ["purchasing"]},
        ],
    )
    assert named(offer(frozen), "non_core_purchasing").approval == "chủ cửa hàng"
    assert named(offer(may, Need(line="online_marketing", amount=40_000_000)), "non_core_purchasing").approval
    late = Need(line="online_marketing", amount=24_240_000, period="2026-03")
    assert named(offer(may, late), "contingency_reserve").approval == "chủ cửa hàng"

    def never(_: EventBase) -> Any:
        return replace(may.evaluate({**KNOWN[0], "event_id": "x"}), outcome=type(offered_outcome(may))("DECLINE"))

    declined = offer(may, check=never)
    assert declined.dropped["reserve.contingency_reserve"] == "donor_declines"


def offered_outcome(engine: Engine) -> Any:
    return engine.evaluate({**KNOWN[0], "event_id": "y"}).outcome


def test_a_line_that_is_short_in_the_year_is_not_helped_by_its_own_later_months(may: Engine) -> None:
    year = offer(may, Need(line="online_marketing", amount=24_240_000, horizon="year"))
    assert year.dropped["rephase.online_marketing"] == "year_is_short"


def test_a_line_that_the_plan_does_not_have_gets_nothing(may: Engine) -> None:
    assert offer(may, Need(line="adds", amount=5)).options == ()


def test_several_together_where_none_alone_is_enough(may: Engine) -> None:
    much = offer(may, Need(line="online_marketing", amount=200_000_000))
    best = much.options[0]
    assert best.kind == "together" and best.enough and best.recommended
    assert best.id == "non_core_purchasing+reserve.contingency_reserve" and best.frees == 200_000_000
    assert [option.enough for option in much.options[1:]] == [False] * (len(much.options) - 1)
    assert offer(may, Need(line="online_marketing", amount=5_000_000_000)).enough is False


def test_a_goal_that_is_short_gets_what_lifts_it_as_far_as_it_is_short(may: Engine) -> None:
    raised = offer(may, Need(goal="online_share", short=60_000_000))
    assert [option.id for option in raised.options[:1]] == ["more_for_what_works"]
    best = raised.options[0]
    assert best.enough and landing(best, "online_share").compared_after == 6_160_000_000
    assert best.left == 144_000_000 - 15_000_000
    assert raised.dropped["cut_online_ads_now"] == "does_not_help"
    margin = offer(may, Need(goal="gross_margin", short=90_000_000))
    assert margin.options[0].id == "higher_margin_first" and not margin.options[0].enough


def test_a_raise_whose_line_is_empty_is_paid_by_the_best_way_to_fund_it(may: Engine) -> None:
    plan = babycare_plan()
    plan["levers"]["more_for_what_works"]["takes_from"] = "online_marketing"
    spent = {
        "event_id": "all",
        "kind": "actual",
        "effective_date": "2026-06-02",
        "line": "online_marketing",
        "amount": 546_000_000,
    }
    engine = opened(plan, [*babycare_history(), *KNOWN, spent])
    best = offer(engine, Need(goal="online_share", short=60_000_000)).options[0]
    assert best.id == "more_for_what_works+reserve.contingency_reserve" and best.enough
    assert best.left == 144_000_000 - 15_000_000


# ── what can never matter ───────────────────────────────────────────────────────────────────────────────────────────


def _scaled(value: Any, times: int) -> Any:
    return (
        value * times if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 1_000_000 else value
    )


@few
@given(st.sampled_from([2, 7, 1000]))
def test_the_scale_of_the_currency_never_matters(times: int) -> None:
    plan, history = (
        everywhere(data, lambda leaf: _scaled(leaf, times)) for data in (babycare_plan(), [*babycare_history(), *KNOWN])
    )
    scaled = offer(opened(plan, history), Need(line="online_marketing", amount=24_240_000 * times))
    plain = offer(opened(babycare_plan(), [*babycare_history(), *KNOWN]))
    assert [(o.id, o.flags, o.dominated_by, o.approval) for o in scaled.options] == [
        (o.id, o.flags, o.dominated_by, o.approval) for o in plain.options
    ]
    for one, other in zip(plain.options, scaled.options, strict=True):
        assert other.frees == one.frees * times
        assert landing(other, "online_share").after == landing(one, "online_share").after


@few
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_levers_never_matters(may: Engine, random: Any) -> None:
    graph, position = PlanGraph.of(may.plan), may.position(TODAY)
    found = list(levers(may.plan, position, graph))
    random.shuffle(found)
    assert offer(may, levers=found, check=None).options == offer(may, check=None).options


@few
@given(cuts(), amounts)
def test_no_set_of_levers_costs_the_first_goal_less_than_the_best_option(
    may: Engine, found: list[Lever], amount: int
) -> None:
    check_no_set_is_better(may, may.position(TODAY), found, amount)


@few
@given(st.integers(2, 20), st.integers(1, 60))
def test_splitting_a_lever_gains_nothing(may: Engine, half: int, price: int) -> None:
    need = Need(line="online_marketing", amount=2 * half * 1_000_000)
    one = offer(may, need, levers=[lever("whole", 2 * half * 1_000_000, -2 * price * 1_000_000)], check=None)
    two = [lever(name, half * 1_000_000, -price * 1_000_000) for name in ("first", "second")]
    parts = offer(may, need, levers=two, check=None)
    assert parts.options[0].landings == one.options[0].landings
    assert (parts.options[0].frees, parts.options[0].enough) == (one.options[0].frees, one.options[0].enough)


@few
@given(cuts(), st.integers(1, 9), st.integers(0, 60), st.integers(1, 25))
def test_a_lever_that_is_worse_in_everything_never_changes_which_is_best(
    may: Engine, found: list[Lever], less: int, more: int, amount: int
) -> None:
    need = Need(line="online_marketing", amount=amount * 1_000_000)
    model = found[0]
    worse = replace(
        model,
        id="worse",
        frees=max(1, Fraction(model.frees) - less * 1_000_000) if not model.whole else model.frees,
        effects={"online_revenue": model.effects["online_revenue"].plus(Pull(*(-more * 1_000_000,) * 3))},
    )
    before = offer(may, need, levers=found, check=None)
    if before.options[0].enough and "+" not in before.options[0].id:
        assert offer(may, need, levers=[*found, worse], check=None).options[0].id == before.options[0].id

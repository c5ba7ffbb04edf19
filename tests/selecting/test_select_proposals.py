"""Proposals that compete for the money, people and cash of a plan: the best of them together, and why the others wait."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aop_rules import Engine, InputError, event_from, read_events
from aop_rules.selecting.proposals import select_proposals
from aop_rules.selecting.selected import SelectedProposals
from strategies import BABYCARE, Data, babycare, opened


def selected(engine: Engine, proposals: list[Any], as_of: str = "2026-06-08", **how: Any) -> SelectedProposals:
    events = [event_from(each) if isinstance(each, dict) else each for each in proposals]
    deciding = lambda event: engine.evaluate(event, as_of=as_of)  # noqa: E731
    return select_proposals(engine.plan, engine.position(as_of), events, deciding, **how)


def reasons(found: SelectedProposals) -> dict[str, str]:
    return {each.id: each.reason for each in found.losers}


# ── BabyCare: D23, two proposals compete for the same money ─────────────────────────────────────────────────────────


def competing(**how: Any) -> SelectedProposals:
    return selected(babycare(), list(read_events(BABYCARE / "proposals.jsonl")), **how)


def test_two_that_compete_for_the_same_money_give_way_to_the_better_pair() -> None:
    found = competing(prices=True)
    assert found.chosen == ("mother-sets", "search-ads")
    assert found.outcomes == {
        "mother-sets": "ACCEPT", "search-ads": "ACCEPT", "summer-live": "DEFER", "spa-corner": "DECLINE",
    }  # fmt: skip
    assert all(found.alone[name] == "ACCEPT" for name in ("mother-sets", "search-ads", "summer-live"))
    (lost,) = found.losers
    (short,) = lost.caps
    assert (lost.reason, short.cap) == ("displaced", "line:online_marketing:to_date:2026-07")
    assert (short.needs, short.left) == (90_000_000, 122_640_000 - 110_000_000)
    (price,) = found.selection.prices
    assert (price.step, price.worth["online_share"]) == (77_360_000, 450_000_000)
    assert [each.id for each in found.outside] == ["spa-corner"]


def test_its_text_says_figures_of_both_languages() -> None:
    found = competing(prices=True)
    english, vietnamese = (" ".join(found.text(language).split()) for language in ("en", "vi"))
    assert "Livestream mùa hè: defer" in english and "has 12,640,000 ₫, it needs 90,000,000 ₫" in english
    assert "Livestream mùa hè: hoãn" in vietnamese and "còn 12.640.000 ₫, cần 90.000.000 ₫" in vietnamese
    assert found.text() == found.text("vi")
    for text in (english, vietnamese):
        assert "{" not in text and "Fraction" not in text and "None" not in text and "online_marketing" not in text


def test_it_is_plain_data_for_json() -> None:
    told = json.loads(json.dumps(competing(prices=True).to_dict()))
    assert [each["id"] for each in told["chosen"]] == ["mother-sets", "search-ads"]
    assert told["not_chosen"][0]["instead"]["changes"]["online_share"] == 450_000_000
    assert told["objectives"][0] == {
        "goal": "online_share", "kpi": "online_revenue", "unit": "money", "rank": 1, "change": 540_000_000,
    }  # fmt: skip
    assert told == competing(prices=True).to_dict()


# ── a small plan of one's own ───────────────────────────────────────────────────────────────────────────────────────

PLAN: Data = {
    "aop": 1,
    "id": "shop",
    "name": "Shop",
    "currency": "USD",
    "year": {"starts": "2026-01-01"},
    "priorities": ["share", "returns", "sales"],
    "kpis": {
        "web": {"name": "web", "kind": "flow"},
        "store": {"name": "store", "kind": "flow"},
        "sales": {"name": "sales", "kind": "flow", "sum_of": ["web", "store"]},
        "share": {"name": "share", "kind": "ratio", "numerator": "web", "denominator": "sales"},
        "returned": {"name": "returned", "kind": "flow", "direction": "lower"},
        "cash": {"name": "cash", "kind": "stock"},
    },
    "goals": {
        "share": {"name": "web share", "kpi": "share"},
        "returns": {"name": "fewer returns", "kpi": "returned"},
        "sales": {"name": "sales", "kpi": "sales"},
    },
    "budget": {
        "lines": {
            "media": {"name": "media", "amount": 2400, "horizons": ["period", "year"]},
            "ads": {"name": "ads", "amount": 1200, "group": "media", "horizons": ["to_date", "year"]},
            "fairs": {"name": "fairs", "amount": 1200, "group": "media", "horizons": ["year"]},
            "reserve": {"name": "reserve", "amount": 500, "reserve": True},
        },
    },
    "resources": {"roles": {"clerk": {"name": "clerk", "capacity": 1}}, "hires": 1},
}


def offer(name: str, amount: int = 100, line: str = "ads", web: Any = 500, **more: Any) -> Data:
    benefits = [{"kpi": "web", "likely": web}] if web else []
    costs = [{"line": line, "amount": amount, "period": more.pop("period", "2026-06")}] if amount else []
    head = {"event_id": name, "kind": "proposal", "effective_date": "2026-06-01", "evidence": {"kind": "estimate"}}
    return {**head, "costs": costs, "benefits": benefits, **more}


def shop(**changes: Any) -> Engine:
    return opened({**PLAN, **changes})


def test_a_limit_of_a_group_holds_for_its_lines_together() -> None:
    found = selected(shop(), [offer("a", 150), offer("b", 150, "fairs", web=400)], "2026-06-01")
    assert (found.chosen, reasons(found)) == (("a",), {"b": "displaced"})
    assert [each.cap for each in found.losers[0].caps] == ["line:media:period:2026-06"]


def test_each_month_has_its_own_limit() -> None:
    found = selected(shop(), [offer("a", 150), offer("b", 150, "fairs", period="2026-07")], "2026-06-01")
    assert found.chosen == ("a", "b")


def test_money_asked_early_counts_in_every_later_limit_to_date() -> None:
    lines = {"ads": {"name": "ads", "amount": 1200, "horizons": ["to_date"]}}
    found = selected(
        shop(budget={"lines": lines}),
        [offer("early", 600, web=900), offer("late", 200, period="2026-07", web=800)],
        "2026-06-01",
    )
    assert found.chosen == ("early",)
    assert [each.cap for each in found.losers[0].caps] == ["line:ads:to_date:2026-07"]


def test_the_whole_budget_is_a_limit_of_all_lines() -> None:
    own = {"amount": 1000, "horizons": ["year"], "tolerances": [{"then": "stop", "at": "100%"}]}
    lines = {name: {"name": name, **own} for name in ("ads", "fairs")}
    budget = {"lines": lines, "total": 2000, "tolerances": [{"then": "stop", "at": "50%"}]}
    found = selected(shop(budget=budget), [offer("a", 600), offer("b", 600, "fairs", web=400)], "2026-06-01")
    assert (found.chosen, [each.cap for each in found.losers[0].caps]) == (("a",), ["total:year"])


def test_one_person_does_not_do_two_things_at_once() -> None:
    needs = [{"role": "clerk", "amount": "0.6", "from": "2026-06", "to": "2026-06"}]
    found = selected(shop(), [offer("a", 50, needs=needs), offer("b", 50, web=400, needs=needs)], "2026-06-01")
    assert found.chosen == ("a",)
    assert [each.cap for each in found.losers[0].caps] == ["role:clerk:2026-06"]


def test_hires_are_shared_out_too() -> None:
    found = selected(shop(), [offer("a", 50, hires=1), offer("b", 50, web=400, hires=1)], "2026-06-01")
    assert (found.chosen, [each.cap for each in found.losers[0].caps]) == (("a",), ["hires"])


def test_cash_above_its_minimum_is_shared_out() -> None:
    engine = shop(policies={"minimum_cash": {"kpi": "cash", "minimum": 800}})
    engine.record(
        {"event_id": "c", "kind": "kpi_observation", "effective_date": "2026-05-31", "kpi": "cash", "period": "2026-05", "value": 950}
    )  # fmt: skip
    proposals = [offer("a", 100, effective_date="2026-06-10"), offer("b", 90, web=400, effective_date="2026-06-10")]
    found = selected(engine, proposals, "2026-06-10")
    assert found.chosen == ("a",)
    assert [(each.cap, each.left) for each in found.losers[0].caps] == [("cash", 50)]


def test_a_variant_excludes_the_others_of_its_group() -> None:
    found = selected(
        shop(), [offer("a", 50, alternatives_group="x"), offer("b", 50, web=400, alternatives_group="x")], "2026-06-01"
    )
    assert (found.chosen, reasons(found)) == (("a",), {"b": "variant"})


def test_what_requires_another_comes_with_it_or_not_at_all() -> None:
    first = offer("first", 50, web=0, benefits=[{"kpi": "web", "likely": 1}], end="2026-06-30")
    then = offer("then", 50, requires=["first"], start="2026-07-01", period="2026-07")
    assert selected(shop(), [first, then], "2026-06-01").chosen == ("first", "then")
    found = selected(shop(), [{**first, "end": "2026-07-01"}, then], "2026-06-01")
    assert (found.chosen, reasons(found)) == (("first",), {"then": "requires"})
    found = selected(shop(), [{**first, "deadline": "2026-05-01"}, then], "2026-06-01")
    assert ([each.id for each in found.outside], reasons(found)) == (["first"], {"then": "requires"})


def test_a_goal_of_less_is_served_by_less() -> None:
    less = offer("less", 80, web=0, benefits=[{"kpi": "returned", "likely": -40}])
    more = offer("more", 80, web=0, benefits=[{"kpi": "returned", "likely": -30}, {"kpi": "store", "likely": 9000}])
    found = selected(shop(), [less, more], "2026-06-01")
    assert found.chosen == ("less", "more")
    tight = {"lines": {"ads": {"name": "ads", "amount": 1200, "horizons": ["period"]}}}
    found = selected(shop(budget=tight), [less, more], "2026-06-01")
    assert found.chosen == ("less",)
    assert found.to_dict()["objectives"][1]["change"] == -40


def test_of_two_that_bring_the_same_the_cheaper_is_taken() -> None:
    group = {"alternatives_group": "x"}
    assert selected(shop(), [offer("a", 90, **group), offer("b", 80, **group)], "2026-06-01").chosen == ("b",)


def test_the_reserve_is_not_shared_out() -> None:
    found = selected(shop(), [offer("a", 50), offer("b", 50, "reserve")], "2026-06-01")
    assert (found.chosen, [(each.id, each.outcome) for each in found.outside]) == (("a",), [("b", "ESCALATE")])


def test_one_that_is_too_large_alone_takes_part_and_says_so() -> None:
    found = selected(shop(), [offer("a", 50), offer("big", 5000)], "2026-06-01")
    assert (found.chosen, reasons(found), found.outcomes["big"]) == (("a",), {"big": "too_large"}, "ADJUST_TO_FIT")


def test_nothing_to_select_from_is_an_answer() -> None:
    assert selected(shop(), [], "2026-06-01").chosen == ()


def test_only_proposals_are_selected_from() -> None:
    with pytest.raises(InputError) as raised:
        selected(
            shop(), [{"event_id": "x", "kind": "period_close", "effective_date": "2026-06-01", "period": "2026-05"}]
        )
    assert [problem.code for problem in raised.value.problems] == ["SELECT_NO_PROPOSAL"]
    with pytest.raises(InputError) as raised:
        selected(shop(), [offer("a", requires=["b"]), offer("b", requires=["a"]), offer("b")])
    assert {problem.code for problem in raised.value.problems} == {"SELECT_CYCLE", "SELECT_DUPLICATE_ID"}


def test_neither_the_order_nor_the_currency_matters() -> None:
    offers = [offer("a", 150), offer("b", 90, web=300), offer("c", 60, web=290), offer("d", 5000)]
    once = selected(shop(), offers, "2026-06-01", prices=True)
    assert selected(shop(), offers[::-1], "2026-06-01", prices=True).to_dict() == once.to_dict()
    lines = {name: {**line, "amount": line["amount"] * 1000} for name, line in PLAN["budget"]["lines"].items()}
    scaled = [
        {
            **each,
            "costs": [{**cost, "amount": cost["amount"] * 1000} for cost in each["costs"]],
            "benefits": [{**gain, "likely": gain["likely"] * 1000} for gain in each["benefits"]],
        }
        for each in offers
    ]
    large = selected(shop(currency="VND", budget={"lines": lines}), scaled, "2026-06-01")
    assert (large.chosen, reasons(large)) == (once.chosen, reasons(once))

"""What an event asks of the budget and of people, by period: recurring, in other currencies, inside and outside the year."""

from __future__ import annotations

from typing import Any

import pytest

from aop_rules import EventError
from aop_rules.events import parse_event
from aop_rules.facts.asks import asks, demands, total
from aop_rules.facts.check import check_event
from aop_rules.plan.load import plan_from
from aop_rules.position.year import calendar_of
from strategies import Data, opened, proposal

SHOP: Data = {
    "aop": 1,
    "id": "shop",
    "name": "Shop",
    "currency": "VND",
    "year": {"starts": "2026-01-01"},
    "budget": {"lines": {"ads": {"name": "Ads", "amount": 1200}, "rent": {"name": "Rent", "amount": 2400}}},
    "resources": {"roles": {"clerk": {"name": "Clerk", "capacity": 2}}},
}
RATES = [
    {"currency": "USD", "on": "2026-01-01", "rate": 25_000},
    {"currency": "USD", "on": "2026-06-01", "rate": 26_000},
]


def asked(event: Data, **more: Any) -> dict[tuple[str, str], Any]:
    plan = plan_from(SHOP | more)
    return {(ask.line, ask.period.id): ask.amount for ask in asks(plan, calendar_of(plan), parse_event(event))}


def cost(amount: object, **more: Any) -> Data:
    return {"line": "ads", "amount": amount, **more}


def test_a_cost_falls_into_the_period_that_it_names() -> None:
    assert asked(proposal(costs=[cost(5, period="2026-08"), cost(6, period="2026-09-15")])) == {
        ("ads", "2026-08"): 5,
        ("ads", "2026-09"): 6,
    }


def test_without_a_period_it_falls_where_the_proposal_starts() -> None:
    assert asked(proposal(costs=[cost(5)])) == {("ads", "2026-06"): 5}
    assert asked(proposal(costs=[cost(5)], start="2026-10-01")) == {("ads", "2026-10"): 5}


def test_a_recurring_cost_is_paid_until_the_end_of_the_year() -> None:
    found = asked(proposal(costs=[cost(5, recurring=True, period="2026-10")]))
    assert found == {("ads", f"2026-{month}"): 5 for month in (10, 11, 12)}


def test_costs_of_one_line_and_period_add_up() -> None:
    assert asked(proposal(costs=[cost(5), cost(6), {"line": "rent", "amount": 1}])) == {
        ("ads", "2026-06"): 11,
        ("rent", "2026-06"): 1,
    }


def test_a_spend_request_is_one_ask() -> None:
    request = {"event_id": "s", "kind": "spend_request", "effective_date": "2026-06-10", "line": "ads", "amount": 7}
    assert asked(request) == {("ads", "2026-06"): 7}
    assert asked({**request, "period": "2026-08"}) == {("ads", "2026-08"): 7}


def test_what_asks_for_no_money_asks_nothing() -> None:
    assert asked({"event_id": "m", "kind": "market_signal", "effective_date": "2026-06-10", "direction": "up"}) == {}


def test_money_of_another_currency_is_taken_at_the_rate_of_its_day() -> None:
    event = proposal(costs=[cost("2.5")], currency="USD")
    assert asked(event, rates=RATES) == {("ads", "2026-06"): 65_000}
    assert asked({**event, "effective_date": "2026-05-31"}, rates=RATES) == {("ads", "2026-05"): 62_500}


def test_the_rate_stands_in_the_evidence() -> None:
    event = proposal(costs=[cost("2.5")], currency="USD", links={"goals": ["g"]})
    decision = opened(SHOP | {"rates": RATES, "goals": {"g": {"name": "G"}}}).evaluate(event)
    sources = {
        source for f in decision.findings for fact in f.facts if fact.name == "limit.asked" for source in fact.sources
    }
    assert sources == {"plan.rates: 1 USD = 26000 VND from 2026-06-01"}


def test_without_a_rate_the_amount_is_unknown_and_so_is_the_sum() -> None:
    plan = plan_from(SHOP)
    found = asks(plan, calendar_of(plan), parse_event(proposal(costs=[cost(2)], currency="USD")))
    assert [(ask.amount, [missing.reason for missing in ask.missing]) for ask in found] == [(None, ["no_rate"])]
    assert total(found) is None


def test_without_a_rate_there_is_no_yes() -> None:
    event = proposal(costs=[cost(2)], currency="USD", links={"goals": ["g"]})
    goal = {
        "goals": {"g": {"name": "G", "kpi": "k"}},
        "kpis": {"k": {"name": "K", "kind": "flow", "target": {"year": 12}}},
    }
    decision = opened(SHOP | goal).evaluate(event)
    assert decision.outcome == "NEED_DATA"
    assert decision.needed is not None and "USD" in " ".join(words.en for words in decision.needed.by)
    assert opened(SHOP | goal | {"rates": [{**RATES[0], "rate": 1}]}).evaluate(event).outcome != "NEED_DATA"


def needed(*needs: Data, **more: Any) -> dict[str, Any]:
    plan = plan_from(SHOP)
    found = demands(
        calendar_of(plan), parse_event(proposal(needs=[{"role": "clerk", **need} for need in needs], **more))
    )
    return {demand.period.id: demand.amount for demand in found}


def test_time_is_asked_in_every_period_from_start_to_end() -> None:
    assert needed({"amount": "0.5", "from": "2026-07", "to": "2026-09"}).keys() == {"2026-07", "2026-08", "2026-09"}
    assert needed({"amount": 1}, start="2026-11-15").keys() == {"2026-11", "2026-12"}
    assert needed({"amount": 1}, start="2026-07-01", end="2026-08-31").keys() == {"2026-07", "2026-08"}


def test_time_of_one_role_and_period_adds_up() -> None:
    assert needed({"amount": "0.5", "to": "2026-06"}, {"amount": "0.7", "to": "2026-06"})["2026-06"] == plan_number(
        "1.2"
    )


def plan_number(text: str) -> Any:
    from aop_rules.exact.number import parse_number

    return parse_number(text)


# ── outside the year ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("day", ["2025-12-31", "2027-01-01"])
def test_what_happens_outside_the_year_is_refused(day: str) -> None:
    request = {"event_id": "s", "kind": "spend_request", "effective_date": day, "line": "ads", "amount": 7}
    with pytest.raises(EventError, match="EVENT_OUTSIDE_YEAR"):
        check_event(plan_from(SHOP), parse_event(request))


def test_a_proposal_of_december_for_the_coming_year_is_weighed_in_it() -> None:
    early = proposal(effective_date="2025-12-15", start="2026-01-10", costs=[cost(5)])
    assert asked(early) == {("ads", "2026-01"): 5}


def test_a_proposal_that_starts_before_the_year_is_refused_rather_than_weighed_for_nothing() -> None:
    with pytest.raises(EventError, match="EVENT_OUTSIDE_YEAR"):
        check_event(plan_from(SHOP), parse_event(proposal(effective_date="2025-12-15", costs=[cost(5)])))


def test_a_period_that_the_year_lacks_is_told_even_before_the_year() -> None:
    early = proposal(effective_date="2025-12-15", start="2026-01-10", costs=[cost(5, period="2026-13")])
    with pytest.raises(EventError, match="EVENT_UNKNOWN_PERIOD"):
        check_event(plan_from(SHOP), parse_event(early))


def test_a_proposal_for_the_year_after_is_deferred() -> None:
    decision = opened(SHOP).evaluate(proposal(start="2027-01-05", costs=[cost(5)]))
    assert "timing.after-this-year" in {f.rule for f in decision.findings}

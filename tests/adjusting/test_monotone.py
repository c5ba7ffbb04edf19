"""Theorems about decisions: what is better in one way and no worse in any other is never answered worse."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aop_rules import Engine
from aop_rules.decision.outcome import ladder
from strategies import BABYCARE, LINES, Data, amounts, engine_at, histories, opened, plans, proposals

some = settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
shares = st.integers(1, 99)


@st.composite
def years(draw: st.DrawFn) -> tuple[Data, list[Data], Data]:
    """A plan, its past, and a proposal."""
    plan = draw(plans())
    return plan, draw(histories(plan)), draw(proposals())


def rung(engine: Engine, event: Data, asks: bool = True) -> int:
    """How far down the ladder the answer stands; 0 is best."""
    return ladder(asks).index(engine.evaluate(event).outcome)


def changed(event: Data, key: str, change: Any) -> Data:
    return {**event, key: [change(each) for each in event[key]]}


@some
@given(years(), shares)
def test_cheaper_never_worsens(year: tuple[Data, list[Data], Data], share: int) -> None:
    """As long as something is bought at all: money for goods is what makes buying them serve a goal."""
    plan, past, event = year
    engine = opened(plan, past)
    less = changed(event, "costs", lambda cost: {**cost, "amount": -(-cost["amount"] * share // 100)})
    assert rung(engine, less) <= rung(engine, event)


@some
@given(years(), shares)
def test_a_higher_margin_never_worsens(year: tuple[Data, list[Data], Data], more: int) -> None:
    """More earned on the same sales. More sales at the same margin can: a thin margin on more breaks a floor."""
    plan, past, event = year

    def higher(benefit: Data) -> Data:
        if benefit["kpi"] != "margin":
            return benefit
        now = int(benefit["likely"].rstrip("%"))
        return {**benefit, "likely": f"{now + (100 - now) * more // 100}%"}

    engine = opened(plan, past)
    assert rung(engine, changed(event, "benefits", higher)) <= rung(engine, event)


@some
@given(years(), shares)
def test_less_demanding_never_worsens(year: tuple[Data, list[Data], Data], share: int) -> None:
    """Less of people's time, nobody hired, nothing that has to come first."""
    plan, past, event = year
    engine = opened(plan, past)
    full = {**event, "hires": 1, "requires": ["something"]}
    less = changed({**event, "hires": 0}, "needs", lambda need: {**need, "amount": f"{share}%"})
    assert rung(engine, less) <= rung(engine, full)


@some
@given(st.integers(0, 120), st.integers(0, 120))
def test_an_earlier_milestone_never_worsens(days: int, more: int) -> None:
    """Of what the plan promises. A proposal that starts earlier can: its role is full, what it needs is not done."""
    from datetime import date, timedelta

    engine = engine_at(BABYCARE)

    def moved(day: int) -> Data:
        expected = (date(2026, 6, 11) + timedelta(day)).isoformat()
        update = {"kind": "milestone_update", "effective_date": "2026-06-10", "initiative": "marketplace_shop"}
        return {**update, "event_id": "m", "expected": expected}

    late = min(days + more, 200)
    assert rung(engine, moved(min(days, late)), asks=False) <= rung(engine, moved(late), asks=False)


@st.composite
def split_spends(draw: st.DrawFn) -> tuple[Data, list[Data], list[Data]]:
    """A plan that counts what was used already wherever it limits money, its past, and the parts of one spend."""
    plan, past, _ = draw(years())
    wide = draw(st.sampled_from([1, 12, 12]))
    for each in plan["budget"]["lines"].values():
        each |= {"amount": each["amount"] * wide, "serves": ["sales"]}
    if "minimum_cash" in plan["policies"]:
        plan["policies"]["minimum_cash"]["spent_since"] = "counted"
    within, only = draw(st.sampled_from(["period", "year"])), draw(st.sampled_from([[], ["ads", "goods"]]))
    approval = {"above": draw(amounts), "by": "owner", "within": within, "lines": only}
    plan["governance"] = {"approvals": [approval]}
    if draw(st.booleans()):
        plan["budget"]["total"] = sum(line["amount"] for line in plan["budget"]["lines"].values())
    line, period = draw(st.sampled_from(LINES)), draw(st.sampled_from(["2026-05", "2026-06", "2026-12"]))
    if plan["year"]["periods"] == "quarterly":
        period = f"2026-Q{-(-int(period[-2:]) // 3)}"
    request = {"kind": "spend_request", "effective_date": "2026-06-10", "line": line, "period": period}
    sizes = draw(st.lists(amounts.map(lambda amount: amount // 3), min_size=2, max_size=3))
    return plan, past, [{**request, "event_id": f"part-{n}", "amount": size} for n, size in enumerate(sizes)]


@some
@given(split_spends(), st.sampled_from(["reservation", "commitment"]))
def test_splitting_a_spend_gains_nothing(split: tuple[Data, list[Data], list[Data]], kind: str) -> None:
    """Each part is held or ordered before the next is asked: one of them is answered no better than the whole."""
    plan, past, parts = split
    engine = opened(plan, past)
    whole = rung(engine, {**parts[0], "event_id": "whole", "amount": sum(part["amount"] for part in parts)})
    found = []
    for part in parts:
        found.append(rung(engine, part))
        engine.record({**part, "kind": kind, "event_id": f"{kind}-{part['event_id']}", "doc": part["event_id"]})
    assert max(found) >= whole


@some
@given(years())
def test_the_scale_of_the_currency_does_not_matter(year: tuple[Data, list[Data], Data]) -> None:
    plan, past, event = year
    small = opened(plan, past).evaluate(event)
    large = opened(in_thousands(plan), [in_thousands(each) for each in past]).evaluate(in_thousands(event))
    assert (large.outcome, large.hard) == (small.outcome, small.hard)
    assert [f.rule for f in large.deciding] == [f.rule for f in small.deciding]
    assert large.fit is None if small.fit is None else Fraction(large.fit or 0) >= Fraction(small.fit) * 1000


_MONEY = ("amount", "minimum", "above", "value", "likely", "low", "high", "year")


def in_thousands(data: Any) -> Any:
    """Plain data with every amount of money a thousand times what it is. Shares are text, and stay."""
    if isinstance(data, dict):
        people = "role" in data
        return {
            key: value * 1000 if key in _MONEY and type(value) is int and not people else in_thousands(value)
            for key, value in data.items()
        }
    return [in_thousands(each) for each in data] if isinstance(data, (list, tuple)) else data


@pytest.mark.parametrize("word", _MONEY[:1])
def test_a_thousand_times_an_amount(word: str) -> None:
    assert in_thousands({word: 5, "likely": "7%"}) == {word: 5000, "likely": "7%"}

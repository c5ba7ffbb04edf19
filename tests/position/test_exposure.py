"""What the risks are expected to cost, what is left to cover it, and the same seed giving the same percentiles."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aop_rules.events import EventBase, parse_event
from aop_rules.plan.model import Plan
from aop_rules.plan.risks import Risk
from aop_rules.position.compute import position
from aop_rules.position.exposure import Exposure
from aop_rules.position.simulation import Threat, simulated

MILLION = 1_000_000
REGISTER = {
    "purchase_prices": {"name": "P", "probability": "40%", "impact": 200 * MILLION},
    "ad_effectiveness": {"name": "A", "probability": "30%", "impact": 100 * MILLION},
    "weak_demand": {"name": "W", "probability": "25%", "impact": 136 * MILLION},
}


def exposed(
    risks: dict[str, Any], events: Iterable[dict[str, Any]] = (), *, reserve: int = 144, as_of: str = "2026-06-05"
) -> Exposure:
    plan = Plan.model_validate(
        {
            "aop": 1,
            "id": "shop",
            "name": "Shop",
            "currency": "VND",
            "year": {"starts": "2026-01-01"},
            "risks": risks,
            "budget": {
                "lines": {
                    "spare": {"name": "Spare", "amount": reserve * MILLION, "reserve": True, "horizons": ["year"]},
                    "ads": {"name": "Ads", "amount": 100 * MILLION},
                }
            },
        }
    )
    at = position(plan, [event(n, **each) for n, each in enumerate(events)], datetime.fromisoformat(as_of + "T09:00Z"))
    assert at.exposure is not None
    return at.exposure


def event(n: int, **said: Any) -> EventBase:
    return parse_event({"event_id": f"e{n}", "effective_date": "2026-05-01", **said})


# ── expected value ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_register_of_the_worked_review() -> None:
    seen = exposed(REGISTER)
    assert (seen.expected, seen.remaining, seen.reserve, seen.left) == (144 * MILLION,) * 4
    assert seen.short is False and seen.draws == () == seen.unquantified


def test_a_published_expected_monetary_value() -> None:
    risks = [Risk(name="a", probability="0.4", impact=100_000), Risk(name="b", probability="0.6", impact=20_000)]
    assert sum(risk.expected or 0 for risk in risks) == 52_000


def test_what_has_occurred_is_not_to_be_expected_any_more() -> None:
    seen = exposed(REGISTER, [{"kind": "risk_occurred", "risk": "ad_effectiveness"}])
    assert (seen.expected, seen.remaining) == (144 * MILLION, 114 * MILLION)
    assert [threat.risk for threat in seen.threats] == ["purchase_prices", "weak_demand"]


def test_a_signal_takes_nothing_off() -> None:
    assert exposed(REGISTER, [{"kind": "risk_signal", "risk": "ad_effectiveness"}]).remaining == 144 * MILLION


def test_a_risk_has_a_last_day() -> None:
    risks = {**REGISTER, "weak_demand": {**REGISTER["weak_demand"], "until": "2026-06-05"}}
    assert exposed(risks).remaining == 144 * MILLION
    assert exposed(risks, as_of="2026-06-06").remaining == 110 * MILLION


def test_opportunities_subtract() -> None:
    chance = {"name": "C", "probability": "50%", "impact": 20 * MILLION, "opportunity": True}
    assert exposed({**REGISTER, "chance": chance}).remaining == 134 * MILLION


def test_a_triangular_impact_counts_by_its_mean() -> None:
    risk = {"name": "T", "probability": "50%", "low": 10 * MILLION, "impact": 20 * MILLION, "high": 60 * MILLION}
    assert exposed({"t": risk}).expected == 15 * MILLION


def test_a_risk_without_figures_is_named_and_never_counted_as_nothing() -> None:
    seen = exposed({**REGISTER, "vague": {"name": "V", "probability": "10%"}})
    assert (seen.unquantified, seen.short) == (("vague",), None)
    assert exposed({**REGISTER, "vague": {"name": "V"}}, reserve=143).short is True


# ── the reserve ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_contingency_draws_the_reserve_down() -> None:
    moved = {"kind": "budget_transfer", "from": "spare", "to": "ads", "amount": 24_240_000}
    occurred = {"kind": "risk_occurred", "risk": "ad_effectiveness"}
    seen = exposed(REGISTER, [moved, occurred])

    assert (seen.reserve, seen.left, seen.remaining) == (144 * MILLION, 119_760_000, 114 * MILLION)
    assert [(draw.event_id, draw.line, draw.to, draw.amount) for draw in seen.draws] == [
        ("e0", "spare", "ads", 24_240_000)
    ]
    assert seen.short is False
    assert exposed(REGISTER, [moved]).short is True


def test_what_is_given_back_is_a_draw_below_zero() -> None:
    there = {"kind": "budget_transfer", "from": "spare", "to": "ads", "amount": 10 * MILLION}
    back = {"kind": "budget_transfer", "from": "ads", "to": "spare", "amount": 4 * MILLION}
    seen = exposed(REGISTER, [there, back])
    assert [draw.amount for draw in seen.draws] == [10 * MILLION, -4 * MILLION]
    assert seen.left == 138 * MILLION


def test_spending_on_the_reserve_itself_leaves_less_of_it() -> None:
    spent = {"kind": "actual", "line": "spare", "amount": 5 * MILLION}
    assert exposed(REGISTER, [spent]).left == 139 * MILLION


# ── simulation ──────────────────────────────────────────────────────────────────────────────────────────────────────

THREATS = st.lists(
    st.builds(
        lambda name, chance, points, gain: Threat(name, chance, *sorted(points), gain),
        st.sampled_from("abcdef"),
        st.fractions(0, 1, max_denominator=20),
        st.tuples(*[st.integers(0, 10_000)] * 3),
        st.booleans(),
    ),
    max_size=4,
    unique_by=lambda threat: threat.risk,
)


@given(THREATS, st.integers())
def test_the_same_seed_gives_the_same_percentiles(threats: list[Threat], seed: int) -> None:
    one, other = simulated(threats, seed=seed, runs=30), simulated(threats[::-1], seed=seed, runs=30)
    assert one == other
    assert [one.percentile(p) for p in (50, 80, 95)] == [other.percentile(p) for p in (50, 80, 95)]


@given(THREATS, st.integers(0, 1000))
def test_every_loss_lies_within_what_is_possible(threats: list[Threat], seed: int) -> None:
    least = -sum(threat.high for threat in threats if threat.opportunity)
    most = sum(threat.high for threat in threats if not threat.opportunity)
    losses = simulated(threats, seed=seed, runs=30).losses
    assert len(losses) == 30 and list(losses) == sorted(losses)
    assert all(least <= loss <= most for loss in losses)


def test_the_numbers_of_a_seed_are_the_same_everywhere() -> None:
    """Recorded once: what another machine or a later Python must give as well."""
    wide = [Threat("a", Fraction(1, 2), 0, 300, 1000), Threat("b", Fraction(1, 3), 50, 50, 50)]
    assert simulated(wide, seed=2026, runs=12).losses == RECORDED


def test_percentiles_come_close_to_the_exact_distribution() -> None:
    """Fixed impacts can be enumerated: of the eight cases of the worked register each has its probability."""
    fixed = [(Fraction(2, 5), 200), (Fraction(3, 10), 100), (Fraction(1, 4), 136)]
    chances: dict[int, Fraction] = {}
    for came in product([False, True], repeat=3):
        loss = sum(impact for (_, impact), yes in zip(fixed, came, strict=True) if yes)
        chance = prod(p if yes else 1 - p for (p, _), yes in zip(fixed, came, strict=True))
        chances[loss] = chances.get(loss, Fraction()) + chance
    outcomes = exposed(REGISTER).simulated(seed=2026)
    for percent in (50, 80, 95):
        exactly, so_far = 0, Fraction()
        for loss, chance in sorted(chances.items()):
            exactly, so_far = loss, so_far + chance
            if so_far >= Fraction(percent, 100):
                break
        assert outcomes.percentile(percent) == exactly * MILLION
    assert abs(outcomes.mean - 144 * MILLION) < 4 * MILLION


def test_a_triangle_has_its_median_and_its_mean() -> None:
    outcomes = simulated([Threat("t", 1, 0, 0, 1000)], seed=1, runs=4000)
    assert abs(outcomes.percentile(50) - 293) < 15  # 1000 · (1 - √½)
    assert abs(outcomes.mean - Fraction(1000, 3)) < 12


def test_losses_are_whole_in_the_smallest_unit() -> None:
    cents = simulated([Threat("t", 1, 0, 1, 2)], seed=1, runs=50, step=Fraction(1, 100)).losses
    assert all(Fraction(loss * 100).denominator == 1 for loss in cents) and len(set(cents)) > 20


def test_what_cannot_be_simulated_is_refused() -> None:
    for runs in (0, 1_000_001):
        with pytest.raises(ValueError, match="`runs` lies between"):
            simulated([], seed=1, runs=runs)
    for seed in ("1", True, 1.0):
        with pytest.raises(TypeError, match="a seed is a whole number"):
            simulated([], seed=seed)  # type: ignore[arg-type]
    for percent in (0, 101):
        with pytest.raises(ValueError, match="a percentile lies"):
            simulated([], seed=1, runs=1).percentile(percent)


def test_a_triangle_needs_its_three_points_in_order() -> None:
    for points in ({"low": 1}, {"low": 1, "high": 2}, {"low": 3, "impact": 2, "high": 4}):
        with pytest.raises(ValueError, match="low"):
            Risk(name="x", **points)


RECORDED = (0, 0, 0, 50, 50, 205, 221, 308, 629, 674, 724, 816)

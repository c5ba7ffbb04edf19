"""Which levers there are: the declared ones, those that follow from the plan, and what they do to landings."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from aop_rules import Engine
from aop_rules.adjusting.landing_effects import Scales, base_landings, landings_with, summed
from aop_rules.adjusting.lever import Lever, Pull
from aop_rules.adjusting.levers import levers
from aop_rules.plan.graph import PlanGraph
from aop_rules.position.model import Position
from strategies import BABYCARE, Data, babycare, babycare_history, babycare_plan, engine_at, opened

FORECAST = {
    "event_id": "own", "kind": "forecast", "effective_date": "2026-06-05", "kpi": "online_revenue",
    "value": 6_100_000_000,
}  # fmt: skip


def found(engine: Engine, position: Position, triggered: tuple[str, ...] = ()) -> Mapping[str, Lever]:
    return {each.id: each for each in levers(engine.plan, position, PlanGraph.of(engine.plan), triggered)}


def small(**parts: Any) -> Data:
    return {
        "aop": 1, "id": "shop", "name": "Shop", "currency": "USD", "year": {"starts": "2026-01-01"},
        "kpis": {
            "web": {"name": "Web", "kind": "flow", "target": {"year": 1200}},
            "fees": {"name": "Fees", "kind": "flow", "direction": "lower", "target": {"year": 120}},
        },
        "goals": {"growth": {"name": "Growth", "kpi": "web"}, "thrift": {"name": "Thrift", "kpi": "fees"}},
        "priorities": ["growth", "thrift"],
        "budget": {
            "lines": {
                "ads": {"name": "Ads", "amount": 1200},
                "rent": {"name": "Rent", "amount": 1200, "contract": True},
                "spare": {"name": "Spare", "amount": 100, "reserve": True, "horizons": ["year"]},
                "gifts": {"name": "Gifts", "amount": 240},
            }
        },
        "initiatives": {
            "ready": {"name": "Ready", "serves": [{"to": "web", "effect": 100}], "starts": "2026-08-01", "budget": ["ads"]},
            "later": {
                "name": "Later", "serves": [{"to": "web", "effect": 40}], "requires": ["ready"], "starts": "2026-10-01",
                "budget": ["ads"],
            },
        },
        **parts,
    }  # fmt: skip


def of_small(*history: Data, **parts: Any) -> Mapping[str, Lever]:
    engine = opened(small(**parts), history)
    return found(engine, engine.position("2026-06-05"))


def test_every_kind_that_follows_from_the_plan_is_there() -> None:
    there = found(babycare(), babycare().position("2026-06-05"))
    assert sorted(there) == list(there)
    assert {
        "rephase.online_marketing", "transfer.purchasing", "reserve.contingency_reserve", "defer.season_campaigns",
        "stop.marketplace_shop", "non_core_purchasing", "cut_online_ads_now", "defer_july_low_season_campaign",
    } <= set(there)  # fmt: skip
    assert there["rephase.online_marketing"].from_period == "2026-12"


def test_what_is_owed_by_contract_is_never_offered() -> None:
    there = found(babycare(), babycare().position("2026-06-05"))
    assert "fixed_costs" not in {name for each in there.values() for name in (each.line, each.takes_from)}
    assert not any("rent" in name for name in of_small())


def test_stopping_takes_with_it_what_waits_and_what_that_brings() -> None:
    ready = of_small()["defer.ready"]
    assert ready.dependents == ("later",)
    assert ready.effects == {"web": Pull(-140, -140, -140)} and ready.declared
    # Both alone draw on the ads: what is left of them goes free with both, and not with one of the two.
    assert (ready.line, ready.frees) == ("ads", 1200)
    assert of_small()["defer.later"].frees == 0


def test_what_nobody_said_is_unknown_and_what_serves_nothing_hurts_nothing() -> None:
    there = of_small()
    assert not there["transfer.ads"].declared
    assert there["transfer.gifts"].declared and there["rephase.gifts"].declared
    assert there["reserve.spare"].declared and there["reserve.spare"].frees == 100


def test_what_is_spent_cannot_be_freed() -> None:
    spent = {"event_id": "s", "kind": "actual", "effective_date": "2026-03-02", "line": "ads", "amount": 1150}
    cut = {"name": "Fewer ads", "kind": "cut", "line": "ads", "frees": 100}
    part, whole = ({"fewer": {**cut, "whole": whole}} for whole in (False, True))
    assert of_small(spent, levers=part)["fewer"].frees == 50
    assert of_small(spent, levers=whole)["fewer"].frees == 0
    assert of_small(spent, levers=part)["transfer.ads"].frees == 50


def test_a_stop_that_states_no_effect_loses_what_the_plan_says_of_the_initiative() -> None:
    lever = {"name": "Stop", "kind": "stop", "line": "ads", "frees": 100, "initiative": "ready"}
    there = of_small(levers={"stop_it": lever})["stop_it"]
    assert (there.effects, there.declared, there.dependents) == ({"web": Pull(-140, -140, -140)}, True, ("later",))


def test_the_low_estimate_is_the_worst_whichever_way_is_good() -> None:
    effects = [{"kpi": kpi, "per_unit": 2, "low": 1, "high": 3} for kpi in ("web", "fees")]
    lever = {"name": "More", "kind": "raise", "takes": 10, "takes_from": "ads", "effects": effects}
    there = of_small(levers={"more": lever})["more"].effects
    assert there == {"web": Pull(10, 20, 30), "fees": Pull(30, 20, 10)}


def test_a_response_is_a_lever_once_its_risk_shows() -> None:
    risk = {"name": "Slump", "watches": ["web"], "response": {"do": "sell more", "budget": "spare", "amount": 30}}
    signal = {"event_id": "r", "kind": "risk_signal", "effective_date": "2026-05-02", "risk": "slump"}
    quiet = opened(small(risks={"slump": risk}), [])
    assert "response.slump" not in found(quiet, quiet.position("2026-06-05"))
    assert "response.slump" in found(quiet, quiet.position("2026-06-05"), ("slump",))
    told = of_small(signal, risks={"slump": risk})["response.slump"]
    assert (told.takes, told.takes_from, told.declared, told.frees) == (30, "spare", False, 0)


# ── landings ────────────────────────────────────────────────────────────────────────────────────────────────────────


def forecast() -> tuple[Engine, Position]:
    engine = opened(babycare_plan(), babycare_history())
    engine.record(FORECAST)
    return engine, engine.position("2026-06-05")


def test_the_owners_forecast_comes_first_and_a_sum_keeps_its_own_landing() -> None:
    engine, position = forecast()
    base = base_landings(engine.plan, position)
    assert base["online_revenue"] == 6_100_000_000
    assert base["revenue"] == position.kpi("revenue").landings.shrunk.landing.value  # type: ignore[union-attr]
    assert base["online_share"] == Fraction(6_100_000_000) / Fraction(base["revenue"])  # type: ignore[arg-type]


def test_what_is_not_known_stays_unknown() -> None:
    engine = engine_at(BABYCARE)
    base = base_landings(engine.plan, engine.position("2026-01-02"))
    assert set(base.values()) == {None}
    assert set(landings_with(engine.plan, base, {"online_revenue": 5}).values()) == {None}
    assert all(at.before is at.after is None for at in Scales(engine.plan, engine.position("2026-01-02")).landings({}))


moves = st.dictionaries(
    st.sampled_from(["online_revenue", "store_revenue", "gross_profit", "marketing_spend"]),
    st.integers(-500, 500).map(lambda n: n * 10**6),
)


@given(moves, moves)
def test_effects_add_up_through_sums(one: dict[str, int], other: dict[str, int]) -> None:
    engine = babycare()
    base = base_landings(engine.plan, engine.position("2026-06-05"))
    flows = [kpi for kpi, at in base.items() if engine.plan.kpis[kpi].kind != "ratio" and at is not None]
    both = {kpi: one.get(kpi, 0) + other.get(kpi, 0) for kpi in {*one, *other}}
    in_turn = landings_with(engine.plan, landings_with(engine.plan, base, one), other)
    at_once = landings_with(engine.plan, base, both)
    assert in_turn == at_once
    for kpi in flows:
        assert (at_once[kpi] or 0) - (base[kpi] or 0) == sum(
            both.get(part, 0) for part in (kpi, *engine.plan.kpis[kpi].sum_of)
        )


@given(moves, st.fractions(0, 1, max_denominator=12))
def test_a_part_of_a_lever_does_a_part_of_what_it_does(one: dict[str, int], share: Fraction) -> None:
    whole = {kpi: Pull(each, each, each) for kpi, each in one.items()}
    part = {kpi: pull.of(share) for kpi, pull in whole.items()}
    rest = {kpi: pull.of(1 - share) for kpi, pull in whole.items()}
    assert summed([part, rest]) == summed([whole])

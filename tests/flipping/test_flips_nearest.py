"""No flip is nearer than the one that is told: held to a search that looks at every value of small plans."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from small_flips import (
    Data,
    World,
    nearer_alone,
    nearer_together,
    tiny_events,
    tiny_pasts,
    tiny_plans,
    untrue,
    world,
)

from strategies import proposal

few = settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink one would take minutes
)


def tiny(floor: str, sales: int, profit: int, goods: int, stocked: bool, **parts: Any) -> Data:
    flow = {"kind": "flow"}
    return {
        "aop": 1,
        "id": "tiny",
        "name": "Tiny",
        "currency": "VND",
        "year": {"starts": "2026-01-01", "periods": "quarterly"},
        "priorities": ["sales", "margin"],
        "goals": {
            "sales": {"name": "sales", "kpi": "sales"},
            "margin": {"name": "margin", "kpi": "margin", "floor": floor},
        },
        "kpis": {
            "sales": {"name": "sales", **flow, "target": {"year": sales}},
            "profit": {"name": "profit", **flow, "target": {"year": profit}},
            "margin": {
                "name": "margin",
                "kind": "ratio",
                "numerator": "profit",
                "denominator": "sales",
                "basis": "ytd",
            },
            "money": {"name": "money", "kind": "stock"},
        },
        "budget": {
            "lines": {
                "goods": {"name": "goods", "amount": goods, "inventory": stocked},
                "ads": {"name": "ads", "amount": 2, "serves": ["sales"]},
            }
        },
        "resources": {"roles": {"clerk": {"name": "clerk", "capacity": 1}}, "hires": 0},
        **parts,
    }


def quarter(sales: int, profit: int, money: int, bill: int) -> list[Data]:
    read = {"kind": "kpi_observation", "effective_date": "2026-03-31", "period": "2026-Q1"}
    values = {"sales": sales, "profit": profit, "money": money}
    spent = {"kind": "actual", "effective_date": "2026-02-01", "event_id": "bill", "line": "goods", "amount": bill}
    return [*({**read, "event_id": kpi, "kpi": kpi, "value": value} for kpi, value in values.items()), spent]


def asked(sales: int, profit: int, **parts: Any) -> Data:
    gains = [{"kpi": "sales", "likely": sales}, {"kpi": "profit", "likely": profit}]
    return proposal(category="web", benefits=gains, evidence={"kind": "none"}, **parts)


def _check_nearest(each: World) -> None:
    assert not list(nearer_alone(each))
    assert not list(nearer_together(each))
    assert not list(untrue(each))


@few
@given(tiny_plans(), tiny_pasts(), tiny_events())
def test_an_exhaustive_search_finds_no_nearer_flip(plan: Data, past: list[Data], event: Data) -> None:
    _check_nearest(world(plan, past, event))


def test_what_helps_alone_may_hurt_together() -> None:
    """Less cost on ads alone does at 1; with more sales besides, the margin would fall under its floor."""
    plan = tiny("50%", 12, 6, 16, True, policies={"contribution": "profit"})
    costs = [{"line": "ads", "amount": 5}, {"line": "goods", "amount": 5}]
    each = world(plan, quarter(7, 3, 10, 4), asked(2, 1, costs=costs, divisible=False))
    _check_nearest(each)
    assert each.found.joint is None
    assert {flip.field: flip.to for flip in each.found.single}["costs[0].amount"] == 1


def test_a_choice_goes_no_further_than_it_has_to() -> None:
    """An estimate is enough besides less of the clerk's time: nobody has to measure."""
    each = world(
        tiny("20%", 4, 2, 4, False),
        quarter(3, 0, 2, 1),
        asked(1, 0, needs=[{"role": "clerk", "amount": "1.3"}], divisible=True),
    )
    _check_nearest(each)
    assert each.found.joint is not None
    assert [(part.field, part.to) for part in each.found.joint.parts] == [
        ("evidence", "estimate"),
        ("needs[0].amount", 1),
    ]

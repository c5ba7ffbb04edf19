"""Published budget cases, through the public API: what is available, and the steps of a tolerance ladder."""

from __future__ import annotations

from typing import Any

import pytest

from aop_rules import Engine
from aop_rules.decision.decision import Decision
from aop_rules.decision.outcome import Outcome

DAY = "2026-03-02"
LADDER = (
    {"then": "warn", "at": "80%", "reached": True},
    {"then": "warn", "past": 1000, "reached": True},
    {"then": "stop", "at": "110%", "document": "spend_request", "reached": True},
)
"""SAP's availability control: a warning from 80 %, another from 1000 over, for purchase orders an error from 110 %."""


def engine(amount: int, *tolerances: dict[str, Any]) -> Engine:
    line = {"name": "Ads", "amount": amount, "serves": ["grow"], "horizons": ["year"]}
    if tolerances:
        line["tolerances"] = list(tolerances)
    return Engine.open(
        {
            "aop": 1,
            "id": "shop",
            "name": "Shop",
            "currency": "VND",
            "year": {"starts": "2026-01-01"},
            "kpis": {"sales": {"name": "Sales", "kind": "flow", "target": {"year": 1000}}},
            "goals": {"grow": {"name": "Grow", "kpi": "sales", "to": 1000}},
            "budget": {"lines": {"ads": line}},
        }
    )


def ordered(kind: str, amount: int, **more: Any) -> dict[str, Any]:
    told = {"event_id": f"{kind} {amount}", "kind": kind, "effective_date": DAY, "line": "ads", "amount": amount}
    return {**told, **more}


def asked(shop: Engine, amount: int) -> Decision:
    return shop.check_spend(line="ads", amount=amount, date=DAY)


def test_eighty_less_fifty_spent_and_twenty_five_ordered_leaves_five() -> None:
    shop = engine(80_000)
    shop.record_all([ordered("actual", 50_000), ordered("commitment", 25_000)])

    assert asked(shop, 5_000).outcome is Outcome.ACCEPT
    assert (asked(shop, 5_001).outcome, asked(shop, 5_001).fit) == (Outcome.ADJUST_TO_FIT, 5_000)


@pytest.mark.parametrize("reserved", [True, False])
def test_an_order_of_twenty_million_with_two_invoices_has_four_left(reserved: bool) -> None:
    """ERPNext #36610: invoices of 11 m and 5 m against an order of 20 m on a budget of 20 m."""
    shop = engine(20_000_000)
    if reserved:
        shop.reserve(line="ads", amount=20_000_000, date=DAY, ref="PR-1")
    shop.record(ordered("commitment", 20_000_000, doc="PO-1", consumes="PR-1" if reserved else ""))
    shop.record_all(ordered("actual", amount, consumes="PO-1") for amount in (11_000_000, 5_000_000))
    at = shop.position(DAY).lines["ads"]["2026-03"].horizons[2]

    assert (at.reserved, at.committed, at.actual, at.available) == (0, 4_000_000, 16_000_000, 0)
    assert shop.check_spend(line="ads", amount=20_000_000, date=DAY, ref="PO-1").outcome is Outcome.ACCEPT
    assert asked(shop, 1).outcome is Outcome.ADJUST_TO_FIT


@pytest.mark.parametrize(
    ("amount", "warnings", "stopped"),
    [
        (79_999, 0, False),
        (80_000, 1, False),
        (100_999, 1, False),
        (101_000, 2, False),
        (109_999, 2, False),
        (110_000, 2, True),
    ],
)
def test_the_published_ladder_counts_from_its_marks(amount: int, warnings: int, stopped: bool) -> None:
    decision = asked(engine(100_000, *LADDER), amount)
    held = [f.rule for f in decision.findings if f.holds and f.rule.startswith("plan.budget.ads.")]

    assert sum(".warn" in rule for rule in held) == warnings
    assert any(".stop" in rule for rule in held) is stopped
    assert decision.fit == (109_999 if stopped else None)


def test_without_it_a_mark_counts_when_it_is_past() -> None:
    strict = [{key: value for key, value in row.items() if key != "reached"} for row in LADDER]
    shop = engine(100_000, *strict)

    assert asked(shop, 80_000).outcome is Outcome.ACCEPT
    assert asked(shop, 80_001).outcome is Outcome.ACCEPT_WITH_CONDITIONS
    assert asked(shop, 110_000).outcome is Outcome.ACCEPT_WITH_CONDITIONS
    assert asked(shop, 110_001).fit == 110_000

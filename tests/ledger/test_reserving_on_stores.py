"""Whatever store a ledger is in: who reserves at the same time from several handles never gets more than the line has."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from aop_rules import Engine, Ledger
from aop_rules.ledger.store import Store

PLAN: dict[str, Any] = {
    "aop": 1,
    "id": "shop",
    "name": "Shop",
    "currency": "USD",
    "year": {"starts": "2026-01-01"},
    "kpis": {"sales": {"name": "Sales", "kind": "flow", "target": {"year": 1000}}},
    "goals": {"grow": {"name": "Grow", "kpi": "sales", "to": 1000}},
    "budget": {"lines": {"ads": {"name": "Ads", "amount": 100, "serves": ["grow"], "horizons": ["year"]}}},
}


@pytest.mark.parametrize("another", ["memory", "sqlite", "postgres"], indirect=True)
def test_four_handles_never_oversell_a_line(another: Callable[[], Store]) -> None:
    engines = [Engine.open(PLAN, ledger=Ledger(another())) for _ in range(4)]

    def rush(n: int) -> list[str]:
        asked = [(f"{n}-{each}", amount) for each, amount in enumerate((17, 23, 11))]
        told = [engines[n].reserve(line="ads", amount=amount, date="2026-03-02", ref=ref) for ref, amount in asked]
        return [each.outcome.value for each in told]

    with ThreadPoolExecutor(4) as pool:
        outcomes = [outcome for told in pool.map(rush, range(4)) for outcome in told]
    engine = Engine.open(PLAN, ledger=Ledger(another()))
    at = engine.position("2026-12-31").lines["ads"]["2026-12"].horizons[2]

    assert 100 - 11 < at.reserved <= 100
    assert len(outcomes) == len(engine.decisions()) == 12
    held = sum(record.event.kind == "reservation" for record in engine.ledger.records())
    assert outcomes.count("ACCEPT") == held
    assert engine.replay().differences == ()
    assert engine.ledger.verify().sound

"""BabyCare House in June 2026, as the worked May review has it: the online revenue is forecast at 6,100 million."""

from __future__ import annotations

from functools import cache

from aop_rules.adjusting.lever import Lever
from aop_rules.adjusting.levers import levers
from aop_rules.engine import Engine
from aop_rules.position.model import Position
from strategies import ROOT

MILLION = 1_000_000
BABYCARE = ROOT / "examples" / "babycare_house"


@cache
def may() -> tuple[Engine, Position, tuple[Lever, ...]]:
    """The engine, where the year stands, and every lever."""
    engine = Engine.open(BABYCARE / "plan.yaml")
    engine.record_file(BABYCARE / "history" / "2026_jan_may.jsonl")
    own = {"kind": "forecast", "effective_date": "2026-06-10", "kpi": "online_revenue", "value": 6100 * MILLION}
    engine.record({"event_id": "own", **own})
    where = engine.position("2026-06-12")
    return engine, where, levers(engine.plan, where, engine.graph)

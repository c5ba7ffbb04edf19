"""One KPI over a year of months, and what the library makes of it: where the tests of alerts start from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from aop_rules import Engine
from aop_rules.alerts.alert import Alert

RULE = "plan.kpis.ratio.breach"
READING = "plan.kpis.ratio.reading"


def plan(**kpi: Any) -> dict[str, Any]:
    return {
        "aop": 1,
        "id": "shop",
        "name": "Shop",
        "currency": "USD",
        "year": {"starts": "2026-01-01"},
        "kpis": {"ratio": {"name": "Ratio", "kind": "stock", "unit": "number", "direction": "lower", **kpi}},
        "governance": {"owner": "Mara"},
    }


def reading(month: int, value: object, revision: int = 0, kpi: str = "ratio", known: str = "") -> dict[str, Any]:
    day = known or (f"2026-{month + 1:02}-03" if month < 12 else "2027-01-03")
    return {
        "event_id": f"{kpi}-{month}-{revision}",
        "kind": "kpi_observation",
        "effective_date": f"2026-{month:02}-28",
        "known_at": day,
        "kpi": kpi,
        "period": f"2026-{month:02}",
        "value": str(value),
        "revision": revision,
    }


def readings(values: Iterable[object], kpi: str = "ratio") -> list[dict[str, Any]]:
    return [reading(n, value, kpi=kpi) for n, value in enumerate(values, 1) if value is not None]


def after(month: int) -> str:
    """The day on which a month is closed."""
    return f"2026-{month + 1:02}-06" if month < 12 else "2027-01-06"


def watched(values: Sequence[object], **kpi: Any) -> Engine:
    """An engine on one KPI that was read so."""
    engine = Engine.open(plan(**kpi), standard=False)
    engine.record_all(readings(values))
    return engine


def alert(engine: Engine, as_of: str, rule: str = RULE) -> Alert | None:
    return next((each for each in engine.alerts(as_of) if each.rule == rule), None)


def states(engine: Engine, months: int, rule: str = RULE) -> list[str]:
    """The state as anybody would have seen it after each month, from what was known by then."""
    found = [alert(engine, after(month), rule) for month in range(1, months + 1)]
    return ["ok" if each is None else each.state for each in found]

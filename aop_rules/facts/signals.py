"""Signal or noise as facts of a KPI: the verdict, what is normal for its last closed period, and how it lies to that."""

from __future__ import annotations

from aop_rules.facts.sheet import Sheet
from aop_rules.plan.kpis import Kpi
from aop_rules.plan.values import Words
from aop_rules.position.model import KpiPosition
from aop_rules.wording.messages import say


def put_signal(sheet: Sheet, kpi: Kpi, where: KpiPosition) -> None:
    """Everything that rules may ask of `KpiPosition.signal`."""
    limit = kpi.breach.line(where.target.value, where.value.value) if kpi.breach else None
    sheet.put(
        "limit", limit, kpi.unit, quality="planned", sources=(f"plan.kpis.{kpi.id}.breach",) if kpi.breach else ()
    )
    signal = where.signal
    if signal is None:
        return
    unknown, period = where.value.missing, where.last.periods
    stands, matters = signal.statistics, signal.materiality
    said = _words(f"verdict.{signal.verdict}") if signal.verdict else None
    sheet.put("verdict", signal.verdict, periods=period, label=said, missing=unknown)
    sheet.put("signal_reason", signal.reason.en, periods=period, label=signal.reason, missing=unknown)
    sheet.put("signal_rules", frozenset(stands.adverse), periods=period)
    sheet.put("has_limits", stands.limits is not None)
    lacking = _words(f"no_limits.{stands.lacking}", have=stands.have, need=stands.need) if stands.lacking else None
    sheet.put("no_limits", lacking.en if lacking else None, label=lacking)
    for name, value in (("normal_low", stands.low), ("normal_high", stands.high)):
        sheet.put(name, value, kpi.unit, periods=period, quality="estimated")
    sheet.put("holding", signal.persistence.holding, periods=period)
    sheet.put("material", matters.material, periods=period)
    sheet.put("miss", matters.miss, kpi.unit, periods=period, missing=where.last.missing)
    sheet.put("miss_share", matters.share, "ratio", periods=period, missing=where.last.missing)
    sheet.put("landing_miss", matters.landing, "ratio", periods=where.landing.periods, missing=where.landing.missing)


def _words(key: str, **parts: object) -> Words:
    return Words(en=say(key, "en", **parts), vi=say(key, "vi", **parts))

"""Which risks of the register have shown a signal, or have come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

from aop_rules.events import RiskSignal
from aop_rules.plan.model import Plan
from aop_rules.plan.risks import Risk
from aop_rules.position.counted import Counted
from aop_rules.position.model import RiskPosition


def risks(plan: Plan, facts: Counted, today: date) -> tuple[Mapping[str, RiskPosition], tuple[str, ...]]:
    """Every risk of the register, and the event ids that name a risk it does not hold."""
    positions = {
        risk.id: _risk(risk, [event for event in facts.of(RiskSignal) if event.risk == risk.id], today)
        for risk in plan.risks.values()
    }
    unplaced = tuple(event.event_id for event in facts.of(RiskSignal) if event.risk not in plan.risks)
    return MappingProxyType(positions), unplaced


def _risk(risk: Risk, events: Sequence[RiskSignal], today: date) -> RiskPosition:
    occurred = any(event.kind == "risk_occurred" for event in events)
    return RiskPosition(
        risk=risk.id,
        occurred=occurred,
        signalled=any(event.kind == "risk_signal" for event in events),
        sources=tuple(event.event_id for event in events),
        expected=risk.expected,
        may_come=not occurred and (risk.until is None or today <= risk.until),
    )

"""Which risks of the register have shown a signal, or have come."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from aop_rules.events import RiskSignal
from aop_rules.plan.model import Plan
from aop_rules.position.counted import Counted
from aop_rules.position.model import RiskPosition


def risks(plan: Plan, facts: Counted) -> tuple[Mapping[str, RiskPosition], tuple[str, ...]]:
    """Every risk of the register, and the event ids that name a risk it does not hold."""
    about = {risk: [event for event in facts.of(RiskSignal) if event.risk == risk] for risk in plan.risks}
    positions = {
        risk: RiskPosition(
            risk=risk,
            occurred=any(event.kind == "risk_occurred" for event in events),
            signalled=any(event.kind == "risk_signal" for event in events),
            sources=tuple(event.event_id for event in events),
        )
        for risk, events in about.items()
    }
    unplaced = tuple(event.event_id for event in facts.of(RiskSignal) if event.risk not in plan.risks)
    return MappingProxyType(positions), unplaced

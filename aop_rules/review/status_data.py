"""A status as plain data: what `--json` prints. New keys may come; numbers are whole, or text (`12.5`, `9/5`)."""

from __future__ import annotations

from typing import Any

from aop_rules.exact.number import Exact, number_text
from aop_rules.plan.values import Words
from aop_rules.review.data import review_data
from aop_rules.review.status import LineStatus, RiskStatus, RoleStatus, Status, Unread

FORMAT = 1
"""Raised when a key changes its meaning or goes."""


def status_data(status: Status) -> dict[str, Any]:
    """The status as plain data that JSON can hold; lists in the order of the status. What is unknown is null."""
    looked = review_data(status.review)
    goals = [
        {**told, "attained": [_number(share) for share in goal.attained]}
        for told, goal in zip(looked["goals"], status.goals, strict=True)
    ]
    return {
        "format": FORMAT,
        **{key: looked[key] for key in ("plan", "currency", "as_of")},
        "closed": [period.id for period in status.closed],
        "current": status.current.id,
        "goals": goals,
        "progress": looked["progress"],
        "lines": [_line(line) for line in status.lines],
        "roles": [_role(role) for role in status.roles],
        "risks": [_risk(risk) for risk in status.risks],
        "risks_unsure": looked["risks_unsure"],
        "exposure": looked["exposure"],
        "alerts": [alert.to_dict() for alert in status.alerts],
        "unread": [_unread(each) for each in status.unread],
        "gaps": looked["gaps"],
    }


def _number(value: Exact | None) -> int | str | None:
    return None if value is None else number_text(value)


def _words(words: Words) -> dict[str, str]:
    return {"en": words.en, "vi": words.vi}


def _unread(unread: Unread) -> dict[str, Any]:
    reasons = [{"reason": each.reason, "period": each.period or None} for each in unread.missing]
    return {"kpi": unread.kpi, "missing": reasons}


def _line(line: LineStatus) -> dict[str, Any]:
    at = line.limit
    amounts = ("limit", "used", "actual", "committed", "reserved", "available")
    return {
        "id": line.id,
        "name": _words(line.name),
        "horizon": at.name,
        "periods": at.periods,
        **{name: number_text(getattr(at, name)) for name in amounts},
        "over": number_text(line.over),
        "complete": at.complete,
        "recorded": line.recorded,
        "room": _number(line.room),
        "frozen_until": line.frozen_until.isoformat() if line.frozen_until else None,
    }


def _role(role: RoleStatus) -> dict[str, Any]:
    at = role.position
    return {
        "id": role.id,
        "name": _words(role.name),
        "period": at.period,
        "unit": at.unit,
        "used": number_text(at.used),
        "capacity": number_text(at.capacity),
        "free": number_text(at.free),
        "initiatives": list(at.users),
    }


def _risk(risk: RiskStatus) -> dict[str, Any]:
    at = risk.position
    return {
        "id": risk.id,
        "name": _words(risk.name),
        "occurred": risk.occurred,
        "signalled": at.signalled,
        "expected": _number(at.expected),
        "may_come": at.may_come,
        "sources": list(at.sources),
        "kpis": list(risk.kpis),
    }

"""Money held for a spend request under its reference: what the engine asks, keeps and releases in its name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from aop_rules.decision.outcome import Outcome
from aop_rules.errors import EventError, Place, Problem
from aop_rules.events import EventBase, SpendRequest
from aop_rules.exact.money import Money

Amount = int | Fraction | Decimal | str | Money
"""In whole units of the plan's currency (12.50), or money of any currency that the plan has a rate for."""

REQUEST, RESERVATION, RELEASE = "engine.request", "engine.reservation", "engine.release"
"""Sources of what the engine writes; the reference is the id of each."""
RESERVES = frozenset({Outcome.ACCEPT, Outcome.ACCEPT_WITH_CONDITIONS})
"""Outcomes on which money is held."""


def request_of(
    line: str, amount: Amount, day: date | str, ref: str, period: str | None, more: Mapping[str, Any]
) -> dict[str, Any]:
    """The spend request as plain data. `more` holds other keys that it may have (`asked_by`, `links`, `category`)."""
    money = {"amount": amount.major, "currency": amount.currency} if isinstance(amount, Money) else {"amount": amount}
    said = {"event_id": ref or "check", "kind": "spend_request", "effective_date": day, "source": REQUEST}
    named = {"line": line, "doc": ref} | ({"period": period} if period is not None else {})
    return {**more, **said, **money, **named}


def reservation_of(request: SpendRequest, known: datetime) -> dict[str, Any]:
    """What holds the money of an accepted request, known from the moment of its decision."""
    money = {"amount": request.amount} | ({"currency": request.currency} if request.currency else {})
    said = {"event_id": request.event_id, "kind": "reservation", "source": RESERVATION, "doc": request.doc}
    when: Mapping[str, Any] = MappingProxyType(
        {"effective_date": request.effective_date} | ({"period": request.period} if request.period else {})
    )
    known_at = {"known_at": known} if known.date() != request.effective_date else {}
    who = {"asked_by": request.asked_by} if request.asked_by else {}
    return {**said, **money, **when, **known_at, **who, "line": request.line}


def release_of(reservation: EventBase, day: date | str) -> dict[str, Any]:
    """What frees all that is left of a reservation."""
    said = {"event_id": reservation.event_id, "kind": "reservation_release", "source": RELEASE}
    return {**said, "effective_date": day, "doc": reservation.event_id, "line": getattr(reservation, "line", None)}


def not_reserved(ref: str) -> EventError:
    hint = "name the `ref` of a request that `reserve` has accepted"
    return EventError(
        [Problem(Place(f"<reference {ref}>"), "EVENT_NOT_RESERVED", f"nothing is reserved as `{ref}`", hint)]
    )


def taken(ref: str) -> EventError:
    said = f"other events reserve or release money under `{ref}`"
    hint = "give each request a reference of its own"
    return EventError([Problem(Place(f"<reference {ref}>"), "EVENT_DOC_TAKEN", said, hint)])

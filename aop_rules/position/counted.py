"""Which events count as facts, how one is kept, and what counts at a moment besides spending and readings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Literal, NamedTuple, TypeVar

from aop_rules.errors import ConflictError, Place, Problem
from aop_rules.events import (
    Actual,
    BudgetFreeze,
    BudgetTransfer,
    CapacityChange,
    CarryForward,
    Commitment,
    CommitmentRelease,
    EventBase,
    Forecast,
    KpiObservation,
    MilestoneUpdate,
    PeriodClose,
    Reservation,
    ReservationRelease,
    RiskSignal,
    canonical,
)

FACTS = (
    KpiObservation,
    Forecast,
    Actual,
    Reservation,
    ReservationRelease,
    Commitment,
    CommitmentRelease,
    MilestoneUpdate,
    CapacityChange,
    RiskSignal,
    PeriodClose,
    BudgetTransfer,
    CarryForward,
    BudgetFreeze,
)
"""Events that say how things are. All others ask for something, and change no figure."""

F = TypeVar("F", bound=EventBase)
Identity = tuple[str, str]
"""Source and event id."""
Sign = Literal[1, -1]
"""Counted in, or out again."""


class Fact(NamedTuple):
    """A fact as it is kept. Facts are ordered by when they became known, then by id; no two have one identity."""

    known: datetime
    event_id: str
    source: str
    event: EventBase
    digest: bytes
    """SHA-256 of its content."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The facts that count, without spending and readings, by source and event id.

    `also` is the one being decided on, of whatever kind, where it is a fact. A transfer that is being decided on does
    not count, recorded or not: it asks for what is there without it.
    """

    facts: tuple[EventBase, ...]
    also: EventBase | None

    def of(self, kind: type[F]) -> tuple[F, ...]:
        return tuple(event for event in self.facts if isinstance(event, kind))


def fact(event: EventBase, digest: bytes | None = None) -> Fact:
    """The event as a fact; `digest` is that of its canonical text, where somebody has it at hand."""
    content = digest if digest is not None else sha256(canonical(event).encode()).digest()
    return Fact(event.known, event.event_id, event.source, event, content)


def moment(as_of: datetime) -> datetime:
    """A naive moment is UTC, as it is for events."""
    return as_of if as_of.tzinfo else as_of.replace(tzinfo=UTC)


def conflict(event_ids: Iterable[str]) -> ConflictError:
    """The error that these ids stand for two contents each."""
    hint = "a correction is an event of its own, with its own id"
    return ConflictError(
        Problem(Place(), "POSITION_CONFLICT", f"event `{event_id}` stands here with two contents", hint)
        for event_id in event_ids
    )


def latest_known(dated: Iterable[tuple[str, datetime]]) -> dict[str, datetime]:
    """By event id, when it became known; the latest, where two sources use one id."""
    known: dict[str, datetime] = {}
    for event_id, when in dated:
        if known.get(event_id, when) <= when:
            known[event_id] = when
    return known

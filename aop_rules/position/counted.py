"""Which events count at a moment: facts known by then, each once, in an order that is always the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import TypeVar

from aop_rules.errors import ConflictError, Place, Problem
from aop_rules.events import (
    Actual,
    CapacityChange,
    Commitment,
    CommitmentRelease,
    EventBase,
    KpiObservation,
    MilestoneUpdate,
    PeriodClose,
    RiskSignal,
    canonical,
)

FACTS = (
    KpiObservation,
    Actual,
    Commitment,
    CommitmentRelease,
    MilestoneUpdate,
    CapacityChange,
    RiskSignal,
    PeriodClose,
)
"""Events that say how things are. All others ask for something, and change no figure."""

F = TypeVar("F", bound=EventBase)


@dataclass(frozen=True, slots=True)
class Counted:
    """The facts that count, by source and event id; `also` is the one being decided on, where it is a fact."""

    facts: tuple[EventBase, ...]
    also: EventBase | None
    digest: str
    """SHA-256 of their content: the same facts give the same digest, in whatever order they came."""

    def of(self, kind: type[F]) -> tuple[F, ...]:
        return tuple(event for event in self.facts if isinstance(event, kind))


def moment(as_of: datetime) -> datetime:
    """A naive moment is UTC, as it is for events."""
    return as_of if as_of.tzinfo else as_of.replace(tzinfo=UTC)


def counted(events: Iterable[EventBase], as_of: datetime, also: EventBase | None = None) -> Counted:
    """The facts known by `as_of`, and `also` whenever it was known. Raises ConflictError (one id, two contents)."""
    fact = also if isinstance(also, FACTS) else None
    known = [event for event in events if isinstance(event, FACTS) and event.known <= as_of]
    contents: dict[tuple[str, str], str] = {}
    facts: dict[tuple[str, str], EventBase] = {}
    clashes: set[str] = set()
    for event in [*known, fact] if fact else known:
        identity, content = (event.source, event.event_id), canonical(event)
        if contents.setdefault(identity, content) != content:
            clashes.add(event.event_id)
        facts[identity] = event
    if clashes:
        raise ConflictError(_clash(event_id) for event_id in clashes)
    ids = sorted(facts)
    digest = sha256("\n".join(contents[each] for each in ids).encode()).hexdigest()
    return Counted(tuple(facts[each] for each in ids), fact, digest)


def _clash(event_id: str) -> Problem:
    hint = "a correction is an event of its own, with its own id"
    return Problem(Place(), "POSITION_CONFLICT", f"event `{event_id}` stands here with two contents", hint)

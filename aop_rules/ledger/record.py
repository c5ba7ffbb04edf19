"""An event in a ledger, and the order in which events are told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from aop_rules.events import EventBase


@dataclass(frozen=True, slots=True)
class Record:
    """An event in a ledger. `sequence` is its entry's; nothing is decided by it but what was there before."""

    sequence: int
    event: EventBase


def moment(as_of: date | datetime | str) -> datetime:
    """The last instant that `as_of` means: a date means the end of that day, a time without a zone is UTC.

    Raises ValueError for a text that is neither.

    >>> moment("2026-05-31").isoformat(), moment("2026-05-31T17:00+07:00").isoformat()
    ('2026-05-31T23:59:59.999999+00:00', '2026-05-31T10:00:00+00:00')
    """
    if isinstance(as_of, str):
        as_of = _read(as_of)
    if not isinstance(as_of, datetime):
        return datetime.combine(as_of, time.max, UTC)
    try:
        return as_of.astimezone(UTC) if as_of.tzinfo else as_of.replace(tzinfo=UTC)
    except OverflowError:
        raise ValueError("the moment lies outside the years 1 to 9999") from None


def _read(text: str) -> date | datetime:
    try:
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError:
        said = f"`{text[:40]}` is neither a day nor a moment; write it as `2026-05-31` or `2026-05-31T17:00:00Z`"
        raise ValueError(said) from None


def order(record: Record) -> tuple[datetime, date, str, str]:
    """The order of records: by what they say, never by when they arrived."""
    event = record.event
    return event.known, event.effective_date, event.source, event.event_id

"""The one module that reads the clock and draws random bytes; both are arguments wherever they are used."""

from __future__ import annotations

from datetime import UTC, datetime
from secrets import token_hex


def now() -> datetime:
    """The moment that it is, in UTC."""
    return datetime.now(UTC)


def salt() -> str:
    """32 random hexadecimal digits."""
    return token_hex(16)

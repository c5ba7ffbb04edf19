"""One entry of a ledger, and the hash that chains it to the one before.

`hash` is SHA-256 over the entry's header, which holds the hash before it and `digest`, SHA-256 over salt and body. The salt
keeps a body that was erased from being guessed again from its digest.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Literal

from aop_rules.errors import LedgerError, Place, Problem
from aop_rules.limits import ENTRY_BYTES_MAX

Kind = Literal[
    "plan", "rules", "event", "decision", "amendment", "answer", "outcome", "erasure",
    "acknowledgement", "silence", "notification", "notified",
]  # fmt: skip
"""What is kept today. A store takes any short text, so that later kinds need no new schema."""

Identity = tuple[str, str, str]
"""Kind, source and id: what makes an entry itself."""

_WIDTH = 27  # of a moment as text
BEGINNING = "0" * 64
"""What the first entry has for the hash before it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be kept. `body` is canonical JSON; the same identity with the same body is the same entry."""

    kind: str
    id: str
    body: str
    source: str = ""
    known_at: datetime | None = None

    @property
    def identity(self) -> Identity:
        return self.kind, self.source, self.id


@dataclass(frozen=True, slots=True)
class Entry:
    """What is kept. `sequence` counts from 1 without a gap, in the order of arrival."""

    sequence: int
    kind: str
    source: str
    id: str
    known_at: datetime | None
    """When what it says became known; None where the entry speaks of the ledger itself."""
    recorded_at: datetime
    """When it was kept. Nothing is decided by it."""
    body: str
    salt: str
    digest: str
    previous: str
    hash: str

    @property
    def identity(self) -> Identity:
        return self.kind, self.source, self.id

    def data(self) -> Any:
        """The body as plain data. Raises LedgerError where somebody has changed it into what is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise damaged(self.sequence) from None


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry: how many there are, and the hash that stands for all of them."""

    sequence: int = 0
    hash: str = BEGINNING


def canonical(data: Mapping[str, Any]) -> str:
    """Plain data as one line of JSON, always the same for the same data."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def saying(kind: str, source: str, body: str, before: Sequence[Entry] = ()) -> Draft:
    """What somebody says of a thing: said once more at once it is the same entry; after anything else that was said
    `before` of it, it is one more, so that one may come back to it.
    """
    said = body if not before else f"{len(before)} {body}"
    again = bool(before) and before[-1].body == body
    name = before[-1].id if again else sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return Draft(kind, name, body, source)


def chained(draft: Draft, head: Head, recorded_at: datetime, salt: str) -> Entry:
    """The draft as the entry that comes after `head`. Raises LedgerError where its body is too large."""
    size = len(draft.body.encode("utf-8", "surrogatepass"))
    if size > ENTRY_BYTES_MAX:
        message = f"an entry of {size:,} bytes is too large to keep"
        raise LedgerError(
            [Problem(Place(), "LEDGER_TOO_LARGE", message, f"at most {ENTRY_BYTES_MAX:,} bytes are kept")]
        )
    digest = digest_of(salt, draft.body)
    sequence = head.sequence + 1
    header = hash_of(sequence, draft.identity, draft.known_at, recorded_at, digest, head.hash)
    return Entry(
        sequence,
        *draft.identity,
        known_at=draft.known_at,
        recorded_at=recorded_at,
        body=draft.body,
        salt=salt,
        digest=digest,
        previous=head.hash,
        hash=header,
    )


def digest_of(salt: str, body: str) -> str:
    return sha256(f"{salt}\n{body}".encode("utf-8", "surrogatepass")).hexdigest()


def hash_of(
    sequence: int, identity: Identity, known_at: datetime | None, recorded_at: datetime, digest: str, previous: str
) -> str:
    known = None if known_at is None else stamp(known_at)
    header = [sequence, *identity, known, stamp(recorded_at), digest, previous]
    return sha256(json.dumps(header, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()


def stamp(when: datetime) -> str:
    """A moment as text of one width, in UTC: earlier is smaller.

    >>> stamp(datetime(2026, 6, 5, tzinfo=UTC))
    '2026-06-05T00:00:00.000000Z'
    """
    return when.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds").rjust(26, "0") + "Z"


def unstamped(text: str) -> datetime:
    """The moment that `stamp` wrote. Raises ValueError for another text."""
    if len(text) != _WIDTH or text[-1] != "Z":
        raise ValueError("not a moment that was written here")
    return datetime.fromisoformat(text)


class DamagedError(LedgerError):
    """An entry that nobody could have kept like this."""

    sequence = 0


def damaged(sequence: int) -> DamagedError:
    """The error of such an entry."""
    message = f"entry {sequence} is not as it was written"
    hint = "check the chain: `aop verify`; restore a copy"
    error = DamagedError([Problem(Place(), "LEDGER_UNREADABLE", message, hint)])
    error.sequence = sequence
    return error

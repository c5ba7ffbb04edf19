"""Whether a ledger is what its user was told: opened as any user opens it, without repair."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from faults.workload import ERASURE, NAME, Acknowledged, Step, differs, event

from aop_rules.errors import LedgerError
from aop_rules.ledger.entry import Entry
from aop_rules.ledger.ledger import Ledger


def wrong(
    where: str,
    steps: Sequence[Step],
    done: Iterable[Acknowledged],
    tried: Collection[int] = (),
    tenant: str = "",
) -> list[str]:
    """What is not as it was acknowledged. `tried` are steps that gave no answer: each may be there, whole, or not.

    A further event is appended, so that a ledger that only reads is found too.
    """
    try:
        with Ledger.open(where, tenant=tenant) as ledger:
            return _content(list(ledger.entries()), steps, tuple(done), tried) + _use(ledger)
    except LedgerError as error:
        return [f"unreadable: {error}"]
    except Exception as error:  # noqa: BLE001 - whatever else escapes is what is looked for
        return [f"foreign: {error!r}"]


def remains(folder: Path, steps: Sequence[Step], done: Iterable[Acknowledged]) -> list[str]:
    """Whether a name whose erasure was acknowledged still stands somewhere in the files."""
    if not any(steps[each.step].erases for each in done):
        return []
    return [f"unerased: in {file.name}" for file in sorted(folder.iterdir()) if NAME.encode() in file.read_bytes()]


def damaged(path: Path) -> list[str]:
    """What SQLite itself finds wrong with a file."""
    connection = sqlite3.connect(path)
    try:
        said = [row[0] for row in connection.execute("PRAGMA integrity_check")]
    except sqlite3.DatabaseError as error:
        said = [str(error)]
    finally:
        connection.close()
    return [] if said == ["ok"] else [f"damaged: {said[0]}"]


def _content(
    entries: list[Entry], steps: Sequence[Step], done: tuple[Acknowledged, ...], tried: Collection[int]
) -> list[str]:
    by_sequence = {entry.sequence: entry for entry in entries}
    there = {entry.identity for entry in entries}
    found = [] if len(there) == len(by_sequence) == len(entries) else ["doubled: an entry stands twice"]
    for each in done:
        step = steps[each.step]
        if len(each.sequences) < len(step.identities) or not there.issuperset(step.identities):
            found.append(f"lost: step {each.step}")
        elif any(
            sequence not in by_sequence or differs(by_sequence[sequence], draft)
            for sequence, draft in zip(each.sequences, step.drafts, strict=False)
        ):
            found.append(f"changed: step {each.step}")
    for number in tried:
        kept = there.intersection(steps[number].identities)
        if kept and len(kept) < len(steps[number].identities):
            found.append(f"torn: step {number} is there in part")
    if ERASURE in there and any(NAME in entry.body for entry in entries):
        found.append("unerased: the name is back")
    asked = {identity for number in [*tried, *(each.step for each in done)] for identity in steps[number].identities}
    return found + [f"unasked: {identity}" for identity in sorted(there - asked)]


def _use(ledger: Ledger) -> list[str]:
    """Whether the chain holds, and one event more can be kept on it."""
    found = [f"broken: entry {each.sequence}: {each.says}" for each in ledger.verify().breaks]
    try:
        ledger.append(event("afterwards"))
    except LedgerError as error:
        return [*found, f"stuck: {error}"]
    if ledger.find("event", "afterwards") is None or not ledger.verify().sound:
        found.append("stuck: an event more is not kept well")
    return found

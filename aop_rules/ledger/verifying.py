"""Whether a chain of entries holds, and where it breaks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from aop_rules.errors import LedgerError
from aop_rules.ledger.entry import DamagedError, Entry, Head, digest_of, hash_of

BREAKS_MAX = 100


@dataclass(frozen=True, slots=True)
class Break:
    """One thing that is not as the chain says."""

    sequence: int
    says: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What reading the whole chain found."""

    entries: int
    head: Head
    """The last entry; without a hash where that entry cannot be read."""
    breaks: tuple[Break, ...]
    """The first of them; empty where all is as it was written."""
    erasures: tuple[tuple[int, str, int], ...] = ()
    """Each erasure: its sequence, its label, and how many entries it redacted. Who may erase is not for the chain to say."""

    @property
    def sound(self) -> bool:
        return not self.breaks


def readable(entries: Callable[[int], Iterable[Entry]]) -> Iterator[Entry | Break]:
    """Every entry, read after a sequence; in the place of one that cannot be read what is to be said of it.

    Goes on after it, unless the next one cannot be read either.
    """
    last = failed = 0
    while True:
        try:
            for entry in entries(max(last, failed)):
                yield entry
                last = entry.sequence
        except LedgerError as error:
            if any(problem.code != "LEDGER_UNREADABLE" for problem in error.problems):
                raise
            at = error.sequence if isinstance(error, DamagedError) else max(last, failed) + 1
            if at <= max(last, failed) or (failed > last and not isinstance(error, DamagedError)):
                yield Break(failed + 1, "neither it nor what follows could be read")
                return
            yield Break(at, "it cannot be read")
            failed = at
        else:
            return


def verified(entries: Iterable[Entry | Break], expected: Head | None = None) -> Verification:
    """Reads every entry. A body that is not what its digest says must be what the last erasure of it left there."""
    head, count, breaks = Head(), 0, list[Break]()
    changed, erased = dict[int, str](), dict[int, str]()
    erasures: list[tuple[int, str, int]] = []
    noted = expected is None or expected.sequence == 0
    for entry in entries:
        count += 1
        if isinstance(entry, Break):
            breaks += [*_gap(entry.sequence, head), entry]
            head = Head(entry.sequence, "")
            noted = noted or (expected is not None and entry.sequence >= expected.sequence)
            continue
        breaks += _of_header(entry, head)
        body = digest_of(entry.salt, entry.body)
        if body != entry.digest:
            changed[entry.sequence] = body
        if entry.kind == "erasure":
            left = _left(entry)
            erased |= left
            erasures.append((entry.sequence, entry.id, len(left)))
        if expected is not None and entry.sequence == expected.sequence:
            noted = True
            if entry.hash != expected.hash:
                breaks.append(Break(entry.sequence, "its hash is not the one that was noted"))
        head = Head(entry.sequence, entry.hash)
    if expected is not None and not noted:
        breaks.append(Break(expected.sequence, f"noted before, but the chain ends at {head.sequence}"))
    breaks += [Break(n, "its content was changed") for n, body in changed.items() if erased.get(n) != body]
    breaks += [Break(n, "what was erased from it stands there again") for n in erased.keys() - changed.keys()]
    first = tuple(sorted(breaks, key=lambda each: each.sequence)[:BREAKS_MAX])
    return Verification(count, head, first, tuple(erasures))


def _of_header(entry: Entry, head: Head) -> list[Break]:
    breaks = _gap(entry.sequence, head)
    if not breaks and head.hash and entry.previous != head.hash:
        breaks.append(Break(entry.sequence, "it does not follow from the entry before"))
    said = hash_of(entry.sequence, entry.identity, entry.known_at, entry.recorded_at, entry.digest, entry.previous)
    if said != entry.hash:
        breaks.append(Break(entry.sequence, "its head was changed"))
    return breaks


def _gap(sequence: int, head: Head) -> list[Break]:
    if sequence == head.sequence + 1:
        return []
    missing = range(head.sequence + 1, sequence)
    said = f"entries {missing.start} to {missing.stop - 1} are missing before it"
    return [Break(sequence, said if missing else "it comes out of order")]


def _left(erasure: Entry) -> dict[int, str]:
    """What an erasure says it left in the entries before it: the digest of each body."""
    try:
        said = {each["sequence"]: each["digest"] for each in erasure.data()["redacted"]}
    except (LedgerError, LookupError, TypeError):  # somebody changed it into what is none
        return {}
    return {n: digest for n, digest in said.items() if isinstance(n, int) and 0 < n < erasure.sequence}

"""What a ledger is put to while it is disturbed: single events, batches, decisions, a duplicate and an erasure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count

from aop_rules.events import EventBase, parse_event
from aop_rules.ledger.entry import Draft, Entry, Identity, canonical
from aop_rules.ledger.ledger import Ledger, draft_of

NAME = "Nguyễn Thị Hoa"
LABEL = "[erased-1]"
ERASURE: Identity = ("erasure", "", LABEL)


@dataclass(frozen=True, slots=True)
class Step:
    """One call of the ledger, that is acknowledged by its return: of all of the drafts, or of none."""

    drafts: tuple[Draft, ...] = ()
    events: tuple[EventBase, ...] = ()
    """The same as the drafts, where they are events."""
    erases: bool = False

    @property
    def identities(self) -> tuple[Identity, ...]:
        return (ERASURE,) if self.erases else tuple(draft.identity for draft in self.drafts)

    def do(self, ledger: Ledger) -> list[int]:
        """Does it; the sequences of what is kept then."""
        if self.erases:
            entry = ledger.erase(NAME, reason="she asked for it") or ledger.find("erasure", LABEL)
            return [entry.sequence] if entry else []
        if not self.events:
            return [entry.sequence for entry in ledger.keep(self.drafts)]
        if len(self.events) == 1:
            return [ledger.append(self.events[0]).sequence]
        return [record.sequence for record in ledger.extend(self.events)]


def steps(rounds: int = 1, mark: str = "") -> tuple[Step, ...]:
    """The whole workload. The mark tells one writer's entries from another's."""
    told: list[Step] = []
    for number in range(rounds):
        of = f"{mark}{number}"
        told += [_events(f"{of}-{each}") for each in "abcd"]
        told.append(_events(*(f"{of}-batch-{each}" for each in range(9))))
        told.append(_decision(f"{of}-long", 20_000))
        told.append(told[-3])  # known already: nothing is written
        told.append(_answers(f"{of}-yes", f"{of}-no"))
        told += [_events(f"{of}-{each}") for each in "ef"]
        if not number and not mark:
            told.append(Step(erases=True))
        told += [_decision(f"{of}-short", 1_500), *(_events(f"{of}-{each}") for each in "gh")]
    return tuple(told)


def event(name: str) -> EventBase:
    data = {"kind": "kpi_observation", "effective_date": "2026-05-31", "kpi": "sales", "period": "2026-05"}
    return parse_event({**data, "event_id": name, "value": 120_500_000})


def _events(*names: str) -> Step:
    events = tuple(map(event, names))
    return Step(tuple(map(draft_of, events)), events)


def _answers(*names: str) -> Step:
    return Step(tuple(Draft("answer", name, canonical({"by": NAME, "answer": name})) for name in names))


def _decision(name: str, size: int) -> Step:
    body = canonical({"decision": name, "explanation": (f"{name}: kept course. " * size)[:size]})
    return Step((Draft("decision", name, body),))


def without_name(draft: Draft) -> Draft:
    return replace(draft, body=draft.body.replace(NAME, LABEL))


def clock() -> Callable[[], datetime]:
    """A clock that is put back by an hour now and then."""
    start, ticks = datetime(2026, 6, 1, 8, tzinfo=UTC), count()

    def read() -> datetime:
        tick = next(ticks)
        return start + timedelta(seconds=tick) - timedelta(hours=tick // 5)

    return read


def salts(seed: int) -> Callable[[], str]:
    numbers = count()
    return lambda: f"{seed:016x}{next(numbers):016x}"


def differs(entry: Entry, draft: Draft) -> bool:
    """Whether the entry is not what the draft said, or what an erasure made of it."""
    return entry.identity != draft.identity or entry.body not in (draft.body, without_name(draft).body)


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A step whose call has returned: its entries stand at these sequences."""

    step: int
    sequences: Sequence[int]

    def __str__(self) -> str:
        return f"{self.step} {' '.join(map(str, self.sequences))}"

    @classmethod
    def read(cls, note: str) -> Acknowledged:
        step, *sequences = map(int, note.split())
        return cls(step, sequences)

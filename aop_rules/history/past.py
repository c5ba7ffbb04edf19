"""The chain read once, from its beginning: each recorded decision with the world as it saw it.

What a decision saw is what had been recorded before it and was known by its moment. What arrives later, or is dated back,
changes nothing of that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from aop_rules.events import EventBase
from aop_rules.history.kept import Kept, kept_of
from aop_rules.history.versions import Versions
from aop_rules.ledger.entry import Entry
from aop_rules.ledger.ledger import event_of
from aop_rules.plan.model import Plan
from aop_rules.position.allocation import Earlier
from aop_rules.position.model import Position
from aop_rules.position.tally import Tally


@dataclass(frozen=True, slots=True)
class Seen:
    """The world as one decision saw it."""

    kept: Kept
    versions: Versions
    rules: Entry | None
    """The rules that it was made with; None where the chain does not hold them."""
    events: Events

    def position(self, world: str, plan: Plan, before: Sequence[Earlier], also: EventBase) -> Position:
        """Where a plan's year stood then. `before` are its earlier versions; one `world` is one plan with these."""
        return self.events.position(world, plan, before, self.kept, also)


class Events:
    """The events so far, folded once for each world that asks; every fold goes on where it was."""

    def __init__(self) -> None:
        self._events: list[tuple[int, EventBase, bytes]] = []
        self._folds: dict[str, Tally] = {}
        self._read: dict[str, int] = {}

    def add(self, entry: Entry) -> None:
        self._events.append((entry.sequence, event_of(entry), sha256(entry.body.encode()).digest()))

    def position(self, world: str, plan: Plan, before: Sequence[Earlier], kept: Kept, also: EventBase) -> Position:
        tally = self._folds.setdefault(world, Tally(plan, tuple(before)))
        read = until = self._read.get(world, 0)
        while until < len(self._events) and self._events[until][0] <= kept.seen:
            until += 1
        new = self._events[read:until]
        if new:
            tally.add([event for _, event, _ in new], [digest for _, _, digest in new])
            self._read[world] = until
        return tally.position(kept.as_of, also)


def last_rules(entries: Callable[..., Iterable[Entry]], last: int) -> Entry | None:
    """The rules that the last decision was made with; None where nothing was decided yet. `last` is the head's number.

    From the end on, ever further back: what is looked for is the last of many.
    """
    rules = {(entry.source, entry.id): entry for entry in entries(0, ("rules",))}
    if len(rules) < 2:
        return next(iter(rules.values()), None)
    back, found = 256, list[Entry]()
    while not found and back < 2 * last:
        found, back = list(entries(max(0, last - back), ("decision",))), 2 * back
    made = [kept_of(entry) for entry in found[-1:]]
    return rules.get((made[0].rules, made[0].program_digest)) if made else None


def past(entries: Iterable[Entry]) -> Iterator[Seen]:
    """Each recorded decision, in the order in which they were made."""
    events, versions, starts = Events(), Versions(), dict[str, str]()
    rules: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        if entry.kind == "event":
            events.add(entry)
        elif entry.kind == "amendment":
            starts[entry.id] = str(entry.data()["effective_from"])
        elif entry.kind == "plan":
            versions = versions.then(entry, starts.get(entry.id, ""))
        elif entry.kind == "rules":
            rules[entry.source, entry.id] = entry
        elif entry.kind == "decision":
            kept = kept_of(entry)
            yield Seen(kept, versions, rules.get((kept.rules, kept.program_digest)), events)

"""Decisions that were made on figures which were restated since: made again as if today's had been said from the first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from aop_rules.decision.decision import Decision
from aop_rules.events import KpiObservation, canonical, plain
from aop_rules.history.following import Entries
from aop_rules.history.kept import Kept
from aop_rules.history.past import Seen, past
from aop_rules.history.policy import Redecided
from aop_rules.history.replay import Again
from aop_rules.inference.chainer import EngineName
from aop_rules.ledger.entry import Entry
from aop_rules.position.counted import Identity
from aop_rules.position.readings import Key


@dataclass(frozen=True, slots=True)
class Told:
    """What one observation says of one KPI, and where it stands on the chain."""

    sequence: int
    event: KpiObservation
    fields: tuple[str, ...]
    """Where it says that: its `value`; of a ratio `numerator` and `denominator`; of one of these parts that one."""

    @property
    def identity(self) -> Identity:
        return self.event.source, self.event.event_id

    @property
    def figures(self) -> tuple[object, ...]:
        """What it says, whoever says it, where and when."""
        return *(getattr(self.event, field) for field in self.fields), self.event.currency


@dataclass(frozen=True, slots=True)
class View:
    """What one decision could see."""

    seen: int
    as_of: datetime
    about: Identity

    @classmethod
    def of(cls, kept: Kept) -> Self:
        event = kept.said["event"]
        return cls(kept.seen, kept.as_of, (str(event.get("source", "")), str(event["event_id"])))

    def saw(self, told: Told) -> bool:
        if told.identity == self.about:
            return True
        return told.sequence <= self.seen and told.event.known <= self.as_of


class Today:
    """What is said today of each reading that was restated, put where the old figures were said."""

    def __init__(self, told: Mapping[Key, Sequence[Told]], new: Collection[Identity]) -> None:
        """`told` is all that was said, `new` what of it restates something."""
        self._old: list[tuple[Told, list[Told]]] = []
        """Each observation with another figure than today's, and those that say what it is today."""
        self._corrected: dict[Identity, KpiObservation] = {}
        self._beside: dict[Identity, list[KpiObservation]] = {}
        """What contradicts a corrected one today."""
        for said in told.values():
            if any(each.identity in new for each in said):
                self._correct(said)

    def _correct(self, said: Sequence[Told]) -> None:
        highest = max(each.event.revision for each in said)
        latest = [each for each in said if each.event.revision == highest]
        today = {each.figures: each for each in latest}
        for old in said:
            if list(today) == [old.figures]:
                continue
            self._old.append((old, latest))
            first, *others = today.values()
            self._corrected[old.identity] = _saying(self._corrected.get(old.identity, old.event), old, first)
            beside = [_saying(old.event, old, each, n) for n, each in enumerate(others, 1)]
            self._beside.setdefault(old.identity, []).extend(beside)

    def missed_by(self, view: View) -> bool:
        """Whether a decision saw an old figure and not today's."""
        return any(view.saw(old) and not all(view.saw(each) for each in latest) for old, latest in self._old)

    def entries(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """The chain as if today's figures had been said from the first."""
        for entry in entries:
            corrected = self._corrected.get((entry.source, entry.id)) if entry.kind == "event" else None
            if corrected is None:
                yield entry
            else:
                for each in (corrected, *self._beside[entry.source, entry.id]):
                    yield replace(entry, id=each.event_id, body=canonical(each))

    def seen(self, seen: Seen, view: View) -> Seen:
        """The same where a decision was made on an old figure itself."""
        corrected = self._corrected.get(view.about)
        if corrected is None:
            return seen
        return replace(seen, kept=replace(seen.kept, said={**seen.kept.said, "event": plain(corrected)}))


def _saying(event: KpiObservation, old: Told, today: Told, n: int = 0) -> KpiObservation:
    """An observation with today's figure in the place of the old one; under a new id where it stands beside it (`n`)."""
    figures = [getattr(today.event, field) for field in today.fields]
    places = old.fields if len(old.fields) == len(figures) else today.fields
    update = {**dict.fromkeys(old.fields), **dict(zip(places, figures, strict=True))}
    name = f"{event.event_id}~{n}" if n else event.event_id
    return event.model_copy(update={**update, "currency": today.event.currency, "event_id": name})


def decided_anew(entries: Entries, today: Today, as_of: datetime, inference: EngineName) -> Iterator[Redecided]:
    again = Again(inference)
    for seen in past(today.entries(entries())):
        view = View.of(seen.kept)
        if view.as_of <= as_of and today.missed_by(view):
            yield _beside(seen.kept, again.decided(today.seen(seen, view)))


def _beside(kept: Kept, decided: Decision | None) -> Redecided:
    """A decision beside what it would have been; `now` is empty where the chain no longer holds what it was made with."""
    event = kept.event
    was = {str(each["rule"]) for each in kept.said["deciding"]}
    now = {each.rule for each in decided.deciding} if decided else was
    return Redecided(
        decision_id=kept.decision_id,
        source=event.source,
        event_id=event.event_id,
        kind=event.kind,
        title=event.title,
        as_of=kept.as_of.date().isoformat(),
        was=kept.outcome,
        now=decided.outcome.value if decided else "",
        hard=(bool(kept.said["hard"]), decided.hard if decided else False),
        no_longer=tuple(sorted(was - now)),
        newly=tuple(sorted(now - was)),
    )

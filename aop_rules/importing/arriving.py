"""What a file of events brings to a ledger: what is new, what is known, what contradicts it; and restated readings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from aop_rules.errors import EventError, Problem
from aop_rules.events import EventBase, KpiObservation, canonical
from aop_rules.ledger.entry import Identity
from aop_rules.ledger.ledger import Ledger, draft_of, event_of
from aop_rules.ledger.pen import conflict
from aop_rules.ledger.reading import EventFile
from aop_rules.ledger.reading import same_content as unchanged
from aop_rules.ledger.redacted import same_content, same_text


@dataclass(frozen=True, slots=True)
class Arriving:
    """The events of files beside a ledger."""

    events: tuple[EventBase, ...]
    """All of them, in the order of the files; a restated reading as its next revision."""
    new: tuple[EventBase, ...]
    """Those that the ledger does not hold."""

    @property
    def known(self) -> int:
        """How many the ledger holds already."""
        return len(self.events) - len(self.new)

    @property
    def contents(self) -> tuple[tuple[str, str, int], ...]:
        """How many new ones there are of each kind in each period (empty where the kind has none), in order."""
        found = Counter((event.kind, getattr(event, "period", None) or "") for event in self.new)
        return tuple((kind, period, count) for (kind, period), count in sorted(found.items()))


def arriving(files: Iterable[EventFile], ledger: Ledger, *, restate: bool = False) -> Arriving:
    """What the files bring. With `restate` a reading whose figure changed is the next revision of the one that is there.

    Raises EventError (EVENT_CONFLICT) for each event that is in the ledger, or in a file before, with other content, at its
    place in the file.
    """
    arrived = [(file, event) for file in files for event in file.events]
    there = ledger.found({_identity(event): None for _, event in arrived})
    events: list[EventBase] = []
    new: dict[Identity, EventBase] = {}
    problems: list[Problem] = []
    for file, event in arrived:
        entry = there.get(_identity(event))
        if entry is None:
            before = new.setdefault(_identity(event), event)
            if before is not event and not unchanged(before, event):
                problems.append(conflict("event", event.event_id, file.place(event, ("event_id",))))
        elif restate and isinstance(event, KpiObservation):
            event, again = _restated(event, ledger)
            new |= {} if again else {_identity(event): event}
        elif not same_content(entry, draft_of(event).body):
            problems.append(_changed(file, event))
        events.append(event)
    if problems:
        raise EventError(problems)
    return Arriving(tuple(events), tuple(new.values()))


def _identity(event: EventBase) -> Identity:
    return "event", event.source, event.event_id


def _changed(file: EventFile, event: EventBase) -> Problem:
    figure = "value" if isinstance(event, KpiObservation) else "amount"
    problem = conflict("event", event.event_id, file.place(event, (figure,)))
    if not isinstance(event, KpiObservation):
        return problem
    hint = "a corrected reading is its next revision: `--restate`, or a column that says `revision`"
    return Problem(problem.place, problem.code, problem.message, hint)


def _restated(event: KpiObservation, ledger: Ledger) -> tuple[EventBase, bool]:
    """The last revision that the ledger holds, and True, where it says the same; else the one after it, known from now on."""
    last, number, name = event, event.revision, event.event_id
    while (entry := ledger.find("event", name, event.source)) is not None:
        found = event_of(entry)
        if not isinstance(found, KpiObservation):
            break
        last, number = found, max(number, found.revision) + 1
        name = f"{event.event_id}:r{number}"
    if _says(last) == _says(event) or same_text(_says(last), _says(event)):
        return last, True
    known = event.known_at if event.known > last.known else ledger.now()
    return event.model_copy(update={"event_id": name, "revision": number, "known_at": known}), False


def _says(event: KpiObservation) -> str:
    """What a reading says, whichever revision it is, and whenever it became known."""
    return canonical(event.model_copy(update={"event_id": "-", "revision": 0, "known_at": None}))

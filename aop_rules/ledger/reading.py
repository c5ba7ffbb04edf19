"""Events from files: YAML, JSON, TOML, JSON Lines and CloudEvents; all problems of all events at once.

A file holds one event, a list of them, `events: [...]`, or an example: `event:` (or `events:`) with `expect:` beside.
Wherever an event may stand, a CloudEvent (it has a `specversion`) may stand too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aop_rules.errors import EventError, Place, Problem, did_you_mean
from aop_rules.events import Event, EventBase, adapter, canonical
from aop_rules.ledger.cloudevents import Unwrapped, is_cloudevent, unwrapped
from aop_rules.ledger.lines import LINES, lines_of, quickly, text_lines
from aop_rules.ledger.pen import conflict
from aop_rules.limits import HISTORY_BYTES_MAX, PROBLEMS_MAX
from aop_rules.source.plain import PlainData
from aop_rules.source.read import read, read_text, too_large
from aop_rules.source.tree import Document
from aop_rules.source.tree import Path as Steps
from aop_rules.source.validate import validate

_FRAME = ("event", "events", "expect")


Identity = tuple[str, str]
"""What makes an event itself: CloudEvents' source and id."""

Spot = int | Callable[[Steps], Place]
"""Where an event stands: its line, or what tells the place of each of its parts."""


@dataclass(frozen=True, slots=True)
class EventFile:
    """What a file of events holds: the events, and what an example expects of them (None where it says nothing)."""

    events: tuple[EventBase, ...]
    expect: Any = None
    file: str = "<input>"
    spots: Mapping[Identity, Spot] = field(default_factory=dict, repr=False, compare=False)
    """By source and id of an event: where it stands."""

    def place(self, event: EventBase, path: Steps = ()) -> Place:
        """Where a part of one of the events stands, as far as the file tells (of JSON Lines: the line)."""
        spot = self.spots.get(identity(event), 1)
        return Place(self.file, spot) if isinstance(spot, int) else spot(path)


def read_events(source: Path | str) -> tuple[EventBase, ...]:
    r"""The events in a file, or in a text (a str that starts with `{` or `[`, or holds a line end).

    The same event standing twice is read once. Raises EventError with every problem of every event; codes are those of
    `aop_rules.source` and `EVENT_UNKNOWN_KEY`, `EVENT_MISSING_KEY`, `EVENT_WRONG_TYPE`, `EVENT_WRONG_VALUE` and
    `EVENT_CONFLICT` (one id, two contents).

    >>> text = "kind: period_close\nevent_id: c5\neffective_date: 2026-06-05\nperiod: 2026-05"
    >>> [event.kind for event in read_events(text)]
    ['period_close']
    """
    return read_event_file(source).events


def read_event_file(source: Path | str) -> EventFile:
    """Like `read_events`, with what an example file expects."""
    if isinstance(source, str) and ("\n" in source or source.lstrip()[:1] in ("{", "[")):
        return events_from(source)
    if Path(source).suffix.lower() in LINES:
        return _from_lines(lines_of(Path(source)), str(source))
    return _from_document(read(source, error=EventError, recover=True))


def events_from(text: str | bytes, file: str = "<input>", format: str | None = None) -> EventFile:  # noqa: A002
    """The events in a text. `format` is `yaml`, `json`, `toml` or `jsonl`; without one the text tells."""
    if len(text) > HISTORY_BYTES_MAX:
        raise EventError([too_large(file, HISTORY_BYTES_MAX)])
    if format == "jsonl" or (format is None and text_lines(text)):
        return _from_lines(enumerate(_bytes(text).split(b"\n"), 1), file)
    return _from_document(read_text(text, file, format, error=EventError, recover=True))


def event_from(data: Mapping[str, Any]) -> EventBase:
    """One event (or CloudEvent) from plain Python data. Raises EventError; places are paths into the data.

    >>> event_from({"kind": "review_due", "event_id": "r5", "effective_date": "2026-06-05", "period": "2026-05"}).kind
    'review_due'
    """
    PlainData(data, "event").within_caps(EventError)
    content = unwrapped(data) if is_cloudevent(data) else data
    event, problems = validate(adapter(), PlainData(content, "event"), prefix="EVENT", error=EventError, shape=Event)
    if event is None:
        raise EventError(problems)
    found: EventBase = event
    return found


def identity(event: EventBase) -> Identity:
    return event.source, event.event_id


def same_content(one: EventBase, other: EventBase) -> bool:
    return one is other or canonical(one) == canonical(other)


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")


class _Collected:
    """Events by identity, and the problems met on the way."""

    def __init__(self, problems: tuple[Problem, ...] = ()) -> None:
        self.events: dict[Identity, EventBase] = {}
        self.spots: dict[Identity, Spot] = {}
        self.problems = list(problems)

    def add(self, event: EventBase, spot: Callable[[Steps], Place]) -> None:
        there = self.events.setdefault(identity(event), event)
        self.spots.setdefault(identity(event), spot)
        if not same_content(there, event):
            self.problems.append(conflict("event", event.event_id, spot(("event_id",))))

    def done(self, file: str, expect: Any = None) -> EventFile:
        if self.problems:
            raise EventError(self.problems[: PROBLEMS_MAX + 1])
        return EventFile(tuple(self.events.values()), expect, file, self.spots)


def _from_document(document: Document) -> EventFile:
    collected = _Collected(document.problems)
    for path in _event_paths(document, collected.problems):
        _take(document, path, collected)
    framed = isinstance(document.data, Mapping) and _is_framed(document.data)
    return collected.done(
        document.file, document.data.get("expect") if framed and isinstance(document.data, Mapping) else None
    )


def _from_lines(lines: Iterator[tuple[int, bytes]], file: str) -> EventFile:
    """One event a line: quickly where all is well, and once more with places where it is not."""
    collected = _Collected()
    for number, line in lines:
        if len(collected.problems) >= PROBLEMS_MAX:
            break
        if not line.strip():
            continue
        event = quickly(line)
        if event is not None and identity(event) not in collected.events:
            collected.events[identity(event)] = event
            collected.spots[identity(event)] = number
            continue
        try:
            document = read_text(line, file, "json", error=EventError, recover=True, line=number)
        except EventError as error:
            collected.problems.extend(error.problems)
        else:
            collected.problems.extend(document.problems)
            _take(document, (), collected)
    return collected.done(file)


def _is_framed(data: Mapping[str, Any]) -> bool:
    return not is_cloudevent(data) and "kind" not in data and ("event" in data or "events" in data)


def _event_paths(document: Document, problems: list[Problem]) -> Iterator[Steps]:
    """The paths at which events stand."""
    data = document.data
    if isinstance(data, list):
        yield from ((number,) for number in range(len(data)))
    elif isinstance(data, Mapping) and _is_framed(data):
        for key in data:
            if key not in _FRAME:
                hint = did_you_mean(key, _FRAME)
                problems.append(Problem(document.key_place((key,)), "EVENT_UNKNOWN_KEY", f"unknown key `{key}`", hint))
        if "event" in data:
            yield ("event",)
        many = data.get("events", [])
        if isinstance(many, list):
            yield from (("events", number) for number in range(len(many)))
        else:
            message, hint = "`events` is not a list", "write each event as an item, after a `- `"
            problems.append(Problem(document.place(("events",)), "EVENT_WRONG_TYPE", message, hint))
    else:
        yield ()


def _take(document: Document, path: Steps, collected: _Collected) -> None:
    data: Any = document.data
    for step in path:
        data = data[step]
    if is_cloudevent(data):
        located = Unwrapped(document, path, unwrapped(data))
        problems = _envelope(document, path, data)
        event, more = validate(adapter(), located, prefix="EVENT", error=EventError, shape=Event)
        spot: Callable[[Steps], Place] = located.place
    else:
        problems = []
        event, more = validate(adapter(), document, path, prefix="EVENT", error=EventError, shape=Event)
        spot = _below(document, path)
    collected.problems += problems
    collected.problems += [problem for problem in more if problem not in document.problems]
    if event is not None and not problems:
        collected.add(event, spot)


def _below(document: Document, base: Steps) -> Callable[[Steps], Place]:
    return lambda path: document.place((*base, *path))


def _envelope(document: Document, path: Steps, data: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with the envelope of a CloudEvent itself."""
    problems = []
    if data["specversion"] != "1.0":
        message = f"version `{data['specversion']}` of CloudEvents is not read"
        problems.append(Problem(document.place((*path, "specversion")), "EVENT_WRONG_VALUE", message, 'write `"1.0"`'))
    if "data" in data and not isinstance(data["data"], Mapping):
        message = "`data` is not a mapping of keys"
        problems.append(
            Problem(document.place((*path, "data")), "EVENT_WRONG_TYPE", message, "write the event's keys in it")
        )
    if "data_base64" in data:
        message = "`data_base64` is not read"
        problems.append(Problem(document.key_place((*path, "data_base64")), "EVENT_UNKNOWN_KEY", message, "use `data`"))
    return problems

"""CloudEvents 1.0, JSON in structured mode: the envelope around an event, put on and taken off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aop_rules.errors import Place
from aop_rules.events import EventBase, plain
from aop_rules.source.tree import Document, Path

TYPE = "org.aop-rules."
_NO_SOURCE = "/"  # CloudEvents wants a source; an event may have none
_NAMES = {"event_id": "id", "source": "source", "known_at": "time", "kind": "type"}
_COPIED = frozenset({"event_id", "known_at"})


def to_cloudevent(event: EventBase) -> dict[str, Any]:
    """The event as a CloudEvent, ready for `json.dumps`. Reading it back gives the same event.

    `id`, `source` and `time` are the event's `event_id`, `source` (`/` where it has none, as CloudEvents wants one) and
    `known_at`; `type` is `org.aop-rules.` and the kind; all else is `data`.

    >>> from aop_rules.events import parse_event
    >>> close = {"kind": "period_close", "event_id": "close-5", "effective_date": "2026-06-05", "period": "2026-05"}
    >>> to_cloudevent(parse_event(close))["type"]
    'org.aop-rules.period_close'
    """
    data = plain(event)
    kind = data.pop("kind")
    known = data.pop("known_at", None)
    source = data.get("source", "")
    if source != _NO_SOURCE:
        data.pop("source", None)
    envelope = {
        "specversion": "1.0",
        "id": data.pop("event_id"),
        "source": source or _NO_SOURCE,
        "type": TYPE + kind,
        "datacontenttype": "application/json",
        "data": data,
    }
    return envelope if known is None else {**envelope, "time": known}


def is_cloudevent(data: object) -> bool:
    return isinstance(data, Mapping) and "specversion" in data


def unwrapped(envelope: Mapping[str, Any]) -> dict[str, Any]:
    """The event's own data. The type's last dotted part is the kind; other attributes of the envelope are left."""
    inside = envelope.get("data")
    data = dict(inside) if isinstance(inside, Mapping) else {}
    if envelope.get("source") == _NO_SOURCE:
        data.setdefault("source", "")
    elif "source" in envelope:
        data["source"] = envelope["source"]
    if isinstance(envelope.get("type"), str):
        data["kind"] = envelope["type"].rpartition(".")[2]
    return data | {ours: envelope[theirs] for ours, theirs in _NAMES.items() if ours in _COPIED and theirs in envelope}


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """The event in an envelope, whose values still know where they stand in the file."""

    document: Document
    base: Path
    data: dict[str, Any]

    def place(self, path: Path = ()) -> Place:
        return self.document.place(self._inside(path))

    def key_place(self, path: Path = ()) -> Place:
        return self.document.key_place(self._inside(path))

    def _inside(self, path: Path) -> Path:
        if not path:
            return self.base
        name = _NAMES.get(str(path[0]))
        return (*self.base, name) if name else (*self.base, "data", *path)

"""A decision as a ledger keeps it: with what it saw, so that it can be made again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aop_rules.decision.decision import Decision
from aop_rules.events import EventBase, parse_event
from aop_rules.ledger.entry import Draft, Entry, canonical, damaged


@dataclass(frozen=True, slots=True)
class Kept:
    """One recorded decision."""

    sequence: int
    recorded_at: datetime
    said: Mapping[str, Any]
    """The decision, as `Decision.to_dict` gave it."""
    seen: int
    """The entries that it saw: those up to this one, of what was known by `as_of`."""
    given: Mapping[str, Any]
    follows: str
    """The decision on the same event before this one; empty for the first."""
    made_by: str
    """The version of the library."""
    rules: str = ""
    """Source of the entry that holds its rules."""

    @property
    def decision_id(self) -> str:
        return str(self.said["decision_id"])

    @property
    def as_of(self) -> datetime:
        return datetime.fromisoformat(self.said["as_of"])

    @property
    def event(self) -> EventBase:
        return parse_event(self.said["event"])

    @property
    def outcome(self) -> str:
        return str(self.said["outcome"])

    @property
    def plan_version(self) -> int:
        return int(self.said["plan"]["version"])

    @property
    def program_digest(self) -> str:
        return str(self.said["program_digest"])


def decision_draft(
    decision: Decision, *, seen: int, given: Mapping[str, Any], follows: str, made_by: str, rules: str = ""
) -> Draft:
    """The decision as something to keep."""
    body = {
        "decision": decision.to_dict(),
        "seen": seen,
        "given": dict(given),
        "follows": follows,
        "made_by": made_by,
        "rules": rules,
    }
    return Draft("decision", decision.decision_id, canonical(body), about(decision.event), decision.basis.as_of)


def about(event: EventBase) -> str:
    """What an entry names an event by: its source and id."""
    return json.dumps([event.source, event.event_id], ensure_ascii=False)


_BODY = {"decision": dict, "seen": int, "given": dict, "follows": str, "made_by": str}
_SAID = {"decision_id": str, "as_of": str, "event": dict, "outcome": str, "plan": dict, "program_digest": str}


def _has(data: object, parts: Mapping[str, type]) -> bool:
    return isinstance(data, dict) and all(isinstance(data.get(name), kind) for name, kind in parts.items())


def event_id_of(entry: Entry) -> str:
    """Of the event that a decision's entry is about."""
    return str(json.loads(entry.source)[1])


def kept_of(entry: Entry) -> Kept:
    """The decision in an entry. Raises LedgerError where somebody has changed it into what is none."""
    body = entry.data()
    if not (_has(body, _BODY) and _has(body["decision"], _SAID)):
        raise damaged(entry.sequence)
    return Kept(
        sequence=entry.sequence,
        recorded_at=entry.recorded_at,
        said=body["decision"],
        seen=body["seen"],
        given=body["given"],
        follows=body["follows"],
        made_by=body["made_by"],
        rules=str(body.get("rules", "")),
    )

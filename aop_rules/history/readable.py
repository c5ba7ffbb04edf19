"""Whether an entry can still be read: what an erased name must leave behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from aop_rules.events import parse_event
from aop_rules.history.answers import answer_of, came_of
from aop_rules.history.given import given_of
from aop_rules.history.kept import kept_of
from aop_rules.history.snapshot import attributes_of, plan_of, rulesets_of
from aop_rules.ledger.entry import Entry
from aop_rules.ledger.ledger import event_of
from aop_rules.plan.amendment import amendment_from


def read_back(entry: Entry) -> None:
    """Raises an error of the library, LookupError, TypeError or ValueError where what reads such entries cannot."""
    reader = _READERS.get(entry.kind)
    if reader is not None:
        reader(entry)


def _rules(entry: Entry) -> None:
    rulesets_of(entry)
    attributes_of(entry)


def _decision(entry: Entry) -> None:
    kept = kept_of(entry)
    parse_event(kept.said["event"])
    datetime.fromisoformat(kept.said["as_of"])
    given_of(kept.given)


def _answer(entry: Entry) -> None:
    answer = answer_of(entry)
    if answer.until:
        date.fromisoformat(answer.until)


_READERS: Mapping[str, Callable[[Entry], object]] = {
    "amendment": lambda entry: amendment_from(entry.data()),
    "answer": _answer,
    "decision": _decision,
    "event": event_of,
    "outcome": lambda entry: date.fromisoformat(came_of(entry).on),
    "plan": plan_of,
    "rules": _rules,
}

"""What people said of alerts, and what was told to whom, as a ledger keeps it: acknowledgements, silences, notifications."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Literal, get_args

from aop_rules.errors import AlertError, Place, Problem
from aop_rules.ledger.entry import Draft, Entry, canonical, damaged, saying

KINDS = ("acknowledgement", "notification", "notified", "silence")
"""The entries that speak of alerts."""
Change = Literal["firing", "pending", "resolved"]
"""What is worth telling: it fires, it is pending again after it fired, or that is over."""
Why = Literal["change", "repeat", "escalation"]
"""Why it is told: it changed, it still fires, or it still fires and nobody has acknowledged it."""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Somebody knows of an alert and sees to it. It holds while the alert lasts over the period in which that was said."""

    alert: str
    by: str
    on: str
    """ISO date on which it was said."""
    period: str
    """The last closed period then."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Silence:
    """Nobody is told of an alert from a day until another, with the reason. The alert goes on all the same."""

    alert: str
    by: str
    reason: str
    on: str
    """ISO date on which it was said, and from which it holds."""
    until: str
    """ISO date: the last day on which it holds."""

    def holds(self, day: date) -> bool:
        return self.on <= day.isoformat() <= self.until


@dataclass(frozen=True, slots=True)
class Told:
    """What a sink is told: kept before it is delivered, and once more when the sink has taken it."""

    alert: str
    period: str
    change: Change
    times: int = 0
    """How often the same had been told before: figures were corrected to and fro."""
    corrected: bool = False
    """Whether it takes back what was told before."""
    why: Why = "change"
    to: str = ""
    """For an escalation: who is told."""
    batch: str = ""
    """The key of all that is told together with it; empty where it is told alone."""

    @property
    def key(self) -> str:
        """The same for the same notification, however often it is delivered."""
        parts = [self.alert, self.period, self.change, str(self.times), *([] if self.why == "change" else [self.why])]
        return sha256("\n".join(parts).encode()).hexdigest()[:32]

    def body(self) -> str:
        """As a ledger keeps it: the same as ever for what is told as ever."""
        more = {"why": "change", "to": "", "batch": ""}
        return canonical({key: value for key, value in asdict(self).items() if more.get(key) != value})


@dataclass(frozen=True, slots=True)
class Said:
    """All that entries say of alerts, by alert, in the order in which it was said."""

    acknowledgements: Mapping[str, tuple[Acknowledgement, ...]] = field(default_factory=dict)
    silences: Mapping[str, tuple[Silence, ...]] = field(default_factory=dict)
    told: Mapping[tuple[str, str], tuple[Told, ...]] = field(default_factory=dict)
    """By sink and alert: what was to be delivered, whether it was taken or not."""
    taken: Mapping[tuple[str, str], datetime] = field(default_factory=dict)
    """By sink and key of what was taken: as of which moment."""
    told_by: Mapping[str, datetime] = field(default_factory=dict)
    """By sink: as of which moment it was last told something."""

    def silence(self, alert: str, day: date) -> Silence | None:
        """The last one said by a day, where it holds on it: a later one ends or extends the one before."""
        said = [each for each in self.silences.get(alert, ()) if each.on <= day.isoformat()]
        return said[-1] if said and said[-1].holds(day) else None


def said_of(entries: Iterable[Entry]) -> Said:
    """What entries say of alerts; other entries say nothing. Raises LedgerError where one was changed by hand."""
    known: defaultdict[str, list[Acknowledgement]] = defaultdict(list)
    quiet: defaultdict[str, list[Silence]] = defaultdict(list)
    told: defaultdict[tuple[str, str], list[Told]] = defaultdict(list)
    taken: dict[tuple[str, str], datetime] = {}
    latest: dict[str, datetime] = {}
    for entry in entries:
        if entry.kind == "acknowledgement":
            known[entry.source].append(_read(Acknowledgement, entry))
        elif entry.kind == "silence":
            quiet[entry.source].append(_read(Silence, entry))
        elif entry.kind == "notified":
            taken.setdefault((entry.source, entry.id), entry.known_at or entry.recorded_at)
        elif entry.kind == "notification":
            one = _read(Told, entry)
            told[entry.source, one.alert].append(one)
            if entry.known_at is not None:
                latest[entry.source] = max(latest.get(entry.source, entry.known_at), entry.known_at)
    return Said(
        {alert: tuple(sorted(each, key=lambda said: said.on)) for alert, each in known.items()},
        {alert: tuple(sorted(each, key=lambda said: said.on)) for alert, each in quiet.items()},
        {key: tuple(each) for key, each in told.items()},
        taken,
        latest,
    )


def _read(kind: type[Any], entry: Entry) -> Any:
    data = entry.data()
    try:
        said = kind(**data)
        for day in {"on", "until"} & data.keys():
            date.fromisoformat(data[day])
    except (TypeError, ValueError):
        raise damaged(entry.sequence) from None
    if isinstance(said, Told) and (said.change not in get_args(Change) or said.why not in get_args(Why)):
        raise damaged(entry.sequence)
    return said


def said_draft(said: Acknowledgement | Silence, before: Sequence[Entry] = ()) -> Draft:
    """What somebody said, as something to keep, after what was said `before` of the alert."""
    return saying(kind_of(said), said.alert, canonical(asdict(said)), before)


def kind_of(said: Acknowledgement | Silence) -> str:
    return "silence" if isinstance(said, Silence) else "acknowledgement"


def told_draft(told: Told, sink: str, as_of: datetime, *, taken: bool) -> Draft:
    """That a sink is to be told something, or that it has taken it."""
    return Draft("notified" if taken else "notification", told.key, told.body(), sink, as_of)


def acknowledged(alert: str, active: bool, *, by: str, on: date, period: str, reason: str = "") -> Acknowledgement:
    """Raises AlertError with everything that stands against it."""
    problems = _who(by)
    if not active:
        problems.append(
            _problem("ALERT_NOT_ACTIVE", f"alert `{alert}` is not active", "`aop alerts` lists those that are")
        )
    _raise(problems)
    return Acknowledgement(alert, by, on.isoformat(), period, reason)


def silenced(alert: str, *, by: str, reason: str, on: date, until: date) -> Silence:
    """Raises AlertError with everything that stands against it: a silence has a reason, and it ends."""
    problems = _who(by)
    if not reason.strip():
        problems.append(_problem("ALERT_REASON", "a silence needs a reason", "say why: it stands beside the alert"))
    if until < on:
        message = f"{until.isoformat()} is before the silence begins ({on.isoformat()})"
        problems.append(_problem("ALERT_EXPIRY", message, "say until when it holds: a silence ends"))
    _raise(problems)
    return Silence(alert, by, reason, on.isoformat(), until.isoformat())


def unknown(named: str, hint: str = "`aop alerts` lists them") -> AlertError:
    """The error of an alert that does not exist."""
    return AlertError([_problem("ALERT_UNKNOWN", f"there is no alert `{named}`", hint)])


def _who(by: str) -> list[Problem]:
    return [] if by.strip() else [_problem("ALERT_WHO", "nobody is named", "say who it is")]


def _problem(code: str, message: str, hint: str) -> Problem:
    return Problem(Place("<alerts>"), code, message, hint)


def _raise(problems: list[Problem]) -> None:
    if problems:
        raise AlertError(problems)

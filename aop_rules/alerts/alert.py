"""One alert as people and machines read it: where it stands, on which figures, why it is quiet, who knows of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any

from aop_rules.alerts.lifecycle import State, Step
from aop_rules.alerts.said import Acknowledgement, Change, Silence
from aop_rules.alerts.watch import Kind
from aop_rules.exact.number import Exact, number_text
from aop_rules.plan.notifications import Notifications
from aop_rules.plan.values import Words
from aop_rules.position.model import Missing


@dataclass(frozen=True, slots=True)
class Changed:
    """A change of an alert that is worth telling."""

    period: str
    change: Change
    sentence: Words
    """What was the matter then."""
    closed: date = date.min
    """The day on which the period is closed by the plan; the first of all days where it is no period."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert as of a moment."""

    id: str
    """Its fingerprint: of plan, rule and labels."""
    plan: str
    rule: str
    """The clause of the plan that it watches, as in `plan.kpis.marketing_ratio.breach`."""
    labels: tuple[tuple[str, str], ...]
    kind: Kind
    name: Words
    state: State
    known: bool
    """Whether the last period could be judged. Where not, the state is the one before."""
    as_of: datetime
    period: str
    """The last closed period."""
    since: str
    """The period in which it began; empty where nothing goes on."""
    fired: str
    """The period in which it first fired; empty before."""
    run: int
    """Periods that it has lasted."""
    kpi: str
    line: str
    goals: tuple[str, ...]
    """Goals that its KPI or budget line serves, in the order of their priority."""
    owner: str
    unit: str
    periods: str
    """What the value stands for."""
    value: Exact | None
    """In its unit; money in whole currency units of the plan."""
    limit: Exact | None
    """What it is held against: the threshold, floor or budget, in the same unit."""
    missing: tuple[Missing, ...]
    sentence: Words
    """What is the matter, with figures, unit and period."""
    muted_by: tuple[str, ...] = ()
    """Ids of the alerts on its causes: while these last, nobody is told of this one."""
    silence: Silence | None = None
    acknowledgement: Acknowledgement | None = None
    steps: tuple[Step, ...] = field(default=(), repr=False)
    """Where it stood after each closed period."""
    changes: tuple[Changed, ...] = field(default=(), repr=False)
    """What somebody is to be told of it over the year, in order; what a cause muted is left out."""
    gone: bool = False
    """Whether the plan watches it no more."""
    policy: Notifications = field(default=Notifications(), repr=False)
    """How the plan says that it is told."""

    @property
    def active(self) -> bool:
        """Whether something is the matter: pending, firing or recovering."""
        return self.state in ("pending", "firing", "recovering")

    @property
    def group(self) -> tuple[str, str]:
        """With which others it belongs: the first goal that it serves, and its owner."""
        return (self.goals[0] if self.goals else "", self.owner)

    def to_dict(self) -> dict[str, Any]:
        """The alert as plain data that JSON can hold. New keys may come."""
        silence, known = self.silence, self.acknowledgement
        return {
            "id": self.id,
            "plan": self.plan,
            "rule": self.rule,
            "labels": dict(self.labels),
            "kind": self.kind,
            "name": {"en": self.name.en, "vi": self.name.vi},
            "state": self.state,
            "known": self.known,
            "as_of": self.as_of.isoformat(),
            "period": self.period,
            "since": self.since or None,
            "fired": self.fired or None,
            "run": self.run,
            "kpi": self.kpi or None,
            "line": self.line or None,
            "goals": list(self.goals),
            "owner": self.owner,
            "unit": self.unit,
            "periods": self.periods,
            "value": None if self.value is None else number_text(self.value),
            "limit": None if self.limit is None else number_text(self.limit),
            "missing": sorted({each.reason for each in self.missing}),
            "sentence": {"en": self.sentence.en, "vi": self.sentence.vi},
            "muted_by": list(self.muted_by),
            "silenced": {"by": silence.by, "reason": silence.reason, "until": silence.until} if silence else None,
            "acknowledged": {"by": known.by, "on": known.on, "reason": known.reason} if known else None,
        }


def grouped(alerts: Iterable[Alert]) -> tuple[tuple[tuple[str, str], tuple[Alert, ...]], ...]:
    """Alerts by goal and owner, in the order of the alerts."""
    found = tuple(alerts)
    first = {each.group: n for n, each in reversed(list(enumerate(found)))}
    ordered = sorted(found, key=lambda each: first[each.group])
    return tuple((group, tuple(those)) for group, those in groupby(ordered, key=lambda each: each.group))

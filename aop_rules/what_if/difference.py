"""What differs between two worlds, as frozen values: landings, goals, budget lines, alerts, decisions, each before and after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from aop_rules.alerts.alert import Alert
from aop_rules.decision.decision import Decision
from aop_rules.exact.number import Exact
from aop_rules.plan.values import Words
from aop_rules.position.model import KpiPosition, LinePosition, Position
from aop_rules.what_if.standing import Standing

T = TypeVar("T")
METHODS = ("naive", "seasonal", "shrunk", "own")
HORIZONS = ("period", "to_date", "year")


@dataclass(frozen=True, slots=True)
class BeforeAfter(Generic[T]):
    """One thing without and with what was laid on top."""

    before: T
    after: T

    @property
    def differs(self) -> bool:
        return self.before != self.after


Figures = BeforeAfter[Exact | None]
"""None: unknown, or not there."""


@dataclass(frozen=True, slots=True)
class KpiDifference:
    """One KPI, in its unit."""

    kpi: str
    name: Words
    unit: str
    value: Figures
    """On its own basis, at the last closed period."""
    target: Figures
    """Of the year."""
    landings: Mapping[str, Figures]
    """By method: `naive`, `seasonal`, `shrunk`, `own`."""


@dataclass(frozen=True, slots=True)
class GoalDifference:
    """How far one goal has come."""

    goal: str
    name: Words
    score: Figures
    course: BeforeAfter[str]
    """`on_course`, `at_risk`, `broken`, `unknown`; empty where the plan has no such goal."""


@dataclass(frozen=True, slots=True)
class LineDifference:
    """What is available on one budget line in the current period (before the year its first, after it its last)."""

    line: str
    name: Words
    available: Mapping[str, Figures]
    """By horizon (`period`, `to_date`, `year`), in whole units of the plan's currency."""


@dataclass(frozen=True, slots=True)
class AlertDifference:
    """One alert whose state is another one."""

    rule: str
    labels: tuple[tuple[str, str], ...]
    name: Words
    state: BeforeAfter[str]
    """`ok` where the plan does not know the alert."""
    sentence: BeforeAfter[Words | None]

    @property
    def change(self) -> str:
        """`new`, `gone` or `changed`."""
        if self.state.before == "ok":
            return "new"
        return "gone" if self.state.after == "ok" else "changed"


@dataclass(frozen=True, slots=True)
class DecisionDifference:
    """One event decided twice."""

    event_id: str
    title: str
    decision: BeforeAfter[Decision | None]
    """None where the event does not fit the plan."""
    why: tuple[str, ...] = ()
    """What the plan does not know of the event."""

    @property
    def outcome(self) -> BeforeAfter[str]:
        """Empty where the event does not fit the plan."""
        was, now = self.decision.before, self.decision.after
        return BeforeAfter(was.outcome.value if was else "", now.outcome.value if now else "")

    @property
    def fit(self) -> Figures:
        was, now = self.decision.before, self.decision.after
        return BeforeAfter(was.fit if was else None, now.fit if now else None)

    @property
    def hard(self) -> BeforeAfter[bool]:
        """Whether no approval lifts it."""
        was, now = self.decision.before, self.decision.after
        return BeforeAfter(was is not None and was.hard, now is not None and now.hard)

    @property
    def no_longer(self) -> tuple[str, ...]:
        """Rules that decide now, and would not then."""
        return tuple(sorted(_deciding(self.decision.before) - _deciding(self.decision.after)))

    @property
    def newly(self) -> tuple[str, ...]:
        """Rules that would decide then, and do not now."""
        return tuple(sorted(_deciding(self.decision.after) - _deciding(self.decision.before)))

    @property
    def differs(self) -> bool:
        """Whether another outcome comes out, by other rules, with another part that fits, or (no longer) open to approval."""
        return self.outcome.differs or self.fit.differs or self.hard.differs or bool(self.no_longer or self.newly)


def _deciding(decision: Decision | None) -> frozenset[str]:
    return frozenset(each.rule for each in decision.deciding) if decision else frozenset()


def _both(base: Mapping[str, T], then: Mapping[str, T]) -> Iterable[tuple[str, T | None, T | None]]:
    """Entries of either, in the order of the first, then of the second."""
    return ((key, base.get(key), then.get(key)) for key in dict.fromkeys((*base, *then)))


def kpis(base: Standing, then: Standing, as_of: datetime) -> tuple[KpiDifference, ...]:
    """Every KPI of either plan."""
    was, now = base.position(as_of).kpis, then.position(as_of).kpis
    return tuple(_kpi(base, then, *each) for each in _both(was, now))


def _kpi(base: Standing, then: Standing, kpi: str, was: KpiPosition | None, now: KpiPosition | None) -> KpiDifference:
    of = (then if now else base).world.plan.kpis[kpi]
    landings = {
        method: BeforeAfter(_landing(was, method), _landing(now, method))
        for method in METHODS
        if any(each and each.landings and method in each.landings.by_method() for each in (was, now))
    }
    return KpiDifference(
        kpi,
        of.name,
        of.unit,
        BeforeAfter(was.value.value if was else None, now.value.value if now else None),
        BeforeAfter(was.year_target.value if was else None, now.year_target.value if now else None),
        landings,
    )


def _landing(at: KpiPosition | None, method: str) -> Exact | None:
    found = at.landings.by_method().get(method) if at and at.landings else None
    return found.landing.value if found else None


def goals(base: Standing, then: Standing, as_of: datetime) -> tuple[GoalDifference, ...]:
    """Every goal of either plan."""
    found = []
    for goal, was, now in _both(base.position(as_of).goals, then.position(as_of).goals):
        name = (then if now else base).world.plan.goals[goal].name
        score = BeforeAfter(was.score if was else None, now.score if now else None)
        course: BeforeAfter[str] = BeforeAfter(was.course if was else "", now.course if now else "")
        found.append(GoalDifference(goal, name, score, course))
    return tuple(found)


def lines(base: Standing, then: Standing, as_of: datetime) -> tuple[LineDifference, ...]:
    """Every budget line of either plan."""
    was, now = base.position(as_of), then.position(as_of)
    found = []
    for line, _, there in _both(was.lines, now.lines):
        one, other = _available(was, line), _available(now, line)
        name = (then if there else base).world.plan.budget.lines[line].name
        available = {each: BeforeAfter(one.get(each), other.get(each)) for each in HORIZONS}
        found.append(LineDifference(line, name, available))
    return tuple(found)


def _available(at: Position, line: str) -> Mapping[str, Exact | None]:
    there: LinePosition | None = at.budget(line) if line in at.lines else None
    return {each.name: each.available if each.complete else None for each in there.horizons} if there else {}


def alert_differences(base: Standing, then: Standing, as_of: datetime) -> tuple[AlertDifference, ...]:
    """The alerts whose state is another one: in the order of those now, then of those then."""
    was, now = ({(each.rule, each.labels): each for each in at.alerts(as_of)} for at in (base, then))
    found = []
    for rule, labels in dict.fromkeys((*was, *now)):
        one, other = was.get((rule, labels)), now.get((rule, labels))
        state = BeforeAfter(_state(one), _state(other))
        if state.differs:
            sentences = BeforeAfter(one.sentence if one else None, other.sentence if other else None)
            found.append(AlertDifference(rule, labels, _named(other or one), state, sentences))
    return tuple(found)


def _state(alert: Alert | None) -> str:
    return alert.state if alert else "ok"


def _named(alert: Alert | None) -> Words:
    assert alert is not None  # it is in one of the two
    return alert.name

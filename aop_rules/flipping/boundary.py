"""The nearest value of a field at which the answer is better.

A rule holds, as its field grows, on one stretch of it: from a mark on, up to a mark, or between two. So what stands in the
way at both ends of a stretch stands in the way on all of it, and the search goes on only where that changes. It ends at
neighbouring values, one that helps and one that does not. Looking at a few stations besides finds what a rule of another
kind (`x == 5`) would hide between them, if it is wide enough.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from aop_rules.decision.decision import Decision
from aop_rules.decision.outcome import Outcome, calls_for, ladder
from aop_rules.errors import InputError
from aop_rules.events import EventBase
from aop_rules.flipping.fields import Value, Way
from aop_rules.rules.effect import Effect
from aop_rules.rules.standard import REQUESTS

Deciding = Callable[[EventBase], Decision]
STATIONS = (10, 7, 4, 2, 1)
"""Halvings of a way at which it is looked at before anything is inferred."""
_REFUSED = frozenset({("refused", "", "")})


@dataclass(frozen=True, slots=True)
class Point:
    """What would be decided at one value. `outcome` is None where no such event can be."""

    outcome: Outcome | None
    better: bool
    in_the_way: frozenset[tuple[str, str, str]]
    """Rule, kind and id of what calls for an outcome that is no better than now."""


@dataclass(slots=True)
class Judge:
    """Decides on variants of one event, each once."""

    deciding: Deciding
    event: EventBase
    decision: Decision = field(init=False)
    rungs: tuple[Outcome, ...] = field(init=False)
    level: int = field(init=False)
    decided: int = 0
    _known: dict[EventBase, Point] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.decision = self.deciding(self.event)
        self.rungs = ladder(self.event.kind in REQUESTS)
        self.level = self.rungs.index(self.decision.outcome)
        self._known[self.event] = self._point(self.decision)

    def at(self, event: EventBase) -> Point:
        """What would be decided on a variant."""
        known = self._known.get(event)
        if known is None:
            self.decided += 1
            try:
                known = self._point(self.deciding(event))
            except InputError:  # such an event cannot be: an end before its start, a figure that is known otherwise
                known = Point(None, False, _REFUSED)
            self._known[event] = known
        return known

    def _point(self, decision: Decision) -> Point:
        asks = decision.event.kind in REQUESTS
        supported = any(f.effect is Effect.SUPPORT and f.holds for f in decision.findings)
        in_the_way = frozenset(
            (f.rule, f.kind, f.subject)
            for f in decision.findings
            if not (supported and f.effect is Effect.SUPPORT)
            and (called := calls_for(f, asks)) is not None
            and self.rungs.index(called) >= self.level
        )
        return Point(decision.outcome, self.rungs.index(decision.outcome) < self.level, in_the_way)


def nearest(
    judge: Judge,
    way: Way,
    put: Callable[[Value], EventBase],
    start: EventBase | None = None,
    halvings: Sequence[int] = STATIONS,
) -> int | None:
    """The first place along a way at which the answer is better; None where there is none. `start` is not better."""

    def at(place: int) -> Point:
        return judge.at((start or judge.event) if place < 0 else put(way.at(place)))

    def within(near: int, far: int) -> int | None:
        """The first better place after `near`, which is not better, up to `far`."""
        here, there = at(near), at(far)
        if far - near <= 1:
            return far if there.better else None
        if not there.better and (here.in_the_way & there.in_the_way or here.in_the_way == there.in_the_way):
            return None
        middle = (near + far) // 2
        found = within(near, middle)
        return within(middle, far) if found is None else found

    before = -1
    for station in _stations(way, halvings):
        found = within(before, station)
        if found is not None:
            return found
        before = station
    return None


def _stations(way: Way, halvings: Sequence[int]) -> list[int]:
    last = len(way) - 1
    return sorted({*way.stations, *((len(way) >> n) - 1 for n in halvings), last} - {-1}) if len(way) else []

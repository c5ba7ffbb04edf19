"""The states of one alert over closed periods: a fold over what each period showed, and over nothing else.

The meaning is that of Prometheus, with closed periods for time. What is past its threshold is pending, and fires once it
has been so for `needed` periods in a row. A pending alert that clears vanishes. A firing one clears past the recovery line
only, keeps firing (`recovering`) for `keep` periods, and is then resolved. A period that nobody can judge leaves all as
it was; where figures stay away for too long (stale), it shows `no_data` until there is one again, and then goes on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Literal

State = Literal[
    "ok",
    "pending",     # past its threshold, not long enough yet
    "firing",
    "recovering",  # past the recovery line, and still watched
    "resolved",    # in the period in which it was over
    "no_data",     # nothing was wrong, and the period is not known; or nothing is known any more
    "error",       # nothing was wrong, and the period could not be judged
]  # fmt: skip
ACTIVE: tuple[State, ...] = ("pending", "firing", "recovering")

Result = Literal[
    "breached",
    "between",    # not past the threshold, and not past the recovery line
    "recovered",
    "unknown",    # there is no figure
    "stale",      # there has been none for so long that what was known before counts no more
    "error",      # there are figures, and they cannot be judged
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Terms:
    """By what an alert goes in one period: what the version of the plan says that was in force in it."""

    needed: int = 1
    """Periods in a row past the threshold until it fires, from 1: a KPI's `for`."""
    keep: int = 0
    """Periods past the recovery line in which it still fires: a KPI's `keep`."""
    thresholds: str = ""
    """The thresholds as text. Where they change, periods are counted anew: the alert is pending again."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What one closed period showed."""

    period: str
    result: Result
    terms: Terms = Terms()


@dataclass(frozen=True, slots=True)
class Step:
    """Where the alert stands after one period."""

    period: str = ""
    state: State = "ok"
    known: Literal["known", "unknown", "error"] = "known"
    """Whether the period could be judged. Where not, the state is the one before."""
    since: str = ""
    """The period in which what goes on now began; empty where nothing does."""
    fired: str = ""
    """The period in which it first fired; empty before."""
    run: int = 0
    """Periods that it has lasted, those that nobody could judge left out."""
    calm: int = 0
    """Periods past the recovery line, up to this one."""
    thresholds: str = ""
    held: State = "ok"
    """What goes on beneath `no_data` while figures are stale: the first one that comes finds it as it was."""

    @property
    def active(self) -> bool:
        return self.state in ACTIVE


def followed(series: Iterable[Judged]) -> tuple[Step, ...]:
    """Where the alert stands after each period. The same periods give the same steps.

    >>> months = ["recovered", "breached", "breached", "between", "recovered", "recovered"]
    >>> series = [Judged(f"2026-0{n}", result, Terms(2, 1)) for n, result in enumerate(months, 1)]
    >>> [step.state for step in followed(series)]
    ['ok', 'pending', 'firing', 'firing', 'recovering', 'resolved']
    """
    return tuple(accumulate(series, _then, initial=Step()))[1:]


def _then(before: Step, seen: Judged) -> Step:
    if seen.result in ("unknown", "stale", "error"):
        return _unjudged(before, seen)
    if before.held != "ok":
        before = replace(before, state=before.held, held="ok")
    run = before.run if before.active and before.thresholds == seen.terms.thresholds else 0
    now = replace(before, period=seen.period, known="known", run=run, thresholds=seen.terms.thresholds)
    if before.state in ("firing", "recovering"):
        return _cleared(now, seen) if seen.result == "recovered" else _lasting(now, seen)
    return _lasting(now, seen) if seen.result == "breached" else Step(seen.period)


def _unjudged(before: Step, seen: Judged) -> Step:
    if before.active or before.held != "ok":
        now = replace(before, period=seen.period, known="error" if seen.result == "error" else "unknown")
        return replace(now, state="no_data", held=before.state) if before.active and seen.result == "stale" else now
    if seen.result == "error":
        return Step(seen.period, "error", "error")
    return Step(seen.period, "no_data", "unknown")


def _lasting(now: Step, seen: Judged) -> Step:
    """One more period of it; pending where it has not lasted long enough by the terms of this period."""
    run = now.run + 1
    since = seen.period if run == 1 else now.since
    if run < seen.terms.needed:
        return replace(now, state="pending", since=since, fired="", run=run, calm=0)
    return replace(now, state="firing", since=since, fired=now.fired or seen.period, run=run, calm=0)


def _cleared(now: Step, seen: Judged) -> Step:
    calm = now.calm + 1
    if calm > seen.terms.keep:
        return replace(now, state="resolved", calm=calm)
    return replace(now, state="recovering", calm=calm)

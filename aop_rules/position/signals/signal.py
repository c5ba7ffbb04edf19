"""The verdict on a KPI as values: three tests that do not know of each other, each with its figures, and a reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from aop_rules.exact.number import Exact
from aop_rules.plan.values import Words
from aop_rules.position.signals.chart import Limits
from aop_rules.position.signals.points import Point
from aop_rules.position.signals.run_rules import Firing

Verdict = Literal["noise", "emerging", "signal", "structural"]
"""Normal variation, or too small to matter; something that is not yet told from it; a signal; one that lasts."""
NoLimits = Literal["few_points", "no_variation", "no_target", "no_reading", "no_rules"]
"""Why there is no statistical test: too little history, a baseline that never moved, no plan by period, no reading of the
last closed period, no rules in the plan."""


@dataclass(frozen=True, slots=True)
class Persistence:
    """First test: for how long the KPI has been past its breach threshold, at closed periods."""

    breached: bool | None
    """Whether it is past it after the last closed period; None where that is unknown."""
    run: int | None
    """Closed periods in a row, up to the last one."""
    needed: int
    """So many of them last: the KPI's `for`."""
    lasting: bool | None
    holding: bool
    """Whether a breach that lasted is not over: the KPI has not been past `recover` for more than `keep` periods since."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """Second test: whether the last closed period stands out of normal variation."""

    of_plan: bool
    """Whether the points are shares of the plan (flows and stocks: actual over planned, which takes the seasons out), or
    the KPI's own values (ratios)."""
    points: tuple[Point, ...]
    """One for each closed period of the year; None where it is unknown."""
    limits: Limits | None
    """Of the baseline: last year's, or the first eight points of this one; frozen."""
    rules: tuple[str, ...]
    """The rules that were asked."""
    firings: tuple[Firing, ...]
    """Where they fired in the year, by point."""
    adverse: tuple[str, ...]
    """Those that fired at the last point, to the side that is bad for the KPI (or on no side)."""
    lacking: NoLimits | None = None
    have: int = 0
    """Known points of history."""
    need: int = 0
    low: Exact | None = None
    """The limits for the last closed period, in the KPI's own unit."""
    high: Exact | None = None


@dataclass(frozen=True, slots=True)
class Materiality:
    """Third test: whether the miss of the last closed period matters. Distances are positive where they are bad."""

    miss: Exact | None
    """The last closed period less its target, in the KPI's unit."""
    amount: Exact | None
    """What that comes to: the same, and for a ratio times its denominator, in the unit of its numerator."""
    share: Exact | None
    """Of the target; None where that is 0."""
    landing: Exact | None
    """By this share of the year's target the landing misses it."""
    stated: bool
    """Whether the plan says from where on it matters."""
    material: bool
    """False only where a bound of the plan is known not to be reached."""


@dataclass(frozen=True, slots=True)
class Signal:
    """Whether what a KPI shows is a signal or noise. It says that something changed, never what caused it."""

    verdict: Verdict | None
    """None where the KPI's value is unknown."""
    persistence: Persistence
    statistics: Statistics
    materiality: Materiality
    reason: Words

"""Where the year may end, by four methods side by side, each with its range; and what the rest of the year has to bring.

| method | landing of a flow | says |
|---|---|---|
| naive | YTD · n / t | every period is like the average one so far: panics before a season, cheers after it |
| seasonal | YTD / W(t) | the rest goes as the year so far, by the plan's seasons |
| shrunk | YTD + (Plan − P) · (YTD + m) / (P + m) | as seasonal, but a few periods do not outweigh the plan yet |
| own | the last `forecast` event | what the owner expects, and why |

P is what was planned for the t closed periods, Plan for the year, and m = Plan / 6: two average months of a plan count as if
they had come in as planned. A ratio lands on landing over landing, by each method; a stock stays where it is, and so does a
rate on its own basis; a yes or no has no landing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aop_rules.position.model import Figure


@dataclass(frozen=True, slots=True)
class LandingForecast:
    """The year's end by one method."""

    landing: Figure
    low: Figure | None
    """If every open period goes like the worst closed one, as the method sees it (its actual over its plan, for naive its
    actual). Unknown (`few_periods`) with fewer closed periods than the KPI's `min_periods`; None where the method has none."""
    high: Figure | None
    """The same with the best (the highest)."""


@dataclass(frozen=True, slots=True)
class Landings:
    """The four methods, and the way that is left. Figures are in the KPI's unit."""

    naive: LandingForecast
    seasonal: LandingForecast
    """Its landing is `KpiPosition.landing`."""
    shrunk: LandingForecast
    own: LandingForecast | None
    """None where nobody forecast it."""
    required: Figure | None
    """What the open periods together have to bring to end on target; of a ratio, what it has to be in them if its denominator
    goes as planned. None for a stock or rate, and when no period is open."""
    planned_rest: Figure | None
    """What the plan has for the open periods."""
    required_pace: Figure | None
    """`required / planned_rest - 1`: by how much the rest has to do better than planned."""

    confidence: int | None = None
    """How sure the owner is of ending on target, from 1 to 10, as the last forecast said. It enters no figure."""

    def by_method(self) -> Mapping[str, LandingForecast]:
        """`naive`, `seasonal`, `shrunk`, and `own` where there is one, in this order."""
        named = {"naive": self.naive, "seasonal": self.seasonal, "shrunk": self.shrunk}
        return named if self.own is None else {**named, "own": self.own}

"""Signal or noise: the three tests of a KPI put together. Nothing here knows, or says, why something changed.

| verdict | where | asks for |
|---|---|---|
| structural | it lasts, it matters, and it stands out (or has lasted twice as long as it takes to act) | adjusting |
| signal | it lasts and it matters; or it is past its threshold, stands out and matters, and has not lasted yet | adjusting; looking into it |
| emerging | past its threshold with no limits to say what is normal; or it stands out within its threshold; or it lasts without mattering | watching |
| noise | nothing of these: within normal variation, or too small to matter | keeping course |

What lasts is never called noise: a figure that is normal and past its threshold at once is a plan that is not met. Limits that
do not wait (floors and ceilings of goals, minimum cash) are not asked here: the rules of `floors` hold whatever the verdict is.
"""

from __future__ import annotations

from aop_rules.plan.kpis import Kpi
from aop_rules.position.model import Figure, KpiPosition
from aop_rules.position.signals.reason import reason
from aop_rules.position.signals.relative import series_of
from aop_rules.position.signals.signal import Materiality, Persistence, Signal, Statistics, Verdict
from aop_rules.position.signals.three_tests import materiality, persistence, statistics
from aop_rules.position.targets import Targets


def signal_of(currency: str, kpi: Kpi, at: KpiPosition, targets: Targets, below: Figure | None) -> Signal:
    """The verdict on one KPI after its last closed period; `below` is the denominator of a ratio in that period."""
    last = at.readings[-1] if at.readings else None
    how_long = persistence(kpi, at.readings, at.breach_run, at.persistent)
    stands = statistics(kpi, series_of(kpi, at.readings, targets), at.last_target.value)
    matters = materiality(kpi, last, below, at.landing, at.year_target)
    said = None if at.value.value is None else verdict(how_long, stands, matters)
    return Signal(said, how_long, stands, matters, reason(currency, kpi, last, said, how_long, stands, matters))


def verdict(how_long: Persistence, stands: Statistics, matters: Materiality) -> Verdict:
    """The table above. A breach or a run that is unknown counts for none: it is asked for by other rules."""
    out = bool(stands.adverse)
    if how_long.lasting:
        if not matters.material:
            return "emerging"
        return "structural" if out or (how_long.run or 0) >= 2 * how_long.needed else "signal"
    if not matters.material:
        return "noise"
    if how_long.breached:
        return "emerging" if stands.limits is None else "signal" if out else "noise"
    return "emerging" if out else "noise"

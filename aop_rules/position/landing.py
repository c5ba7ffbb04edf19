"""Where the year ends if the rest of it goes as the year so far, by the plan's own seasons: YTD / W(t)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from aop_rules.exact.phasing import Phasing
from aop_rules.plan.kpis import Kpi
from aop_rules.position.actuals import Actuals
from aop_rules.position.figures import because, estimated, label, quotient, total
from aop_rules.position.model import Figure
from aop_rules.position.targets import Targets


@dataclass(frozen=True, slots=True)
class Landing:
    """The seasonal landing of each KPI. W(t) is the share of the year's target that the plan puts on t periods.

    A flow that the plan does not phase takes the phasing of the sum or ratio it is part of; failing that, it falls
    evenly.
    """

    actuals: Actuals
    targets: Targets

    def of(self, kpi_id: str, closed: int, spread: Phasing | None = None) -> Figure:
        """After `closed` periods. A sum lands on the sum, a ratio on the ratio of its parts' landings."""
        kpi = self.actuals.plan.kpis.get(kpi_id)
        year = self.actuals.year
        periods = label(year, 1, len(year.periods))
        if kpi is None:
            return because("not_in_plan", kpi_id, "number", periods)
        if closed == 0:
            return because("nothing_closed", kpi_id, kpi.unit)
        if kpi.direction == "boolean":
            return because("no_landing", kpi_id, kpi.unit, periods)
        if kpi.kind == "ratio":
            return self._ratio(kpi, closed, periods)
        own = self.targets.phasing(kpi_id) or spread
        if kpi.sum_of:
            return total((self.of(part, closed, own) for part in kpi.sum_of), kpi.unit, periods)
        so_far = self.actuals.span(kpi_id, _since(kpi, closed), closed)
        if so_far.value is None:
            return so_far
        if kpi.kind in ("stock", "rate"):  # they stay where they are
            return estimated(so_far, so_far.value, periods)
        share = (own or Phasing.even(len(year.periods))).cumulative(closed)
        if share == 0:
            return because("no_profile", kpi_id, kpi.unit, periods)
        return estimated(so_far, Fraction(so_far.value) / share, periods)

    def _ratio(self, kpi: Kpi, closed: int, periods: str) -> Figure:
        above, below = kpi.numerator or "", kpi.denominator or ""
        shared = self.targets.phasing(above) or self.targets.phasing(below)
        landings = (
            self.of(above, closed, self.targets.phasing(above) or shared),
            self.of(below, closed, self.targets.phasing(below) or shared),
        )
        return quotient(*landings, kpi.id, kpi.unit, periods)


def _since(kpi: Kpi, closed: int) -> int:
    """The first period that a landing rests on: all so far, and of a rate those by which it is judged."""
    if kpi.kind != "rate":
        return 1
    wide = {"ytd": closed, "rolling": kpi.rolling or 1}.get(kpi.effective_basis, 1)
    return max(1, closed - wide + 1)

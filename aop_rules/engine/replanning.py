"""The least change that works, the cheapest cuts, and why a goal is missed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Literal

from aop_rules.adjusting.asked_amount import AmountLike, amount_in
from aop_rules.adjusting.landing_effects import BAND
from aop_rules.adjusting.levers import levers
from aop_rules.adjusting.need import Need
from aop_rules.engine.base import Base
from aop_rules.errors import Place
from aop_rules.exact.number import Exact
from aop_rules.replanning.cut import CostCut, cut
from aop_rules.replanning.diagnose import diagnose
from aop_rules.replanning.diagnosis import Diagnosis
from aop_rules.replanning.replan import Replan, replan
from aop_rules.replanning.wanted import day_by

Moment = date | datetime | str | None


class Replanning(Base):
    """Finds the least change."""

    def replan(
        self,
        *,
        line: str = "",
        amount: AmountLike = 0,
        period: str = "",
        goals: Iterable[str] | None = None,
        band: Exact = BAND,
        as_of: Moment = None,
        method: Literal["auto", "exact", "highs"] = "auto",
        progress: Callable[[str], None] | None = None,
    ) -> Replan:
        """The least change that finds `amount` for a budget line, or brings goals back (all that are short, where none is named).

        Raises InputError (REPLAN_UNKNOWN, REPLAN_AMOUNT, REPLAN_DATE). `aop_rules.replanning.verifying.verify` checks the
        certificate of what comes back, on its own.
        """
        where = self.position(self._when(as_of))
        asked = amount_in(self.plan, amount)
        needs = [Need(line=line, amount=asked, period=period)] if line or asked else []
        ways = levers(self.plan, where, self.graph)
        goals = (goals,) if isinstance(goals, str) else goals
        return replan(self.plan, where, ways, needs=needs, goals=goals, band=band, method=method, progress=progress)

    def cut(self, amount: AmountLike, by: date | str, protect: Iterable[str] = (), *, as_of: Moment = None) -> CostCut:
        """The cheapest cuts that save an amount by a day (an ISO date), or by the end of a period (its id).

        Raises InputError as `replan` does.
        """
        where = self.position(self._when(as_of))
        last = day_by(Place("<cut>"), self.plan, by)
        protect = (protect,) if isinstance(protect, str) else protect
        return cut(self.plan, where, levers(self.plan, where, self.graph), amount_in(self.plan, amount), last, protect)

    def diagnose(self, goal: str, *, as_of: Moment = None) -> Diagnosis:
        """Why a goal stands where it stands, and what each rung of the ladder could bring. Raises InputError (REPLAN_UNKNOWN)."""
        where = self.position(self._when(as_of))
        return diagnose(self.plan, where, levers(self.plan, where, self.graph), self.graph, goal)

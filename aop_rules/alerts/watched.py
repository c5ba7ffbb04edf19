"""What is watched, and what each closed period showed of it: KPIs, floors, budget lines, missing figures, the reserve."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from aop_rules.alerts.identity import Identity, distinct
from aop_rules.alerts.lifecycle import Judged, Result, Terms
from aop_rules.alerts.watch import Kind, Look, Watch
from aop_rules.exact.number import Exact
from aop_rules.plan.budget import BudgetLine
from aop_rules.plan.goals import Goal
from aop_rules.plan.kpis import Kpi
from aop_rules.plan.model import Plan
from aop_rules.plan.values import Words
from aop_rules.position.allocation import Earlier, in_turn
from aop_rules.position.model import Figure, Horizon, Missing, Position, Reading
from aop_rules.position.year import calendar_of

_WAITED_FOR = frozenset({"no_reading", "late", "nothing_closed", "few_periods"})
"""Why a figure is not there yet; for every other reason somebody has to look at the data or the plan."""


def watched(plan: Plan, position: Position, earlier: Iterable[Earlier] = ()) -> tuple[Watch, ...]:
    """Everything that could raise an alert, in the order of the plan.

    `earlier` holds the versions of the plan that this one amends: a period is judged by the version in force in it.
    """
    year = _Year(plan, position, in_turn(earlier))
    found = (*year.kpis(), *year.floors(), *year.lines(), *year.data(), *year.unrated(), *year.reserve())
    distinct(watch.identity for watch in found)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Year:
    plan: Plan
    position: Position
    earlier: Sequence[Earlier]

    # ── KPIs and floors ─────────────────────────────────────────────────────────────────────────────────────────────

    def kpis(self) -> Iterator[Watch]:
        for kpi in self.plan.kpis.values():
            if kpi.breach is None and not any(kpi.id in each.plan.kpis for each in self.earlier):
                continue
            readings = self.position.kpis[kpi.id].readings
            then = [self._kpi(kpi, reading.period.index) for reading in readings]
            if kpi.breach is not None or any(each.breach is not None for each in then):
                looks = tuple(map(self._of_kpi, then, readings))
                yield self._watch("kpi", f"plan.kpis.{kpi.id}.breach", kpi.name, looks, kpi=kpi)

    def floors(self) -> Iterator[Watch]:
        """Limits that do not wait: floors and ceilings of goals, and the minimum of cash."""
        for goal in self.plan.goals.values():
            kpi = self.plan.kpis.get(goal.kpi or "")
            for upward, bound in ((False, goal.floor), (True, goal.ceiling)):
                if kpi is not None and bound is not None:
                    rule = f"plan.goals.{goal.id}.{'ceiling' if upward else 'floor'}"
                    looks = [
                        self._past(self._bound(goal, n, upward, bound), upward, reading, kpi.keep)
                        for n, reading in enumerate(self.position.kpis[kpi.id].readings, 1)
                    ]
                    yield self._watch("floor", rule, goal.name, tuple(looks), kpi=kpi, owner=goal.owner)
        cash = self.plan.policies.minimum_cash
        kpi = self.plan.kpis.get(cash.kpi) if cash else None
        if cash is not None and kpi is not None:
            looks = [
                self._past((self._in_force(n).policies.minimum_cash or cash).minimum, False, reading, 0)
                for n, reading in enumerate(self.position.kpis[kpi.id].readings, 1)
            ]
            yield self._watch("floor", "plan.policies.minimum_cash", kpi.name, tuple(looks), kpi=kpi)

    def _bound(self, goal: Goal, period: int, upward: bool, now: Exact) -> Exact:
        """What was in force in a period; what is now, where the version had no such bound."""
        then = self._in_force(period).goals.get(goal.id, goal)
        bound = then.ceiling if upward else then.floor
        return now if bound is None else bound

    def _of_kpi(self, kpi: Kpi, reading: Reading) -> Look:
        judged, target, breach = reading.judged, reading.judged_target, kpi.breach
        lines = f"{breach} {kpi.recover or ''} {kpi.effective_basis} {kpi.rolling or ''}"
        result: Result = "breached" if reading.breached else "recovered" if reading.recovered else "between"
        missing: tuple[Missing, ...] = ()
        if reading.breached is None or (not reading.breached and reading.recovered is None):
            missing = judged.missing or target.missing
            result = self._unjudged(judged, missing)
        terms = Terms(kpi.periods_to_act, kpi.keep if breach else 0, lines)
        limit = breach.line(target.value, judged.value) if breach else None
        upward = breach is not None and breach.above(judged.value, target.value)
        return Look(Judged(reading.period.id, result, terms), judged.periods, judged.value, limit, upward, missing)

    def _past(self, bound: Exact, upward: bool, reading: Reading, keep: int) -> Look:
        """A limit that does not wait."""
        value, terms = reading.judged.value, Terms(1, keep, str(bound))
        if value is None:
            result = self._unjudged(reading.judged, reading.judged.missing)
        else:
            result = "breached" if (value > bound if upward else value < bound) else "recovered"
        judged = Judged(reading.period.id, result, terms)
        return Look(judged, reading.judged.periods, value, bound, upward, reading.judged.missing)

    def _unjudged(self, judged: Figure, missing: Sequence[Missing]) -> Result:
        if judged.value is not None or any(why.reason not in _WAITED_FOR for why in missing):
            return "error"
        return "stale" if any(map(self._is_stale, missing)) else "unknown"

    # ── money ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def lines(self) -> Iterator[Watch]:
        for line in self.plan.budget.lines.values():
            for horizon in line.horizons:
                looks = tuple(self._used(line, horizon, period.id) for period in self.position.closed)
                yield self._watch("budget", f"plan.budget.lines.{line.id}.{horizon}", line.name, looks, line=line)

    def _used(self, line: BudgetLine, horizon: str, period: str) -> Look:
        """A line at the end of a period. Of the year counts what is used by then: the rest is still to come."""
        at: dict[str, Horizon] = {each.name: each for each in self.position.lines[line.id][period].horizons}
        seen = at["period"] if horizon == "period" else at["to_date"]
        limit = at["year"].limit if horizon == "year" else seen.limit
        result: Result = "breached" if seen.used > limit else "recovered" if seen.complete else "error"
        missing = (self._no_rate(line, period),) if result == "error" else ()
        return Look(Judged(period, result), seen.periods, seen.used, limit, upward=True, missing=missing)

    def unrated(self) -> Iterator[Watch]:
        """Of each line whether all that was spent on it can be counted."""
        for line in self.plan.budget.lines.values():
            looks = []
            for period in self.position.closed:
                complete = self.position.lines[line.id][period.id].horizons[1].complete
                missing = () if complete else (self._no_rate(line, period.id),)
                judged = Judged(period.id, "recovered" if complete else "breached")
                looks.append(Look(judged, period.id, missing=missing))
            yield self._watch("data", f"plan.budget.lines.{line.id}.rates", line.name, tuple(looks), line=line)

    def _no_rate(self, line: BudgetLine, period: str) -> Missing:
        return Missing("no_rate", line.id, period, ", ".join(self.position.lines[line.id][period].unconverted))

    def reserve(self) -> Iterator[Watch]:
        """Whether the reserve still covers the risks that may come. It is looked at as the year stands, not by period."""
        reserves = [line for line in self.plan.budget.lines.values() if line.reserve]
        exposure = self.position.exposure
        if not reserves or exposure is None or all(risk.expected is None for risk in self.plan.risks.values()):
            return
        left, exposed = exposure.left, exposure.remaining
        ids = calendar_of(self.plan).ids
        years = [self.position.lines[line.id][ids[0]].horizons[2] for line in reserves]
        label = f"{ids[0]}..{ids[-1]}"
        whole = all(each.complete for each in years)
        judged = Judged(label, "breached" if left < exposed else "recovered" if whole else "error")
        name = reserves[0].name if len(reserves) == 1 else Words(en="the reserves", vi="các quỹ dự phòng")
        yield self._watch(
            "reserve", "plan.budget.reserve", name, (Look(judged, label, left, exposed),), line=reserves[0]
        )

    # ── figures that are missing ────────────────────────────────────────────────────────────────────────────────────

    def data(self) -> Iterator[Watch]:
        """Of each KPI whether its own figures came in time, and agree. What is computed from others waits for those."""
        for kpi in self.plan.kpis.values():
            looks, lacking = [], dict[Missing, None]()
            for reading in self.position.kpis[kpi.id].readings:
                own = [why for why in self._why(reading) if why.about == kpi.id and self._is_told(kpi, why)]
                lacking |= dict.fromkeys(why for why in own if why.period.endswith(reading.period.id))
                # what a landing lacks is so today only: it is not kept for the periods that follow
                now = tuple(dict.fromkeys([*lacking, *(why for why in own if why.reason not in _WAITED_FOR)]))
                judged = Judged(reading.period.id, "breached" if now else "recovered")
                looks.append(Look(judged, reading.period.id, missing=now))
            yield self._watch("data", f"plan.kpis.{kpi.id}.reading", kpi.name, tuple(looks), kpi=kpi)

    def _why(self, reading: Reading) -> Iterator[Missing]:
        yield from reading.actual.missing
        yield from reading.judged.missing
        if reading.judged.value is not None and reading.breached is None:
            yield from reading.judged_target.missing

    def _is_told(self, kpi: Kpi, why: Missing) -> bool:
        """Whether something is wrong, or late enough to be told."""
        return why.reason not in _WAITED_FOR or (why.reason == "late" and self._late(why, kpi.warn_after))

    def _is_stale(self, why: Missing) -> bool:
        kpi = self.plan.kpis.get(why.about)
        after = kpi.stale_after if kpi is not None else None
        return why.reason == "late" and after is not None and self._late(why, after)

    def _late(self, why: Missing, days: int) -> bool:
        """Whether a figure is late by more than some days."""
        return self.position.as_of.date() > date.fromisoformat(why.detail) + timedelta(days=days)

    # ── of whom and by what ─────────────────────────────────────────────────────────────────────────────────────────

    def _in_force(self, period: int) -> Plan:
        return next((each.plan for each in self.earlier if period <= each.through), self.plan)

    def _kpi(self, kpi: Kpi, period: int) -> Kpi:
        return self._in_force(period).kpis.get(kpi.id, kpi)

    def _watch(
        self,
        kind: Kind,
        rule: str,
        name: Words,
        looks: tuple[Look, ...],
        *,
        kpi: Kpi | None = None,
        line: BudgetLine | None = None,
        owner: str = "",
    ) -> Watch:
        about = {key: each.id for key, each in (("kpi", kpi), ("line", line)) if each is not None}
        whose = owner or (kpi or line or self.plan.governance).owner or self.plan.governance.owner
        unit = kpi.unit if kpi else "money"
        identity = Identity.of(self.plan.id, rule, about)
        return Watch(identity, kind, name, unit, looks, whose, about.get("kpi", ""), about.get("line", ""))

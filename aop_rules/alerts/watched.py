"""What is watched, and what each closed period showed of it: KPIs, floors, budget lines, missing figures, the reserve."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from aop_rules.alerts.identity import Identity, distinct
from aop_rules.alerts.lifecycle import Judged, Result, Terms
from aop_rules.exact.number import Exact
from aop_rules.plan.budget import BudgetLine
from aop_rules.plan.goals import Goal
from aop_rules.plan.kpis import Kpi
from aop_rules.plan.model import Plan
from aop_rules.plan.values import Words
from aop_rules.position.allocation import Earlier, in_turn
from aop_rules.position.model import Figure, Horizon, Missing, Position, Reading
from aop_rules.position.year import calendar_of

Kind = Literal["kpi", "floor", "budget", "data", "reserve"]

_WAITED_FOR = frozenset({"no_reading", "late", "nothing_closed", "few_periods"})
"""Why a figure is not there yet; every other reason is something to mend."""
_FAULTS = frozenset({"conflict", "no_rate", "cannot_sum", "zero_denominator", "no_target"})
"""Reasons for which somebody has to look at the data or the plan."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one closed period showed, and the figures behind it."""

    judged: Judged
    periods: str
    """What the value stands for: the period, or all up to it."""
    value: Exact | None = None
    limit: Exact | None = None
    """The value that it was held against, in the same unit."""
    upward: bool = False
    """Whether values above the limit are past it."""
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class Watch:
    """One thing that is watched."""

    identity: Identity
    kind: Kind
    name: Words
    unit: str
    looks: tuple[Look, ...] = field(repr=False)
    owner: str = ""
    kpi: str = ""
    line: str = ""


def watched(plan: Plan, position: Position, earlier: Iterable[Earlier] = ()) -> tuple[Watch, ...]:
    """Everything that could raise an alert, in the order of the plan.

    `earlier` holds the versions of the plan that this one amends: a period is judged by the version in force in it.
    """
    year = _Year(plan, position, in_turn(earlier))
    found = (*year.kpis(), *year.floors(), *year.lines(), *year.data(), *year.reserve())
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
                looks = tuple(map(_of_kpi, then, readings))
                yield self._watch("kpi", f"plan.kpis.{kpi.id}.breach", kpi.name, looks, kpi=kpi)

    def floors(self) -> Iterator[Watch]:
        """Limits that do not wait: floors and ceilings of goals, and the minimum of cash."""
        for goal in self.plan.goals.values():
            kpi = self.plan.kpis.get(goal.kpi or "")
            for upward, bound in ((False, goal.floor), (True, goal.ceiling)):
                if kpi is not None and bound is not None:
                    rule = f"plan.goals.{goal.id}.{'ceiling' if upward else 'floor'}"
                    looks = [
                        _past(self._bound(goal, n, upward, bound), upward, reading, kpi.keep)
                        for n, reading in enumerate(self.position.kpis[kpi.id].readings, 1)
                    ]
                    yield self._watch("floor", rule, goal.name, tuple(looks), kpi=kpi, owner=goal.owner)
        cash = self.plan.policies.minimum_cash
        kpi = self.plan.kpis.get(cash.kpi) if cash else None
        if cash is not None and kpi is not None:
            looks = [
                _past((self._in_force(n).policies.minimum_cash or cash).minimum, False, reading, 0)
                for n, reading in enumerate(self.position.kpis[kpi.id].readings, 1)
            ]
            yield self._watch("floor", "plan.policies.minimum_cash", kpi.name, tuple(looks), kpi=kpi)

    def _bound(self, goal: Goal, period: int, upward: bool, now: Exact) -> Exact:
        """What was in force in a period; what is now, where the version had no such bound."""
        then = self._in_force(period).goals.get(goal.id, goal)
        bound = then.ceiling if upward else then.floor
        return now if bound is None else bound

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
        unrated = Missing("no_rate", line.id, period, ", ".join(self.position.lines[line.id][period].unconverted))
        missing = (unrated,) if result == "error" else ()
        return Look(Judged(period, result), seen.periods, seen.used, limit, upward=True, missing=missing)

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
                lacking |= dict.fromkeys(self._lacking(kpi, reading))
                result: Result = "breached" if lacking else "recovered"
                looks.append(Look(Judged(reading.period.id, result), reading.period.id, missing=tuple(lacking)))
            yield self._watch("data", f"plan.kpis.{kpi.id}.reading", kpi.name, tuple(looks), kpi=kpi)

    def _lacking(self, kpi: Kpi, reading: Reading) -> Iterator[Missing]:
        no_target = (
            reading.judged_target.missing if reading.judged.value is not None and reading.breached is None else ()
        )
        for why in (*reading.actual.missing, *reading.judged.missing, *no_target):
            own = why.about == kpi.id and why.period.endswith(reading.period.id)
            if own and (why.reason in _FAULTS or (why.reason == "late" and self._is_told(kpi, why))):
                yield why

    def _is_told(self, kpi: Kpi, why: Missing) -> bool:
        """Whether a late figure is late enough to be told."""
        return self.position.as_of.date() > date.fromisoformat(why.detail) + timedelta(days=kpi.warn_after)

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


def _of_kpi(kpi: Kpi, reading: Reading) -> Look:
    judged, target, breach = reading.judged, reading.judged_target, kpi.breach
    lines = f"{breach} {kpi.recover or ''} {kpi.effective_basis} {kpi.rolling or ''}"
    result: Result = "breached" if reading.breached else "recovered" if reading.recovered else "between"
    missing: tuple[Missing, ...] = ()
    if reading.breached is None or (not reading.breached and reading.recovered is None):
        missing = judged.missing or target.missing
        result = _unjudged(judged, missing)
    terms = Terms(kpi.periods_to_act, kpi.keep if breach else 0, lines)
    limit = breach.line(target.value) if breach else None
    upward = breach is not None and breach.upward
    return Look(Judged(reading.period.id, result, terms), judged.periods, judged.value, limit, upward, missing)


def _past(bound: Exact, upward: bool, reading: Reading, keep: int) -> Look:
    """A limit that does not wait."""
    value, terms = reading.judged.value, Terms(1, keep, str(bound))
    if value is None:
        result = _unjudged(reading.judged, reading.judged.missing)
    else:
        result = "breached" if (value > bound if upward else value < bound) else "recovered"
    judged = Judged(reading.period.id, result, terms)
    return Look(judged, reading.judged.periods, value, bound, upward, reading.judged.missing)


def _unjudged(judged: Figure, missing: Iterable[Missing]) -> Result:
    waiting = judged.value is None and all(why.reason in _WAITED_FOR for why in missing)
    return "unknown" if waiting else "error"

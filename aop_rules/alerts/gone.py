"""What an earlier version of the plan watched and none after it does: that is over with the first period of the next one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from aop_rules.alerts.identity import Identity
from aop_rules.alerts.lifecycle import Judged
from aop_rules.alerts.watch import Look, Watch
from aop_rules.alerts.watched import watched
from aop_rules.exact.calendar import Period
from aop_rules.plan.model import Plan
from aop_rules.position.allocation import Earlier, in_turn
from aop_rules.position.model import Position

Past = Callable[[Plan, Sequence[Earlier]], Position]
"""Where the year stands at the same moment as an earlier version of the plan sees it, after those before it."""


@dataclass(frozen=True, slots=True)
class Gone:
    """What a version of the plan was the last to watch."""

    plan: Plan
    position: Position
    watches: tuple[Watch, ...]


def gone(
    plan: Plan, closed: Sequence[Period], earlier: Iterable[Earlier], present: Collection[Identity], past: Past
) -> Iterator[Gone]:
    """By version, the latest first. The year is looked at only as versions see it of which something is watched no more."""
    turns, later, known = in_turn(earlier), _watching(plan), set(present)
    for n, turn in reversed(list(enumerate(turns))):
        if turn.through and not _watching(turn.plan) <= later:
            where = past(turn.plan, turns[:n])
            found = [each for each in watched(turn.plan, where, turns[:n]) if each.identity not in known]
            known |= {each.identity for each in found}
            yield Gone(turn.plan, where, tuple(_ended(each, turn.through, closed) for each in found))
        later |= _watching(turn.plan)


def _watching(plan: Plan) -> set[Hashable]:
    """What tells whether one version watches something that another does not."""
    cash = plan.policies.minimum_cash
    goals = {(goal.id, goal.floor is None, goal.ceiling is None) for goal in plan.goals.values() if goal.kpi}
    lines = {(line.id, horizon) for line in plan.budget.lines.values() for horizon in line.horizons}
    reserves = {("reserve", line.id) for line in plan.budget.lines.values() if line.reserve}
    return {*plan.kpis, *goals, *lines, *reserves, *([("cash", cash.kpi)] if cash else [])}


def _ended(watch: Watch, through: int, closed: Sequence[Period]) -> Watch:
    """It goes as it went while it was watched, and is over in the period after."""
    after = [period.id for period in closed if period.index > through]
    if watch.kind == "reserve":  # it is looked at as the year stands, not by period
        return replace(watch, looks=tuple(map(_over, watch.looks))) if after else watch
    ended = (Look(Judged(period, "recovered"), period, gone=True) for period in after)
    return replace(watch, looks=(*watch.looks[:through], *ended))


def _over(look: Look) -> Look:
    return replace(look, judged=Judged(look.judged.period, "recovered"), gone=True)

"""What a lever gives to a line that is short: how much, by when, whether the line that gives can spare it, and who decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from aop_rules.adjusting.lever import Lever
from aop_rules.adjusting.need import Need
from aop_rules.decision.outcome import Outcome
from aop_rules.decision.value import Decided
from aop_rules.events import BudgetTransfer, EventBase
from aop_rules.exact.number import Exact, exact, number_text
from aop_rules.facts.transfers import rooms
from aop_rules.plan.graph import PlanGraph
from aop_rules.plan.model import Plan
from aop_rules.position.model import Position
from aop_rules.position.year import calendar_of

Check = Callable[[EventBase], Decided]
"""Decides an event as the engine would: the donor's own check of a transfer."""


@dataclass(frozen=True, slots=True)
class Given:
    """What one lever gives to a need."""

    amount: Exact
    approval: str
    drawn: Mapping[str, Exact]
    """By line: what it loses that the need makes use of."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a lever is no way here, as a code: what the plan or the year says against it."""

    why: str


def given_to(
    need: Need, lever: Lever, plan: Plan, position: Position, graph: PlanGraph, check: Check | None
) -> Given | Refused:
    """How much of the money that is needed a lever gives, or why it gives none."""
    wanted = lever.frees if lever.whole else min(lever.frees, max(need.amount, lever.least))
    refused = _no_way(need, lever, plan, graph, _period(need, plan, position))
    if refused:
        return Refused(refused)
    own = lever.line == need.line
    if own and lever.kind != "rephase":  # less is spent on the line itself: no money moves
        return Given(wanted, lever.approval, {lever.line: min(wanted, need.amount)})
    room = _room(need, lever, wanted, plan, position)
    if room is None:
        return Refused("not_known")
    amount = wanted if wanted <= room else room
    if amount <= 0 or (amount < wanted and lever.whole) or amount < lever.least:
        return Refused("no_room")
    approval = lever.approval
    if check is not None:
        decided = check(_transfer(need, lever, amount, plan, position))
        if decided.outcome in (Outcome.DECLINE, Outcome.NEED_DATA, Outcome.DEFER, Outcome.ADJUST_TO_FIT):
            return Refused("donor_declines")
        if decided.outcome is Outcome.ESCALATE:
            approval = approval or _owner(plan, lever.line)
    return Given(amount, approval, {lever.line: min(amount, need.amount)})


def _no_way(need: Need, lever: Lever, plan: Plan, graph: PlanGraph, period: str) -> str:
    """What speaks against it before anybody is asked; empty: nothing."""
    ids = calendar_of(plan).ids
    if need.line not in plan.budget.lines:
        return "no_such_line"
    if lever.frees <= 0 or not lever.line or lever.contract:
        return "frees_nothing"
    if lever.period and ids.index(lever.period) > ids.index(period):
        return "too_late"
    own = lever.line == need.line
    if lever.kind == "rephase":
        if not own or need.horizon == "year":
            return "another_line" if not own else "year_is_short"
        return "too_late" if ids.index(lever.from_period) <= ids.index(period) else ""
    if own and lever.kind in ("transfer", "reserve"):
        return "line_itself"
    if lever.kind == "transfer" and not _less_important(plan, graph, lever.line, need.line):
        return "as_important"
    return ""


def _less_important(plan: Plan, graph: PlanGraph, giver: str, taker: str) -> bool:
    return _best_rank(plan, graph, giver) > _best_rank(plan, graph, taker) or not graph.goals_served_by(
        giver, ("line",)
    )


def _best_rank(plan: Plan, graph: PlanGraph, line: str) -> int:
    """The rank of the first goal that a line serves; past the last where it serves none."""
    last = len(plan.priorities) + 1
    return min((plan.rank(goal) or last for goal in graph.goals_served_by(line, ("line",))), default=last + 1)


def _room(need: Need, lever: Lever, amount: Exact, plan: Plan, position: Position) -> Exact | None:
    """What the line that gives, and the groups that the money leaves, can spare."""
    left = [room.left for room in rooms(plan, position, _transfer(need, lever, amount, plan, position))]
    return None if None in left else min((each for each in left if each is not None), default=amount)


def _transfer(need: Need, lever: Lever, amount: Exact, plan: Plan, position: Position) -> BudgetTransfer:
    period = _period(need, plan, position)
    return BudgetTransfer.model_validate(
        {
            "kind": "budget_transfer",
            "event_id": f"option-{lever.id}-{need.line}",
            "effective_date": _today(plan, position),
            "known_at": position.as_of,
            "from": lever.line,
            "to": need.line,
            "amount": number_text(exact(amount)),
            "from_period": lever.from_period or lever.period or period,
            "to_period": period,
        }
    )


def _today(plan: Plan, position: Position) -> date:
    year = calendar_of(plan)
    return min(max(position.as_of.date(), year.starts), year.ends)


def _period(need: Need, plan: Plan, position: Position) -> str:
    year = calendar_of(plan)
    return (year.resolve(need.period) if need.period else year.period_of(_today(plan, position))).id


def _owner(plan: Plan, line: str) -> str:
    """Who is asked where nobody may give by themselves."""
    return plan.governance.owner or plan.budget.lines[line].owner or "owner"

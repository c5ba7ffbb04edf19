"""An amendment put on the chain: held against where the year stands, then kept with the plan that it makes."""

from __future__ import annotations

from dataclasses import dataclass

from aop_rules.decision.outcome import Outcome
from aop_rules.errors import PlanError
from aop_rules.facts.transfers import moved_out
from aop_rules.history.answers import answer_of
from aop_rules.history.snapshot import plan_draft, version_id
from aop_rules.ledger.entry import Draft, canonical
from aop_rules.ledger.pen import Pen
from aop_rules.plan.amendment import Amendment, Standing, amendment_problems
from aop_rules.plan.changes import changes
from aop_rules.plan.load import digest
from aop_rules.plan.model import Plan
from aop_rules.position.model import Position
from aop_rules.position.year import calendar_of

_RUNGS = {
    Outcome.ADJUST_ACTIONS.value: "adjust_actions",
    Outcome.REALLOCATE.value: "reallocate",
    Outcome.TRIGGER_CONTINGENCY.value: "trigger_contingency",
}


@dataclass(frozen=True, slots=True)
class Asking:
    """What is said with an amendment."""

    reason: str
    trade_off: str
    requester: str
    approver: str
    effective_from: str


def amended(old: Plan, new: Plan, where: Standing, said: Asking) -> tuple[Draft, ...]:
    """What is to be kept: the amendment, then the plan. Raises PlanError with everything that stands against it."""
    problems = amendment_problems(
        old,
        new,
        where,
        reason=said.reason,
        trade_off=said.trade_off,
        requester=said.requester,
        approver=said.approver,
        effective_from=said.effective_from,
    )
    if problems:
        raise PlanError(problems)
    amendment = Amendment(
        plan_id=old.id,
        from_version=old.version,
        from_digest=digest(old),
        to_version=new.version,
        to_digest=digest(new),
        effective_from=said.effective_from,
        reason=said.reason,
        trade_off=said.trade_off,
        requester=said.requester,
        approver=said.approver,
        changes=changes(old, new),
    )
    return Draft("amendment", version_id(new.version), canonical(amendment.to_dict())), plan_draft(new)


def first_open(plan: Plan, position: Position) -> str:
    """The id of the first period that is not closed; empty where the year is over."""
    return next(iter(calendar_of(plan).ids[len(position.closed) :]), "")


def standing(plan: Plan, position: Position, pen: Pen) -> Standing:
    """Where the year stands, as far as an amendment is held against it."""
    year = {line: next(iter(periods.values())).horizons[2] for line, periods in position.lines.items()}
    moved = moved_out(plan, position.moves.entries)
    return Standing(
        closed=len(position.closed),
        first_open=first_open(plan, position),
        consumed={line: horizon.used for line, horizon in year.items()},
        breach_runs={kpi: where.breach_run for kpi, where in position.kpis.items()},
        rungs_tried=_tried(pen) | ({"reallocate"} if moved else set()),
        moved=moved,
    )


def _tried(pen: Pen) -> frozenset[str]:
    """The rungs that somebody has followed: a recommendation that was accepted, or an override that was one."""
    answers = [answer_of(entry) for entry in pen.entries(0, ("answer",))]
    return frozenset(_RUNGS[answer.outcome] for answer in answers if answer.outcome in _RUNGS)

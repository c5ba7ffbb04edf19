"""Proposals that compete for the same money and people: which of them together serve the goals best, in their priority.

What takes part is what the rules would not turn away alone. Its gains are the changes of the KPIs of the plan's goals, in
the order of priority; then less money is better than more, then fewer proposals than more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from aop_rules.decision.decision import Decision
from aop_rules.decision.outcome import Outcome
from aop_rules.errors import InputError, Place, Problem
from aop_rules.events import EventBase, Proposal
from aop_rules.exact.number import Exact, exact
from aop_rules.facts.asks import starts
from aop_rules.facts.changes import stated
from aop_rules.plan.model import Plan
from aop_rules.plan.values import Words
from aop_rules.position.model import Position
from aop_rules.selecting.best import Method, Progress
from aop_rules.selecting.candidate import Candidate, candidate_problems
from aop_rules.selecting.room import Room, room_for, unknown_amount
from aop_rules.selecting.select import select
from aop_rules.selecting.selected import MONEY, Objective, Outside, SelectedProposals, Taking
from aop_rules.selecting.selection import Loser

Deciding = Callable[[EventBase], Decision]
"""What the rules say of one event alone."""

_TURNED_AWAY = frozenset({Outcome.DECLINE, Outcome.DEFER, Outcome.NEED_DATA})


def select_proposals(
    plan: Plan,
    position: Position,
    events: Sequence[EventBase],
    deciding: Deciding,
    *,
    method: Method = "auto",
    runner_up: bool | None = None,
    costs: bool | None = None,
    prices: bool = False,
    progress: Progress | None = None,
    seconds: int | None = None,
) -> SelectedProposals:
    """The best of them together, proved; `select` says how ties fall and what the switches do.

    A proposal that is declined, deferred or lacks data alone takes no part, nor does one that would spend the reserve
    without a decision on its risk, or whose money has no exchange rate. One that alone would have to be adjusted to fit takes
    part as it is: whole, or not at all. `requires` may name other proposals of the batch, which have to end before it starts.
    Raises InputError (SELECT_…): an id twice, proposals that require each other in a circle, an event that is no proposal.
    """
    proposals = only_proposals(events)
    batch = {each.event_id: each for each in sorted(proposals, key=lambda each: each.event_id)}
    _check(proposals, batch)
    decisions = {name: deciding(_without(each, batch)) for name, each in batch.items()}
    outside = {name: said for name, each in batch.items() if (said := _outside(plan, each, decisions[name]))}
    waiting = _waiting(batch, outside)
    inside = [each for name, each in batch.items() if name not in outside and name not in waiting]
    room = room_for(plan, position, inside)
    objectives = tuple(_objectives(plan))
    takings = {each.event_id: _taking(plan, each, decisions[each.event_id], objectives, room) for each in inside}
    found = select(
        [_candidate(each, takings[each.event_id], room, batch) for each in inside],
        {name: cap.room for name, cap in room.caps.items()},
        [*(each.id for each in objectives), MONEY],
        method=method,
        runner_up=runner_up,
        costs=costs,
        prices=prices,
        progress=progress,
        seconds=seconds,
    )
    turned = tuple(Loser(name, "requires", others=others) for name, others in sorted(waiting.items()))
    return SelectedProposals(
        plan=plan,
        as_of=position.as_of,
        objectives=objectives,
        selection=found,
        losers=tuple(sorted((*found.losers, *turned), key=lambda loser: loser.id)),
        takings=takings,
        outside=tuple(outside[name] for name in sorted(outside)),
        caps=room.caps,
        titles={name: each.title or name for name, each in batch.items()},
        alone={name: each.outcome.value for name, each in decisions.items()},
    )


def only_proposals(
    events: Sequence[EventBase], place_of: Callable[[EventBase], Place] | None = None
) -> tuple[Proposal, ...]:
    """The events as proposals. Raises InputError (SELECT_NO_PROPOSAL) with every one that is none."""
    place = place_of or (lambda event: Place(f"<event {event.event_id}>"))
    others = [event for event in events if not isinstance(event, Proposal)]
    hint = "give proposals and opportunities; `aop decide` is for the rest"
    if others:
        said = "`{}` is no proposal: there is nothing to select"
        raise InputError(Problem(place(e), "SELECT_NO_PROPOSAL", said.format(e.kind), hint) for e in others)
    return tuple(event for event in events if isinstance(event, Proposal))


def _check(proposals: Sequence[Proposal], batch: Mapping[str, Proposal]) -> None:
    named = [Candidate(each.event_id, {}, {}, _inside(each, batch)) for each in proposals]
    problems = list(candidate_problems(named, ()))
    if problems:
        raise InputError(problems)


def _inside(proposal: Proposal, batch: Mapping[str, Proposal]) -> tuple[str, ...]:
    return tuple(name for name in proposal.requires if name in batch)


def _without(proposal: Proposal, batch: Mapping[str, Proposal]) -> Proposal:
    """Alone, it is not asked for what others of the batch have to bring."""
    rest = tuple(name for name in proposal.requires if name not in batch)
    return proposal if rest == proposal.requires else proposal.model_copy(update={"requires": rest})


def _outside(plan: Plan, proposal: Proposal, decision: Decision) -> Outside | None:
    """Why it takes no part; None where it does."""
    reserves = {line.id for line in plan.budget.lines.values() if line.reserve}
    asked = decision.outcome is Outcome.ESCALATE and any(cost.line in reserves for cost in proposal.costs)
    if decision.outcome not in _TURNED_AWAY and not asked and not unknown_amount(plan, proposal):
        return None
    why = decision.deciding[0].message if decision.deciding else None
    said = {language: decision.explain(language, "short").partition(": ")[2] for language in ("en", "vi")}
    return Outside(proposal.event_id, decision.outcome.value, why or Words(**said))


def _waiting(batch: Mapping[str, Proposal], outside: Mapping[str, Outside]) -> Mapping[str, tuple[str, ...]]:
    """Those that require something of the batch that will not be there in time, however far down."""
    found: dict[str, tuple[str, ...]] = {}
    while True:
        new = {
            name: late
            for name, each in batch.items()
            if name not in outside and name not in found
            and (late := tuple(o for o in _inside(each, batch) if o in outside or o in found or _late(batch[o], each)))
        }  # fmt: skip
        if not new:
            return found
        found |= new


def _late(first: Proposal, then: Proposal) -> bool:
    return first.end is not None and first.end >= starts(then)


def _objectives(plan: Plan) -> Iterator[Objective]:
    """The goals in the order of priority, each through a KPI that proposals move; goals of one rank by id."""
    ranked = [goal for tied in plan.priorities for goal in sorted(tied)]
    unranked = sorted(goal for goal in plan.goals if goal not in ranked)
    seen: set[str] = set()
    for goal in (*ranked, *unranked):
        kpi = plan.kpis.get(plan.goals[goal].kpi or "") if goal in plan.goals else None
        if kpi is None or not kpi.one_way:
            continue
        through = plan.kpis[kpi.numerator] if kpi.kind == "ratio" and kpi.numerator else kpi
        if through.id not in seen:
            seen.add(through.id)
            yield Objective(goal, through.id, through.unit, plan.rank(goal), -1 if kpi.direction == "lower" else 1)


def _taking(plan: Plan, proposal: Proposal, decision: Decision, objectives: Sequence[Objective], room: Room) -> Taking:
    """What it brings and takes, if it is taken. What is not stated counts for nothing, and is named."""
    changes = stated(plan, proposal)
    return Taking(
        id=proposal.event_id,
        outcome=decision.outcome.value,
        changes={each.id: change for each in objectives if (change := changes.get(each.kpi)) is not None},
        unstated=tuple(each.id for each in objectives if each.kpi in changes and changes[each.kpi] is None),
        money=room.money[proposal.event_id],
        uses=room.uses[proposal.event_id],
        signs={each.id: each.sign for each in objectives},
    )


def _candidate(proposal: Proposal, taking: Taking, room: Room, batch: Mapping[str, Proposal]) -> Candidate:
    gains: dict[str, Exact] = {goal: exact(change * taking.signs[goal]) for goal, change in taking.changes.items()}
    return Candidate(
        id=proposal.event_id,
        gains={**gains, MONEY: exact(-taking.money)},
        uses=room.uses[proposal.event_id],
        requires=_inside(proposal, batch),
        group=proposal.alternatives_group,
    )

"""What about a proposal could be different: what it costs, brings and needs, and when. What it is cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from math import floor
from typing import get_args

from aop_rules.errors import OutsideYearError
from aop_rules.events import EventBase, Evidence, Proposal
from aop_rules.exact.calendar import Calendar
from aop_rules.exact.number import Exact, exact
from aop_rules.facts.asks import starts
from aop_rules.facts.names import name_of
from aop_rules.flipping.benefit_fields import benefit_fields
from aop_rules.flipping.fields import (
    Field,
    earlier_days,
    grid,
    later_days,
    listed,
    replaced,
    smallest,
    step_of,
)
from aop_rules.plan.model import Plan
from aop_rules.plan.values import Words
from aop_rules.position.year import calendar_of
from aop_rules.wording.messages import say


def proposal_fields(plan: Plan, event: Proposal) -> Iterator[Field]:
    """Every field of a proposal, in the order of the event."""
    yield from _costs(plan, event)
    yield from benefit_fields(plan, event)
    yield from _needs(plan, event)
    yield from _times(plan, event)
    yield from _choices(plan, event)


# ── costs ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _costs(plan: Plan, event: Proposal) -> Iterator[Field]:
    unit = smallest(plan, event)
    for n, cost in enumerate(event.costs):

        def put(each: EventBase, to: Exact, n: int = n) -> EventBase:
            assert isinstance(each, Proposal)
            return replaced(each, "costs", n, amount=to)

        line = name_of(plan, "line", cost.line)
        name = Words(en=say("flip.cost", "en", line=line.en), vi=say("flip.cost", "vi", line=line.vi))
        yield Field(f"costs[{n}].amount", name, "money", cost.amount, (grid(cost.amount, 0, unit),), put, "number")
    whole = exact(sum((Fraction(cost.amount) for cost in event.costs), Fraction(0)))
    if len(event.costs) > 1 and whole > 0:
        name = Words(en=say("flip.costs", "en"), vi=say("flip.costs", "vi"))

        def scaled(each: EventBase, to: Exact) -> EventBase:
            assert isinstance(each, Proposal)
            share = Fraction(to) / Fraction(whole)
            parts = [exact(floor(cost.amount * share / unit) * unit) for cost in each.costs[:-1]]
            parts.append(exact(Fraction(to) - sum(map(Fraction, parts), Fraction(0))))  # what rounding leaves
            costs = [c.model_copy(update={"amount": part}) for c, part in zip(each.costs, parts, strict=True)]
            return each.model_copy(update={"costs": tuple(costs)})

        yield Field("costs", name, "money", whole, (grid(whole, 0, unit),), scaled)


# ── people ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _needs(plan: Plan, event: Proposal) -> Iterator[Field]:
    for n, need in enumerate(event.needs):

        def put(each: EventBase, to: Exact, n: int = n) -> EventBase:
            assert isinstance(each, Proposal)
            return replaced(each, "needs", n, amount=to)

        known, role = plan.resources.roles.get(need.role), name_of(plan, "role", need.role)
        unit = known.unit if known else "person"
        name = Words(en=say("flip.need", "en", role=role.en), vi=say("flip.need", "vi", role=role.vi))
        step = Fraction(1, 100) if step_of(plan, event, unit, need.amount) != 1 else Fraction(1, 10)
        yield Field(f"needs[{n}].amount", name, unit, need.amount, (grid(need.amount, 0, step),), put, "number")
    if event.hires:
        name = Words(en=say("flip.hires", "en"), vi=say("flip.hires", "vi"))
        ways = (grid(event.hires, 0, 1),)
        yield Field(
            "hires", name, "person", event.hires, ways, lambda each, to: each.model_copy(update={"hires": to}), "number"
        )


# ── time ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _times(plan: Plan, event: Proposal) -> Iterator[Field]:
    calendar, now = calendar_of(plan), starts(event)
    ways = (later_days(plan, now), earlier_days(plan, now, max(event.effective_date, calendar.starts)))
    name = Words(en=say("flip.start", "en"), vi=say("flip.start", "vi"))
    found = tuple(way for way in ways if len(way))
    yield Field("start", name, "date", now, found, lambda each, to: started(calendar, each, to))
    if event.deadline is not None and event.deadline < event.effective_date:
        name = Words(en=say("flip.deadline", "en"), vi=say("flip.deadline", "vi"))
        days = listed([event.effective_date])
        yield Field(
            "deadline", name, "date", event.deadline, days, lambda each, to: each.model_copy(update={"deadline": to})
        )
    for n, cost in enumerate(event.costs):
        first = _index(calendar, cost.period, now)
        if cost.recurring or first is None:
            continue

        def put(each: EventBase, to: str, n: int = n) -> EventBase:
            assert isinstance(each, Proposal)
            return replaced(each, "costs", n, period=to)

        line = name_of(plan, "line", cost.line)
        name = Words(en=say("flip.cost.period", "en", line=line.en), vi=say("flip.cost.period", "vi", line=line.vi))
        yield Field(f"costs[{n}].period", name, "period", calendar.ids[first - 1], listed(calendar.ids[first:]), put)


def started(calendar: Calendar, event: EventBase, day: date) -> EventBase:
    """A proposal that starts on another day: its end moves along, and what would be paid or needed before its start."""
    assert isinstance(event, Proposal)
    here = calendar.period_of(day)

    def kept(said: str | None) -> str | None:
        return here.id if said is not None and (_index(calendar, said, day) or here.index) < here.index else said

    end = event.end and event.end + (day - starts(event))
    costs = tuple(cost.model_copy(update={"period": kept(cost.period)}) for cost in event.costs)
    needs = tuple(each.model_copy(update={"start": kept(each.start), "end": kept(each.end)}) for each in event.needs)
    return event.model_copy(update={"start": day, "end": end, "costs": costs, "needs": needs})


def _index(calendar: Calendar, said: str | None, otherwise: date) -> int | None:
    try:
        return (calendar.resolve(said) if said else calendar.period_of(otherwise)).index
    except OutsideYearError:
        return None


# ── yes or no, and what it rests on ─────────────────────────────────────────────────────────────────────────────────

_KINDS = get_args(Evidence.model_fields["kind"].annotation)


def _choices(plan: Plan, event: Proposal) -> Iterator[Field]:
    for wanted in event.requires:

        def without(each: EventBase, to: str, wanted: str = wanted) -> EventBase:
            assert isinstance(each, Proposal)
            return each.model_copy(update={"requires": tuple(one for one in each.requires if one != wanted)})

        told = name_of(plan, "initiative", wanted)
        name = Words(en=say("flip.requires", "en", name=told.en), vi=say("flip.requires", "vi", name=told.vi))
        yield Field(f"requires.{wanted}", name, "word", "yes", listed(["no"]), without, "choice")
    if event.divisible is not True:
        name = Words(en=say("flip.divisible", "en"), vi=say("flip.divisible", "vi"))

        def divided(each: EventBase, to: str) -> EventBase:
            return each.model_copy(update={"divisible": to == "yes"})

        yield Field(
            "divisible", name, "word", None if event.divisible is None else "no", listed(["yes"]), divided, "choice"
        )
    stronger = _KINDS[(_KINDS.index(event.evidence.kind) if event.evidence else 0) + 1 :]
    name = Words(en=say("flip.evidence", "en"), vi=say("flip.evidence", "vi"))

    def rested(each: EventBase, to: str) -> EventBase:
        assert isinstance(each, Proposal)
        found = (
            each.evidence.model_copy(update={"kind": to}) if each.evidence else Evidence.model_validate({"kind": to})
        )
        return each.model_copy(update={"evidence": found})

    yield Field(
        "evidence", name, "word", event.evidence.kind if event.evidence else None, listed(stronger), rested, "choice"
    )

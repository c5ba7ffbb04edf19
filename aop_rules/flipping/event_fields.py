"""What about any event could be different: fields of proposals, amounts of requests, figures of what is reported."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from aop_rules import events as e
from aop_rules.errors import OutsideYearError
from aop_rules.exact.number import Exact
from aop_rules.facts.names import name_of
from aop_rules.flipping.fields import (
    FURTHEST,
    PART_STEP,
    SHARE_STEP,
    Field,
    Way,
    both_ways,
    earlier_days,
    grid,
    later_days,
    listed,
    smallest,
    step_of,
)
from aop_rules.flipping.proposal_fields import proposal_fields
from aop_rules.plan.model import Plan
from aop_rules.plan.values import Words
from aop_rules.position.year import calendar_of
from aop_rules.wording.messages import say


def fields_of(plan: Plan, event: e.EventBase) -> tuple[Field, ...]:
    """Every field of an event that could be different, in its order. What a thing is, and approvals, are none."""
    found = proposal_fields(plan, event) if isinstance(event, e.Proposal) else _others(plan, event)
    return tuple(field for field in found if any(map(len, field.ways)))


def _others(plan: Plan, event: e.EventBase) -> Iterator[Field]:
    match event:
        case e.SpendRequest():
            yield _amount(plan, event, event.amount)
            yield from _period(plan, event)
            yield from _divisible(event)
        case e.BudgetTransfer() | e.CostCutRequest():
            yield _amount(plan, event, event.amount)
        case e.Spending() if event.amount > 0:
            yield _amount(plan, event, event.amount)
        case e.KpiObservation():
            yield from _reading(plan, event)
        case e.Forecast():
            kpi = plan.kpis[event.kpi]
            yield _figure(event, "value", kpi.name, kpi.unit, both_ways(plan, event, kpi, event.value))
        case e.CapacityChange():
            role = plan.resources.roles.get(event.role)
            unit, name = role.unit if role else "person", name_of(plan, "role", event.role)
            step = step_of(plan, event, unit, event.capacity)
            more = grid(event.capacity, (event.capacity or 1) * FURTHEST, min(step, PART_STEP))
            yield _figure(event, "capacity", name, unit, (more,))
        case e.CostChange() if event.change:
            name = Words(en=say("flip.change", "en"), vi=say("flip.change", "vi"))
            yield _figure(event, "change", name, "ratio", (grid(event.change, 0, SHARE_STEP),))
        case e.MilestoneUpdate():
            yield from _milestone(plan, event)
        case _:
            return


def _figure(event: e.EventBase, key: str, name: Words, unit: str, ways: tuple[Way, ...]) -> Field:
    now: Exact = getattr(event, key)
    return Field(key, name, unit, now, ways, lambda each, to: each.model_copy(update={key: to}), "number")


def _amount(plan: Plan, event: e.EventBase, now: Exact) -> Field:
    """An amount that is asked, down to the smallest unit: nothing at all is no request."""
    name = Words(en=say("flip.amount", "en"), vi=say("flip.amount", "vi"))
    unit = smallest(plan, event)
    return _figure(event, "amount", name, "money", (grid(now, min(unit, Fraction(now)), unit),))


def _period(plan: Plan, event: e.SpendRequest) -> Iterator[Field]:
    calendar = calendar_of(plan)
    try:
        now = calendar.resolve(event.period or event.effective_date)
    except OutsideYearError:
        return
    name = Words(en=say("flip.period", "en"), vi=say("flip.period", "vi"))
    later = listed(calendar.ids[now.index :])
    yield Field("period", name, "period", now.id, later, lambda each, to: each.model_copy(update={"period": to}))


def _divisible(event: e.SpendRequest) -> Iterator[Field]:
    if not event.divisible:
        name = Words(en=say("flip.divisible", "en"), vi=say("flip.divisible", "vi"))
        ways = listed(["yes"])
        yield Field(
            "divisible", name, "word", "no", ways, lambda each, to: each.model_copy(update={"divisible": to == "yes"})
        )


def _reading(plan: Plan, event: e.KpiObservation) -> Iterator[Field]:
    """The value that was read, or each of its two parts."""
    kpi = plan.kpis[event.kpi]
    if event.value is not None:
        yield _figure(event, "value", kpi.name, kpi.unit, both_ways(plan, event, kpi, event.value))
        return
    for key, part in (("numerator", kpi.numerator), ("denominator", kpi.denominator)):
        now = getattr(event, key)
        known = plan.kpis.get(part or "")
        unit = known.unit if known else "number"
        step = step_of(plan, event, unit, now)
        far = abs(now) * FURTHEST or FURTHEST
        ways = tuple(way for way in (grid(now, now + far, step), grid(now, min(now, 0), step)) if len(way))
        yield _figure(event, key, name_of(plan, "kpi", part or event.kpi), unit, ways)


def _milestone(plan: Plan, event: e.MilestoneUpdate) -> Iterator[Field]:
    if event.expected is None:
        return
    name = Words(en=say("flip.expected", "en"), vi=say("flip.expected", "vi"))
    ways = (earlier_days(plan, event.expected, event.effective_date), later_days(plan, event.expected))

    def put(each: e.EventBase, to: date) -> e.EventBase:
        return each.model_copy(update={"expected": to})

    yield Field("expected", name, "date", event.expected, tuple(way for way in ways if len(way))[:1], put)

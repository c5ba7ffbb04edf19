"""What would have to be different for a better answer: each field alone, several together, or only the plan itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from aop_rules.decision.finding import Finding
from aop_rules.events import EventBase
from aop_rules.exact.number import exact
from aop_rules.flipping.boundary import Deciding, Judge, nearest
from aop_rules.flipping.event_fields import fields_of
from aop_rules.flipping.fields import Field, Value, Way
from aop_rules.flipping.flip import Bound, Checked, Flip, Flips, JointFlip
from aop_rules.flipping.joint_flip import Found, joint, measure, put_all
from aop_rules.plan.model import Plan

Progress = Callable[[int, int], None]
"""Told how many fields are done, and of how many."""


def flips(event: EventBase, deciding: Deciding, plan: Plan, *, progress: Progress | None = None) -> Flips:
    """What would flip the decision on an event. `deciding` decides on variants of it, and is pure.

    A field is searched for the nearest value at which the outcome is better, down to the currency's smallest unit, a
    hundredth of a percentage point, or a day; numbers up to `fields.FURTHEST` times what they are.
    """
    judge = Judge(deciding, event)
    if judge.level == 0:
        return Flips(judge.decision, (), None, (), judge.decided)
    fields = fields_of(plan, event)
    single: list[Flip] = []
    helps: dict[str, Way] = {}
    for done, field in enumerate(fields, 1):
        found = _single(judge, field)
        if found is not None:
            flip, helps[field.id] = found
            single.append(flip)
        if progress:
            progress(done, len(fields))
    numbers = {field.id for field in fields if field.joint == "number"}
    alone = min((flip.change for flip in single if flip.field in numbers and flip.change is not None), default=None)
    together = _joint(judge, fields, helps, alone)
    stands = () if single or together else _standing(judge, fields)
    return Flips(judge.decision, tuple(single), together, stands, judge.decided)


def _single(judge: Judge, field: Field) -> tuple[Flip, Way] | None:
    """The nearest flip of a field, in either direction."""
    found = []
    for order, way in enumerate(field.ways):
        place = nearest(judge, way, lambda to: field.put(judge.event, to))
        if place is not None:
            found.append((_distance(field, way.at(place)), order, place, way))
    if not found:
        return None
    _, _, place, way = min(found, key=lambda each: each[:2])
    return _flip(judge, field, way, place), way


def _distance(field: Field, to: Value) -> Fraction:
    if isinstance(to, date) and isinstance(field.now, date):
        return Fraction(abs((to - field.now).days))
    change = field.change(to)
    return change if change is not None else abs(Fraction(to)) if isinstance(to, (int, Fraction)) else Fraction(1)


def _flip(judge: Judge, field: Field, way: Way, place: int) -> Flip:
    def checked(at: int) -> Checked:
        value = way.at(at) if at >= 0 else field.now
        return Checked(value, judge.at(field.put(judge.event, way.at(at)) if at >= 0 else judge.event).outcome)

    here, to = checked(place), way.at(place)
    until = _until(judge, field, way, place)
    outside = checked(place + 1) if place + 1 < len(way) else None
    bound = _bound(field, to, way)
    return Flip(
        field.id,
        field.name,
        field.unit,
        field.now,
        to,
        bound,
        until,
        here.outcome,
        field.change(to),
        checked(place - 1),
        outside,
    )


def _until(judge: Judge, field: Field, way: Way, place: int) -> Value | None:
    """The last value of the stretch that helps; None where that is as far as it goes, and for cases of their own."""

    def better(at: int) -> bool:
        return judge.at(field.put(judge.event, way.at(at))).better

    last = len(way) - 1
    if field.unit in ("word", "period") or better(last):
        return None
    near, far = place, last
    while far - near > 1:
        middle = (near + far) // 2
        near, far = (middle, far) if better(middle) else (near, middle)
    return way.at(near)


def _bound(field: Field, to: Value, way: Way) -> Bound:
    if isinstance(way.values, range):
        return "at_least" if way.values.step > 0 else "at_most"
    if isinstance(to, date) and isinstance(field.now, date) and len(way) > 1:
        return "from" if to > field.now else "until"
    return "is"


def _joint(judge: Judge, fields: Sequence[Field], helps: Mapping[str, Way], alone: Fraction | None) -> JointFlip | None:
    found = joint(judge, fields, helps, alone)
    if found is None:
        return None
    outcome = judge.at(put_all(judge.event, found)).outcome
    assert outcome is not None
    parts = [
        Flip(each.id, each.name, each.unit, each.now, to, _bound(each, to, _way(each, to)), None, None, each.change(to))
        for each, to in found
    ]
    largest, total, *_ = measure(found)
    return JointFlip(tuple(parts), outcome, largest, total, tuple(_one_less(judge, found)))


def _one_less(judge: Judge, found: Found) -> Iterator[Checked]:
    """What is decided where one of the parts changes one step less."""
    for n, (field, to) in enumerate(found):
        rest = [*found[:n], *found[n + 1 :]]
        way = _way(field, to)
        place = way.values.index(_index(way, to)) - 1
        less = [*rest, (field, way.at(place))] if place >= 0 else rest
        yield Checked(way.at(place) if place >= 0 else field.now, judge.at(put_all(judge.event, tuple(less))).outcome)


def _index(way: Way, to: Value) -> Any:
    return (
        exact(Fraction(to) / Fraction(way.step))
        if isinstance(way.values, range) and not isinstance(to, (date, str))
        else to
    )


def _way(field: Field, to: Value) -> Way:
    return next(way for way in field.ways if _index(way, to) in way.values)


def _standing(judge: Judge, fields: Sequence[Field]) -> tuple[Finding, ...]:
    """The findings that stand in the way at the end of every field, and of all of them at once."""
    ends = [(field, way.at(len(way) - 1)) for field in fields for way in field.ways[:1] if len(way)]
    corner = [(field, to) for field, to in ends if field.joint]
    standing = judge.at(judge.event).in_the_way & judge.at(put_all(judge.event, tuple(corner))).in_the_way
    for field, to in ends:
        standing &= judge.at(field.put(judge.event, to)).in_the_way
    return tuple(f for f in judge.decision.findings if (f.rule, f.kind, f.subject) in standing)

"""The smallest change of several fields at once that gives a better answer.

Small is measured by the largest relative change first, then by their sum, then by how few they are, then by their ids. All
numbers move together, each towards where it helps, as little as does it; then each is taken back as far as the others
allow. The largest change is so the least there is. The sum is the least for two fields; for more, none of them alone
can be less. A choice (a requirement dropped, better evidence) counts as a change of 1, and dates take no part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, permutations
from math import ceil, floor

from aop_rules.events import EventBase
from aop_rules.exact.number import Exact
from aop_rules.flipping.boundary import Judge, nearest
from aop_rules.flipping.fields import Field, Value, Way

CHOICES_MAX = 2
"""So many choices are tried with each other and with numbers, where numbers alone do not do."""
ORDERS_MAX = 6
"""Up to three fields are taken back in every order; more, in their order and its reverse."""


@dataclass(frozen=True, slots=True)
class Moving:
    """A number with the direction in which it helps."""

    field: Field
    way: Way

    def place(self, share: Fraction) -> int:
        """The furthest place within a relative change; -1 for where it is."""
        assert isinstance(self.way.values, range)
        now, step = _number(self.field.now), Fraction(self.way.step)
        first = abs(_number(self.way.at(0)) - now)
        return min(floor((share * abs(now) - first) / step), len(self.way) - 1) if share * abs(now) >= first else -1

    def share(self, place: int) -> Fraction:
        return self.field.change(self.way.at(place)) or Fraction(0) if place >= 0 else Fraction(0)

    @property
    def finest(self) -> Fraction:
        return Fraction(self.way.step) / abs(_number(self.field.now))


def _number(value: Value | None) -> Fraction:
    assert isinstance(value, (int, Fraction))
    return Fraction(value)


Found = tuple[tuple[Field, Value], ...]
"""The fields that change, each with what it changes to."""


def measure(found: Found) -> tuple[Fraction, Fraction, int, tuple[str, ...]]:
    """How large a change is: the smaller, the nearer."""
    shares = [field.change(to) or Fraction(0) for field, to in found]
    return max(shares), sum(shares, Fraction(0)), len(found), tuple(field.id for field, _ in found)


def joint(judge: Judge, fields: Sequence[Field], helps: Mapping[str, Way]) -> Found | None:
    """The smallest change of two or more fields. `helps` holds the direction in which a field alone is known to help."""
    numbers = [
        Moving(each, helps.get(each.id) or each.ways[0]) for each in fields if each.joint == "number" and each.now
    ]
    found = _numbers(judge, numbers, judge.event)
    if found:
        return found if len(found) > 1 else None
    if helps:
        return None
    choices = [each for each in fields if each.joint == "choice"]
    tried = list(_with_choices(judge, choices, numbers))
    return min(tried, key=measure, default=None)


def _with_choices(judge: Judge, choices: Sequence[Field], numbers: Sequence[Moving]) -> Iterator[Found]:
    """Choices made, and what numbers have to change besides."""
    for count in range(1, CHOICES_MAX + 1):
        for chosen in combinations(choices, count):
            start: EventBase = judge.event
            made: list[tuple[Field, Value]] = []
            for each in chosen:
                to = each.ways[0].at(len(each.ways[0]) - 1)
                start, made = each.put(start, to), [*made, (each, to)]
            if judge.at(start).better:
                if count > 1:
                    yield tuple(made)
            else:
                besides = _numbers(judge, numbers, start)
                if besides:
                    yield (*made, *besides)


def _numbers(judge: Judge, numbers: Sequence[Moving], start: EventBase) -> Found | None:
    """The least that numbers have to move together, from a start that is not better."""
    if not numbers:
        return None
    finest = min(each.finest for each in numbers)
    furthest = max(each.share(len(each.way) - 1) for each in numbers)
    shares = Way(range(1, ceil(furthest / finest) + 1), finest)

    def together(share: Exact | Fraction) -> EventBase:
        return _put(start, [(each, each.place(Fraction(share))) for each in numbers])

    place = nearest(judge, shares, lambda share: together(_number(share)), start)
    if place is None:
        return None
    share = _exactly(judge, numbers, start, Fraction(place * finest), Fraction((place + 1) * finest))
    corner = [(each, each.place(share)) for each in numbers]
    ways = permutations(corner) if len(corner) <= 3 else iter((corner, corner[::-1]))
    found = [_taken_back(judge, start, list(order)) for order, _ in zip(ways, range(ORDERS_MAX), strict=False)]
    return min(found, key=measure)


def _exactly(judge: Judge, numbers: Sequence[Moving], start: EventBase, short: Fraction, enough: Fraction) -> Fraction:
    """The least share in a stretch of one fine step: fields with larger steps move only at some."""
    marks = {each.share(each.place(enough)) for each in numbers}
    for share in sorted(mark for mark in marks if short < mark <= enough):
        if judge.at(_put(start, [(each, each.place(share)) for each in numbers])).better:
            return share
    return enough


def _put(start: EventBase, places: Sequence[tuple[Moving, int]]) -> EventBase:
    event = start
    for each, place in places:
        event = each.field.put(event, each.way.at(place)) if place >= 0 else event
    return event


def _taken_back(judge: Judge, start: EventBase, corner: list[tuple[Moving, int]]) -> Found:
    """Each field in turn back as far as the answer stays better with the others where they are."""
    for n, (each, place) in enumerate(corner):

        def better(at: int, n: int = n, each: Moving = each) -> bool:
            return judge.at(_put(start, [*corner[:n], (each, at), *corner[n + 1 :]])).better

        stays, leap = place, 1
        while stays >= 0 and better(max(stays - leap, -1)):
            stays, leap = max(stays - leap, -1), leap * 2
        fails = max(stays - leap, -1)
        while stays - fails > 1:
            middle = (stays + fails) // 2
            stays, fails = (middle, fails) if better(middle) else (stays, middle)
        corner[n] = (each, stays)
    kept = [(each.field, each.way.at(place)) for each, place in corner if place >= 0]
    return tuple(sorted(kept, key=lambda pair: pair[0].id))

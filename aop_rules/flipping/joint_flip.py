"""The smallest change of several fields at once that gives a better answer.

Small is measured by the largest relative change first, then by their sum, then by how few they are, then by their ids. All
numbers move together, each towards where it helps, as little as does it; then each is taken back as far as the others
allow. What helps alone can hurt together (more sales under a floor of the margin), so they move again with some of them
turned or left as they are, as far as nothing nearer is known. The largest change is so the least there is. The sum is the
least for two fields; for more, none of them alone can be less. A choice (a requirement dropped, better evidence) counts
as a change of 1, and dates take no part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, permutations, product
from math import ceil, floor

from aop_rules.events import EventBase
from aop_rules.exact.number import Exact
from aop_rules.flipping.boundary import STATIONS, Judge, nearest
from aop_rules.flipping.fields import Field, Value, Way

CHOICES_MAX = 2
"""So many choices are tried with each other and with numbers, where numbers alone do not do."""
ORDERS_MAX = 6
"""Up to three fields are taken back in every order; more, in their order and its reverse."""
COURSES_MAX = 160
"""So many courses are tried, those with the fewest numbers turned or left as they are first: all of up to four numbers."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number, with the direction in which it alone is known to help."""

    field: Field
    helps: Way | None

    @property
    def ways(self) -> tuple[Way, ...]:
        """The directions in which it could move, the best first."""
        first = self.helps or self.field.ways[0]
        return (first, *(way for way in self.field.ways if way != first))


@dataclass(frozen=True, slots=True)
class Moving:
    """A number with the direction in which it moves."""

    field: Field
    way: Way
    last: int
    """The place to which it goes at most."""

    def place(self, share: Fraction) -> int:
        """The furthest place within a relative change; -1 for where it is."""
        assert isinstance(self.way.values, range)
        now, step = _number(self.field.now), Fraction(self.way.step)
        first = abs(_number(self.way.at(0)) - now)
        return min(floor((share * abs(now) - first) / step), self.last) if share * abs(now) >= first else -1

    def share(self, place: int) -> Fraction:
        return self.field.change(self.way.at(place)) or Fraction(0) if place >= 0 else Fraction(0)

    def short_of(self, most: Fraction, closed: bool) -> Moving:
        """The same as far as its change is less than `most`; or no more, where that is `closed`."""
        last = self.place(most)
        return replace(self, last=last if closed or self.share(last) < most else last - 1)

    @property
    def finest(self) -> Fraction:
        return Fraction(self.way.step) / abs(_number(self.field.now))


def _number(value: Value | None) -> Fraction:
    assert isinstance(value, (int, Fraction))
    return Fraction(value)


Found = tuple[tuple[Field, Value], ...]
"""The fields that change, each with what it changes to."""


def put_all(event: EventBase, found: Found) -> EventBase:
    """The event with all of these changes."""
    for field, to in found:
        event = field.put(event, to)
    return event


def measure(found: Found) -> tuple[Fraction, Fraction, int, tuple[str, ...]]:
    """How large a change is: the smaller, the nearer."""
    shares = [field.change(to) or Fraction(0) for field, to in found]
    return max(shares), sum(shares, Fraction(0)), len(found), tuple(field.id for field, _ in found)


def joint(judge: Judge, fields: Sequence[Field], helps: Mapping[str, Way], alone: Fraction | None) -> Found | None:
    """The smallest change of two or more fields.

    `helps` holds the direction in which a field alone is known to help, `alone` the least change of one number that does.
    """
    numbers = [Number(each, helps.get(each.id)) for each in fields if each.joint == "number" and each.now]
    found = _numbers(judge, numbers, judge.event, alone)
    if found:
        return found if len(found) > 1 else None
    if helps:
        return None
    choices = [each for each in fields if each.joint == "choice"]
    tried = list(_with_choices(judge, choices, numbers))
    return min(tried, key=measure, default=None)


def _with_choices(judge: Judge, choices: Sequence[Field], numbers: Sequence[Number]) -> Iterator[Found]:
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
                    yield _no_more_than_needed(judge, tuple(made))
            else:
                besides = _numbers(judge, numbers, start)
                if besides:
                    yield _no_more_than_needed(judge, (*made, *besides))


def _no_more_than_needed(judge: Judge, found: Found) -> Found:
    """Each choice as near as is enough with the others: an estimate, where nobody needs a measurement."""
    for n, (field, _) in enumerate(found):
        ways = [field.ways[0].at(place) for place in range(len(field.ways[0]))] if field.joint == "choice" else []
        for to in ways:
            less = (*found[:n], (field, to), *found[n + 1 :])
            if judge.at(put_all(judge.event, less)).better:
                found = less
                break
    return found


def _numbers(judge: Judge, numbers: Sequence[Number], start: EventBase, alone: Fraction | None = None) -> Found | None:
    """The least that numbers have to move together, from a start that is not better; less than one of them `alone`."""
    best: Found | None = None
    chosen = start != judge.event
    for turned, course in enumerate(_courses(numbers)):
        if len(course) == 1 and not chosen:
            continue  # one alone is known
        if turned == 1 and chosen and best is None and _stands(judge, numbers, start):
            break
        if best:
            course = tuple(each.short_of(measure(best)[0], len(numbers) == 2) for each in course)
        elif alone is not None:
            course = tuple(each.short_of(alone, False) for each in course)
        if turned and any(each.last < 0 for each in course):
            continue  # as if that one were left as it is
        found = _least(judge, course, start, () if turned else STATIONS)
        if found and (best is None or measure(found) < measure(best)):
            best = found
    return best


def _stands(judge: Judge, numbers: Sequence[Number], start: EventBase) -> bool:
    """Whether something stands in the way wherever each of the numbers goes, and all of them."""
    ends = [[Moving(each.field, way, len(way) - 1) for way in each.ways] for each in numbers]
    corners = [[moving] for each in ends for moving in each] + [[each[0] for each in ends]]
    points = [judge.at(_put(start, [(each, each.last) for each in corner])) for corner in corners]
    return bool(judge.at(start).in_the_way.intersection(*(each.in_the_way for each in points)))


def _courses(numbers: Sequence[Number]) -> Iterator[tuple[Moving, ...]]:
    """Which of the numbers move, and which way: first all of them as usual."""
    ways = [each.ways for each in numbers]
    turned = sorted(product(*(range(len(each) + 1) for each in ways)), key=lambda at: sum(map(bool, at)))
    for at in turned[:COURSES_MAX]:
        course = ((number, way[n]) for number, way, n in zip(numbers, ways, at, strict=True) if n < len(way))
        if moving := tuple(Moving(number.field, way, len(way) - 1) for number, way in course):
            yield moving


def _least(judge: Judge, moving: Sequence[Moving], start: EventBase, halvings: Sequence[int]) -> Found | None:
    """The least that all of these have to move; None where as far as they go is not enough."""
    finest = min(each.finest for each in moving)
    last = ceil(max(each.share(each.last) for each in moving) / finest)
    nothing = floor(1 / finest) - 1  # what shrinks is at nothing from there on
    shares = Way(range(1, last + 1), finest, (nothing,) if 0 < nothing < last - 1 else ())

    def together(share: Exact | Fraction) -> EventBase:
        return _put(start, [(each, each.place(Fraction(share))) for each in moving])

    place = nearest(judge, shares, lambda share: together(_number(share)), start, halvings)
    if place is None:
        return None
    share = _exactly(judge, moving, start, Fraction(place * finest), Fraction((place + 1) * finest))
    corner = [(each, each.place(share)) for each in moving]
    ways = permutations(corner) if len(corner) <= 3 else iter((corner, corner[::-1]))
    found = [_taken_back(judge, start, list(order)) for order, _ in zip(ways, range(ORDERS_MAX), strict=False)]
    return min(found, key=measure)


def _exactly(judge: Judge, moving: Sequence[Moving], start: EventBase, short: Fraction, enough: Fraction) -> Fraction:
    """The least share in a stretch of one fine step: fields with larger steps move only at some."""
    marks = {each.share(each.place(enough)) for each in moving}
    for share in sorted(mark for mark in marks if short < mark <= enough):
        if judge.at(_put(start, [(each, each.place(share)) for each in moving])).better:
            return share
    return enough


def _put(start: EventBase, places: Sequence[tuple[Moving, int]]) -> EventBase:
    event = start
    for each, place in places:
        event = each.field.put(event, each.way.at(place)) if place >= 0 else event
    return event


def _taken_back(judge: Judge, start: EventBase, corner: list[tuple[Moving, int]]) -> Found:
    """Each field in turn back as far as the answer stays better with the others where they are, until none can be."""
    before: list[tuple[Moving, int]] = []
    while (
        before != corner
    ):  # less of one can make room for less of another (less sales, less profit at the same margin)
        before = list(corner)
        for n, (each, place) in enumerate(corner):
            corner[n] = (each, _back(judge, start, corner, n, place))
    kept = [(each.field, each.way.at(place)) for each, place in corner if place >= 0]
    return tuple(sorted(kept, key=lambda pair: pair[0].id))


def _back(judge: Judge, start: EventBase, corner: Sequence[tuple[Moving, int]], n: int, place: int) -> int:
    """The place up to which one field can be taken back, by leaps that double."""

    def better(at: int) -> bool:
        return judge.at(_put(start, [*corner[:n], (corner[n][0], at), *corner[n + 1 :]])).better

    stays, leap = place, 1
    while stays >= 0 and better(max(stays - leap, -1)):
        stays, leap = max(stays - leap, -1), leap * 2
    fails = max(stays - leap, -1)
    while stays - fails > 1:
        middle = (stays + fails) // 2
        stays, fails = (middle, fails) if better(middle) else (stays, middle)
    return stays

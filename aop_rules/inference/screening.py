"""What cannot be told where a record lacks values, without asking the reference about every condition that speaks of one.

A part of a condition's outermost `and` that is known to be false decides it, whatever is lacking. So for each attribute
the conditions that speak of it are kept by one other test of theirs, on another attribute, sorted: those whose other
test fails are never looked at. Of the rest, a condition made of simple tests alone is unknown outright.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final, NamedTuple, cast

from aop_rules.inference.access import Access, Equality, Path, Threshold, accesses, conjuncts
from aop_rules.inference.judgement import Undecided
from aop_rules.inference.record import Fault, Missing
from aop_rules.rules.syntax import Expression

Lacking = Mapping[Path, Missing | Fault]
"""The attributes that a record has no usable value for, and why."""
Values = Mapping[Path, object]
"""Those that it has one for: numbers as int, Decimal or Fraction."""

_BOUND: Final = itemgetter(0)


class Subject(NamedTuple):
    """A condition by its place: the attributes that it speaks of, and its simple tests."""

    place: int
    id: str
    paths: frozenset[Path]
    tests: Sequence[Access]
    simple: bool
    """Whether it consists of its tests."""


class Screening:
    """For each attribute, what to look at when a record lacks it."""

    def __init__(self, conditions: Iterable[tuple[int, str, Expression]], paths: Sequence[frozenset[Path]]) -> None:
        """Take conditions with their places and ids, and the attributes that each speaks of."""
        self._subjects: dict[int, Subject] = {}
        self._shelves: dict[Path, _Shelf] = defaultdict(_Shelf)
        for (place, name, expression), spoken_of in zip(conditions, paths, strict=True):
            tests = accesses(expression)
            subject = Subject(place, name, spoken_of, tests, len(tests) == len(conjuncts(expression)))
            self._subjects[place] = subject
            for path in spoken_of:
                self._shelves[path].add(subject, path)
        for shelf in self._shelves.values():
            shelf.sort()

    def affected(self, lacking: Lacking) -> set[int]:
        """The places of the conditions that speak of what is lacking."""
        found: set[int] = set()
        for path in lacking:
            if path in self._shelves:
                found.update(self._shelves[path].everything)
        return found

    def undecided(self, lacking: Lacking, values: Values) -> tuple[dict[int, Undecided], set[int]]:
        """Of the affected conditions, by place: those that cannot be told, and those to be judged by the reference.

        The others are false.
        """
        unknown: dict[int, Undecided] = {}
        to_ask: set[int] = set()
        reasons: dict[frozenset[Path], tuple[tuple[str, ...], tuple[str, ...]]] = {}
        for path, why in lacking.items():
            shelf = self._shelves.get(path)
            if shelf is None:
                continue
            if isinstance(why, Missing):
                unknown.update(shelf.alone)
            else:
                unknown.update((place, Undecided(each.id, (), (why.why,))) for place, each in shelf.alone.items())
            for place in shelf.possible(values):
                if place in unknown:
                    continue
                subject = self._subjects[place]
                if not subject.simple:
                    to_ask.add(place)
                elif _is_open(subject, values):
                    here = subject.paths.intersection(lacking)
                    if here not in reasons:
                        reasons[here] = _reasons(here, lacking)
                    unknown[place] = Undecided(subject.id, *reasons[here])
        return unknown, to_ask


def _is_open(subject: Subject, values: Values) -> bool:
    """Whether no test of a condition is known to fail."""
    for test in subject.tests:  # noqa: SIM110 - `all` would take twice as long
        if test.path in values and not test.admits(values[test.path]):
            return False
    return True


def _reasons(paths: Iterable[Path], lacking: Lacking) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of those that are missing, and what is wrong with the rest, both sorted."""
    missing, faults = [], set()
    for path in paths:
        why = lacking[path]
        if isinstance(why, Missing):
            missing.append(".".join(path))
        else:
            faults.add(why.why)
    return tuple(sorted(missing)), tuple(sorted(faults))


class _Shelf:
    """The conditions that speak of one attribute, by what they say about others."""

    def __init__(self) -> None:
        self.everything: list[int] = []
        self.alone: dict[int, Undecided] = {}
        """Conditions of a single test, on this attribute: by place, what they are where it is missing."""
        self._always: list[int] = []
        self._thresholds: dict[tuple[Path, bool], list[tuple[Any, int]]] = defaultdict(list)
        self._equalities: dict[Path, dict[object, list[int]]] = defaultdict(lambda: defaultdict(list))

    def add(self, subject: Subject, path: Path) -> None:
        self.everything.append(subject.place)
        match next((test for test in subject.tests if test.path != path), None):
            case Threshold(path=other, above=above, bound=bound):
                self._thresholds[other, above].append((bound, subject.place))
            case Equality(path=other, values=values):
                for value in values:
                    self._equalities[other][value].append(subject.place)
            case _ if subject.simple and len(subject.tests) == 1:
                self.alone[subject.place] = Undecided(subject.id, (".".join(path),))
            case _:
                self._always.append(subject.place)

    def sort(self) -> None:
        """Once all are there, and before the first question."""
        for group in self._thresholds.values():
            group.sort()

    def possible(self, values: Values) -> Iterable[int]:
        """The places of conditions that are not `alone` and whose other test does not fail."""
        yield from self._always
        for (path, above), group in self._thresholds.items():
            if path in values:
                value = cast(Any, values[path])
                if above:
                    group = group[: bisect_right(group, value, key=_BOUND)]
                else:
                    group = group[bisect_left(group, value, key=_BOUND) :]
            yield from [place for _, place in group]
        for path, table in self._equalities.items():
            for places in [table.get(values[path], ())] if path in values else table.values():
                yield from places

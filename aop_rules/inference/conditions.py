"""Which of many conditions hold over a record: the same answers as the reference, at a fraction of its price.

A record of plain dicts whose values are all there and fit goes through one compiled function (`matching_code`). In any
other, what is missing or does not fit is replaced by a stand-in of the right type, the function is asked all the same,
and only the conditions that speak of a replaced attribute are judged by the reference, over the record as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from aop_rules.errors import InputError, Problem, RuleError
from aop_rules.inference.judgement import Match, Undecided
from aop_rules.inference.matching_code import Unfit, compiled
from aop_rules.inference.record import Fault, Known, Missing, Record, read
from aop_rules.inference.reference import attributes, evaluate
from aop_rules.rules.syntax import Expression, Type

if TYPE_CHECKING:
    from aop_rules.rules.vocabulary import Vocabulary

_STAND_IN: Final[dict[str, Known]] = {
    "boolean": False,
    "text": "",
    "date": date.min,
    "texts": frozenset(),
}


_new: Final = tuple.__new__
"""Makes a `Match` at half the price of calling the class."""


class Matcher:
    """Conditions, compiled once, to be matched against any number of records. Immutable, and safe between threads."""

    __slots__ = ("_affected", "_always", "_conditions", "_ids", "_judge", "_slots")

    def __init__(self, conditions: Iterable[tuple[str, Expression]]) -> None:
        """Take checked conditions under their ids. The order given is the order of every answer."""
        self._conditions = tuple(conditions)
        self._ids = tuple(name for name, _ in self._conditions)
        speaks_of = [dict.fromkeys(a.path for a in attributes(expression)) for _, expression in self._conditions]
        odd = _odd_paths(self._conditions)
        ordinary = [
            (place, expression)
            for place, (_, expression) in enumerate(self._conditions)
            if odd.isdisjoint(speaks_of[place])
        ]
        self._judge, self._slots, left = compiled(ordinary)
        quick = {place for place, _ in ordinary}.difference(left)
        self._always = tuple(place for place in range(len(self._ids)) if place not in quick)
        affected: dict[tuple[str, ...], list[int]] = {}
        for place in sorted(quick):
            for path in speaks_of[place]:
                affected.setdefault(path, []).append(place)
        self._affected = {path: tuple(places) for path, places in affected.items()}

    @staticmethod
    def compile(conditions: Mapping[str, str], vocabulary: Vocabulary) -> Matcher:
        """Check conditions against a vocabulary and compile them.

        `conditions` maps an id to a condition as written in a rule. Raises `RuleError` with every problem of every
        condition.

        >>> from aop_rules.rules.vocabulary import Vocabulary
        >>> vocabulary = Vocabulary.of({"amount": "number", "region": "text"})
        >>> matcher = Matcher.compile({"large": "amount > 100", "south": 'region == "south"'}, vocabulary)
        >>> matcher.match({"amount": 150, "region": "north"})
        Match(holds=('large',), unknown=())
        >>> matcher.match({"amount": None, "region": "south"})
        Match(holds=('south',), unknown=(Undecided(id='large', missing=('amount',), faults=()),))
        """
        from aop_rules.rules.condition import check_condition

        checked: list[tuple[str, Expression]] = []
        problems: list[Problem] = []
        for name, text in conditions.items():
            try:
                checked.append((name, check_condition(text, vocabulary)))
            except InputError as error:
                problems += error.problems
        if problems:
            raise RuleError(problems)
        return Matcher(checked)

    def match(self, record: Record) -> Match:
        """What holds over a record, and what cannot be told. Both in the order in which the conditions were given."""
        try:
            holds, doubts = self._judge(record)
        except (KeyError, TypeError, Unfit):
            return self._partial(record)
        if doubts or self._always:
            return self._completed(record, holds, {*doubts, *self._always})
        holds.sort()
        ids, found = self._ids, []
        for place in holds:  # a comprehension would cost a call of its own here, a tenth of a small match
            found.append(ids[place])  # noqa: PERF401
        return _new(Match, (tuple(found), ()))

    def _partial(self, record: Record) -> Match:
        """A record that lacks values, has unfit ones, or is made of other mappings than dicts."""
        stand_in: dict[str, object] = {}
        uncertain = set(self._always)
        for slot in self._slots:
            value = read(record, slot.attribute)
            if isinstance(value, Missing | Fault):
                uncertain.update(self._affected.get(slot.attribute.path, ()))
                value = _stand_in(slot.attribute.type)
            _put(stand_in, slot.attribute.path, _plain(value))
        holds, doubts = self._judge(stand_in)
        return self._completed(record, holds, uncertain.union(doubts))

    def _completed(self, record: Record, holds: Sequence[int], uncertain: set[int]) -> Match:
        """The answer, with the reference asked about what is uncertain."""
        held = set(holds) - uncertain
        unknown = []
        for place in sorted(uncertain):
            name, expression = self._conditions[place]
            result = evaluate(expression, record)
            if result.value is True:
                held.add(place)
            elif result.value is None:
                unknown.append(Undecided(name, result.missing, result.faults))
        return Match(tuple([self._ids[place] for place in sorted(held)]), tuple(unknown))


def _odd_paths(conditions: Iterable[tuple[str, Expression]]) -> set[tuple[str, ...]]:
    """Attributes that two conditions take to be of different types, or that lie inside one another."""
    kinds: dict[tuple[str, ...], tuple[Type | None, bool]] = {}
    odd: set[tuple[str, ...]] = set()
    for _, expression in conditions:
        for attribute in attributes(expression):
            kind = (attribute.type, bool(attribute.type and attribute.type.integral))
            if kinds.setdefault(attribute.path, kind) != kind:
                odd.add(attribute.path)
    odd.update(path[:depth] for path in kinds for depth in range(1, len(path)) if path[:depth] in kinds)
    return odd


def _stand_in(kind: Type | None) -> Known:
    return _STAND_IN.get(kind.base, Fraction(0)) if kind else Fraction(0)


def _plain(value: Known) -> object:
    """A value as the compiled function takes it soonest."""
    if isinstance(value, Fraction) and value.denominator == 1:
        return int(value)
    return value


def _put(record: dict[str, object], path: tuple[str, ...], value: object) -> None:
    for key in path[:-1]:
        branch = record.setdefault(key, {})
        assert isinstance(branch, dict)
        record = branch
    record[path[-1]] = value

"""Which of many conditions hold over a record: the same answers as the reference, at a fraction of its price.

A record of plain dicts whose values are all there and fit goes through one compiled function (`matching_code`). In any
other, what is lacking is replaced by a stand-in of the right type and the function is asked all the same; of the
conditions that speak of what is lacking, `screening` says which cannot be told, and which the reference must judge.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from aop_rules.errors import InputError, Problem, RuleError
from aop_rules.inference.access import Path
from aop_rules.inference.judgement import Match, Undecided
from aop_rules.inference.matching_code import compiled
from aop_rules.inference.reading_code import Unfit
from aop_rules.inference.record import Fault, Missing, Record, read
from aop_rules.inference.reference import evaluate
from aop_rules.inference.screening import Screening
from aop_rules.rules.syntax import NUMBER, Attribute, Expression, Type, attributes

if TYPE_CHECKING:
    from aop_rules.rules.vocabulary import Vocabulary

_STAND_IN: Final[dict[str, object]] = {
    "number": 0,
    "boolean": False,
    "text": "",
    "date": date.min,
    "texts": frozenset(),
}
_PLAINEST: Final = {"number": int, "text": str, "boolean": bool, "date": date}
"""Types whose values need no second look."""

_new: Final = tuple.__new__
"""Makes a `Match` at half the price of calling the class."""


class Matcher:
    """Conditions, compiled once, to be matched against any number of records. Immutable, and safe between threads."""

    __slots__ = ("_always", "_conditions", "_ids", "_judge", "_places", "_screening", "_slots", "_straight")

    def __init__(self, conditions: Iterable[tuple[str, Expression]]) -> None:
        """Take checked conditions under their ids, all different. The order given is the order of every answer."""
        self._conditions = tuple(conditions)
        self._ids = tuple(name for name, _ in self._conditions)
        self._places = {name: place for place, name in enumerate(self._ids)}
        if len(self._places) < len(self._ids):
            raise ValueError("two conditions have one id")
        speaks_of = [frozenset(a.path for a in attributes(expression)) for _, expression in self._conditions]
        odd = _odd_paths(self._conditions)
        ordinary = [
            (place, name, expression)
            for place, (name, expression) in enumerate(self._conditions)
            if odd.isdisjoint(speaks_of[place])
        ]
        self._judge, self._straight, self._slots, left = compiled(ordinary)
        quick = [each for each in ordinary if each[0] not in left]
        self._screening = Screening(quick, [speaks_of[place] for place, _, _ in quick])
        self._always = frozenset(range(len(self._ids))) - {place for place, _, _ in quick}

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
            return self._answer(record, self._held(holds), {}, {*doubts, *self._always})
        if self._straight:
            return _new(Match, (tuple(holds), ()))
        holds.sort()
        ids, found = self._ids, []
        for place in holds:  # a comprehension would cost a call of its own here, a tenth of a small match
            found.append(ids[place])  # noqa: PERF401
        return _new(Match, (tuple(found), ()))

    def _partial(self, record: Record) -> Match:
        """A record that lacks values, has unfit ones, or is made of other mappings than dicts."""
        values: dict[Path, object] = {}
        lacking: dict[Path, Missing | Fault] = {}
        stand_in: dict[str, object] = {}
        for slot in self._slots:
            path, kind = slot.attribute.path, slot.attribute.type or NUMBER
            value = _usable(record, slot.attribute)
            if isinstance(value, Missing | Fault):
                lacking[path] = value
                value = _STAND_IN[kind.base]
            else:
                values[path] = value
            _put(stand_in, path, value)
        holds, doubts = self._judge(stand_in)
        affected = self._screening.affected(lacking)
        unknown, to_ask = self._screening.undecided(lacking, values)
        to_ask.update(self._always, set(doubts) - affected)
        return self._answer(record, self._held(holds) - affected, unknown, to_ask)

    def _held(self, holds: Iterable[Any]) -> set[int]:
        """What the compiled function gives, as places."""
        return {self._places[name] for name in holds} if self._straight else set(holds)

    def _answer(self, record: Record, held: set[int], unknown: dict[int, Undecided], to_ask: Iterable[int]) -> Match:
        """What holds and what cannot be told, by place, in order; the reference is asked about the rest."""
        for place in to_ask:
            name, expression = self._conditions[place]
            result = evaluate(expression, record)
            if result.value is True:
                held.add(place)
            elif result.value is None:
                unknown[place] = Undecided(name, result.missing, result.faults)
        ids = self._ids
        return Match(
            tuple([ids[place] for place in sorted(held)]), tuple([unknown[place] for place in sorted(unknown)])
        )


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


def _usable(record: Record, attribute: Attribute) -> object:
    """A value as the compiled function takes it soonest; `Missing` or a `Fault` where there is none."""
    at: object = record
    for key in attribute.path:
        if type(at) is not dict:
            break
        at = at.get(key)
    else:
        if attribute.type and type(at) is _PLAINEST.get(attribute.type.base):
            return at
    value = read(record, attribute)
    return int(value) if isinstance(value, Fraction) and value.denominator == 1 else value


def _put(record: dict[str, object], path: tuple[str, ...], value: object) -> None:
    for key in path[:-1]:
        branch = record.setdefault(key, {})
        assert isinstance(branch, dict)
        record = branch
    record[path[-1]] = value

"""The meaning of conditions and of chaining, as plainly as it can be written. Every faster engine is held to it.

Conditions are three-valued (Kleene): `false and unknown` is false, `true or unknown` is true, otherwise unknown
spreads. Only `known(x)` turns an unknown into an answer. Numbers are fractions, so nothing is rounded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import chain
from operator import eq, ge, gt, le, lt, ne
from typing import Any as AnyValue
from typing import cast

from aop_rules.errors import EngineError
from aop_rules.inference.chain import ChainRule, Fact, Firing, Inference, Pattern, kind, pattern_kind
from aop_rules.inference.judgement import Match, Result, Undecided
from aop_rules.inference.record import Fault, Known, Missing, Record, read
from aop_rules.limits import FACTS_MAX, FIRINGS_MAX
from aop_rules.rules.syntax import (
    All,
    Any,
    Arithmetic,
    Attribute,
    Call,
    Compare,
    Expression,
    In,
    Literal,
    Negate,
    Not,
    SetOf,
)

ZERO_DIVISOR = "division by zero"
STEPS_MAX = 10 * FIRINGS_MAX
"""Partial matches of rules in one inference: some seconds of work, most of it in vain."""
DATE_OUT_OF_RANGE = "a date outside the years 1 to 9999"

_COMPARE: dict[str, Callable[[AnyValue, AnyValue], bool]] = {
    "==": eq,
    "!=": ne,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
}


def evaluate(expression: Expression, record: Record) -> Result:
    """The value of a checked expression over one record.

    >>> from aop_rules.rules.syntax import MONEY
    >>> amount = Attribute(("event", "amount"), type=MONEY)
    >>> evaluate(Compare(">", amount, Literal(10)), {"event": {"amount": 12}})
    Result(value=True, missing=(), faults=())
    >>> evaluate(Compare(">", amount, Literal(10)), {"event": {}})
    Result(value=None, missing=('event.amount',), faults=())
    """
    reading = {attribute.name: read(record, attribute) for attribute in attributes(expression)}
    missing = sorted(name for name, value in reading.items() if isinstance(value, Missing))
    faults = {value.why for value in reading.values() if isinstance(value, Fault)}
    known = {name: value for name, value in reading.items() if not isinstance(value, Missing | Fault)}
    value = _value(expression, known, faults)
    return Result(value, tuple(missing), tuple(sorted(faults)))


def judge(conditions: Sequence[tuple[str, Expression]], record: Record) -> Match:
    """Which conditions hold over a record and which cannot be told, in the order given."""
    results = [(name, evaluate(expression, record)) for name, expression in conditions]
    return Match(
        holds=tuple(name for name, result in results if result.value is True),
        unknown=tuple(
            Undecided(name, result.missing, result.faults) for name, result in results if result.value is None
        ),
    )


def attributes(expression: Expression) -> Iterator[Attribute]:
    """Every attribute that an expression mentions, as often as it does."""
    if isinstance(expression, Attribute):
        yield expression
    for part in parts(expression):
        yield from attributes(part)


def left_open_by(expression: Expression, record: Record) -> frozenset[str]:
    """The unknown attributes that leave an expression open: not those in parts that are settled without them.

    >>> from aop_rules.rules.syntax import BOOLEAN
    >>> a, b, c = (Attribute(("event", name), type=BOOLEAN) for name in "abc")
    >>> sorted(left_open_by(All((a, Any((b, c)))), {"event": {"c": True}}))
    ['event.a']
    """
    result = evaluate(expression, record)
    if result.value is not None:
        return frozenset()
    if isinstance(expression, Not | All | Any):
        return frozenset[str]().union(*(left_open_by(part, record) for part in parts(expression)))
    return frozenset(result.missing)


def parts(expression: Expression) -> tuple[Expression, ...]:
    """The operands of an expression, left to right."""
    match expression:
        case Not(operand) | Negate(operand):
            return (operand,)
        case All(operands) | Any(operands):
            return operands
        case Compare(_, left, right) | Arithmetic(_, left, right):
            return (left, right)
        case In(item, container):
            return (item, container)
        case Call(_, arguments):
            return arguments
        case _:
            return ()


def _value(expression: Expression, known: dict[str, Known], faults: set[str]) -> Known | None:
    """The value, or None for unknown. Every part is evaluated, so that `faults` does not depend on the order."""
    match expression:
        case Literal(value):
            return Fraction(value) if isinstance(value, int) and not isinstance(value, bool) else value
        case Attribute():
            return known.get(expression.name)
        case SetOf(items):
            return frozenset(items)
    values = [_value(part, known, faults) for part in parts(expression)]
    match expression:
        case All():
            return False if False in values else None if None in values else True
        case Any():
            return True if True in values else None if None in values else False
        case Call("known"):
            return values[0] is not None
    if None in values:
        return None
    return _apply(expression, cast("list[AnyValue]", values), faults)


def _apply(expression: Expression, values: list[AnyValue], faults: set[str]) -> Known | None:
    """An operation on known values."""
    match expression:
        case Not():
            return not values[0]
        case Negate():
            return cast(Known, -values[0])
        case Compare(operator):
            return _COMPARE[operator](values[0], values[1])
        case In(negated=negated):
            return (values[0] in values[1]) is not negated
        case Arithmetic(operator):
            return _arithmetic(operator, values[0], values[1], faults)
        case Call("overlaps"):
            return not values[0].isdisjoint(values[1])
        case Call("size"):
            return Fraction(len(values[0]))
        case Call("min"):
            return cast(Known, min(values))
        case Call("max"):
            return cast(Known, max(values))
        case Call("abs"):
            return cast(Known, abs(values[0]))
        case _:
            raise EngineError(f"no meaning for {expression!r}")


def _arithmetic(operator: str, left: AnyValue, right: AnyValue, faults: set[str]) -> Known | None:
    """Numbers are exact; a date and a number of days give a date, two dates the days between them."""
    if isinstance(left, date) or isinstance(right, date):
        return _days(operator, left, right, faults)
    if operator == "/":
        if right == 0:
            faults.add(ZERO_DIVISOR)
            return None
        return cast(Known, left / right)
    return cast(Known, left + right if operator == "+" else left - right if operator == "-" else left * right)


def _days(operator: str, left: AnyValue, right: AnyValue, faults: set[str]) -> Known | None:
    if isinstance(left, date) and isinstance(right, date):
        return Fraction((left - right).days)
    day, days = (left, right) if isinstance(left, date) else (right, left)
    if days.denominator != 1:
        faults.add("a part of a day added to a date")
        return None
    try:
        return cast(date, day + timedelta(days=int(days if operator == "+" else -days)))
    except OverflowError:
        faults.add(DATE_OUT_OF_RANGE)
        return None


def infer(
    rules: Sequence[ChainRule], known: Iterable[Fact], possible: Iterable[Fact], links: Iterable[Fact]
) -> Inference:
    """What follows from facts and links by rules: apply the rules to what is new until nothing is new.

    Raises `EngineError` past `FACTS_MAX` facts, `FIRINGS_MAX` firings or `STEPS_MAX` steps, which chains that people
    wrote never reach.
    """
    given, supposed = frozenset(chain(known, links)), frozenset(possible)
    certain, firings = _closure(rules, given)
    everything = certain
    if not supposed <= certain:
        everything, firings = _closure(rules, given | supposed)
    return Inference(certain, everything - certain, tuple(sorted(firings)), given, supposed)


def _closure(rules: Sequence[ChainRule], seeds: frozenset[Fact]) -> tuple[frozenset[Fact], set[Firing]]:
    """Rounds of applying rules where at least one premise is new, until a round brings nothing new."""
    uses: dict[tuple[int, int], list[tuple[ChainRule, int]]] = {}
    for rule in rules:
        for place, pattern in enumerate(rule.body):
            uses.setdefault(pattern_kind(pattern), []).append((rule, place))
    facts, new = Facts(()), set(seeds)
    firings: set[Firing] = set()
    steps = 0
    while new:
        facts.add(new)
        latest, new = Facts(new), set()
        for kind_of_new in {kind(fact) for fact in latest.all}:
            for rule, place in uses.get(kind_of_new, ()):
                found, taken = _applications(rule, place, latest, facts)
                firings.update(found)
                new.update(firing.conclusion for firing in found if firing.conclusion not in facts.all)
                steps += taken
                check_size(len(facts.all) + len(new), len(firings), steps)
    check_size(len(facts.all), len(firings), steps)
    return frozenset(facts.all), firings


class Facts:
    """A growing set of facts, found by predicate and by the value in one place."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self.all: set[Fact] = set()
        self._found: dict[tuple[int, ...], list[Fact]] = {}
        self.add(facts)

    def add(self, facts: Iterable[Fact]) -> None:
        for fact in facts:
            self.all.add(fact)
            self._found.setdefault(kind(fact), []).append(fact)
            for place, value in enumerate(fact[1:]):
                self._found.setdefault((*kind(fact), place, value), []).append(fact)

    def candidates(self, pattern: Pattern, binding: dict[int, int]) -> Sequence[Fact]:
        """The facts of a pattern's predicate, narrowed to one value where a variable is bound."""
        for place, variable in enumerate(pattern.variables):
            if variable in binding:
                return self._found.get((*pattern_kind(pattern), place, binding[variable]), ())
        return self._found.get(pattern_kind(pattern), ())


def _applications(rule: ChainRule, first: int, new: Facts, facts: Facts) -> tuple[list[Firing], int]:
    """Every way to make the body of a rule true with a new fact in one place, and how many steps it took to see."""
    partial: list[tuple[dict[int, Fact], dict[int, int]]] = [({}, {})]
    steps = 0
    for place in _order(rule.body, first):
        pattern = rule.body[place]
        longer = []
        for premises, binding in partial:
            for fact in (new if place == first else facts).candidates(pattern, binding):
                values = dict(zip(pattern.variables, fact[1:], strict=True))
                if all(binding.get(variable, value) == value for variable, value in values.items()):
                    longer.append((premises | {place: fact}, binding | values))
            check_size(0, len(longer))
        partial = longer
        steps += len(longer)
    places = range(len(rule.body))
    return [
        Firing(rule.code, tuple(premises[place] for place in places), ground(rule.head, binding))
        for premises, binding in partial
    ], steps


def _order(body: tuple[Pattern, ...], first: int) -> list[int]:
    """The places of a body, from one on, each sharing a variable with an earlier one: a body hangs together."""
    order, bound = [first], set(body[first].variables)
    while len(order) < len(body):
        rest = [place for place in range(len(body)) if place not in order]
        place = next((place for place in rest if not bound.isdisjoint(body[place].variables)), rest[0])
        order.append(place)
        bound.update(body[place].variables)
    return order


def ground(pattern: Pattern, binding: dict[int, int]) -> Fact:
    """The fact that a pattern becomes when its variables have values."""
    return (pattern.predicate, *(binding[variable] for variable in pattern.variables))


def check_size(facts: int, firings: int, steps: int = 0) -> None:
    """Raise `EngineError` past the caps: one clear error, never a process that grows."""
    for count, cap, of in ((facts, FACTS_MAX, "facts"), (firings, FIRINGS_MAX, "firings"), (steps, STEPS_MAX, "steps")):
        if count > cap:
            raise EngineError(f"inference stopped past {cap} {of}")

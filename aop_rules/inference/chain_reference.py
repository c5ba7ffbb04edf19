"""The meaning of chaining, as plainly as it can be written. Every faster engine is held to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

from aop_rules.errors import EngineError
from aop_rules.inference.chain import ChainRule, Fact, Firing, Inference, Pattern, kind, pattern_kind
from aop_rules.limits import FACTS_MAX, FIRINGS_MAX

STEPS_MAX = 10 * FIRINGS_MAX
"""Partial matches of rules in one inference: some seconds of work, most of it in vain."""


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

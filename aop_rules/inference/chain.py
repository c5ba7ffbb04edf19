"""Forward chaining in numbers: facts, rules that lead from facts to a fact, and what follows.

A fact is a tuple of integers: `(predicate, subject)` says that a conclusion is true of a subject,
`(relation, from, to)` that one thing is linked to another. Whoever calls assigns the numbers; nothing that a person
typed comes this far.
"""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from aop_rules.errors import EngineError
from aop_rules.limits import GIVEN_MAX

Fact = tuple[int, ...]
"""`(predicate, subject)` or `(relation, from, to)`; all not negative."""

INTEGER_MAX = 2**31 - 1
"""The largest number in a fact: C holds it without wrapping, and no plan has as many subjects."""


class Pattern(NamedTuple):
    """A fact with variables in place of subjects: `Pattern(17, (0,))`, `Pattern(3, (0, 1))`."""

    predicate: int
    variables: tuple[int, ...]


class ChainRule(NamedTuple):
    """Where all of `body` is true, so is `head`.

    Every pattern of the body after the first shares exactly one variable with those before it, a pattern has one or two
    variables, all different, and those of the head occur in the body.
    """

    code: int
    body: tuple[Pattern, ...]
    head: Pattern


class Firing(NamedTuple):
    """One rule applied to facts: `premises` stand in the order of the rule's body."""

    rule: int
    premises: tuple[Fact, ...]
    conclusion: Fact


class Inference(NamedTuple):
    """What follows. The same for every order of rules and facts, and for every engine.

    `known` is what follows from the known facts and the links, these included; `possible` is what follows besides when
    the possible facts are true as well. `firings` are all applications of a rule to facts of either kind, sorted.
    `given` are the facts and links that went in as known, `supposed` those that went in as possible.
    """

    known: frozenset[Fact]
    possible: frozenset[Fact]
    firings: tuple[Firing, ...]
    given: frozenset[Fact]
    supposed: frozenset[Fact]


def kind(fact: Fact) -> tuple[int, int]:
    """What a fact is of: its predicate and how many subjects it has."""
    return fact[0], len(fact) - 1


def pattern_kind(pattern: Pattern) -> tuple[int, int]:
    """The kind of fact that a pattern looks for."""
    return pattern.predicate, len(pattern.variables)


def checked(rules: Iterable[ChainRule]) -> tuple[ChainRule, ...]:
    """The rules without repetitions, sorted, so that nothing later depends on their order.

    Raises `EngineError` for a rule that is not of the form that `ChainRule` describes.
    """
    unique = tuple(sorted(set(rules)))
    for rule in unique:
        wrong = _wrong(rule)
        if wrong:
            raise EngineError(f"chain rule {rule.code}: {wrong}")
    return unique


def check_facts(facts: Iterable[Fact]) -> None:
    """Raise `EngineError` for a fact that is not two or three small whole numbers."""
    for fact in facts:
        if len(fact) not in (2, 3) or not all(type(n) is int and 0 <= n <= INTEGER_MAX for n in fact):
            raise EngineError(f"not a fact: {fact!r}")


def _wrong(rule: ChainRule) -> str:
    if not 1 <= len(rule.body) <= GIVEN_MAX:
        return f"a body has 1 to {GIVEN_MAX} patterns"
    bound: set[int] = set()
    for place, pattern in enumerate((*rule.body, rule.head)):
        variables = set(pattern.variables)
        if len(variables) != len(pattern.variables) or len(variables) not in (1, 2):
            return "a pattern has one or two variables, all different"
        if not 0 <= pattern.predicate <= INTEGER_MAX:
            return "a predicate is a small whole number"
        if place == len(rule.body):
            return "" if variables <= bound else "the head has a variable that the body lacks"
        if place and len(variables & bound) != 1:
            return f"pattern {place + 1} shares exactly one variable with those before it"
        bound |= variables
    return ""


def derivation(inference: Inference, fact: Fact) -> tuple[Firing, ...]:
    """How a fact comes about: the firings that lead to it, premises before conclusions, in the fewest steps.

    Always the same chain: among those with equally few steps the one with the smallest numbers. A known fact is
    explained from known facts alone. Empty for a fact that was given.
    Raises `EngineError` for a fact that does not follow.
    """
    certain = fact in inference.known
    if not certain and fact not in inference.possible:
        raise EngineError(f"{fact!r} does not follow")
    start = inference.given if certain else inference.given | inference.supposed
    usable = [f for f in inference.firings if not certain or all(premise in inference.known for premise in f.premises)]
    best = _cheapest(usable, start, fact)
    return _in_order(best, fact)


def _in_order(best: dict[Fact, Firing], fact: Fact) -> tuple[Firing, ...]:
    """The firings behind a fact, each once, after those behind its premises."""
    ordered: dict[Firing, None] = {}
    waiting = [(fact, False)]
    while waiting:
        goal, ready = waiting.pop()
        step = best.get(goal)
        if step is None or step in ordered:
            continue
        if ready:
            ordered[step] = None
        else:
            waiting.append((goal, True))
            waiting.extend((premise, False) for premise in reversed(step.premises))
    return tuple(ordered)


def _cheapest(firings: Iterable[Firing], start: frozenset[Fact], goal: Fact) -> dict[Fact, Firing]:
    """For each fact up to the goal the firing that reaches it in the fewest steps (Knuth's form of Dijkstra)."""
    users: dict[Fact, list[Firing]] = {}
    lacking: dict[Firing, int] = {}
    for firing in firings:
        premises = set(firing.premises)
        lacking[firing] = len(premises)
        for premise in premises:
            users.setdefault(premise, []).append(firing)
    cost: dict[Fact, int] = {}
    best: dict[Fact, Firing] = {}
    queue: list[tuple[int, Fact, Firing | None]] = [(0, fact, None) for fact in start]
    heapify(queue)
    while queue and goal not in cost:
        steps, fact, step = heappop(queue)
        if fact in cost:
            continue
        cost[fact] = steps
        if step is not None:
            best[fact] = step
        for user in users.get(fact, ()):
            lacking[user] -= 1
            if not lacking[user]:
                heappush(queue, (1 + sum(cost[premise] for premise in user.premises), user.conclusion, user))
    return best

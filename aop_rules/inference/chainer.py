"""Chaining, whichever engine does it: durable-rules where it is available, else the reference, with the same answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from aop_rules.inference import chain_reference
from aop_rules.inference.chain import ChainRule, Fact, Inference, check_facts, checked
from aop_rules.inference.durable import RULES_MAX, DurableProgram, available

EngineName = Literal["auto", "durable", "reference"]


class Chainer:
    """Chain rules, ready to be applied to any number of sets of facts. Safe between threads.

    `engine` is `auto` (durable-rules where it is available, else the reference), `durable` (an `EngineError` where it
    is not available) or `reference`. Raises `EngineError` for a rule that is not well formed.

    >>> from aop_rules.inference.chain import Pattern
    >>> triggered = ChainRule(1, (Pattern(10, (0,)), Pattern(20, (0, 1))), Pattern(11, (1,)))
    >>> Chainer([triggered]).infer(known=[(10, 7)], possible=[], links=[(20, 7, 8)]).firings
    (Firing(rule=1, premises=((10, 7), (20, 7, 8)), conclusion=(11, 8)),)
    """

    def __init__(self, rules: Iterable[ChainRule], engine: EngineName = "auto") -> None:
        self.rules = checked(rules)
        suits = engine == "auto" and len(self.rules) <= RULES_MAX and available()
        self._durable = DurableProgram(self.rules) if engine == "durable" or suits else None
        self.engine: Literal["durable", "reference"] = "durable" if self._durable else "reference"
        """The engine that does it."""

    def infer(self, known: Iterable[Fact], possible: Iterable[Fact] = (), links: Iterable[Fact] = ()) -> Inference:
        """What follows from known facts, possible facts and links. See `Inference`.

        Raises `EngineError` for a fact that is not well formed, past `FACTS_MAX` facts or `FIRINGS_MAX` firings, and
        where durable-rules itself fails.
        """
        given, supposed, linked = tuple(known), tuple(possible), tuple(links)
        for facts in (given, supposed, linked):
            check_facts(facts)
        if self._durable:
            return self._durable.infer(given, supposed, linked)
        return chain_reference.infer(self.rules, given, supposed, linked)

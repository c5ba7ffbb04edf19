"""Chaining by durable-rules, driven so that nothing of what makes it crash, hang or forget can happen.

The C extension gets integers alone, in rulesets of a few dozen rules. Each evaluation opens one session a ruleset with
a message that surely fires (deleting a session in which nothing fired crashes), asserts facts one by one, takes every
firing at once, asserts what they conclude, and deletes the session whatever happened. `docs/inference.md` says what was
measured and where the bounds below come from; past them the reference gives the same answer.
"""

from __future__ import annotations

import importlib
import json
import weakref
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from threading import Lock
from typing import Any, Final

from aop_rules.errors import EngineError
from aop_rules.inference import chain_reference
from aop_rules.inference.chain import ChainRule, Fact, Firing, Inference, kind
from aop_rules.inference.shards import SENTINEL, Form, Shard, shards, work

RULES_MAX: Final = 1_000
"""Rules of a program for durable-rules: it takes some 10 kB a rule and as much again while a session is open."""
MESSAGES_MAX: Final = 1_000
"""Messages in one session: it knows them by a 32-bit hash of their id, and of these ids no two are alike."""
MESSAGES_IN_ALL_MAX: Final = 5_000
"""Messages in all sessions of one evaluation: each takes some 8 kB."""
WORK_MAX: Final = 20_000
"""Partial matches of one evaluation: a call into the engine cannot be stopped, so it must not be able to run long."""

_SESSION: Final = "0"
_NOT_HANDLED: Final = 1


def available() -> bool:
    """Whether durable-rules can be used here: it does not import on Python 3.13, and needs a compiler to install."""
    try:
        importlib.import_module("durable_rules_engine")
    except ImportError:
        return False
    return True


class DurableProgram:
    """Chain rules, loaded into durable-rules once. One evaluation at a time; several threads may share it.

    Raises `EngineError` where durable-rules is not available or refuses the rules.
    """

    def __init__(self, rules: Sequence[ChainRule]) -> None:
        if not available():
            raise EngineError("durable-rules is not available here")
        self._engine: Any = importlib.import_module("durable_rules_engine")
        self._rules = tuple(rules)
        self._lock = Lock()
        self._shards: tuple[Shard, ...] = tuple(shards(self._rules)) if len(self._rules) <= RULES_MAX else ()
        self._handles: list[int] = []
        # Loaded rulesets outlive this object unless they are deleted.
        weakref.finalize(self, _unload, self._engine, self._handles).atexit = False
        for number, shard in enumerate(self._shards):
            try:
                self._handles.append(self._engine.create_ruleset(f"chain{number}", shard.definition))
            except self._engine.error as error:
                raise EngineError(f"durable-rules refused a ruleset: {error}") from error

    def infer(self, known: Iterable[Fact], possible: Iterable[Fact], links: Iterable[Fact]) -> Inference:
        """What follows: the same as `chain_reference.infer`, which takes over past the bounds above."""
        given, supposed = frozenset(chain(known, links)), frozenset(possible)
        seeds = sorted(given | supposed)
        if len(self._rules) > RULES_MAX or len(seeds) > MESSAGES_MAX or work(self._rules, seeds) > WORK_MAX:
            return chain_reference.infer(self._rules, given, supposed, ())
        with self._lock:
            evaluation = _Evaluation(self._engine, self._shards, self._handles, seeds)
            try:
                facts, firings = evaluation.run(sorted(given), sorted(supposed))
            except _TooManyMessages:
                return chain_reference.infer(self._rules, given, supposed, ())
            except self._engine.error as error:
                raise EngineError(f"durable-rules failed: {error}") from error
            finally:
                evaluation.close()
        known_facts = frozenset(fact for fact, may in facts if not may)
        all_facts = frozenset(fact for fact, _ in facts)
        return Inference(known_facts, all_facts - known_facts, tuple(sorted(firings)), given, supposed)


class _TooManyMessages(Exception):  # noqa: N818 - a signal, not an error
    """The evaluation at hand is more than durable-rules should be given."""


class _Evaluation:
    """One set of facts in one session of each ruleset that they concern."""

    def __init__(self, engine: Any, parts: Sequence[Shard], handles: Sequence[int], seeds: Sequence[Fact]) -> None:
        self._engine, self._parts, self._handles = engine, parts, handles
        # Subjects are numbered anew from 0, so that the engine never sees a number that it could take for another.
        self._subjects = sorted({value for fact in seeds for value in fact[1:]})
        self._numbers = {subject: number for number, subject in enumerate(self._subjects)}
        self._messages: dict[int, list[Fact]] = {}
        self._count = 0

    def run(self, given: Sequence[Fact], supposed: Sequence[Fact]) -> tuple[set[tuple[Fact, bool]], set[Firing]]:
        """Every fact that follows, as known or as possible, and every firing.

        Without possible facts the possible forms are left alone: they would only repeat the known ones.
        """
        waiting: deque[tuple[Fact, bool]] = deque((fact, False) for fact in given)
        if supposed:
            waiting.extend((fact, True) for fact in (*given, *supposed))
        facts = set(waiting)
        firings: set[Firing] = set()
        while waiting:
            fact, possible = waiting.popleft()
            for firing in self._assert(fact, possible):
                if possible or not supposed:
                    firings.add(firing)
                conclusion = (firing.conclusion, possible)
                if conclusion not in facts:
                    facts.add(conclusion)
                    waiting.append(conclusion)
                chain_reference.check_size(len(facts), len(firings))
        return facts, firings

    def _assert(self, fact: Fact, possible: bool) -> Iterator[Firing]:
        form: Form = (kind(fact), possible)
        for part, shard in enumerate(self._parts):
            for attributes in shard.messages.get(form, ()):
                values = (self._numbers[value] for value in fact[1:])
                yield from self._send(part, fact, dict(zip(attributes, values, strict=True)))

    def _send(self, part: int, fact: Fact, values: dict[str, int]) -> list[Firing]:
        """Assert one message and take what it fires."""
        if part not in self._messages:
            self._open(part)
        messages = self._messages[part]
        if len(messages) > MESSAGES_MAX or self._count >= MESSAGES_IN_ALL_MAX:
            raise _TooManyMessages
        self._count += 1
        message = {"id": str(len(messages)), "sid": _SESSION, **values}
        messages.append(fact)
        rules = self._parts[part].rules
        firings = []
        for name, premises in self._fired(part, message):
            rule, _ = rules[name]
            firings.append(_firing(rule, tuple(messages[number] for number in premises)))
        return firings

    def _open(self, part: int) -> None:
        """Open a session with a message that fires: only then may it be deleted."""
        message = {"id": "0", "sid": _SESSION, SENTINEL: 1}
        if [name for name, _ in self._fired(part, message)] != [SENTINEL]:
            raise EngineError("durable-rules did not open a session")
        self._messages[part] = [()]

    def _fired(self, part: int, message: dict[str, object]) -> list[tuple[str, list[int]]]:
        """The rules that a message fires, each with the numbers of the messages that it took."""
        handle = self._handles[part]
        code, state = self._engine.assert_fact(handle, json.dumps(message))
        if code == _NOT_HANDLED:
            return []
        if code:
            raise EngineError(f"durable-rules answered {code} to a fact")
        fired = []
        started = self._engine.start_action_for_state(handle, state)
        action = started[1] if started else None
        while action:
            for name, taken in json.loads(action).items():
                fired.append((name, [int(taken[f"p{place}"]["id"]) for place in range(len(taken))]))
            action = self._engine.complete_and_start_action(handle, state)
        return fired

    def close(self) -> None:
        """Delete every session that was opened."""
        for part in self._messages:
            self._engine.delete_state(self._handles[part], _SESSION)


def _firing(rule: ChainRule, premises: tuple[Fact, ...]) -> Firing:
    binding: dict[int, int] = {}
    for pattern, fact in zip(rule.body, premises, strict=True):
        binding.update(zip(pattern.variables, fact[1:], strict=True))
    return Firing(rule.code, premises, chain_reference.ground(rule.head, binding))


def _unload(engine: Any, handles: Sequence[int]) -> None:
    for handle in handles:
        engine.delete_ruleset(handle)

"""Chain rules as durable-rules wants them: small rulesets of JSON over attributes that we named.

A fact of predicate 17 about subject 5 is a message `{"a3": 5}`, where `a3` is the attribute that this ruleset gave to
predicate 17; a link is one with two attributes. A rule looks for its first pattern with `$ex` and for each later one
with a single equality to an earlier pattern. Two things need attributes of their own:

- a *possible* fact is asserted under other attributes than a known one, and each rule stands there twice, once for
  what is known and once for what is possible (where known facts are asserted too);
- the engine never lets one message satisfy two patterns of one rule, so where a rule looks twice for one predicate, the
  second pattern looks at a copy, and facts are asserted once more as that copy.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from aop_rules.inference.chain import ChainRule, Fact, Pattern, pattern_kind
from aop_rules.limits import DURABLE_SHARD_RULES

Form = tuple[tuple[int, int], bool]
"""A kind of fact, and whether as possible."""

SENTINEL = "z"
"""The attribute of the message that opens a session, and the rule that it fires."""


@dataclass(frozen=True, slots=True)
class Shard:
    """One ruleset: its JSON, the attributes under which each kind of fact is asserted, and its rules by name."""

    definition: str
    messages: dict[Form, tuple[tuple[str, ...], ...]]
    rules: dict[str, tuple[ChainRule, bool]]


def shards(rules: Sequence[ChainRule]) -> list[Shard]:
    """The rules in rulesets of at most `DURABLE_SHARD_RULES` with the sentinel, known and possible forms together."""
    size = (DURABLE_SHARD_RULES - 1) // 2
    return [_shard(rules[start : start + size]) for start in range(0, len(rules), size)]


def _shard(rules: Sequence[ChainRule]) -> Shard:
    names = _fresh_names()
    attributes: dict[tuple[Form, int], tuple[str, ...]] = {}
    definition: dict[str, object] = {SENTINEL: {"all": [{"p0": {"$ex": {SENTINEL: 1}}}]}}
    by_name: dict[str, tuple[ChainRule, bool]] = {}
    for rule in rules:
        for possible in (False, True):
            name = f"r{len(by_name)}"
            by_name[name] = (rule, possible)
            looked_at = []
            for pattern, copy in _copies(rule.body):
                form = (pattern_kind(pattern), possible)
                if (form, copy) not in attributes:
                    attributes[form, copy] = tuple(next(names) for _ in pattern.variables)
                looked_at.append(attributes[form, copy])
            definition[name] = {"all": _patterns(rule.body, looked_at)}
    messages: dict[Form, tuple[tuple[str, ...], ...]] = {}
    for (form, _), attribute in attributes.items():
        messages[form] = (*messages.get(form, ()), attribute)
    return Shard(json.dumps(definition), messages, by_name)


def _copies(body: Sequence[Pattern]) -> Iterator[tuple[Pattern, int]]:
    """Each pattern, and how many before it look for the same kind of fact."""
    seen: dict[tuple[int, int], int] = {}
    for pattern in body:
        kind = pattern_kind(pattern)
        yield pattern, seen.get(kind, 0)
        seen[kind] = seen.get(kind, 0) + 1


def _patterns(body: Sequence[Pattern], looked_at: Sequence[tuple[str, ...]]) -> list[dict[str, object]]:
    where: dict[int, tuple[str, str]] = {}
    patterns: list[dict[str, object]] = []
    for place, (pattern, names) in enumerate(zip(body, looked_at, strict=True)):
        alias = f"p{place}"
        test: dict[str, object] = {"$ex": {names[0]: 1}}
        for variable, name in zip(pattern.variables, names, strict=True):
            if variable in where:
                earlier, attribute = where[variable]
                test = {name: {earlier: attribute}}
        patterns.append({alias: test})
        for variable, name in zip(pattern.variables, names, strict=True):
            where.setdefault(variable, (alias, name))
    return patterns


def _fresh_names() -> Iterator[str]:
    """Attribute names that the engine can tell apart: it knows them by a 32-bit hash alone."""
    taken = {name_hash(name) for name in ("id", "sid", "$s", SENTINEL, *(f"p{n}" for n in range(16)))}
    for number in count():
        name = f"a{number}"
        if name_hash(name) not in taken:
            taken.add(name_hash(name))
            yield name


def name_hash(name: str) -> int:
    """FNV-1a in 32 bits, which is all that durable-rules keeps of a name."""
    value = 2166136261
    for byte in name.encode():
        value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    return value


def work(rules: Sequence[ChainRule], facts: Sequence[Fact]) -> int:
    """An upper bound of the partial matches that the engine can build, from how many facts there are and share a value.

    A conclusion can come to hold of every subject, a concluded link between all of them.
    """
    subjects = len({value for fact in facts for value in fact[1:]})
    heads = {pattern_kind(rule.head) for rule in rules}
    counts: dict[tuple[int, int], int] = {}
    sharing: dict[tuple[tuple[int, int], int, int], int] = {}
    for fact in facts:
        kind = (fact[0], len(fact) - 1)
        counts[kind] = counts.get(kind, 0) + 1
        for place, value in enumerate(fact[1:]):
            sharing[kind, place, value] = sharing.get((kind, place, value), 0) + 1
    most: dict[tuple[tuple[int, int], int], int] = {}
    for (kind, place, _), number in sharing.items():
        most[kind, place] = max(number, most.get((kind, place), 0))
    total = 0
    for rule in rules:
        matches, bound = 1, set[int]()
        for pattern in rule.body:
            kind = pattern_kind(pattern)
            joined = [place for place, variable in enumerate(pattern.variables) if variable in bound]
            if kind in heads:
                matches *= subjects ** (kind[1] - len(joined))
            else:
                matches *= most.get((kind, joined[0]), 0) if joined else counts.get(kind, 0)
            bound.update(pattern.variables)
            total += matches
    return total

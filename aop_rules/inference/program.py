"""All rules of one plan, compiled: which of them hold for which subjects, and what follows. Frozen, safe between threads.

Conditions go to the exact matcher, one for each kind of subject; what they find goes on as integers to the chainer.
Program and subjects know nothing of plans or positions: a subject is a kind, an id, a target and a record.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple, Protocol

from aop_rules.inference.chain import ChainRule, Fact, Inference, Pattern, derivation
from aop_rules.inference.chainer import Chainer, EngineName
from aop_rules.inference.conditions import Matcher
from aop_rules.inference.judgement import Undecided
from aop_rules.rules.collection import Collected, Collection
from aop_rules.rules.given import Atom
from aop_rules.rules.standard import RELATIONS, applies

Entity = tuple[str, str]
"""A kind of thing and the id of one: what conclusions are about."""
Link = tuple[str, str, str]
"""Relation, from, to."""


class Looked(Protocol):
    """Something that rules look at."""

    @property
    def kind(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def target(self) -> str: ...
    @property
    def record(self) -> Mapping[str, object]: ...


@dataclass(frozen=True, slots=True)
class Step:
    """One link of a chain: by this rule, that is true of this thing."""

    rule: str
    conclusion: str
    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.conclusion}({self.kind} {self.id})"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One rule with an effect, for one subject: it holds, it cannot be told, or its condition is in error."""

    rule: Collected
    kind: str
    subject: str
    """Id of the subject; the target where the rule has no condition of its own."""
    target: str
    verdict: Literal["holds", "unknown", "error"]
    missing: tuple[str, ...] = ()
    """Attributes that are not known."""
    faults: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    """How inference came to it, premises first."""


class Program:
    """Compile a collection of rules once; judge any number of events."""

    def __init__(self, collection: Collection, engine: EngineName = "auto") -> None:
        self.rules = collection.rules
        self.vocabulary = collection.vocabulary
        self.digest = _digest(collection.rules)
        self._by_id = {each.id: each for each in collection.rules}
        self._matchers = _matchers(collection.rules)
        self._codes = _Codes(collection)
        self._chainer = Chainer(self._codes.rules, engine)

    @property
    def engine(self) -> str:
        """What does the chaining: `durable` or `reference`."""
        return self._chainer.engine

    def judge(
        self, subjects: Sequence[Looked], links: Iterable[Link], event_kind: str, on: date
    ) -> tuple[Judgement, ...]:
        """Every rule with an effect that holds, or cannot be told, for the event of a kind and day; sorted."""
        conditions = self._conditions(subjects, event_kind, on)
        found = [self._judged(name, subjects[n], "holds") for name, n in conditions.held if self._stands_alone(name)]
        found += [
            self._judged(name, subjects[n], "unknown", doubt)
            for (name, n), doubt in conditions.unsure.items()
            if self._stands_alone(name)
        ]
        found += self._inferred(subjects, tuple(links), conditions, event_kind, on)
        return tuple(sorted(set(found), key=lambda j: (j.rule.id, j.kind, j.subject)))

    def _judged(
        self,
        name: str,
        subject: Looked,
        verdict: Literal["holds", "unknown"],
        doubt: Undecided | None = None,
        steps: tuple[Step, ...] = (),
    ) -> Judgement:
        missing, faults = (doubt.missing, doubt.faults) if doubt else ((), ())
        said: Literal["holds", "unknown", "error"] = "error" if faults else verdict
        return Judgement(self._by_id[name], subject.kind, subject.id, subject.target, said, missing, faults, steps)

    def _stands_alone(self, name: str) -> bool:
        """Whether a rule has an effect by its condition alone."""
        each = self._by_id[name]
        return each.rule.effect is not None and not each.checked.given

    def _conditions(self, subjects: Sequence[Looked], event_kind: str, on: date) -> _Conditions:
        held: set[tuple[str, int]] = set()
        unsure: dict[tuple[str, int], Undecided] = {}
        for n, subject in enumerate(subjects):
            for key in {(subject.kind, None), (subject.kind, subject.target)}:
                matcher = self._matchers.get(key)
                if matcher is None:
                    continue
                match = matcher.match(subject.record)
                held.update((name, n) for name in match.holds if self._in_force(name, event_kind, on))
                unsure.update({(d.id, n): d for d in match.unknown if self._in_force(d.id, event_kind, on)})
        return _Conditions(held, unsure)

    def _in_force(self, name: str, event_kind: str, on: date) -> bool:
        rule = self._by_id[name].rule
        if (rule.valid_from and on < rule.valid_from) or (rule.valid_to and on > rule.valid_to):
            return False
        return applies(rule.subject or "event", rule.events, event_kind)

    # ── what follows ────────────────────────────────────────────────────────────────────────────────────────────────

    def _inferred(
        self, subjects: Sequence[Looked], links: tuple[Link, ...], conditions: _Conditions, event_kind: str, on: date
    ) -> list[Judgement]:
        codes = self._codes
        entities = _Entities(subjects, links)
        seeds = [
            [(codes.holds[name], entities.of(subjects[n])) for name, n in part if name in codes.holds]
            for part in conditions
        ]
        if not any(seeds) and not codes.links_alone:
            return []  # nothing to start from
        inference = self._chainer.infer(seeds[0], seeds[1], entities.linked(codes, links))
        by_entity: dict[Entity, list[int]] = {}
        for n, subject in enumerate(subjects):
            by_entity.setdefault((subject.kind, subject.target), []).append(n)
        found: list[Judgement] = []
        for fact in inference.known | inference.possible:
            name = codes.findings.get(fact[0])
            if name is None or not self._in_force(name, event_kind, on):
                continue
            steps = self._steps(inference, fact, entities)
            doubt = (
                None if fact in inference.known else self._doubt(name, inference, fact, conditions, entities, subjects)
            )
            for n in by_entity.get((codes.kinds[name], entities.name(fact[1])[1]), ()):
                found += self._chained(name, n, subjects[n], doubt, conditions, steps)
        return found

    def _chained(
        self,
        name: str,
        n: int,
        subject: Looked,
        chain: Undecided | None,
        conditions: _Conditions,
        steps: tuple[Step, ...],
    ) -> list[Judgement]:
        """The finding for one subject of the entity that inference reached: its own condition counts as well."""
        doubt = conditions.unsure.get((name, n), chain)
        own = self._by_id[name].checked.expression is not None
        if own and (name, n) not in conditions.held and (name, n) not in conditions.unsure:
            return []
        return [self._judged(name, subject, "unknown" if doubt else "holds", doubt, steps)]

    def _doubt(
        self,
        name: str,
        inference: Inference,
        fact: Fact,
        conditions: _Conditions,
        entities: _Entities,
        subjects: Sequence[Looked],
    ) -> Undecided:
        """What keeps a possible fact from being known: all that the conditions behind it lack."""
        asked = {(p[0], p[1]) for firing in derivation(inference, fact) for p in firing.premises if len(p) == 2}
        behind = [
            doubt
            for (rule, n), doubt in conditions.unsure.items()
            if (self._codes.holds.get(rule), entities.of(subjects[n])) in asked
        ]
        missing = tuple(sorted({each for doubt in behind for each in doubt.missing}))
        return Undecided(name, missing, tuple(sorted({each for doubt in behind for each in doubt.faults})))

    def _steps(self, inference: Inference, fact: Fact, entities: _Entities) -> tuple[Step, ...]:
        steps = []
        for firing in derivation(inference, fact):
            rule = self._codes.rule_names[firing.rule]
            head = self._by_id[rule].checked.head
            if head is not None:
                kind, entity = entities.name(firing.conclusion[1])
                steps.append(Step(rule, head.predicate, kind, entity))
        return tuple(steps)


class _Conditions(NamedTuple):
    """(rule, number of the subject) for each condition that holds, and for each that cannot be told."""

    held: set[tuple[str, int]]
    unsure: dict[tuple[str, int], Undecided]


def _matchers(rules: Iterable[Collected]) -> dict[tuple[str, str | None], Matcher]:
    grouped: dict[tuple[str, str | None], list[Collected]] = {}
    for each in rules:
        if each.checked.expression is not None:
            grouped.setdefault((each.rule.subject or "event", each.rule.subject_id), []).append(each)
    return {
        key: Matcher([(each.id, each.checked.expression) for each in group if each.checked.expression is not None])
        for key, group in grouped.items()
    }


class _Codes:
    """The numbers that inference works on: for conditions, conclusions, findings and links; and the chain rules."""

    def __init__(self, collection: Collection) -> None:
        chained = [each for each in collection.rules if each.checked.given or each.checked.head]
        names = sorted(
            {("link", relation) for relation in RELATIONS}
            | {("holds", each.id) for each in chained if each.checked.expression is not None}
            | {("finding", each.id) for each in chained if each.checked.head is None}
            | {
                ("conclusion", atom.predicate)
                for each in chained
                for atom in _atoms(each)
                if atom.predicate not in RELATIONS
            }
        )
        code = {name: number for number, name in enumerate(names, 1)}
        self.links = {name: code["link", name] for name in RELATIONS}
        self.holds = {each.id: code["holds", each.id] for each in chained if each.checked.expression is not None}
        self.findings = {code["finding", each.id]: each.id for each in chained if each.checked.head is None}
        self.rule_names = {number: each.id for number, each in enumerate(chained)}
        self.kinds = {
            each.id: collection.signatures.variables.get((each.id, each.rule.focus or ""), each.rule.focus or "")
            for each in chained
        }
        self.rules = [self._rule(number, each, code) for number, each in enumerate(chained)]
        told_by_links = set(self.links.values())
        self.links_alone = any(all(p.predicate in told_by_links for p in rule.body) for rule in self.rules)
        """Whether some rule needs nothing but links of the plan to conclude."""

    def _rule(self, number: int, each: Collected, code: Mapping[tuple[str, str], int]) -> ChainRule:
        variables: dict[str, int] = {}

        def pattern(atom: Atom, kind: str | None = None) -> Pattern:
            name = (kind or ("link" if atom.predicate in RELATIONS else "conclusion"), atom.predicate)
            return Pattern(code[name], tuple(variables.setdefault(v, len(variables)) for v in atom.variables))

        own = Atom(each.id, (each.rule.subject or "event",))
        body = [pattern(own, "holds")] if each.checked.expression is not None else []
        body += [pattern(atom) for atom in each.checked.given]
        head = each.checked.head
        focus = Atom(each.id, (each.rule.focus or "event",))
        return ChainRule(number, tuple(body), pattern(head) if head else pattern(focus, "finding"))


def _atoms(each: Collected) -> tuple[Atom, ...]:
    head = each.checked.head
    return (*each.checked.given, head) if head else each.checked.given


class _Entities:
    """Numbers for the things of one evaluation, in an order that only depends on what they are."""

    def __init__(self, subjects: Iterable[Looked], links: Iterable[Link]) -> None:
        named = {(subject.kind, subject.target) for subject in subjects}
        for relation, start, end in links:
            if relation in RELATIONS:
                kinds = RELATIONS[relation]
                named.update(((kinds[0], start), (kinds[1], end)))
        self._names = sorted(named)
        self._codes = {entity: number for number, entity in enumerate(self._names)}

    def of(self, subject: Looked) -> int:
        return self._codes[subject.kind, subject.target]

    def name(self, code: int) -> Entity:
        return self._names[code]

    def linked(self, codes: _Codes, links: Iterable[Link]) -> list[Fact]:
        return [
            (
                codes.links[relation],
                self._codes[RELATIONS[relation][0], start],
                self._codes[RELATIONS[relation][1], end],
            )
            for relation, start, end in links
            if relation in RELATIONS
        ]


def _digest(rules: Iterable[Collected]) -> str:
    said = [[each.id, each.rule.model_dump(mode="json", exclude_defaults=True, exclude={"examples"})] for each in rules]
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()

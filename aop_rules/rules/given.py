"""Patterns over conclusions and plan links: `off_track(kpi)`, `watches(risk, kpi)`, and whether they make a chain.

Conclusions have one variable, relations (links of the plan) have two. Variables are named by who writes the rule; a
good name is the kind of thing that stands there.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from aop_rules.errors import Severity, did_you_mean
from aop_rules.limits import GIVEN_MAX, PROBLEMS_MAX
from aop_rules.rules.faults import in_short

_WORD = r"[a-z][a-z0-9_]*"
_ATOM = re.compile(rf"\s*({_WORD})\s*\(\s*({_WORD})\s*(?:,\s*({_WORD})\s*)?\)\s*", re.ASCII)

Relations = Mapping[str, tuple[str, str]]
"""Plan links: name to the kinds of thing it leads from and to (`watches`: risk, kpi). `*` is any kind."""


@dataclass(frozen=True, slots=True)
class Atom:
    """A predicate over one variable (a conclusion) or two (a relation).

    >>> str(Atom("watches", ("risk", "kpi")))
    'watches(risk, kpi)'
    """

    predicate: str
    variables: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.predicate}({', '.join(self.variables)})"


@dataclass(frozen=True, slots=True)
class Broken:
    """What is wrong with the `index`-th atom of `given`, or with the conclusion (None)."""

    index: int | None
    code: str
    message: str
    hint: str = ""
    severity: Severity = "error"


def parse_atom(text: str) -> Atom:
    """Raises ValueError, with the way out in parentheses.

    >>> parse_atom("watches(risk, kpi)")
    Atom(predicate='watches', variables=('risk', 'kpi'))
    """
    found = _ATOM.fullmatch(text)
    if found is None:
        said = f"`{in_short(text)}`" if text else "an empty text"
        raise ValueError(f"{said} is no pattern (write a conclusion `off_track(kpi)` or a link `watches(risk, kpi)`)")
    predicate, *variables = (word for word in found.groups() if word)
    return Atom(predicate, tuple(variables))


def broken_chain(given: Sequence[Atom], head: Atom | None, subject: str | None) -> list[Broken]:
    """What is wrong with the chain. `subject` is the variable that a condition binds first, None without a condition.

    Every atom after the first shares exactly one variable with those before it, so that inference is one step at a time
    and a person can follow it.
    """
    problems: list[Broken] = []
    if len(given) > GIVEN_MAX:
        hint = "draw a conclusion in between, in a rule of its own"
        problems.append(Broken(None, "RULE_GIVEN", f"{len(given)} patterns in `given`; at most {GIVEN_MAX}", hint))
    bound = {subject} if subject else set()
    for index, atom in enumerate(given):
        problems.extend(_joins(index, atom, bound, first=not bound))
        bound.update(atom.variables)
    if head is not None:
        problems.extend(_head(head, bound))
    return problems


def _joins(index: int, atom: Atom, bound: set[str], first: bool) -> Iterable[Broken]:
    if len(set(atom.variables)) < len(atom.variables):
        yield Broken(index, "RULE_GIVEN", f"`{atom}` has one variable twice", "a link leads from one thing to another")
        return
    if first:
        return
    shared = [name for name in atom.variables if name in bound]
    known = ", ".join(f"`{name}`" for name in sorted(bound))
    if not shared:
        hint = f"each pattern takes up one variable of those before it: {known}"
        yield Broken(index, "RULE_GIVEN", f"`{atom}` is not connected with what stands before it", hint)
    elif len(shared) > 1:
        both = " and ".join(f"`{name}`" for name in shared)
        hint = "each pattern takes up one variable only; conclude something first, in a rule of its own"
        yield Broken(index, "RULE_GIVEN", f"`{atom}` takes up {both} at once", hint)


def _head(head: Atom, bound: set[str]) -> Iterable[Broken]:
    if len(head.variables) != 1:
        hint = f"conclude of one thing: `{head.predicate}({head.variables[0]})`"
        yield Broken(None, "RULE_CONCLUDE", f"`{head}` concludes a link; links come from the plan", hint)
    elif head.variables[0] not in bound:
        hint = did_you_mean(head.variables[0], bound) if bound else "say `on:` or `given:`"
        yield Broken(None, "RULE_CONCLUDE", f"nothing says what `{head.variables[0]}` is", hint)


@dataclass(frozen=True, slots=True)
class Chain:
    """The half of a rule that inference sees, under the rule's id. `subject` is the kind that it is `on`."""

    rule: str
    given: tuple[Atom, ...]
    head: Atom | None
    subject: str | None


@dataclass(frozen=True, slots=True)
class Signatures:
    """What conclusions and variables stand for: the kind, None where nothing tells."""

    conclusions: Mapping[str, str | None]
    """By name of the conclusion."""
    variables: Mapping[tuple[str, str], str]
    """By rule id and variable."""


def signatures(
    chains: Iterable[Chain], relations: Relations, declared: Mapping[str, str | None] | None = None
) -> tuple[Signatures, dict[str, list[Broken]]]:
    """The kind of every conclusion, and what is wrong by rule id: unknown predicates, wrong arity, kinds that clash.

    `declared` are conclusions that may be spoken of although no rule here draws them, with their kind.
    Codes: RULE_UNKNOWN_PREDICATE, RULE_KIND_MISMATCH, RULE_CONCLUDE. The order of the rules does not matter.
    """
    ordered = sorted(chains, key=lambda chain: chain.rule)
    concluded = dict.fromkeys(sorted({chain.head.predicate for chain in ordered if chain.head}))
    inference = _Kinds(relations, {**concluded, **(declared or {})})
    usable = [chain for chain in ordered if inference.speaks_sense(chain)]
    inference.learn_all(usable)
    for chain in usable:
        inference.compare(chain)
    return Signatures(dict(sorted(inference.conclusions.items())), inference.variables(usable)), inference.broken


class _Kinds:
    """Kinds found so far, of conclusions and of the variables of each rule."""

    def __init__(self, relations: Relations, concluded: dict[str, str | None]) -> None:
        self._relations = relations
        self.conclusions = concluded
        self._found: dict[tuple[str, str], str] = {}
        self.broken: dict[str, list[Broken]] = {}

    def _say(self, chain: Chain, broken: Broken) -> None:
        said = self.broken.setdefault(chain.rule, [])
        if broken not in said:
            said.append(broken)

    def speaks_sense(self, chain: Chain) -> bool:
        """Whether every atom is a link or something that a rule concludes, with as many variables as it takes."""
        before = len(self.broken.get(chain.rule, ()))
        for index, atom in enumerate(chain.given):
            self._known(chain, index, atom)
        if chain.head and chain.head.predicate in self._relations:
            said = f"`{chain.head.predicate}` is a link of the plan; rules cannot conclude it"
            self._say(chain, Broken(None, "RULE_CONCLUDE", said, "choose another word"))
        return len(self.broken.get(chain.rule, ())) == before

    def _known(self, chain: Chain, index: int, atom: Atom) -> None:
        name = atom.predicate
        takes = 2 if name in self._relations else 1
        if name not in self._relations and name not in self.conclusions:
            several = len(self.broken) > PROBLEMS_MAX  # nobody reads on; looking for close names is what takes long
            hint = "conclude it in a rule" if several else did_you_mean(name, [*self._relations, *self.conclusions])
            said = f"no rule concludes `{name}`, and no link has this name"
            self._say(chain, Broken(index, "RULE_UNKNOWN_PREDICATE", said, hint))
        elif len(atom.variables) != takes:
            said = f"`{name}` takes {takes} variable{'s' * (takes > 1)}, not {len(atom.variables)}"
            pair = self._relations.get(name, ("x",))
            self._say(chain, Broken(index, "RULE_KIND_MISMATCH", said, f"write `{name}({', '.join(pair)})`"))

    def _places(self, chain: Chain) -> Iterable[tuple[int | None, str, str, int]]:
        """Index of the atom, predicate, variable and position, for every variable in the chain."""
        for index, atom in enumerate(chain.given):
            for position, name in enumerate(atom.variables):
                yield index, atom.predicate, name, position
        if chain.head:
            yield None, chain.head.predicate, chain.head.variables[0], 0

    def _wanted(self, predicate: str, position: int) -> str | None:
        if predicate in self._relations:
            kind = self._relations[predicate][position]
            return None if kind == "*" else kind
        return self.conclusions.get(predicate)

    def _kind(self, chain: Chain, variable: str) -> str | None:
        return variable if variable == chain.subject else self._found.get((chain.rule, variable))

    def learn_all(self, chains: Sequence[Chain]) -> None:
        """Looks at a rule again only when a conclusion in it has found its kind, so that long chains stay cheap."""
        users: dict[str, list[Chain]] = {}
        for chain in chains:
            for predicate in sorted({predicate for _, predicate, _, _ in self._places(chain)}):
                users.setdefault(predicate, []).append(chain)
        waiting = deque(chains)
        while waiting:
            for predicate in self._learn(waiting.popleft()):
                waiting.extend(users[predicate])

    def _learn(self, chain: Chain) -> list[str]:
        """What one rule tells; the conclusions that found their kind. What is known is never changed, so this ends."""
        found: list[str] = []
        places = list(self._places(chain))
        for _ in places:  # a kind found at the end of a chain runs back to its start
            for _, predicate, variable, position in places:
                kind, wanted = self._kind(chain, variable), self._wanted(predicate, position)
                if kind is None and wanted is not None:
                    self._found[chain.rule, variable] = wanted
                elif kind is not None and wanted is None and predicate not in self._relations:
                    self.conclusions[predicate] = kind
                    found.append(predicate)
        return found

    def variables(self, chains: Iterable[Chain]) -> dict[tuple[str, str], str]:
        """The kind of every variable, by rule id and name."""
        own = {(chain.rule, chain.subject): chain.subject for chain in chains if chain.subject}
        return dict(sorted({**self._found, **own}.items()))

    def compare(self, chain: Chain) -> None:
        for index, predicate, variable, position in self._places(chain):
            kind, wanted = self._kind(chain, variable), self._wanted(predicate, position)
            if kind is not None and wanted is not None and kind != wanted:
                said = f"`{predicate}` is about a {wanted}, and `{variable}` is a {kind} here"
                self._say(chain, Broken(index, "RULE_KIND_MISMATCH", said, "one variable stands for one kind of thing"))

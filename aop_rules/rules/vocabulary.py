"""What conditions may speak of: every attribute with its type and meaning. Names outside it are errors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aop_rules.errors import Place, Problem, RuleError, did_you_mean
from aop_rules.rules.grammar import KEYWORDS
from aop_rules.rules.syntax import (
    BOOLEAN,
    DATE,
    DAYS,
    INTEGER,
    MONEY,
    NUMBER,
    OWN,
    RATIO,
    TEXT,
    TEXTS,
    Type,
)

if TYPE_CHECKING:  # so that a program matched alone needs no plan
    from aop_rules.plan.values import Words

TYPES: dict[str, Type] = {
    "boolean": BOOLEAN,
    "date": DATE,
    "days": DAYS,
    "integer": INTEGER,
    "money": MONEY,
    "number": NUMBER,
    "own": OWN,
    "ratio": RATIO,
    "text": TEXT,
    "texts": TEXTS,
}
"""The words for types. `unit:person` besides is a quantity of that unit."""

_UNIT = re.compile(r"unit:\s*([a-z][a-z0-9_]{0,62})", re.ASCII)
_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*", re.ASCII)


def parse_type(word: str, place: Place | None = None) -> Type:
    """The type that a word means: one of `TYPES`, or `unit:person` for a quantity counted in persons.

    Raises RuleError (RULE_UNKNOWN_TYPE) at `place`.

    >>> parse_type("money"), parse_type("unit:person").unit
    (Type(base='number', unit='money', integral=False), 'person')
    """
    known = TYPES.get(word)
    if known is not None:
        return known
    found = _UNIT.fullmatch(word)
    if found and found[1] not in TYPES:
        return Type("number", found[1])
    if found:
        hint = f"write `{found[1]}` alone"
    else:
        hint = did_you_mean(word, TYPES)
        hint += "" if hint.endswith("?") else ", or `unit:person` for a quantity of something"
    raise RuleError([Problem(place or Place("<type>"), "RULE_UNKNOWN_TYPE", f"no type `{word}`", hint)])


def type_word(kind: Type) -> str:
    """The word that `parse_type` reads back.

    >>> type_word(parse_type("unit:person")), type_word(INTEGER)
    ('unit:person', 'integer')
    """
    for word, known in TYPES.items():
        if known == kind and (kind.unit or known.integral == kind.integral):
            return word
    return f"unit:{kind.unit}"


@dataclass(frozen=True, slots=True)
class Term:
    """One attribute: its dotted path, its type and what it means, in the reader's languages."""

    path: str
    type: Type
    doc: Words | None = None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A frozen set of terms, found by path.

    >>> words = Vocabulary.of({"event.amount": "money", "budget.cap": "money", "event.region": "text"})
    >>> words.names
    ('budget.cap', 'event.amount', 'event.region')
    >>> str(words.type_of("event.amount")), words.type_of("event.amuont")
    ('money', None)
    """

    terms: tuple[Term, ...]
    _index: Mapping[str, Term] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.terms, key=lambda term: term.path))
        object.__setattr__(self, "terms", ordered)
        object.__setattr__(self, "_index", {term.path: term for term in ordered})
        problems = [*map(_bad_path, self.terms), *map(_clash, ordered, ordered[1:]), *map(self._inside, ordered)]
        if any(problems):
            raise RuleError(problem for problem in problems if problem)

    def _inside(self, term: Term) -> Problem | None:
        """A path that goes on where another one ends: a value cannot be both a number and a group of values."""
        parts = term.path.split(".")
        above = next((path for n in range(1, len(parts)) if (path := ".".join(parts[:n])) in self._index), None)
        if above is None:
            return None
        said = f"`{term.path}` lies inside `{above}`, which is a value itself"
        return Problem(Place("<vocabulary>"), "RULE_NAME_CONFLICT", said, "give one of them another name")

    @classmethod
    def of(cls, types: Mapping[str, str | Type]) -> Vocabulary:
        """A vocabulary from path to type word. Raises RuleError naming every path and word that cannot be used."""
        terms: list[Term] = []
        problems: list[Problem] = []
        for path, word in types.items():
            try:
                kind = word if isinstance(word, Type) else parse_type(word, Place(f"<type of {path}>"))
                terms.append(Term(path, kind))
            except RuleError as error:
                problems.extend(error.problems)
        if problems:
            raise RuleError(problems)
        return cls(tuple(terms))

    def type_of(self, path: str) -> Type | None:
        """The type of an attribute; None where there is no such attribute."""
        term = self._index.get(path)
        return term.type if term else None

    def term(self, path: str) -> Term | None:
        """An attribute with its type and meaning; None where there is no such attribute."""
        return self._index.get(path)

    @property
    def names(self) -> tuple[str, ...]:
        """All paths, sorted."""
        return tuple(self._index)

    def with_terms(self, other: Vocabulary | Iterable[Term]) -> Vocabulary:
        """These terms and more. A path in both must have one type, else RuleError (RULE_NAME_CONFLICT)."""
        more = other.terms if isinstance(other, Vocabulary) else tuple(other)
        new = [term for term in more if not self._same(term)]
        return Vocabulary((*self.terms, *new))

    def _same(self, term: Term) -> bool:
        mine = self._index.get(term.path)
        return mine is not None and mine.type == term.type

    def restricted(self, scopes: Iterable[str]) -> Vocabulary:
        """Only what one rule sees: the terms whose first name is one of `scopes`."""
        seen = frozenset(scopes)
        return Vocabulary(tuple(term for term in self.terms if term.path.split(".", 1)[0] in seen))

    def hint(self, path: str) -> str:
        """The way out for a path that is not known: what stands below it, or the closest name."""
        below = sorted({name[len(path) + 1 :].split(".")[0] for name in self._index if name.startswith(f"{path}.")})
        if below:
            shown = ", ".join(f"`{path}.{name}`" for name in below[:6])
            return f"say which: {shown}{' …' if len(below) > 6 else ''}"
        whole, head = tuple(self._index), path.split(".", 1)[0]
        family = [name for name in whole if name.split(".", 1)[0] == head]
        return did_you_mean(path, family or whole)


def _bad_path(term: Term) -> Problem | None:
    if term.path in KEYWORDS:
        hint = "it is a word of conditions: choose another, or one with a dot (`event.in`)"
    elif _PATH.fullmatch(term.path):
        return None
    else:
        hint = "letters, digits and `_`, joined by dots: `event.amount`"
    return Problem(Place("<vocabulary>"), "RULE_BAD_NAME", f"`{term.path}` cannot be the name of an attribute", hint)


def _clash(one: Term, other: Term) -> Problem | None:
    if one.path != other.path:
        return None
    said = f"`{one.path}` is declared twice, as {one.type} and as {other.type}"
    return Problem(Place("<vocabulary>"), "RULE_NAME_CONFLICT", said, "give the attribute a name of its own")

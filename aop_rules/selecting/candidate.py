"""Something that may be taken or left: what it gains, what it uses of each cap, what it requires, what it excludes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import TypeAlias

from aop_rules.errors import Place, Problem, did_you_mean
from aop_rules.exact.frozen import FrozenMapping
from aop_rules.exact.number import Exact, number_text, parse_number

Caps: TypeAlias = Mapping[str, Exact]
"""By id: how much there is. A cap of 0 or less lets nothing in that uses it."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of many that compete. Numbers are exact: int, Fraction, Decimal or text (`600.1`).

    >>> Candidate("shop", {"value": "600.1"}, {"money": 20}).gains["value"]
    Fraction(6001, 10)
    """

    id: str
    gains: Mapping[str, Exact]
    """By objective id; negative where it costs. 0 where missing."""
    uses: Mapping[str, Exact] = field(default_factory=dict)
    """By cap id, 0 or more. 0 where missing."""
    requires: tuple[str, ...] = ()
    """Ids of candidates without which it cannot be taken."""
    group: str = ""
    """Of those with one group at most one is taken."""

    def __post_init__(self) -> None:
        """Raises ExactError for a float, and for what is no number."""
        for name in ("gains", "uses"):
            numbers = {key: parse_number(raw) for key, raw in getattr(self, name).items()}
            object.__setattr__(self, name, FrozenMapping(numbers))
        object.__setattr__(self, "requires", tuple(sorted(set(self.requires))))


def candidate_problems(candidates: Sequence[Candidate], caps: Collection[str]) -> Iterator[Problem]:
    """SELECT_DUPLICATE_ID, SELECT_UNKNOWN_ID, SELECT_NEGATIVE and SELECT_CYCLE, all that there are."""
    known: set[str] = set()
    for each in candidates:
        if each.id in known:
            hint = "give each an id of its own"
            yield _problem(each.id, "SELECT_DUPLICATE_ID", f"there are two candidates `{each.id}`", hint)
        known.add(each.id)
    for each in candidates:
        for name in each.requires:
            if name not in known:
                said = f"`{each.id}` requires `{name}`, and there is no such candidate"
                yield _problem(each.id, "SELECT_UNKNOWN_ID", said, did_you_mean(name, known))
        for cap, amount in sorted(each.uses.items()):
            if cap not in caps:
                said = f"`{each.id}` uses `{cap}`, and there is no such cap"
                yield _problem(each.id, "SELECT_UNKNOWN_ID", said, did_you_mean(cap, caps))
            if amount < 0:
                said = f"`{each.id}` uses `{number_text(amount)}` of `{cap}`"
                yield _problem(
                    each.id, "SELECT_NEGATIVE", said, "a use is 0 or more; what frees something raises its cap"
                )
    yield from _cycle(candidates)


def _cycle(candidates: Iterable[Candidate]) -> Iterator[Problem]:
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for each in sorted(candidates, key=lambda candidate: candidate.id):
        sorter.add(each.id, *each.requires)
    try:
        sorter.prepare()
    except CycleError as found:
        names = found.args[1][:0:-1]  # graphlib names what is required before what requires it
        first = names.index(min(names))
        shown = " → ".join(f"`{name}`" for name in [*names[first:], *names[: first + 1]])
        said = f"candidates require each other in a circle: {shown}"
        yield _problem(min(names), "SELECT_CYCLE", said, "make one candidate of them, or drop one requirement")


def _problem(about: str, code: str, said: str, hint: str) -> Problem:
    return Problem(Place(f"<candidate {about}>"), code, said, hint)


def with_required(candidates: Mapping[str, Candidate], wanted: str) -> frozenset[str]:
    """A candidate and all that it requires, however far down."""
    found: set[str] = set()
    pending = [wanted]
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending += candidates[name].requires
    return frozenset(found)

"""What was selected, as frozen values: the set, its runner-up, why each other lost, what more of each cap would be worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from aop_rules.exact.number import Exact

Reason = Literal[
    "too_large",         # it alone, with what it requires, uses more of a cap than there is
    "requires",          # something that it requires could not be taken
    "variant",           # another one of its group was taken
    "adds_nothing",      # with what it requires it brings no more than is there without it
    "displaced",         # what it would bring is less than what it would push out
    "out_of_bounds",     # no set that holds it keeps to the least and the most that were asked
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chosen:
    """One set of candidates, and what it brings."""

    ids: tuple[str, ...]
    """Sorted."""
    values: Mapping[str, Exact]
    """By objective, in their order of priority."""


@dataclass(frozen=True, slots=True)
class Short:
    """One cap that stands in the way."""

    cap: str
    needs: Exact
    """What the candidate uses of it, with what it requires and is not taken."""
    left: Exact
    """What is there for it."""


@dataclass(frozen=True, slots=True)
class Loser:
    """A candidate that was not taken."""

    id: str
    reason: Reason
    caps: tuple[Short, ...] = ()
    """The caps in whose way it stands: of `too_large` all there is, else what the chosen ones leave."""
    others: tuple[str, ...] = ()
    """Of `requires`: what could not be taken; of `variant`: what was taken in its place."""
    instead: Chosen | None = None
    """The best set that holds it, where that was worked out: what taking it would cost is the difference."""


@dataclass(frozen=True, slots=True)
class Price:
    """What one more step of a cap is worth: everything solved again with that much more."""

    cap: str
    step: Exact
    worth: Mapping[str, Exact]
    """By objective: how much more is reached. Of an objective after the first that changes it may be negative."""
    chosen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """The best set, and everything around it. `select` makes it."""

    chosen: tuple[str, ...]
    """Ids, sorted."""
    values: Mapping[str, Exact]
    """What they bring, by objective in the order of priority. Exact."""
    proved: bool
    """Whether no other set is better. False only where the time ran out."""
    gap: Exact | None
    """How much better the first objective that is not proved might be, as a share of what it reaches; 0 where all are proved,
    None where that is not known."""
    method: str
    """What solved it: `exact` (built in) or `highs`."""
    left: Mapping[str, Exact]
    """By cap: how much the chosen ones leave."""
    runner_up: Chosen | None
    """The best other set; None where there is none, or where it was not asked for."""
    losers: tuple[Loser, ...]
    """Sorted by id."""
    prices: tuple[Price, ...] = ()
    """By cap, where they were asked for."""
    conflict: tuple[str, ...] = ()
    """Where no set keeps to what was asked: limits that cannot hold together (`least:goal`, `cap:money`). Nothing is chosen."""

"""What of each commitment is still open: ordered, not released, and not yet invoiced."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from aop_rules.exact.number import Exact, exact
from aop_rules.position.counted import Sign

Spot = tuple[str, int]
"""Line id, period index from 1."""
Key = TypeVar("Key", str, Spot)
ByLine = Mapping[str, Exact]
"""Amounts by line id; under an empty one what may come from any line."""


@dataclass(frozen=True, slots=True)
class Posting:
    """One amount on one line in one period, in the plan's currency; `doc` is the document that it belongs to."""

    kind: Literal["reservation", "freed", "ended", "commitment", "release", "actual"]
    """`freed` and `ended` release a reservation: an amount of it, or all that is left."""
    line: str
    """Empty for a release of a reservation that names none."""
    period: int
    amount: Exact
    doc: str
    under: str = ""
    """Of a commitment: the document of the reservation that it uses up, where that is another one."""


@dataclass(slots=True)
class Order:
    """All that names one document, as sums, so that any posting can be taken out again.

    Releases and invoices that name a document eat it up: first what it has on their own line, the earliest period
    first, then what it has elsewhere. More than it holds eats nothing further, so an order and its invoice never count
    twice, and never less than once. A refund gives back to the order what its invoice had taken, and no more.
    """

    postings: int = 0
    commitments: int = 0
    held: dict[Spot, Exact] = field(default_factory=dict)
    released: dict[str, Exact] = field(default_factory=dict)
    invoiced: dict[Spot, Exact] = field(default_factory=dict)
    under: dict[str, dict[Spot, Exact]] = field(default_factory=dict)
    """What of `held` uses up a reservation of another document."""
    roots: dict[str, int] = field(default_factory=dict)
    """Those documents, each with how many commitments name it."""
    reserved: dict[Spot, Exact] = field(default_factory=dict)
    freed: dict[str, Exact] = field(default_factory=dict)
    ended: dict[str, int] = field(default_factory=dict)

    def post(self, one: Posting, sign: Sign) -> None:
        """Counts a posting in (1), or out again (-1)."""
        self.postings += sign
        amount, spot = sign * one.amount, (one.line, one.period)
        if one.kind == "commitment":
            self.commitments += sign
            _add(self.held, spot, amount)
            if one.under:
                self._post_under(one.under, spot, amount, sign)
        elif one.kind == "release":
            _add(self.released, one.line, sign * max(one.amount, -one.amount))
        elif one.kind == "actual":
            _add(self.invoiced, spot, amount)
        elif one.kind == "reservation":
            _add(self.reserved, spot, amount)
        elif one.kind == "freed":
            _add(self.freed, one.line, amount)
        else:
            self.ended[one.line] = self.ended.get(one.line, 0) + sign

    def _post_under(self, root: str, spot: Spot, amount: Exact, sign: Sign) -> None:
        self.roots[root] = self.roots.get(root, 0) + sign
        if self.roots[root]:
            _add(self.under.setdefault(root, {}), spot, amount)
        else:
            del self.roots[root], self.under[root]

    def all_under(self, root: str) -> bool:
        """Whether every commitment of it uses up the reservation of this document."""
        return self.roots.get(root) == self.commitments

    def open(self) -> dict[Spot, Exact]:
        """Open remainders, each in its commitment's own line and period."""
        eaten: defaultdict[str, Exact] = defaultdict(int, self.released)
        for line, amount in by_line(self.invoiced).items():
            eaten[line] += max(amount, 0)
        return _left(self.held, eaten)[0]

    def overrun(self) -> ByLine:
        """What was invoiced beyond all that was ordered, by the line of the invoice. What was released counts as ordered."""
        invoiced = {line: max(amount, 0) for line, amount in by_line(self.invoiced).items()}
        return _left(ordered(self.held), invoiced)[1]


def ordered(held: Mapping[Spot, Exact]) -> dict[Spot, Exact]:
    """What was ordered, where a negative commitment lowers the rest of its order."""
    return _left(held, {})[0]


def by_line(amounts: Mapping[Spot, Exact]) -> dict[str, Exact]:
    sums: defaultdict[str, Exact] = defaultdict(int)
    for (line, _), amount in amounts.items():
        sums[line] = exact(sums[line] + amount)
    return dict(sums)


def eat(held: dict[Spot, Exact], eaten: ByLine) -> dict[str, Exact]:
    """Takes amounts from what is held, first on their own lines, the earliest period first; gives what was not there."""
    in_order = sorted(held, key=lambda spot: (spot[1], spot[0]))
    over = {
        line: _eat(held, [spot for spot in in_order if spot[0] == line], amount)
        for line, amount in sorted(eaten.items())
    }
    rest = {line: _eat(held, in_order, amount) for line, amount in over.items()}
    return {line: amount for line, amount in rest.items() if amount}


def _left(held: Mapping[Spot, Exact], eaten: ByLine) -> tuple[dict[Spot, Exact], ByLine]:
    left = dict(held)
    if not eaten and min(left.values(), default=0) >= 0:
        return left, {}
    more = defaultdict(int, eaten)
    for (line, period), amount in held.items():
        if amount < 0:
            more[line] -= amount
            left[line, period] = 0
    return left, eat(left, more)


def _eat(held: dict[Spot, Exact], spots: list[Spot], amount: Exact) -> Exact:
    """Takes an amount from these in turn; what they do not hold is returned."""
    for spot in spots:
        taken = min(held[spot], amount)
        held[spot] = exact(held[spot] - taken)
        amount -= taken
    return amount


def _add(sums: dict[Key, Exact], key: Key, amount: Exact) -> None:
    sums[key] = exact(sums.get(key, 0) + amount)

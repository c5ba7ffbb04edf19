"""What of each commitment is still open: ordered, not released, and not yet invoiced."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from aop_rules.exact.number import Exact, exact
from aop_rules.position.counted import Sign

Spot = tuple[str, int]
"""Line id, period index from 1."""


@dataclass(frozen=True, slots=True)
class Posting:
    """One amount on one line in one period, in the plan's currency; `doc` is the commitment that it belongs to."""

    kind: Literal["commitment", "release", "actual"]
    line: str
    period: int
    amount: Exact
    doc: str


@dataclass(slots=True)
class Order:
    """All that names one document, as sums, so that any posting can be taken out again.

    Releases and invoices that name a document eat it up: first what it has on their own line, the earliest period
    first, then what it has elsewhere. More than it holds eats nothing further, so an order and its invoice never count
    twice, and never less than once. A refund gives back to the order what its invoice had taken, and no more.
    """

    postings: int = 0
    held: dict[Spot, Exact] = field(default_factory=dict)
    released: dict[str, Exact] = field(default_factory=dict)
    invoiced: dict[str, Exact] = field(default_factory=dict)

    def post(self, one: Posting, sign: Sign) -> None:
        """Counts a posting in (1), or out again (-1)."""
        self.postings += sign
        amount = sign * one.amount
        if one.kind == "commitment":
            spot = one.line, one.period
            self.held[spot] = self.held.get(spot, 0) + amount
        elif one.kind == "release":
            self.released[one.line] = self.released.get(one.line, 0) + sign * max(one.amount, -one.amount)
        else:
            self.invoiced[one.line] = self.invoiced.get(one.line, 0) + amount

    def open(self) -> Mapping[Spot, Exact]:
        """Open remainders, each in its commitment's own line and period."""
        if not (self.released or self.invoiced) and min(self.held.values(), default=0) >= 0:
            return self.held
        held = dict(self.held)
        eaten: defaultdict[str, Exact] = defaultdict(int, self.released)
        for line, amount in self.invoiced.items():
            eaten[line] += max(amount, 0)
        for (line, period), amount in self.held.items():  # a negative commitment lowers the rest of its order
            if amount < 0:
                eaten[line] -= amount
                held[line, period] = 0
        in_order = sorted(held, key=lambda spot: (spot[1], spot[0]))
        over: Exact = 0
        for line, amount in sorted(eaten.items()):
            over += _eat(held, [spot for spot in in_order if spot[0] == line], amount)
        _eat(held, in_order, over)
        return held


def _eat(held: dict[Spot, Exact], spots: list[Spot], amount: Exact) -> Exact:
    """Takes an amount from these in turn; what they do not hold is returned."""
    for spot in spots:
        taken = min(held[spot], amount)
        held[spot] = exact(held[spot] - taken)
        amount -= taken
    return amount

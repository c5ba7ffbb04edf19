"""What of each commitment is still open: ordered, not released, and not yet invoiced."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from aop_rules.exact.number import Exact, exact

Place = tuple[str, int]
"""Line id, period index from 1."""


@dataclass(frozen=True, slots=True)
class Posting:
    """One amount on one line in one period, in the plan's currency; `doc` is the commitment that it belongs to."""

    event_id: str
    kind: Literal["commitment", "release", "actual"]
    line: str
    period: int
    amount: Exact
    doc: str


def open_commitments(postings: Iterable[Posting]) -> Mapping[Place, Exact]:
    """Open remainders, each in its commitment's own line and period.

    Releases and invoices that name a document eat it up: first what it has on their own line, the earliest period
    first, then what it has elsewhere. More than it holds eats nothing further, so an order and its invoice never count
    twice, and never less than once. A refund gives back to the order what its invoice had taken, and no more.
    """
    by_doc: defaultdict[str, list[Posting]] = defaultdict(list)
    for posting in postings:
        if posting.doc:
            by_doc[posting.doc].append(posting)
    left: defaultdict[Place, Exact] = defaultdict(int)
    for doc in sorted(by_doc):
        for place, amount in _open_of(by_doc[doc]).items():
            left[place] = exact(left[place] + amount)
    return left


def _open_of(postings: list[Posting]) -> dict[Place, Exact]:
    held: defaultdict[Place, Exact] = defaultdict(int)
    invoiced: defaultdict[str, Exact] = defaultdict(int)
    eaten: defaultdict[str, Exact] = defaultdict(int)
    for one in postings:
        if one.kind == "actual":
            invoiced[one.line] += one.amount
        elif one.kind == "release":
            eaten[one.line] += max(one.amount, -one.amount)
        else:
            held[one.line, one.period] += one.amount
    for line, amount in invoiced.items():
        eaten[line] += amount if amount > 0 else 0
    for place, amount in held.items():  # a negative commitment lowers the rest of its order
        if amount < 0:
            eaten[place[0]] -= amount
            held[place] = 0
    in_order = sorted(held, key=lambda place: (place[1], place[0]))
    over: Exact = 0
    for line, amount in sorted(eaten.items()):
        over += _eat(held, [place for place in in_order if place[0] == line], amount)
    _eat(held, in_order, over)
    return held


def _eat(held: dict[Place, Exact], places: list[Place], amount: Exact) -> Exact:
    """Takes an amount from these places in turn; what they do not hold is returned."""
    for place in places:
        taken = min(held[place], amount)
        held[place] -= taken
        amount -= taken
    return amount

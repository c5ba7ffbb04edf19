"""What is still held under each document of a family: a request, its orders and their invoices count once.

A reservation holds money before there is an order. An order that names its document, in `doc` or `consumes`, uses it up by
all that it orders, and an invoice by what goes beyond the orders. A family is all documents that orders tie together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from aop_rules.exact.number import Exact, exact
from aop_rules.position.commitments import ByLine, Order, Spot, by_line, eat, ordered


class Held(NamedTuple):
    """What is open under one document, each amount in its own line and period."""

    committed: Mapping[Spot, Exact]
    reserved: Mapping[Spot, Exact]


def held_by(family: Mapping[str, Order]) -> dict[str, Held]:
    """By document."""
    committed = {doc: order.open() for doc, order in family.items()}
    if len(family) == 1 and not any(order.reserved for order in family.values()):
        return {doc: Held(open_, {}) for doc, open_ in committed.items()}
    beyond = {doc: order.overrun() for doc, order in sorted(family.items())}
    for doc in beyond:  # an invoice that names the request is for what was ordered under it
        for other in sorted(family):
            if beyond[doc] and doc in family[other].roots:
                beyond[doc] = _eat_under(committed[other], ordered(family[other].under[doc]), beyond[doc])
    return {doc: Held(committed[doc], _rest(doc, family, beyond)) for doc in family}


def _eat_under(open_: dict[Spot, Exact], under: Mapping[Spot, Exact], eaten: ByLine) -> ByLine:
    """Takes amounts from what is open of an order, as far as it was ordered under one document."""
    part = {spot: min(amount, open_[spot]) for spot, amount in under.items()}
    left = dict(part)
    over = eat(left, eaten)
    for spot, amount in part.items():
        open_[spot] = exact(open_[spot] - amount + left[spot])
    return over


def _rest(doc: str, family: Mapping[str, Order], beyond: Mapping[str, ByLine]) -> dict[Spot, Exact]:
    """What is left of a document's reservation."""
    mine = family[doc]
    if not mine.reserved:
        return {}
    eaten: defaultdict[str, Exact] = defaultdict(int, mine.freed)
    used = [by_line(ordered(mine.held)), beyond[doc]]
    for other, order in sorted(family.items()):
        if doc in order.roots:
            used.append(by_line(ordered(order.under[doc])))
            if doc == min(order.roots):  # an overrun counts once, whatever the number of its requests
                used.append(beyond[other])
    for each in used:
        _sum(eaten, each)
    rest = dict(mine.reserved)
    eat(rest, eaten)
    return {spot: 0 if mine.ended.get("") or mine.ended.get(spot[0]) else amount for spot, amount in rest.items()}


def _sum(sums: defaultdict[str, Exact], more: ByLine) -> None:
    for line, amount in more.items():
        sums[line] = exact(sums[line] + amount)


def counted(parts: Iterable[Mapping[Spot, Exact]]) -> Mapping[Spot, Exact]:
    """The sum of amounts by line and period."""
    sums: defaultdict[Spot, Exact] = defaultdict(int)
    for part in parts:
        for spot, amount in part.items():
            sums[spot] = exact(sums[spot] + amount)
    return dict(sums)

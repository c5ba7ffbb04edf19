"""Small sets of levers for one line, and the search for the best of them written as plainly as it can be."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from typing import Any

from hypothesis import strategies as st

from aop_rules import Engine
from aop_rules.adjusting.lever import Lever, Pull
from aop_rules.adjusting.need import Need
from aop_rules.adjusting.options import options_for
from aop_rules.plan.values import Words
from aop_rules.position.model import Position

MILLION = 1_000_000
LINE, FIRST = "online_marketing", "online_share"
"""The line that is short, and the first goal of the plan, compared through online revenue."""
BAND = Fraction(6_480 * MILLION, 1000)
"""Within this two landings of online revenue are as good as each other."""


def lever(name: str, frees: int, move: int, *, whole: bool = False) -> Lever:
    """Money of the line itself, at a price in online revenue."""
    words = Words(en=name, vi=name)
    effects = {"online_revenue": Pull(move, move, move)}
    return Lever(name, "cut", words, frees, line=LINE, whole=whole, effects=effects)


@st.composite
def cuts(draw: st.DrawFn) -> list[Lever]:
    return [
        lever(
            f"cut_{n}",
            draw(st.integers(1, 9)) * MILLION,
            -draw(st.integers(0, 60)) * MILLION,
            whole=draw(st.booleans()),
        )
        for n in range(draw(st.integers(1, 5)))
    ]


amounts = st.integers(1, 25).map(lambda n: n * MILLION)


def check_no_set_is_better(engine: Engine, where: Position, found: list[Lever], amount: int) -> bool:
    """Whether anything is enough; raises AssertionError where some set of levers costs the first goal less than the best."""
    offer = options_for(Need(line=LINE, amount=amount), engine.plan, where, engine.graph, levers=found)
    cheapest = _cheapest(found, amount)
    if cheapest is None:
        assert not any(option.enough for option in offer.options)
        return False
    best: Any = offer.options[0]
    at = next(each for each in best.landings if each.goal == FIRST)
    assert best.enough and at.compared_before - at.compared_after <= cheapest + BAND
    return True


def _cheapest(found: list[Lever], amount: int) -> Fraction | None:
    """The least loss over every set: what is whole as it is, then the cheapest parts as far as they are needed."""
    costs: list[Fraction] = []
    for size in range(1, len(found) + 1):
        for some in combinations(found, size):
            whole, parts = [x for x in some if x.whole], [x for x in some if not x.whole]
            left = Fraction(amount - sum(Fraction(x.frees) for x in whole))
            cost = sum((_price(x) for x in whole), Fraction(0))
            for part in sorted(parts, key=lambda x: _price(x) / Fraction(x.frees)):
                share = min(Fraction(1), max(Fraction(0), left) / Fraction(part.frees))
                left, cost = left - share * part.frees, cost + share * _price(part)
            if left <= 0:
                costs.append(cost)
    return min(costs, default=None)


def _price(each: Lever) -> Fraction:
    return -Fraction(each.effects["online_revenue"].likely)

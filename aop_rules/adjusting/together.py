"""Several levers at once, where none alone is enough: every set of the best few is tried."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations

from aop_rules.adjusting.landing_effects import Scales
from aop_rules.adjusting.lever import Pull
from aop_rules.adjusting.need import Need
from aop_rules.adjusting.ranking import ranked, winner
from aop_rules.adjusting.ways import Way, gives, met, plus
from aop_rules.adjusting.weighing import bands, contender
from aop_rules.exact.number import Exact, exact

TOGETHER_MAX = 6
"""Of so many levers, the best ones, all sets are tried where none alone is enough."""


def together(need: Need, ways: Sequence[Way], scales: Scales) -> list[Way]:
    """The best of several levers at once, each needed; where even all are not enough, all of them. Nothing for fewer than two.

    All sets of the best few are tried, and in each every lever as the one that is pulled no further than is still needed.
    """
    by_id = {way.id: way for way in ways}
    order = ranked([contender(way, scales) for way in ways], bands(scales))
    known = [by_id[name] for name in order if not any(lever.kind == "response" for lever in by_id[name].levers)]
    best = known[:TOGETHER_MAX]  # what a response brings nobody said, so nobody can say that it is needed besides
    sets = (each for size in range(2, len(best) + 1) for each in combinations(best, size))
    tried = [
        _joined(need, pulled, scales) for each in sets if _apart(need, each) for pulled in _pulled(need, each, scales)
    ]
    if tried:
        named = {f"{way.id} {n}": way for n, way in enumerate(tried)}
        weighed = [replace(contender(way, scales), id=name) for name, way in named.items()]
        return [named[winner(weighed, bands(scales)).id]]
    taken: list[Way] = []
    for way in best:
        if _apart(need, (*taken, way)):
            taken.append(way)
    return [_joined(need, taken, scales)] if len(taken) > 1 else []


def _apart(need: Need, ways: Sequence[Way]) -> bool:
    """Whether no line but the one that is short gives twice, and no initiative changes twice: each was asked alone."""
    changed = [name for way in ways for lever in way.levers for name in lever.changes]
    if len(changed) > len(set(changed)):
        return False
    lines = [lever.line or lever.takes_from for way in ways for lever in way.levers]
    others = [line for line in lines if line not in ("", need.line)]
    return len(others) == len(set(others))


def _pulled(need: Need, ways: Sequence[Way], scales: Scales) -> Iterator[list[Way]]:
    """The same ways, enough together: each time one that it takes is pulled only as far as the others leave it to be.

    Of straight-line effects no other pull is better: all but one lever stand at an end. Nothing where they are not enough.
    """
    gain_of = [gives(need, way, scales) for way in ways]
    over = exact(sum(gain_of) - (need.amount if need.line else need.short))
    if over < 0:
        return
    pivots = [n for n, gain in enumerate(gain_of) if gain > over]
    for n in pivots:
        way = ways[n]
        if over and not any(lever.whole for lever in way.levers):
            yield [*ways[:n], way.part(max(1 - Fraction(over) / gain_of[n], way.least)), *ways[n + 1 :]]
    if not over or len(pivots) == len(ways):
        yield list(ways)


def _joined(need: Need, ways: Sequence[Way], scales: Scales) -> Way:
    taken = sorted(ways, key=lambda way: way.id)
    effects: Mapping[str, Pull] = {}
    drawn: dict[str, Exact] = {}
    for way in taken:
        effects = plus(effects, way.effects)
        for line, amount in way.drawn.items():
            drawn[line] = exact(drawn.get(line, 0) + amount)
    approval = ", ".join(dict.fromkeys(way.approval for way in taken if way.approval))
    levers = tuple(lever for way in taken for lever in way.levers)
    frees = exact(sum(way.frees for way in taken))
    return Way(levers, frees, met(need, taken, scales), effects, approval, drawn)

"""Which of several ways is best: by what must hold, then goal by goal in the order of the plan, then by what it costs.

At each priority all that come within a band of the best that is left stay, so that noise in an estimate does not outrank a
real loss in the next priority; among those that stay to the end the exact figures decide. A way that is no better than
some other in anything never changes which way wins: it cannot raise the best that is left, and never stays where that other
does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aop_rules.exact.number import Exact


@dataclass(frozen=True, slots=True)
class Contender:
    """One way, as it is weighed against others. All have as many gates, scores and prices, and an id of their own."""

    id: str
    gates: tuple[bool, ...] = ()
    """What it fulfils; the first that another fulfils and this one does not puts it behind."""
    scores: tuple[Exact | None, ...] = ()
    """By priority: more is better. Unknown (None) is behind everything that is known."""
    price: tuple[Exact, ...] = ()
    """Less is better; weighed only where the scores leave it open."""


def ranked(contenders: Iterable[Contender], bands: Sequence[Exact] = ()) -> tuple[str, ...]:
    """Their ids, the best first: each place goes to the winner of those that are left.

    `bands` holds by priority how far apart two scores may be and count as equal; 0 where missing.

    >>> ways = [Contender("a", (), (1000, 5)), Contender("b", (), (1001, 3)), Contender("c", (), (900, 9))]
    >>> ranked(ways), ranked(ways, [2])
    (('b', 'a', 'c'), ('a', 'b', 'c'))
    """
    left, found = list(contenders), []
    while left:
        best = winner(left, bands)
        found.append(best.id)
        left.remove(best)
    return tuple(found)


def winner(contenders: Sequence[Contender], bands: Sequence[Exact] = ()) -> Contender:
    """The best of them, whatever their order. Raises ValueError where there is none."""
    if not contenders:
        raise ValueError("of no ways none is best")
    left = list(contenders)
    for n in range(len(left[0].gates)):
        left = [each for each in left if each.gates[n]] or left
    for n in range(len(left[0].scores)):
        left = _close_to_best(left, n, bands[n] if n < len(bands) else 0)
    return min(left, key=_exactly)


def beats(one: Contender, other: Contender) -> bool:
    """Whether one is nowhere worse than the other and somewhere better: in gates and scores, whatever they cost."""
    if [score is None for score in one.scores] != [score is None for score in other.scores]:
        return False  # what is not known is not worse
    mine, theirs = _worth(one), _worth(other)
    return mine != theirs and all(a >= b for a, b in zip(mine, theirs, strict=True))


def _worth(one: Contender) -> list[tuple[bool, Exact]]:
    return [*((gate, 0) for gate in one.gates), *((score is not None, score or 0) for score in one.scores)]


def _close_to_best(contenders: list[Contender], n: int, band: Exact) -> list[Contender]:
    known = [score for each in contenders if (score := each.scores[n]) is not None]
    if not known:
        return contenders
    best = max(known)
    return [each for each in contenders if (score := each.scores[n]) is not None and score >= best - band]


def _exactly(one: Contender) -> tuple[object, ...]:
    return (tuple((score is None, -(score or 0)) for score in one.scores), one.price, one.id)

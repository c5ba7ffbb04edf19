"""Why a candidate was not taken: the first reason that holds, with its figures."""

from __future__ import annotations

from aop_rules.selecting.best import Choice
from aop_rules.selecting.candidate import Caps, with_required
from aop_rules.selecting.selection import Chosen, Loser, Reason


def losers(choice: Choice, winner: Chosen, *, solving: bool) -> tuple[Loser, ...]:
    """All that were left. `solving`: also what taking each would cost, by solving again with it held."""
    taken, left = frozenset(winner.ids), choice.left(winner.ids)
    return tuple(_loser(choice, taken, left, name, solving) for name in choice.candidates if name not in taken)


def _loser(choice: Choice, taken: frozenset[str], left: Caps, name: str, solving: bool) -> Loser:
    needed = with_required(choice.candidates, name)
    if alone := choice.short([name], choice.caps):
        return Loser(name, "too_large", alone)
    impossible = _impossible(choice, needed - {name})
    if impossible:
        return Loser(name, "requires", others=impossible)
    if together := choice.short(needed, choice.caps):
        return Loser(name, "too_large", together, tuple(sorted(needed - {name})))
    instead = choice.best(holding=name) if solving else None
    if instead is not None and instead.chosen is None:
        return Loser(name, "out_of_bounds")
    short = choice.short(needed - taken, left)
    best = instead.chosen if instead else None
    reason, others = _reason(choice, taken, name, needed)
    return Loser(name, reason, short, others, best)


def _impossible(choice: Choice, required: frozenset[str]) -> tuple[str, ...]:
    """Of what is required, what cannot be taken for its own size."""
    return tuple(sorted(each for each in required if choice.short([each], choice.caps)))


def _reason(choice: Choice, taken: frozenset[str], name: str, needed: frozenset[str]) -> tuple[Reason, tuple[str, ...]]:
    group = choice.candidates[name].group
    variants = tuple(each for each in sorted(taken) if group and choice.candidates[each].group == group)
    if variants:
        return "variant", variants
    adds = tuple(choice.values(sorted(needed - taken)).values())
    if adds <= (0,) * len(adds):
        return "adds_nothing", ()
    return "displaced", ()

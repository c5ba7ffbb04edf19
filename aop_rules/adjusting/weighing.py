"""What ways are weighed by: what they do to each goal, the bounds they break, and which of them is worse in everything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from aop_rules.adjusting.landing_effects import BAND, Scales, past_bound, summed
from aop_rules.adjusting.option_words import is_better
from aop_rules.adjusting.ranking import Contender, beats, winner
from aop_rules.adjusting.ways import Way
from aop_rules.decision.option import Flag, GoalLanding
from aop_rules.exact.number import Exact, exact
from aop_rules.plan.goals import Goal
from aop_rules.plan.graph import PlanGraph


def contender(way: Way, scales: Scales, risk: str = "") -> Contender:
    """A way as it is weighed. What was decided beforehand for a `risk` that came goes before all else."""
    changed = way.changed if way.declared else None
    decided = not risk or any(lever.id == f"response.{risk}" for lever in way.levers)
    landings = scales.landings(changed)
    bounds = not any(breaks(scales, goal, at) for goal, at in zip(scales.goals, landings, strict=True))
    return Contender(
        way.id,
        (decided, way.enough, bounds, way.declared),
        _scores(scales, changed),
        (int(bool(way.approval)), len(way.levers), exact(sum(way.drawn.values()))),
    )


def harmless(way: Way, scales: Scales) -> bool:
    """Whether it keeps every bound and costs no goal anything, so that nothing does better by the goals."""
    weighed = contender(way, scales)
    return all(weighed.gates) and all(score is not None and score >= 0 for score in weighed.scores)


def wins(way: Way, others: Sequence[Way], scales: Scales) -> bool:
    """Whether it is better for the goals than each of the others."""
    weighed = [contender(each, scales) for each in (way, *others)]
    return winner(weighed, bands(scales)) is weighed[0]


def breaks(scales: Scales, goal: Goal, at: GoalLanding) -> bool:
    """Whether it is the option that brings a landing past a bound, or further past it."""
    if not past_bound(goal, at.after):
        return False
    kept = at.before is not None and past_bound(goal, at.before)
    return not kept or (at.after != at.before and not is_better(scales.plan, at))


def _scores(scales: Scales, changed: Mapping[str, Exact] | None) -> tuple[Exact | None, ...]:
    """By rank: what all goals of that rank gain together, each as a share of its own size. Goals without a rank come last."""
    found: dict[int, list[Exact]] = {}
    last = len(scales.plan.priorities) + 1
    for goal in scales.goals:
        gain = None if changed is None else Fraction(scales.gain(goal, changed)) / scales.scale(goal)
        found.setdefault(scales.plan.rank(goal.id) or last, []).append(0 if gain is None else exact(gain))
    ranks = sorted(found)
    return tuple(None if changed is None else exact(sum(found[rank])) for rank in ranks)


def bands(scales: Scales) -> tuple[Exact, ...]:
    return (BAND,) * (len(scales.plan.priorities) + 1)


def games(scales: Scales, way: Way) -> bool:
    """Whether a ratio that is short gets better while what it is compared through does not: then only its denominator fell."""
    if not way.declared:
        return False
    changed = way.changed
    return any(
        at.compared != at.kpi
        and scales.plan.kpis[at.kpi].direction == "higher"
        and scales.short(goal)
        and at.before is not None
        and at.after is not None
        and at.after > at.before
        and scales.gain(goal, changed) <= 0
        for goal, at in zip(scales.goals, scales.landings(changed), strict=True)
    )


def dominates(one: Way, other: Way, weighed: Mapping[str, Contender]) -> bool:
    """Whether one is nowhere worse and somewhere better: in goals, approval, way back, and what each line has to give."""
    mine, theirs = weighed[one.id], weighed[other.id]
    if not one.declared or not other.declared:
        return False  # what nobody has said cannot be compared
    if not (beats(mine, theirs) or (mine.gates, mine.scores) == (theirs.gates, theirs.scores)):
        return False
    ahead = [(_undoable(one), _undoable(other)), (not one.approval, not other.approval)]
    less = all(amount <= other.drawn.get(line, 0) for line, amount in one.drawn.items())
    if not less or any(a < b for a, b in ahead):
        return False
    return beats(mine, theirs) or any(a > b for a, b in ahead) or dict(one.drawn) != dict(other.drawn)


def _undoable(way: Way) -> int:
    return min({None: 1, True: 2, False: 0}[lever.reversible] for lever in way.levers)


def panic(way: Way, weighed: Mapping[str, Contender], graph: PlanGraph, scales: Scales) -> tuple[Flag, ...]:
    """It takes from what feeds the first goal that is short, and another way is no worse for any goal and better for one."""
    short = next((goal for goal in scales.goals if scales.short(goal)), None)
    cuts = [lever for lever in way.levers if lever.kind in ("cut", "scale", "stop")]
    if short is None or not cuts or not way.declared or scales.gain(short, summed([way.effects])) >= 0:
        return ()
    sources = {name for lever in cuts for name in (lever.line, lever.initiative) if name}
    feeds = short.id in graph.goals_served_by(sources, ("line", "initiative"))
    beaten = any(beats(other, weighed[way.id]) for name, other in weighed.items() if name != way.id and other.gates[-1])
    return ("panic_cut",) if feeds and beaten else ()

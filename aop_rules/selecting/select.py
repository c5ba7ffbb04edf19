"""The best set of many candidates under caps, proved: what no other set beats, objective by objective."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from aop_rules.errors import InputError
from aop_rules.exact.number import Exact, exact, parse_number
from aop_rules.selecting.best import TIES_MAX, Best, Choice, How, Method, Progress
from aop_rules.selecting.candidate import Candidate, Caps, candidate_problems
from aop_rules.selecting.losing import losers
from aop_rules.selecting.selection import Chosen, Loser, Price, Selection

RUNNER_UP_MAX = 200
COSTS_MAX = 40
"""Candidates up to which the runner-up, and what each loser would cost, are worked out unasked."""


def select(
    candidates: Iterable[Candidate],
    caps: Caps,
    objectives: Sequence[str],
    *,
    least: Mapping[str, Exact] | None = None,
    most: Mapping[str, Exact] | None = None,
    method: Method = "auto",
    runner_up: bool | None = None,
    costs: bool | None = None,
    prices: bool = False,
    step: Exact | Mapping[str, Exact] | None = None,
    progress: Progress | None = None,
    seconds: int | None = None,
) -> Selection:
    """The set that brings most of the first objective; among those the most of the second; and so on.

    It keeps under every cap, holds with each candidate all that it requires, and at most one of each group. `least` and
    `most` bound what the set brings of an objective (any key of `gains`). What brings nothing is left, and what costs (a
    negative gain) is taken only where something worth more requires it.

    Ties, up to 60 candidates: the set of fewest, then the one whose first id that the others lack comes first; a worse
    candidate never takes the place of a better one. With more, one of the equal sets, the same one every time. Neither the
    order of the candidates nor the unit of an amount makes a difference.

    `runner_up` works out the best other set (where missing: up to 200 candidates), `costs` what taking each loser would cost
    (up to 40), `prices` what one `step` more of each cap is worth; where no step is said, the least by which it is short for
    someone who was not taken, and nothing of a cap that is short for nobody. `seconds` limits each stage; what was not
    proved by then says so (`proved`, `gap`). Raises InputError with every problem (SELECT_…), ExactError for a float.

    >>> offers = [
    ...     Candidate("fair", {"sales": 9}, {"money": 5}),
    ...     Candidate("flyer", {"sales": 4}, {"money": 3}),
    ...     Candidate("shop", {"sales": 6}, {"money": 3}),
    ... ]
    >>> found = select(offers, {"money": 6}, ["sales"])
    >>> found.chosen, found.values["sales"], found.proved, found.runner_up.ids
    (('flyer', 'shop'), 10, True, ('fair',))
    """
    given = tuple(sorted(candidates, key=lambda each: each.id))
    limits = {cap: parse_number(amount) for cap, amount in sorted(caps.items())}
    problems = list(candidate_problems(given, limits))
    if problems:
        raise InputError(problems)
    choice = Choice(
        candidates={each.id: each for each in given},
        caps=limits,
        objectives=tuple(dict.fromkeys(objectives)),
        least={goal: parse_number(bound) for goal, bound in (least or {}).items()},
        most={goal: parse_number(bound) for goal, bound in (most or {}).items()},
        how=How(method, progress, seconds),
    )
    looked = runner_up if runner_up is not None else len(given) <= RUNNER_UP_MAX
    found, other = _first_two(choice, looked)
    if found.chosen is None:
        return Selection((), choice.values(()), True, 0, found.method, limits, None, (), conflict=found.conflict)
    lost = losers(choice, found.chosen, solving=costs if costs is not None else len(given) <= COSTS_MAX)
    return Selection(
        chosen=found.chosen.ids,
        values=found.chosen.values,
        proved=found.proved,
        gap=found.gap,
        method=found.method,
        left=choice.left(found.chosen.ids),
        runner_up=other,
        losers=lost,
        prices=_prices(choice, found.chosen, _steps(choice, step, lost)) if prices else (),
    )


def _first_two(choice: Choice, looked: bool) -> tuple[Best, Chosen | None]:
    """The best set and, where it is looked for, the best other. Ties are broken only where there may be some."""
    small = len(choice.candidates) <= TIES_MAX
    if not looked:
        return choice.best(ties=small), None
    found = choice.best()
    if found.chosen is None:
        return found, None
    other = choice.best(other_than=found.chosen)
    if small and other.chosen is not None and other.chosen.values == found.chosen.values:
        found = choice.best(ties=True)
        other = choice.best(ties=True, other_than=found.chosen)
    return found, other.chosen


def _steps(choice: Choice, step: Exact | Mapping[str, Exact] | None, lost: Iterable[Loser]) -> Mapping[str, Exact]:
    """By cap, how much more of it is asked about."""
    if isinstance(step, Mapping):
        return {cap: parse_number(more) for cap, more in step.items() if cap in choice.caps}
    if step is not None:
        return dict.fromkeys(choice.caps, parse_number(step))
    lacks: dict[str, Exact] = {}
    for short in (short for loser in lost for short in loser.caps):
        more = exact(short.needs - short.left)
        lacks[short.cap] = min(more, lacks.get(short.cap, more))
    return lacks


def _prices(choice: Choice, winner: Chosen, steps: Mapping[str, Exact]) -> tuple[Price, ...]:
    found = []
    for cap, more in sorted(steps.items()):
        best = choice.with_more(cap, more).best(ties=len(choice.candidates) <= TIES_MAX).chosen or winner
        worth = {each: exact(best.values[each] - value) for each, value in winner.values.items()}
        found.append(Price(cap, more, worth, best.ids))
    return tuple(found)

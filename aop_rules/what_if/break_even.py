"""Break-even: up to which value of one number the outcome is one, and from which on another, to the smallest unit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from itertools import pairwise
from typing import Any

from aop_rules.decision.outcome import Outcome, ladder
from aop_rules.events import EventBase, plain
from aop_rules.exact.currencies import minor_units
from aop_rules.exact.number import Exact, exact, number_text
from aop_rules.facts.host import Given
from aop_rules.rules.standard import REQUESTS
from aop_rules.what_if.facts import EventLike, checked
from aop_rules.what_if.standing import moment_or_none
from aop_rules.what_if.sweep import Number, numbers, tried, tried_data
from aop_rules.what_if.trial import Question, Trials, Tried, said_as_shares
from aop_rules.what_if.world import World
from aop_rules.wording.numbers import Language

SAMPLES = 33
"""Values of the grid on which it is looked whether the outcome only ever goes one way."""
TURNS_MAX = 16
"""Switches between two neighbours of the grid: one for each outcome that there is, and some."""


@dataclass(frozen=True, slots=True)
class Switch:
    """Two values next to each other with different outcomes."""

    last: Tried
    """The last value with the one outcome."""
    first: Tried
    """One unit further: the first value with the other."""


@dataclass(frozen=True, slots=True)
class BreakEven:
    """Where the outcome switches between two bounds."""

    path: str
    event: EventBase
    language: Language
    low: Exact
    high: Exact
    unit: Exact
    """The step to which a switch is exact."""
    outcome: str
    """The outcome that was asked for; empty: any."""
    monotone: bool
    """Whether the outcome only gets better, or only worse, over the grid. Where so, `switches` are all there are; else there
    may be more between the values of the grid."""
    switches: tuple[Switch, ...]
    """By value; none: the outcome is the same at every value of the grid."""
    sampled: tuple[Tried, ...]
    """The grid."""
    share: bool = False
    """Whether the values are shares, told in percent."""

    def text(self, language: Language | None = None) -> str:
        """Where it switches, in `en` or `vi`; in the plan's language where missing."""
        from aop_rules.what_if.sweep_text import break_even_text

        return break_even_text(self, language or self.language)

    def to_dict(self) -> dict[str, Any]:
        """The break-even as plain data that JSON can hold."""
        return {
            "path": self.path,
            "event": plain(self.event),
            "low": number_text(self.low),
            "high": number_text(self.high),
            "unit": number_text(self.unit),
            "outcome": self.outcome or None,
            "monotone": self.monotone,
            "switches": [{"last": tried_data(each.last), "first": tried_data(each.first)} for each in self.switches],
            "sampled": [tried_data(each) for each in self.sampled],
        }


def break_even(
    world: World,
    *,
    path: str,
    low: Number,
    high: Number,
    event: EventLike,
    outcome: str | None = None,
    unit: Number | None = None,
    as_of: date | datetime | str | None = None,
    given: Given | None = None,
    processes: int | None = 1,
    progress: Callable[[int], None] | None = None,
) -> BreakEven:
    """Where, between two bounds, the outcome of `event` switches as the number at `path` grows.

    `path`, `as_of`, `given`, `processes` and `progress` are those of `sweep`. With an `outcome` only switches to it or away
    from it count. `unit` is how near the two sides of a switch come: where missing the smallest unit of the currency, and
    where a bound has more decimals a hundredth of its last one; of shares a hundredth of the last decimal of the percentage
    (`5%` to `10%`: 0.01 %).
    Raises what `sweep` raises, and ValueError for bounds that are no range, or no such outcome.
    """
    one = checked(world.plan, event)
    least, most = (numbers([each])[0] for each in (low, high))
    share = said_as_shares(world, path, one, (low, high))
    asked = Question(path, one, (), moment_or_none(as_of), given or {}, share)
    if most <= least:
        raise ValueError("`high` is above `low`")
    if outcome is not None and outcome not in ladder(asked.event.kind in REQUESTS):
        known = ", ".join(f"`{each.value}`" for each in ladder(asked.event.kind in REQUESTS))
        raise ValueError(f"`{outcome}` is no outcome here: {known}")
    step = numbers([unit])[0] if unit is not None else _unit(world.plan.currency, least, most, share)
    if step <= 0:
        raise ValueError("`unit` is above 0")
    grid = tried(world, asked, _grid(least, most, step), processes, progress)
    search = _Search(Trials(world, asked), step, outcome)
    switches = tuple(switch for left, right in pairwise(grid) for switch in search.between(left, right))
    steps = ladder(asked.event.kind in REQUESTS)
    return BreakEven(
        path,
        asked.event,
        world.plan.language,
        least,
        most,
        step,
        outcome or "",
        _monotone([search.rank(each, steps) for each in grid]),
        switches,
        grid,
        share,
    )


class _Search:
    """Bisects between two values with different outcomes."""

    def __init__(self, trials: Trials, step: Exact, outcome: str | None) -> None:
        self._trials, self._step, self._wanted = trials, step, outcome

    def key(self, one: Tried) -> str | bool:
        """What counts as another outcome."""
        return one.outcome if self._wanted is None else one.outcome == self._wanted

    def rank(self, one: Tried, steps: Sequence[Outcome]) -> int | None:
        if not one.outcome:
            return None
        return steps.index(Outcome(one.outcome)) if self._wanted is None else int(one.outcome == self._wanted)

    def between(self, left: Tried, right: Tried) -> Iterator[Switch]:
        """The switches on the way from one value to the next, each found by halving."""
        for _ in range(TURNS_MAX):
            if self.key(left) == self.key(right):
                return
            switch = self._nearest(left, right)
            yield switch
            left = switch.first

    def _nearest(self, left: Tried, right: Tried) -> Switch:
        while (count := (right.value - left.value) // self._step) > 1 or left.value + self._step < right.value:
            middle = self._trials.at(exact(left.value + max(1, count // 2) * self._step))
            if self.key(middle) == self.key(left):
                left = middle
            else:
                right = middle
        return Switch(left, right)


def _grid(low: Exact, high: Exact, step: Exact) -> tuple[Exact, ...]:
    """Values as evenly as the unit allows, with both bounds."""
    count = (high - low) // step
    places = {n * count // (SAMPLES - 1) for n in range(SAMPLES)}
    return tuple(sorted({exact(low + place * step) for place in places} | {high}))


def _monotone(ranks: Sequence[int | None]) -> bool:
    """Values that cannot be may lie at either end, never between others."""
    decided = [n for n, rank in enumerate(ranks) if rank is not None]
    within = ranks[decided[0] : decided[-1] + 1] if decided else ()
    known = [rank for rank in within if rank is not None]
    return len(known) == len(within) and known in (sorted(known), sorted(known, reverse=True))


def _unit(currency: str, low: Exact, high: Exact, share: bool) -> Exact:
    if share:
        return exact(min(_last_decimal(exact(each * 100)) for each in (low, high)) / 10_000)
    smallest = Fraction(1, 10 ** minor_units(currency))
    finest = min(_last_decimal(each) for each in (low, high))
    return exact(smallest if finest >= smallest else finest / 100)


def _last_decimal(value: Exact) -> Fraction:
    """The last decimal of a number: 1, 1/10, …; of one without an end 1/10**6."""
    return next((Fraction(1, 10**n) for n in range(6) if (value * 10**n) == int(value * 10**n)), Fraction(1, 10**6))

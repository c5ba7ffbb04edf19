"""Which channel and which month a miss comes from: a KPI against its plan, by the parts that it sums and by period."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from aop_rules.exact.number import exact
from aop_rules.plan.model import Plan
from aop_rules.position.figures import because, total, unknown
from aop_rules.position.model import Figure, Position
from aop_rules.position.variance.ratio import RatioChange, Split, ratio_change


@dataclass(frozen=True, slots=True)
class Contributions:
    """Actual less plan over the closed periods, in the KPI's unit. Every row and every column sums to `change`, exactly;
    what rests on an unknown figure is unknown, with its reasons.
    """

    kpi: str
    change: Figure
    by_part: tuple[tuple[str, Figure], ...]
    """KPI id of each part, in the plan's order; the KPI itself where it has no parts."""
    by_period: tuple[tuple[str, Figure], ...]
    """Period id."""
    cells: tuple[tuple[str, str, Figure], ...]
    """Part, period, actual less plan there."""


def contributions(plan: Plan, position: Position, kpi: str) -> Contributions:
    """What each part of a sum, and each closed period, adds to its distance from plan.

    A part without a plan by period is unknown (`no_target`), and so is the sum. Raises InputError (no such KPI), ValueError for a ratio or a stock: their periods do not add up.
    """
    at = position.kpi(kpi)
    if plan.kpis[kpi].kind != "flow":
        raise ValueError(f"`{kpi}` is a {plan.kpis[kpi].kind}: only flows add up over periods")
    parts = plan.kpis[kpi].sum_of or (kpi,)
    cells = tuple(
        (part, reading.period.id, _less(reading.actual, reading.target))
        for part in parts
        for reading in position.kpi(part).readings[: len(at.readings)]
    )
    periods = [reading.period.id for reading in at.readings]

    def summed(chosen: Iterable[tuple[str, str, Figure]], periods: str) -> Figure:
        return total((figure for _, _, figure in chosen), at.unit, periods)

    return Contributions(
        kpi=kpi,
        change=summed(cells, at.ytd.periods) if cells else at.ytd,
        by_part=tuple((part, summed((c for c in cells if c[0] == part), at.ytd.periods)) for part in parts),
        by_period=tuple((period, summed((c for c in cells if c[1] == period), period)) for period in periods),
        cells=cells,
    )


def ratio_against_plan(plan: Plan, position: Position, kpi: str, how: Split) -> RatioChange | Figure:
    """The year to date of a ratio against its parts' plans, split by `ratio_change`; an unknown figure, with the reasons,
    where a part or its plan is unknown or a denominator is 0.

    Raises InputError (no such KPI), ValueError where it is no ratio.
    """
    at, asked = position.kpi(kpi), plan.kpis[kpi]
    if asked.numerator is None or asked.denominator is None:
        raise ValueError(f"`{kpi}` is a {asked.kind}: only a ratio has a numerator and a denominator")
    above, below = position.kpi(asked.numerator), position.kpi(asked.denominator)
    planned, actual = (above.ytd_target, below.ytd_target), (above.ytd, below.ytd)
    missing = [reason for figure in (*planned, *actual) for reason in figure.missing]
    values = [figure.value for figure in (*planned, *actual) if figure.value is not None]
    if len(values) < 4:
        return unknown(at.unit, at.ytd.periods, *missing)
    if not (values[1] and values[3]):
        return because("zero_denominator", kpi, at.unit, at.ytd.periods)
    return ratio_change((values[0], values[1]), (values[2], values[3]), how)


def _less(actual: Figure, planned: Figure) -> Figure:
    both = total((actual, planned), actual.unit, actual.periods)
    if actual.value is None or planned.value is None:
        return both
    return Figure(exact(actual.value - planned.value), actual.unit, actual.periods, both.quality, both.sources)

"""The risk register in money: what is to be expected of the risks that may still come, and whether the reserve covers it.

    expected value of a risk = probability × mean impact        opportunities subtract

A risk that has occurred, or whose last day is over, is no longer to be expected: what it costs is in the actuals.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from aop_rules.exact.currencies import minor_units
from aop_rules.exact.number import Exact, exact
from aop_rules.plan.model import Plan
from aop_rules.plan.risks import Risk
from aop_rules.position.model import Horizon, Position
from aop_rules.position.simulation import Outcomes, Threat, simulated
from aop_rules.position.transfers import LAST_YEAR


@dataclass(frozen=True, slots=True)
class Draw:
    """Money that a transfer took from a reserve line (negative: gave back), in whole units of the plan's currency."""

    event_id: str
    line: str
    to: str
    """The budget line that got it."""
    amount: Exact


@dataclass(frozen=True, slots=True)
class Exposure:
    """The register as of one moment. Amounts in whole units of the plan's currency, exact."""

    expected: Exact
    """Σ of the expected values of all risks, as the year was planned."""
    remaining: Exact
    """Σ of those that may still come."""
    unquantified: tuple[str, ...]
    """Risks that may still come and have no probability or no impact: `remaining` leaves them out."""
    reserve: Exact
    """What the plan set aside: the amounts of its reserve lines."""
    left: Exact
    """What is left of it, after transfers, orders and spending."""
    draws: tuple[Draw, ...]
    """The transfers out of the reserve and back, in their order. What was spent on a reserve line directly is in `left` only."""
    short: bool | None
    """Whether `left` is less than `remaining`; None where what is known does not settle that."""
    threats: tuple[Threat, ...] = ()
    """What `simulated` runs on: the risks that may still come, by id."""
    step: Exact = 1
    """The currency's smallest unit: simulated losses are whole multiples of it."""

    def simulated(self, *, seed: int, runs: int = 10_000) -> Outcomes:
        """What the remaining risks cost together, in so many made-up years: `outcomes.percentile(80)` is P80.

        The same seed gives the same outcomes, on every machine. Raises ValueError for fewer than 1 or more than
        `simulation.RUNS_MAX` runs.
        """
        return simulated(self.threats, seed=seed, runs=runs, step=self.step)


def exposure(plan: Plan, position: Position) -> Exposure:
    """The register of a plan's position."""
    coming = [risk for risk in plan.risks.values() if position.risks[risk.id].may_come]
    remaining: Exact = exact(sum(risk.expected or 0 for risk in coming))
    unquantified = tuple(sorted(risk.id for risk in coming if risk.expected is None))
    lines = [line.id for line in plan.budget.lines.values() if line.reserve]
    years = [_year(position, line) for line in lines]
    left, complete = exact(sum(year.available for year in years)), all(year.complete for year in years)
    draws = tuple(
        Draw(entry.event_id, leg.account, other.account, exact(-leg.amount))
        for entry in position.moves.entries
        for leg, other in ((entry.giver, entry.taker), (entry.taker, entry.giver))
        if leg.account in lines and other.account not in (*lines, LAST_YEAR)
    )
    short = True if complete and left < remaining else None if unquantified or not complete else False
    return Exposure(
        expected=exact(sum(risk.expected or 0 for risk in plan.risks.values())),
        remaining=remaining,
        unquantified=unquantified,
        reserve=exact(sum(plan.budget.lines[line].amount for line in lines)),
        left=left,
        draws=draws,
        short=short,
        threats=tuple(sorted((_threat(risk) for risk in coming if risk.expected is not None), key=lambda t: t.risk)),
        step=exact(Fraction(1, 10 ** minor_units(plan.currency))),
    )


def _year(position: Position, line: str) -> Horizon:
    return next(iter(position.lines[line].values())).horizons[2]


def _threat(risk: Risk) -> Threat:
    likely = risk.impact or 0
    low, high = (likely if risk.low is None else risk.low), (likely if risk.high is None else risk.high)
    return Threat(risk.id, risk.probability or 0, low, likely, high, risk.opportunity)

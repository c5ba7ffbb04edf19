"""Static budget → flexible budget → actual: how much of a miss is volume, and how much is price and cost.

    static-budget variance = sales-volume variance + flexible-budget variance

The flexible budget is the budget for the units that were really sold. All variances are effects on operating income:
favourable is positive, adverse is negative, for revenue and for costs alike.
Source: Horngren, Datar, Rajan, Cost Accounting, chapter 7.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Self

from aop_rules.exact.number import Exact, exact
from aop_rules.position.variance.given import Given, number


@dataclass(frozen=True, slots=True)
class Income:
    """One income statement, in whole currency units; costs are positive."""

    units: Exact
    revenue: Exact
    variable_costs: Exact
    fixed_costs: Exact

    @classmethod
    def of(cls, units: Given, revenue: Given, variable_costs: Given, fixed_costs: Given) -> Self:
        """From totals. Raises ExactError for a float."""
        return cls(number(units), number(revenue), number(variable_costs), number(fixed_costs))

    @classmethod
    def per_unit(cls, units: Given, price: Given, variable_cost: Given, fixed_costs: Given) -> Self:
        """From the price and the variable cost of one unit. Raises ExactError for a float."""
        sold = number(units)
        return cls.of(sold, exact(sold * number(price)), exact(sold * number(variable_cost)), fixed_costs)

    @property
    def contribution(self) -> Exact:
        """Revenue less variable costs."""
        return exact(self.revenue - self.variable_costs)

    @property
    def operating_income(self) -> Exact:
        """Contribution less fixed costs."""
        return exact(self.contribution - self.fixed_costs)

    def at(self, units: Exact) -> Income:
        """The same price and cost of a unit for another number of units; fixed costs stay."""
        scale = Fraction(units) / self.units
        return Income(units, exact(self.revenue * scale), exact(self.variable_costs * scale), self.fixed_costs)


@dataclass(frozen=True, slots=True)
class Variance:
    """The difference between two income statements, line by line: what it adds to operating income."""

    revenue: Exact
    variable_costs: Exact
    contribution: Exact
    fixed_costs: Exact
    operating_income: Exact
    """Contribution and fixed costs together."""


@dataclass(frozen=True, slots=True)
class FlexibleBudget:
    """Three statements, and the three variances between them."""

    static: Income
    """As budgeted."""
    flexible: Income
    """As budgeted for the units that were sold."""
    actual: Income
    static_variance: Variance
    """Actual against static: the other two together."""
    sales_volume: Variance
    """Flexible against static: only the number of units differs."""
    flexible_variance: Variance
    """Actual against flexible: prices and costs. In `revenue` this is the selling-price variance."""

    @property
    def selling_price(self) -> Exact:
        """What the price really got adds, for the units that were sold."""
        return self.flexible_variance.revenue


def flexible_budget(budget: Income, actual: Income) -> FlexibleBudget:
    """Splits what became of a budget into volume, and price and cost. Raises ValueError for a budget of no units.

    >>> split = flexible_budget(Income.per_unit(12000, 120, 88, 276000), Income.of(10000, 1250000, 950100, 285000))
    >>> split.static_variance.operating_income, split.sales_volume.operating_income, split.selling_price
    (-93100, -64000, 50000)
    """
    if budget.units == 0:
        raise ValueError("a budget of no units says no price and no cost of a unit")
    flexible = budget.at(actual.units)
    return FlexibleBudget(
        static=budget,
        flexible=flexible,
        actual=actual,
        static_variance=_between(actual, budget),
        sales_volume=_between(flexible, budget),
        flexible_variance=_between(actual, flexible),
    )


def _between(now: Income, before: Income) -> Variance:
    return Variance(
        revenue=exact(now.revenue - before.revenue),
        variable_costs=exact(before.variable_costs - now.variable_costs),
        contribution=exact(now.contribution - before.contribution),
        fixed_costs=exact(before.fixed_costs - now.fixed_costs),
        operating_income=exact(now.operating_income - before.operating_income),
    )

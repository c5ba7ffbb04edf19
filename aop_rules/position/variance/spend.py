"""Spending by price and quantity: paid more for it, or used more of it.

    price    = (planned price − price) · quantity          on what was really bought or used
    quantity = (planned quantity − quantity) · planned price

Both are effects on income: spending less than planned is positive. Together they are the difference, exactly. With the
quantity that a flexible budget allows as the planned one, the second is the efficiency (usage) variance.
"""

from __future__ import annotations

from dataclasses import dataclass

from aop_rules.exact.number import Exact, exact
from aop_rules.position.variance.given import Given, number


@dataclass(frozen=True, slots=True)
class SpendVariance:
    """In whole currency units; favourable is positive."""

    planned: Exact
    actual: Exact
    price: Exact
    quantity: Exact

    @property
    def change(self) -> Exact:
        """What was planned less what was spent: both effects together."""
        return exact(self.planned - self.actual)


def price_quantity(planned_price: Given, planned_quantity: Given, price: Given, quantity: Given) -> SpendVariance:
    """Splits what spending differs from plan into price and quantity. Raises ExactError for a float.

    >>> cloth = price_quantity(30, 20_000, 28, 22_200)
    >>> cloth.price, cloth.quantity, cloth.change
    (44400, -66000, -21600)
    """
    was, of, now, used = number(planned_price), number(planned_quantity), number(price), number(quantity)
    return SpendVariance(
        planned=exact(was * of),
        actual=exact(now * used),
        price=exact((was - now) * used),
        quantity=exact((of - used) * was),
    )

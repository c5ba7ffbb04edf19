"""Price, volume and mix: why sales differ from plan (or from last year), item by item, with nothing left over.

For items that stand on both sides, with Q for all units together and m for an item's share of them:

    volume = (Q₁ − Q₀) · m₀ · p₀        more or fewer units, in the planned mix at the planned price
    mix    = (m₁ − m₀) · Q₁ · p₀        another mix of the units, at the planned price
    price  = (p₁ − p₀) · q₁             another price, on the units really sold

An item that is only on one side has no price to compare: it is shown apart, as new or as discontinued, and its units count
in neither Q. All effects together are the change, exactly. With contribution margins in place of prices, volume and mix are
the sales-quantity and the sales-mix variance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Self

from aop_rules.exact.number import Exact, exact
from aop_rules.position.variance.given import Given, number


@dataclass(frozen=True, slots=True)
class Sold:
    """Units of one item, and what one unit brings, in whole currency units."""

    units: Exact
    price: Exact

    @classmethod
    def of(cls, units: Given, price: Given) -> Self:
        """Raises ExactError for a float, ValueError for negative units."""
        return cls(_units(units), number(price))

    @classmethod
    def for_amount(cls, units: Given, amount: Given) -> Self:
        """From units and what they brought together. Raises ValueError for no units: they have no price."""
        sold = _units(units)
        if sold == 0:
            raise ValueError("no units have no price (leave the item out on this side)")
        return cls(sold, exact(Fraction(number(amount)) / sold))

    @property
    def amount(self) -> Exact:
        return exact(self.units * self.price)


@dataclass(frozen=True, slots=True)
class ItemEffects:
    """What one item adds to the change; `volume + mix + price + new + discontinued == change`, exactly."""

    item: str
    volume: Exact = 0
    mix: Exact = 0
    price: Exact = 0
    new: Exact = 0
    """All that an item brings that was not there before."""
    discontinued: Exact = 0
    """All that an item no longer brings (negative)."""

    @property
    def units(self) -> Exact:
        """Volume and mix together: its own units changed, at the planned price."""
        return exact(self.volume + self.mix)

    @property
    def change(self) -> Exact:
        return exact(self.volume + self.mix + self.price + self.new + self.discontinued)


@dataclass(frozen=True, slots=True)
class PriceVolumeMix:
    """The change of sales by effect, and each item's part of it."""

    before: Exact
    now: Exact
    volume: Exact
    mix: Exact
    price: Exact
    new: Exact
    discontinued: Exact
    items: tuple[ItemEffects, ...]
    """By item name."""

    @property
    def change(self) -> Exact:
        """`now - before`: all effects together."""
        return exact(self.now - self.before)


def price_volume_mix(before: Mapping[str, Sold], now: Mapping[str, Sold]) -> PriceVolumeMix:
    """Splits the change from `before` (plan, or last year) to `now` into effects.

    An item that stands on one side only is new or discontinued; one that sold nothing on a side, and yet has a price there,
    counts as going on.

    >>> split = price_volume_mix({"a": Sold(10, 5), "b": Sold(10, 9)}, {"a": Sold(20, 5), "b": Sold(4, 10)})
    >>> split.change, split.volume, split.mix, split.price
    (0, 28, -32, 4)
    """
    both = [item for item in before if item in now]
    planned: Exact = sum(before[item].units for item in both)
    sold: Exact = sum(now[item].units for item in both)
    going_on = frozenset(both) if planned else frozenset()  # of no planned units there is no mix
    growth = Fraction(sold) / planned if planned else Fraction()
    found = []
    for item in sorted({*before, *now}):
        old, new = before.get(item), now.get(item)
        if item in going_on:
            found.append(_effects(item, before[item], now[item], growth))
        else:
            found.append(ItemEffects(item, new=new.amount if new else 0, discontinued=exact(-old.amount) if old else 0))
    return PriceVolumeMix(
        before=exact(sum(each.amount for each in before.values())),
        now=exact(sum(each.amount for each in now.values())),
        volume=exact(sum(each.volume for each in found)),
        mix=exact(sum(each.mix for each in found)),
        price=exact(sum(each.price for each in found)),
        new=exact(sum(each.new for each in found)),
        discontinued=exact(sum(each.discontinued for each in found)),
        items=tuple(found),
    )


def _effects(item: str, old: Sold, new: Sold, growth: Fraction) -> ItemEffects:
    """`growth` is Q₁ ÷ Q₀, so that in the planned mix the item would have sold `q₀ · growth`."""
    in_mix = old.units * growth
    return ItemEffects(
        item,
        volume=exact((in_mix - old.units) * old.price),
        mix=exact((new.units - in_mix) * old.price),
        price=exact((new.price - old.price) * new.units),
    )


def _units(raw: Given) -> Exact:
    units = number(raw)
    if units < 0:
        raise ValueError("units are 0 or more (take what came back off the units sold)")
    return units

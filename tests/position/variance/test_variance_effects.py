"""Effects always sum to the change: nothing is left over, and nothing is counted twice."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aop_rules.errors import ExactError
from aop_rules.position.variance.flexible import Income, flexible_budget
from aop_rules.position.variance.price_volume_mix import Sold, price_volume_mix
from aop_rules.position.variance.ratio import Split, ratio_change
from aop_rules.position.variance.spend import price_quantity

NUMBERS = st.fractions(min_value=-1000, max_value=1000, max_denominator=12)
UNITS = st.fractions(min_value=0, max_value=1000, max_denominator=4)
SOLD = st.dictionaries(st.sampled_from("abcd"), st.builds(Sold, UNITS, NUMBERS))
SPLITS = st.sampled_from(["numerator_first", "denominator_first", "shapley"])


@given(SOLD, SOLD)
def test_effects_always_sum_to_the_change(before: dict[str, Sold], now: dict[str, Sold]) -> None:
    split = price_volume_mix(before, now)

    amounts = [sum(each.amount for each in side.values()) for side in (before, now)]
    assert split.change == amounts[1] - amounts[0]
    assert split.volume + split.mix + split.price + split.new + split.discontinued == split.change
    for each in split.items:
        old, new = before.get(each.item), now.get(each.item)
        assert each.change == (new.amount if new else 0) - (old.amount if old else 0)


@given(SOLD, SOLD)
def test_mix_moves_no_units(before: dict[str, Sold], now: dict[str, Sold]) -> None:
    """At one price for everything there is no mix effect: another mix of the same is the same."""
    flat = [{item: Sold(each.units, 7) for item, each in side.items()} for side in (before, now)]
    assert price_volume_mix(*flat).mix == 0


@given(SOLD, SOLD, SOLD, SOLD)
def test_what_is_new_or_gone_moves_no_other_effect(
    before: dict[str, Sold], now: dict[str, Sold], come: dict[str, Sold], gone: dict[str, Sold]
) -> None:
    both = {item: each for item, each in before.items() if item in now}
    new, old = ({f"{name} {item}": each for item, each in side.items()} for name, side in (("+", come), ("-", gone)))
    alone = price_volume_mix(both, {item: now[item] for item in both})
    split = price_volume_mix({**both, **old}, {**{item: now[item] for item in both}, **new})

    assert (split.volume, split.mix, split.price) == (alone.volume, alone.mix, alone.price)
    assert split.new - alone.new == sum(each.amount for each in new.values())
    assert split.discontinued - alone.discontinued == -sum(each.amount for each in old.values())


@given(st.tuples(UNITS.filter(bool), *[NUMBERS] * 3), st.tuples(UNITS, *[NUMBERS] * 3))
def test_levels_of_a_budget_always_sum(plan: tuple[Fraction, ...], real: tuple[Fraction, ...]) -> None:
    split = flexible_budget(Income(*plan), Income(*real))

    for line in ("revenue", "variable_costs", "contribution", "fixed_costs", "operating_income"):
        levels = getattr(split.sales_volume, line) + getattr(split.flexible_variance, line)
        assert levels == getattr(split.static_variance, line)
    total = split.static_variance
    assert total.revenue + total.variable_costs + total.fixed_costs == total.operating_income


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS)
def test_price_and_quantity_always_sum(p0: Fraction, q0: Fraction, p1: Fraction, q1: Fraction) -> None:
    split = price_quantity(p0, q0, p1, q1)
    assert split.price + split.quantity == split.change == p0 * q0 - p1 * q1


@given(NUMBERS, NUMBERS.filter(bool), NUMBERS, NUMBERS.filter(bool), SPLITS)
def test_effects_on_a_ratio_always_sum(a0: Fraction, b0: Fraction, a1: Fraction, b1: Fraction, how: Split) -> None:
    split = ratio_change((a0, b0), (a1, b1), how)
    assert split.numerator + split.denominator == split.change == a1 / b1 - a0 / b0


@given(NUMBERS, NUMBERS.filter(bool), NUMBERS, NUMBERS.filter(bool))
def test_shapley_is_the_mean_of_both_orders(a0: Fraction, b0: Fraction, a1: Fraction, b1: Fraction) -> None:
    first, last, fair = (
        ratio_change((a0, b0), (a1, b1), how) for how in ("numerator_first", "denominator_first", "shapley")
    )
    assert fair.numerator == Fraction(first.numerator + last.numerator) / 2
    assert first.numerator == (a1 - a0) / b0 and last.denominator == a0 / b1 - a0 / b0


# ── price, volume and mix by hand ───────────────────────────────────────────────────────────────────────────────────


def test_each_effect_has_its_formula() -> None:
    before = {"a": Sold.of(100, 10), "b": Sold.of(100, "4.50")}
    now = {"a": Sold.of(90, 11), "b": Sold.of(150, 4)}
    split = price_volume_mix(before, now)

    assert split.volume == 40 * Fraction(1, 2) * 10 + 40 * Fraction(1, 2) * Fraction(9, 2)
    assert split.mix == (90 - 120) * 10 + (150 - 120) * Fraction(9, 2)
    assert split.price == 90 * 1 - 150 * Fraction(1, 2)
    assert [each.units for each in split.items] == [-100, 225]


def test_new_and_discontinued_items_stand_apart() -> None:
    split = price_volume_mix({"a": Sold.of(10, 5), "old": Sold.of(4, 3)}, {"a": Sold.of(12, 5), "new": Sold.of(6, 2)})

    assert (split.new, split.discontinued) == (12, -12)
    assert (split.volume, split.mix, split.price) == (10, 0, 0)


def test_an_item_that_sold_nothing_goes_on() -> None:
    split = price_volume_mix({"a": Sold.of(10, 5)}, {"a": Sold.of(0, 5)})
    assert (split.volume, split.discontinued) == (-50, 0)


def test_of_no_planned_units_there_is_no_mix() -> None:
    split = price_volume_mix({"a": Sold.of(0, 5)}, {"a": Sold.of(3, 5)})
    assert (split.new, split.volume, split.mix) == (15, 0, 0)


def test_a_price_follows_from_an_amount() -> None:
    assert Sold.for_amount(4, 10).price == Fraction(5, 2)
    with pytest.raises(ValueError, match="no units have no price"):
        Sold.for_amount(0, 10)


def test_what_cannot_be_split_is_refused() -> None:
    with pytest.raises(ExactError):
        Sold.of(1.5, 3)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="units are 0 or more"):
        Sold.of(-1, 3)
    with pytest.raises(ValueError, match="no units"):
        flexible_budget(Income.of(0, 0, 0, 5), Income.of(1, 2, 3, 4))
    with pytest.raises(ValueError, match="undefined"):
        ratio_change((1, 0), (1, 2), "shapley")
    with pytest.raises(ValueError, match="`how` is one of"):
        ratio_change((1, 1), (1, 2), "fair")  # type: ignore[arg-type]

"""Whether the amounts of an event can be: not negative where that means nothing, not finer than money is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from aop_rules import events as e
from aop_rules.errors import Place, Problem
from aop_rules.exact.currencies import CODES, minor_units
from aop_rules.exact.number import Exact, number_text
from aop_rules.plan.model import Plan
from aop_rules.source.tree import Path


def amount_problems(plan: Plan, event: e.EventBase, place: Callable[[Path], Place]) -> Iterator[Problem]:
    """EVENT_NEGATIVE and EVENT_MINOR_UNIT; EVENT_WRONG_VALUE for a cut or a movement of nothing, for budget in another
    currency than the plan's, and for a cut that should be over already.
    """
    currency = event.currency or plan.currency
    for path, amount, signed in _money(event):
        shown = number_text(amount)
        if amount < 0 and not signed:
            yield Problem(place(path), "EVENT_NEGATIVE", f"`{shown}` is negative", _WITHOUT_SIGN)
        yield from finer_than_money(plan, event, amount, place(path))
    for path, time in _time(event):
        if time < 0:
            yield Problem(place(path), "EVENT_NEGATIVE", f"`{number_text(time)}` is negative", "write 0 or more")
    if isinstance(event, e.BudgetTransfer | e.CarryForward):
        if event.amount == 0:
            yield Problem(place(("amount",)), "EVENT_WRONG_VALUE", "an amount of 0 moves nothing", "say how much")
        if currency != plan.currency:
            said = f"a budget moves in {plan.currency}, the plan's currency, not in {currency}"
            yield Problem(place(("currency",)), "EVENT_WRONG_VALUE", said, "write the amount in the plan's currency")
    if isinstance(event, e.Reservation | e.ReservationRelease) and event.amount == 0:
        verb = "holds" if isinstance(event, e.Reservation) else "frees"
        yield Problem(place(("amount",)), "EVENT_WRONG_VALUE", f"an amount of 0 {verb} nothing", "say how much")
    if isinstance(event, e.CostCutRequest):
        if event.amount == 0:
            yield Problem(place(("amount",)), "EVENT_WRONG_VALUE", "a cut of 0 cuts nothing", "say how much")
        if event.by < event.effective_date:
            said = f"{event.by} is before the request itself, {event.effective_date}"
            yield Problem(place(("by",)), "EVENT_WRONG_VALUE", said, "name a day that is still to come")


def finer_than_money(plan: Plan, event: e.EventBase, amount: Exact, place: Place) -> Iterator[Problem]:
    """EVENT_MINOR_UNIT where an amount is finer than the smallest unit of the event's currency."""
    currency = event.currency or plan.currency
    units = minor_units(currency) if currency in CODES else None
    if units is not None and (Fraction(amount) * 10**units).denominator != 1:
        smallest = number_text(Fraction(1, 10**units))
        said = f"`{number_text(amount)}` is finer than the smallest unit of {currency}, {smallest}"
        yield Problem(place, "EVENT_MINOR_UNIT", said, f"round it to a multiple of {smallest}")


_WITHOUT_SIGN = "write the amount without its sign; what it saves is a benefit"


def _money(event: e.EventBase) -> Iterator[tuple[Path, Exact, bool]]:
    """Every amount of money in the event, where it stands, and whether it may be negative (a refund)."""
    match event:
        case e.Proposal():
            for index, cost in enumerate(event.costs):
                yield ("costs", index, "amount"), cost.amount, False
            if event.cost_of_delay is not None:
                yield ("cost_of_delay",), event.cost_of_delay, False
        case e.SpendRequest() | e.CostCutRequest() | e.BudgetTransfer() | e.CarryForward() | e.Reservation():
            yield ("amount",), event.amount, False
        case e.Spending():
            yield ("amount",), event.amount, True
        case e.ReservationRelease() if event.amount is not None:
            yield ("amount",), event.amount, False
        case e.NewRisk() if event.impact is not None:
            yield ("impact",), event.impact, False


def _time(event: e.EventBase) -> Iterator[tuple[Path, Exact]]:
    match event:
        case e.Proposal():
            for index, need in enumerate(event.needs):
                yield ("needs", index, "amount"), need.amount
        case e.CapacityChange():
            yield ("capacity",), event.capacity

"""What the benefits of a proposal change: amounts and ratios as stated, carried through sums and ratios, exactly.

A benefit on a flow or stock adds to it and to every sum that it is part of. A benefit on a ratio is the ratio *of what
is added*: 400 m more revenue `at 28 %` adds 112 m to the numerator. What is stated of a KPI itself, as an amount before
a ratio, stands before the sum of its parts. What a ratio needs and nobody stated stays unknown, with all that rests
on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from aop_rules.events import Benefit, EventBase, Proposal
from aop_rules.exact.number import Exact, exact
from aop_rules.facts.asks import no_rate
from aop_rules.plan.model import Plan
from aop_rules.position.model import Missing
from aop_rules.position.rates import rate_on

Estimate = Literal["low", "likely", "high"]
ESTIMATES: tuple[Estimate, ...] = ("low", "likely", "high")
Changes = Mapping[str, Exact | None]
"""By KPI: the change of a flow or stock; None where something is changed and by how much is not known."""
Shares = Mapping[str, set[tuple[Exact | None, str]]]
"""By numerator: each ratio that is stated of it, and the KPI that the ratio is of."""


def changes(plan: Plan, event: EventBase, estimate: Estimate = "likely") -> Changes:
    """The change of every flow and stock that the event's benefits touch, by one of the three estimates."""
    return _changes(plan, event, estimate, _rate(plan, event))


def stated(plan: Plan, event: EventBase) -> Changes:
    """The likely change of every KPI that is touched; where that is not stated, an end of its estimate if it is sure
    on which side of zero it lies.
    """
    low, likely, high = (changes(plan, event, estimate) for estimate in ESTIMATES)
    return {kpi: certain(low[kpi], change, high[kpi]) for kpi, change in likely.items()}


def certain(low: Exact | None, likely: Exact | None, high: Exact | None) -> Exact | None:
    """A change of the sign that is sure: the likely one; else an end, if all that is said lies on one side of zero.

    >>> certain(400, None, None), certain(None, None, -5), certain(-5, None, 9), certain(None, None, 9)
    (400, -5, None, None)
    """
    if likely is not None:
        return likely
    if low is not None and low > 0 and (high is None or high > 0):
        return low
    if high is not None and high < 0 and (low is None or low < 0):
        return high
    return None


def rated(plan: Plan, event: EventBase) -> frozenset[str]:
    """The KPIs whose change rests on the rate of the event's currency: by some estimate known with one only."""
    if event.currency in (None, plan.currency):
        return frozenset()
    both = ((_changes(plan, event, each, 1), _changes(plan, event, each, None)) for each in ESTIMATES)
    return frozenset(k for known, bare in both for k in known if known[k] is not None and bare[k] is None)


def why_unstated(plan: Plan, event: EventBase, kpi: str) -> Missing:
    """Why the change of a KPI is not known: for want of an exchange rate, or because nobody stated it."""
    if _rate(plan, event) is None and kpi in rated(plan, event):
        return no_rate(event)
    return Missing("not_stated", kpi)


def _rate(plan: Plan, event: EventBase) -> Exact | None:
    return rate_on(plan, event.currency or plan.currency, event.effective_date)


def _changes(plan: Plan, event: EventBase, estimate: Estimate, rate: Exact | None) -> Changes:
    if not isinstance(event, Proposal):
        return {}
    amounts, shares = _amounts(plan, event, estimate, rate), _shares(plan, event, estimate)
    while True:
        found = _Carrying(plan, amounts, shares).all()
        unmoved, unsaid = _unstated(plan, found)
        if not unsaid:
            together = {**dict.fromkeys(unmoved, 0), **found}
            return {kpi: together[kpi] for kpi in plan.kpis if kpi in together}
        amounts |= dict.fromkeys(unsaid)


def _unstated(plan: Plan, found: Changes) -> tuple[set[str], set[str]]:
    """Untouched numerators of ratios whose denominator is touched: those that stay, and those that are unknown.

    Part of a sum whose other parts moved: it did not. Anything else that lives off what moved may well have.
    """
    unmoved: set[str] = set()
    unsaid: set[str] = set()
    for kpi in plan.kpis.values():
        numerator, denominator = kpi.numerator, kpi.denominator
        if numerator and denominator and denominator in found and numerator not in found:
            (unmoved if numerator in _parts(plan, denominator) else unsaid).add(numerator)
    return unmoved - unsaid, unsaid


def _amounts(plan: Plan, event: Proposal, estimate: Estimate, rate: Exact | None) -> dict[str, Exact | None]:
    """What is stated of flows and stocks, in the plan's currency. Benefits on one KPI add up."""
    said: dict[str, Exact | None] = {}
    for benefit in event.benefits:
        kpi = plan.kpis[benefit.kpi]
        if kpi.kind != "ratio":
            value = _estimated(benefit, estimate)
            said[kpi.id] = plus(said.get(kpi.id, 0), times(value, rate) if kpi.unit == "money" else value)
    return said


def _shares(plan: Plan, event: Proposal, estimate: Estimate) -> Shares:
    said: dict[str, set[tuple[Exact | None, str]]] = {}
    for benefit in event.benefits:
        ratio = plan.kpis[benefit.kpi]
        if ratio.kind == "ratio" and ratio.numerator and ratio.denominator:
            said.setdefault(ratio.numerator, set()).add((_estimated(benefit, estimate), ratio.denominator))
    return said


def _estimated(benefit: Benefit, estimate: Estimate) -> Exact | None:
    said: Exact | None = getattr(benefit, estimate)
    return benefit.likely if said is None else said


def plus(a: Exact | None, b: Exact | None) -> Exact | None:
    return None if a is None or b is None else exact(Fraction(a + b))


def times(a: Exact | None, b: Exact | None) -> Exact | None:
    return None if a is None or b is None else exact(Fraction(a * b))


def _parts(plan: Plan, kpi: str) -> set[str]:
    """Everything that a sum is made of, however far down."""
    found: set[str] = set()
    pending = [kpi]
    while pending:
        new = set(plan.kpis[pending.pop()].sum_of) - found
        found |= new
        pending += new
    return found


@dataclass(slots=True)
class _Carrying:
    """Works every touched KPI out of those that it rests on, each once, whatever the order of plan and benefits."""

    plan: Plan
    amounts: Changes
    shares: Shares
    touched: set[str] = field(default_factory=set)
    found: dict[str, Exact | None] = field(default_factory=dict)

    def all(self) -> dict[str, Exact | None]:
        said = {*self.amounts, *self.shares}
        self.touched = {kpi for kpi in self.plan.kpis if kpi in said or said & _parts(self.plan, kpi)}
        for kpi in self.touched:
            self._of(kpi)
        return self.found

    def _of(self, kpi: str) -> Exact | None:
        if kpi not in self.found:
            # Unknown until it is known: a share of a sum that it is itself part of leads back here.
            self.found[kpi] = None
            self.found[kpi] = self._worked_out(kpi)
        return self.found[kpi]

    def _worked_out(self, kpi: str) -> Exact | None:
        if kpi in self.amounts:
            return self.amounts[kpi]
        if kpi in self.shares:
            stated = {times(share, self._base(whole)) for share, whole in self.shares[kpi]}
            return stated.pop() if len(stated) == 1 else None
        change: Exact | None = 0
        for part in self.plan.kpis[kpi].sum_of:
            if part in self.touched:
                change = plus(change, self._of(part))
        return change

    def _base(self, kpi: str) -> Exact | None:
        return self._of(kpi) if kpi in self.touched else None

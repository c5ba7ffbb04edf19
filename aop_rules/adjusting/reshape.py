"""What is asked, smaller or later: how much of it fits now, and the first period from which all of it would."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import accumulate

from aop_rules.adjusting.lever import Lever, LeverKind, Pull
from aop_rules.adjusting.ways import Brought, Way
from aop_rules.decision.value import Decided
from aop_rules.events import BudgetTransfer, EventBase, Proposal
from aop_rules.exact.number import Exact, exact
from aop_rules.facts.asks import Ask, asks, demands, total
from aop_rules.facts.changes import changes
from aop_rules.plan.graph import Slip
from aop_rules.plan.model import Plan
from aop_rules.plan.values import Words
from aop_rules.position.model import Position
from aop_rules.position.year import calendar_of
from aop_rules.rules.effect import Effect
from aop_rules.wording.messages import say
from aop_rules.wording.numbers import show_money, show_period

_PLACES = {"period": 0, "to_date": 1, "year": 2}


def brought_by(plan: Plan, event: EventBase) -> Mapping[str, Pull]:
    """What a proposal itself does to KPIs; nothing where it leaves open what that means for a goal."""
    estimates = [changes(plan, event, estimate) for estimate in ("low", "likely", "high")]
    likely = estimates[1]
    measured = [at for goal in plan.goals.values() if (at := plan.kpis.get(goal.kpi or "")) is not None]
    needed = {name for at in measured for name in (at.id, at.numerator, at.denominator)}
    if not isinstance(event, Proposal) or any(likely.get(name, 0) is None for name in needed if name):
        return {}
    found: dict[str, Pull] = {}
    for kpi in (name for name, value in likely.items() if value is not None):
        parts = [part for part in plan.kpis[kpi].sum_of if part in likely] if kpi in plan.kpis else []
        low, middle, high = (_own(each, kpi, parts, likely) for each in estimates)
        if middle:
            worst, best = (high, low) if plan.kpis[kpi].direction == "lower" else (low, high)
            found[kpi] = Pull(worst, middle, best)
    return found


def funded_by(plan: Plan, event: EventBase) -> Brought | None:
    """What a proposal does if money is found for it; None where that is not said."""
    effects, amount = brought_by(plan, event), total(asks(plan, calendar_of(plan), event))
    if not isinstance(event, Proposal) or not effects or not amount:
        return None
    return Brought(effects, amount, event.divisible is True)


def _own(said: Mapping[str, Exact | None], kpi: str, parts: list[str], likely: Mapping[str, Exact | None]) -> Exact:
    """What is said of a KPI itself, beyond what its parts bring to it; the likely one where an end is not said."""
    whole, below = said.get(kpi), [said.get(part) for part in parts]
    if whole is None or None in below:
        whole, below = likely[kpi], [likely[part] for part in parts]
    return exact((whole or 0) - sum(part or 0 for part in below))


def reshaped(decision: Decided, plan: Plan, position: Position) -> Iterator[Way]:
    """`shrink` and `delay`, where they are ways at all."""
    event, year = decision.event, calendar_of(plan)
    asked = asks(plan, year, event)
    amount = exact(event.amount) if isinstance(event, BudgetTransfer) else total(asked)
    brings = brought_by(plan, event)
    if decision.fit is not None and decision.fit > 0 and amount:
        share = Fraction(decision.fit) / amount
        effects = {kpi: pull.of(share) for kpi, pull in brings.items()}
        shown = [show_money(decision.fit, plan.currency, language) for language in ("en", "vi")]
        name = Words(en=say("lever.shrink", "en", fit=shown[0]), vi=say("lever.shrink", "vi", fit=shown[1]))
        yield replace(
            _way("shrink", "shrink", name, exact(amount - decision.fit), {}, declared=bool(brings)), brings=effects
        )
    later = "" if bound_elsewhere(decision) else first_fit(plan, position, event, asked)
    if later:
        shown = [show_period(later, "en"), show_period(later, "vi")]
        name = Words(en=say("lever.delay", "en", period=shown[0]), vi=say("lever.delay", "vi", period=shown[1]))
        yield _way("delay", "delay", name, amount or 0, {}, declared=False, period=later)


def bound_elsewhere(decision: Decided) -> bool:
    """Whether cash or stock leaves room for only a part: more money on a line, or another period, would not help."""
    return any(
        finding.holds and finding.effect is Effect.FIT and finding.kind not in ("limit", "donor")
        for finding in decision.findings
    )


def moved_by(plan: Plan, slip: Slip) -> Way:
    """What waits for an initiative that slips, later by as much as its slack does not take up."""
    names = [plan.initiatives[each].name for each in (slip.initiative,)]
    name = Words(en=say("lever.reorder", "en", name=names[0].en), vi=say("lever.reorder", "vi", name=names[0].vi))
    dependents = tuple(sorted({*slip.moved, *slip.slack_used} - {slip.initiative}))
    return _way("delay", f"delay.{slip.initiative}", name, 0, {}, declared=False, dependents=dependents)


def first_fit(plan: Plan, position: Position, event: EventBase, asked: tuple[Ask, ...]) -> str:
    """Id of the first period in which all that is asked, moved as a whole, finds money and people; empty: none this year."""
    periods, needed = calendar_of(plan).periods, demands(calendar_of(plan), event)
    taken = [ask.period.index for ask in asked] + [demand.period.index for demand in needed]
    if not taken or any(ask.amount is None or ask.line not in plan.budget.lines for ask in asked):
        return ""
    deadline = event.deadline if isinstance(event, Proposal) else None
    for shift in range(1, len(periods) - max(taken) + 1):
        people = all(
            demand.role in position.roles
            and position.roles[demand.role][periods[demand.period.index + shift - 1].id].free >= demand.amount
            for demand in needed
        )
        start = periods[min(taken) + shift - 1]
        if deadline is not None and start.start > deadline:
            return ""
        if people and _money_fits(plan, position, asked, shift):
            return start.id
    return ""


def _money_fits(plan: Plan, position: Position, asked: tuple[Ask, ...], shift: int) -> bool:
    periods = calendar_of(plan).periods
    by_line: dict[str, list[Exact]] = {}
    for ask in asked:
        for line in plan.budget.with_groups(ask.line):
            row = by_line.setdefault(line, [0] * len(periods))
            row[ask.period.index + shift - 1] = exact(row[ask.period.index + shift - 1] + (ask.amount or 0))
    return all(_line_fits(plan, position, line, row) for line, row in by_line.items())


def _line_fits(plan: Plan, position: Position, line: str, row: list[Exact]) -> bool:
    sums = {"period": row, "to_date": list(accumulate(row)), "year": [exact(sum(row))] * len(row)}
    for horizon in plan.budget.lines[line].horizons:
        for where, own, amount in zip(position.lines[line].values(), row, sums[horizon], strict=True):
            at = where.horizons[_PLACES[horizon]]
            if own and not (at.complete and amount <= at.available):
                return False
    return True


def _way(
    kind: LeverKind,
    name: str,
    words: Words,
    frees: Exact,
    effects: Mapping[str, Pull],
    *,
    declared: bool,
    period: str = "",
    dependents: tuple[str, ...] = (),
) -> Way:
    lever = Lever(
        id=name,
        kind=kind,
        name=words,
        frees=frees,
        whole=True,
        period=period,
        effects=effects,
        declared=declared,
        reversible=True,
        dependents=dependents,
    )
    return Way((lever,), frees, True, effects, "", {})

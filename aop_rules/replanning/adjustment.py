"""An adjustment: edits of the plan's actions and money, and where that leaves every goal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aop_rules.adjusting.landing_effects import Estimate
from aop_rules.adjusting.lever import Lever, LeverKind
from aop_rules.adjusting.levers import left_in_year
from aop_rules.decision.option import GoalLanding
from aop_rules.exact.number import Exact, exact
from aop_rules.plan.values import Words
from aop_rules.replanning.aims import Aim
from aop_rules.replanning.case import Case, changed, landings_after, money
from aop_rules.replanning.least_change import receivers
from aop_rules.replanning.rungs import Rung, rung_of
from aop_rules.replanning.search import Found
from aop_rules.solving.solve import Reached


@dataclass(frozen=True, slots=True)
class Edit:
    """One lever, and how far it is pulled. Amounts in whole units of the plan's currency."""

    lever: str
    kind: LeverKind
    name: Words
    rung: Rung
    share: Exact
    """Of the whole lever: above 0, at most 1."""
    amount: Exact
    """The money that it frees; of a lever that frees none, what it takes."""
    line: str
    """Whose money that is; empty where no line's."""
    to: tuple[tuple[str, Exact], ...]
    """Budget lines that get of it, and how much; an empty line is money that is not spent."""
    period: str
    """Id of the first period in which the money is there; empty: at once."""
    left: Exact | None
    """What the line has left for the year after all edits; None where that is not known, and where no line gives."""
    risks: Exact | None
    """Of a reserve: what the risks that may still come are expected to cost, to hold against `left`; else None."""
    reversible: bool | None
    approval: str
    dependents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What one goal misses of its target or bound, in the unit of the KPI that it is compared through."""

    goal: str
    what: str
    """`target`, `floor` or `ceiling`."""
    kpi: str
    """That it is compared through: of a ratio its numerator."""
    wanted: Exact
    """What the adjustment is held to: the target of a goal that is asked for, else where it lands anyway."""
    before: Exact
    after: Exact


@dataclass(frozen=True, slots=True)
class Adjustment:
    """The best edits for one estimate, or for all three at once."""

    estimates: tuple[Estimate, ...]
    edits: tuple[Edit, ...]
    """By lever."""
    rung: Rung
    landings: tuple[GoalLanding, ...]
    """Every goal, by priority: before and after, by the last of the estimates that it is held to (`likely` where it is one)."""
    short: tuple[Shortfall, ...]
    """In the order in which they count; the worst of the estimates."""
    objective: tuple[Reached, ...]
    """What each stage reached: shares of the targets that are missed, then edits, then the share of all money that moves."""
    proved: bool
    """Whether no adjustment is better; else `objective` tells the gap of each stage."""
    method: str

    @property
    def shares(self) -> Mapping[str, Exact]:
        """By lever: how much of it is pulled."""
        return {edit.lever: edit.share for edit in self.edits}

    @property
    def moved(self) -> Exact:
        """All money that the edits touch."""
        return exact(sum(edit.amount for edit in self.edits))


def adjustment_of(case: Case, found: Found, estimates: tuple[Estimate, ...]) -> Adjustment:
    """What was found, in the words of the plan."""
    levers = {lever.id: lever for lever in case.levers}
    lines = {to.id: to.line for to in receivers(case)}
    edits = tuple(
        _edit(
            case, levers[name], found, {to: amount for (one, to), amount in found.given.items() if one == name}, lines
        )
        for name in sorted(found.shares)
    )
    shown: Estimate = "likely" if "likely" in estimates else estimates[-1]
    return Adjustment(
        estimates=estimates,
        edits=edits,
        rung=found.rung,
        landings=case.scales.landings(changed(case.levers, found.shares, shown)),
        short=shortfalls(case, found.shares, estimates),
        objective=found.stages,
        proved=found.proved,
        method=found.method,
    )


def shortfalls(case: Case, shares: Mapping[str, Exact], estimates: tuple[Estimate, ...]) -> tuple[Shortfall, ...]:
    """What every goal misses when so much of each lever is pulled; the worst of the estimates."""
    landed = [landings_after(case, shares, estimate) for estimate in estimates]

    def of(aim: Aim) -> Shortfall:
        after = max(aim.short(landings) or 0 for landings in landed)
        sign = 1 if aim.what == "floor" else -1 if aim.what == "ceiling" else aim.terms[0][1]
        return Shortfall(
            goal=aim.goal,
            what=aim.what,
            kpi=aim.terms[0][0],
            wanted=exact(sign * aim.wanted),
            before=aim.short(case.scales.base) or 0,
            after=after,
        )

    return tuple(of(aim) for aim in case.aims.aims)


def _edit(case: Case, lever: Lever, found: Found, given: Mapping[str, Exact], lines: Mapping[str, str]) -> Edit:
    to: dict[str, Exact] = {}
    for receiver, amount in given.items():
        to[lines[receiver]] = exact(to.get(lines[receiver], 0) + amount)
    return Edit(
        lever=lever.id,
        kind=lever.kind,
        name=lever.name,
        rung=rung_of(case.plan, lever),
        share=found.shares[lever.id],
        amount=exact(money(lever) * found.shares[lever.id]),
        line=lever.line or lever.takes_from,
        to=tuple(sorted(to.items())),
        period=lever.period,
        left=_left(case, lever.line or lever.takes_from, found),
        risks=_risks(case, lever.line or lever.takes_from),
        reversible=lever.reversible,
        approval=lever.approval,
        dependents=lever.dependents,
    )


def _risks(case: Case, line: str) -> Exact | None:
    known, exposure = case.plan.budget.lines.get(line), case.position.exposure
    return exposure.remaining if known is not None and known.reserve and exposure is not None else None


def _left(case: Case, line: str, found: Found) -> Exact | None:
    """What leaves the line is what was given of it, and what levers take from it; what comes to it is not for giving away."""
    before = left_in_year(case.position, line) if line else None
    if before is None:
        return None
    levers = {lever.id: lever for lever in case.levers}
    gone = sum(amount for (name, _), amount in found.given.items() if levers[name].line == line)
    gone += sum(levers[name].takes * share for name, share in found.shares.items() if levers[name].takes_from == line)
    return exact(before - gone)

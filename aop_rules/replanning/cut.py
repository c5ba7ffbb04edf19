"""Cutting costs: the cheapest set of cuts, in reverse priority, with what each goal loses; and what cannot be met, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from aop_rules.adjusting.landing_effects import BAND
from aop_rules.adjusting.lever import Lever
from aop_rules.adjusting.need import Need
from aop_rules.adjusting.ranking import Contender, ranked
from aop_rules.decision.option import GoalLanding
from aop_rules.errors import InputError, Place
from aop_rules.exact.number import Exact, exact
from aop_rules.plan.model import Plan
from aop_rules.plan.values import Words
from aop_rules.position.model import Position
from aop_rules.position.year import calendar_of
from aop_rules.replanning.adjustment import Adjustment, adjustment_of
from aop_rules.replanning.binding import Binding, bindings, words
from aop_rules.replanning.case import Case, LeftOut, changed, money
from aop_rules.replanning.certificate import Certificate, certify
from aop_rules.replanning.protecting import Protected, protected
from aop_rules.replanning.search import Method, Progress, Search
from aop_rules.replanning.trade_off import trade_off
from aop_rules.replanning.wanted import amount_problems, period_by
from aop_rules.solving.solve import Conflict
from aop_rules.wording.numbers import Language

_SAVES = frozenset({"cut", "defer", "scale", "stop", "shrink", "delay", "transfer"})
"""What leaves money unspent. A reserve is not spending: giving it up saves nothing, and leaves the risks."""


@dataclass(frozen=True, slots=True)
class OneCut:
    """One thing that could be cut alone, as far as it is asked for."""

    lever: str
    name: Words
    amount: Exact
    """What it saves of what is asked for, in whole units of the plan's currency."""
    landings: tuple[GoalLanding, ...]
    trade_off: Words
    """What is saved and what is given up, in one sentence."""
    period: str
    """Id of the first period in which the money is there; empty: at once."""
    reversible: bool | None
    approval: str
    """Who has to approve it; empty: nobody."""
    dependents: tuple[str, ...]
    """Initiatives that cannot go on without it."""


@dataclass(frozen=True, slots=True)
class CostCut:
    """What to cut. Amounts in whole units of the plan's currency."""

    plan: Plan = field(repr=False)
    as_of: datetime
    amount: Exact
    """What is asked for."""
    by: date
    protect: tuple[str, ...]
    best: Adjustment
    """The cheapest cuts; of as much as can be met, where that is less than what is asked for."""
    most: Exact
    """The most that could be saved by then, with every limit and every bound kept."""
    certificate: Certificate
    conflicts: tuple[Binding, ...]
    """Where not all can be met: what cannot hold together, protections too, without anything that could be left away."""
    ranked: tuple[OneCut, ...]
    """Each thing that could be cut, alone: the first is what the plan can do without most easily."""
    left_out: tuple[LeftOut, ...]
    contracts: tuple[str, ...]
    """Budget lines that are owed by contract: never offered."""
    unknown: tuple[str, ...]
    """Goals whose landing is not known: what they lose cannot be told."""
    band: Exact

    @property
    def met(self) -> Exact:
        """What of the amount the cuts save."""
        return min(self.amount, self.most)

    @property
    def enough(self) -> bool:
        return self.most >= self.amount

    def text(self, language: Language | None = None) -> str:
        """For reading, at most 100 columns wide, in `en` or `vi`; in the plan's language where missing."""
        from aop_rules.replanning.cut_text import cut_text

        return cut_text(self, language or self.plan.language)

    def to_dict(self) -> dict[str, Any]:
        """Plain data that JSON can hold. New keys may come; numbers are whole, or text (`12.5`, `9/5`)."""
        from aop_rules.replanning.replan_data import cut_data

        return cut_data(self)


def cut(
    plan: Plan,
    position: Position,
    levers: Iterable[Lever],
    amount: Exact,
    by: date,
    protect: Iterable[str] = (),
    *,
    band: Exact = BAND,
    method: Method = "auto",
    progress: Progress | None = None,
) -> CostCut:
    """The cheapest cuts that save an amount by a day.

    `protect` names what stays as it is: budget lines, initiatives, goals, levers, tags of initiatives, or a line in some
    periods (`online_marketing:2026-10..2026-12`). What is owed by contract, spent or ordered is never offered, nor what
    nobody told the effects of. Raises InputError (REPLAN_AMOUNT, REPLAN_DATE, REPLAN_UNKNOWN).
    """
    place = Place("<cut>")
    problems = amount_problems(place, amount)
    if problems:
        raise InputError(problems)
    period, levers = period_by(place, plan, position, by), tuple(levers)
    shield = protected(place, plan, position, protect)
    need = Need(amount=amount, period=period.id)

    def case_with(protections: Iterable[str]) -> Case:
        shield = protected(place, plan, position, protections)
        out = [each for lever in levers if (each := _left_out(plan, lever, period.index, shield)) is not None]
        return Case.of(plan, position, levers, (need,), (), band, out)

    case = case_with(shield.said)
    search = Search(("likely",), method, progress)
    found = search.best(case)
    conflicts: tuple[Binding, ...] = ()
    most = search.most(case)
    if isinstance(found, Conflict):
        conflicts = _conflicts(case, found, shield.said, case_with, search)
        case = replace(case, needs=(Need(amount=most, period=period.id),) if most else ())
        found = search.best(case)
        assert not isinstance(found, Conflict)
    best = adjustment_of(case, found, ("likely",))
    return CostCut(
        plan=plan,
        as_of=position.as_of,
        amount=amount,
        by=by,
        protect=shield.said,
        best=best,
        most=most,
        certificate=certify(case, best, search),
        conflicts=conflicts,
        ranked=_ranked(case, need),
        left_out=case.left_out,
        contracts=tuple(line.id for line in plan.budget.lines.values() if line.contract),
        unknown=case.aims.unknown,
        band=band,
    )


def _conflicts(
    case: Case, found: Conflict, said: tuple[str, ...], case_with: Callable[[Iterable[str]], Case], search: Search
) -> tuple[Binding, ...]:
    """What cannot hold together, with the protections without any of which the rest could."""
    binding = list(said)
    for name in said:
        freer = case_with([each for each in binding if each != name])
        reached = search.best(freer)
        if isinstance(reached, Conflict):
            case, found = freer, reached
            binding.remove(name)
    named = (Binding(f"protect:{name}", words("bind.protect", name=_name(case.plan, name))) for name in binding)
    return (*bindings(case, search, found), *named)


def _name(plan: Plan, protection: str) -> Words | str:
    """What is protected, as the plan calls it; a tag as it is."""
    about, _, periods = protection.partition(":")
    tables = (plan.budget.lines, plan.initiatives, plan.goals, plan.levers)
    name = next((table[about].name for table in tables if about in table), None)
    if name is None or not periods:
        return name or protection
    return Words(en=f"{name.en} ({periods})", vi=f"{name.vi} ({periods})")


def _left_out(plan: Plan, lever: Lever, by: int, shield: Protected) -> LeftOut | None:
    if lever.frees <= 0 or lever.kind not in _SAVES:
        return LeftOut(lever.id, "no_cut")
    if shield.holds(lever):
        return LeftOut(lever.id, "protected")
    late = lever.period and calendar_of(plan).resolve(lever.period).index > by
    return LeftOut(lever.id, "later") if late else None


def _ranked(case: Case, need: Need) -> tuple[OneCut, ...]:
    goals, found, contenders = case.scales.goals, {}, []
    for lever in case.levers:
        saved = min(need.amount, lever.frees)
        part = 1 if lever.whole else exact(Fraction(max(saved, lever.least)) / lever.frees)
        moved = changed([lever], {lever.id: part}, "likely")
        said = trade_off(replace(case, needs=(replace(need, amount=saved),)), {lever.id: part})
        found[lever.id] = OneCut(
            lever.id,
            lever.name,
            saved,
            case.scales.landings(moved),
            said,
            lever.period,
            lever.reversible,
            lever.approval,
            lever.dependents,
        )
        scores = tuple(min(0, case.scales.gain(goal, moved)) for goal in goals)
        contenders.append(Contender(lever.id, (), scores, (exact(money(lever) * part),)))
    bands = [exact(case.band * case.scales.scale(goal)) for goal in goals]
    return tuple(found[name] for name in ranked(contenders, bands))

"""The trade-off of an option in one sentence: what is gained and what is given up, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from aop_rules.adjusting.need import Need
from aop_rules.decision.option import GoalLanding, Option
from aop_rules.exact.number import Exact
from aop_rules.plan.model import Plan
from aop_rules.plan.values import Words
from aop_rules.wording.messages import say
from aop_rules.wording.numbers import Language, show_figure, show_list, show_money, show_period


def trade_off_of(plan: Plan, need: Need, option: Option, drawn: Mapping[str, Exact]) -> Words:
    """What an option gains for a need, and what it costs the goals and the lines that give (`drawn`, by line)."""
    return Words(en=_said(plan, need, option, drawn, "en"), vi=_said(plan, need, option, drawn, "vi"))


def _said(plan: Plan, need: Need, option: Option, drawn: Mapping[str, Exact], language: Language) -> str:
    gained, lost = _money(plan, need, option, drawn, language)
    for at in option.landings:
        told = _moved(plan, at, language)
        if told:
            (gained if is_better(plan, at) else lost).append(told)
    if "undeclared" in option.flags:
        lost.append(say("gain.unknown", language))
    if option.dependents:
        names = [plan.initiatives[each].name.in_language(language) for each in option.dependents]
        lost.append(say("gain.dependents", language, names=show_list(names, language)))
    gains, gives = (
        show_list(list(dict.fromkeys(each)), language) or say("gain.nothing", language) for each in (gained, lost)
    )
    said = say("gain.said", language, gained=gains, given=gives)
    return say("gain.approval", language, said=said, by=option.approval) if option.approval else said


def _money(
    plan: Plan, need: Need, option: Option, drawn: Mapping[str, Exact], language: Language
) -> tuple[list[str], list[str]]:
    """What is gained and given up in money and time."""
    freed = show_money(option.frees, plan.currency, language)
    if option.kind == "shrink":
        return [say("gain.fits", language)], [say("gain.rest", language, amount=freed)]
    if option.kind == "delay":
        period = show_period(option.period, language)
        gained = say("gain.later", language, period=period) if period else say("gain.order", language)
        return [gained], [say("gain.time", language)]
    lost = [_taken(plan, line, amount, option, language) for line, amount in drawn.items() if line != need.line]
    if option.kind == "response":
        risk = plan.risks[option.id.removeprefix("response.")].name.in_language(language)
        return [say("gain.response", language, risk=risk)], lost
    if not need.line:
        return [], lost
    name = _line(plan, need.line, language)
    if option.enough:
        return [say("gain.freed", language, freed=freed, line=name)], lost
    needed = show_money(need.amount, plan.currency, language)
    return [say("gain.freed_part", language, freed=freed, needed=needed, line=name)], lost


def _taken(plan: Plan, line: str, amount: Exact, option: Option, language: Language) -> str:
    taken, name = show_money(amount, plan.currency, language), _line(plan, line, language)
    if option.left is None:
        return say("gain.taken", language, amount=taken, line=name)
    left = show_money(option.left, plan.currency, language)
    return say("gain.taken_left", language, amount=taken, line=name, left=left)


def _line(plan: Plan, line: str, language: Language) -> str:
    return plan.budget.lines[line].name.in_language(language) if line in plan.budget.lines else line


def _moved(plan: Plan, at: GoalLanding, language: Language) -> str:
    """The landing of a goal that changes: a ratio by what it is compared through, where that is known."""
    before, after, unit, name = at.before, at.after, at.unit, plan.goals[at.goal].name
    if at.compared != at.kpi and at.compared in plan.kpis:
        kpi = plan.kpis[at.compared]
        before, after, unit, name = at.compared_before, at.compared_after, kpi.unit, kpi.name
    if before is None or after is None or before == after:
        return ""
    was, now = (show_figure(value, unit, plan.currency, language) for value in (before, after))
    return say("gain.moved", language, name=name.in_language(language), before=was, after=now)


def is_better(plan: Plan, at: GoalLanding) -> bool:
    """Whether a goal lands better with the option than without, by the KPI that it is compared through."""
    kpi = plan.kpis[at.kpi]
    before, after = at.compared_before, at.compared_after
    if before is None or after is None:
        return False
    if not kpi.one_way:
        return at.planned is not None and _off(after, at.planned) < _off(before, at.planned)
    return after > before if kpi.direction == "higher" else after < before


def _off(value: Exact, planned: Exact) -> Exact:
    return max(value - planned, planned - value)

"""The trade-off of an option in one sentence: what is gained and what is given up, in both languages."""

from __future__ import annotations

from dataclasses import replace

from aop_rules.adjusting.need import Need
from aop_rules.decision.option import GoalLanding, Option
from aop_rules.exact.number import Exact
from aop_rules.plan.model import Plan
from aop_rules.plan.values import Words
from aop_rules.wording.messages import say
from aop_rules.wording.numbers import Language, show_figure, show_list, show_money, show_period


def trade_off_of(plan: Plan, need: Need, option: Option) -> Words:
    """What an option gains for a need, and what it costs the goals and the lines that give."""
    return Words(en=_said(plan, need, option, "en"), vi=_said(plan, need, option, "vi"))


def _said(plan: Plan, need: Need, option: Option, language: Language) -> str:
    gained, lost = _money(plan, need, option, language)
    moves = [("gain.moved", at) for at in option.by_itself or option.landings]
    if option.by_itself:  # what it costs by itself is not to be hidden by what it makes room for
        moves += [("gain.thing", _from(own, at)) for own, at in zip(option.by_itself, option.landings, strict=True)]
    for key, at in moves:
        told = _moved(plan, key, at, language)
        if told:
            (gained if is_better(plan, at) else lost).append(told)
    if "undeclared" in option.flags:
        lost.append(say("gain.unknown", language))
    if option.dependents:
        names = [plan.initiatives[each].name.in_language(language) for each in option.dependents]
        lost.append(say("gain.dependents", language, names=show_list(names, language)))
    gains, gives = (show_list(list(dict.fromkeys(each)), language) for each in (gained, lost))
    said = _both_sides(gains, gives, language)
    return say("gain.approval", language, said=said, by=option.approval) if option.approval else said


def _both_sides(gained: str, given: str, language: Language) -> str:
    """What is gained and what is given up; either may be nothing."""
    if gained and given:
        return say("gain.said", language, gained=gained, given=given)
    if gained:
        return say("gain.free", language, gained=gained)
    return say("gain.only_loss", language, given=given) if given else say("gain.nothing", language)


def _money(plan: Plan, need: Need, option: Option, language: Language) -> tuple[list[str], list[str]]:
    """What is gained and given up in money and time."""
    freed = show_money(option.frees, plan.currency, language)
    if option.kind == "shrink":
        return [say("gain.fits", language)], [say("gain.rest", language, amount=freed)]
    if option.kind == "delay":
        period = show_period(option.period, language)
        gained = say("gain.later", language, period=period) if period else say("gain.order", language)
        return [gained], [say("gain.time", language)]
    lost = [_taken(plan, line, amount, option, language) for line, amount in option.draws.items() if line != need.line]
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
    if line not in option.left_by_line:
        return say("gain.taken", language, amount=taken, line=name)
    left = show_money(option.left_by_line[line], plan.currency, language)
    return say("gain.taken_left", language, amount=taken, line=name, left=left)


def _line(plan: Plan, line: str, language: Language) -> str:
    return plan.budget.lines[line].name.in_language(language) if line in plan.budget.lines else line


def _from(own: GoalLanding, at: GoalLanding) -> GoalLanding:
    """A landing as seen from where the way by itself leaves it."""
    return replace(at, before=own.after, compared_before=own.compared_after)


def _moved(plan: Plan, key: str, at: GoalLanding, language: Language) -> str:
    """The landing of a goal that changes: a ratio by what it is compared through, where that is known."""
    before, after, unit, name = at.before, at.after, at.unit, plan.goals[at.goal].name
    if at.compared != at.kpi and at.compared in plan.kpis:
        kpi = plan.kpis[at.compared]
        before, after, unit, name = at.compared_before, at.compared_after, kpi.unit, kpi.name
    if before is None or after is None or before == after:
        return ""
    was, now = (show_figure(value, unit, plan.currency, language) for value in (before, after))
    return say(key, language, name=name.in_language(language), before=was, after=now)


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

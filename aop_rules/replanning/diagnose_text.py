"""A diagnosis for reading: where the goal stands, where the difference comes from, what is left, and the ladder."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from aop_rules.exact.number import Exact, exact
from aop_rules.position.model import Figure
from aop_rules.position.year import calendar_of
from aop_rules.replanning.diagnosis import Branch, Diagnosis, Step
from aop_rules.replanning.told import RUNG_NAMES, Told
from aop_rules.wording.columns import KEPT
from aop_rules.wording.differences import show_difference
from aop_rules.wording.numbers import Language, show_date, show_figure, show_period, show_ratio


def diagnose_text(one: Diagnosis, language: Language) -> str:
    """At most 100 columns wide. Equal diagnoses give equal texts."""
    return "\n".join(_lines(one, Told(one.plan, language))) + "\n"


def _lines(one: Diagnosis, told: Told) -> Iterator[str]:
    name, date = one.plan.name.in_language(told.language), show_date(one.as_of.date(), told.language)
    yield from told.row(told.say("diagnose.title", goal=told.goal(one.goal.goal), plan=name, date=date), "")
    at = one.at
    periods = show_period(at.value.periods, told.language)
    figures = {"value": told.figure(at.value.value, at.kpi), "target": told.figure(at.target.value, at.kpi)}
    yield from told.row(told.say("diagnose.now", periods=periods, **figures))
    landing, planned = (told.figure(value, at.kpi) for value in (one.landing.before, one.landing.planned))
    yield from told.row(told.say("diagnose.landing", landing=landing, planned=planned))
    yield from _turn(told, one)
    if one.signal is not None:
        verdict = told.say(f"verdict.{one.signal.verdict}") if one.signal.verdict else told.say("unknown.value")
        reason = one.signal.reason.in_language(told.language)
        yield from told.row(f"{told.say('diagnose.signal', verdict=verdict)}: {reason}")
    ratio = one.tree.parts and one.tree.parts[0].role == "numerator"
    tree = [*(_parts_plan(told, one) if ratio else ()), *_tree(told, one.tree, 0)]
    yield from told.part(told.say("diagnose.parts" if ratio else "diagnose.variance"), tree)
    yield from told.part(told.say("diagnose.required"), _required(told, one))
    yield from told.part(told.say("diagnose.feeds"), _feeds(told, one))
    if one.ladder:
        yield from told.part(told.say("diagnose.ladder"), _ladder(told, one))


def _turn(told: Told, one: Diagnosis) -> Iterator[str]:
    """Where it stands and where it lands, if one is well and the other is not."""
    kpi, planned = told.plan.kpis[one.at.kpi], one.landing.planned
    value, target, landing = one.at.value.value, one.at.target.value, one.landing.before
    if not kpi.one_way or value is None or target is None or landing is None or planned is None:
        return
    behind, short = kpi.misses(value, target), kpi.misses(landing, planned)
    if behind != short:
        yield from told.row(told.say("diagnose.ahead_short" if short else "diagnose.behind_well"))


def _parts_plan(told: Told, one: Diagnosis) -> Iterator[str]:
    """What the difference is held against: what the plans of both parts come to, which need not be the path of the ratio."""
    value, change = one.at.ytd.value, one.tree.change.value
    if value is not None and change is not None:
        shown = {"value": told.figure(value, one.at.kpi), "planned": told.figure(exact(value - change), one.at.kpi)}
        periods = show_period(one.at.ytd.periods, told.language)
        yield from told.row(told.say("diagnose.parts_plan", periods=periods, **shown))


def _tree(told: Told, branch: Branch, depth: int) -> Iterator[str]:
    indent = "  " * (depth + 1)
    name = told.plan.kpis[branch.kpi].name.in_language(told.language)
    if branch.role == "numerator":
        name = told.say("diagnose.numerator", name=name)
    elif branch.role == "denominator":
        name = told.say("diagnose.denominator", name=name)
    effect = "" if branch.effect is None else f"; {_signed(told, branch.effect, 'ratio')}"
    yield from told.row(f"{name}: {_figure(told, branch.change)}{effect}", indent)
    if not branch.parts and branch.by_period:
        months = [f"{show_period(period, told.language)} {_figure(told, at)}" for period, at in branch.by_period]
        yield from told.row(", ".join(month.replace(" ", KEPT) for month in months), indent + "  ")
    for part in branch.parts:
        yield from _tree(told, part, depth + 1)


def _required(told: Told, one: Diagnosis) -> Iterator[str]:
    if one.required is None or one.planned_rest is None:
        over = one.as_of.date() > calendar_of(told.plan).ends
        yield from told.row(told.say("diagnose.no_rest" if over else "diagnose.not_summed"))
        return
    pace = one.required_pace.value if one.required_pace is not None else None
    shown = told.say("unknown.value") if pace is None else told.signed(show_ratio(pace, told.language), pace)
    needed, rest = one.required.value, one.planned_rest.value
    if one.at.unit == "ratio" and needed is not None and rest is not None:
        shown = _signed(told, exact(needed - rest), "ratio")
    required, planned = (told.figure(each.value, one.at.kpi) for each in (one.required, one.planned_rest))
    yield from told.row(told.say("diagnose.pace", required=required, planned=planned, pace=shown))


def _feeds(told: Told, one: Diagnosis) -> Iterator[str]:
    for each in one.feeding:
        late = show_figure(each.late_days, "days", told.plan.currency, told.language)
        state = "done" if each.done else "late" if each.late_days else "on_time"
        said = {"done": "diagnose.done", "late": "diagnose.late", "on_time": "diagnose.on_time"}[state]
        yield from told.row(f"{each.name.in_language(told.language)}: {told.say(said, days=late)}")
    if not one.feeding:
        yield f"  {told.say('diagnose.feeds.none')}"


def _ladder(told: Told, one: Diagnosis) -> Iterator[str]:
    """Rungs in a row that bring no more than the one before are told together."""
    for _, steps in groupby(one.ladder, key=lambda step: step.short):
        same = list(steps)
        rungs = ", ".join(told.say(RUNG_NAMES[step.rung]) for step in same)
        yield from told.row(f"{rungs}: {_said(told, one, same[0], _gain(told, one, same[0].brings))}")


def _said(told: Told, one: Diagnosis, step: Step, gain: str) -> str:
    if not step.short:
        return told.say("diagnose.rung.enough", gain=gain)
    return told.say("diagnose.rung", gain=gain, short=told.difference(step.short, one.landing.compared))


def _gain(told: Told, one: Diagnosis, brings: Exact) -> str:
    kpi = told.plan.kpis[one.landing.compared]
    size = -brings if kpi.direction == "lower" else brings
    return f"{kpi.name.in_language(told.language)} {told.signed(told.difference(size, kpi.id), size)}"


def _figure(told: Told, at: Figure) -> str:
    return told.say("unknown.value") if at.value is None else _signed(told, at.value, at.unit)


def _signed(told: Told, value: Exact, unit: str) -> str:
    return told.signed(show_difference(value, unit, told.plan.currency, told.language), value)

"""A re-planning for reading: the answer, its price, what every goal becomes, and why nothing less does."""

from __future__ import annotations

from collections.abc import Iterator

from aop_rules.adjusting.landing_effects import Estimate
from aop_rules.replanning.adjustment import Adjustment
from aop_rules.replanning.replan import Replan
from aop_rules.replanning.told import Told
from aop_rules.wording.numbers import Language, show_date


def replan_text(one: Replan, language: Language) -> str:
    """At most 100 columns wide. Equal re-plannings give equal texts."""
    return "\n".join(_lines(one, Told(one.plan, language))) + "\n"


def _lines(one: Replan, told: Told) -> Iterator[str]:
    date = show_date(one.as_of.date(), told.language)
    yield told.say("replan.title", plan=one.plan.name.in_language(told.language), date=date)
    for need in one.needs:
        line = one.plan.budget.lines[need.line].name.in_language(told.language)
        yield from told.row(told.say("replan.needed", amount=told.money(need.amount), line=line), "")
    if one.asked:
        yield from told.row(told.say("replan.asked", goals=told.goals(one.asked)), "")
    best = one.best
    if best is None:
        yield ""
        yield told.say("replan.impossible", most=told.money(one.most))
        yield from told.conflicts(one.conflicts)
    else:
        title = told.say("replan.edits", count=len(best.edits))
        yield from told.part(title, told.edits(best) if best.edits else _no_edits(one, told))
        if one.certificate is not None and best.edits:
            yield from told.trade_off(one.certificate)
        yield from told.part(told.say("replan.goals"), told.landings(best.landings))
        if one.short:
            yield from told.row(told.say("replan.short", goals=told.goals(one.short)))
    yield from told.unknown(one.unknown)
    if one.certificate is not None:
        yield from told.certificate(one.certificate)
    if best is not None:
        yield from told.part(told.say("replan.ranges"), _ranges(one, told))
    yield from told.left_out(one.left_out)


def _no_edits(one: Replan, told: Told) -> Iterator[str]:
    """Nothing has to change only where every goal that was asked for is known not to be short."""
    if one.short:
        yield from told.row(told.say("replan.no_lever"))
    else:
        open_ = set(one.asked or one.unknown) & set(one.unknown)
        yield from told.row(told.say("unknown.value" if open_ else "replan.nothing"))


def _ranges(one: Replan, told: Told) -> Iterator[str]:
    if not one.ranges:
        yield from told.row(told.say("replan.ranges.none"))
        return
    answers = [None if each is None else each.shares for each in (one.best, one.low, one.high, one.robust)]
    if all(answer == answers[0] for answer in answers):
        yield from told.row(told.say("replan.ranges.same"))
        return
    if one.robust is None:
        yield from told.row(told.say("replan.robust.none"))
    else:
        yield from told.row(told.say("replan.robust", edits=told.short_edits(one.robust)))
    alone: list[tuple[Estimate, str, Adjustment | None]] = [
        ("low", "replan.by.low", one.low),
        ("likely", "replan.by.likely", one.best),
        ("high", "replan.by.high", one.high),
    ]
    for estimate, key, best in alone:
        misses = told.misses(best.short) if best is not None else ""
        said = [told.short_edits(best), misses]
        if one.robust is not None and best is not None and best.shares != one.robust.shares:
            said.append(told.say("replan.robust.misses", misses=told.misses(one.robust_by[estimate])))
        yield from told.row(f"{told.say(key)}: {'; '.join(filter(None, said))}")

"""A cost cut for reading: what goes, what each goal loses, what cannot be met and why, and what else there was."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from aop_rules.decision.option import GoalLanding
from aop_rules.exact.number import Exact, exact
from aop_rules.replanning.cut import CostCut, OneCut
from aop_rules.replanning.told import Told
from aop_rules.wording.numbers import Language, show_date, show_list, show_ratio


def cut_text(one: CostCut, language: Language) -> str:
    """At most 100 columns wide. Equal cuts give equal texts."""
    return "\n".join(_lines(one, Told(one.plan, language))) + "\n"


def _lines(one: CostCut, told: Told) -> Iterator[str]:
    language = told.language
    name = one.plan.name.in_language(language)
    yield told.say("cut.title", plan=name, date=show_date(one.as_of.date(), language))
    yield told.say("cut.asked", amount=told.money(one.amount), date=show_date(one.by, language))
    if one.protect:
        yield from told.row(told.say("cut.protect", names=show_list(one.protect, language)), "")
    if not one.enough:
        short = told.money(exact(one.amount - one.met))
        yield from told.row(told.say("cut.short", most=told.money(one.most), short=short), "")
    title = told.say("replan.edits", count=len(one.best.edits))
    yield from told.part(title, told.edits(one.best) if one.best.edits else [f"  {told.say('nothing')}"])
    if one.best.edits:
        yield from told.trade_off(one.certificate)
    yield from told.part(told.say("replan.goals"), told.landings(one.best.landings))
    yield from told.unknown(one.unknown)
    if one.conflicts:
        yield from told.conflicts(one.conflicts)
    if one.ranked:
        yield from told.part(
            told.say("cut.ranked"), (row for n, each in enumerate(one.ranked, 1) for row in _one(told, n, each))
        )
    yield from told.part(told.say("replan.proof"), told.proof(one.certificate))
    contracts = [
        (one.plan.budget.lines[line].name.in_language(language), told.why("contract")) for line in one.contracts
    ]
    others = [(told.lever(each.lever), told.why(each.why)) for each in one.left_out if each.why != "no_cut"]
    rows = [row for name, why in (*contracts, *others) for row in told.row(f"{name}: {why}")]
    if rows:
        yield from told.part(told.say("replan.left_out"), rows)


def _one(told: Told, n: int, each: OneCut) -> Iterator[str]:
    losses = "; ".join(_losses(told, each)) or told.say("cut.no_loss")
    yield from told.row(f"{n}. {each.name.in_language(told.language)}, {told.money(each.amount)}: {losses}")


def _losses(told: Told, each: OneCut) -> Iterator[str]:
    for landing in each.landings:
        before, after = landing.compared_before, landing.compared_after
        if before is None or after is None:
            continue
        if before != after:
            yield _loss(told, landing, exact(after - before))
        elif told.plan.goals[landing.goal].end is not None and landing.before != landing.after:
            yield told.say("cut.gaming", goal=told.goal(landing.goal))


def _loss(told: Told, landing: GoalLanding, change: Exact) -> str:
    kpi = told.plan.kpis[landing.compared]
    name, shown = kpi.name.in_language(told.language), told.signed(told.difference(change, kpi.id), change)
    planned = landing.planned if landing.compared == landing.kpi else None
    if not planned:
        return f"{name} {shown}"
    share = show_ratio(exact(Fraction(change) / planned), told.language)
    return told.say("trade_off.goal", kpi=name, change=shown, share=share)

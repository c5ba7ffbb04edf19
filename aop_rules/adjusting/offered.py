"""What can be done about each need, told to people and to machines: every option beside every goal, before and after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from aop_rules.adjusting.need import Need
from aop_rules.adjusting.options import Offer
from aop_rules.decision.option import GoalLanding, Option
from aop_rules.decision.option_words import remarks, reshapes
from aop_rules.decision.record import option_data
from aop_rules.exact.number import Exact, number_text
from aop_rules.facts.names import name_of
from aop_rules.plan.model import Plan
from aop_rules.wording.columns import aligned, wrapped
from aop_rules.wording.differences import show_difference
from aop_rules.wording.messages import say
from aop_rules.wording.numbers import Language, show_figure, show_money, show_ratio

WIDE = 100
"""Columns of what is not a table."""
FORMAT = 1
"""Raised when a key changes its meaning or goes; new keys may come at any time."""


@dataclass(frozen=True, slots=True)
class Offered:
    """The needs, money first, each with its ways. `text("vi")` says it to people, `to_dict()` to machines."""

    plan: Plan = field(repr=False)
    offers: tuple[Offer, ...]

    @property
    def recommended(self) -> Option | None:
        """The best way to meet the first need; None where nothing is needed, or nothing helps."""
        return next((option for offer in self.offers for option in offer.options), None)

    def text(self, language: Language | None = None) -> str:
        """A table of every option and goal, what each gains and gives up, and why the rest is no way."""
        told = language or self.plan.language
        if not self.offers:
            return say("offered.nothing", told) + "\n"
        return "\n\n".join("\n".join(_told(self.plan, offer, told)) for offer in self.offers) + "\n"

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON; money in the plan's currency."""
        return {"format": FORMAT, "currency": self.plan.currency, "needs": [_data(offer) for offer in self.offers]}


def _data(offer: Offer) -> dict[str, Any]:
    need = offer.need
    return {
        "line": need.line,
        "amount": number_text(need.amount),
        "period": need.period,
        "goal": need.goal,
        "short": number_text(need.short),
        "options": [option_data(option) for option in offer.options],
        "dropped": dict(sorted(offer.dropped.items())),
    }


def _told(plan: Plan, offer: Offer, language: Language) -> Iterator[str]:
    yield _needed(plan, offer.need, language)
    if not offer.options:
        yield f"  {say('offered.none', language)}"
    else:
        yield from (f"  {line}" for line in _table(plan, offer, language))
        yield ""
        for number, option in enumerate(offer.options, 1):
            yield from _option(option, number, offer, language)
    dropped = [(lever, code) for lever, code in sorted(offer.dropped.items()) if code in _TOLD]
    if dropped:
        yield ""
        yield say("offered.no_way", language)
    for lever, code in dropped:
        name, why = _lever(plan, lever, language), say(f"dropped.{code}", language)
        yield f"  • {say('offered.dropped', language, lever=name, why=why)}"


def _needed(plan: Plan, need: Need, language: Language) -> str:
    if need.line:
        line = name_of(plan, "line", need.line).in_language(language)
        return say("offered.money", language, amount=show_money(need.amount, plan.currency, language), line=line)
    if need.goal:
        kpi = plan.kpis[plan.goals[need.goal].kpi or ""]
        through = plan.kpis[kpi.numerator] if kpi.kind == "ratio" and kpi.numerator else kpi
        short = show_difference(need.short, through.unit, plan.currency, language)
        goal = name_of(plan, "goal", need.goal).in_language(language)
        return say("offered.goal", language, goal=goal, short=short, kpi=through.name.in_language(language))
    return say("offered.fit", language)


def _table(plan: Plan, offer: Offer, language: Language) -> Iterator[str]:
    goals = offer.options[0].landings
    names = [name_of(plan, "goal", at.goal).in_language(language) for at in goals]
    rows = [["", say("review.frees", language), *names]]
    rows.append([say("offered.as_is", language), "", *(_landing(plan, at, at.before, language) for at in goals)])
    for number, option in enumerate(offer.options, 1):
        freed = show_money(option.frees, plan.currency, language) if option.frees and not reshapes(option) else ""
        cells = (_landing(plan, at, at.after, language) for at in option.landings)
        rows.append([f"{number}. {option.name.in_language(language)}", freed, *cells])
    return aligned(rows)


def _landing(plan: Plan, at: GoalLanding, value: Exact | None, language: Language) -> str:
    """A ratio as it is, an amount beside what was planned."""
    if value is None:
        return "?"
    if at.unit == "ratio" or not at.planned:
        return show_figure(value, at.unit, plan.currency, language)
    off = Fraction(value) / at.planned - 1
    return ("+" if off > 0 else "") + show_ratio(off, language)


def _option(option: Option, number: int, offer: Offer, language: Language) -> Iterator[str]:
    said = option.trade_off.in_language(language) if option.trade_off else ""
    marks = "; ".join(remarks(option, language, offer.options))
    yield from wrapped(f"{said}{f' [{marks}]' if marks else ''}", WIDE, f"  {number}. ", "     ")


def _lever(plan: Plan, lever: str, language: Language) -> str:
    """The name of one that the plan declares, or that follows from a line or an initiative."""
    if lever in plan.levers:
        return plan.levers[lever].name.in_language(language)
    kind, _, entry = lever.partition(".")
    table = "initiative" if kind in ("defer", "stop") else "line"
    return say(f"lever.{kind}", language, name=name_of(plan, table, entry).in_language(language))


_TOLD = frozenset({"no_room", "donor_declines", "as_important", "too_late", "year_is_short", "not_known", "no_money"})
"""Why a lever is no way, where that is worth telling: not of those that have nothing to do with the need."""

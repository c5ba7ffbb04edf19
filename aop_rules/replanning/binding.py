"""What stands in the way, in the words of the business: rows that cannot hold together, and none of them in vain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aop_rules.exact.number import Exact
from aop_rules.plan.values import Words
from aop_rules.replanning.case import Case
from aop_rules.replanning.least_change import model_of
from aop_rules.replanning.search import Search
from aop_rules.solving.model import Model
from aop_rules.solving.solve import Conflict, solve
from aop_rules.wording.messages import say
from aop_rules.wording.numbers import Language, show_figure, show_list, show_money, show_period

LANGUAGES: tuple[Language, Language] = ("en", "vi")


@dataclass(frozen=True, slots=True)
class Binding:
    """One condition that binds."""

    id: str
    """What it is and what it is about: `need:1`, `given:LEVER`, `room:LINE.HORIZON.PERIOD`, `floor:GOAL:ESTIMATE`,
    `protect:NAME`, …"""
    words: Words


def bindings(case: Case, search: Search, conflict: Conflict) -> tuple[Binding, ...]:
    """A minimal set of rows that cannot hold together: without any one of them the rest can."""
    model = model_of(case, search.estimates)
    left = [row for row in sorted(model.rows, key=lambda row: row.id) if row.id in conflict.rows]
    for row in tuple(left):
        fewer = [each for each in left if each is not row]
        if isinstance(solve(Model(model.variables, tuple(fewer)), (), method=search.method), Conflict):
            left = fewer
    return tuple(Binding(row.id, _words(case, row.id)) for row in left)


def words(key: str, **by_language: Words | str) -> Words:
    """A sentence in both languages; each part is a text for both, or one by language."""

    def told(language: Language) -> str:
        parts = {
            name: part if isinstance(part, str) else part.in_language(language) for name, part in by_language.items()
        }
        return say(key, language, **parts)

    return Words(en=told("en"), vi=told("vi"))


def amount_words(case: Case, amount: Exact) -> Words:
    """Money in the plan's currency."""
    en, vi = (show_money(amount, case.plan.currency, language) for language in LANGUAGES)
    return Words(en=en, vi=vi)


def period_words(period: str) -> Words:
    en, vi = (show_period(period, language) for language in LANGUAGES)
    return Words(en=en, vi=vi)


def line_words(case: Case, line: str) -> Words:
    """The name of a budget line."""
    return case.plan.budget.lines[line].name


def _words(case: Case, row: str) -> Words:
    kind, _, about = row.partition(":")
    levers = {lever.id: lever for lever in case.levers}
    if kind == "need":
        need = case.needs[int(about) - 1]
        amount = amount_words(case, need.amount)
        if not need.line:
            return words("bind.cut", amount=amount, period=period_words(need.period))
        return words("bind.need", amount=amount, line=line_words(case, need.line))
    if kind == "room":
        return _room(case, about)
    if kind in ("floor", "ceiling"):
        return _bound(case, kind, about.split(":")[0])
    if kind == "apart":
        one, other = (levers[name].name for name in about.split(":"))
        return words("bind.apart", one=one, other=other)
    if kind == "paid":
        takers = [
            one for one in case.levers if one.takes and not one.takes_from and case.index(one.period) == int(about)
        ]
        return words("bind.paid", levers=_listed([one.name for one in takers]))
    lever = levers[about]
    if kind == "least":
        return words("bind.least", lever=lever.name, amount=amount_words(case, lever.least))
    return words("bind.given", lever=lever.name, amount=amount_words(case, lever.frees))


def _listed(names: Sequence[Words]) -> Words:
    en, vi = (show_list([name.in_language(language) for name in names], language) for language in LANGUAGES)
    return Words(en=en, vi=vi)


def _room(case: Case, about: str) -> Words:
    line, horizon, period = about.split(".")
    at = case.position.lines[line][period].horizons[("period", "to_date", "year").index(horizon)]
    left = amount_words(case, max(0, at.available) if at.complete else 0)
    return words("bind.room", line=line_words(case, line), amount=left, period=period_words(at.periods))


def _bound(case: Case, kind: str, about: str) -> Words:
    goal = case.plan.goals[about]
    limit, kpi = getattr(goal, kind), case.plan.kpis[goal.kpi or ""]
    en, vi = (show_figure(limit, kpi.unit, case.plan.currency, language) for language in LANGUAGES)
    key = "bind.floor" if kind == "floor" else "bind.ceiling"
    return words(key, goal=goal.name, limit=Words(en=en, vi=vi))

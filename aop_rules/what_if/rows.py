"""What may differ, one row each: what it is, in which unit, before and after. Text and tables are made of rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from aop_rules.exact.number import Exact
from aop_rules.plan.values import Words
from aop_rules.what_if.asking import WhatIf
from aop_rules.what_if.difference import DecisionDifference

Part = Literal["goals", "kpis", "budget", "alerts", "decisions"]
Cell = Exact | str | None
"""A figure, or a key of the catalogue of sentences (empty: not there); None is unknown."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing before and after."""

    part: Part
    key: tuple[str, ...]
    """The same in every comparison of one plan."""
    name: Words
    of: str
    """What of it, as a key of the catalogue; empty where the name says it all."""
    unit: str
    before: Cell
    after: Cell
    differs: bool
    notes: tuple[tuple[str, str], ...] = ()
    """Said below it: a key of the catalogue, and the text that goes into it."""


def rows(found: WhatIf) -> Iterator[Row]:
    """Every row, those that do not differ among them."""
    for goal in found.goals:
        both = goal.score.before, goal.score.after
        yield Row("goals", (goal.goal, "score"), goal.name, "what_if.score", "ratio", *both, goal.score.differs)
        names = (_COURSES.get(goal.course.before, ""), _COURSES.get(goal.course.after, ""))
        yield Row("goals", (goal.goal, "course"), goal.name, "what_if.course", "", *names, goal.course.differs)
    for kpi in found.kpis:
        figures = {"value": kpi.value, "target": kpi.target, **kpi.landings}
        for of, figure in figures.items():
            both = figure.before, figure.after
            yield Row("kpis", (kpi.kpi, of), kpi.name, _FIGURES[of], kpi.unit, *both, figure.differs)
    for line in found.lines:
        for of, left in line.available.items():
            both = left.before, left.after
            yield Row("budget", (line.line, of), line.name, _HORIZONS[of], "money", *both, left.differs)
    for alert in found.alerts:
        both_states = (_STATES[alert.state.before], _STATES[alert.state.after])
        name = Words(en=f"{alert.name.en} [{alert.rule}]", vi=f"{alert.name.vi} [{alert.rule}]")
        key = (alert.rule, *(part for label in alert.labels for part in label))
        yield Row("alerts", key, name, "", "", *both_states, True)
    for decision in found.decisions:
        yield from _decision(decision)


def _decision(decision: DecisionDifference) -> Iterator[Row]:
    title = decision.title or decision.event_id
    name, outcomes, hard = Words(en=title, vi=title), decision.outcome, decision.hard
    notes = [("what_if.no_longer", rule) for rule in decision.no_longer]
    notes += [("what_if.newly", rule) for rule in decision.newly]
    notes += [("hard" if hard.after else "what_if.not_hard", "")] if hard.differs else []
    notes += [("what_if.does_not_fit", why) for why in decision.why]
    cells = [each and f"outcome.{each}" for each in (outcomes.before, outcomes.after)]
    differs = outcomes.differs or hard.differs or bool(decision.no_longer or decision.newly)
    yield Row("decisions", (decision.event_id,), name, "", "", cells[0], cells[1], differs, tuple(notes))
    fit = decision.fit
    both: tuple[Cell, Cell] = ("" if fit.before is None else fit.before, "" if fit.after is None else fit.after)
    yield Row("decisions", (decision.event_id, "fit"), name, "what_if.fit", "money", *both, fit.differs)


_FIGURES = {
    "value": "what_if.value",
    "target": "what_if.target",
    "naive": "what_if.naive",
    "seasonal": "what_if.seasonal",
    "shrunk": "what_if.shrunk",
    "own": "what_if.own",
}
_HORIZONS = {"period": "what_if.period", "to_date": "what_if.to_date", "year": "what_if.year"}
_COURSES = {
    "on_course": "what_if.on_course",
    "at_risk": "what_if.at_risk",
    "broken": "what_if.broken",
    "unknown": "unknown.value",
}
_STATES = {
    "ok": "alerting.ok",
    "pending": "alerting.pending",
    "firing": "alerting.firing",
    "recovering": "alerting.recovering",
    "resolved": "alerting.resolved",
    "no_data": "alerting.no_data",
    "error": "alerting.error",
}

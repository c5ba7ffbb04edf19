"""A what-if as plain data: what `--json` prints. Numbers are whole, or text (`12.5`, `9/5`); what is unknown is null."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aop_rules.events import plain
from aop_rules.exact.number import Exact, number_text
from aop_rules.plan.values import Words
from aop_rules.what_if.asking import WhatIf
from aop_rules.what_if.difference import AlertDifference, BeforeAfter, DecisionDifference, Figures

FORMAT = 1
"""Raised when a key changes its meaning or goes; new keys may come at any time."""


def what_if_data(found: WhatIf) -> dict[str, Any]:
    """The what-if as plain data that JSON can hold."""
    return {
        "format": FORMAT,
        "plan": {"id": found.plan.id, "version": found.plan.version},
        "currency": found.plan.currency,
        "as_of": found.as_of.isoformat(),
        "differs": found.differs,
        "changes": [change.to_dict() for change in found.changes],
        "events": [plain(event) for event in found.events],
        "unseen": list(found.unseen),
        "goals": [
            {"goal": each.goal, "name": _words(each.name), "score": _figures(each.score), "course": _texts(each.course)}
            for each in found.goals
        ],
        "kpis": [
            {
                "kpi": each.kpi,
                "name": _words(each.name),
                "unit": each.unit,
                "value": _figures(each.value),
                "target": _figures(each.target),
                "landings": _table(each.landings),
            }
            for each in found.kpis
        ],
        "lines": [
            {"line": each.line, "name": _words(each.name), "available": _table(each.available)} for each in found.lines
        ],
        "alerts": [_alert(each) for each in found.alerts],
        "decisions": [_decision(each) for each in found.decisions],
    }


def figure(value: Exact | None) -> int | str | None:
    """One number as plain data."""
    return None if value is None else number_text(value)


def _figures(both: Figures) -> dict[str, int | str | None]:
    return {"before": figure(both.before), "after": figure(both.after)}


def _table(named: Mapping[str, Figures]) -> dict[str, Any]:
    return {name: _figures(both) for name, both in named.items()}


def _texts(both: BeforeAfter[str]) -> dict[str, str | None]:
    return {"before": both.before or None, "after": both.after or None}


def _words(words: Words | None) -> dict[str, str] | None:
    return None if words is None else {"en": words.en, "vi": words.vi}


def _alert(each: AlertDifference) -> dict[str, Any]:
    return {
        "rule": each.rule,
        "labels": dict(each.labels),
        "name": _words(each.name),
        "change": each.change,
        "state": _texts(each.state),
        "sentence": {"before": _words(each.sentence.before), "after": _words(each.sentence.after)},
    }


def _decision(each: DecisionDifference) -> dict[str, Any]:
    was, now = each.decision.before, each.decision.after
    return {
        "event_id": each.event_id,
        "title": each.title,
        "differs": each.differs,
        "outcome": _texts(each.outcome),
        "course": _texts(BeforeAfter(was.course if was else "", now.course if now else "")),
        "hard": {"before": each.hard.before, "after": each.hard.after},
        "fit": _figures(each.fit),
        "no_longer": list(each.no_longer),
        "newly": list(each.newly),
        "why": list(each.why),
    }

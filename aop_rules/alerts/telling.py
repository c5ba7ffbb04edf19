"""The list of alerts for reading: by goal and owner, what is the matter before the details, aligned."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date

from aop_rules.alerts.alert import Alert, grouped
from aop_rules.facts.names import name_of
from aop_rules.plan.model import Plan
from aop_rules.wording.markdown import plain
from aop_rules.wording.messages import say
from aop_rules.wording.numbers import Language, show_date, show_list

UNJUDGED = ("no_data", "error")
"""States in which there is nothing to say but that figures are lacking."""


def alerts_text(alerts: Iterable[Alert], plan: Plan, language: Language) -> str:
    """A line an alert, below the goal and the owner that it concerns; then why nobody is told of it, where that is so."""
    every = tuple(alerts)
    if not every:
        return say("alert.none", language)
    found = [each for each in every if each.state not in UNJUDGED or each.since]
    wide = max((_width(_state(each, language)) for each in found), default=0)
    blocks = []
    for (goal, owner), those in grouped(found):
        what = name_of(plan, "goal", goal).in_language(language) if goal else say("alert.no_goal", language)
        head = say("alert.serves", language, goal=what, owner=owner) if owner else what
        lines = [line for each in those for line in _lines(each, language, wide)]
        blocks.append("\n".join([plain(head), *lines]))
    names = [each.name.in_language(language) for each in every if each.state in UNJUDGED and not each.since]
    if names:
        unjudged = show_list(list(dict.fromkeys(names)), language)
        blocks.append(plain(say("alert.not_judged", language, names=unjudged)))
    return "\n\n".join(blocks)


def alert_line(alert: Alert, language: Language) -> str:
    """An alert in one line: its state, what is the matter, and why nobody is told of it."""
    notes = quiet(alert, language)
    said = say("alert.line", language, state=_state(alert, language), said=alert.sentence.in_language(language))
    return f"{said} · {notes}" if notes else said


def _lines(alert: Alert, language: Language, wide: int) -> Iterator[str]:
    state = _state(alert, language)
    yield f"  {state}{' ' * (wide - _width(state))}  {plain(alert.sentence.in_language(language))}"
    notes = [note for note in (quiet(alert, language), alert.id) if note]
    yield f"  {' ' * wide}  {plain(' · '.join(notes))}"


def quiet(alert: Alert, language: Language) -> str:
    """Why nobody is told of an alert, and who knows of it; empty where neither is so."""
    notes = []
    if alert.muted_by:
        notes.append(say("alert.muted", language, ids=", ".join(alert.muted_by)))
    if alert.silence is not None:
        until = show_date(date.fromisoformat(alert.silence.until), language)
        notes.append(say("alert.silenced", language, by=alert.silence.by, until=until, reason=alert.silence.reason))
    if alert.acknowledgement is not None:
        known = alert.acknowledgement
        notes.append(
            say("alert.acknowledged", language, by=known.by, date=show_date(date.fromisoformat(known.on), language))
        )
    return " · ".join(notes)


def _state(alert: Alert, language: Language) -> str:
    return say(f"alerting.{alert.state}", language)


def _width(text: str) -> int:
    """Columns in a terminal: a sign that sits on the one before takes none."""
    return sum(not unicodedata.combining(sign) for sign in unicodedata.normalize("NFC", text))

"""Recorded figures and events for reading: values in their unit, ids by their name, numbers and dates as the language does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from aop_rules.errors import ExactError
from aop_rules.events import PROPOSALS
from aop_rules.exact.number import parse_number
from aop_rules.facts.names import name_of
from aop_rules.history.event_words import EVENT_FIELDS, event_field, event_word
from aop_rules.plan.model import Plan
from aop_rules.rules.standard import standard_terms, vocabulary_of
from aop_rules.wording.messages import say
from aop_rules.wording.numbers import Language, show_date, show_figure, show_list, show_period, show_ratio

MASK = "•••"
"""What stands for a value that was taken out of an export."""

_ENTRIES = ("goal", "initiative", "kpi", "line", "risk", "role")
_NAMING = {
    **{kind: kind for kind in _ENTRIES},
    "from_line": "line",
    "to_line": "line",
    "serves": "goal",
    "group": "cover",
}
"""Facts, by the last part of their name, whose value is the id of a plan entry."""
_ASIDE = ("kind", "title", "currency")
"""Keys of an event that are told elsewhere."""


def iso_day(text: str) -> date | None:
    """The date that a text begins with, as in a recorded moment.

    >>> iso_day("2026-06-10T23:59:59+00:00"), iso_day("2026-13-45") is None
    (datetime.date(2026, 6, 10), True)
    """
    if not re.match(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Shown:
    """How one decision's recorded values are shown. Without the plan, ids stand for themselves."""

    language: Language
    currency: str
    """ISO 4217; empty where it is not known: money then stands as a plain number."""
    plan: Plan | None = None
    asks: bool = True
    """Whether the event asks for a yes."""
    docs: Mapping[str, str] = field(default_factory=dict)
    """What each attribute of the vocabulary means."""

    @classmethod
    def of(cls, said: Mapping[str, Any], language: Language, plan: Plan | None) -> Shown:
        """For one recorded decision."""
        told = (said["fit"] or {}).get("unit", "")
        currency = plan.currency if plan else told or said["event"].get("currency") or ""
        terms = vocabulary_of(plan).terms if plan else standard_terms()
        docs = {term.path: term.doc.in_language(language) for term in terms if term.doc}
        return cls(language, currency, plan, said["event"]["kind"] in PROPOSALS, docs)

    def number(self, value: object, unit: str, currency: str = "") -> str:
        """A recorded number in its unit; what is no number is shown as it is."""
        known = currency or self.currency
        try:
            number = parse_number(value)
            return show_figure(number, "number" if unit == "money" and not known else unit, known, self.language)
        except ExactError:
            return str(value)

    def name(self, kind: str, entry: str) -> str:
        """The name of a plan entry."""
        return entry if self.plan is None else name_of(self.plan, kind, entry).in_language(self.language)

    def measured(self, kpi: str, value: str) -> str:
        """What a KPI turned out to be."""
        known = self.plan.kpis.get(kpi) if self.plan else None
        return self.number(value, known.unit if known else "")

    def about(self, finding: Mapping[str, Any]) -> str:
        """What a finding says, and of what: the name of its subject stands before, unless the sentence has it."""
        kind, entry = finding["subject"]["kind"], str(finding["subject"]["id"]).partition(":")[0]
        name, message = self.name(kind, entry), str(finding["message"][self.language])
        return message if kind not in _ENTRIES or name in message else f"{name}: {message}"

    def day(self, text: str) -> str:
        """A recorded date or moment, as a day; any other text as it is."""
        found = iso_day(text)
        return show_date(found, self.language) if found else text

    # ── facts ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def fact(self, fact: Mapping[str, Any]) -> str:
        """The value of a recorded fact."""
        name, value = str(fact["name"]), fact["value"]
        if fact.get("masked"):
            return MASK
        if value is None or isinstance(value, bool):
            return say("unknown.value" if value is None else "yes" if value else "no", self.language)
        if isinstance(value, list):
            names = [self._text(name, each) for each in value]
            return show_list(names, self.language) if names else say("nothing", self.language)
        return self.number(value, fact["unit"]) if fact["unit"] else self._text(name, str(value))

    def _text(self, name: str, value: str) -> str:
        if len(value) == 10 and iso_day(value):
            return self.day(value)
        scope, _, last = name.rpartition(".")
        kind = scope if last == "id" else _NAMING.get(last)
        return self.name(kind, value) if kind else show_period(event_word(value, self.language), self.language)

    # ── events ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def event(self, event: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """What an event says, each value with what it is, in a fixed order."""
        for key in _in_order(event):
            if key not in _ASIDE:
                yield self._label(key), self._said(key, event[key], event)

    def titled(self, event: Mapping[str, Any]) -> str:
        """What an event is called: its title, else its kind and what it is about."""
        if event.get("title"):
            return str(event["title"])
        about = next((key for key in ("kpi", "line", "risk", "initiative", "role", "goal") if event.get(key)), "")
        kind = self.kind(event)
        return f"{kind}: {self.name(about, str(event[about]))}" if about else kind

    def kind(self, event: Mapping[str, Any]) -> str:
        return str(event["kind"]) if event["kind"] == MASK else say(f"kind.{event['kind']}", self.language)

    def _label(self, key: str) -> str:
        name = event_field(key).name
        return name.in_language(self.language) if name else ""

    def _said(self, key: str, value: Any, around: Mapping[str, Any]) -> str:
        if isinstance(value, list):
            parts = [self._said(key, each, around) for each in value]
            return "; ".join(parts) if any(isinstance(each, dict) for each in value) else ", ".join(parts)
        if isinstance(value, dict):
            return ", ".join(self._part(name, value[name], {**around, **value}) for name in _in_order(value))
        if isinstance(value, bool):
            return say("yes" if value else "no", self.language)
        return self._value(event_field(key).shown, value, around)

    def _part(self, key: str, value: Any, around: Mapping[str, Any]) -> str:
        if value is True:
            return self._label(key)
        said = self._said(key, value, around)
        return said if key in _BARE or not self._label(key) else f"{self._label(key)} {said}"

    def _value(self, shown: str, value: Any, around: Mapping[str, Any]) -> str:
        if shown == "day":
            return self.day(str(value))
        if shown == "period":
            return self.day(show_period(str(value), self.language))
        if shown in _ENTRIES:
            return show_period(self.name(shown, str(value)), self.language)
        if shown == "ratio" and value != MASK:
            return show_ratio(parse_number(value), self.language)
        if shown in ("kind", "word"):
            return event_word(str(value), self.language)
        if shown in ("money", "number", "amount", "kpi_unit", "role_unit"):
            return self.number(value, self._unit(shown, around), str(around.get("currency") or ""))
        return str(value)

    def _unit(self, shown: str, around: Mapping[str, Any]) -> str:
        if shown in ("money", "number"):
            return shown
        plan = self.plan
        if "role" in around:
            return plan.resources.roles[around["role"]].unit if plan and around["role"] in plan.resources.roles else ""
        if shown == "amount":
            return "money"
        goal = plan.goals.get(around.get("goal", "")) if plan else None
        kpi = plan.kpis.get(around.get("kpi") or (goal.kpi if goal else "") or "") if plan else None
        return kpi.unit if kpi else ""


_BARE = ("amount", "kpi", "line", "role", "kind")
"""Keys of a part whose value speaks for itself."""


def _in_order(data: Mapping[str, Any]) -> list[str]:
    """What a part is about first, then as the table of words has them; what it does not have, by its name."""
    order = {**{key: n for n, key in enumerate(EVENT_FIELDS, 3)}, "kpi": 0, "line": 1, "role": 2}
    return sorted(data, key=lambda key: (order.get(key, len(order) + 3), key))

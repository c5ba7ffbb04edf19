"""The values of a plan as people read them: figures in their units, ids by their names, thresholds in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from pydantic import BaseModel

from aop_rules.exact.number import Exact
from aop_rules.plan.actions import Need, Serves
from aop_rules.plan.field_words import Field, field_of, word
from aop_rules.plan.goals import Goal
from aop_rules.plan.kpis import Kpi
from aop_rules.plan.levers import LeverEffect
from aop_rules.plan.model import Plan
from aop_rules.plan.resources import Role
from aop_rules.plan.threshold import Threshold
from aop_rules.plan.values import Record, Words
from aop_rules.wording.messages import say
from aop_rules.wording.numbers import Language, show_date, show_figure, show_list, show_period, show_ratio

_UNITS = {"money": "money", "ratio": "ratio", "number": "number", "day": "day", "period": "period", "person": "person"}

_SPEAKS_FOR_ITSELF = frozenset({"Target.year", "Target.path", "Target.constant", "Contingency.do"})
"""Inside a target or response these need no name of their own: that of the whole stands before them."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Shows values of one version of the plan, in one language."""

    plan: Plan
    around: tuple[Any, ...]
    language: Language

    def value(self, value: Any, field: Field) -> str:
        if value is None or value in ((), ""):
            return say("change.none", self.language)
        if isinstance(value, bool):
            return say("yes" if value else "no", self.language)
        if isinstance(value, (int, Fraction)):
            return show_figure(value, self.unit(field), self.plan.currency, self.language)
        if isinstance(value, date):
            return show_date(value, self.language)
        if isinstance(value, Words):
            return value.in_language(self.language)
        if isinstance(value, Threshold):
            return self._threshold(value, self.unit(field))
        if isinstance(value, BaseModel):
            return self._model(value)
        if isinstance(value, Mapping):
            pairs = [f"{key}: {self.value(part, field)}" for key, part in sorted(value.items())]
            return show_list(pairs, self.language) or say("change.none", self.language)
        return self._row(value, field) if isinstance(value, tuple) else self._text(value, field)

    def unit(self, field: Field) -> str:
        """The unit of a number that stands under this key."""
        if field.shown == "kpi_unit":
            kpi = self._kpi()
            return kpi.unit if kpi else "number"
        if field.shown == "role_unit":
            role = self._role()
            return role.unit if role else "number"
        return _UNITS.get(field.shown, "number")

    def _kpi(self) -> Kpi | None:
        """The KPI that a figure speaks of: what is served, what measures the goal, or the entry itself."""
        for entry in reversed(self.around):
            if isinstance(entry, Kpi):
                return entry
            if isinstance(entry, (Goal, LeverEffect, Serves)):
                return self.plan.kpis.get((entry.to if isinstance(entry, Serves) else entry.kpi) or "")
        return None

    def _role(self) -> Role | None:
        for entry in reversed(self.around):
            if isinstance(entry, (Role, Need)):
                return entry if isinstance(entry, Role) else self.plan.resources.roles.get(entry.role)
        return None

    def _threshold(self, line: Threshold, unit: str) -> str:
        if line.two_sided:
            return self._both_sides(line, unit)
        if line.bound == "absolute":
            return f"{line.operator} {show_figure(line.amount, unit, self.plan.currency, self.language)}"
        if line.bound == "share":
            share = show_ratio(line.amount, self.language)
            return f"{line.operator} {say('change.share_of_target', self.language, share=share)}"
        own = "ratio" if line.percent else unit
        size: Exact = -line.amount if line.amount < 0 else line.amount
        distance = show_figure(size, own, self.plan.currency, self.language)
        sign = "-" if line.amount < 0 else "+"
        apart = f" {sign} {distance}" if line.amount else ""
        return f"{line.operator} {say('change.target', self.language)}{apart}"

    def _both_sides(self, line: Threshold, unit: str) -> str:
        out = line.operator == "outside"
        if line.bound == "absolute":
            low, high = (
                show_figure(end, unit, self.plan.currency, self.language) for end in line.ends(None) or (None, None)
            )
            return say("change.outside" if out else "change.inside", self.language, low=low, high=high)
        if not line.amount:
            return say("change.off_target" if out else "change.on_target", self.language)
        if line.bound == "share":
            distance = say("change.share_of_target", self.language, share=show_ratio(line.amount, self.language))
        else:
            own = "ratio" if line.percent else unit
            distance = show_figure(line.amount, own, self.plan.currency, self.language)
        return say("change.off_by_more" if out else "change.off_at_most", self.language, distance=distance)

    def _model(self, model: BaseModel) -> str:
        """Each key that says something, in the model's order."""
        inside = Reader(self.plan, (*self.around, model), self.language)
        said: list[str] = []
        for name, info in type(model).model_fields.items():
            value = getattr(model, name)
            if value is None or value == info.default:
                continue
            field = field_of(type(model).__name__, info.alias or name)
            named = field.name if f"{type(model).__name__}.{name}" not in _SPEAKS_FOR_ITSELF else None
            label = f"{named.in_language(self.language)} " if named else ""
            said.append(label + inside.value(value, field))
        return " ".join(said)

    def _row(self, items: tuple[Any, ...], field: Field) -> str:
        if field.shown == "rank":
            tied = (" = ".join(self._text(goal, Field(None, "goal")) for goal in rank) for rank in items)
            return " > ".join(tied)
        shown = [item["id"] if isinstance(item, Record) and "id" in item else self.value(item, field) for item in items]
        return show_list(list(map(str, shown)), self.language)

    def _text(self, text: Any, field: Field) -> str:
        if field.shown == "word":
            return word(str(text), self.language)
        if field.shown == "tag":
            return str(text).replace("_", " ")
        if field.shown == "named_period":
            return show_period(str(text), self.language)
        for kind in field.shown.split(" or "):
            name = getattr(self._table(kind).get(str(text)), "name", None)
            if isinstance(name, Words):
                return name.in_language(self.language)
        return str(text)

    def _table(self, kind: str) -> dict[str, Any]:
        plan = self.plan
        tables: dict[str, Any] = {
            "goal": plan.goals,
            "kpi": plan.kpis,
            "line": plan.budget.lines,
            "initiative": plan.initiatives,
            "role": plan.resources.roles,
            "profile": plan.profiles,
        }
        return dict(tables.get(kind, {}))

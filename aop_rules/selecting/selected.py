"""The answer on many proposals: what is taken, what is not and why, as plain data for JSON and as text for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aop_rules.exact.number import Exact, exact, number_text
from aop_rules.plan.model import Plan
from aop_rules.plan.values import Words
from aop_rules.selecting.room import Cap
from aop_rules.selecting.selection import Chosen, Loser, Selection
from aop_rules.wording.numbers import Language

FORMAT = 1
"""Raised when a key changes its meaning or goes."""
MONEY = "least money"
"""The last objective. No goal has this id: it has a space."""


@dataclass(frozen=True, slots=True)
class Objective:
    """One goal as it is compared: through a flow or stock that proposals move (of a ratio its numerator)."""

    id: str
    """Of the goal."""
    kpi: str
    unit: str
    rank: int | None
    sign: int
    """-1 where less is better: a gain is then a fall."""


@dataclass(frozen=True, slots=True)
class Taking:
    """What one proposal brings and uses, if it is taken."""

    id: str
    outcome: str
    """Of the rules, alone."""
    changes: Mapping[str, Exact]
    """By goal: how much its KPI would change, in the KPI's unit."""
    unstated: tuple[str, ...]
    """Goals whose KPI it would change by nobody knows how much: they count for nothing."""
    money: Exact
    """All that it asks within the year, in the plan's currency."""
    uses: Mapping[str, Exact]
    """By cap."""
    signs: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Outside:
    """A proposal that takes no part: the rules turn it away alone."""

    id: str
    outcome: str
    message: Words


@dataclass(frozen=True, slots=True)
class SelectedProposals:
    """The best of many proposals together, and everything around it. `select_proposals` makes it."""

    plan: Plan = field(repr=False)
    as_of: datetime
    objectives: tuple[Objective, ...]
    """In the order of priority; after them counts least money, then fewest."""
    selection: Selection
    losers: tuple[Loser, ...]
    """With those that wait for a proposal which takes no part."""
    takings: Mapping[str, Taking]
    """By event id, of all that take part."""
    outside: tuple[Outside, ...]
    caps: Mapping[str, Cap]
    titles: Mapping[str, str]
    alone: Mapping[str, str]
    """By event id: the outcome of the rules for it alone."""

    @property
    def chosen(self) -> tuple[str, ...]:
        """Event ids, sorted."""
        return self.selection.chosen

    @property
    def outcomes(self) -> Mapping[str, str]:
        """What is recommended for each: of a chosen one as alone; one that lost is deferred, or adjusted to fit where it
        alone would have to be.
        """
        lost = {each.id for each in self.losers}
        return {
            name: "DEFER" if name in lost and outcome != "ADJUST_TO_FIT" else outcome
            for name, outcome in self.alone.items()
        }

    def change(self, chosen: Chosen | Selection, objective: Objective) -> Exact:
        """How much a set would change the KPI of an objective."""
        return exact(chosen.values.get(objective.id, 0) * objective.sign)

    def money(self, chosen: Chosen | Selection) -> Exact:
        """All that a set asks within the year."""
        return exact(-chosen.values.get(MONEY, 0))

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain data that JSON can hold. New keys may come; numbers are whole, or text (`12.5`, `9/5`)."""
        at, found = self, self.selection
        return {
            "format": FORMAT,
            "plan": {"id": at.plan.id, "version": at.plan.version},
            "currency": at.plan.currency,
            "as_of": at.as_of.isoformat().replace("+00:00", "Z"),
            "method": found.method,
            "proved": found.proved,
            "gap": None if found.gap is None else number_text(found.gap),
            "objectives": [
                {
                    "goal": each.id,
                    "kpi": each.kpi,
                    "unit": each.unit,
                    "rank": each.rank,
                    "change": _n(at.change(found, each)),
                }
                for each in at.objectives
            ],
            "money": _n(at.money(found)),
            "chosen": [{**self._about(name), **self._taking(name)} for name in found.chosen],
            "not_chosen": [{**self._about(loser.id), **self._loser(loser)} for loser in at.losers],
            "no_part": [{**self._about(each.id), "because": _words(each.message)} for each in at.outside],
            "runner_up": self._set(found.runner_up),
            "caps": [self._cap(cap) for cap in at.caps.values()],
            "prices": [
                {"cap": each.cap, "step": _n(each.step), "chosen": list(each.chosen), **self._worth(each.worth)}
                for each in found.prices
            ],
            "conflict": list(found.conflict),
        }

    def text(self, language: Language | None = None) -> str:
        """The answer for reading, in `en` or `vi`; in the plan's language where missing."""
        from aop_rules.selecting.text import selected_text

        return selected_text(self, language or self.plan.language)

    # ── parts ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _about(self, name: str) -> dict[str, Any]:
        return {"id": name, "title": self.titles[name], "outcome": self.outcomes[name], "alone": self.alone[name]}

    def _taking(self, name: str) -> dict[str, Any]:
        taking = self.takings[name]
        return {
            "changes": {goal: _n(change) for goal, change in taking.changes.items()},
            "unstated": list(taking.unstated),
            "money": _n(taking.money),
            "uses": {cap: _n(amount) for cap, amount in taking.uses.items()},
        }

    def _loser(self, loser: Loser) -> dict[str, Any]:
        return {
            "reason": loser.reason,
            "caps": [{"cap": each.cap, "needs": _n(each.needs), "left": _n(each.left)} for each in loser.caps],
            "others": list(loser.others),
            "instead": self._set(loser.instead),
        }

    def _set(self, chosen: Chosen | None) -> dict[str, Any] | None:
        return None if chosen is None else {"chosen": list(chosen.ids), **self._worth(chosen.values)}

    def _worth(self, values: Mapping[str, Exact]) -> dict[str, Any]:
        signs = {each.id: each.sign for each in self.objectives}
        return {
            "changes": {goal: _n(exact(value * signs[goal])) for goal, value in values.items() if goal != MONEY},
            "money": _n(exact(-values.get(MONEY, 0))),
        }

    def _cap(self, cap: Cap) -> dict[str, Any]:
        about = {"id": cap.id, "kind": cap.kind, "entry": cap.entry, "periods": cap.periods, "unit": cap.unit}
        return {**about, "room": _n(cap.room), "left": _n(self.selection.left[cap.id])}


def _n(value: Exact) -> int | str:
    return number_text(value)


def _words(words: Words) -> dict[str, str]:
    return {"en": words.en, "vi": words.vi}

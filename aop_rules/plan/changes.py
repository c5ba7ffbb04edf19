"""What changed between two versions of a plan, in business words: each change with its level and whether it asks for less."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from aop_rules.plan.change_words import words_of
from aop_rules.plan.demand import Demands
from aop_rules.plan.difference import Difference, differences
from aop_rules.plan.model import Plan
from aop_rules.plan.values import Record, Words
from aop_rules.wording.numbers import Language

Level: TypeAlias = Literal["core_goal", "exclusion", "allocation", "action", "governance", "head"]
"""What a change touches: locked goals and priorities; what is not done; money; what is done and with whom; who decides
and by which rules; only the head of the plan. It says who must approve the change."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two versions of a plan."""

    path: str
    """Where it is in a plan file, as in `budget.lines.ads.amount`; of a whole entry that came or went, the entry's."""
    component: str
    """The part of the plan: the first step of `path`."""
    level: Level
    before: Any
    """As in a plan file; None where there was nothing. Lists are tuples, mappings are frozen."""
    after: Any
    weakens: bool | None
    """Whether a goal or KPI is asked for less; None where the change is no demand, or the two cannot be compared."""
    words: Words
    goals: frozenset[str] = frozenset()
    """The locked goals that it touches."""

    def sentence(self, language: Language = "en") -> str:
        """The change in business words, with names of the plan, figures in their units and by how much they change."""
        return self.words.in_language(language)

    def to_dict(self) -> dict[str, Any]:
        """The change as plain data that JSON can hold. `change_from` reads it back."""
        return {
            "path": self.path,
            "component": self.component,
            "level": self.level,
            "before": _plain(self.before),
            "after": _plain(self.after),
            "weakens": self.weakens,
            "goals": sorted(self.goals),
            "sentence": {"en": self.words.en, "vi": self.words.vi},
        }


def changes(old: Plan, new: Plan) -> tuple[Change, ...]:
    """Every change but that of `version`: by component as in a plan, goals by priority, then by id.

    The order of keys in the files does not matter; nothing is left out: two plans with other content have changes.

    >>> from aop_rules.plan.load import plan_from
    >>> plan = {"aop": 1, "id": "shop", "name": "Shop", "currency": "USD", "year": {"starts": "2026-01-01"}}
    >>> ads = {"ads": {"name": {"en": "ads", "vi": "quảng cáo"}, "amount": 800}}
    >>> more = {"ads": {**ads["ads"], "amount": 1000}}
    >>> old, new = (plan_from({**plan, "budget": {"lines": lines}}) for lines in (ads, more))
    >>> [(change.path, change.level) for change in changes(old, new)]
    [('budget.lines.ads.amount', 'allocation')]
    >>> print(changes(old, new)[0].sentence("vi"))
    quảng cáo: ngân sách năm 800 US$ → 1.000 US$ (+200 US$, +25 %)
    """
    demands = Demands.of(old, new)
    return tuple(_change(difference, demands) for difference in differences(old, new))


def change_from(data: dict[str, Any]) -> Change:
    """A change from what `Change.to_dict` gave. Raises KeyError where a key is missing."""
    return Change(
        data["path"],
        data["component"],
        data["level"],
        _frozen(data["before"]),
        _frozen(data["after"]),
        data["weakens"],
        Words(en=data["sentence"]["en"], vi=data["sentence"]["vi"]),
        frozenset(data["goals"]),
    )


def _change(difference: Difference, demands: Demands) -> Change:
    goals = demands.locked_goals(difference)
    return Change(
        ".".join(difference.path),
        difference.path[0],
        _level(difference, goals),
        _frozen(difference.plain_before),
        _frozen(difference.plain_after),
        demands.weakened(difference),
        words_of(difference, demands.old, demands.new),
        goals,
    )


_LEVELS: dict[str, Level] = {
    "year": "governance",
    "profiles": "allocation",
    "priorities": "core_goal",
    "scope": "action",
    "not_this_year": "exclusion",
    "goals": "action",
    "kpis": "action",
    "budget": "allocation",
    "initiatives": "action",
    "resources": "action",
    "risks": "action",
    "levers": "action",
    "rates": "allocation",
    "imports": "action",
}
_HEAD = frozenset({"aop", "id", "name", "currency", "language"})
_NO_ALLOCATION = frozenset({"name", "owner", "serves"})
"""Keys of a budget line that move no money."""


def _level(difference: Difference, goals: frozenset[str]) -> Level:
    component = difference.path[0]
    if goals:
        return "core_goal"
    if difference.path[:2] == ("scope", "excludes"):
        return "exclusion"
    if difference.owner == "BudgetLine" and difference.key in _NO_ALLOCATION:
        return "action"
    return "head" if component in _HEAD else _LEVELS.get(component, "governance")


def _frozen(value: Any) -> Any:
    """Plain data that cannot change."""
    return Record({"it": value})["it"]


def _plain(value: Any) -> Any:
    return Record({"it": value}).plain()["it"]

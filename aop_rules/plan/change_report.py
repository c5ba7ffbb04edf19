"""Changes of a plan for reading: as text by component, and as plain data."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from aop_rules.plan.changes import Change
from aop_rules.wording.messages import say
from aop_rules.wording.numbers import Language


def diff_text(changes: Iterable[Change], language: Language = "en") -> str:
    """One line a change under the heading of its component, with its level; what asks for less is marked.

    >>> diff_text((), "vi")
    'không có khác biệt'
    """
    rows = [(_heading(change, language), _level(change, language), change) for change in changes]
    if not rows:
        return say("diff.none", language)
    wide = max(len(level) for _, level, _ in rows)
    lines: list[str] = []
    for heading, group in groupby(rows, key=lambda row: row[0]):
        lines += ["", heading] if lines else [heading]
        lines += [f"  {level:{wide}}  {_told(change, language)}" for _, level, change in group]
    return "\n".join(lines)


def diff_data(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """The changes as plain data that JSON can hold; keys as in `Change.to_dict`."""
    return [change.to_dict() for change in changes]


def _heading(change: Change, language: Language) -> str:
    return say(_HEADINGS.get(change.component, "diff.head"), language)


def _level(change: Change, language: Language) -> str:
    return say(_LEVELS[change.level], language)


def _told(change: Change, language: Language) -> str:
    told = change.sentence(language)
    return say("diff.weaker", language, told=told) if change.weakens else told


_LEVELS = {
    "core_goal": "level.core_goal",
    "exclusion": "level.exclusion",
    "allocation": "level.allocation",
    "action": "level.action",
    "governance": "level.governance",
    "head": "level.head",
}
_HEADINGS = {
    "year": "diff.year",
    "profiles": "diff.profiles",
    "priorities": "diff.priorities",
    "scope": "diff.scope",
    "not_this_year": "diff.not_this_year",
    "goals": "diff.goals",
    "kpis": "diff.kpis",
    "budget": "diff.budget",
    "initiatives": "diff.initiatives",
    "resources": "diff.resources",
    "risks": "diff.risks",
    "levers": "diff.levers",
    "governance": "diff.governance",
    "policies": "diff.policies",
    "notifications": "diff.notifications",
    "rates": "diff.rates",
    "attributes": "diff.attributes",
    "rules": "diff.rules",
    "imports": "diff.imports",
}

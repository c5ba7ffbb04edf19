"""The names that people read in place of ids, from the plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from aop_rules.plan.model import Plan
from aop_rules.plan.values import Words
from aop_rules.wording.folding import fold


def name_of(plan: Plan, kind: str, entry: str) -> Words:
    """The name of a plan entry of a kind; the id itself where the plan has no such entry."""
    tables: Mapping[str, Mapping[str, object]] = {
        "kpi": plan.kpis,
        "goal": plan.goals,
        "line": plan.budget.lines,
        "role": plan.resources.roles,
        "initiative": plan.initiatives,
        "risk": plan.risks,
        "cover": plan.policies.stock_cover,
    }
    found = tables.get(kind, {}).get(entry)
    name = getattr(found, "name", None)
    return name if isinstance(name, Words) else Words(en=entry or kind, vi=entry or kind)


def nearest_line(plan: Plan, said: str) -> str | None:
    """The budget line that somebody may have meant: by id or name, whatever its case and marks; None where none is close."""
    known = {
        fold(text): line.id for line in plan.budget.lines.values() for text in (line.name.en, line.name.vi, line.id)
    }
    close = get_close_matches(fold(said), sorted(known), n=1, cutoff=0.6)
    return known[close[0]] if close else None


def names_of(plan: Plan, kind: str, entries: Iterable[str]) -> tuple[Words, ...]:
    return tuple(name_of(plan, kind, entry) for entry in entries)

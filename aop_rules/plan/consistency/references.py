"""Every id that one part of the plan uses for another: is it there, is it of the right kind, can it be mistaken?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from aop_rules.errors import Problem, did_you_mean
from aop_rules.limits import PROBLEMS_MAX
from aop_rules.plan.draft import Draft, Step
from aop_rules.source.tree import Path

# Where entries of each kind stand, and what a reader calls them.
SECTIONS: dict[str, Path] = {
    "goal": ("goals",),
    "KPI": ("kpis",),
    "budget line": ("budget", "lines"),
    "initiative": ("initiatives",),
    "role": ("resources", "roles"),
    "risk": ("risks",),
    "lever": ("levers",),
    "profile": ("profiles",),
    "exclusion": ("not_this_year",),
    "stock cover": ("policies", "stock_cover"),
}

# 100 unknown names against 2,000 known ones take some two seconds.
_NAMES_COMPARED_MAX = 2_000

# Each place that holds ids, and the kinds that it may name. `*` is any entry or item.
_REFERENCES: tuple[tuple[Path, tuple[str, ...]], ...] = (
    (("priorities", "*"), ("goal",)),
    (("priorities", "*", "*"), ("goal",)),
    (("goals", "*", "kpi"), ("KPI",)),
    (("goals", "*", "initiative"), ("initiative",)),
    (("kpis", "*", "numerator"), ("KPI",)),
    (("kpis", "*", "denominator"), ("KPI",)),
    (("kpis", "*", "sum_of", "*"), ("KPI",)),
    (("kpis", "*", "target", "profile"), ("profile",)),
    (("budget", "lines", "*", "profile"), ("profile",)),
    (("budget", "lines", "*", "group"), ("budget line",)),
    (("budget", "lines", "*", "serves", "*"), ("goal",)),
    (("initiatives", "*", "serves", "*"), ("goal", "KPI")),
    (("initiatives", "*", "serves", "*", "to"), ("goal", "KPI")),
    (("initiatives", "*", "requires", "*"), ("initiative",)),
    (("initiatives", "*", "budget", "*"), ("budget line",)),
    (("initiatives", "*", "needs", "*", "role"), ("role",)),
    (("risks", "*", "threatens", "*"), ("goal",)),
    (("risks", "*", "watches", "*"), ("KPI",)),
    (("risks", "*", "response", "budget"), ("budget line",)),
    (("levers", "*", "line"), ("budget line",)),
    (("levers", "*", "takes_from"), ("budget line",)),
    (("levers", "*", "initiative"), ("initiative",)),
    (("levers", "*", "effects", "*", "kpi"), ("KPI",)),
    (("governance", "approvals", "*", "lines", "*"), ("budget line",)),
    (("governance", "delegations", "*", "lines", "*"), ("budget line",)),
    (("policies", "minimum_cash", "kpi"), ("KPI",)),
    (("policies", "stock_cover", "*", "stock"), ("KPI",)),
    (("policies", "stock_cover", "*", "daily_cost_of_sales"), ("KPI",)),
    (("policies", "contribution"), ("KPI",)),
)


def references(draft: Draft) -> Iterator[Problem]:
    """PLAN_UNKNOWN_ID, PLAN_WRONG_KIND, PLAN_DUPLICATE_ID, PLAN_ID_INSIDE, PLAN_PRIORITY_TWICE."""
    known = {kind: _names(draft.raw, section) for kind, section in SECTIONS.items()}
    named = (
        (path, name, kinds)
        for pattern, kinds in _REFERENCES
        for path, name in matching(draft.raw, pattern)
        if isinstance(name, str)
    )
    # Looking for the word that was meant takes time: past the cap nobody reads on.
    yield from islice((p for found in named for p in _reference(draft, *found, known)), PROBLEMS_MAX)
    yield from _mistakable(draft, known)
    yield from _ids_inside(draft)
    yield from _ranked_twice(draft)


def _reference(
    draft: Draft, path: Path, named: str, kinds: tuple[str, ...], known: Mapping[str, frozenset[str]]
) -> Iterator[Problem]:
    if any(named in known[kind] for kind in kinds):
        return
    others = [kind for kind in SECTIONS if named in known[kind]]
    wanted = " or ".join(kinds)
    choices = {name for kind in kinds for name in known[kind]}
    if others:
        message = f"`{named}` is {_a(others[0])}; {_a(wanted)} is needed here"
        yield draft.problem(path, "WRONG_KIND", message, _instead(draft.raw, named, kinds, choices))
    else:
        yield draft.problem(path, "UNKNOWN_ID", f"there is no {wanted} `{named}`", _closest(named, choices))


def _closest(named: str, choices: set[str]) -> str:
    """The word that was meant; among very many names looking for it takes too long."""
    if len(choices) > _NAMES_COMPARED_MAX:
        return f"check its spelling: {len(choices):_} are declared"
    return did_you_mean(named, choices)


def _instead(raw: Any, named: str, kinds: tuple[str, ...], choices: set[str]) -> str:
    """Naming a goal where its KPI is meant is the usual slip, and the other way round."""
    entries = _at(raw, ("goals",))
    if isinstance(entries, Mapping):
        measured = _at(entries, (named, "kpi"))
        if "KPI" in kinds and isinstance(measured, str) and measured in choices:
            return f"its KPI is `{measured}`"
        if "goal" in kinds:
            seen = [goal for goal, entry in entries.items() if isinstance(entry, Mapping) and entry.get("kpi") == named]
            if seen:
                return f"it measures the goal `{seen[0]}`"
    return _closest(named, choices)


def _mistakable(draft: Draft, known: Mapping[str, frozenset[str]]) -> Iterator[Problem]:
    """A goal and a KPI may share an id only where the one measures the other: `serves` may name either."""
    for name in sorted(known["goal"] & known["KPI"]):
        if _at(draft.raw, ("goals", name, "kpi")) not in (name, None):
            message = f"`{name}` is a goal and also a KPI that does not measure it"
            yield draft.problem(("goals", name), "DUPLICATE_ID", message, "give one of them another id", key=True)
    for name in sorted(known["stock cover"] & known["exclusion"]):
        message = f"`{name}` is an exclusion and also a stock cover: proposals tagged with it would match both"
        yield draft.problem(("not_this_year", name), "DUPLICATE_ID", message, "give one of them another id", key=True)


def _ids_inside(draft: Draft) -> Iterator[Problem]:
    for kind, section in SECTIONS.items():
        for path, given in matching(draft.raw, (*section, "*", "id")):
            message = f"the id of {_a(kind)} is its key, `{path[-2]}`; it has none inside"
            yield draft.problem(path, "ID_INSIDE", message, f"remove `id: {given}`", key=True)


def _ranked_twice(draft: Draft) -> Iterator[Problem]:
    seen: set[str] = set()
    ranks = [*matching(draft.raw, ("priorities", "*")), *matching(draft.raw, ("priorities", "*", "*"))]
    for path, goal in sorted(ranks, key=lambda rank: [step for step in rank[0] if isinstance(step, int)]):
        if isinstance(goal, str):
            if goal in seen:
                message = f"`{goal}` is ranked twice"
                yield draft.problem(path, "PRIORITY_TWICE", message, "a goal has one rank: remove the lower one")
            seen.add(goal)


def matching(data: Any, pattern: Path, so_far: Path = ()) -> Iterator[tuple[Path, Any]]:
    """All values that a pattern leads to, with their paths."""
    if not pattern:
        yield so_far, data
        return
    step, rest = pattern[0], pattern[1:]
    for key, value in _children(data, step):
        yield from matching(value, rest, (*so_far, key))


def _children(data: Any, step: Step) -> list[tuple[Step, Any]]:
    if isinstance(data, Mapping):
        if step == "*":
            return list(data.items())
        return [(step, data[step])] if step in data else []
    if isinstance(data, (list, tuple)) and step == "*":
        return list(enumerate(data))
    return []


def _at(data: Any, path: Path) -> Any:
    return next((value for _, value in matching(data, path)), None)


def _names(data: Any, section: Path) -> frozenset[str]:
    entries = _at(data, section)
    return frozenset(key for key in entries if isinstance(key, str)) if isinstance(entries, Mapping) else frozenset()


def _a(noun: str) -> str:
    return f"{'an' if noun[0] in 'aei' else 'a'} {noun}"

"""What hangs on itself: KPIs made of each other, initiatives waiting for each other, groups in their own parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from aop_rules.errors import Problem
from aop_rules.plan.consistency.references import matching
from aop_rules.plan.draft import Draft
from aop_rules.source.tree import Path

# What hangs on what, where it is written, and the way out.
_KINDS: tuple[tuple[str, Path, tuple[Path, ...], str], ...] = (
    (
        "KPIs are made of each other",
        ("kpis",),
        (("numerator",), ("denominator",), ("sum_of", "*")),
        "one of them must take readings of its own",
    ),
    ("initiatives wait for each other", ("initiatives",), (("requires", "*"),), "remove one `requires`"),
    ("budget lines are parts of each other", ("budget", "lines"), (("group",),), "remove one `group`"),
)


def cycles(draft: Draft) -> Iterator[Problem]:
    """PLAN_CYCLE, once for each cycle, at the reference that closes it."""
    for what, section, fields, hint in _KINDS:
        edges = _edges(draft.raw, section, fields)
        for cycle in _found(edges):
            names = " → ".join(f"`{name}`" for name in (*cycle, cycle[0]))
            yield draft.problem(edges[cycle[-1]][cycle[0]], "CYCLE", f"{what}: {names}", hint)


def _edges(raw: Any, section: Path, fields: tuple[Path, ...]) -> dict[str, dict[str, Path]]:
    """Each entry, what it hangs on, and where that is written."""
    edges: dict[str, dict[str, Path]] = {}
    for path, entry in matching(raw, (*section, "*")):
        if isinstance(entry, Mapping):
            named = [found for name in fields for found in matching(entry, name)]
            edges[str(path[-1])] = {other: (*path, *way) for way, other in named if isinstance(other, str)}
    return edges


def _found(edges: Mapping[str, Mapping[str, Path]]) -> list[tuple[str, ...]]:
    """One cycle for each knot, starting at its smallest name. Walked without recursion: a chain may be long."""
    done: set[str] = set()
    cycles: set[tuple[str, ...]] = set()
    for start in sorted(edges):
        walk: dict[str, Iterator[str]] = {} if start in done else {start: iter(sorted(edges[start]))}
        while walk:
            at = next(reversed(walk))
            following = next(walk[at], None)
            if following is None:
                done.add(at)
                del walk[at]
            elif following in walk:
                names = list(walk)
                cycles.add(_from_smallest(names[names.index(following) :]))
            elif following in edges and following not in done:
                walk[following] = iter(sorted(edges[following]))
    return sorted(cycles)


def _from_smallest(cycle: list[str]) -> tuple[str, ...]:
    first = cycle.index(min(cycle))
    return tuple(cycle[first:] + cycle[:first])

"""The critical path: the longest way through work that waits for work, and the slack of everything beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

Arc = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class CriticalPath:
    """The length of the longest way, the arcs on it (counted from 1), and the slack of every arc."""

    length: int
    path: tuple[int, ...]
    slack: tuple[int, ...]


def critical_path(arcs: Sequence[Arc]) -> CriticalPath:
    """The critical path of work drawn as arcs `(from event, to event, duration)`.

    Among paths of one length the one whose arcs come first. Raises ValueError where the arcs run in a circle or a
    duration is negative.

    >>> critical_path([(1, 2, 7), (1, 3, 10), (2, 4, 6), (3, 4, 5)])
    CriticalPath(length=15, path=(2, 4), slack=(2, 0, 2, 0))
    """
    if any(duration < 0 for _, _, duration in arcs):
        raise ValueError("a duration is 0 or more")
    order, into, out = _network(arcs)
    earliest: dict[int, int] = {}
    for event in order:
        earliest[event] = max((earliest[a] + d for a, _, d in into.get(event, ())), default=0)
    length = max(earliest.values(), default=0)
    latest: dict[int, int] = {}
    for event in reversed(order):
        latest[event] = min((latest[b] - d for _, b, d in out.get(event, ())), default=length)
    slack = tuple(latest[b] - earliest[a] - d for a, b, d in arcs)
    return CriticalPath(length, _longest(arcs, slack, earliest), slack)


def _network(arcs: Sequence[Arc]) -> tuple[tuple[int, ...], dict[int, list[Arc]], dict[int, list[Arc]]]:
    """Events in an order in which nothing comes before what it waits for; arcs into and out of each."""
    into: dict[int, list[Arc]] = {}
    out: dict[int, list[Arc]] = {}
    sorter: TopologicalSorter[int] = TopologicalSorter()
    for arc in arcs:
        out.setdefault(arc[0], []).append(arc)
        into.setdefault(arc[1], []).append(arc)
        sorter.add(arc[1], arc[0])
    try:
        return tuple(sorter.static_order()), into, out
    except CycleError as found:
        raise ValueError(f"the arcs run in a circle: {' → '.join(map(str, found.args[1]))}") from None


def _longest(arcs: Sequence[Arc], slack: Sequence[int], earliest: Mapping[int, int]) -> tuple[int, ...]:
    """Arcs without slack, each starting where the one before ends."""
    critical = [(n, arc) for n, arc in enumerate(arcs, 1) if slack[n - 1] == 0]
    path: list[int] = []
    at = next((a for _, (a, _, _) in critical if earliest[a] == 0), None)
    while at is not None:
        step = next(((n, b) for n, (a, b, _) in critical if a == at), None)
        if step is None:
            break
        path.append(step[0])
        at = step[1]
    return tuple(path)

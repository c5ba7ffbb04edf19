"""A plan as far as it could be read: what stands in the file, what of it makes sense, and where each part is.

A file with a wrong date and an unknown goal should report both at once. So what is malformed is set aside, the rest is
checked as a plan, and no draft ever leaves the loader as one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from aop_rules.errors import Place, Problem, Severity
from aop_rules.limits import PROBLEMS_MAX
from aop_rules.plan.model import Plan
from aop_rules.source.plain import Located
from aop_rules.source.tree import Path

Step = str | int

# A field, then its entry, then its section: each round sets aside one level at most.
_ROUNDS_MAX = 12
_HEAD: dict[str, Any] = {"aop": 1, "id": "plan", "name": "plan", "currency": "XXX"}


@dataclass(frozen=True, slots=True)
class Draft:
    """What could be read of a plan. `plan` is None where not even its outline could; `set_aside` are paths left out."""

    document: Located
    plan: Plan | None
    set_aside: frozenset[Path] = frozenset()
    kept: Mapping[Path, tuple[int, ...]] = field(default_factory=dict)
    """For lists that lost items: the place in the file of each item that is left."""

    @property
    def raw(self) -> Any:
        return self.document.data

    def whole(self, *path: Step) -> bool:
        """Whether nothing at or below this path was set aside: only then does absence mean anything."""
        return not any(gone[: len(path)] == path for gone in self.set_aside)

    def place(self, path: Path) -> Place:
        """Where a value stands; what is not there stands where the nearest part around it does."""
        return self.document.place(_existing(self.raw, self._as_in_file(path)))

    def key_place(self, path: Path) -> Place:
        """Where the key of a value stands."""
        existing = _existing(self.raw, self._as_in_file(path))
        if not existing or isinstance(existing[-1], int):
            return self.document.place(existing)
        return self.document.key_place(existing)

    def _as_in_file(self, path: Path) -> Path:
        true: list[Step] = []
        for step in path:
            left = self.kept.get(tuple(true))
            true.append(left[step] if left is not None and isinstance(step, int) and step < len(left) else step)
        return tuple(true)

    def problem(
        self, path: Path, code: str, message: str, hint: str = "", severity: Severity = "error", *, key: bool = False
    ) -> Problem:
        """A problem at the value (or, with `key`, at the name) that `path` leads to."""
        place = self.key_place(path) if key else self.place(path)
        return Problem(place, f"PLAN_{code}", message, hint, severity)


def draft_of(document: Located) -> Draft:
    """Read what can be read of a document, and set the rest aside."""
    if not isinstance(document.data, Mapping):
        return Draft(document, None)
    setting = _Setting(dict(document.data))
    for _ in range(_ROUNDS_MAX):
        try:
            plan = Plan.model_validate(setting.data)
        except ValidationError as found:
            if found.error_count() > PROBLEMS_MAX:  # more than anyone is told: no need to look for others
                break
            targets = {_target(error["loc"], error["type"]) for error in found.errors()}
            for path in sorted(targets, key=_as_in_data, reverse=True):  # later items first: earlier ones stay put
                setting.leave_out(path)
        else:
            kept = {path: tuple(items) for path, items in setting.kept.items()}
            return Draft(document, plan, frozenset(setting.gone), kept)
    return Draft(document, None)


def _target(loc: tuple[Step, ...], kind: str) -> Path:
    """What to set aside for one error: the value itself; for a missing one, what it is missing from."""
    if loc and loc[-1] == "[key]":
        return loc[:-1]
    if kind == "missing" and len(loc) > 1:
        return loc[:-1]
    return loc


def _as_in_data(path: Path) -> list[tuple[int, str]]:
    """Sorts items of a list by their number, and what is inside a value after the value."""
    return [(step, "") if isinstance(step, int) else (-1, step) for step in path]


class _Setting:
    """The data while parts of it are set aside, copied only where it changes."""

    def __init__(self, data: dict[Any, Any]) -> None:
        self.data = data
        self.gone: set[Path] = set()
        self.kept: dict[Path, list[int]] = {}

    def leave_out(self, path: Path) -> None:
        path = _existing(self.data, path)
        if not path or (len(path) == 1 and path[0] in _HEAD):
            self._head(path)
            return
        parent: Any = self.data
        for step in path[:-1]:
            parent[step] = list(parent[step]) if isinstance(parent[step], (list, tuple)) else copy(dict(parent[step]))
            parent = parent[step]
        if isinstance(parent, list):
            items = self.kept.setdefault(path[:-1], list(range(len(parent))))
            self.gone.add((*path[:-1], items.pop(int(path[-1]))))
        else:
            self.gone.add(path)
        del parent[path[-1]]
        if path == ("year",):
            self._head(())

    def _head(self, path: Path) -> None:
        """The head stands in for itself, so that the rest can be checked without it."""
        for name, value in _HEAD.items():
            if path == (name,) or name not in self.data:
                self.data[name] = value
                self.gone.add((name,))
        if "year" not in self.data:
            self.data["year"] = {"starts": "2000-01-01"}
            self.gone.add(("year",))


def _existing(data: Any, path: Sequence[Step]) -> Path:
    """The longest part of a path that leads to something."""
    at = data
    for depth, step in enumerate(path):
        holds = step in at if isinstance(at, Mapping) else isinstance(at, (list, tuple)) and step in range(len(at))
        if not holds:
            return tuple(path[:depth])
        at = at[step]
    return tuple(path)

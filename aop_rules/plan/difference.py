"""Where two versions of a plan differ: every value that is not the same, by its path, whatever the order of the files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from pydantic import BaseModel

from aop_rules.exact.frozen import Frozen
from aop_rules.plan.kpis import Target
from aop_rules.plan.model import Plan
from aop_rules.plan.scope import Scope
from aop_rules.plan.values import Entry, Record, Words

_KINDS = {
    "profiles": "profile",
    "not_this_year": "exclusion",
    "goals": "goal",
    "kpis": "kpi",
    "lines": "line",
    "initiatives": "initiative",
    "milestones": "milestone",
    "roles": "role",
    "risks": "risk",
    "levers": "lever",
    "stock_cover": "cover",
    "attributes": "attribute",
    "rules": "rule",
    "imports": "import",
}


class Around(NamedTuple):
    """An entry in which a value stands: its kind, its id, and the entry in both versions (None: it is not there)."""

    kind: str
    id: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that differs. Where a whole entry came or went `key` is empty, and it is the last one `around`."""

    path: tuple[str, ...]
    owner: str
    """The name of the model that holds the key."""
    key: str
    around: tuple[Around, ...]
    before: Any
    after: Any
    plain_before: Any
    """As in a plan file."""
    plain_after: Any

    @property
    def whole_entry(self) -> bool:
        return not self.key


def differences(old: Plan, new: Plan) -> Iterator[Difference]:
    """Every difference but that of `version`: in the order of the model's keys, goals by priority, entries by id."""
    ranks = {goal: n for plan in (old, new) for n, tied in enumerate(plan.priorities, 1) for goal in tied}

    def order(kind: str, name: str) -> tuple[int, str]:
        return (ranks.get(name, len(ranks) + 1) if kind == "goal" else 0), name

    yield from _fields((), old, new, (), order)


_Order = Callable[[str, str], tuple[int, str]]


def _fields(
    path: tuple[str, ...], old: BaseModel, new: BaseModel, around: tuple[Around, ...], order: _Order
) -> Iterator[Difference]:
    owner = type(new)
    plain_old, plain_new = (
        model.model_dump(mode="json", by_alias=True, include=_leaves(owner)) for model in (old, new)
    )
    for name, field in owner.model_fields.items():
        key = field.alias or name
        if field.exclude or (*path, key) == ("version",):
            continue
        before, after, here = getattr(old, name), getattr(new, name), (*path, key)
        inner = list(_inside(here, before, after, around, order))
        yield from inner
        if not inner and _differ(plain_old.get(key), plain_new.get(key)):
            plain = plain_old.get(key), plain_new.get(key)
            yield Difference(here, owner.__name__, key, around, before, after, *plain)


def _leaves(owner: type[BaseModel]) -> set[str]:
    """Tables are compared entry by entry; to write them out would only take time."""
    return {name for name, field in owner.model_fields.items() if not str(field.annotation).count("Table[")}


def _inside(
    path: tuple[str, ...], before: Any, after: Any, around: tuple[Around, ...], order: _Order
) -> Iterator[Difference]:
    """The differences within a value that has parts."""
    if isinstance(before, Scope) or isinstance(after, Scope):
        before, after = before or Scope(), after or Scope()
    if path == ("rules",):
        before, after = _by_id(before), _by_id(after)
    if isinstance(before, Mapping) and isinstance(after, Mapping) and path[-1] in _KINDS:
        yield from _entries(path, before, after, around, order)
    elif _one_form(before, after) and isinstance(before, Frozen) and not isinstance(before, Words):
        yield from _fields(path, before, after, around, order)


def _one_form(before: Any, after: Any) -> bool:
    """Whether two values have the same keys. A target by year and one by period have not: that change is told whole."""
    if isinstance(before, Target) and isinstance(after, Target):
        return all(
            (getattr(before, key) is None) == (getattr(after, key) is None) for key in ("year", "path", "constant")
        )
    return type(before) is type(after)


def _entries(
    path: tuple[str, ...],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    around: tuple[Around, ...],
    order: _Order,
) -> Iterator[Difference]:
    kind = _KINDS[path[-1]]
    for name in sorted({*before, *after}, key=lambda name: order(kind, name)):
        old, new = before.get(name), after.get(name)
        here, inside = (*path, name), (*around, Around(kind, name, old, new))
        if isinstance(old, Entry) and isinstance(new, Entry):
            if old != new:
                yield from _fields(here, old, new, inside, order)
        elif _differ(_plain(old), _plain(new)):
            yield Difference(here, "", "", inside, old, new, _plain(old), _plain(new))


def _by_id(rules: tuple[Record, ...]) -> Mapping[str, Record] | None:
    """Rules by id; None where not each has one of its own."""
    named = {rule["id"]: rule for rule in rules if isinstance(rule.get("id"), str)}
    return named if len(named) == len(rules) else None


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return value.plain() if isinstance(value, Record) else value


def _differ(one: Any, other: Any) -> bool:
    """Whether two plain values are written differently: `1` and `true` are equal in Python, and not the same."""
    return _written(one) != _written(other)


def _written(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)

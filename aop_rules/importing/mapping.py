"""The mapping by which a table is read: one of the plan's `imports`, or one of a file of its own; and what it makes of rows."""

from __future__ import annotations

from collections.abc import Iterator
from os import PathLike
from pathlib import Path

from pydantic import Field

from aop_rules.errors import EventError, Place, Problem, did_you_mean
from aop_rules.exact.frozen import Frozen
from aop_rules.importing.keys import about_of, figure_of, keys_of, kinds
from aop_rules.plan.imports import Import
from aop_rules.plan.model import Plan
from aop_rules.plan.values import Table
from aop_rules.source.read import FORMATS, read
from aop_rules.source.validate import validate


class _File(Frozen):
    """A file of mappings: what stands under `imports` of a plan."""

    imports: Table[Import] = Field(min_length=1)


def find_mapping(name: str | PathLike[str] | Import, plan: Plan | None) -> Import:
    """The mapping of this name in the plan, or the one in a file (`FILE#NAME` where it holds several).

    Raises EventError: what is wrong with the file, IMPORT_UNKNOWN_MAPPING, and IMPORT_MAPPING for each thing in the
    mapping that no event can be made of.
    """
    found = name if isinstance(name, Import) else _found(str(name), plan)
    problems = list(_mistakes(found))
    if problems:
        raise EventError(problems)
    return found


def _found(name: str, plan: Plan | None) -> Import:
    own = plan.imports if plan is not None else Table[Import]()
    file, _, wanted = name.partition("#")
    if name in own:
        return own[name]
    if Path(file).suffix.lower() not in FORMATS:
        message, hint = f"the plan has no import `{name}`", did_you_mean(name, own)
        raise EventError([Problem(Place("<mapping>"), "IMPORT_UNKNOWN_MAPPING", message, hint)])
    document = read(file, error=EventError, recover=True)
    value, problems = validate(_File, document, prefix="PLAN", error=EventError)
    if value is None:
        raise EventError(problems)
    if wanted or len(value.imports) == 1:
        only: Import | None = value.imports.get(wanted or next(iter(value.imports)))
        if only is not None:
            return only
    message = f"the file has no import `{wanted}`" if wanted else f"the file has {len(value.imports)} imports"
    hint = did_you_mean(wanted, value.imports) if wanted else f"say which, as in `{file}#{next(iter(value.imports))}`"
    raise EventError([Problem(Place(file), "IMPORT_UNKNOWN_MAPPING", message, hint)])


def _mistakes(mapping: Import) -> Iterator[Problem]:
    """What keeps a mapping from making events."""
    kind = mapping.event["kind"]
    if kind not in kinds():
        yield _mistake(mapping, f"there is no kind of event `{kind}`", did_you_mean(str(kind), kinds()))
        return
    if not mapping.id:
        yield _mistake(mapping, "the import has no id, of which the ids of its events are made", "give it one: `id=`")
    known = keys_of(kind)
    said = [*((f"event.{key}", key) for key in mapping.event), *(("identity", key) for key in mapping.identity)]
    said += [(f"columns.{heading}", key) for heading, key in mapping.columns.items()]
    for where, key in said:
        if key.partition(".")[0] not in known:
            hint = did_you_mean(key, known)
            yield _mistake(mapping, f"an event of kind `{kind}` has no key `{key}`", hint, where)
    targets = list(mapping.columns.values())
    for key in sorted({key for key in targets if targets.count(key) > 1}):
        yield _mistake(mapping, f"two columns say `{key}`", "keep one of them; the other may be skipped")
    if mapping.wide:
        yield from _wide(mapping, kind, targets)
    elif not _told_apart(mapping, targets):
        hint = "name a column that says `doc` or `event_id`, or list keys under `identity`"
        yield _mistake(mapping, f"nothing tells one `{kind}` from another", hint)


def _wide(mapping: Import, kind: str, targets: list[str]) -> Iterator[Problem]:
    if not about_of(kind) or not figure_of(kind):
        yield _mistake(mapping, f"an event of kind `{kind}` is no figure of a KPI, line or role", "drop `wide`", "wide")
    for key in {about_of(kind), figure_of(kind), "event_id"} & {*targets, *mapping.event}:
        yield _mistake(mapping, f"`{key}` comes from the columns under `wide`", f"drop `{key}`", "wide")


def _told_apart(mapping: Import, targets: list[str]) -> bool:
    reading = mapping.event["kind"] == "kpi_observation"
    return bool(reading or mapping.identity or {"doc", "event_id"} & {*targets})


def _mistake(mapping: Import, message: str, hint: str, where: str = "") -> Problem:
    path = ".".join(filter(None, ("imports", mapping.id, where)))
    return Problem(Place(path), "IMPORT_MAPPING", message, hint)

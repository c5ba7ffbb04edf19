"""Events from a table: all of its rows, or every problem of every row. What comes out is read on like any file of events."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path

from aop_rules.errors import EventError, Place, Problem
from aop_rules.events import Event, EventBase, adapter
from aop_rules.importing.cell import Table
from aop_rules.importing.headings import Columns, find_columns, told
from aop_rules.importing.identity import event_id
from aop_rules.importing.mapping import find_mapping
from aop_rules.importing.rows import Counts, Drawing, Drawn
from aop_rules.ledger.reading import EventFile, Spot, identity, read_event_file
from aop_rules.plan.imports import Import
from aop_rules.plan.model import Plan
from aop_rules.position.year import calendar_of
from aop_rules.source.tree import Path as Keys
from aop_rules.source.validate import capped, validate

Check = Callable[[EventBase, Callable[[Keys], Place]], Iterable[Problem]]
"""What else is wrong with an event (`facts.check.event_problems`), given where each part of it stands."""

_TEXTS = {".csv": "", ".txt": "", ".tsv": "\t", ".tab": "\t"}
_BOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"})  # those that are not read get a sentence that says so


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file gave: its events with their places, and of a table what became of its rows."""

    file: EventFile
    rows: int = 0
    """Rows that were read."""
    left_out: int = 0
    """Rows that the mapping leaves out (`skip_rows`)."""
    without_figures: int = 0
    """Rows among those read in which no figure stands: nothing is known, and nothing is recorded."""


def is_table(path: str | PathLike[str]) -> bool:
    """Whether a file is one that a mapping reads, by its suffix."""
    return Path(path).suffix.lower() in _TEXTS or Path(path).suffix.lower() in _BOOKS


def read_events(
    source: Path | str,
    mapping: str | PathLike[str] | Import | None = None,
    *,
    plan: Plan | None = None,
) -> tuple[EventBase, ...]:
    r"""The events in a file, or in a text (a str that starts with `{` or `[`, or holds a line end).

    A table (`.csv`, `.tsv`, `.xlsx`) is read by a `mapping`: the name of one of the plan's `imports`, a file that holds
    one, or an `Import`. With a `plan`, months without a year and dates that are left out are known too.
    The same event standing twice is read once; a row standing twice is an error. Raises EventError with every problem of
    every event; codes are those of `aop_rules.source`, `IMPORT_…` for tables, `EVENT_UNKNOWN_KEY`, `EVENT_MISSING_KEY`,
    `EVENT_WRONG_TYPE`, `EVENT_WRONG_VALUE` and `EVENT_CONFLICT` (one id, two contents).

    >>> text = "kind: period_close\nevent_id: c5\neffective_date: 2026-06-05\nperiod: 2026-05"
    >>> [event.kind for event in read_events(text)]
    ['period_close']
    """
    return read_file(source, mapping, plan).file.events


def read_file(
    source: Path | str, mapping: str | PathLike[str] | Import | None, plan: Plan | None, check: Check | None = None
) -> Imported:
    """A file of events, or a table by its mapping. With a `check` what it finds in the rows of a table that could be read is
    told with the problems of the others.
    """
    text = isinstance(source, str) and "\n" in source
    if text or not is_table(source):
        return Imported(read_event_file(source))
    if mapping is None:
        message, hint = "a table is read by a mapping", "name one: `--mapping NAME` (Python: `mapping=`)"
        raise EventError([Problem(Place(str(source)), "IMPORT_NO_MAPPING", message, hint)])
    return read_import(source, mapping, plan, check)


def read_import(
    path: str | PathLike[str],
    mapping: str | PathLike[str] | Import,
    plan: Plan | None = None,
    check: Check | None = None,
) -> Imported:
    """The events of a table, or EventError with every problem of its rows (the first 100, and how many more)."""
    found = find_mapping(mapping, plan)
    return import_table(_table(Path(path), found), found, plan, check)


def import_table(table: Table, mapping: Import, plan: Plan | None, check: Check | None = None) -> Imported:
    """The same of a table that is read already, by a mapping without mistakes (`find_mapping`)."""
    columns, problems = find_columns(table, mapping)
    if columns is None:
        raise EventError(capped(problems, "EVENT"))
    drawing = Drawing(table, mapping, columns, plan, calendar_of(plan) if plan is not None else None)
    collected = _Collected(mapping, columns, check)
    for drawn in drawing.events():
        collected.add(drawn)
    problems = [*drawing.problems, *collected.problems]
    if problems:
        raise EventError(capped(sorted(problems, key=_where), "EVENT"))
    return collected.done(table.file, drawing.counts)


def _where(problem: Problem) -> tuple[int, int]:
    return problem.place.line, problem.place.column


def _table(path: Path, mapping: Import) -> Table:
    suffix = path.suffix.lower()
    if "\0" in str(path):
        message = "a NUL character stands in the file's name"
        raise EventError([Problem(Place("<input>"), "SOURCE_NOT_READABLE", message, "check the name")])
    # Each reader is imported when first needed, so that reading events costs nothing for tables.
    if suffix in _BOOKS:
        from aop_rules.importing.workbook import read_workbook

        return read_workbook(path, mapping.sheet)
    from aop_rules.importing.csv_table import read_csv

    headings = [told(heading) for heading in (*mapping.columns, *mapping.wide)]
    return read_csv(path, mapping.header, mapping.delimiter or _TEXTS.get(suffix, ""), headings)


class _Collected:
    """Events by identity, and what is wrong with them."""

    def __init__(self, mapping: Import, columns: Columns, check: Check | None) -> None:
        self._mapping = mapping
        self._check = check
        self._columns = columns
        self._events: list[EventBase] = []
        self._spots: dict[tuple[str, str], Spot] = {}
        self._rows: dict[tuple[str, str], int] = {}
        self.problems: list[Problem] = []

    def add(self, drawn: Drawn) -> None:
        own = "event_id" in drawn.data
        located = drawn if own else replace(drawn, data={**drawn.data, "event_id": "-"})
        event, problems = validate(adapter(), located, prefix="EVENT", error=EventError, shape=Event)
        if event is None:
            self.problems += [self._told(problem, drawn) for problem in problems]
            return
        if not own:
            event = self._named(event, drawn)
        if event is None:
            return
        if self._check is not None:
            self.problems += [self._told(problem, drawn) for problem in self._check(event, drawn.place)]
        self._keep(event, drawn)

    def _named(self, event: EventBase, drawn: Drawn) -> EventBase | None:
        name, missing = event_id(self._mapping, event)
        for key in missing:
            message = f"the row says nothing about `{key}`, which tells it from others"
            hint = "fill it in, or name other keys under `identity`"
            self.problems.append(Problem(drawn.place((key,)), "IMPORT_EMPTY_CELL", message, hint))
        return None if missing else event.model_copy(update={"event_id": name})

    def _keep(self, event: EventBase, drawn: Drawn) -> None:
        before = self._rows.setdefault(identity(event), drawn.row)
        if identity(event) in self._spots:
            where = f"row {before}" if before != drawn.row else "another column"
            message = f"this is `{event.event_id}`, as {where} is"
            hint = "remove one, or name under `identity` what tells them apart"
            self.problems.append(Problem(drawn.place(("event_id",)), "IMPORT_ROW_TWICE", message, hint))
            return
        self._events.append(event)
        self._spots[identity(event)] = drawn.place

    def _told(self, problem: Problem, drawn: Drawn) -> Problem:
        """With the cell's name where one is at fault, and the way out that a table has."""
        if problem.code == "EVENT_MISSING_KEY":
            return replace(problem, hint="name a column for it under `columns`, or say it under `event`")
        cell = next((cell for cell in drawn.cells.values() if cell.column == problem.place.column), None)
        if cell is None:
            return problem
        if problem.code == "EVENT_BARE_SHARE":  # as this table writes numbers
            problem = replace(problem, hint=f"write `{cell.written}%`; what is past the whole has its sign too")
        return replace(
            problem, message=f"{problem.message} ({cell.address}, column `{self._columns.names[cell.column]}`)"
        )

    def done(self, file: str, counts: Counts) -> Imported:
        events = EventFile(tuple(self._events), None, file, self._spots)
        return Imported(events, counts.rows, counts.left_out, counts.without_figures)

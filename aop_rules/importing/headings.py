"""The row of headings: which column holds what the mapping speaks of; a column that nothing names is an error."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from aop_rules.errors import Place, Problem, did_you_mean
from aop_rules.importing.cell import Cell, Row, Table
from aop_rules.plan.imports import Import

_REST = "*"


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column, by number, says what."""

    said: dict[int, str]
    """To the key of the event."""
    wide: dict[int, str]
    """To the KPI, line or role that its figures are about."""
    names: dict[int, str]
    """All headings, as they are told."""
    skipped: frozenset[int]
    width: int


def told(text: str) -> str:
    r"""A heading however it was typed: composed letters, single spaces.

    >>> told(" Doanh  thu\nonline ")
    'Doanh thu online'
    """
    return " ".join(unicodedata.normalize("NFC", text).split())


def find_columns(table: Table, mapping: Import) -> tuple[Columns | None, list[Problem]]:
    """The columns by their headings, or every problem: a heading that is missing, twice, or named by nothing."""
    head = next((row for row in table.rows if row.number == mapping.header), None)
    if head is None or not head.cells:
        message = f"row {mapping.header} holds no headings"
        hint = "say in which row they stand: `header: 3`"
        return None, [Problem(Place(table.file, mapping.header), "IMPORT_NO_HEADINGS", message, hint)]
    names = {cell.column: _name(cell) for cell in head.cells.values()}
    wanted = {told(heading): key for heading, key in mapping.columns.items()}
    wide = {told(heading): about for heading, about in mapping.wide.items()}
    skip = {told(heading) for heading in mapping.skip}
    problems = [*_twice(table.file, head, names, wanted.keys() | wide.keys()), *_unnamed(table, names, mapping.header)]
    for heading in sorted((wanted.keys() | wide.keys() | skip - {_REST}) - set(names.values())):
        hint = did_you_mean(heading, names.values())
        at = Place(table.file, mapping.header)
        problems.append(Problem(at, "IMPORT_MISSING_COLUMN", f"there is no column `{heading}`", hint))
    skipped = {column for column, name in names.items() if name in skip}
    for column, name in names.items():
        if name in wanted or name in wide or column in skipped:
            continue
        if _REST in skip:
            skipped.add(column)
            continue
        message = f"the mapping says nothing about column `{name}` ({head.cells[column].address})"
        hint = "name it under `columns` or `wide`, or under `skip` where it is not read"
        problems.append(Problem(Place(table.file, mapping.header, column), "IMPORT_UNKNOWN_COLUMN", message, hint))
    columns = Columns(
        {column: wanted[name] for column, name in names.items() if name in wanted},
        {column: wide[name] for column, name in names.items() if name in wide},
        names,
        frozenset(skipped),
        head.width,
    )
    return (None if problems else columns), problems


def _name(cell: Cell) -> str:
    return told(cell.value if isinstance(cell.value, str) else cell.written)


def _twice(file: str, head: Row, names: dict[int, str], wanted: set[str]) -> Iterator[Problem]:
    first: dict[str, Cell] = {}
    for column, name in sorted(names.items()):
        before = first.setdefault(name, head.cells[column])
        if before.column != column and name in wanted:
            message = f"two columns are called `{name}` ({before.address} and {head.cells[column].address})"
            at = Place(file, head.number, column)
            yield Problem(at, "IMPORT_COLUMN_TWICE", message, "give one of them another heading")


def _unnamed(table: Table, names: dict[int, str], header: int) -> Iterator[Problem]:
    """The first cell of each column without a heading: what it means nobody can tell."""
    seen = set(names)
    for row in table.rows:
        if row.number <= header:
            continue
        for cell in row.cells.values():
            if cell.column not in seen:
                seen.add(cell.column)
                message = f"`{cell.written}` ({cell.address}) stands in a column without a heading"
                hint = "give the column a heading, or empty the cell; a decimal comma needs quotes where `,` separates"
                yield Problem(Place(table.file, cell.row, cell.column), "IMPORT_UNKNOWN_COLUMN", message, hint)

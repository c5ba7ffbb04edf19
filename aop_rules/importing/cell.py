"""A table as it stands in a file: rows of cells, each with its place, and what was in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from aop_rules.errors import EventError, Place, Problem
from aop_rules.limits import TABLE_COLUMNS_MAX, TABLE_ROWS_MAX, TEXT_MAX
from aop_rules.source.build import shown


class Unreadable(ValueError):  # noqa: N818 - what is wrong with one cell; it never leaves the room
    """What a cell holds is not what its column takes: a code, the end of a sentence about the cell, and the way out."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Broken:
    """A cell of a workbook that has no value: an error, or a formula that was never computed."""

    text: str
    message: str
    hint: str


Value = str | Decimal | datetime | bool | Broken
"""A text; or, of a workbook, a number, a date, a truth value, or what is no value."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that is not empty. Row and column count from 1.

    >>> Cell(7, 28, "x").address
    'AB7'
    """

    row: int
    column: int
    value: Value

    @property
    def address(self) -> str:
        """As a spreadsheet names it."""
        left, letters = self.column, ""
        while left:
            left, letter = divmod(left - 1, 26)
            letters = chr(ord("A") + letter) + letters
        return f"{letters}{self.row}"

    @property
    def written(self) -> str:
        """The value for a message."""
        match self.value:
            case str():
                return shown(self.value)
            case datetime():
                return self.value.date().isoformat()
            case Broken():
                return self.value.text
            case bool():
                return str(self.value).upper()
            case _:
                return shown(format(self.value.normalize(), "f"))


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its number, its cells by column, and how many cells the file gives it (0 where that means nothing)."""

    number: int
    cells: Mapping[int, Cell]
    width: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the rows that hold anything."""

    file: str
    rows: tuple[Row, ...]


def within_caps(file: str, number: int, columns: int, longest: int, rows: int) -> None:
    """Raises EventError (IMPORT_TOO_LARGE) at the first row past a cap."""
    for size, most, what in (
        (columns, TABLE_COLUMNS_MAX, "columns"),
        (longest, TEXT_MAX, "characters in one cell"),
        (rows, TABLE_ROWS_MAX, "rows"),
    ):
        if size > most:
            message, hint = f"the table has more than {most} {what}", "split the file, or leave out what is not read"
            raise EventError([Problem(Place(file, number), "IMPORT_TOO_LARGE", message, hint)])

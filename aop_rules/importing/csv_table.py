"""CSV: text in UTF-8 whose cells are separated by one sign. Rows that are longer or shorter than the headings are refused."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator
from itertools import islice
from pathlib import Path

from aop_rules.errors import EventError, Place, Problem
from aop_rules.importing.cell import Cell, Row, Table, within_caps
from aop_rules.importing.headings import told
from aop_rules.limits import TABLE_BYTES_MAX
from aop_rules.source.read import decoded, read_bytes

_DELIMITERS = (",", ";", "\t")


def read_csv(path: Path, header: int, delimiter: str, headings: Collection[str]) -> Table:
    """The table in a file. Without a delimiter it is the one that gives most of the headings.

    Raises EventError: the codes of `source.read`, IMPORT_SYNTAX, IMPORT_TOO_LARGE.
    """
    file = str(path)
    text = decoded(read_bytes(path, TABLE_BYTES_MAX, error=EventError), file, error=EventError, most=TABLE_BYTES_MAX)
    return Table(file, tuple(_rows(text, file, delimiter or _delimiter(text, header, headings))))


def _delimiter(text: str, header: int, headings: Collection[str]) -> str:
    """Of signs that give as many headings the one that stands in the row at all."""

    def fits(sign: str) -> tuple[int, int]:
        try:
            row = next(islice(csv.reader(io.StringIO(text, newline=""), delimiter=sign), header - 1, None), [])
        except csv.Error:
            row = []
        return len({told(cell) for cell in row} & set(headings)), len(row)

    return max(_DELIMITERS, key=fits)


def _rows(text: str, file: str, delimiter: str) -> Iterator[Row]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = held = 0
    try:
        for number, row in enumerate(rows, 1):
            cells = {column: Cell(number, column, cell) for column, cell in enumerate(row, 1) if cell.strip()}
            within_caps(file, number, len(row), max(map(len, row), default=0), held := held + bool(cells))
            if cells:
                yield Row(number, cells, len(row))
    except csv.Error as error:
        message = f"row {number + 1} is no row of a CSV file: {error}"
        hint = "put a cell that holds quotes, line ends or the delimiter in quotes, and double the quotes in it"
        raise EventError([Problem(Place(file, number + 1), "IMPORT_SYNTAX", message, hint)]) from None

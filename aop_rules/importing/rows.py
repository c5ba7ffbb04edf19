"""Rows into the data of events: what the mapping says of each cell, and which cell each part of an event came from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from aop_rules.errors import Place, Problem
from aop_rules.exact.calendar import Calendar
from aop_rules.exact.number import exact, number_text
from aop_rules.importing.cell import Broken, Cell, Row, Table, Unreadable
from aop_rules.importing.days import read_day, read_moment, read_period
from aop_rules.importing.headings import Columns, told
from aop_rules.importing.keys import about_of, figure_of, needed_by, takes
from aop_rules.importing.numbers import read_number
from aop_rules.plan.imports import Import
from aop_rules.plan.model import Plan
from aop_rules.source.tree import Path

_YES = ("true", "yes", "có", "x", "1")
_NO = ("false", "no", "không", "0")


@dataclass(frozen=True, slots=True)
class Drawn:
    """The data of one event, and which cell each part of it came from."""

    file: str
    row: int
    data: dict[str, Any]
    cells: Mapping[str, Cell] = field(repr=False)
    """By dotted key."""

    def cell(self, path: Path) -> Cell | None:
        """The cell that a part of the event came from."""
        for length in range(len(path), 0, -1):
            found = self.cells.get(".".join(map(str, path[:length])))
            if found is not None:
                return found
        return None

    def place(self, path: Path) -> Place:
        cell = self.cell(path)
        return Place(self.file, self.row, cell.column if cell else 1)

    def key_place(self, path: Path) -> Place:
        return self.place(path)


@dataclass(slots=True)
class Counts:
    """What became of the rows."""

    rows: int = 0
    left_out: int = 0
    """Because the mapping says so (`skip_rows`)."""
    without_figures: int = 0


class Drawing:
    """Draws the data of events from the rows of one table; collects what is wrong with single cells."""

    def __init__(
        self, table: Table, mapping: Import, columns: Columns, plan: Plan | None, year: Calendar | None
    ) -> None:
        self.table = table
        self.mapping = mapping
        self.columns = columns
        self.plan = plan
        self.year = year
        self.kind: str = mapping.event["kind"]
        self._figure, self._about = figure_of(self.kind), about_of(self.kind)
        self.counts = Counts()
        self.problems: list[Problem] = []
        self._words = {told(said): meant for said, meant in mapping.words.items()}
        self._skipped = {told(said) for said in mapping.skip_rows}
        self._needed = needed_by(self.kind) | ({self._figure} if self.kind != "kpi_observation" else set())

    def events(self) -> Iterator[Drawn]:
        """The data of each event, row by row."""
        for row in self.table.rows:
            if row.number <= self.mapping.header:
                continue
            if self._leaves_out(row):
                self.counts.left_out += 1
            elif self._has_the_width(row):
                self.counts.rows += 1
                yield from self._of_row(row)

    def _leaves_out(self, row: Row) -> bool:
        first = row.cells[min(row.cells)].value
        return isinstance(first, str) and told(first) in self._skipped

    def _has_the_width(self, row: Row) -> bool:
        if row.width == self.columns.width:
            return True
        message = f"the row has {row.width} cells, and the row of headings {self.columns.width}"
        hint = "put a cell that holds the delimiter in quotes (a decimal comma, where `,` separates)"
        self.problems.append(Problem(Place(self.table.file, row.number), "IMPORT_ROW_WIDTH", message, hint))
        return False

    def _of_row(self, row: Row) -> Iterator[Drawn]:
        figures = [column for column in self.columns.wide if column in row.cells]
        figure = next((c for c, key in self.columns.said.items() if key == self._figure), None)
        reading_without = self.kind == "kpi_observation" and figure is not None and figure not in row.cells
        if reading_without or (self.columns.wide and not figures):
            self.counts.without_figures += 1
            return
        before = len(self.problems)
        data, cells = self._common(row)
        if not self.columns.wide:
            if len(self.problems) == before:
                yield Drawn(self.table.file, row.number, data, cells)
            return
        for column in figures:
            cell = row.cells[column]
            key = self._figure
            value = self._value(cell, key, data)
            if value is not None and len(self.problems) == before:
                own = {**data, self._about: self.columns.wide[column], key: value}
                yield Drawn(self.table.file, row.number, own, {**cells, key: cell, self._about: cell})

    def _common(self, row: Row) -> tuple[dict[str, Any], dict[str, Cell]]:
        """What all events of a row say."""
        data = self.mapping.event.plain()
        cells: dict[str, Cell] = {}
        # The currency first: an amount may carry its sign.
        for column, key in sorted(self.columns.said.items(), key=lambda said: said[1] != "currency"):
            cell = row.cells.get(column)
            if cell is not None:
                cells[key] = cell
                value = self._value(cell, key, data)
                if value is not None:
                    _put(data, key, value)
            elif key in self._needed and key not in data:
                self._empty(row, column, key)
        self._ends_of_its_period(data, cells)
        return data, cells

    def _empty(self, row: Row, column: int, key: str) -> None:
        cell = Cell(row.number, column, "")
        message = f"column `{self.columns.names[column]}` is empty ({cell.address}), and says `{key}`"
        hint = "fill it in, or say under `skip_rows` with what the rows start that are none"
        at = Place(self.table.file, row.number, column)
        self.problems.append(Problem(at, "IMPORT_EMPTY_CELL", message, hint))

    def _ends_of_its_period(self, data: dict[str, Any], cells: dict[str, Cell]) -> None:
        """A figure of a period is so on its last day, where nothing says another."""
        if "effective_date" not in data and self.year is not None and data.get("period") in self.year.ids:
            data["effective_date"] = self.year.period(data["period"]).end
            if "period" in cells:
                cells["effective_date"] = cells["period"]

    def _value(self, cell: Cell, key: str, data: Mapping[str, Any]) -> Any:
        """What a cell says of a key; None, and a problem, where it cannot."""
        try:
            if isinstance(cell.value, Broken):
                raise Unreadable("IMPORT_CELL", cell.value.message, cell.value.hint)
            return self._readers(key)(cell, data)
        except Unreadable as error:
            name = self.columns.names[cell.column]
            message = f"`{cell.written}` ({cell.address}, column `{name}`) {error.message}"
            at = Place(self.table.file, cell.row, cell.column)
            self.problems.append(Problem(at, error.code, message, error.hint))
            return None

    def _readers(self, key: str) -> Callable[[Cell, Mapping[str, Any]], Any]:
        form = self.mapping.format
        match takes(key, self.plan):
            case "number":
                return self._number
            case "whole":
                return self._whole
            case "day":
                return lambda cell, _: read_day(cell, form).isoformat()
            case "moment":
                return lambda cell, _: read_moment(cell, form)
            case "period":
                return lambda cell, _: read_period(cell, form, self.year)
            case "boolean":
                return lambda cell, _: _truth(cell)
            case _:
                return lambda cell, _: self._text(cell)

    def _number(self, cell: Cell, data: Mapping[str, Any]) -> Any:
        if isinstance(cell.value, Decimal):
            return exact(cell.value)
        if not isinstance(cell.value, str):
            what = "date" if isinstance(cell.value, datetime) else "truth value"
            raise Unreadable("IMPORT_NUMBER", f"is a {what}, not a number", "give the cell the format of a number")
        currency = data.get("currency") or (self.plan.currency if self.plan is not None else "")
        return read_number(cell.value.strip(), self.mapping.format, str(currency))

    def _whole(self, cell: Cell, data: Mapping[str, Any]) -> int:
        value = self._number(cell, data)
        if not isinstance(value, int):
            raise Unreadable("IMPORT_NUMBER", "is no whole number", "write it without decimals")
        return value

    def _text(self, cell: Cell) -> str:
        match cell.value:
            case Decimal():
                text = str(number_text(exact(cell.value)))
            case datetime():
                text = cell.value.date().isoformat()
            case bool():
                text = str(cell.value).lower()
            case _:
                text = str(cell.value).strip()
        return self._words.get(told(text), text)


def _truth(cell: Cell) -> bool:
    text = cell.written.strip().lower()
    if text in _YES or text in _NO:
        return text in _YES
    raise Unreadable("IMPORT_CELL", "is neither yes nor no", "write `có` or `không`, `yes` or `no`")


def _put(data: dict[str, Any], key: str, value: Any) -> None:
    """Sets a dotted key."""
    *around, last = key.split(".")
    for step in around:
        inside = data.get(step)
        data[step] = data = dict(inside) if isinstance(inside, dict) else {}
    data[last] = value

"""Events from a frame: the rows of a table that stands in memory, read by the same mapping as CSV and XLSX."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from os import PathLike
from typing import Any

from aop_rules.events import EventBase
from aop_rules.frames.extra import needing
from aop_rules.importing.cell import Broken, Cell, Row, Table, Value, within_caps
from aop_rules.importing.mapping import find_mapping
from aop_rules.importing.reading import import_table
from aop_rules.limits import DIGITS_MAX
from aop_rules.plan.imports import Import
from aop_rules.plan.model import Plan
from aop_rules.source.build import shown

_FILE = "<frame>"
_SURE_DIGITS = 15  # every decimal of as many digits comes back from a binary float as it was
_SURE_WHOLE = 2**53  # up to here a float holds every whole number
_INEXACT = "round it, or give the column decimals or texts"


def events_from_frame(
    frame: Any, mapping: str | PathLike[str] | Import, plan: Plan | None = None
) -> tuple[EventBase, ...]:
    """The events that `read_events` gives for a CSV with these columns; `mapping` and `plan` are those of it, but `header`.

    Nulls are empty cells. A float counts where it is whole (below 2^53) or has at most 15 digits; any other is refused, and
    so are NaN (in polars; in pandas it is a null) and a moment of a time zone other than UTC. An index is no column.
    Raises EventError with every problem of every row, named as in a sheet: the headings are row 1, the first row is 2.
    Raises InputError (FRAMES_NEEDS_EXTRA), and TypeError for what is no frame or a lazy one.

    >>> import polars
    >>> frame = polars.DataFrame({"Month": ["2026-05"], "Sales": [438_000_000]})
    >>> by = Import(id="m", event={"kind": "kpi_observation", "effective_date": "2026-05-31"}, columns={"Month": "period"}, wide={"Sales": "sales"})
    >>> [(event.event_id, event.value) for event in events_from_frame(frame, by)]
    [('m:sales:2026-05', 438000000)]
    """
    found = find_mapping(mapping, plan).model_copy(update={"header": 1})  # a frame's headings stand above all of it
    return import_table(_table(frame), found, plan).file.events


def _table(frame: Any) -> Table:
    with needing():
        from aop_rules.frames.native import Incoming
    incoming = Incoming(frame, _FILE)
    headings = incoming.headings
    within_caps(_FILE, 1, len(headings), max(map(len, headings), default=0), incoming.rows)
    head = {column: Cell(1, column, heading) for column, heading in enumerate(headings, 1) if heading.strip()}
    return Table(_FILE, (Row(1, head), *_rows(incoming.values())))


def _rows(columns: list[Any]) -> Iterator[Row]:
    """Those that hold anything."""
    for number, row in enumerate(zip(*columns, strict=True), 2):
        values = {column: _value(value) for column, value in enumerate(row, 1)}
        cells = {column: Cell(number, column, value) for column, value in values.items() if value is not None}
        longest = max((len(cell.value) for cell in cells.values() if isinstance(cell.value, str)), default=0)
        within_caps(_FILE, number, 0, longest, 0)
        if cells:
            yield Row(number, cells)


def _value(value: Any) -> Value | None:
    """What a cell holds; a scalar of numpy counts as what it is in Python."""
    if type(value).__module__ == "numpy" and hasattr(value, "item"):
        value = value.item()
    match value:
        case None:
            return None
        case str():
            return value if value.strip() else None
        case bool():
            return value
        case int():
            return _number(Decimal(value)) if value.bit_length() < 4 * DIGITS_MAX else _too_long("a whole number")
        case Decimal():
            return _number(value)
        case float():
            return _float(value)
        case datetime():
            return _moment(value)
        case date():
            return datetime(value.year, value.month, value.day)
        case _:
            name = type(value).__name__
            return Broken(shown(str(value)), f"is of type {name}, which no cell is", "make it a text, number or date")


def _number(value: Decimal) -> Value:
    if not value.is_finite():
        return Broken(str(value), "is not a number that can be counted with", "leave it null where it is not known")
    fits = len(value.as_tuple().digits) <= DIGITS_MAX and abs(value.adjusted()) < DIGITS_MAX
    return value if fits else _too_long(str(value))


def _too_long(text: str) -> Broken:
    return Broken(shown(text), "is too long for a number", f"a number has at most {DIGITS_MAX} digits")


def _float(value: float) -> Value:
    """By its shortest decimals, which are those that were typed where they are few."""
    if value.is_integer() and abs(value) <= _SURE_WHOLE:
        return Decimal(int(value))
    number = Decimal(repr(value))
    if number.is_finite() and len(number.as_tuple().digits) > _SURE_DIGITS:
        return Broken(repr(value), f"is a float of more than {_SURE_DIGITS} digits, which is not exact", _INEXACT)
    return _number(number)


def _moment(value: datetime) -> Value:
    """Events are told in UTC, and what day it was elsewhere nobody said."""
    if value.utcoffset() not in (None, timedelta()):
        return Broken(value.isoformat(), "has a time zone other than UTC", "convert it to UTC, or make it a date")
    return datetime(value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond)

"""One sheet of a workbook: its cells as texts, exact numbers, dates and truth values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Context, Decimal, InvalidOperation

from aop_rules.importing.cell import Broken, Cell, Row, Value, within_caps
from aop_rules.importing.xml_text import BadXml, elements
from aop_rules.limits import DIGITS_MAX
from aop_rules.source.build import shown

_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_NUMBER = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?(?:[eE][-+]?[0-9]{1,3})?")
# A workbook holds what Excel wrote of a binary number, up to 17 digits; what it shows, and what was typed, has at most 15.
_SHOWN = Context(prec=15)
_DIGITS_SHOWN = 15
_FIRST_SURE_DAY = 61  # before: Excel counts a 29 February 1900 that never was
_LAST_DAY = 2_958_465  # 31 December 9999
_COMPUTE = "open the file in a spreadsheet, let it compute, and save it"


@dataclass(frozen=True, slots=True)
class Book:
    """What the cells of all sheets refer to."""

    file: str
    texts: tuple[str, ...]
    dates: frozenset[int]
    """Styles that show a date."""
    dates_1904: bool


@dataclass(slots=True)
class _Open:
    """A cell while it is read."""

    row: int
    column: int
    kind: str
    style: int
    text: str | None = None
    formula: bool = False


def read_sheet(book: Book, raw: bytes) -> Iterator[Row]:
    """The rows that hold anything, in order. Raises EventError (IMPORT_TOO_LARGE) and BadXml."""
    number = held = 0
    cells: dict[int, Cell] = {}
    cell: _Open | None = None
    phonetic = 0
    for each in elements(raw, ends=True):
        match each.name, each.ended:
            case "row", False:
                number = _row(each.get("r"), number)
                cells = {}
            case "row", True if cells:
                longest = max((len(c.value) for c in cells.values() if isinstance(c.value, str)), default=0)
                within_caps(book.file, number, max(cells), longest, held := held + 1)
                yield Row(number, cells)
            case "c", False:
                cell = _opened(each.get("r"), each.get("t"), each.get("s"), number, max(cells, default=0))
            case "rPh", ended:
                phonetic += -1 if ended else 1
            case "f", True if cell:
                cell.formula = True
            case ("v", True) | ("t", True) if cell and not phonetic:
                cell.text = (cell.text or "") + each.text
            case "c", True if cell:
                value = _value(book, cell)
                if value is not None:
                    cells[cell.column] = Cell(number, cell.column, value)
                cell = None
            case _:
                pass


def _row(said: str, before: int) -> int:
    if not said:
        return before + 1
    number = int(said) if said.isascii() and said.isdigit() and len(said) < 8 else 0
    if number <= before:
        raise BadXml("its rows are out of order")
    return number


def _opened(address: str, kind: str, style: str, row: int, before: int) -> _Open:
    column = before + 1
    if address:
        found = _ADDRESS.fullmatch(address)
        if found is None or int(found[2]) != row:
            raise BadXml("a cell stands in the wrong place")
        column = 0
        for letter in found[1]:
            column = column * 26 + ord(letter) - ord("A") + 1
        if column <= before:
            raise BadXml("a cell stands in the wrong place")
    return _Open(row, column, kind, int(style) if style.isascii() and style.isdigit() and len(style) < 7 else 0)


def _value(book: Book, cell: _Open) -> Value | None:
    text = cell.text
    if text is None or (text == "" and cell.kind != "str"):
        return Broken("=", "is a formula that was never computed", _COMPUTE) if cell.formula else None
    if cell.kind == "s":
        known = text.isascii() and text.isdigit() and len(text) < 10 and int(text) < len(book.texts)
        if not known:
            raise BadXml("a cell refers to a text that is not there")
        text = book.texts[int(text)]
    if cell.kind in ("s", "str", "inlineStr"):
        return text if text.strip() else None
    if cell.kind == "b":
        return text.strip() == "1"
    if cell.kind == "e":
        return Broken(text[:20], "is an error of the spreadsheet", "mend the formula in the cell")
    if cell.kind == "d":
        return _iso(text)
    return _numeric(book, cell, text.strip())


def _iso(text: str) -> Value:
    try:
        return datetime.fromisoformat(text.strip().removesuffix("Z")).replace(tzinfo=None)
    except ValueError:
        return text


def _numeric(book: Book, cell: _Open, text: str) -> Value:
    try:
        number = Decimal(text) if _NUMBER.fullmatch(text) else None
    except InvalidOperation:
        number = None
    if number is None:
        raise BadXml("a number in it is none")
    if len(number.as_tuple().digits) > _DIGITS_SHOWN:
        number = _SHOWN.plus(number)
    if cell.style in book.dates:
        return _date(number, book.dates_1904)
    return number if abs(number.adjusted()) < DIGITS_MAX else Broken(shown(text), "is too long for a number", "")


def _date(days: Decimal, dates_1904: bool) -> Value:
    if dates_1904:
        days += 1462
    if not _FIRST_SURE_DAY <= days < _LAST_DAY:
        return Broken(str(days), "is a date that cannot be read", "write a day from 1900-03-01 on")
    whole = int(days)
    seconds = int(((days - whole) * 86_400).to_integral_value())
    return datetime(1899, 12, 30) + timedelta(days=whole, seconds=seconds)

"""XLSX: the parts of the zip file and what they say, under caps. No part is unpacked past its cap, no XML entity is read.

Read here and not by a library, since those give numbers as floats: `438000000.1` must come out as it stands in the file.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from aop_rules.errors import EventError, Place, Problem, did_you_mean
from aop_rules.importing.cell import Table
from aop_rules.importing.sheet import Book, read_sheet
from aop_rules.importing.xml_text import BadXml, Element, elements
from aop_rules.limits import TABLE_BYTES_MAX, TABLE_UNPACKED_MAX, TEXT_MAX
from aop_rules.source.read import read_bytes

_SHEET = "/worksheet"
_OLD = b"\xd0\xcf\x11\xe0"  # a workbook of Excel 97-2003, or an encrypted one
# Formats of a date that every workbook has without declaring them.
_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))

_NO_PART_OF_IT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|general|s[.,]0+')


def read_workbook(path: Path, sheet: str) -> Table:
    """One sheet of a workbook, the first where none is named.

    Raises EventError: the codes of `source.read`, IMPORT_NOT_A_WORKBOOK, IMPORT_NO_SHEET, IMPORT_TOO_LARGE.
    """
    file = str(path)
    raw = read_bytes(path, TABLE_BYTES_MAX, error=EventError)
    if raw.startswith(_OLD):
        raise _not_one(file, "it is an old or an encrypted one")
    try:
        with _opened(file, raw) as archive:
            return _read(file, _Parts(file, archive), sheet)
    except BadXml as error:
        raise _not_one(file, str(error)) from None


# What zipfile raises for archives that are broken, encrypted or packed in a way that it does not know.
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError, OverflowError)


def _opened(file: str, raw: bytes) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
    except _BROKEN:
        raise _not_one(file, "it is no zip file") from None
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in archive.infolist()):
        raise _not_one(file, "it is packed in an unusual way")
    return archive


class _Parts:
    """The parts of the archive, all together within the cap."""

    def __init__(self, file: str, archive: zipfile.ZipFile) -> None:
        self._file = file
        self._archive = archive
        self._names = frozenset(archive.namelist())
        self._left = TABLE_UNPACKED_MAX

    def has(self, name: str) -> bool:
        return name in self._names

    def read(self, name: str) -> bytes:
        if name not in self._names:
            raise _not_one(self._file, f"it has no part `{name[:80]}`")
        try:
            with self._archive.open(name) as part:
                content = part.read(self._left + 1)
        except _BROKEN:
            raise _not_one(self._file, f"its part `{name[:80]}` is broken") from None
        self._left -= len(content)
        if self._left < 0:
            hint = f"at most {TABLE_UNPACKED_MAX // 1_000_000} MB unpacked; save only the sheet that is read"
            raise EventError([Problem(Place(self._file), "IMPORT_TOO_LARGE", "the workbook is too large", hint)])
        return content


def _read(file: str, parts: _Parts, sheet: str) -> Table:
    main = _target(parts, "", "/officeDocument")
    if main is None:
        raise _not_one(file, "it names no workbook")
    sheets: dict[str, str] = {}
    dates_1904 = False
    for each in elements(parts.read(main)):
        if each.name == "sheet":
            sheets.setdefault(each.get("name"), each.get("id"))
        dates_1904 |= each.name == "workbookPr" and each.get("date1904") in ("1", "true")
    related = _relations(parts, main)
    name = sheet or next(iter(sheets), "")
    target = related.get(sheets.get(name, ""))
    if target is None or not target[0].endswith(_SHEET):
        message = f"the workbook has no sheet `{name}`"
        raise EventError([Problem(Place(file), "IMPORT_NO_SHEET", message, did_you_mean(name, sheets))])
    texts = next((path for kind, path in related.values() if kind.endswith("/sharedStrings")), None)
    styles = next((path for kind, path in related.values() if kind.endswith("/styles")), None)
    book = Book(
        file,
        tuple(_texts(parts.read(texts))) if texts and parts.has(texts) else (),
        _dates(parts.read(styles)) if styles and parts.has(styles) else frozenset(),
        dates_1904,
    )
    return Table(file, tuple(read_sheet(book, parts.read(target[1]))))


def _target(parts: _Parts, part: str, kind: str) -> str | None:
    return next((path for said, path in _relations(parts, part).values() if said.endswith(kind)), None)


def _relations(parts: _Parts, part: str) -> dict[str, tuple[str, str]]:
    """What a part refers to: id to kind and path."""
    folder, name = posixpath.split(part)
    there = posixpath.join(folder, "_rels", f"{name}.rels")
    if not parts.has(there):
        return {}
    return {
        each.get("Id"): (each.get("Type"), _path(folder, each.get("Target")))
        for each in elements(parts.read(there))
        if each.name == "Relationship"
    }


def _path(folder: str, target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))


def _texts(raw: bytes) -> Iterator[str]:
    """The texts that cells refer to by number; readings of characters (`rPh`) are no part of them."""
    told: list[str] = []
    phonetic = 0
    for each in elements(raw, ends=True):
        if each.name == "rPh":
            phonetic += -1 if each.ended else 1
        elif each.ended and each.name == "t" and not phonetic:
            told.append(each.text)
        elif each.ended and each.name == "si":
            yield "".join(told)[: TEXT_MAX + 1]
            told = []


def _dates(raw: bytes) -> frozenset[int]:
    """The numbers of the cell styles that show a date."""
    own: set[int] = set()
    styles: list[int] = []
    inside = False
    for each in elements(raw, ends=True):
        if each.name == "cellXfs":
            inside = not each.ended
        elif each.ended:
            continue
        elif each.name == "numFmt" and _shows_date(each.get("formatCode")):
            own.add(_number(each, "numFmtId"))
        elif each.name == "xf" and inside:
            styles.append(_number(each, "numFmtId"))
    return frozenset(n for n, form in enumerate(styles) if form in own or form in _DATE_FORMATS)


def _number(element: Element, name: str) -> int:
    text = element.get(name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _shows_date(code: str) -> bool:
    """Whether a number format shows days or times: it has their letters, and no digits but those of seconds."""
    plain = _NO_PART_OF_IT.sub("", code[:500].lower())
    return any(letter in plain for letter in "ydhms") and not any(digit in plain for digit in "0#?")


def _not_one(file: str, why: str) -> EventError:
    message = f"this is no workbook that can be read: {why}"
    return EventError([Problem(Place(file), "IMPORT_NOT_A_WORKBOOK", message, "save it as .xlsx, or as CSV in UTF-8")])

"""Workbooks: what a cell holds comes out exactly, and what is no workbook, or a dangerous one, is one clear error."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aop_rules.errors import EventError
from aop_rules.importing import workbook as reader
from aop_rules.importing.cell import Broken
from aop_rules.importing.workbook import read_workbook
from workbooks import BABYCARE, Raw, archive, spending, workbook

FIRST = "xl/worksheets/sheet1.xml"
SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)


def values(file: Path, sheet: str = "") -> dict[str, Any]:
    return {cell.address: cell.value for row in read_workbook(file, sheet).rows for cell in row.cells.values()}


def kept(folder: Path, content: bytes) -> Path:
    file = folder / "a.xlsx"
    file.write_bytes(content)
    return file


def one(folder: Path, value: Any) -> Any:
    return values(kept(folder, workbook([[value]]))).get("A1")


def refusal(folder: Path, content: bytes, sheet: str = "") -> str:
    with pytest.raises(EventError) as found:
        read_workbook(kept(folder, content), sheet)
    (problem,) = found.value.problems
    assert problem.hint
    return f"{problem.code}: {problem.message}"


def test_each_kind_of_cell(tmp_path: Path) -> None:
    row = ["Kỳ", 438_000_000, Decimal("12.50"), date(2026, 5, 31), True, None, "  "]
    assert values(kept(tmp_path, workbook([row]))) == {
        "A1": "Kỳ",
        "B1": 438_000_000,
        "C1": Decimal("12.5"),
        "D1": datetime(2026, 5, 31),
        "E1": True,
    }


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("><v>4.38E8</v>", Decimal(438_000_000)),
        ("><v>438000000.1</v>", Decimal("438000000.1")),
        ("><v>0.30000000000000004</v>", Decimal("0.3")),
        ("><v>7.0000000000000007E-2</v>", Decimal("0.07")),
        (">" + "<f>1+1</f><v>2</v>", Decimal(2)),
        ('t="str"><f>A2</f><v>May</v>', "May"),
        ('t="inlineStr"><is><r><t>Ma</t></r><r><t>y</t></r><rPh><t>x</t></rPh></is>', "May"),
        ('t="d"><v>2026-05-31</v>', datetime(2026, 5, 31)),
        ('s="1"><v>46173.5</v>', datetime(2026, 5, 31, 12)),
    ],
)
def test_a_number_is_what_stands_in_the_file_and_no_float(raw: str, value: Any, tmp_path: Path) -> None:
    assert one(tmp_path, Raw(raw)) == value


@pytest.mark.parametrize(
    "raw",
    ["><f>1+1</f>", "><f>1+1</f><v></v>", 't="e"><v>#REF!</v>', 's="1"><v>3</v>', 's="1"><v>-1</v>', "><v>1E300</v>"],
)
def test_a_cell_without_a_value_says_why(raw: str, tmp_path: Path) -> None:
    found = one(tmp_path, Raw(raw))
    assert isinstance(found, Broken) and found.message


@pytest.mark.parametrize(
    ("code", "is_date"),
    [
        ("dd/mm/yyyy", True),
        ("[$-42A]d mmmm yyyy", True),
        ("mm:ss.0", True),
        ("General", False),
        ("#,##0 &quot;đồng hay day&quot;", False),
        ("#,##0\\ \\d", False),
        ("#,##0 VND", False),
        ("0.00%", False),
        ("[Red]0", False),
    ],
)
def test_a_format_shows_a_date_or_a_number(code: str, is_date: bool, tmp_path: Path) -> None:
    styles = f'<styleSheet><numFmts><numFmt numFmtId="200" formatCode="{code}"/></numFmts><cellXfs><xf/><xf numFmtId="200"/></cellXfs></styleSheet>'
    found = values(kept(tmp_path, workbook([[Raw('s="1"><v>46173</v>')]], {"xl/styles.xml": styles})))
    assert isinstance(found["A1"], datetime) == is_date


def test_a_workbook_that_counts_from_1904(tmp_path: Path) -> None:
    content = workbook([[date(2026, 5, 31)]])
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        main = file.read("xl/workbook.xml").decode().replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
    found = values(kept(tmp_path, workbook([[date(2026, 5, 31)]], {"xl/workbook.xml": main})))
    assert found["A1"] == datetime(2030, 6, 1)


def test_a_sheet_is_found_by_its_name(tmp_path: Path) -> None:
    content = workbook({"one": [[1]], "Tháng 5": [[2]]})
    file = kept(tmp_path, content)
    assert (values(file), values(file, "Tháng 5")) == ({"A1": 1}, {"A1": 2})
    assert refusal(tmp_path, content, "Tháng 6") == "IMPORT_NO_SHEET: the workbook has no sheet `Tháng 6`"


BAD: dict[str, Mapping[str, str | None]] = {
    "no sheet part": {FIRST: None},
    "no relations": {"_rels/.rels": None},
    "broken XML": {FIRST: "<worksheet>"},
    "entities": {FIRST: '<!DOCTYPE a [<!ENTITY b "c">]>' + SHEET.format("<row><c><v>1</v></c></row>")},
    "a cell in another row": {FIRST: SHEET.format('<row r="2"><c r="A9"><v>1</v></c></row>')},
    "cells out of order": {FIRST: SHEET.format('<row r="2"><c r="B2"><v>1</v></c><c r="A2"><v>1</v></c></row>')},
    "a row twice": {FIRST: SHEET.format('<row r="2"/><row r="2"/>')},
    "a text that is not there": {FIRST: SHEET.format('<row><c t="s"><v>99</v></c></row>')},
    "no number": {FIRST: SHEET.format("<row><c><v>many</v></c></row>")},
}


@pytest.mark.parametrize("name", BAD)
def test_a_broken_workbook_is_refused(name: str, tmp_path: Path) -> None:
    assert refusal(tmp_path, workbook([["x"]], BAD[name])).startswith("IMPORT_NOT_A_WORKBOOK")


@pytest.mark.parametrize(
    "content", [b"", b"PK", b"\xd0\xcf\x11\xe0 old", b"a;b\n1;2", archive({"mimetype": "opendocument"})]
)
def test_another_file_is_refused(content: bytes, tmp_path: Path) -> None:
    assert refusal(tmp_path, content).startswith("IMPORT_NOT_A_WORKBOOK")


def test_a_small_file_that_unpacks_to_a_large_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "TABLE_UNPACKED_MAX", 100_000)
    assert values(kept(tmp_path, workbook([[1]])))
    bomb = workbook([[1]], {FIRST: " " * 200_000})
    assert len(bomb) < 5_000
    assert refusal(tmp_path, bomb).startswith("IMPORT_TOO_LARGE")


@settings(max_examples=150)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.getbasetemp()
    for raw in (content, b"PK\x03\x04" + content):
        with pytest.raises(EventError):
            read_workbook(kept(folder, raw), "")


@settings(max_examples=200)
@given(st.randoms(use_true_random=False))
def test_a_workbook_with_a_byte_changed_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, random: Random
) -> None:
    content = bytearray(WHOLE)
    for _ in range(random.randint(1, 4)):
        content[random.randrange(len(content))] = random.randrange(256)
    file = kept(tmp_path_factory.getbasetemp(), bytes(content))
    try:
        read_workbook(file, "")
    except EventError as error:
        assert error.problems


@settings(max_examples=200)
@given(st.randoms(use_true_random=False))
def test_a_sheet_with_a_sign_changed_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, random: Random
) -> None:
    """As above, inside of the zip file, where no checksum notices."""
    with zipfile.ZipFile(io.BytesIO(WHOLE)) as file:
        parts = {name: file.read(name).decode() for name in file.namelist()}
    name = random.choice([each for each in parts if each != "[Content_Types].xml"])
    text, at = parts[name], random.randrange(len(parts[name]))
    parts[name] = text[:at] + random.choice(["", "<", ">", "/", '"', "&", "9", "A", "-", text[:at]]) + text[at + 1 :]
    try:
        read_workbook(kept(tmp_path_factory.getbasetemp(), archive(parts)), "")
    except EventError as error:
        assert error.problems


WHOLE = workbook([["Kỳ", 438_000_000, Decimal("12.50"), date(2026, 5, 31), True], ["x", Raw("><f>1+1</f><v>2</v>")]])


def test_the_workbook_of_the_example_is_what_its_script_writes(tmp_path: Path) -> None:
    now = values(kept(tmp_path, workbook({"Sổ chi": spending()})))
    assert values(BABYCARE / "imports" / "so_chi_2026.xlsx", "Sổ chi") == now

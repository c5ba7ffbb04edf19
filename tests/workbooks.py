"""Small workbooks (XLSX) for tests and examples, written part by part; the same bytes each time.

`python tests/workbooks.py` writes the one in `examples/babycare_house/imports/`.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts>'
    '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>'
)
BABYCARE = Path(__file__).parents[1] / "examples" / "babycare_house"
Rows = Sequence[Sequence[Any]]


class Raw(str):
    """The XML of a cell, from `t="…"` on, as it shall stand in the file."""


def workbook(sheets: Mapping[str, Rows] | Rows, replaced: Mapping[str, str | None] | None = None) -> bytes:
    """A workbook of these sheets: texts, numbers, days and truth values; None is an empty cell. `replaced` are parts to be
    written otherwise, or (None) left out.
    """
    named = sheets if isinstance(sheets, Mapping) else {"Sheet1": sheets}
    texts: dict[str, int] = {}
    parts = {f"xl/worksheets/sheet{n}.xml": _sheet(rows, texts) for n, rows in enumerate(named.values(), 1)}
    listed = "".join(f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(named, 1))
    related = [(f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(named) + 1)]
    related += [("rIdS", "styles", "styles.xml"), ("rIdT", "sharedStrings", "sharedStrings.xml")]
    shared = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in texts)
    parts |= {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">{_types(parts)}</Types>',
        "_rels/.rels": _relations([("rId1", "officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relations(related),
        "xl/styles.xml": _STYLES,
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}" count="{len(texts)}" uniqueCount="{len(texts)}">{shared}</sst>',
    }
    return archive({name: text for name, text in (parts | dict(replaced or {})).items() if text is not None})


def archive(parts: Mapping[str, str]) -> bytes:
    """A zip file of these parts, as of one fixed day."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in parts.items():
            head = "" if text.startswith("<?xml") else '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            file.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), head + text, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def _types(sheets: Iterable[str]) -> str:
    kinds = {"xl/workbook.xml": "sheet.main", "xl/styles.xml": "styles", "xl/sharedStrings.xml": "sharedStrings"}
    kinds |= dict.fromkeys(sheets, "worksheet")
    one = "application/vnd.openxmlformats-officedocument.spreadsheetml."
    rows = [f'<Override PartName="/{name}" ContentType="{one}{kind}+xml"/>' for name, kind in kinds.items()]
    rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return rels + '<Default Extension="xml" ContentType="application/xml"/>' + "".join(rows)


def _relations(rows: Iterable[tuple[str, str, str]]) -> str:
    inside = "".join(f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{to}"/>' for key, kind, to in rows)
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inside}</Relationships>'


def _sheet(rows: Rows, texts: dict[str, int]) -> str:
    told = []
    for n, row in enumerate(rows, 1):
        cells = "".join(_cell(value, f"{_letters(c)}{n}", texts) for c, value in enumerate(row, 1) if value is not None)
        told.append(f'<row r="{n}">{cells}</row>')
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{"".join(told)}</sheetData></worksheet>'


def _cell(value: Any, address: str, texts: dict[str, int]) -> str:
    if isinstance(value, Raw):
        return f'<c r="{address}" {value}</c>'
    if isinstance(value, bool):
        return f'<c r="{address}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, date):
        return f'<c r="{address}" s="1"><v>{(value - date(1899, 12, 30)).days}</v></c>'
    if isinstance(value, int | Decimal):
        return f'<c r="{address}"><v>{value}</v></c>'
    return f'<c r="{address}" t="s"><v>{texts.setdefault(value, len(texts))}</v></c>'


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def spending() -> Rows:
    """The book of spending of the example: what its history holds, as a shop would keep it."""
    names = {"online_marketing": "Marketing online", "fixed_costs": "Chi phí cố định", "purchasing": "Nhập hàng"}
    events = [
        json.loads(line)
        for line in (BABYCARE / "history" / "2026_jan_may.jsonl").read_text("utf-8").split("\n")
        if line
    ]
    spent = [event for event in events if event["kind"] == "actual"]
    rows = [
        (
            date.fromisoformat(e["effective_date"]),
            e["doc"],
            names[e["line"]],
            e["amount"],
            date.fromisoformat(e["known_at"]),
        )
        for e in spent
    ]
    head = ("Ngày", "Số chứng từ", "Khoản mục", "Số tiền", "Ngày ghi sổ")
    total = Raw(f"><f>SUM(D4:D{3 + len(rows)})</f><v>{sum(row[3] for row in rows)}</v>")
    return [("BabyCare House: sổ chi năm 2026",), (), head, *rows, ("Tổng cộng", None, None, total)]


if __name__ == "__main__":
    file = BABYCARE / "imports" / "so_chi_2026.xlsx"
    file.write_bytes(workbook({"Ghi chú": [("Sổ này do chủ cửa hàng giữ.",)], "Sổ chi": spending()}))

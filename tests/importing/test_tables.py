"""Tables by a mapping: every cell is in an event or in a problem, each problem at its cell, and all of them at once."""

from __future__ import annotations

import io
from collections.abc import Sequence
from csv import writer
from datetime import date
from fractions import Fraction
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest
from edits import edited
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from aop_rules.errors import EventError, PlanError, Problem
from aop_rules.events import canonical
from aop_rules.facts.check import event_problems
from aop_rules.importing.reading import Imported, read_events, read_import
from aop_rules.plan.imports import Import
from aop_rules.plan.load import dump, plan_from
from strategies import babycare_plan
from workbooks import Raw, workbook

PLAN = plan_from(babycare_plan())
READINGS: dict[str, Any] = {
    "id": "figures",
    "format": "vi",
    "event": {"kind": "kpi_observation"},
    "columns": {"Kỳ": "period", "Chỉ tiêu": "kpi", "Giá trị": "value"},
}
WIDE: dict[str, Any] = {
    **READINGS,
    "columns": {"Kỳ": "period", "Ngày chốt": "known_at"},
    "wide": {"Online": "online_revenue", "Cửa hàng": "store_revenue"},
}
SPENT: dict[str, Any] = {
    "id": "spending",
    "format": "vi",
    "event": {"kind": "actual"},
    "columns": {"Ngày": "effective_date", "Số": "doc", "Khoản": "line", "Tiền": "amount"},
    "words": {"Nhập hàng": "purchasing", "Quảng cáo": "online_marketing"},
}


def table(folder: Path, text: str, name: str = "a.csv") -> Path:
    file = folder / name
    file.write_bytes(text.encode())
    return file


def imported(file: Path, mapping: dict[str, Any], **more: Any) -> Imported:
    return read_import(file, Import(**{**mapping, **more}), PLAN)


def problems(file: Path, mapping: dict[str, Any], **more: Any) -> list[Problem]:
    with pytest.raises(EventError) as found:
        imported(file, mapping, **more)
    assert all(problem.hint for problem in found.value.problems)
    return list(found.value.problems)


def told(file: Path, mapping: dict[str, Any], **more: Any) -> list[str]:
    return [f"{p.place.line}:{p.place.column} {p.code}" for p in problems(file, mapping, **more)]


# ── what is read ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_row_is_one_event(tmp_path: Path) -> None:
    file = table(tmp_path, "Kỳ;Chỉ tiêu;Giá trị\n05/2026;online_revenue;438.000.000\n")
    (event,) = imported(file, READINGS).file.events
    assert canonical(event) == (
        '{"effective_date":"2026-05-31","event_id":"figures:online_revenue:2026-05","kind":"kpi_observation",'
        '"kpi":"online_revenue","period":"2026-05","value":438000000}'
    )


def test_one_cell_of_a_wide_table_is_one_event_and_an_empty_one_is_none(tmp_path: Path) -> None:
    text = (
        "Kỳ;Ngày chốt;Online;Cửa hàng\nTháng 4;03/05/2026;363.000.000;\nTháng 5;;438.000.000;662.000.000\nTháng 6;;;\n"
    )
    found = imported(table(tmp_path, text), WIDE)
    assert [(e.event_id, e.value) for e in found.file.events] == [  # type: ignore[attr-defined]
        ("figures:online_revenue:2026-04", 363_000_000),
        ("figures:online_revenue:2026-05", 438_000_000),
        ("figures:store_revenue:2026-05", 662_000_000),
    ]
    assert (found.rows, found.without_figures) == (3, 1)
    place = found.file.place(found.file.events[2], ("value",))
    assert (place.line, place.column) == (3, 4)


def test_words_of_the_file_become_names_of_the_plan(tmp_path: Path) -> None:
    file = table(tmp_path, "Ngày;Số;Khoản;Tiền\n31/05/2026;HD-1;Nhập  hàng;(1.500.000 ₫)\n")
    (event,) = imported(file, SPENT).file.events
    assert (event.line, event.amount, event.event_id) == ("purchasing", -1_500_000, "spending:HD-1:purchasing")  # type: ignore[attr-defined]


def test_the_same_table_in_csv_and_in_a_workbook_is_the_same_events(tmp_path: Path) -> None:
    rows = [["Ngày", "Số", "Khoản", "Tiền"], [date(2026, 5, 31), 1023, "Nhập hàng", 700_000_000]]
    book = tmp_path / "a.xlsx"
    book.write_bytes(workbook(rows))
    text = table(tmp_path, "Ngày,Số,Khoản,Tiền\n31/05/2026,1023,Nhập hàng,700.000.000\n")
    assert imported(book, SPENT).file.events == imported(text, SPENT).file.events


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_the_one_that_gives_the_headings(delimiter: str, tmp_path: Path) -> None:
    text = "\ufeffKỳ;Chỉ tiêu;Giá trị\r\n05/2026;online_revenue;5\r\n".replace(";", delimiter)
    assert len(imported(table(tmp_path, text), READINGS).file.events) == 1


def test_titles_above_and_totals_below_are_left_out(tmp_path: Path) -> None:
    text = "Báo cáo\n\nKỳ;Chỉ tiêu;Giá trị\n05/2026;cash;5\n\n Tổng  cộng ;;5\n"
    found = imported(table(tmp_path, text), READINGS, header=3, skip_rows="Tổng cộng")
    assert (len(found.file.events), found.left_out) == (1, 1)


def test_columns_may_be_skipped_by_name_or_all_the_rest(tmp_path: Path) -> None:
    file = table(tmp_path, "Kỳ;Chỉ tiêu;Giá trị;Ghi chú;Khác\n05/2026;cash;5;x;y\n")
    assert told(file, READINGS, skip="Ghi chú") == ["1:5 IMPORT_UNKNOWN_COLUMN"]
    assert len(imported(file, READINGS, skip="*").file.events) == 1


def test_what_the_mapping_says_of_all_holds_where_a_cell_is_empty(tmp_path: Path) -> None:
    text = "Kỳ;Chỉ tiêu;Giá trị;Loại\n04/2026;cash;5;\n05/2026;cash;5;provisional\n"
    columns = {**READINGS["columns"], "Loại": "status"}
    event = {"kind": "kpi_observation", "status": "final"}
    found = imported(table(tmp_path, text), READINGS, columns=columns, event=event).file.events
    assert [each.status for each in found] == ["final", "provisional"]  # type: ignore[attr-defined]


def test_a_key_within_a_key_and_an_attribute_by_its_type(tmp_path: Path) -> None:
    plan = plan_from({**babycare_plan(), "attributes": {"rating": "number"}})
    file = table(tmp_path, "Số;Ngày;Rủi ro;Điểm\nA;31/05/2026;weak_demand;1,5\n")
    columns = {"Số": "event_id", "Ngày": "effective_date", "Rủi ro": "links.risks", "Điểm": "attributes.rating"}
    mapping = Import(
        id="n", format="vi", event={"kind": "new_risk", "links": {"goals": "total_revenue"}}, columns=columns
    )
    (event,) = read_import(file, mapping, plan).file.events
    assert (event.links.goals, event.links.risks, event.attributes["rating"]) == (
        ("total_revenue",),
        ("weak_demand",),
        "1.5",
    )


def test_in_a_workbook_a_share_is_a_share(tmp_path: Path) -> None:
    book = tmp_path / "a.xlsx"
    book.write_bytes(
        workbook(
            [["Kỳ", "Chỉ tiêu", "Giá trị"], ["T5", "online_share", Raw("><v>0.35</v>")], ["T6", "online_share", "35%"]]
        )
    )
    first, second = imported(book, READINGS).file.events
    assert first.value == second.value == Fraction(7, 20)  # type: ignore[attr-defined]


# ── what is refused ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_all_problems_of_all_rows_are_told_at_once_each_at_its_cell(tmp_path: Path) -> None:
    text = "Ngày;Số;Khoản;Tiền\n31/02/2026;HD-1;x;438,000,000\n2026-05-01;HD-2;x;5 $\n2026-05-01;;x;5\n2026-05-01;HD-4;x;\n"
    assert told(table(tmp_path, text), SPENT) == [
        "2:1 IMPORT_DATE",
        "2:4 IMPORT_NUMBER",
        "3:4 IMPORT_CURRENCY",
        "4:1 IMPORT_EMPTY_CELL",
        "5:4 IMPORT_EMPTY_CELL",
    ]


def test_a_problem_names_the_cell_the_heading_and_what_stands_there(tmp_path: Path) -> None:
    file = table(tmp_path, "Kỳ;Chỉ tiêu;Giá trị\n05/2026;cash;438,000,000\n")
    (problem,) = problems(file, READINGS)
    assert str(problem) == (
        f"{file}:2:3: IMPORT_NUMBER: `438,000,000` (C2, column `Giá trị`) is no number as it is written in Vietnamese "
        "(write it as in `438.000.000` or `1.234,5`; where the file is written in English: `format: en`)"
    )


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", ["1:1 IMPORT_NO_HEADINGS"]),
        ("Kỳ;Chỉ tiêu\n", ["1:1 IMPORT_MISSING_COLUMN"]),
        ("Kỳ;Chỉ tiêu;Giá trị;Giá trị\n", ["1:4 IMPORT_COLUMN_TWICE"]),
        ("Kỳ;Chỉ tiêu;Giá trị;\n05/2026;cash;5;7\n", ["2:4 IMPORT_UNKNOWN_COLUMN"]),
        ("Kỳ;Chỉ tiêu;Giá trị\n05/2026;cash;5;\n05/2026;cash\n", ["2:1 IMPORT_ROW_WIDTH", "3:1 IMPORT_ROW_WIDTH"]),
        ('Kỳ;Chỉ tiêu;Giá trị\n05/2026;cash;"5\n', ["2:1 IMPORT_SYNTAX"]),
        ("Kỳ;Chỉ tiêu;Giá trị\n05/2026;cash;5\n5/2026;cash;6\n", ["3:1 IMPORT_ROW_TWICE"]),
        ("Kỳ;Chỉ tiêu;Giá trị\n13/2026;cash;5\n", ["2:1 IMPORT_PERIOD"]),
        ("Kỳ;Chỉ tiêu;Giá trị\n05/2026;" + "x" * 201 + ";5\n", ["2:2 EVENT_WRONG_VALUE"]),
        ("Kỳ;Chỉ tiêu;Giá trị\n;cash;5\n", ["2:1 IMPORT_EMPTY_CELL"]),
    ],
)
def test_a_table_that_does_not_fit_is_refused(text: str, codes: list[str], tmp_path: Path) -> None:
    assert told(table(tmp_path, text), READINGS) == codes


def test_a_decimal_comma_that_splits_a_cell_is_never_read_as_another_number(tmp_path: Path) -> None:
    """Without quotes `1.234,5` is two cells, and an empty note behind it would hide that."""
    file = table(tmp_path, "Kỳ,Chỉ tiêu,Giá trị,Ghi chú\n05/2026,cash,1.234,5,\n")
    assert told(file, READINGS, skip="*") == ["2:1 IMPORT_ROW_WIDTH"]


def test_of_many_problems_a_hundred_are_told_and_how_many_more(tmp_path: Path) -> None:
    file = table(tmp_path, "Kỳ;Chỉ tiêu;Giá trị\n" + "05/2026;cash;x\n" * 250)
    found = problems(file, READINGS)
    assert (len(found), found[-1].code, "150 more" in found[-1].message) == (101, "EVENT_MORE", True)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"event": {"kind": "reading"}}, "there is no kind of event `reading`"),
        ({"columns": {"a": "perod"}}, "an event of kind `kpi_observation` has no key `perod`"),
        ({"event": {"kind": "kpi_observation", "amount": 5}}, "an event of kind `kpi_observation` has no key `amount`"),
        ({"identity": ["doc"]}, "an event of kind `kpi_observation` has no key `doc`"),
        ({"columns": {"a": "period", "b": "period"}}, "two columns say `period`"),
        ({"event": {"kind": "actual"}, "columns": {"a": "line", "b": "amount"}}, "nothing tells one `actual` from another"),
        ({"event": {"kind": "period_close"}, "columns": {"a": "period"}, "wide": {"b": "x"}}, "an event of kind `period_close` is no figure of a KPI, line or role"),
        ({"wide": {"b": "cash"}}, "`value` comes from the columns under `wide`"),
    ],
)  # fmt: skip
def test_a_mapping_that_makes_no_events_is_refused(more: dict[str, Any], said: str, tmp_path: Path) -> None:
    found = problems(table(tmp_path, "a\n"), READINGS, **more)
    assert said in [problem.message for problem in found]
    assert {problem.code for problem in found} == {"IMPORT_MAPPING"}


@pytest.mark.parametrize(
    "more",
    [{"event": {}}, {"columns": {}}, {"wide": {"Kỳ": "cash"}}, {"header": 0}, {"format": "de"}, {"delimiter": "::"}],
)
def test_a_mapping_has_a_shape(more: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Import(**{**READINGS, **more})


def test_a_mapping_in_python_needs_an_id(tmp_path: Path) -> None:
    nameless = Import(**{key: value for key, value in READINGS.items() if key != "id"})
    with pytest.raises(EventError, match="the import has no id"):
        read_events(table(tmp_path, "a\n"), nameless)


def test_a_mapping_is_named_in_the_plan_or_stands_in_a_file(tmp_path: Path) -> None:
    plan = plan_from({**babycare_plan(), "imports": {"figures": {k: v for k, v in READINGS.items() if k != "id"}}})
    assert plan_from(dump(plan)) == plan
    file = table(tmp_path, "Kỳ;Chỉ tiêu;Giá trị\n05/2026;cash;5\n")
    text = "{event: {kind: kpi_observation}, format: vi, columns: {Kỳ: period, Chỉ tiêu: kpi, Giá trị: value}}"
    one = table(tmp_path, f"imports:\n  figures: {text}\n", "one.yaml")
    two = table(tmp_path, f"imports:\n  figures: {text}\n  others: {text}\n", "two.yaml")
    events = read_events(file, "figures", plan=plan)
    assert len(events) == 1
    assert events == read_events(file, one, plan=PLAN) == read_events(file, f"{two}#figures", plan=PLAN)
    for name in ("figure", two, f"{two}#other", None):
        with pytest.raises(EventError) as found:
            read_events(file, name, plan=plan)
        assert found.value.problems[0].code in ("IMPORT_UNKNOWN_MAPPING", "IMPORT_NO_MAPPING")


# ── theorems ────────────────────────────────────────────────────────────────────────────────────────────────────────

CELL = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12) | st.sampled_from(
    ["", "05/2026", "Tháng 4", "cash", "online_revenue", "1.234", "5", "x", "31/05/2026", "Nhập hàng", "HD-1"]
)
ROWS = st.lists(st.lists(CELL, min_size=4, max_size=4), max_size=6)
LENIENT = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


def written(rows: Sequence[Sequence[str]]) -> str:
    held = io.StringIO()
    writer(held, delimiter=";").writerows(rows)
    return held.getvalue()


@LENIENT
@given(ROWS)
def test_no_cell_is_ever_silently_dropped(tmp_path: Path, rows: list[list[str]]) -> None:
    """Where a table is read, each cell that is not empty says something in an event of its row, or its row has no figure."""
    file = table(tmp_path, written([["Ngày chốt", "Kỳ", "Online", "Cửa hàng"], *rows]))
    try:
        found = imported(file, WIDE)
    except EventError as error:
        assert error.problems
        return
    figures = sum(bool(cell.strip()) for row in rows for cell in row[2:])
    assert len(found.file.events) == figures
    assert found.without_figures == sum(
        any(c.strip() for c in row[:2]) and not any(c.strip() for c in row[2:]) for row in rows
    )


@LENIENT
@given(st.binary(max_size=300) | ROWS.map(lambda rows: written(rows).encode()))
def test_any_bytes_are_a_table_or_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "b.csv"
    file.write_bytes(content)
    for mapping in (READINGS, WIDE, SPENT):
        try:
            imported(file, mapping)
        except EventError as error:
            assert error.problems


@LENIENT
@given(st.permutations(range(4)), st.permutations(range(3)))
def test_the_order_of_rows_and_columns_changes_no_event(tmp_path: Path, columns: list[int], rows: list[int]) -> None:
    body = [["31/05/2026", "HD-1", "Nhập hàng", "5"], ["30/05/2026", "HD-2", "Quảng cáo", "7"], ["", "", "", ""]]
    head = ["Ngày", "Số", "Khoản", "Tiền"]
    file = table(tmp_path, written([[row[c] for c in columns] for row in (head, *(body[r] for r in rows))]))
    found = sorted(imported(file, SPENT).file.events, key=lambda event: event.event_id)
    assert [event.event_id for event in found] == ["spending:HD-1:purchasing", "spending:HD-2:online_marketing"]


def test_what_tells_rows_apart(tmp_path: Path) -> None:
    moved = {"Ngày": "effective_date", "Số": "doc", "Từ": "from", "Sang": "to", "Tiền": "amount"}
    file = table(tmp_path, "Ngày;Số;Từ;Sang;Tiền\n31/05/2026;CT:1;purchasing;online_marketing;5\n")
    (event,) = imported(file, SPENT, event={"kind": "budget_transfer"}, columns=moved).file.events
    assert event.event_id == "spending:CT%3A1"
    file = table(tmp_path, "Quảng cáo;Nhập hàng\n5;7\n")
    wide = {"Quảng cáo": "online_marketing", "Nhập hàng": "purchasing"}
    found = imported(file, SPENT, event={"kind": "actual", "period": "2026-05"}, columns={}, wide=wide).file.events
    assert [each.event_id for each in found] == ["spending:2026-05:online_marketing", "spending:2026-05:purchasing"]
    file = table(tmp_path, "Ngày;Số;Khoản;Tiền\n31/05/2026;" + "x" * 195 + ";purchasing;5\n")
    (event,) = imported(file, SPENT).file.events
    assert len(event.event_id) == len("spending:") + 64


@settings(LENIENT, max_examples=50)
@given(st.randoms(use_true_random=False))
def test_any_mapping_reads_a_table_or_is_refused(tmp_path: Path, random: Random) -> None:
    mapping = edited(
        {key: value for key, value in random.choice([READINGS, WIDE, SPENT]).items() if key != "id"}, random
    )
    file = table(
        tmp_path, "Kỳ;Chỉ tiêu;Giá trị;Online;Ngày;Số;Khoản;Tiền\n05/2026;cash;5;7;31/05/2026;HD-1;purchasing;9\n"
    )
    try:
        plan = plan_from({**babycare_plan(), "imports": {"any": mapping}})
        read_import(file, plan.imports["any"].model_copy(update={"skip": ("*",)}), plan)
    except (EventError, PlanError) as error:
        assert error.problems


def test_what_does_not_fit_the_plan_is_told_with_what_cannot_be_read(tmp_path: Path) -> None:
    rows = "31/05/2026;a;Quảng cao;1.000\n32/05/2026;b;Nhập hàng;1.000\n31/05/2026;c;Nhập hàng;1.234,5\n"
    file = table(tmp_path, "Ngày;Số;Khoản;Tiền\n" + rows)
    with pytest.raises(EventError) as found:
        read_import(file, Import(**SPENT), PLAN, partial(event_problems, PLAN))
    assert [f"{p.place.line}:{p.place.column} {p.code}" for p in found.value.problems] == [
        "2:3 EVENT_UNKNOWN_ID",
        "3:1 IMPORT_DATE",
        "4:4 EVENT_MINOR_UNIT",
    ]
    assert "(C2, column `Khoản`)" in found.value.problems[0].message


@pytest.mark.parametrize(
    ("kpi", "written", "code"),
    [
        ("online_share", "45,2", "EVENT_BARE_SHARE"),
        ("online_share", "1.234,5", "EVENT_BARE_SHARE"),
        ("online_revenue", "438.000.000,5", "EVENT_MINOR_UNIT"),
        ("revenue", "438.000.000", "EVENT_SUM_READ"),
    ],
)
def test_a_cell_is_read_as_its_kpi_is(tmp_path: Path, kpi: str, written: str, code: str) -> None:
    file = table(tmp_path, f"Kỳ;Giá trị\n05/2026;{written}\n")
    mapping = Import(**{**READINGS, "columns": {"Kỳ": "period"}, "wide": {"Giá trị": kpi}})
    with pytest.raises(EventError) as found:
        read_import(file, mapping, PLAN, partial(event_problems, PLAN))
    (problem,) = found.value.problems
    assert (problem.place.line, problem.place.column, problem.code) == (2, 2, code)
    assert "(B2, column `Giá trị`)" in problem.message


@pytest.mark.parametrize("written", ["45,2%", "0,452", "136 %", "200%"])
def test_a_cell_that_says_that_it_is_a_share_is_one(tmp_path: Path, written: str) -> None:
    file = table(tmp_path, f"Kỳ;Chỉ tiêu;Giá trị\n05/2026;online_share;{written}\n")
    read_import(file, Import(**READINGS), PLAN, partial(event_problems, PLAN))

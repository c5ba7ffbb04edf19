"""Events from a frame: the same as from a CSV with these columns, or every problem of every cell."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aop_rules.errors import EventError, Problem
from aop_rules.events import canonical
from aop_rules.frames import events_from_frame
from aop_rules.importing.reading import read_events
from aop_rules.limits import TABLE_ROWS_MAX
from aop_rules.plan.imports import Import
from aop_rules.plan.load import plan_from
from strategies import ROOT, babycare_plan

numpy = pytest.importorskip("numpy")
pandas = pytest.importorskip("pandas")
polars = pytest.importorskip("polars")
pyarrow = pytest.importorskip("pyarrow")

PLAN = plan_from(babycare_plan())
SPENT: dict[str, Any] = {
    "id": "spending",
    "event": {"kind": "actual"},
    "columns": {"Day": "effective_date", "Doc": "doc", "Line": "line", "Amount": "amount"},
}
MADE = {"pandas": pandas.DataFrame, "polars": polars.DataFrame, "pyarrow": pyarrow.table}
each_library = pytest.mark.parametrize("library", sorted(MADE))


def spending(**more: Any) -> dict[str, list[Any]]:
    day = [date(2026, 2, 3), date(2026, 3, 4)]
    return {"Day": day, "Doc": ["A-1", "A-2"], "Line": ["fixed_costs"] * 2, "Amount": [100, 250], **more}


def read(frame: Any, **more: Any) -> list[Any]:
    return [*events_from_frame(frame, Import(**{**SPENT, **more}), PLAN)]


def problems(frame: Any, **more: Any) -> list[Problem]:
    with pytest.raises(EventError) as found:
        read(frame, **more)
    return [*found.value.problems]


@each_library
def test_it_gives_what_the_csv_gives(library: str, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("Day,Doc,Line,Amount\n2026-02-03,A-1,fixed_costs,100\n2026-03-04,A-2,fixed_costs,250\n")
    wanted = read_events(file, Import(**SPENT), plan=PLAN)
    assert [*map(canonical, read(MADE[library](spending())))] == [*map(canonical, wanted)]


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_the_example_reads_as_its_file_does(library: str) -> None:
    folder = ROOT / "examples" / "babycare_house" / "imports"
    text = (folder / "so_lieu_2026.csv").read_text(encoding="utf-8")
    if library == "pandas":
        frame = pandas.read_csv(io.StringIO(text), sep=";", dtype=str)
    else:
        frame = polars.read_csv(text.encode(), separator=";", infer_schema=False)
    mapping = f"{folder / 'imports.yaml'}#figures"
    assert events_from_frame(frame, mapping, PLAN) == read_events(folder / "so_lieu_2026.csv", mapping, plan=PLAN)


@each_library
def test_a_null_is_an_empty_cell(library: str) -> None:
    assert [p.code for p in problems(MADE[library](spending(Amount=[100, None])))] == ["IMPORT_EMPTY_CELL"]
    (one,) = read(MADE[library]({name: [values[0], None] for name, values in spending().items()}))
    assert one.doc == "A-1"


@each_library
def test_all_problems_are_told_at_once_each_at_its_row_and_column(library: str) -> None:
    found = problems(MADE[library](spending(Day=["2026-02-30", "03/04/2026"], Amount=[100.5, 0.1 + 0.2])))
    assert [(p.code, p.place.line, p.place.column) for p in found] == [
        ("IMPORT_DATE", 2, 1),
        ("IMPORT_DATE", 3, 1),
        ("IMPORT_CELL", 3, 4),
    ]
    said = "`0.30000000000000004` (D3, column `Amount`) is a float of more than 15 digits, which is not exact"
    assert found[-1].message == said


@each_library
@pytest.mark.parametrize(
    ("cell", "amount"),
    [(1023.0, 1023), (2.0**53, 2**53), (0.1, Fraction(1, 10)), (1e20, 10**20), (12345678.25, Fraction(49382713, 4))],
)
def test_a_float_counts_where_its_digits_are_sure(library: str, cell: float, amount: Any) -> None:
    assert [event.amount for event in read(MADE[library](spending(Amount=[cell, 1.5])))] == [amount, Fraction(3, 2)]


@pytest.mark.parametrize("cell", [0.1 + 0.2, 1 / 3, 2.0**60, 1e300, float("inf"), float("nan")])
def test_any_other_float_is_refused(cell: float) -> None:
    assert [p.code for p in problems(polars.DataFrame(spending(Amount=[cell, 1.5])))] == ["IMPORT_CELL"]


@given(st.decimals(-(10**9), 10**9, places=5))
def test_a_number_of_at_most_fifteen_digits_comes_through_a_float_as_it_was(number: Decimal) -> None:
    (event,) = read(polars.DataFrame({name: values[:1] for name, values in spending(Amount=[float(number)]).items()}))
    assert event.amount == number


def test_whole_numbers_decimals_and_texts_are_exact() -> None:
    cells = [10**30, Decimal("12.345678901234567890")]
    assert [event.amount for event in read(pandas.DataFrame(spending(Amount=cells)))] == [*map(Fraction, cells)]
    assert [event.amount for event in read(pandas.DataFrame(spending(Amount=["1_000", "9/5"])))] == [
        1000,
        Fraction(9, 5),
    ]
    assert [p.code for p in problems(pandas.DataFrame(spending(Amount=[10**80, True])))] == [
        "IMPORT_CELL",
        "IMPORT_NUMBER",
    ]


def test_a_number_beside_a_null_in_pandas_stays_what_it_was() -> None:
    """Of whole numbers with a null among them pandas makes floats."""
    frame = pandas.DataFrame(spending(Doc=[1023, None], Amount=[5, 6]))
    assert [p.code for p in problems(frame)] == ["IMPORT_EMPTY_CELL"]
    assert read(frame.iloc[:1])[0].doc == "1023"


@each_library
def test_days_come_from_columns_of_dates_and_moments(library: str) -> None:
    days = [datetime(2026, 2, 3, 14, 23), datetime(2026, 3, 4)]
    assert [event.effective_date for event in read(MADE[library](spending(Day=days)))] == [each.date() for each in days]
    utc = [each.replace(tzinfo=UTC) for each in days]
    assert read(MADE[library](spending(Day=utc))) == read(MADE[library](spending(Day=days)))


def test_a_moment_of_another_zone_is_refused() -> None:
    saigon = timezone(timedelta(hours=7))
    found = problems(pandas.DataFrame(spending(Day=[datetime(2026, 2, 3, tzinfo=saigon)] * 2)))
    assert [p.code for p in found] == ["IMPORT_CELL", "IMPORT_CELL"]
    assert "has a time zone other than UTC" in found[0].message


@each_library
def test_headings_are_matched_as_those_of_a_file(library: str) -> None:
    columns = {("Amuont" if name == "Amount" else name): values for name, values in spending().items()}
    assert {p.code for p in problems(MADE[library](columns))} == {"IMPORT_MISSING_COLUMN", "IMPORT_UNKNOWN_COLUMN"}
    assert len(read(MADE[library](spending()), header=3)) == 2


def test_a_heading_that_is_a_number_counts_as_its_text() -> None:
    frame = pandas.DataFrame({**spending(), 2026: [1, 2]})
    assert [p.code for p in problems(frame)] == ["IMPORT_UNKNOWN_COLUMN"]
    assert len(read(frame, skip="2026")) == 2


def test_a_scalar_of_numpy_counts_as_what_it_is_in_python() -> None:
    cells = pandas.Series([numpy.int64(5), numpy.float64(2.5)], dtype=object)
    assert [event.amount for event in read(pandas.DataFrame(spending(Amount=cells)))] == [5, Fraction(5, 2)]
    lines = pandas.Categorical(["fixed_costs"] * 2)
    assert len(read(pandas.DataFrame(spending(Line=lines)))) == 2


def test_two_columns_of_one_name_are_refused() -> None:
    frame = pandas.DataFrame([[1, 2]], columns=["Day", "Day"])
    assert [p.code for p in problems(frame)] == ["IMPORT_COLUMN_TWICE"]


def test_what_no_cell_holds_is_refused() -> None:
    found = problems(polars.DataFrame(spending(Amount=[[1, 2], [3]])))
    assert {p.code for p in found} == {"IMPORT_CELL"}
    assert "column `Amount`) is of type list, which no cell is" in found[0].message


def test_a_frame_is_no_larger_than_a_file() -> None:
    frame = polars.DataFrame({"Day": polars.Series([1]).new_from_index(0, TABLE_ROWS_MAX + 1)})
    assert [p.code for p in problems(frame)] == ["IMPORT_TOO_LARGE"]


@pytest.mark.parametrize("what", [[1], {"Day": [1]}, "a.csv"])
def test_what_is_no_frame_is_a_type_error(what: object) -> None:
    with pytest.raises(TypeError, match="no frame that was collected"):
        read(what)


def test_a_lazy_frame_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="no frame that was collected"):
        read(polars.LazyFrame(spending()))

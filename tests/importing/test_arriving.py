"""Tables into a ledger: all of a file or nothing, nothing twice, corrections said, and the figures of the example."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aop_rules import Engine, EventError, Ledger
from aop_rules.cli import main
from strategies import BABYCARE

PLAN = BABYCARE / "plan.yaml"
IMPORTS = BABYCARE / "imports"
MAPPINGS = IMPORTS / "imports.yaml"
HISTORY = BABYCARE / "history" / "2026_jan_may.jsonl"
TABLES = (("so_lieu_2026.csv", "figures"), ("so_chi_2026.xlsx", "spending"), ("don_dat_hang.csv", "orders"))
HEAD = "Tháng;Ngày chốt;Doanh thu online;Doanh thu cửa hàng;Lợi nhuận gộp;Chi phí marketing;Tiền mặt;Tồn kho nhóm bán chạy;Giá vốn ngày nhóm bán chạy\n"
OPENED = Engine.open(PLAN)
NOW = datetime(2026, 7, 10, tzinfo=UTC)
FIGURES = f"{MAPPINGS}#figures"


def engine() -> Engine:
    return Engine(OPENED.plan, OPENED.program, Ledger(clock=lambda: NOW))


def figures(folder: Path, *rows: str) -> Path:
    file = folder / "figures.csv"
    file.write_text(HEAD + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return file


def aop(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


# ── in Python ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_files_of_the_example_give_the_figures_of_its_history() -> None:
    imported, kept = engine(), engine()
    for file, name in TABLES:
        imported.record_file(IMPORTS / file, f"{MAPPINGS}#{name}")
    kept.record_file(HISTORY)
    for period, day in (("2026-01", "2026-02-10"), ("2026-04", "2026-05-10"), ("2026-05", "2026-06-05")):
        assert imported.review(period, as_of=day).text("vi") == kept.review(period, as_of=day).text("vi")


def test_a_file_imported_twice_records_nothing_twice() -> None:
    one = engine()
    assert [len(one.record_file(IMPORTS / file, f"{MAPPINGS}#{name}").new) for file, name in TABLES] == [35, 15, 1]
    before = one.ledger.head()
    again = [one.record_file(IMPORTS / file, f"{MAPPINGS}#{name}") for file, name in TABLES]
    assert ([len(found.new) for found in again], [found.known for found in again]) == ([0, 0, 0], [35, 15, 1])
    assert one.ledger.head() == before


def test_a_dry_run_says_what_would_be_new_and_keeps_nothing() -> None:
    one = engine()
    found = one.record_file(IMPORTS / "so_lieu_2026.csv", FIGURES, dry_run=True)
    assert found.contents[0] == ("kpi_observation", "2026-01", 7)
    assert (len(found.new), len(one.ledger)) == (35, 0)


def test_one_bad_row_keeps_the_whole_file_out(tmp_path: Path) -> None:
    one = engine()
    for bad in ("Tháng 6;;5.5;;;;;;", "Tháng 6;;x;;;;;;", "Tháng 1;01/01/2025;;;;;;;5\n;;5;;;;;;"):
        with pytest.raises(EventError):
            one.record_file(figures(tmp_path, "Tháng 5;;438.000.000;;;;;;", bad), FIGURES)
    assert len(one.ledger) == 0


def test_what_the_plan_does_not_know_is_told_at_its_cell(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(
        (IMPORTS / "don_dat_hang.csv").read_text(encoding="utf-8").replace("842.400.000", "842.400.000,5"),
        encoding="utf-8",
    )
    with pytest.raises(EventError) as found:
        engine().record_file(file, f"{MAPPINGS}#orders")
    (problem,) = found.value.problems
    assert (problem.code, problem.place.line, problem.place.column) == ("EVENT_MINOR_UNIT", 2, 6)


def test_a_changed_figure_is_a_conflict_unless_it_is_restated(tmp_path: Path) -> None:
    one = engine()
    one.record_file(figures(tmp_path, "Tháng 5;03/06/2026;438.000.000;662.000.000;;;;;"), FIGURES)
    changed = figures(tmp_path, "Tháng 5;03/06/2026;440.000.000;662.000.000;;;;;")
    with pytest.raises(EventError) as found:
        one.record_file(changed, FIGURES)
    (problem,) = found.value.problems
    assert (problem.code, problem.place.line, problem.place.column) == ("EVENT_CONFLICT", 2, 3)
    assert "--restate" in problem.hint

    (restated,) = one.record_file(changed, FIGURES, restate=True).new
    assert (restated.revision, restated.known_at) == (1, NOW)  # type: ignore[attr-defined]
    assert one.record_file(changed, FIGURES, restate=True).new == ()
    before, after = (one.position(day).kpis["online_revenue"] for day in ("2026-06-05", "2026-07-10"))
    assert before != after  # what was seen in June stays as it was seen


def test_a_figure_restated_back_is_a_revision_of_its_own(tmp_path: Path) -> None:
    one = engine()
    for value, revision in (("5", 0), ("6", 1), ("5", 2), ("5", None)):
        new = one.record_file(figures(tmp_path, f"Tháng 5;;{value};;;;;;"), FIGURES, restate=True).new
        assert [event.revision for event in new] == ([] if revision is None else [revision])  # type: ignore[attr-defined]


def test_a_changed_invoice_is_a_conflict_also_when_readings_are_restated(tmp_path: Path) -> None:
    one = engine()
    orders = IMPORTS / "don_dat_hang.csv"
    one.record_file(orders, f"{MAPPINGS}#orders")
    file = tmp_path / "orders.csv"
    file.write_text(orders.read_text(encoding="utf-8").replace("842.400.000", "800.000.000"), encoding="utf-8")
    with pytest.raises(EventError) as found:
        one.record_file(file, f"{MAPPINGS}#orders", restate=True)
    (problem,) = found.value.problems
    assert problem.hint == "give a correction an id of its own, and a reading a higher `revision`"


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(1, 12), st.integers(0, 10**12)), max_size=8, unique_by=lambda row: row[0]))
def test_a_file_imported_again_and_grown_records_only_what_is_new(tmp_path: Path, rows: list[tuple[int, int]]) -> None:
    one = engine()
    told = [f"Tháng {month};;{value:,};;;;;;".replace(",", ".") for month, value in rows]
    cut = len(told) // 2
    new = [len(one.record_file(figures(tmp_path, *part), FIGURES).new) for part in (told[:cut], told[::-1], told)]
    assert new == [cut, len(told) - cut, 0]


# ── at the command line ─────────────────────────────────────────────────────────────────────────────────────────────


def test_record_takes_a_table_by_its_mapping(tmp_path: Path) -> None:
    command = ("record", str(PLAN), str(IMPORTS / "so_lieu_2026.csv"), "-m", FIGURES)
    ledger = ("-L", str(tmp_path / "aop.db"))
    dry = aop(*command, "--dry-run")
    assert dry.stdout.startswith("35 events would be recorded\n     7  kpi_observation  2026-01\n")
    assert dry.stdout.endswith("7 rows without a figure: nothing known of them\n")
    assert aop(*command, "--dry-run", *ledger).exit_code == 1  # a dry run makes no ledger
    assert aop(*command, *ledger).stdout.startswith("35 events recorded\n")
    assert aop(*command, *ledger).stdout.startswith("0 events recorded, 35 known before\n")
    said = json.loads(aop(*command, *ledger, "--dry-run", "--json").stdout)
    assert said == {"would_record": 0, "known_before": 35, "events": []}


def test_record_needs_a_ledger_or_a_dry_run() -> None:
    assert aop("record", str(PLAN), str(HISTORY)).exit_code == 2


def test_a_table_without_a_mapping_says_so(tmp_path: Path) -> None:
    result = aop("record", str(PLAN), str(IMPORTS / "so_lieu_2026.csv"), "--dry-run")
    assert (result.exit_code, "IMPORT_NO_MAPPING" in result.stderr) == (1, True)


@pytest.mark.parametrize(
    "command",
    [
        ("review", str(PLAN), "--period", "2026-05"),
        ("decide", str(PLAN), str(BABYCARE / "cases" / "d01_new_store.yaml")),
    ],
)
def test_what_has_happened_may_come_from_a_table(command: tuple[Any, ...]) -> None:
    file = str(IMPORTS / "so_lieu_2026.csv")
    assert aop(*command, "--history", file, "--mapping", FIGURES, "--as-of", "2026-06-05").exit_code == 0


def test_two_files_that_contradict_each_other_are_told_at_their_place(tmp_path: Path) -> None:
    said = {
        "event_id": "a",
        "kind": "kpi_observation",
        "effective_date": "2026-05-31",
        "kpi": "cash",
        "period": "2026-05",
    }
    files = [tmp_path / "one.jsonl", tmp_path / "two.jsonl"]
    for file, value in zip(files, (5, 6), strict=True):
        file.write_text(json.dumps({**said, "value": value}) + "\n", encoding="utf-8")
    found = aop("status", str(PLAN), "-H", str(files[0]), "-H", str(files[1]), "--as-of", "2026-06-05")
    assert found.exit_code and f"{files[1]}:1:" in found.output + found.stderr and "EVENT_CONFLICT" in found.stderr

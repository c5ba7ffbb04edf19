"""Frames of a position: what stands in it, exact, in every library, and null where nothing is known."""

from __future__ import annotations

import os
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aop_rules.engine import Engine
from aop_rules.errors import InputError
from aop_rules.exact.number import Exact
from aop_rules.frames import budget_frame, decisions_frame, kpi_frame
from aop_rules.frames.column import figures
from strategies import ROOT

BACKENDS = ("pandas", "polars", "pyarrow")
HOUSE = ROOT / "examples" / "babycare_house"


@pytest.fixture(scope="module")
def engine() -> Engine:
    engine = Engine.open(HOUSE / "plan.yaml")
    mappings = HOUSE / "imports" / "imports.yaml"
    engine.record_file(HOUSE / "imports" / "so_lieu_2026.csv", f"{mappings}#figures")
    engine.record_file(HOUSE / "imports" / "so_chi_2026.xlsx", f"{mappings}#spending")
    return engine


def rows(frame: Any, backend: str) -> list[dict[str, Any]]:
    """Of any library's frame, with None where it is null."""
    match backend:
        case "pandas":
            plain = frame.astype(object)
            return plain.where(plain.notna(), None).to_dict("records")  # type: ignore[no-any-return]
        case "polars":
            return frame.to_dicts()  # type: ignore[no-any-return]
        case _:
            return frame.to_pylist()  # type: ignore[no-any-return]


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> Any:
    pytest.importorskip(request.param)
    return request.param


def test_each_closed_period_of_each_kpi_is_a_row(engine: Engine, backend: Any) -> None:
    where = engine.position("2026-06-05")
    read = rows(kpi_frame(where, backend), backend)
    assert [(row["kpi"], row["period"]) for row in read] == [
        (kpi, reading.period.id) for kpi, stands in where.kpis.items() for reading in stands.readings
    ]
    for row in read:
        reading = next(each for each in where.kpis[row["kpi"]].readings if each.period.id == row["period"])
        for name, figure in (("actual", reading.actual), ("target", reading.target), ("judged", reading.judged)):
            assert not isinstance(row[name], float)
            assert _close(row[name], figure.value)
        assert row["breached"] is reading.breached
        assert row["quality"] == (None if reading.actual.value is None else reading.actual.quality)


def test_each_limit_of_each_line_is_a_row_of_whole_numbers(engine: Engine, backend: Any) -> None:
    where = engine.position("2026-06-05")
    read = {(row["line"], row["period"], row["horizon"]): row for row in rows(budget_frame(where, backend), backend)}
    stands = [line for periods in where.lines.values() for line in periods.values()]
    assert len(read) == sum(len(line.horizons) for line in stands)
    for line in stands:
        for each in line.horizons:
            row = read[line.line, line.period, each.name]
            told = [row[name] for name in ("allocated", "actual", "limit", "available")]
            assert told == [each.allocated, each.actual, each.limit, each.available]
            assert {type(value) for value in told} <= {int, Decimal}


def test_what_could_not_be_converted_is_null_and_not_available(backend: Any) -> None:
    engine = Engine.open(
        {
            "aop": 1, "id": "cafe", "name": "Café", "currency": "USD", "year": {"starts": "2026-01-01"},
            "budget": {"lines": {"ads": {"name": "Ads", "amount": 1200}}},
        }
    )  # fmt: skip
    spent = {"event_id": "i1", "kind": "actual", "effective_date": "2026-02-05", "line": "ads", "amount": 5}
    engine.record({**spent, "currency": "EUR"})
    row = next(
        row
        for row in rows(budget_frame(engine.position("2026-02-28"), backend), backend)
        if (row["period"], row["horizon"]) == ("2026-02", "period")
    )
    assert (row["limit"], row["actual"], row["available"]) == (100, None, None)


def test_an_unknown_figure_is_null_and_never_zero(backend: Any) -> None:
    where = Engine.open(HOUSE / "plan.yaml").position("2026-06-05")
    assert {row["actual"] for row in rows(kpi_frame(where, backend), backend)} == {None}
    assert {row["breached"] for row in rows(kpi_frame(where, backend), backend)} <= {None, False}


def test_floats_are_given_where_they_are_asked_for(engine: Engine, backend: Any) -> None:
    read = rows(budget_frame(engine.position("2026-06-05"), backend, floats=True), backend)
    assert {type(row["available"]) for row in read} == {float}


def test_each_decision_is_a_row(backend: Any) -> None:
    engine = Engine.open(HOUSE / "plan.yaml")
    asked = {"event_id": "e1", "kind": "spend_request", "effective_date": "2026-03-02", "line": "fixed_costs"}
    made = engine.submit({**asked, "amount": 5_000_000})
    (row,) = rows(decisions_frame(engine.decisions(), backend), backend)
    assert (row["decision_id"], row["outcome"]) == (made.decision_id, made.outcome.value)
    assert (row["event_id"], row["hard"], row["answer"]) == ("e1", made.hard, None)
    assert rows(decisions_frame([], backend), backend) == []


@given(st.lists(st.one_of(st.none(), st.integers(-(10**19), 10**19), st.decimals(-999, 999, places=5))))
def test_a_column_holds_what_was_put_into_it(values: list[int | Decimal | None]) -> None:
    given = [Fraction(value) if isinstance(value, Decimal) else value for value in values]
    column = figures("x", given, floats=False)
    assert column.values == given
    assert len({type(value) for value in column.values if value is not None}) <= 1


@given(st.fractions(-(10**9), 10**9))
def test_what_never_ends_is_rounded_in_the_eighteenth_place(value: Fraction) -> None:
    (told,) = figures("x", [value], floats=False).values
    assert abs(Fraction(told) - value) <= Fraction(1, 2 * 10**18)


def test_a_figure_of_too_many_digits_is_no_silent_float() -> None:
    with pytest.raises(InputError, match=r"FRAMES_TOO_LONG: a figure of `actual` has .*`floats=True`"):
        figures("actual", [10**38], floats=False)
    assert figures("actual", [10**38], floats=True).values == [1e38]


def test_another_backend_is_refused(engine: Engine) -> None:
    with pytest.raises(ValueError, match="`pandas`, `polars` or `pyarrow`"):
        kpi_frame(engine.position("2026-06-05"), "dask")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ("narwhals", "frames need narwhals (install it: `pip install 'aop-rules[frames]'`)"),
        ("polars", "a frame of polars needs polars (install it: `pip install 'polars'`)"),
    ],
)
def test_what_is_not_installed_is_named(missing: str, said: str) -> None:
    code = f"import sys; sys.modules[{missing!r}] = None\nfrom aop_rules.frames import decisions_frame\ndecisions_frame([], 'polars')"
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    run = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True
    )
    assert f"FRAMES_NEEDS_EXTRA: {said}" in run.stderr


def test_a_frame_of_polars_needs_no_pyarrow() -> None:
    code = (
        "import sys; sys.modules['pyarrow'] = None\nfrom aop_rules import Engine\nfrom aop_rules.frames import kpi_frame\n"
        f"print(kpi_frame(Engine.open({str(ROOT / 'examples/babycare_house/plan.yaml')!r}).position('2026-02-05'), 'polars').height)"
    )
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    run = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=True
    )
    assert int(run.stdout) > 0


def test_the_library_brings_narwhals_only_for_a_frame() -> None:
    code = "import sys, aop_rules.frames\nassert not {'narwhals', 'pandas', 'polars', 'pyarrow'} & set(sys.modules)"
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": path}, check=True)


def _close(told: object, value: Exact | None) -> bool:
    if value is None or told is None:
        return told is value
    assert isinstance(told, (int, Decimal))
    return abs(Fraction(told) - value) <= Fraction(1, 2 * 10**18)

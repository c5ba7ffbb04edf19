"""A position, and what was decided, as frames: one row a KPI and period, a limit of a budget line, a decision.

Unknown is null, never zero. Figures are exact: a column of whole numbers where all of it is whole, else of decimals with at
most 18 places, to which 1/3 is rounded. `floats=True` makes floats of them, for charts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from aop_rules.exact.number import Exact
from aop_rules.frames.column import Column, figures, texts, truths
from aop_rules.frames.extra import needing
from aop_rules.history.stories import Story
from aop_rules.position.model import Horizon, Position

if TYPE_CHECKING:
    from aop_rules.frames.native import Backend


def kpi_frame(position: Position, backend: Backend = "pandas", *, floats: bool = False) -> Any:
    """One row a KPI and closed period: `kpi`, `period`, `actual`, `target`, `judged`, `breached`, `quality`.

    `actual` and `target` are those of the period alone, `judged` is what thresholds are held against (by the KPI's basis);
    a ratio of 7 % is 0.07. `quality` is that of `actual`. `backend` is `pandas`, `polars` or `pyarrow`.
    Raises InputError (FRAMES_NEEDS_EXTRA, FRAMES_TOO_LONG).

    >>> from aop_rules import Engine
    >>> frame = kpi_frame(Engine.open("examples/babycare_house/plan.yaml").position("2026-02-05"), "polars")
    >>> frame.row(0, named=True)["actual"] is None
    True
    """
    rows = [(kpi.kpi, reading) for kpi in position.kpis.values() for reading in kpi.readings]
    numbers: dict[str, list[Exact | None]] = {
        "actual": [reading.actual.value for _, reading in rows],
        "target": [reading.target.value for _, reading in rows],
        "judged": [reading.judged.value for _, reading in rows],
    }
    return _frame(
        {
            "kpi": texts(kpi for kpi, _ in rows),
            "period": texts(reading.period.id for _, reading in rows),
            **_figures(numbers, floats),
            "breached": truths(reading.breached for _, reading in rows),
            "quality": texts(
                reading.actual.quality if reading.actual.value is not None else None for _, reading in rows
            ),
        },
        backend,
    )


def budget_frame(position: Position, backend: Backend = "pandas", *, floats: bool = False) -> Any:
    """One row a limit of a budget line: `line`, `period`, `horizon` (`period`, `to_date`, `year`), and in whole units of the
    plan's currency `allocated`, `transferred` (in less out), `carried`, `reserved`, `committed`, `actual`, `limit`, `available`.

    Where an amount has no rate to the plan's currency, what is used and available is null.
    Raises InputError (FRAMES_NEEDS_EXTRA, FRAMES_TOO_LONG).

    >>> from aop_rules import Engine
    >>> frame = budget_frame(Engine.open("examples/babycare_house/plan.yaml").position("2026-02-05"), "polars")
    >>> frame["limit"].dtype.is_integer()
    True
    """
    stands = (line for periods in position.lines.values() for line in periods.values())
    rows = [(line, horizon) for line in stands for horizon in line.horizons]
    parts = [_parts(horizon) for _, horizon in rows]
    return _frame(
        {
            "line": texts(line.line for line, _ in rows),
            "period": texts(line.period for line, _ in rows),
            "horizon": texts(horizon.name for _, horizon in rows),
            **_figures({name: [each[name] for each in parts] for name in _PARTS}, floats),
        },
        backend,
    )


def decisions_frame(decisions: Iterable[Story], backend: Backend = "pandas") -> Any:
    """One row a recorded decision (`Engine.decisions`), in order: `decision_id`, `as_of`, `kind` and `event_id` of what was
    decided on, `course`, `outcome`, `hard`, the `answer` that counts (`accepted`, `overridden`), what is `done`, and the
    decision that it was `followed_by`. Raises InputError (FRAMES_NEEDS_EXTRA).

    >>> decisions_frame([], "polars").height
    0
    """
    rows = [*decisions]
    said = [story.kept.said for story in rows]
    return _frame(
        {
            "decision_id": texts(each["decision_id"] for each in said),
            "as_of": texts(each["as_of"] for each in said),
            "kind": texts(each["event"]["kind"] for each in said),
            "event_id": texts(each["event"]["event_id"] for each in said),
            "course": texts(each["course"] for each in said),
            "outcome": texts(each["outcome"] for each in said),
            "hard": truths(each["hard"] for each in said),
            "answer": texts(story.answer.answer if story.answer else None for story in rows),
            "done": texts(story.answer.outcome if story.answer else None for story in rows),
            "followed_by": texts(story.followed_by for story in rows),
        },
        backend,
    )


_PARTS = ("allocated", "transferred", "carried", "reserved", "committed", "actual", "limit", "available")


def _parts(horizon: Horizon) -> Mapping[str, Exact | None]:
    known = horizon.complete
    return {
        "allocated": horizon.allocated,
        "transferred": horizon.transferred_in - horizon.transferred_out,
        "carried": horizon.carried_in,
        "reserved": horizon.reserved if known else None,
        "committed": horizon.committed if known else None,
        "actual": horizon.actual if known else None,
        "limit": horizon.limit,
        "available": horizon.available if known else None,
    }


def _figures(columns: Mapping[str, list[Exact | None]], floats: bool) -> dict[str, Column]:
    return {name: figures(name, values, floats=floats) for name, values in columns.items()}


def _frame(columns: Mapping[str, Column], backend: Backend) -> Any:
    with needing():
        from aop_rules.frames.native import made
    return made(columns, backend)

"""Frames of pandas, polars and pyarrow, made and read. The one module that imports narwhals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

import narwhals as nw
from narwhals.exceptions import DuplicateError

from aop_rules.errors import EventError, Place, Problem
from aop_rules.frames.column import DIGITS_MAX, Column, Holds
from aop_rules.frames.extra import needing

Backend = Literal["pandas", "polars", "pyarrow"]

_TYPES: Mapping[Holds, type[nw.dtypes.DType]] = {
    "text": nw.String,
    "truth": nw.Boolean,
    "whole": nw.Int64,
    "float": nw.Float64,
}
_PANDAS: Mapping[Holds, str] = {"text": "string", "truth": "boolean", "whole": "Int64", "float": "Float64"}


def made(columns: Mapping[str, Column], backend: Backend) -> Any:
    """A frame of these columns. Raises ValueError for another backend, InputError where it is not installed."""
    if backend not in get_args(Backend):
        raise ValueError("`backend` is `pandas`, `polars` or `pyarrow`")
    pandas = backend == "pandas"
    with needing(backend):
        series = {
            # As objects first: pandas would make floats of whole numbers with a null among them.
            name: nw.new_series(
                name, column.values, nw.Object() if pandas else _type(column), backend=backend
            ).to_native()
            for name, column in columns.items()
        }
        frame = nw.from_dict(series, backend=backend).to_native()  # of native ones: polars' need no pyarrow then
    if not pandas:
        return frame
    return frame.astype({name: _PANDAS[column.holds] for name, column in columns.items() if column.holds in _PANDAS})


def _type(column: Column) -> nw.dtypes.DType:
    return nw.Decimal(DIGITS_MAX, column.places) if column.holds == "decimal" else _TYPES[column.holds]()


class Incoming:
    """A frame of any library that narwhals reads: its headings, its size, and its values column by column.

    Raises TypeError for what is no frame, or a lazy one, and EventError for two columns of one name.
    """

    def __init__(self, frame: Any, file: str) -> None:
        try:
            self._frame: nw.DataFrame[Any] = nw.from_native(frame, eager_only=True)
            self.headings = [str(name) for name in self._frame.columns]
        except TypeError:
            raise TypeError("`frame` is no frame that was collected (pandas, polars, pyarrow)") from None
        except DuplicateError:
            message, hint = "two columns have one name", "give one of them another"
            raise EventError([Problem(Place(file, 1), "IMPORT_COLUMN_TWICE", message, hint)]) from None
        self.rows: int = self._frame.shape[0]

    def values(self) -> list[Sequence[Any]]:
        """By column; None where null."""
        return [self._known(series) for series in self._frame.iter_columns()]

    def _known(self, series: nw.Series[Any]) -> list[Any]:
        pairs = zip(series.to_list(), series.is_null().to_list(), strict=True)
        return [None if null else value for value, null in pairs]

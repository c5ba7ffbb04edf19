"""How a table (CSV, XLSX) becomes events: which column says what, and how numbers and dates are written in it."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, GetCoreSchemaHandler, model_validator
from pydantic_core import CoreSchema, core_schema

from aop_rules.exact.frozen import FrozenMapping
from aop_rules.plan.values import Entry, Record, Tag, Whole

Heading = Annotated[str, Field(min_length=1, max_length=200)]


class Named(FrozenMapping[str]):
    """A frozen mapping of what stands in the file to what it is called here."""

    __slots__ = ()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        items = handler.generate_schema(dict[Heading, Heading])
        return cls._read_as(items, core_schema.plain_serializer_function_ser_schema(dict))


def _listed(raw: object) -> object:
    return (raw,) if isinstance(raw, str) else raw


Headings = Annotated[
    tuple[Heading, ...], BeforeValidator(_listed, json_schema_input_type=Heading | tuple[Heading, ...])
]


class Import(Entry):
    """How one kind of table is read: one event a row, or (with `wide`) one event a cell of the wide columns.

    >>> sales = Import(event={"kind": "kpi_observation"}, columns={"Tháng": "period"}, wide={"Online": "online_revenue"})
    >>> sales.format, sales.header, dict(sales.wide)
    ('plain', 1, {'Online': 'online_revenue'})
    """

    format: Literal["vi", "en", "plain"] = "plain"
    """How numbers and dates are written: `vi` (1.234,5 and 31/05/2026), `en` (1,234.5 and 2026-05-31) or `plain` (1234.5
    and 2026-05-31)."""
    sheet: str = ""
    """The sheet of a workbook; its first where missing."""
    header: Annotated[Whole, Field(ge=1, le=1000)] = 1
    """The row in which the headings of the columns stand. What stands above it is not read."""
    delimiter: Literal[",", ";", "\t", "|", ""] = ""
    """What separates the cells of a CSV file; where missing the one of `,`, `;` and tab that gives the headings."""
    event: Record
    """What all events of the file have in common: their `kind`, and any other key of an event."""
    columns: Named = Named()
    """Heading of a column to the key of the event that its cells say (`links.goals`: a key within a key)."""
    wide: Named = Named()
    """Heading of a column of figures to the KPI (of readings), budget line (of spending) or role that they are about."""
    words: Named = Named()
    """A word of the file to what the plan calls it, wherever a cell is no number and no date."""
    skip: Headings = ()
    """Headings of columns that are not read; `*` for all that nothing else names."""
    skip_rows: Headings = ()
    """Rows that start with one of these are not read, as `Tổng cộng`."""
    identity: tuple[Tag, ...] = ()
    """The keys of the event that tell one row from another. Where missing: of a reading its KPI, period and revision, of
    spending its `doc` and line, of anything else all that the row says."""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not isinstance(self.event.get("kind"), str):
            raise ValueError(
                "an import makes events of one kind (write it under `event`, as in `event: {kind: actual}`)"
            )
        if not self.columns and not self.wide:
            raise ValueError("an import reads no column (write `columns`, as in `columns: {Month: period}`)")
        twice = sorted(self.columns.keys() & self.wide.keys())
        if twice:
            raise ValueError(f"`{twice[0]}` stands under `columns` and `wide` (keep one of them)")
        return self

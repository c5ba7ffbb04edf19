"""What plans and events are both made of: frozen models, frozen mappings, and dates that are written as such."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Annotated, Any, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
V = TypeVar("V")


def _day(raw: object) -> object:
    """Only `2026-03-31` is a date: pydantic alone would read the number 5 as five seconds after 1970."""
    if isinstance(raw, datetime) or not (isinstance(raw, date) or (isinstance(raw, str) and _DAY.fullmatch(raw))):
        raise PydanticCustomError("date_type", "a date is written year-month-day, as in `2026-03-31`")
    return raw


Day = Annotated[date, BeforeValidator(_day)]


class Frozen(BaseModel):
    """The base of every value that is read: frozen, no unknown keys, documented field by field."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, use_attribute_docstrings=True)


class FrozenMapping(Mapping[str, V]):
    """A mapping that never changes and can be hashed; two are equal whatever their order."""

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, V] | None = None) -> None:
        self._items: dict[str, V] = dict(items or {})

    def __getitem__(self, key: str) -> V:
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._items!r})"

    @classmethod
    def _read_as(cls, items: CoreSchema, written: core_schema.SerSchema) -> CoreSchema:
        """How pydantic reads one: what the subclass prepares, then `items`, then frozen."""
        return core_schema.chain_schema(
            [
                core_schema.no_info_plain_validator_function(cls._prepared, json_schema_input_schema=items),
                items,
                core_schema.no_info_plain_validator_function(cls),
            ],
            serialization=written,
        )

    @classmethod
    def _prepared(cls, raw: Any) -> Any:
        return dict(raw) if isinstance(raw, cls) else raw

    def __copy__(self) -> Self:
        return self

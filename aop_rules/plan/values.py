"""What every plan value is made of: frozen models, tables of entries by id, frozen mappings, words in two languages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    model_serializer,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def _day(raw: object) -> object:
    """Only `2026-03-31` is a date: pydantic alone would read the number 5 as five seconds after 1970."""
    if isinstance(raw, datetime) or not (isinstance(raw, date) or (isinstance(raw, str) and _DAY.fullmatch(raw))):
        raise PydanticCustomError("date_type", "a date is written year-month-day, as in `2026-03-31`")
    return raw


Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$", description="lower-case letters, digits and _")]
Tag = Annotated[str, Field(min_length=1, max_length=80)]
Day = Annotated[date, BeforeValidator(_day)]
Whole = Annotated[int, Field(strict=True)]


class Frozen(BaseModel):
    """The base of every plan value: frozen, no unknown keys, documented field by field."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, use_attribute_docstrings=True)


def or_plain(schema: JsonSchemaValue, plain: JsonSchemaValue) -> JsonSchemaValue:
    """The schema of a mapping that may also be written as one plain value."""
    description = schema.get("description", "")
    return {"description": description, "anyOf": [plain, {k: v for k, v in schema.items() if k != "description"}]}


class Entry(Frozen):
    """A value that a `Table` holds under its id."""

    id: Id = Field(default="", exclude=True, json_schema_extra={"readOnly": True})


E = TypeVar("E", bound=Entry)


class Table(Mapping[str, E], Generic[E]):
    """A frozen mapping of id to entry, in the order of the file. Two tables are equal whatever their order."""

    __slots__ = ("_entries",)

    def __init__(self, entries: Mapping[str, E] | None = None) -> None:
        self._entries: dict[str, E] = dict(entries or {})

    def __getitem__(self, key: str) -> E:
        return self._entries[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __hash__(self) -> int:
        return hash(frozenset(self._entries.items()))

    def __repr__(self) -> str:
        return f"Table({self._entries!r})"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        inner = handler.generate_schema(dict[Id, source.__args__[0]])
        return core_schema.chain_schema(
            [
                core_schema.no_info_plain_validator_function(_with_ids, json_schema_input_schema=inner),
                inner,
                core_schema.no_info_plain_validator_function(cls),
            ],
            serialization=core_schema.plain_serializer_function_ser_schema(_dumped_table),
        )


def _dumped_table(table: Table[Any]) -> dict[str, Any]:
    return {key: value.model_dump(mode="json", by_alias=True, exclude_defaults=True) for key, value in table.items()}


def _with_ids(raw: object) -> object:
    if isinstance(raw, Mapping):
        return {key: _with_id(key, value) for key, value in raw.items()}
    return raw


def _with_id(key: object, value: object) -> object:
    if isinstance(value, Entry):
        return value if value.id == key else value.model_copy(update={"id": key})
    return {**value, "id": key} if isinstance(value, Mapping) else value


class Record(Mapping[str, Any]):
    """A frozen mapping of plain values; what it holds is frozen too (lists become tuples)."""

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, Any] | None = None) -> None:
        self._items: dict[str, Any] = {str(key): _frozen(value) for key, value in (items or {}).items()}

    def __getitem__(self, key: str) -> Any:
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __repr__(self) -> str:
        return f"Record({self._items!r})"

    def plain(self) -> dict[str, Any]:
        """The same as ordinary dicts and lists, for writing."""
        return {key: _plain(value) for key, value in self._items.items()}

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        inner = handler.generate_schema(dict[str, Any])
        return core_schema.chain_schema(
            [
                core_schema.no_info_plain_validator_function(_as_dict, json_schema_input_schema=inner),
                inner,
                core_schema.no_info_plain_validator_function(cls),
            ],
            serialization=core_schema.plain_serializer_function_ser_schema(Record.plain),
        )


def _as_dict(raw: object) -> object:
    return dict(raw) if isinstance(raw, Record) else raw


def _frozen(value: Any) -> Any:
    if isinstance(value, Mapping):
        return Record(value)
    return tuple(map(_frozen, value)) if isinstance(value, (list, tuple)) else value


def _plain(value: Any) -> Any:
    if isinstance(value, Record):
        return value.plain()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


class Words(Frozen):
    """A name or sentence in the reader's languages. A plain text stands for both."""

    en: str = Field(min_length=1)
    vi: str = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _plain_text(cls, raw: object) -> object:
        if isinstance(raw, str):
            return {"en": raw, "vi": raw}
        if isinstance(raw, Mapping) and len(raw) == 1:  # one language given: it stands for both until the other comes
            (said,) = raw.values()
            return {"en": said, "vi": said, **raw} if set(raw) <= {"en", "vi"} else raw
        return raw

    @model_serializer
    def _shortest(self) -> object:
        return self.en if self.en == self.vi else {"en": self.en, "vi": self.vi}

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        text = {"type": "string", "minLength": 1}
        return {
            "description": "A name or sentence: one text, or one by language.",
            "anyOf": [
                text,
                {
                    "type": "object",
                    "properties": {"en": text, "vi": text},
                    "additionalProperties": False,
                    "minProperties": 1,
                },
            ],
            "examples": ["Online revenue", {"en": "Online revenue", "vi": "Doanh thu online"}],
        }

    def in_language(self, language: str) -> str:
        return self.vi if language == "vi" else self.en

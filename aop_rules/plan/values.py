"""What every plan value is made of: frozen models, tables of entries by id, frozen mappings, words in two languages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    model_serializer,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from aop_rules.exact.frozen import Frozen, FrozenMapping

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$", description="lower-case letters, digits and _")]
Tag = Annotated[str, Field(min_length=1, max_length=80)]
Whole = Annotated[int, Field(strict=True)]


def or_plain(schema: JsonSchemaValue, plain: JsonSchemaValue) -> JsonSchemaValue:
    """The schema of a mapping that may also be written as one plain value."""
    description = schema.get("description", "")
    return {"description": description, "anyOf": [plain, {k: v for k, v in schema.items() if k != "description"}]}


class Entry(Frozen):
    """A value that a `Table` holds under its id."""

    id: Id = Field(default="", exclude=True, json_schema_extra={"readOnly": True})


E = TypeVar("E", bound=Entry)


class Table(FrozenMapping[E], Generic[E]):
    """A frozen mapping of id to entry, in the order of the file."""

    __slots__ = ()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        items = handler.generate_schema(dict[Id, source.__args__[0]])
        return cls._read_as(items, core_schema.plain_serializer_function_ser_schema(_dumped_table))

    @classmethod
    def _prepared(cls, raw: Any) -> Any:
        """Every entry is told the id that it stands under."""
        return {key: _with_id(key, value) for key, value in raw.items()} if isinstance(raw, Mapping) else raw


def _dumped_table(table: Table[Any]) -> dict[str, Any]:
    return {key: value.model_dump(mode="json", by_alias=True, exclude_defaults=True) for key, value in table.items()}


def _with_id(key: object, value: object) -> object:
    if isinstance(value, Entry):
        return value if value.id == key else value.model_copy(update={"id": key})
    return {**value, "id": key} if isinstance(value, Mapping) else value


class Record(FrozenMapping[Any]):
    """A frozen mapping of plain values; what it holds is frozen too (lists become tuples)."""

    __slots__ = ()

    def __init__(self, items: Mapping[str, Any] | None = None) -> None:
        super().__init__({str(key): _frozen(value) for key, value in (items or {}).items()})

    def plain(self) -> dict[str, Any]:
        """The same as ordinary dicts and lists, for writing."""
        return {key: _plain(value) for key, value in self.items()}

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        items = handler.generate_schema(dict[str, Any])
        return cls._read_as(items, core_schema.plain_serializer_function_ser_schema(Record.plain))


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

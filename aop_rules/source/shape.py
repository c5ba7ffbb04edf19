"""The keys that a model knows at a path. Only for hints: what is right or wrong is judged by validation alone."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from aop_rules.source.tree import Path


def bare(shape: Any, data: object = None) -> Iterator[Any]:
    """The plain types that `shape` may stand for; of models told apart by a literal field, those that fit `data`."""
    origin = get_origin(shape)
    if origin is Annotated:
        yield from bare(get_args(shape)[0], data)
    elif origin in (Union, types.UnionType):
        found = [plain for part in get_args(shape) for plain in bare(part, data)]
        yield from [plain for plain in found if _fits(plain, data)] or found
    elif shape is not None and shape is not type(None):
        yield shape


def _fits(shape: Any, data: object) -> bool:
    if not (is_model(shape) and isinstance(data, Mapping)):
        return True
    for name, info in shape.model_fields.items():
        if get_origin(info.annotation) is Literal and name in data and info.is_required():
            return data[name] in get_args(info.annotation)
    return True


def is_model(shape: Any) -> bool:
    return isinstance(shape, type) and issubclass(shape, BaseModel)


def step(shape: Any, key: str | int, data: object) -> Iterator[Any]:
    """The shapes of the part `key` of a value `data` of shape `shape`."""
    for plain in bare(shape, data):
        arguments = get_args(plain)
        origin = get_origin(plain)
        if is_model(plain):
            for name, info in plain.model_fields.items():
                if key in (name, info.alias):
                    yield from bare(info.annotation)
        elif isinstance(origin, type) and issubclass(origin, Mapping) and isinstance(key, str):
            yield from bare(arguments[-1])
        elif origin in (tuple, list, frozenset, set) and isinstance(key, int):
            yield from bare(arguments[0])


def at(shape: Any, path: Path, data: object) -> tuple[list[Any], object]:
    """The shapes at `path`, and the value there (None where the data does not reach)."""
    shapes, value = list(bare(shape, data)), data
    for key in path:
        shapes = [below for above in shapes for below in step(above, key, value)]
        value = part(value, key)
    return shapes, value


def part(value: object, key: str | int) -> object:
    if isinstance(value, Mapping):
        return value.get(key)
    if isinstance(value, list | tuple) and isinstance(key, int) and key < len(value):
        return value[key]
    return None


def known_keys(shape: Any, path: Path, data: object) -> tuple[str, ...]:
    """The keys that the mapping at `path` may have, as they are written in a file."""
    shapes, value = at(shape, path, data)
    models = [plain for found in shapes for plain in bare(found, value) if is_model(plain)]
    in_tables = _inside_table(shape, path, data)
    names = {info.alias or name: None for model in models for name, info in model.model_fields.items()}
    return tuple(name for name in names if not (in_tables and name == "id"))


def _inside_table(shape: Any, path: Path, data: object) -> bool:
    """Entries of a mapping are named by their key: they have no `id` of their own."""
    if not path:
        return False
    above, _ = at(shape, path[:-1], data)
    return any(isinstance(origin := get_origin(plain), type) and issubclass(origin, Mapping) for plain in above)

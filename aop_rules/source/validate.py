"""From a located tree to a model: what validation says becomes problems with places, codes and ways out.

Nothing of the validating library shows: a reader sees the key, what is wrong with it, and what to write instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol, get_args

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails, core_schema

from aop_rules.errors import InputError, Place, Problem, did_you_mean
from aop_rules.limits import PROBLEMS_MAX
from aop_rules.source.build import shown
from aop_rules.source.shape import known_keys, part
from aop_rules.source.tree import Path

_PATTERNS = {
    r"^[a-z][a-z0-9_]{0,62}$": "an id has lower-case letters, digits and `_`, and starts with a letter",
    r"^[A-Z]{3}$": "a currency has three capital letters, as in `VND` or `USD`",
}
_WANTED = (
    ("model", "a mapping of keys"),
    ("dict", "a mapping of keys"),
    ("mapping", "a mapping of keys"),
    ("tuple", "a list"),
    ("list", "a list"),
    ("iterable", "a list"),
    ("string", "a text"),
    ("int", "a whole number"),
    ("float", "a number"),
    ("decimal", "a number"),
    ("bool", "`true` or `false`"),
    ("datetime", "a moment"),
    ("timezone", "a moment"),
    ("date", "a date"),
)
_THEIRS = frozenset(get_args(core_schema.ErrorType))
_WRITE = {
    "a mapping of keys": "write `key: value` lines below it",
    "a list": "write it in brackets, as in `[a, b]`",
    "a text": "put it in quotes",
    "a whole number": "write digits, as in `3`",
    "a number": "write digits, as in `3` or `2.5`",
    "`true` or `false`": "write `true` or `false`",
    "a moment": "write it as `2026-05-31T17:00:00Z`",
    "a date": "write it as `2026-05-31`",
}
_PLAIN = {"Words": "a text"}  # models that are mostly written as something shorter
# Past so many mistakes in one value nobody reads on, and looking for close names is what takes long.
_GUESSES_MAX = 10 * PROBLEMS_MAX
_BOUNDS = {
    "greater_than": "more than",
    "greater_than_equal": "at least",
    "less_than": "less than",
    "less_than_equal": "at most",
}


def validate(
    model: Any,
    document: Located,
    path: Path = (),
    *,
    prefix: str = "PLAN",
    error: type[InputError] = InputError,
    context: Any = None,
    shape: Any = None,
) -> tuple[Any, list[Problem]]:
    """The value at `path` of the document as `model`, or None and every problem, sorted by place.

    `model` is a model class, any type, or a TypeAdapter (then `shape` may name its type, for "did you mean"). Codes are
    `PREFIX_UNKNOWN_KEY`, `PREFIX_MISSING_KEY`, `PREFIX_WRONG_TYPE` and `PREFIX_WRONG_VALUE`. Problems that the document
    brought along (`recover=True`) stand among them when the whole document is validated. Nothing is raised: `error` is
    taken so that reading and validating are called alike.
    """
    del error
    adapter = model if isinstance(model, TypeAdapter) else TypeAdapter(model)
    if shape is None and not isinstance(model, TypeAdapter):
        shape = model
    data = document.data
    for key in path:
        data = part(data, key)
    report = _Report(document, path, data, shape, prefix)
    said: list[_Said] = []
    value = None
    try:
        value = adapter.validate_python(data, context=context)
    except ValidationError as found:
        said = report.all(found.errors(include_url=False))
    problems = [*(getattr(document, "problems", ()) if not path else ()), *_without_echoes(said)]
    if problems:
        return None, sorted(capped(problems, prefix))
    return value, []


class Located(Protocol):
    """Data that knows where its values stand: a `Document`, or a stand-in for data that came from Python."""

    @property
    def data(self) -> Any: ...
    def place(self, path: Path, /) -> Place: ...
    def key_place(self, path: Path, /) -> Place: ...


class _Report:
    """Turns what validation says of one value into problems."""

    def __init__(self, document: Located, base: Path, data: object, shape: Any, prefix: str) -> None:
        self.document = document
        self.base = base
        self.data = data
        self.shape = shape
        self.prefix = prefix
        self.guesses = True

    def all(self, errors: Sequence[ErrorDetails]) -> list[_Said]:
        self.guesses = len(errors) <= _GUESSES_MAX
        # A default that could not be made because another value is wrong is no mistake of its own.
        found = [self._one(error) for error in errors if error["type"] != "default_factory_not_called"]
        meant = {(said.path[:-1], said.meant) for said in found if said.meant}
        # A misspelt key is one mistake: the key that it was meant to be is not missing as well.
        return [s for s in found if not (s.code.endswith("_MISSING_KEY") and (s.path[:-1], s.path[-1]) in meant)]

    def wrong_type(self, path: Path, wanted: str) -> _Said:
        whole = (*self.base, *path)
        subject = f"`{shown(str(whole[-1]))}`" if whole and isinstance(whole[-1], str) else "this"
        message = f"{subject} is {_what(self._value(path))}, not {wanted}"
        return self._said("WRONG_TYPE", path, message, _WRITE.get(wanted, ""))

    def _one(self, error: ErrorDetails) -> _Said:
        path = self._real(error["loc"])
        kind = error["type"]
        context: dict[str, Any] = error.get("ctx", {})
        if kind == "extra_forbidden":
            return self._unknown(path)
        if kind == "missing":
            return self._missing(path, str(error["loc"][-1]))
        if kind in ("union_tag_invalid", "union_tag_not_found"):
            return self._kind(path, kind, context)
        if self._names_entry(error["loc"], path):
            return self._said("WRONG_VALUE", path, f"`{shown(str(path[-1]))}` is no id", _pattern(context), at_key=True)
        wanted = next((words for start, words in _WANTED if _is_type(kind, start)), "")
        wanted = _PLAIN.get(str(context.get("class_name")), wanted)
        if wanted:
            return self._mistyped(path, wanted)
        message, hint = self._wrong(kind, context, path, error["msg"])
        return self._said("WRONG_VALUE", path, message, hint)

    def _unknown(self, path: Path) -> _Said:
        key = str(path[-1])
        known = known_keys(self.shape, path[:-1], self.data) if self.guesses else ()
        hint = did_you_mean(key, known) if self.guesses else "it is not a key of this place"
        said = self._said("UNKNOWN_KEY", path, f"unknown key `{shown(key)}`", hint, at_key=True)
        meant = re.match(r"did you mean `(.+)`\?", hint)
        said.meant = meant.group(1) if meant else ""
        return said

    def _missing(self, path: Path, key: str) -> _Said:
        said = self._said("MISSING_KEY", path, f"`{key}` is missing", f"add `{key}:` here", at_key=True)
        said.path = (*path, key)
        return said

    def _kind(self, path: Path, kind: str, context: Mapping[str, Any]) -> _Said:
        key = str(context.get("discriminator", "kind")).strip("'")
        value = self._value(path)
        if not isinstance(value, Mapping):
            return self.wrong_type(path, "a mapping of keys")
        if key in value and not isinstance(value[key], str):
            return self.wrong_type((*path, key), "a text")
        if kind == "union_tag_not_found":
            return self._missing(path, key)
        known = re.findall(r"'([^']*)'", str(context.get("expected_tags", "")))
        written = shown(str(context.get("tag", "")))
        return self._said("WRONG_VALUE", (*path, key), f"unknown {key} `{written}`", did_you_mean(written, known))

    def _mistyped(self, path: Path, wanted: str) -> _Said:
        value = self._value(path)
        if isinstance(value, str) and wanted in (
            "a date",
            "a moment",
            "a whole number",
            "a number",
            "`true` or `false`",
        ):
            message = f"`{shown(value)}` is not {wanted}"
            return self._said("WRONG_TYPE", path, message, _WRITE[wanted])
        return self.wrong_type(path, wanted)

    def _wrong(self, kind: str, context: Mapping[str, Any], path: Path, said: str) -> tuple[str, str]:
        value = self._value(path)
        written = f"`{shown(str(value))}`" if isinstance(value, str | int | Decimal) else f"`{_name(path)}`"
        if kind in ("value_error", "assertion_error") or kind not in _THEIRS:
            return _sentence(str(context.get("error", said)))
        if kind == "literal_error":
            known = re.findall(r"'([^']*)'", str(context.get("expected", "")))
            hint = did_you_mean(str(value), known) if known else f"write {context.get('expected')}"
            return f"{written} is not known here", hint
        if kind in _BOUNDS:
            bound = context[{"greater_than": "gt", "greater_than_equal": "ge", "less_than": "lt"}.get(kind, "le")]
            return f"`{_name(path)}` is {written}", f"{_BOUNDS[kind]} {bound}"
        if kind == "string_pattern_mismatch":
            return f"{written} does not have the right form", _pattern(context)
        if kind == "string_too_short":
            return f"`{_name(path)}` is empty", "write a text"
        if kind == "string_too_long":
            return f"`{_name(path)}` is too long", f"at most {context.get('max_length')} characters"
        if kind in ("too_short", "too_long"):
            bound = context.get("min_length", context.get("max_length"))
            return f"`{_name(path)}` has {context.get('actual_length')} parts", f"{kind[4:]}: the bound is {bound}"
        return f"{written} cannot be used here", "see the documentation of this key"

    # ── where ──

    def _real(self, location: tuple[int | str, ...]) -> Path:
        """The steps of `location` that the data really has; tags of unions and wrapped values are no steps."""
        value, path = self.data, []
        for key in location:
            if (isinstance(value, Mapping) and key in value) or (isinstance(value, list) and isinstance(key, int)):
                path.append(key)
                value = part(value, key)
        return tuple(path)

    def _names_entry(self, location: tuple[int | str, ...], path: Path) -> bool:
        if not location or not path:
            return False
        value = self._value(path)
        injected = location[-1] == "id" and path[-1] != "id" and isinstance(value, Mapping)
        return location[-1] == "[key]" or injected

    def _value(self, path: Path) -> object:
        value = self.data
        for key in path:
            value = part(value, key)
        return value

    def _said(self, code: str, path: Path, message: str, hint: str, *, at_key: bool = False) -> _Said:
        whole = (*self.base, *path)
        by_key = at_key or isinstance(self._value(path), Mapping)
        place = self.document.key_place(whole) if by_key else self.document.place(whole)
        return _Said(path, f"{self.prefix}_{code}", Problem(place, f"{self.prefix}_{code}", message, hint))


class _Said:
    """A problem and the path that it speaks of."""

    __slots__ = ("code", "meant", "path", "problem")

    def __init__(self, path: Path, code: str, problem: Problem) -> None:
        self.path = path
        self.code = code
        self.problem = problem
        self.meant = ""


def _without_echoes(said: list[_Said]) -> list[Problem]:
    """One problem a path and code: both languages of one plain text, or both branches of a union, say the same."""
    first: dict[tuple[Path, str], Problem] = {}
    for each in said:
        about = "value" if "_WRONG_" in each.code else each.code
        first.setdefault((each.path, about), each.problem)
    return list(first.values())


def capped(problems: list[Problem], prefix: str) -> list[Problem]:
    """As many problems as a person reads, errors before the rest; then how many more there are, as `PREFIX_MORE`."""
    if len(problems) <= PROBLEMS_MAX:
        return problems
    first = sorted(problems, key=lambda problem: (problem.severity != "error", problem))[:PROBLEMS_MAX]
    last = max(first).place
    more = f"and {len(problems) - PROBLEMS_MAX} more problems"
    below = Place(last.file, last.line + 1)  # sorted after the last one that is shown
    return [*sorted(first), Problem(below, f"{prefix}_MORE", more, "mend these first", first[0].severity)]


def _is_type(kind: str, start: str) -> bool:
    return kind.startswith(f"{start}_") and kind.split("_", 1)[1] in _TYPE_ENDS


_TYPE_ENDS = frozenset(
    {
        "type",
        "attributes_type",
        "parsing",
        "from_float",
        "from_date_parsing",
        "from_datetime_parsing",
        "from_datetime_inexact",
    }
    | {"object_invalid", "naive", "aware", "parsing_size", "not_instance", "sub_type", "unicode"}
)


def _pattern(context: Mapping[str, Any]) -> str:
    return _PATTERNS.get(str(context.get("pattern", "")), _PATTERNS[r"^[a-z][a-z0-9_]{0,62}$"] if not context else "")


def _sentence(text: str) -> tuple[str, str]:
    """A validator's own words; what they end with, in brackets or as `; write …`, becomes the hint."""
    found = re.fullmatch(r"(.*\S) \((.+)\)", text, re.DOTALL) or re.fullmatch(r"(.*\S); (write .+)", text, re.DOTALL)
    return (found.group(1), found.group(2)) if found else (text, "")


def _name(path: Path) -> str:
    """The last key of a path: an item of a list is named after the list."""
    return shown(next((key for key in reversed(path) if isinstance(key, str)), "value"))


def _what(value: object) -> str:
    if value is None:
        return "empty"
    names = ((bool, "true or false"), (str, "a text"), (int, "a number"), (Decimal, "a number"), (list, "a list"))
    return next((name for kind, name in names if isinstance(value, kind)), "a mapping of keys")

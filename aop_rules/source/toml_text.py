"""TOML: the values by the standard library, the places by a light scan of our own.

The scan runs first and under caps, because the library's reader recurses into nested arrays and is quadratic in the
parts of a dotted key. It understands valid TOML; where it loses its way it stops, and the library says what is wrong.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date, time
from decimal import Decimal

from aop_rules.limits import DEPTH_MAX, DIGITS_MAX, TEXT_MAX
from aop_rules.source.build import At, Builder, Stop
from aop_rules.source.toml_places import Places
from aop_rules.source.tree import Spot

_WHERE = re.compile(r"(.*?) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)
_SAID = (
    ("Cannot overwrite a value", "SOURCE_DUPLICATE_KEY", "a key stands twice in one place", "keep one of them"),
    ("Cannot declare", "SOURCE_DUPLICATE_KEY", "a table stands twice", "put its keys in one place"),
    (
        "Cannot mutate",
        "SOURCE_DUPLICATE_KEY",
        "a table that is already complete is added to",
        "put its keys in one place",
    ),
    ("Duplicate inline table key", "SOURCE_DUPLICATE_KEY", "a key stands twice in one place", "keep one of them"),
    (
        "Unclosed array",
        "SOURCE_SYNTAX",
        "a list in brackets is not closed, or misses a comma",
        "check the `[`, `,` and `]`",
    ),
    (
        "Unclosed inline",
        "SOURCE_SYNTAX",
        "a table in braces is not closed, or misses a comma",
        "check the `{`, `,` and `}`",
    ),
    ("Invalid value", "SOURCE_SYNTAX", "this is not a value", "put a text in double quotes"),
    ("Invalid statement", "SOURCE_SYNTAX", "this is neither `key = value` nor a `[table]`", "check the line"),
    ("Expected '='", "SOURCE_SYNTAX", "a `=` is expected after the key", "write `key = value`"),
    ("Expected newline", "SOURCE_SYNTAX", "something stands after the end of the value", "one value in a line"),
    ("Unterminated string", "SOURCE_SYNTAX", "a quoted text is never closed", "close it with the same quote"),
    ("Illegal character '\\n'", "SOURCE_SYNTAX", "a quoted text is never closed", "close it with the same quote"),
)


def read_toml(text: str, builder: Builder) -> None:
    """Read `text` into the builder. Raises Stop where it cannot be read."""
    if not text.strip():
        return
    places = Places(text, builder)
    places.scan()
    if builder.problems:
        raise Stop
    try:
        data = tomllib.loads(text, parse_float=_decimal)
    except RecursionError:
        raise builder.stop(
            (1, 1), "SOURCE_TOO_DEEP", "values are nested too deep", f"at most {DEPTH_MAX} levels"
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise _syntax(str(error), text, builder) from None
    except ValueError:  # CPython refuses to read an int of thousands of digits
        hint = f"at most {DIGITS_MAX} digits"
        raise builder.stop((1, 1), "SOURCE_NUMBER_TOO_LONG", "a number is too long", hint) from None
    builder.root = places.root
    builder.data = _plain(data, places.root, builder)


class _Text(str):
    """A number that we have not looked at yet, kept apart from text."""

    __slots__ = ()


def _decimal(text: str) -> _Text:
    return _Text(text)


def _plain(value: object, spot: Spot, builder: Builder) -> object:
    """The same values with exact numbers and dates as text. It recurses as deep as the scan allowed."""
    at = (spot.line, spot.column)
    if isinstance(value, dict):
        return {key: _plain(part, spot.parts.get(key, spot), builder) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part, spot.parts.get(number, spot), builder) for number, part in enumerate(value)]
    if isinstance(value, _Text):
        return _exact(value, at, builder)
    if isinstance(value, str) and len(value) > TEXT_MAX:
        hint = f"at most {TEXT_MAX} characters in one text"
        raise builder.stop(at, "SOURCE_TEXT_TOO_LONG", "a text is too long", hint)
    if isinstance(value, int) and abs(value) >= 10**DIGITS_MAX:
        hint = f"at most {DIGITS_MAX} digits; quote it if it is a text"
        builder.problem(at, "SOURCE_NUMBER_TOO_LONG", "this is too long for a number", hint)
        return 0
    return value.isoformat() if isinstance(value, date | time) else value


def _exact(text: str, at: At, builder: Builder) -> int | Decimal | None:
    if text.lstrip("+-") in ("inf", "nan"):
        builder.problem(
            at, "SOURCE_NOT_FINITE", f"`{text}` is not a number", "leave the key out where nothing is known"
        )
        return None
    return builder.number(text.replace("_", ""), at)


def _syntax(said: str, text: str, builder: Builder) -> Stop:
    where = _WHERE.fullmatch(said)
    message = where.group(1) if where else said
    ends = (text.count("\n") + 1, len(text) - text.rfind("\n"))
    at = (int(where.group(2)), int(where.group(3))) if where and where.group(2) else ends
    code, message, hint = next(
        ((code, ours, hint) for theirs, code, ours, hint in _SAID if theirs in message),
        ("SOURCE_SYNTAX", message[:1].lower() + message[1:], "check the line"),
    )
    return builder.stop(at, code, message, hint)

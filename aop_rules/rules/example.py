"""Examples of a rule: values as people write them, made exact and of their attribute's type."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from aop_rules.exact.number import parse_number, parse_ratio
from aop_rules.rules.faults import in_short
from aop_rules.rules.syntax import Type, Value


@dataclass(frozen=True, slots=True)
class Example:
    """One example, its values exact and of their attribute's type; None is unknown."""

    fires: bool
    values: tuple[tuple[str, Value | None], ...]

    def record(self) -> dict[str, object]:
        """The same as nested mappings, as conditions are matched on.

        >>> Example(True, (("event.amount", 5), ("event.kind", "proposal"))).record()
        {'event': {'amount': 5, 'kind': 'proposal'}}
        """
        nested: dict[str, object] = {}
        for path, value in self.values:
            *above, last = path.split(".")
            at = nested
            for name in above:
                below = at.setdefault(name, {})
                if not isinstance(below, dict):
                    raise ValueError(f"`{path}` stands inside a value of the same example")
                at = below
            at[last] = value
        return nested


def value_of(raw: object, kind: Type) -> Value:
    """A value as people write it, exact and of the type. Raises ValueError saying what is wrong.

    >>> from aop_rules.rules.syntax import RATIO
    >>> value_of("7%", RATIO)
    Fraction(7, 100)
    """
    match kind.base:
        case "boolean" if isinstance(raw, bool):
            return raw
        case "text" if isinstance(raw, str):
            return unicodedata.normalize("NFC", raw)
        case "date" if isinstance(raw, date) and not isinstance(raw, datetime):
            return raw
        case "date" if isinstance(raw, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", raw, re.ASCII):
            return _day(raw)
        case "texts" if isinstance(raw, str):
            return frozenset({unicodedata.normalize("NFC", raw)})
        case "texts" if isinstance(raw, list | tuple | set | frozenset) and all(isinstance(x, str) for x in raw):
            return frozenset(unicodedata.normalize("NFC", str(x)) for x in raw)
        case "number" if isinstance(raw, str | int | float | Decimal | Fraction):
            number = parse_ratio(raw) if kind.unit == "ratio" else parse_number(raw)
            if kind.integral and number != int(number):
                raise ValueError(f"`{raw}` is not whole")
            return number
    raise ValueError(f"{_shown(raw)} is none; write {_WRITE[kind.base]}")


_WRITE = {
    "boolean": "`true` or `false`",
    "text": "it in quotes",
    "date": "it as `2026-05-31`",
    "texts": 'it as `["a", "b"]`',
    "number": "it in digits, as in `12.50`",
}


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise ValueError(f"there is no day `{written}`; write it as `2026-05-31`") from None


def _shown(raw: object) -> str:
    if isinstance(raw, bool):
        return f"`{str(raw).lower()}`"
    return f"`{in_short(str(raw))}`" if isinstance(raw, str | int | Decimal | Fraction) else "a list or mapping"

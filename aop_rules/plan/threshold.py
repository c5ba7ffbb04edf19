"""Thresholds of KPIs as text that reads aloud: `> 7%`, `< 95% of target`, `< target - 2%`."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, cast

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from aop_rules.exact.number import Exact, exact, parse_number
from aop_rules.limits import DIGITS_MAX

Operator = Literal["<", "<=", ">", ">="]
Bound = Literal["absolute", "share", "offset"]

_NUMBER = r"[0-9]+(?:_[0-9]+)*(?:\.[0-9]+)?"
_SHAPE = re.compile(
    rf"(?P<op>[<>]=?)\s*(?:(?P<plain>-?{_NUMBER})\s*(?P<plain_pct>%)?(?P<of>\s*of\s+target)?"
    rf"|target(?:\s*(?P<sign>[+-])\s*(?P<offset>{_NUMBER})\s*(?P<offset_pct>%)?)?)",
    re.ASCII,
)
_PATTERN = rf"^\s*[<>]=?\s*(-?{_NUMBER}\s*%?(\s*of\s+target)?|target(\s*[+-]\s*{_NUMBER}\s*%?)?)\s*$"
_EXAMPLES = ["> 7%", "< 35%", ">= 500_000_000", "< 95% of target", "< target", "< target - 2%", "> target + 50_000"]
_WRITE = "write one as in `> 7%`, `< 95% of target` or `< target - 2%`"
_COMPARE: dict[str, Callable[[Exact, Exact], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Threshold:
    """A line that a KPI's value may be past: an amount, a share of its target, or a distance from its target.

    `percent` keeps `7%` apart from `0.07`: the one is a ratio, the other a plain number. A distance in percent is in
    percentage points, and so for KPIs that are ratios.

    >>> Threshold.parse("> 7%").past(1, None)
    True
    >>> str(Threshold.parse("<95 % of target"))
    '< 95% of target'
    >>> Threshold.parse("< 95% of target").past(94, None) is None
    True
    """

    operator: Operator
    bound: Bound
    amount: Exact
    percent: bool = False

    @classmethod
    def parse(cls, text: str) -> Threshold:
        """Read a threshold. Raises ValueError saying what one looks like."""
        found = _SHAPE.fullmatch(text.strip()) if len(text) <= 2 * DIGITS_MAX else None
        if found is None:
            raise ValueError(f"`{text.strip()[:40]}` is no threshold ({_WRITE})")
        part = found.groupdict()
        relation = cast(Operator, part["op"])
        if part["plain"] is None:
            percent = bool(part["offset_pct"])
            distance = _exact(part["offset"] or "0", percent)
            percent = percent and distance != 0  # no distance is the same in percent: it is written `< target`
            return cls(relation, "offset", -distance if part["sign"] == "-" else distance, percent)
        if part["of"] and not part["plain_pct"]:
            raise ValueError(
                f"a share of the target is in percent (was `{part['op']} {part['plain']}% of target` meant?)"
            )
        percent = bool(part["plain_pct"])
        return cls(relation, "share" if part["of"] else "absolute", _exact(part["plain"], percent), percent)

    @property
    def needs_target(self) -> bool:
        return self.bound != "absolute"

    @property
    def upward(self) -> bool:
        """Whether values above the line are past it."""
        return self.operator in (">", ">=")

    def line(self, target: Exact | None) -> Exact | None:
        """The value that the KPI is compared with; None when it hangs on a target that is unknown."""
        if self.bound == "absolute":
            return self.amount
        if target is None:
            return None
        return exact(self.amount * target if self.bound == "share" else self.amount + target)

    def past(self, value: Exact, target: Exact | None) -> bool | None:
        """Whether `value` is past the line; None when that needs a target and it is unknown."""
        line = self.line(target)
        return None if line is None else _COMPARE[self.operator](value, line)

    def expression(self, value: str = "kpi.value", target: str = "kpi.target") -> str:
        """The same as a condition of the rule language.

        >>> Threshold.parse("< 95% of target").expression()
        'kpi.value < 95% * kpi.target'
        """
        number = _text(self.amount, self.percent)
        if self.bound == "absolute":
            return f"{value} {self.operator} {number}"
        if self.bound == "share":
            return f"{value} {self.operator} {number} * {target}"
        return f"{value} {self.operator} {target}{self._distance()}"

    def _distance(self) -> str:
        if self.amount == 0:
            return ""
        return f" {'-' if self.amount < 0 else '+'} {_text(self.amount, self.percent).lstrip('-')}"

    def __str__(self) -> str:
        if self.bound == "offset":
            return f"{self.operator} target{self._distance()}"
        of = " of target" if self.bound == "share" else ""
        return f"{self.operator} {_text(self.amount, self.percent)}{of}"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            _from_raw, serialization=core_schema.plain_serializer_function_ser_schema(str, when_used="always")
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {
            "type": "string",
            "pattern": _PATTERN,
            "examples": _EXAMPLES,
            "description": "A line that the KPI's value is compared with: an amount, a share of its target, "
            "or a distance from its target.",
        }


def _from_raw(raw: object) -> Threshold:
    if isinstance(raw, Threshold):
        return raw
    if not isinstance(raw, str):
        raise ValueError(f"a threshold has a comparison ({_WRITE})")
    return Threshold.parse(raw)


def _exact(text: str, percent: bool) -> Exact:
    return parse_number(f"{text}%" if percent else text)


def _text(value: Exact, percent: bool) -> str:
    """A number with `_` between thousands, to its last digit. Amounts come from text, so their decimals end."""
    scaled = Fraction(value) * (100 if percent else 1)
    digits = 0
    while scaled.denominator != 1 and digits < DIGITS_MAX:
        scaled, digits = scaled * 10, digits + 1
    if scaled.denominator != 1:
        raise ValueError(f"{value} has no end in decimals: a threshold cannot be written with it")
    whole, part = divmod(abs(scaled.numerator), 10**digits)
    sign = "-" if scaled < 0 else ""
    return f"{sign}{whole:_}{f'.{part:0{digits}}' if digits else ''}{'%' if percent else ''}"

"""Thresholds of KPIs as text that reads aloud: `> 7%`, `< 95% of target`, `< target - 2%`, `outside 34%..36%`, `off target`."""

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

Operator = Literal["<", "<=", ">", ">=", "outside", "inside"]
Bound = Literal["absolute", "share", "offset"]

_NUMBER = r"[0-9]+(?:_[0-9]+)*(?:\.[0-9]+)?"
_SHAPE = re.compile(
    rf"(?P<op>[<>]=?)\s*(?:(?P<plain>-?{_NUMBER})\s*(?P<plain_pct>%)?(?P<of>\s*of\s+target)?"
    rf"|target(?:\s*(?P<sign>[+-])\s*(?P<offset>{_NUMBER})\s*(?P<offset_pct>%)?)?)",
    re.ASCII,
)
_RANGE = re.compile(
    rf"(?P<op>outside|inside)\s+(?P<low>-?{_NUMBER})\s*(?P<low_pct>%)?\s*\.\.\s*(?P<high>-?{_NUMBER})\s*(?P<high_pct>%)?",
    re.ASCII,
)
_OFF = re.compile(
    rf"(?P<bare>off|on)\s+target|off\s+target\s+by\s+(?P<than>more\s+than|at\s+most)\s+(?P<by>{_NUMBER})\s*"
    r"(?:(?P<pct>%)(?P<of>\s*of\s+target)?)?",
    re.ASCII,
)
_ONE_SIDED = rf"[<>]=?\s*(-?{_NUMBER}\s*%?(\s*of\s+target)?|target(\s*[+-]\s*{_NUMBER}\s*%?)?)"
_TWO_SIDED = (
    rf"(outside|inside)\s+-?{_NUMBER}\s*%?\s*\.\.\s*-?{_NUMBER}\s*%?"
    rf"|(off|on)\s+target|off\s+target\s+by\s+(more\s+than|at\s+most)\s+{_NUMBER}\s*(%(\s*of\s+target)?)?"
)
_PATTERN = rf"^\s*({_ONE_SIDED}|{_TWO_SIDED})\s*$"
_EXAMPLES = ["> 7%", "< 35%", ">= 500_000_000", "< 95% of target", "< target", "< target - 2%", "> target + 50_000"]
_EXAMPLES += ["outside 34%..36%", "off target", "off target by more than 5% of target"]
_WRITE = (
    "write one as in `> 7%`, `< 95% of target`, `< target - 2%`, `outside 34%..36%` or `off target by more than 2%`"
)
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
    >>> [Threshold.parse("off target by more than 5").past(value, 100) for value in (94, 95, 105, 106)]
    [True, False, False, True]
    """

    operator: Operator
    bound: Bound
    amount: Exact
    """Of two sides: the lower end of the range, or the distance from the target on either side."""
    percent: bool = False
    to: Exact | None = None
    """The upper end of a range."""

    @classmethod
    def parse(cls, text: str) -> Threshold:
        """Read a threshold. Raises ValueError saying what one looks like."""
        asked = text.strip() if len(text) <= 2 * DIGITS_MAX else ""
        if between := _RANGE.fullmatch(asked):
            return _range(between.groupdict())
        if off := _OFF.fullmatch(asked):
            return _off(off.groupdict())
        found = _SHAPE.fullmatch(asked)
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
    def two_sided(self) -> bool:
        """Whether it speaks of both sides: `outside 34%..36%`, `off target`, and what recovers from them."""
        return self.operator in ("outside", "inside")

    @property
    def upward(self) -> bool:
        """Whether values above the line are past it; of one with two sides, see `above`."""
        return self.operator in (">", ">=")

    def above(self, value: Exact | None, target: Exact | None) -> bool:
        """Whether it is the upper side on which `value` is compared."""
        if not self.two_sided:
            return self.upward
        line = self.line(target, value)
        return line is not None and value is not None and value > line

    def line(self, target: Exact | None, value: Exact | None = None) -> Exact | None:
        """The value that the KPI is compared with; None when it hangs on a target that is unknown.

        With two sides: that which is nearer to `value`; None without a value.
        """
        if self.two_sided:
            ends = self.ends(target)
            if ends is None or value is None:
                return None
            return ends[0] if 2 * value < ends[0] + ends[1] else ends[1]
        if self.bound == "absolute":
            return self.amount
        if target is None:
            return None
        return exact(self.amount * target if self.bound == "share" else self.amount + target)

    def ends(self, target: Exact | None) -> tuple[Exact, Exact] | None:
        """Of two sides: the least and the most that lies inside; None where that is unknown, and for one side."""
        if not self.two_sided:
            return None
        if self.bound == "absolute":
            return self.amount, self.amount if self.to is None else self.to
        if target is None:
            return None
        distance: Exact = self.amount * abs(Fraction(target)) if self.bound == "share" else self.amount
        return exact(target - distance), exact(target + distance)

    def past(self, value: Exact, target: Exact | None) -> bool | None:
        """Whether `value` is past the line; None when that needs a target and it is unknown."""
        if self.two_sided:
            ends = self.ends(target)
            return None if ends is None else (ends[0] <= value <= ends[1]) == (self.operator == "inside")
        line = self.line(target)
        return None if line is None else _COMPARE[self.operator](value, line)

    def expression(self, value: str = "kpi.value", target: str = "kpi.target") -> str:
        """The same as a condition of the rule language.

        >>> Threshold.parse("< 95% of target").expression()
        'kpi.value < 95% * kpi.target'
        """
        number = _text(self.amount, self.percent)
        if self.two_sided:
            return self._both_sides(value, target, number)
        if self.bound == "absolute":
            return f"{value} {self.operator} {number}"
        if self.bound == "share":
            return f"{value} {self.operator} {number} * {target}"
        return f"{value} {self.operator} {target}{self._distance()}"

    def _both_sides(self, value: str, target: str, number: str) -> str:
        out = self.operator == "outside"
        if self.bound == "absolute":
            high = _text(self.amount if self.to is None else self.to, self.percent)
            return f"{value} < {number} or {value} > {high}" if out else f"{value} >= {number} and {value} <= {high}"
        if self.amount == 0:
            return f"{value} {'!=' if out else '=='} {target}"
        apart = f"{number} * abs({target})" if self.bound == "share" else number
        return f"abs({value} - {target}) {'>' if out else '<='} {apart}"

    def _distance(self) -> str:
        if self.amount == 0:
            return ""
        return f" {'-' if self.amount < 0 else '+'} {_text(self.amount, self.percent).lstrip('-')}"

    def __str__(self) -> str:
        if self.two_sided:
            return self._sides()
        if self.bound == "offset":
            return f"{self.operator} target{self._distance()}"
        of = " of target" if self.bound == "share" else ""
        return f"{self.operator} {_text(self.amount, self.percent)}{of}"

    def _sides(self) -> str:
        number = _text(self.amount, self.percent)
        if self.bound == "absolute":
            return f"{self.operator} {number}..{_text(self.amount if self.to is None else self.to, self.percent)}"
        if self.amount == 0:
            return "off target" if self.operator == "outside" else "on target"
        than = "more than" if self.operator == "outside" else "at most"
        return f"off target by {than} {number}{' of target' if self.bound == 'share' else ''}"

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
            "or a distance from its target; `outside` and `off target` count both sides.",
        }


def _from_raw(raw: object) -> Threshold:
    if isinstance(raw, Threshold):
        return raw
    if not isinstance(raw, str):
        raise ValueError(f"a threshold has a comparison ({_WRITE})")
    return Threshold.parse(raw)


def _range(part: dict[str, str | None]) -> Threshold:
    low, high, percent = part["low"] or "", part["high"] or "", bool(part["high_pct"])
    if bool(part["low_pct"]) != percent:
        raise ValueError("both ends of a range are in percent, or none is (write it as in `outside 34%..36%`)")
    ends = _exact(low, percent), _exact(high, percent)
    if ends[0] > ends[1]:
        raise ValueError(f"the range begins above its end (was `{part['op']} {high}..{low}` meant?)")
    return Threshold(cast(Operator, part["op"]), "absolute", ends[0], percent, ends[1])


def _off(part: dict[str, str | None]) -> Threshold:
    if part["bare"]:
        return Threshold("outside" if part["bare"] == "off" else "inside", "offset", 0)
    relation: Operator = "outside" if (part["than"] or "").startswith("more") else "inside"
    percent = bool(part["pct"])
    distance = _exact(part["by"] or "0", percent)
    if distance == 0:  # however it is written, it is the target itself
        return Threshold(relation, "offset", 0)
    return Threshold(relation, "share" if part["of"] else "offset", distance, percent)


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

"""What a condition becomes before it is arranged: parts as code, and the local variables that they read."""

from __future__ import annotations

from dataclasses import dataclass

from aop_rules.inference.access import Access
from aop_rules.inference.python_code import Code
from aop_rules.rules.syntax import Attribute, Expression


@dataclass(frozen=True, slots=True)
class Slot:
    """The local variable that holds an attribute."""

    number: int
    attribute: Attribute

    @property
    def raw(self) -> str:
        """As the record has it: for numbers int, Decimal or Fraction."""
        return f"x{self.number}"

    @property
    def exact(self) -> str:
        """As int or Fraction, to calculate with."""
        return f"e{self.number}"

    @property
    def over(self) -> tuple[str, str]:
        """As numerator and denominator: for shares, which are seldom whole."""
        return f"n{self.number}", f"d{self.number}"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a condition's outermost `and`, as code, and the divisors that have to be positive for it."""

    source: Expression
    code: Code
    doubts: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class Lowered:
    """A condition as code: its place among all conditions, its id, its access and the parts of its outermost `and`."""

    place: int
    id: str
    access: Access | None
    parts: tuple[Part, ...]

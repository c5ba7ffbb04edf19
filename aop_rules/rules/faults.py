"""What is wrong with one condition, and where in its text: the small change of which a `Problem` is made.

Codes: RULE_SYNTAX, RULE_NUMBER, RULE_TEXT, RULE_DATE, RULE_TOO_LONG, RULE_TOO_DEEP (the parser);
RULE_UNKNOWN_NAME, RULE_UNKNOWN_FUNCTION, RULE_ARITY, RULE_TYPE_MISMATCH, RULE_UNIT_MISMATCH, RULE_CONSTANT,
RULE_SELF_COMPARISON (the checker).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from aop_rules.errors import AopError, Place, Problem, Severity
from aop_rules.rules.syntax import Node, Span


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, at a span of the condition's text."""

    code: str
    span: Span
    message: str
    hint: str = ""
    severity: Severity = "error"

    def at(self, place: Place) -> Problem:
        """The same as a problem of a file."""
        return Problem(place, self.code, self.message, self.hint, self.severity)


class Faults:
    """What has been found wrong with one condition so far."""

    def __init__(self) -> None:
        self._found: set[Fault] = set()

    def add(self, code: str, node: Node, message: str, hint: str = "", severity: Severity = "error") -> None:
        """Takes note of one, at the node that it is about."""
        self._found.add(Fault(code, node.span, message, hint, severity))

    def in_order(self) -> tuple[Fault, ...]:
        """Each of them once, in the order of the text."""
        return tuple(sorted(self._found, key=lambda fault: (fault.span, fault.code, fault.message)))


class ExpressionError(AopError):
    """A condition that cannot be used. `faults` holds what is wrong: the first thing in syntax, everything in types."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{f.code} at {f.span[0]}: {f.message}" for f in self.faults))

    def __reduce__(self) -> tuple[type[ExpressionError], tuple[tuple[Fault, ...]]]:
        return type(self), (self.faults,)


def in_short(text: str) -> str:
    r"""A word of the reader's own as messages quote it: not endless, nothing unseen in it, and no quote of its own.

    >>> in_short("a\u202eb"), len(in_short("a" * 4_000))
    ('aU+202Eb', 60)
    """
    short = text if len(text) <= 60 else f"{text[:59]}…"
    return "".join(sign if sign.isprintable() else f"U+{ord(sign):04X}" for sign in short.replace("`", "'"))


def place_in_text(text: str, offset: int, file: str = "<condition>") -> Place:
    r"""Where an offset stands, counted in lines and columns of the condition alone.

    >>> str(place_in_text("a and\nb", 6))
    '<condition>:2:1'
    """
    before = text[:offset]
    return Place(file, before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1)

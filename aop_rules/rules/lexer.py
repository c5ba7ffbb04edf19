"""Cuts the text of a condition into tokens, in one pass of one pattern that cannot backtrack badly."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal as OneOf

from aop_rules.limits import DIGITS_MAX, EXPRESSION_CHARACTERS_MAX
from aop_rules.rules.faults import ExpressionError, Fault, in_short
from aop_rules.rules.grammar import KEYWORDS
from aop_rules.rules.syntax import Span

Kind = OneOf["number", "percent", "date", "text", "name", "keyword", "sign", "end"]

TOKEN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<date>\d{4}-\d\d-\d\d(?![\w-]))
  | (?P<number>\d[\w.]*%?)                       # taken whole, judged below: so that `1.5e0` is one clear error
  | (?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)
  | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
  | (?P<sign>==|!=|<=|>=|[-+*/<>()\[\],])
    """,
    re.VERBOSE | re.ASCII | re.DOTALL,
)
NUMBER = re.compile(r"(\d+(?:_\d+)*)(?:\.(\d+(?:_\d+)*))?(%?)", re.ASCII)

# What people write who know other languages, and what it is called here.
HABITS = {
    "=": "to compare, write `==`",
    "&&": "write `and`",
    "&": "write `and`",
    "||": "write `or`",
    "|": "write `or`",
    "!": "write `not`",
    "<>": "write `!=`",
    "=<": "write `<=`",
    "=>": "write `>=`",
    "≤": "write `<=`",
    "≥": "write `>=`",
    "≠": "write `!=`",
    "×": "write `*`",
    "÷": "write `/`",
    "%": "a percent sign stands directly behind its number: `7%`",
    "**": "there are no powers; multiply",
    "//": "there is one division: `/`",
    "{": 'a set is written in square brackets: `["a", "b"]`',
    "}": 'a set is written in square brackets: `["a", "b"]`',
    ".": "write a number with its leading digit (`0.5`), and a name in one piece (`event.amount`)",
    "“": 'text stands between straight quotes: `"…"`',
    "”": 'text stands between straight quotes: `"…"`',
    "’": "text stands between straight quotes: `'…'`",
    "‘": "text stands between straight quotes: `'…'`",
    "₫": "money is a plain number in the plan's currency: `20_000_000`",
    "$": "money is a plain number in the plan's currency: `20_000`",
    "€": "money is a plain number in the plan's currency: `20_000`",
}


@dataclass(frozen=True, slots=True)
class Token:
    """One word, sign or literal. `value` is what a literal means."""

    kind: Kind
    text: str
    span: Span
    value: str | int | Fraction | date | None = None

    def is_(self, *texts: str) -> bool:
        """Whether it is one of these words or signs of the language (and no text that reads the same)."""
        return self.kind in ("keyword", "sign") and self.text in texts


def fail(code: str, span: Span, message: str, hint: str = "") -> ExpressionError:
    """The error for one fault, to be raised by the caller."""
    return ExpressionError([Fault(code, span, message, hint)])


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a condition, ending in one of kind `end`. Raises ExpressionError at what is no token."""
    if len(text) > EXPRESSION_CHARACTERS_MAX:
        said = f"a condition of {len(text)} characters; at most {EXPRESSION_CHARACTERS_MAX} are read"
        raise fail("RULE_TOO_LONG", (0, 0), said, "split it into several rules")
    at = 0
    while at < len(text):
        found = TOKEN.match(text, at)
        if found is None:
            if text[at].isspace():  # a no-break space from a word processor
                at += 1
                continue
            raise _unreadable(text, at)
        kind, word, span = found.lastgroup, found.group(), found.span()
        at = found.end()
        if kind == "space":
            continue
        if kind == "number":
            yield _number(word, span)
        elif kind == "date":
            yield _date(word, span)
        elif kind == "text":
            yield Token("text", word, span, _unquoted(word, span))
        elif kind == "name":
            yield _name(word, span, text)
        else:
            yield _sign(word, span, text)
    yield Token("end", "", (len(text), len(text)))


def _name(word: str, span: Span, text: str) -> Token:
    following = text[span[1] : span[1] + 1]
    if following == ".":
        raise fail(
            "RULE_SYNTAX",
            (span[1], span[1] + 1),
            f"nothing after the dot of `{in_short(word)}.`",
            "name what is meant: `event.amount`",
        )
    if following and not following.isascii() and following.isalnum():
        raise fail(
            "RULE_SYNTAX",
            (span[1], span[1] + 1),
            f"the letter `{following}` in a name",
            "names use the letters a to z, digits and `_`",
        )
    return Token("keyword" if word in KEYWORDS else "name", word, span)


def _sign(word: str, span: Span, text: str) -> Token:
    pair = text[span[0] : span[0] + 2]
    if pair in HABITS and pair != word:
        raise fail("RULE_SYNTAX", (span[0], span[0] + 2), f"`{pair}` is not an operator here", HABITS[pair])
    return Token("sign", word, span)


def _number(word: str, span: Span) -> Token:
    found = NUMBER.fullmatch(word)
    if found is None:
        raise fail("RULE_NUMBER", span, f"`{in_short(word)}` is not a number", _number_hint(word))
    if len(word) > DIGITS_MAX:
        said = f"a number of {len(word)} digits; at most {DIGITS_MAX} are read"
        raise fail("RULE_NUMBER", span, said, "round it: no figure of a plan is that exact")
    whole, part, percent = found.groups()
    value = Fraction(f"{whole}.{part or 0}") / (100 if percent else 1)
    plain = value.numerator if value.denominator == 1 else value
    return Token("percent" if percent else "number", word, span, plain)


def _number_hint(word: str) -> str:
    if re.fullmatch(r"[\d_.]+[eE]\d*%?", word):
        return "write the number out, without an exponent: `1_500_000`"
    if word.count(".") > 1:
        return f"group digits with `_`: `{in_short(word.replace('.', '_'))}`"
    if "_" in word.strip("0123456789.%"):
        return "`_` stands between digits only: `20_000_000`"
    return "a number is written `20_000_000`, `0.95` or `7%`; its unit follows from what it is compared with"


def _date(word: str, span: Span) -> Token:
    try:
        return Token("date", word, span, date.fromisoformat(word))
    except ValueError:
        raise fail(
            "RULE_DATE", span, f"there is no day `{word}`", "a date is written year-month-day: `2026-05-31`"
        ) from None


def _unquoted(word: str, span: Span) -> str:
    """The text between the quotes, in Unicode's composed form, so that `é` equals `é` however it was typed."""
    inner = word[1:-1]
    for found in re.finditer(r"\\(.)", inner, re.DOTALL):
        if found.group(1) not in "\"'\\":
            at = span[0] + 1 + found.start()
            raise fail(
                "RULE_TEXT",
                (at, at + 2),
                f"`{in_short(found.group())}` means nothing in a text",
                "only `\\\"`, `\\'` and `\\\\` are written with a backslash",
            )
    return unicodedata.normalize("NFC", re.sub(r"\\(.)", r"\1", inner, flags=re.DOTALL))


def _unreadable(text: str, at: int) -> ExpressionError:
    sign = text[at]
    if sign in "\"'":
        return fail("RULE_TEXT", (at, len(text)), "a text that does not end", f"close it with {sign}")
    pair = text[at : at + 2]
    said = pair if pair in HABITS else sign
    if said in HABITS:
        return fail("RULE_SYNTAX", (at, at + len(said)), f"`{said}` is not an operator here", HABITS[said])
    if sign.isalpha():
        return fail(
            "RULE_SYNTAX",
            (at, at + 1),
            f"the letter `{sign}` in a name",
            "names use the letters a to z, digits and `_`",
        )
    hint = "remove it, or put it in quotes if it belongs to a text"
    return fail("RULE_SYNTAX", (at, at + 1), f"the sign `{in_short(sign)}` has no meaning here", hint)

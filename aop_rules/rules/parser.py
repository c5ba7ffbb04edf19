"""From the text of a condition to its tree: precedence climbing, capped in size and depth, so that no input kills it.

Lookup words are other spellings and vanish here: `ytd(revenue)` is `kpis.revenue.ytd`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from aop_rules.errors import did_you_mean
from aop_rules.limits import EXPRESSION_DEPTH_MAX, EXPRESSION_NODES_MAX
from aop_rules.rules.faults import ExpressionError, in_short
from aop_rules.rules.grammar import (
    AND,
    BINDING,
    COMPARE,
    COMPARISONS,
    CONTRIBUTES,
    FUNCTIONS,
    LOOKUPS,
    MINUS,
    NOT,
    OR,
    SUM,
)
from aop_rules.rules.lexer import Token, fail, tokens
from aop_rules.rules.syntax import (
    All,
    Any,
    Arithmetic,
    Attribute,
    Call,
    Compare,
    Expression,
    In,
    Literal,
    Negate,
    Not,
    SetOf,
    Span,
)

_WANTED = dict.fromkeys(LOOKUPS, "a KPI") | {"available": "a budget line", CONTRIBUTES: "a goal"}
OTHER_WORDS = {"True": "true", "False": "false", "AND": "and", "OR": "or", "NOT": "not", "IN": "in", "is": "=="}
_VALUE, _ONE_MORE = "a value", "`and`, `or` or the end"
_WAY_OUT = {
    _VALUE: "name an attribute, or write a number, a text or a date",
    _ONE_MORE: "join two questions with `and` or `or`",
}
IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Built:
    """A tree, and how deep it is."""

    tree: Expression
    depth: int = 1


def parse(text: str) -> Expression:
    """The tree of a condition. Raises ExpressionError, with the span of the first thing that is wrong.

    >>> parse("event.amount > 7% * budget.cap").operator
    '>'
    >>> parse("1 < event.amount < 5")
    Traceback (most recent call last):
        ...
    aop_rules.rules.faults.ExpressionError: RULE_SYNTAX at 17: comparisons do not chain
    """
    return _Parser(list(tokens(text))).whole()


class _Parser:
    def __init__(self, read: list[Token]) -> None:
        self._tokens = read
        self._at = 0
        self._nodes = 0

    # ── moving ──

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._tokens[self._at]
        self._at += token.kind != "end"
        return token

    def _close(self, sign: str, opened: Token) -> Token:
        if self._next.is_(sign):
            return self._take()
        if self._next.kind == "end":
            raise fail("RULE_SYNTAX", opened.span, f"`{opened.text}` is never closed", f"add `{sign}`")
        raise self._unexpected(f"`{sign}`")

    def _unexpected(self, wanted: str) -> ExpressionError:
        token = self._next
        hint = _WAY_OUT.get(wanted, f"add {wanted}, or check what stands before it")
        if token.kind == "end":
            return fail("RULE_SYNTAX", token.span, f"the condition ends where {wanted} is expected", hint)
        if token.text in OTHER_WORDS:
            hint = f"write `{OTHER_WORDS[token.text]}`"
        return fail("RULE_SYNTAX", token.span, f"`{in_short(token.text)}` where {wanted} is expected", hint)

    def _made(self, tree: Expression, *parts: Built, below: int = 0) -> Built:
        """Counts a node; refuses a tree too large or too deep for a person, and for recursion elsewhere."""
        self._nodes += 1
        depth = 1 + max([below, *(part.depth for part in parts)])
        if self._nodes > EXPRESSION_NODES_MAX:
            said = f"more than {EXPRESSION_NODES_MAX} parts in one condition"
            raise fail("RULE_TOO_LONG", tree.span, said, "split it into several rules")
        if depth > EXPRESSION_DEPTH_MAX:
            raise self._too_deep(tree.span)
        return Built(tree, depth)

    def _too_deep(self, span: Span) -> ExpressionError:
        said = f"more than {EXPRESSION_DEPTH_MAX} levels in one condition"
        return fail("RULE_TOO_DEEP", span, said, "split it into several rules")

    # ── expressions ──

    def whole(self) -> Expression:
        if self._next.kind == "end":
            raise fail("RULE_SYNTAX", self._next.span, "the condition is empty", "write `true` for always")
        built = self._expression(OR, 1)
        if self._at < len(self._tokens) - 1:
            raise self._unexpected(_ONE_MORE)
        return built.tree

    def _expression(self, binding: int, level: int) -> Built:
        """Everything from here that binds at least as tightly as `binding`."""
        if level > EXPRESSION_DEPTH_MAX:
            raise self._too_deep(self._next.span)
        left = self._prefix(binding, level)
        while True:
            token = self._next
            strength = BINDING.get(token.text, 0) if token.kind in ("keyword", "sign") else 0
            if not strength or strength < binding:
                return left
            if strength in (OR, AND):
                left = self._joined(left, token.text, strength, level)
            elif strength == COMPARE:
                left = self._compared(left, level)
            else:
                self._take()
                right = self._expression(strength + 1, level + 1)
                tree = Arithmetic(token.text, left.tree, right.tree, span=_over(left, right))  # type: ignore[arg-type]
                left = self._made(tree, left, right)

    def _joined(self, first: Built, word: str, strength: int, level: int) -> Built:
        kind: type[All] | type[Any] = All if word == "and" else Any
        parts = [first]
        while self._next.is_(word):
            self._take()
            parts.append(self._expression(strength + 1, level + 1))
        operands: list[Expression] = []
        for part in parts:  # `a and (b and c)` is `a and b and c`
            operands.extend(part.tree.operands if isinstance(part.tree, kind) else [part.tree])
        return self._made(kind(tuple(operands), span=_over(parts[0], parts[-1])), *parts)

    def _compared(self, left: Built, level: int) -> Built:
        token = self._take()
        negated = token.text == "not"
        if negated and not self._take_if("in"):
            raise fail(
                "RULE_SYNTAX", token.span, "`not` between two values", "write `not in`, or put `and` before `not`"
            )
        if self._next.is_("not"):
            raise fail(
                "RULE_SYNTAX",
                self._next.span,
                f"`not` after `{token.text}`",
                "write `not` before the comparison, or in parentheses",
            )
        right = self._expression(SUM, level + 1)
        span = _over(left, right)
        if self._next.is_(*COMPARISONS, "in") or (self._next.is_("not") and self._tokens[self._at + 1].is_("in")):
            middle = right.tree
            name = middle.name if isinstance(middle, Attribute) else "x"
            hint = f"join them with `and`, as in `1 < {name} and {name} < 5`"
            raise fail("RULE_SYNTAX", self._next.span, "comparisons do not chain", hint)
        if token.is_("in", "not"):
            return self._made(In(left.tree, right.tree, negated, span=span), left, right)
        return self._made(Compare(token.text, left.tree, right.tree, span=span), left, right)  # type: ignore[arg-type]

    def _take_if(self, text: str) -> bool:
        if not self._next.is_(text):
            return False
        self._take()
        return True

    def _prefix(self, binding: int, level: int) -> Built:
        token = self._next
        if token.is_("not"):
            if binding > NOT:
                raise fail(
                    "RULE_SYNTAX", token.span, "`not` inside a comparison or a sum", "put it in parentheses: `(not …)`"
                )
            self._take()
            operand = self._expression(NOT, level + 1)
            return self._made(Not(operand.tree, span=(token.span[0], operand.tree.span[1])), operand)
        if token.is_("-"):
            self._take()
            if self._next.kind in ("number", "percent"):
                return self._number(self._take(), token)
            operand = self._expression(MINUS, level + 1)
            return self._made(Negate(operand.tree, span=(token.span[0], operand.tree.span[1])), operand)
        return self._atom(level)

    # ── atoms ──

    def _atom(self, level: int) -> Built:
        token = self._next
        if token.kind in ("number", "percent"):
            return self._number(self._take())
        if token.kind in ("text", "date"):
            self._take()
            assert token.value is not None
            return self._made(Literal(token.value, span=token.span))
        if token.is_("true", "false"):
            return self._made(Literal(self._take().text == "true", span=token.span))
        if token.is_("("):
            opened = self._take()
            inner = self._expression(OR, level + 1)
            self._close(")", opened)
            return inner
        if token.is_("["):
            return self._set()
        if token.kind == "name":
            self._take()
            if self._next.is_("("):
                return self._call(token, level)
            return self._made(Attribute(tuple(token.text.split(".")), span=token.span))
        raise self._unexpected(_VALUE)

    def _number(self, token: Token, minus: Token | None = None) -> Built:
        """A number, with the minus directly before it: `-7` is one literal."""
        value = token.value
        assert isinstance(value, int | Fraction)
        span = (minus.span[0], token.span[1]) if minus else token.span
        return self._made(Literal(-value if minus else value, token.kind == "percent", span=span))

    def _set(self) -> Built:
        opened = self._take()
        items: list[str] = []
        while not self._next.is_("]"):
            if items and not self._take_if(","):
                self._close("]", opened)
            if items and self._next.is_("]"):  # a comma behind the last is fine
                break
            if self._next.kind != "text":
                raise self._not_a_text(opened)
            items.append(str(self._take().value))
        closed = self._close("]", opened)
        return self._made(SetOf(tuple(items), span=(opened.span[0], closed.span[1])))

    def _not_a_text(self, opened: Token) -> ExpressionError:
        token = self._next
        if token.kind == "end":
            return fail("RULE_SYNTAX", opened.span, "`[` is never closed", "add `]`")
        hint = (
            f'put it in quotes: `"{in_short(token.text)}"`' if token.kind == "name" else "a set holds texts in quotes"
        )
        return fail("RULE_SYNTAX", token.span, f"`{in_short(token.text)}` in a set", hint)

    def _call(self, name: Token, level: int) -> Built:
        opened = self._take()
        if name.text in _WANTED:
            return self._lookup(name, opened)
        if name.text not in FUNCTIONS:
            raise fail(
                "RULE_UNKNOWN_FUNCTION",
                name.span,
                f"no function `{in_short(name.text)}`",
                did_you_mean(name.text, (*FUNCTIONS, *_WANTED)),
            )
        arguments: list[Built] = []
        while not self._next.is_(")"):
            if arguments and not self._take_if(","):
                self._close(")", opened)
            arguments.append(self._expression(OR, level + 1))
        closed = self._close(")", opened)
        call = Call(name.text, tuple(a.tree for a in arguments), span=(name.span[0], closed.span[1]))
        return self._made(call, *arguments)

    def _lookup(self, name: Token, opened: Token) -> Built:
        """`ytd(revenue)` and its like: the argument is an id, with or without quotes."""
        argument = self._next
        word = str(argument.value) if argument.kind == "text" else argument.text
        if argument.kind not in ("name", "text") or not IDENTIFIER.fullmatch(word):
            wanted = _WANTED[name.text]
            raise fail(
                "RULE_SYNTAX", argument.span, f"`{name.text}` takes the id of {wanted}", f"as in `{name.text}(some_id)`"
            )
        self._take()
        span = (name.span[0], self._close(")", opened).span[1])
        if name.text == CONTRIBUTES:
            item = self._made(Literal(word, span=argument.span))
            serves = self._made(Attribute(("event", "serves"), span=name.span))
            return self._made(In(item.tree, serves.tree, span=span), item, serves)
        first, last = LOOKUPS[name.text]
        return self._made(Attribute((first, word, last), span=span))


def _over(left: Built, right: Built) -> Span:
    return left.tree.span[0], right.tree.span[1]

"""Python code built node by node, and turned into one function without `eval` or `exec`.

Why this is safe for conditions that strangers wrote. The tree is made of the few node kinds below and nothing is ever
parsed from text: what came from a rule (a name in a record, a text, a number) can only become an `ast.Constant`, and
every variable is a name that we number ourselves. `compile` turns the tree into a code object, and `FunctionType` gives
it a world of its own: the names that we hand over, with no builtins. So the code cannot import, call or reach anything
but those names, and it has no loop that could run on.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from types import CodeType, FunctionType
from typing import Any, Final, cast

from aop_rules.errors import EngineError

Code = ast.expr
"""A piece of code that has a value."""

_LOAD: Final = ast.Load()
_STORE: Final = ast.Store()
_COMPARE: Final[dict[str, ast.cmpop]] = {
    "==": ast.Eq(),
    "!=": ast.NotEq(),
    "<": ast.Lt(),
    "<=": ast.LtE(),
    ">": ast.Gt(),
    ">=": ast.GtE(),
    "in": ast.In(),
    "not in": ast.NotIn(),
    "is": ast.Is(),
    "is not": ast.IsNot(),
}
_ARITHMETIC: Final[dict[str, ast.operator]] = {"+": ast.Add(), "-": ast.Sub(), "*": ast.Mult()}


def name(text: str) -> Code:
    return ast.Name(text, _LOAD, lineno=1, col_offset=0)


def constant(value: bool | int | str | frozenset[str]) -> Code:
    # A set of texts is a constant to the compiler, though the stubs of `ast` do not say so.
    return ast.Constant(cast(Any, value), lineno=1, col_offset=0)


def compare(operator: str, left: Code, right: Code) -> Code:
    return ast.Compare(left, [_COMPARE[operator]], [right], lineno=1, col_offset=0)


def arithmetic(operator: str, left: Code, right: Code) -> Code:
    return ast.BinOp(left, _ARITHMETIC[operator], right, lineno=1, col_offset=0)


def negative(value: Code) -> Code:
    return ast.UnaryOp(ast.USub(), value, lineno=1, col_offset=0)


def negation(value: Code) -> Code:
    return ast.UnaryOp(ast.Not(), value, lineno=1, col_offset=0)


def every(values: Sequence[Code]) -> Code:
    """`a and b and c`; one value stands for itself."""
    return values[0] if len(values) == 1 else ast.BoolOp(ast.And(), list(values), lineno=1, col_offset=0)


def some(values: Sequence[Code]) -> Code:
    """`a or b or c`; one value stands for itself."""
    return values[0] if len(values) == 1 else ast.BoolOp(ast.Or(), list(values), lineno=1, col_offset=0)


def call(function: Code, *arguments: Code) -> Code:
    return ast.Call(function, list(arguments), [], lineno=1, col_offset=0)


def member(value: Code, attribute: str) -> Code:
    return ast.Attribute(value, attribute, _LOAD, lineno=1, col_offset=0)


def item(value: Code, key: str) -> Code:
    return ast.Subscript(value, constant(key), _LOAD, lineno=1, col_offset=0)


def assign(target: str, value: Code) -> ast.stmt:
    return ast.Assign([ast.Name(target, _STORE, lineno=1, col_offset=0)], value, lineno=1, col_offset=0)


def assign_pair(first: str, second: str, value: Code) -> ast.stmt:
    names: list[Code] = [ast.Name(text, _STORE, lineno=1, col_offset=0) for text in (first, second)]
    return ast.Assign([ast.Tuple(names, _STORE, lineno=1, col_offset=0)], value, lineno=1, col_offset=0)


def if_(test: Code, body: Sequence[ast.stmt], otherwise: Sequence[ast.stmt] = ()) -> ast.stmt:
    return ast.If(test, list(body), list(otherwise), lineno=1, col_offset=0)


def once(body: Sequence[ast.stmt]) -> ast.stmt:
    """A block that `leave()` ends early: a loop that always stops after its first turn."""
    return ast.While(constant(True), [*body, leave()], [], lineno=1, col_offset=0)


def leave() -> ast.stmt:
    return ast.Break(lineno=1, col_offset=0)


def do(value: Code) -> ast.stmt:
    return ast.Expr(value, lineno=1, col_offset=0)


def empty_list() -> Code:
    return ast.List([], _LOAD, lineno=1, col_offset=0)


def give(*values: Code) -> ast.stmt:
    """`return a, b`."""
    return ast.Return(ast.Tuple(list(values), _LOAD, lineno=1, col_offset=0), lineno=1, col_offset=0)


def function(title: str, parameter: str, body: Sequence[ast.stmt], world: Mapping[str, object]) -> Any:
    """A function of one parameter that sees only the names of `world`."""
    parameters = ast.arguments([], [ast.arg(parameter, lineno=1, col_offset=0)], None, [], [], None, [])
    definition = ast.FunctionDef(title, parameters, list(body), [], None, lineno=1, col_offset=0)
    module = compile(ast.Module([definition], []), f"<{title}>", "exec", dont_inherit=True)
    for value in module.co_consts:
        if isinstance(value, CodeType):
            return FunctionType(value, {**world, "__builtins__": {}}, title)
    raise EngineError("the compiled module holds no function")

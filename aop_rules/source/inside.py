"""From an offset in a text value back to its line and column: quotes, escapes and folded lines are stepped over."""

from __future__ import annotations

import re

_ESCAPE = re.compile(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|x..|u.{4}|U.{8}|.)")
_BLOCK = re.compile(r"[|>][-+0-9]*[ \t]*(?:#.*)?$")


def inside(text: str, line: int, column: int, offset: int) -> tuple[int, int]:
    """Line and column (1-based) of the character `offset` of the scalar that starts at `line`, `column` of `text`."""
    lines = text.splitlines()
    if not 0 < line <= len(lines):
        return line, column
    row = lines[line - 1]
    head = row[column - 1 : column]
    if head in ("|", ">") and _BLOCK.match(row, column - 1):
        return _in_block(lines, line, offset)
    if row.startswith(('"""', "'''"), column - 1):
        return _across(lines, line, column + 3, offset, "")
    quote = head if head in ("'", '"') else ""
    return _across(lines, line, column + len(quote), offset, quote)


def _in_block(lines: list[str], line: int, offset: int) -> tuple[int, int]:
    """In a block text each line is one stretch, and its end counts as one character."""
    indent = next((len(row) - len(row.lstrip()) for row in lines[line:] if row.strip()), 0)
    left = offset
    for number, row in enumerate(lines[line:], line + 1):
        length = max(0, len(row) - indent)
        if left <= length:
            return number, indent + left + 1
        left -= length + 1
    return line, 1


def _across(lines: list[str], line: int, column: int, offset: int, quote: str) -> tuple[int, int]:
    """In a quoted or plain text lines fold into one, each end and indentation into one space."""
    position = column - 1
    left = offset
    while left > 0:
        row = lines[line - 1]
        if position >= len(row.rstrip()) and line < len(lines):
            line += 1
            position = len(lines[line - 1]) - len(lines[line - 1].lstrip())
        else:
            position += _width(row, position, quote)
        left -= 1
    return line, position + 1


def _width(row: str, position: int, quote: str) -> int:
    """How many characters of the file make the one character of the value that starts at `position`."""
    if quote == '"' and row[position : position + 1] == "\\":
        escape = _ESCAPE.match(row, position)
        return len(escape.group()) if escape else 1
    return 2 if quote == "'" and row.startswith("''", position) else 1

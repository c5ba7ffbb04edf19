"""From an offset in a text value back to its line and column: quotes, escapes and folded lines are stepped over.

Folding lines and cutting indentation changes white space only. So what is counted is all else: before the place in the
file stand as many such characters as stand before the offset in the value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_ESCAPE = re.compile(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|x..|u.{4}|U.{8}|.)")
_BLOCK = re.compile(r"[|>][-+0-9]*[ \t]*(?:#.*)?$")


def inside(lines: Sequence[str], line: int, column: int, value: str, offset: int) -> tuple[int, int]:
    r"""Line and column (1-based) of the character `offset` of `value`, the scalar that starts at `line`, `column`.

    White space, and the end of the value, stand right behind the last character before them that is none.

    >>> inside(["when: >", "  a >", "", "  b"], 1, 7, "a >\nb", 4)
    (4, 3)
    """
    if not 0 < line <= len(lines):
        return line, column
    left = sum(not character.isspace() for character in value[:offset])
    behind = not value[offset : offset + 1].strip()
    row, position, quote = _start(lines, line, column, value)
    if behind and not left:
        return row, position + 1
    for at, start, end in _marks(lines, row, position, quote):
        if left == 0:
            return at, start + 1
        left -= 1
        if behind and left == 0:
            return at, end + 1
    return line, column


def _start(lines: Sequence[str], line: int, column: int, value: str) -> tuple[int, int, str]:
    """Line (1-based) and position (0-based) where the text itself begins, and the quote that escapes are written for."""
    row, position = lines[line - 1], column - 1
    head = row[position : position + 1]
    if head in ("|", ">") and _BLOCK.match(row, position):
        return line + 1, 0, ""
    if row.startswith('"""', position):  # of TOML
        return line, position + 3, '"'
    if row.startswith("'''", position) and not value.startswith("'"):  # of TOML; else a quote that YAML doubles
        return line, position + 3, ""
    quote = head if head in ("'", '"') else ""
    return line, position + len(quote), quote


def _marks(lines: Sequence[str], line: int, position: int, quote: str) -> Iterator[tuple[int, int, int]]:
    """What is not white space, from here on: its line, and where it starts and ends in the file."""
    for number in range(line, len(lines) + 1):
        row = lines[number - 1]
        while position < len(row):
            width, space = _unit(row, position, quote)
            if not space:
                yield number, position, position + width
            position += width
        position = 0


def _unit(row: str, position: int, quote: str) -> tuple[int, bool]:
    """How many characters of the file make the next one of the value, and whether that is white space."""
    if quote == '"' and row[position] == "\\":
        escape = _ESCAPE.match(row, position)
        return (len(escape.group()), _is_space(escape.group())) if escape else (1, True)  # the line goes on below
    if quote == "'" and row.startswith("''", position):
        return 2, False
    return 1, row[position].isspace()


def _is_space(escape: str) -> bool:
    if escape[1] in "xuU" and len(escape) <= 10:
        return chr(int(escape[2:], 16)).isspace()
    return escape[1] in "tnrvfNLP_ \t"

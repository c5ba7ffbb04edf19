"""Text set in columns, as a terminal shows it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence


def columns(text: str) -> int:
    """Columns that a text takes: wide signs (Chinese, emoji) two, marks that sit on a letter none.

    >>> columns("cửa hàng"), columns("店")
    (8, 2)
    """
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        for sign in unicodedata.normalize("NFC", text)
    )


def padded(text: str, wide: int, *, right: bool = False) -> str:
    """The text in so many columns."""
    space = " " * (wide - columns(text))
    return space + text if right else text + space


def shortened(text: str, wide: int, cut: str = "…") -> str:
    """The text in at most so many columns; what is cut off is marked.

    >>> shortened("fixed operating cost", 12)
    'fixed opera…'
    """
    if columns(text) <= wide:
        return text
    kept = text
    while kept and columns(kept) + len(cut) > wide:
        kept = kept[:-1]
    return kept.rstrip() + cut


KEPT = "\u00a0"
"""A space at which no line is broken; shown as any other."""


def wrapped(text: str, wide: int, first: str = "", then: str = "") -> Iterator[str]:
    """The text in lines of at most so many columns, broken between words but not before `₫` or `%`; a longer word has a line
    of its own.
    """
    line, empty = first, True
    for word in text.replace(" ₫", f"{KEPT}₫").replace(" %", f"{KEPT}%").split(" "):
        if not empty and columns(line) + 1 + columns(word) > wide:
            yield line.replace(KEPT, " ")
            line, empty = then, True
        line += word if empty else f" {word}"
        empty = False
    yield line.replace(KEPT, " ")


def aligned(rows: Sequence[Sequence[str]], left: Iterable[int] = (0,)) -> Iterator[str]:
    """Rows with their columns under each other, those named set left, the others right.

    >>> for line in aligned([["ads", "1,200"], ["rent", "900"]]):
    ...     print(line)
    ads   1,200
    rent    900
    """
    leftmost = frozenset(left)
    wide = [max(map(columns, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(padded(cell, wide[n], right=n not in leftmost) for n, cell in enumerate(row)).rstrip()

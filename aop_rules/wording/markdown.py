"""Text of people set in Markdown, so that it reads as it was written and does nothing else: no markup, link or steering sign."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_MARKUP = re.compile(
    r"[\\`*\[\]|~#]|(?<![^\W_])_|_(?![^\W_])|(?<=\w)://|(?<=www)\.|@|\b(?:javascript|data|mailto):", re.IGNORECASE
)
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_LIST = re.compile(r"([-+=]+|\d+[.)])(?=\s|$)")


def plain(text: str) -> str:
    r"""One line without signs that steer a terminal or turn the reading direction: those are spelt out.

    >>> plain("two\nlines, red: \x1b[31m")
    'two lines, red: U+001B[31m'
    """
    line = " ".join(text.split())
    return "".join(sign if sign.isprintable() else f"U+{ord(sign):04X}" for sign in line)


def escaped(text: str) -> str:
    r"""The text as Markdown that shows just this text, in a paragraph, list item, heading or table cell.

    >>> escaped("<b>50 | 60</b> *now* https://x.vn `rm`")
    '&lt;b&gt;50 \\| 60&lt;/b&gt; \\*now\\* https\\://x.vn \\`rm\\`'
    """
    safe = _MARKUP.sub(lambda found: _broken(found[0]), plain(text))
    safe = re.sub(r"[&<>]", lambda found: _HTML[found[0]], safe)
    return _LIST.sub(lambda found: f"{found[0][:-1]}\\{found[0][-1]}", safe, count=1) if _LIST.match(safe) else safe


def _broken(markup: str) -> str:
    """A sign of markup, or what makes an address a link, with a backslash that takes its meaning away."""
    at = len(markup) - 1 if markup.endswith(":") else 0
    return f"{markup[:at]}\\{markup[at:]}"


def code(text: str) -> str:
    r"""A name, condition or digest in code letters; what cannot stand in them escaped.

    >>> code("goal-link.given-up"), code("a`b")
    ('`goal-link.given-up`', 'a\\`b')
    """
    line = plain(text)
    return escaped(text) if not line or set("`|") & set(line) else f"`{line}`"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], right: Iterable[int] = ()) -> str:
    """A table of cells that are Markdown already; the columns `right` are set right."""
    numbers = frozenset(right)
    marks = ["---:" if n in numbers else "---" for n in range(len(head))]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, marks, *rows))


def bullets(lines: Iterable[str]) -> str:
    """A list of lines that are Markdown already."""
    return "\n".join(f"- {line}" for line in lines)

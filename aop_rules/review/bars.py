"""Bars and sparklines of signs, as a terminal shows them. Unknown has a sign of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from aop_rules.exact.number import Exact

BEYOND = 5
"""Cells behind the mark of the limit."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What is drawn with: `BLOCKS`, or `ASCII` where a terminal lacks those."""

    steps: str
    """From the lowest to the highest."""
    parts: str
    """What was spent, what is ordered, what is held."""
    limit: str
    more: str
    """The bar goes on beyond what is shown."""
    cut: str
    at_least: str
    dot: str
    unknown: str = "?"


BLOCKS = Signs("▁▂▃▄▅▆▇█", "▓▒░", "│", "»", "…", "≥", "·")
ASCII = Signs("_.:-=+*#", "#=.", "|", ">", "...", ">=", "-")


def sparkline(shares: Iterable[Exact | None], signs: Signs = BLOCKS) -> str:
    """A sign for each share: the highest at 1 and above, a step down for every begun 0.05 below, the lowest from 0.65 down.

    >>> sparkline([1, Fraction(97, 100), Fraction(4, 5), None, 0])
    '█▇▄?▁'
    """
    top = len(signs.steps) - 1
    return "".join(
        signs.unknown if share is None else signs.steps[max(0, top - max(0, ceil((1 - Fraction(share)) * 20)))]
        for share in shares
    )


def bar(parts: Sequence[Exact], limit: Exact, wide: int, signs: Signs = BLOCKS, *, complete: bool = True) -> str:
    """What is used of a limit, part by part, and the mark where the limit ends; behind it what is past it.

    Something is never drawn as nothing, and only what is past the limit stands behind its mark. With `complete=False` a
    sign says that more is used than is known.

    >>> bar([50, 20, 10], 100, 10), bar([108], 100, 10), bar([0], 100, 4), bar([30], 100, 10, complete=False)
    ('▓▓▓▓▓▒▒░  │     ', '▓▓▓▓▓▓▓▓▓▓│▓    ', '    │     ', '▓▓▓?      │     ')
    """
    ends = list(_ends([max(0, part) for part in parts], limit, wide))
    cells = "".join(
        signs.parts[n] * (end - start) for n, (start, end) in enumerate(zip([0, *ends], ends, strict=False))
    )
    if not complete:
        cells += signs.unknown
    within, past = cells[:wide], cells[wide:]
    if len(past) > BEYOND:
        past = past[: BEYOND - 1] + signs.more
    return f"{within:<{wide}}{signs.limit}{past:<{BEYOND}}"


def _ends(parts: Sequence[Exact], limit: Exact, wide: int) -> Iterator[int]:
    """In which cell each part ends."""
    total: Exact = 0
    end = 0
    for part in parts:
        total += part
        if limit <= 0:
            at = wide + BEYOND + 1 if total > 0 else 0
        elif total > limit:
            at = wide + min(BEYOND + 1, ceil(Fraction(total - limit) * wide / Fraction(limit)))
        else:
            at = min(wide, int(Fraction(total) * wide / Fraction(limit) + Fraction(1, 2)))
        end = max(end + (part > 0 and at <= end < wide), at)
        yield end

"""The words of conditions: keywords, how tightly each sign binds, the functions, and the lookup words.

or  <  and  <  not  <  == != < <= > >= in, not in (one, never chained)  <  + -  <  * /  <  unary -
"""

from __future__ import annotations

KEYWORDS = frozenset({"and", "or", "not", "in", "true", "false"})

OR, AND, NOT, COMPARE, SUM, PRODUCT, MINUS = 1, 2, 3, 4, 5, 6, 7
"""How tightly: the higher, the tighter."""

COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")

BINDING = {"or": OR, "and": AND, "in": COMPARE, "not": COMPARE, "+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT}
BINDING |= dict.fromkeys(COMPARISONS, COMPARE)
"""Of every word and sign that stands between two values (`not` there begins `not in`)."""

FUNCTIONS: dict[str, tuple[int, int | None]] = {
    "known": (1, 1),
    "overlaps": (2, 2),
    "size": (1, 1),
    "min": (2, None),
    "max": (2, None),
    "abs": (1, 1),
}
"""The closed list of functions: the least and the most arguments (None: any number)."""

LOOKUPS: dict[str, tuple[str, str]] = {
    "actual": ("kpis", "value"),
    "available": ("lines", "available"),
    "landing": ("kpis", "landing"),
    "target": ("kpis", "target"),
    "ytd": ("kpis", "ytd"),
}
"""Other spellings of an attribute: `word(ID)` is `first.ID.last`."""

CONTRIBUTES = "contributes_to"
"""The lookup word that is a whole question: `contributes_to(growth)` is `"growth" in event.serves`."""

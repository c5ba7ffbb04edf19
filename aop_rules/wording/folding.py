"""Tags as they are compared: Vietnamese with or without marks, any case, spaces or dashes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_GAPS = re.compile(r"[\s\-_/]+")


def fold(tag: str) -> str:
    """One form for all spellings of a tag.

    >>> fold("Cửa hàng mới"), fold("CUA-HANG  MOI"), fold("Đồ sơ sinh")
    ('cua_hang_moi', 'cua_hang_moi', 'do_so_sinh')
    """
    plain = unicodedata.normalize("NFD", tag.casefold().replace("đ", "d"))
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _GAPS.sub("_", bare).strip("_")


def folded(tags: Iterable[str]) -> frozenset[str]:
    """All tags, folded; what folds to nothing is left out."""
    return frozenset(filter(None, map(fold, tags)))

"""What frames need besides the library: narwhals, and the library whose frames they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from aop_rules.errors import InputError, Place, Problem

_NARWHALS = "aop-rules[frames]"


@contextmanager
def needing(wanted: str = _NARWHALS) -> Iterator[None]:
    """Where an import in here fails: InputError (FRAMES_NEEDS_EXTRA) that says what to install."""
    try:
        yield
    except ImportError:
        message = "frames need narwhals" if wanted == _NARWHALS else f"a frame of {wanted} needs {wanted}"
        hint = f"install it: `pip install '{wanted}'`"
        raise InputError([Problem(Place("<frame>"), "FRAMES_NEEDS_EXTRA", message, hint)]) from None
